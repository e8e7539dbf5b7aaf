"""The rules that the book keeps, read from its files; that the cells give what is stored is nbval's part."""

import importlib.util
import pathlib
import re
from urllib.parse import unquote

import nbformat
import numpy as np
import pytest
import reading_times
import yaml

import labcore as lab
from labcore.experiments import reports

ROOT = pathlib.Path(__file__).resolve().parent.parent
BOOK = ROOT / "book"
CHAPTERS = sorted(BOOK.glob("[0-9]*.ipynb"))
NOTEBOOKS = CHAPTERS + sorted(BOOK.glob("optional-*.ipynb"))
PAGES = sorted(BOOK.rglob("*.md"))
TAGS = {"hide-input", "claim", "stub", "check", "solution", "full-width",
        "nbval-ignore-output"}  # for what a machine rounds in its own way
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
MATHS_OR_CODE = re.compile(r"```.*?```|\$\$.*?\$\$|\\begin\{equation\*\}.*?\\end\{equation\*\}|\$[^$]*\$|`[^`]*`",
                           re.DOTALL)


def chapter(path):
    return nbformat.read(path, as_version=4)


def code_cells(path):
    return [cell for cell in chapter(path).cells if cell.cell_type == "code"]


def text_cells(path):
    return [cell.source for cell in chapter(path).cells if cell.cell_type == "markdown"]


def printed(cell):
    """All that a cell shows as text."""
    return [out.get("text") or out.get("data", {}).get("text/plain", "") for out in cell.outputs]


def draws(cell):
    return any(text.startswith("<Figure") for text in printed(cell))


def tags(cell):
    return set(cell.metadata.get("tags", ()))


def visible_text(path):
    """The prose of a page or chapter, as one string; what a diff shows are lines of other files."""
    if path.suffix == ".ipynb":
        return "\n\n".join(text_cells(path))
    return re.sub(r"^```diff\n.*?^```$", "", path.read_text(encoding="utf-8"), flags=re.DOTALL | re.MULTILINE)


