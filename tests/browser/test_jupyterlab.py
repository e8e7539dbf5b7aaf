"""All notebooks as JupyterLab shows them: without an extension that knows MyST, and before a cell is run."""

import json
import re
import shutil

import nbformat
import pytest

from .conftest import ROOT, jupyterlab, open_page

NOTEBOOKS = sorted((ROOT / "book").glob("*.ipynb"))
#: JupyterLab draws only what is in sight, unless it is told otherwise, and asks its maker for news
SETTINGS = {"notebook-extension/tracker": {"windowingMode": "none"},
            "apputils-extension/notification": {"checkForUpdates": False, "fetchNews": "false"}}
OPEN = """path => jupyterapp.commands.execute("docmanager:open", {
    path, kernelPreference: {shouldStart: false, canStart: false, autoStartDefault: false}})
    .then(panel => panel.context.ready.then(() => {
        window.book = panel.content;
        return true; }))"""
# The texts are drawn, and so are their formulas.
DRAWN = """() => {
    const texts = book.widgets.filter(cell => cell.model.type === "markdown");
    return texts.every(cell => cell.rendered && cell.node.querySelector(".jp-RenderedMarkdown")?.textContent.trim()
        && !/\\$|\\\\[([]/.test(cell.node.querySelector(".jp-RenderedMarkdown").innerText)); }"""
SEEN = """() => {
    const all = part => [...book.node.querySelectorAll(part)], text = part => part.innerText.trim();
    const words = all(".jp-RenderedMarkdown").map(part => part.cloneNode(true));
    words.forEach(part => part.querySelectorAll("code, pre, mjx-container").forEach(code => code.remove()));
    return {
        title: text(book.node.querySelector("h1")),
        exercises: all("h3").map(text).filter(heading => heading.startsWith("Exercise")),
        words: words.map(part => part.textContent).join("\\n"),
        directives: all(".jp-RenderedMarkdown code").map(code => code.className).filter(name => name.includes("{")),
        summaries: all("details:not([open]) > summary").map(text),
        unfolded: all("details[open]").length,
        placeholders: all(".jp-InputPlaceholder").map(text),
        outputs: all(".jp-OutputArea-output").filter(part => part.checkVisibility()).map(text).join("\\n"),
        errors: all("[data-mime-type$=stderr], [data-mime-type$=error], mjx-merror, .jp-mod-error").map(text),
    }; }"""
#: what only MyST reads: a directive's options, its colons, a role, a target
RAW = re.compile(r"^:[a-z]+:|^:{3,}|\{[a-z][\w:-]*\}|^\([\w-]+\)=", re.MULTILINE)


@pytest.fixture
def lab(chromium, tmp_path):
    """A page of JupyterLab, in a folder with a copy of the notebooks."""
    for name, settings in SETTINGS.items():
        file = tmp_path / f"settings/@jupyterlab/{name}.jupyterlab-settings"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(json.dumps(settings))
    shutil.copytree(ROOT / "book", tmp_path / "book", ignore=shutil.ignore_patterns(".*"))
    with jupyterlab(tmp_path / "book", JUPYTERLAB_SETTINGS_DIR=str(tmp_path / "settings"),
                    JUPYTERLAB_WORKSPACES_DIR=str(tmp_path / "workspaces")) as address:
        page = open_page(chromium, f"{address}/lab")
        page.wait_for_function("window.jupyterapp?.restored.then(() => true)", timeout=60_000)
        yield page
        page.context.close()


def wrong(notebook, seen):
    """Return what a reader of a notebook would stumble over."""
    titles = [cell.source.splitlines()[0].lstrip("# ") for cell in notebook.cells if cell.cell_type == "markdown"
              and re.match("# |### Exercise", cell.source)]
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    found = [f"the title is {seen['title']}"] if seen["title"] != titles[0] else []
    if seen["exercises"] != titles[1:]:
        found.append(f"exercises are {seen['exercises']}")
    for summary in ("Hint", "Solution"):
        if seen["summaries"].count(summary) != len(titles[1:]):
            found.append(f"not as many folded texts {summary} as exercises")
    if seen["unfolded"]:
        found.append("a text lies open that should be folded")
    folded = [cell.source.splitlines()[0] for cell in code if cell.metadata.get("jupyter", {}).get("source_hidden")]
    if len(seen["placeholders"]) != len(folded) or len(folded) < 3 * len(titles[1:]):
        found.append("checks and solutions aren't folded")
    found += [f"gives the answer away: {line}" for line in seen["placeholders"] if line.startswith("prediction")]
    if "Right" in re.findall(r"^\w+", seen["outputs"], re.MULTILINE):
        found.append("what a check says of a solution is seen")
    found += [f"raw: {raw}" for raw in [*RAW.findall(seen["words"]), *seen["directives"]]]
    return found + [f"an error: {text}" for text in seen["errors"]]


def test_every_notebook_reads_well_in_jupyterlab(lab):
    mistakes = {}
    for path in NOTEBOOKS:
        lab.evaluate(OPEN, path.name)
        lab.wait_for_function(DRAWN)
        mistakes[path.stem] = wrong(nbformat.read(path, as_version=4), lab.evaluate(SEEN))
        lab.evaluate("jupyterapp.shell.currentWidget.close()")
    assert len(mistakes) > 18 and {name: found for name, found in mistakes.items() if found} == {}