def script(name):
    """Import a script of the folder site, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "site" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


#: the modules that api.md lists, and the names that it gets from them
EXPORTED = re.findall(r"^\.\. exported:: (\S+)$", (BOOK / "api.md").read_text(encoding="utf-8"), re.MULTILINE)
REFERENCE = {name: thing for module in EXPORTED for name, thing in script("book_reference").exported(module).items()}


def all_chapters(test):
    return pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)(test)


def all_pages(test):
    return pytest.mark.parametrize("path", NOTEBOOKS + PAGES, ids=lambda path: path.stem)(test)


def test_there_are_chapters_1_to_7():
    assert [int(path.stem[:2]) for path in CHAPTERS] == list(range(1, len(CHAPTERS) + 1))
    assert len(CHAPTERS) >= 7


def test_every_page_is_in_the_table_of_contents():
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    listed = [toc["root"], *(entry["file"] for part in toc["parts"] for entry in part["chapters"])]
    assert sorted(listed) == sorted(path.relative_to(ROOT).with_suffix("").as_posix() for path in NOTEBOOKS + PAGES)
    chapters = [name for name in listed if name[5:7].isdigit()]
    assert chapters == sorted(chapters), "chapters stand in the order of their numbers"


@all_chapters
def test_it_was_run_from_a_fresh_kernel_and_is_stored_without_pictures_widgets_and_warnings(path):
    notebook = chapter(path)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    # nbval compares nothing where execution_count is null, so a chapter that was never run would pass it
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1)), "make notebooks stores it in order"
    assert all(cell.source.strip() for cell in notebook.cells) and "widgets" not in notebook.metadata
    for output in (output for cell in code for output in cell.outputs):
        assert output.output_type != "error" and output.get("name") != "stderr", output
        assert not [kind for kind in output.get("data", {}) if kind.startswith("image/") or "widget" in kind]


@all_chapters
def test_every_figure_has_alt_text_and_a_caption(path):
    figures = [cell for cell in code_cells(path) if draws(cell)]
    assert figures or path not in CHAPTERS, "a chapter without a figure"
    for cell in figures:
        settings = cell.metadata.get("mystnb", {})
        alt, caption = settings.get("image", {}).get("alt", ""), settings.get("figure", {}).get("caption", "")
        assert len(alt) >= 40, f"alt text says what is to be seen: {cell.source[:60]}"
        assert len(caption) >= 20, f"a caption: {cell.source[:60]}"
        assert sum(text.startswith("<Figure") for text in printed(cell)) == 1, "one figure a cell"


@all_chapters
def test_outputs_hold_nothing_that_changes_from_run_to_run(path):
    for cell in code_cells(path):
        for text in printed(cell):
            assert not re.search(r"\bat 0x[0-9a-f]+|<[a-z_.]+\.[A-Za-z]+ object|np\.(float|int|True|False)", text), text
            assert not re.search(r"\d\s?(µs|ms|seconds)\b|\d\d:\d\d:\d\d", text), f"a time: {text}"
            assert "\\" not in text and "/site-packages" not in text and "/home" not in text, f"a path: {text}"


def significant_digits(number):
    """Digits of a printed decimal, without the zeros that only place the point: 0.00104 has 3, 1.00000 has 1."""
    return len(re.split("e", number.rstrip("0") if "e" not in number else number)[0].replace(".", "").lstrip("0"))


@all_chapters
def test_printed_numbers_have_at_most_5_significant_digits(path):
    # more of them would differ between processors; what a report has printed is quoted as it is
    quoted = {text for row in reports.ROWS for *_, text in row.reported}
    for cell in code_cells(path):
        for text in printed(cell):
            for number in re.findall(r"\d*\.\d+(?:e[+-]?\d+)?|\d+\.(?!\w)", text):
                assert significant_digits(number) <= 5 or number in quoted, f"{number} in: {text}"


@all_chapters
def test_each_claim_is_asserted(path):
    claims = [cell for cell in code_cells(path) if "claim" in tags(cell)]
    assert claims, "a chapter that claims nothing that could be false"
    for cell in claims:
        assert re.search(r"^\s*assert ", cell.source, re.MULTILINE), cell.source


@all_chapters
def test_a_cell_can_be_taken_in_at_a_glance(path):
    for cell in code_cells(path):
        lines = cell.source.splitlines()
        assert tags(cell) <= TAGS, f"unknown tags: {tags(cell) - TAGS}"
        assert not cell.source.rstrip().endswith(";"), "hides a value from Jupyter but not from nbval: assign it to _"
        assert not tags(cell) >= {"claim", "nbval-ignore-output"}, "a claim prints the same everywhere"
        assert len(lines) <= (30 if "hide-input" in tags(cell) else 22), cell.source
        assert max(map(len, lines)) <= 88, "wider than the page"


@all_chapters
def test_a_chapter_opens_and_ends_as_all_do(path):
    first, last = text_cells(path)[0], text_cells(path)[-1]
    assert re.match(rf"# {int(path.stem[:2])}\. \w+ " if path in CHAPTERS else r"# \w+ ", first)
    assert all(words in first for words in ("**You will**", "**You need**", "**Time:** about "))
    assert sum(text.startswith("# ") for text in text_cells(path)) == 1
    assert "## Summary" in last


@all_chapters
def test_a_chapter_states_how_long_it_takes_to_read(path):
    states = f"**Time:** about {reading_times.stated(path)} minutes"
    assert states in text_cells(path)[0], f"{states}: python tests/reading_times.py --write puts it there"


def test_a_reading_time_leaves_out_exercises_and_what_is_folded(tmp_path):
    text, code = nbformat.v4.new_markdown_cell, nbformat.v4.new_code_cell
    figure = nbformat.v4.new_output("display_data", {"text/plain": "<Figure size 1x1 with 1 Axes>"})
    hidden = code("one\ntwo", metadata={"tags": ["hide-input"]}, outputs=[figure])
    cells = [text("# Three words\n\n$$a + b \\tag{1.1}$$\n\n<details>\nfolded\n</details>"), code("one\n\ntwo"), hidden,
             text("### Exercise 1.1: Apart\n\nNot a word."), code("no"), text("Not one."),
             text("## A [link](x.ipynb) where $0 < x$, then `y > 0`.\n\n> **Common mistake.**")]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), tmp_path / "x.ipynb")
    assert reading_times.parts(tmp_path / "x.ipynb") == (3 + 9, 2, 1)


def test_the_landing_page_lists_the_chapters_by_their_titles_and_minutes():
    rows = re.findall(r"^\| (\d+) \| \[(.+)\]\((.+)\) \| (\d+) \|$", visible_text(BOOK / "intro.md"), re.MULTILINE)
    first = {path: text_cells(path)[0] for path in CHAPTERS}
    assert rows == [
        (*re.match(r"# (\d+)\. (.+)", text).groups(), path.name, re.search(r"\*\*Time:\*\* about (\d+)", text)[1])
        for path, text in first.items()
    ]


@all_chapters
def test_text_reads_in_plain_jupyter(path):
    # no directive, role or label of MyST: JupyterLab would show them as they stand
    for text in text_cells(path):
        assert not re.search(r"```\{|^:::|\{[a-z:]+\}`|^\([\w-]+\)=", text, re.MULTILINE), text
        assert text.count("$$") % 2 == 0, text


@all_chapters
def test_a_quotation_is_a_common_mistake(path):
    # the style sheet draws every quotation as a warning
    for text in text_cells(path):
        for quotation in re.findall(r"(?:^>.*\n?)+", text, re.MULTILINE):
            assert quotation.startswith("> **Common mistake"), quotation


@all_pages
def test_prose_keeps_to_plain_words(path):
    prose = MATHS_OR_CODE.sub(" ", LINK.sub(" ", visible_text(path)))
    for word in (r"!", r"\bsimply\b", r"\bobviously\b", r"\bof course\b", r"\blet's\b", r"\bclearly\b"):
        found = re.search(word, prose, re.IGNORECASE)
        assert not found, prose[max(0, found.start() - 60):found.end() + 20]
    # British spelling with -ize, as Oxford has it: the field's terms (optimizer, initializer) are spelt so
    other = re.search(r"\b(color|behavior|neighbor|center|labeled|gray)|\w(al|im|ar)is(e|es|ed|ing|er|ation)\b", prose)
    assert not other or other[0].endswith(("vise", "rise")), f"spelling: {other}"


@pytest.mark.parametrize("path", [*NOTEBOOKS, *PAGES, *ROOT.glob("*.md")], ids=lambda path: path.stem)
def test_links_inside_the_project_lead_somewhere(path):
    for target in LINK.findall(visible_text(path)):
        if re.match(r"https?://", target):
            continue
        file, _, anchor = unquote(target).partition("#")
        goal = (path.parent / file).resolve() if file else path
        assert goal.exists(), f"{target} in {path.name}"
        if "=" in anchor:
            assert goal.name == "14-playground.ipynb", target  # its settings
        elif anchor:
            headings = re.findall(r"^#+ (.+)$", visible_text(goal), re.MULTILINE)
            slugs = {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}
            known = slugs | anchors_of_the_reference() if goal.name == "api.md" else slugs
            assert anchor in known, f"{target} in {path.name}"


def anchors_of_the_reference():
    """What Sphinx makes of the entries: modules, names, and the members of classes that have docstrings."""
    anchors = {f"module-{module}" for module in EXPORTED} | {"labcore.plots.STYLE", *REFERENCE}
    for name, thing in REFERENCE.items():
        anchors |= {f"{name}.{member}" for member, code in vars(thing).items() if member[0] != "_" and code.__doc__}
    return anchors


@all_pages
def test_a_number_stands_where_mathjax_takes_it(path):
    # Sphinx wraps $$ of several lines in "split", where \\tag is an error that only the reader sees
    for formula in re.findall(r"\$\$(.*?)\$\$", visible_text(path), re.DOTALL):
        assert not (r"\\" in formula and r"\tag" in formula), f"write it as an equation*: {formula}"


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_formulas_are_numbered_once_and_in_order(path):
    text = visible_text(path)
    numbers = re.findall(r"\\tag\{(\d+)\.(\d+)\}", text)
    assert [(int(a), int(b)) for a, b in numbers] == [(int(path.stem[:2]), k) for k in range(1, len(numbers) + 1)]
    for mentioned in re.findall(rf"\(({int(path.stem[:2])}\.\d+)\)", MATHS_OR_CODE.sub(" ", text)):
        assert tuple(mentioned.split(".")) in numbers, f"({mentioned}) is spoken of and isn't there"


OWN_PROGRAM = """
(x, y), lr, epochs, seed = lab.generate_xor_easy(), 2.0, 20, 0
def loss(y_hat, y): return lab.squared_error(y_hat, y)[0]
def forward(x): return net.forward(x)[-1]
def train(lr, epochs, seed):
    global net, W1, W2, dW1, dW2, a1, y_hat
    net = lab.mlp([2, 4, 1], seed=seed)
    losses = []
    for _ in range(epochs):
        _, _, a1, _, y_hat = trace = net.forward(x)
        losses.append(loss(y_hat, y))
        net.theta -= lr * net.backward(trace, lab.squared_error(y_hat, y)[1])
    (W1, dW1), (W2, dW2) = ((layer.W, layer.dW) for layer in net.layers[::2])
    return losses
losses = train(lr, epochs, seed)
"""


def test_the_lines_of_the_page_of_symptoms_run_in_a_program_of_ones_own(capsys):
    page, namespace = visible_text(BOOK / "symptoms.md"), {"np": np, "lab": lab}
    for lines in [OWN_PROGRAM, *re.findall(r"(?s)```python\n(.*?)```", page), *re.findall(r"`(print\(.*\))` \|", page)]:
        exec(lines, namespace)
    slopes = re.findall(r"measured (\S+) yours (\S+)", capsys.readouterr().out)
    assert len(slopes) == 2 and all(np.isclose(float(a), float(b), rtol=1e-3) for a, b in slopes)
