"""What grading writes: a table for programs, a page for each student, a summary of the class, Gradescope's results."""

import collections
import csv
import html
import json
import re
import textwrap
from statistics import fmean

import bleach
from mistune.plugins.table import table

#: no script runs and nothing is fetched, whatever a notebook brings
HEAD = """<!doctype html><html lang="en"><meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif } img { max-width: 100% }
pre { background: #f4f4f4; padding: .5rem; overflow: auto } table { border-collapse: collapse }
td, th { border-bottom: 1px solid #bbb; padding: .2rem .6rem; text-align: left }</style>"""
TAGS = bleach.ALLOWED_TAGS | set(
    "p br hr h1 h2 h3 h4 h5 h6 div span pre img table thead tbody tr th td sub sup u".split())
PICTURES = tuple(f"data:image/{kind};base64," for kind in ("png", "jpeg", "gif"))
ATTRIBUTES = {"img": lambda tag, name, value: name == "alt" or name == "src" and value.startswith(PICTURES),
              "a": lambda tag, name, value: name == "href" and value.startswith(("https:", "http:", "#"))}
LONGEST = 20_000  #: characters of an output that are shown


def to_html(text, attachments=None):
    """Return Markdown as HTML in which nothing acts; formulas stay as they were typed, and attached pictures too."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath  # the browser lacks what it loads
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True, attachments=attachments)
    page = MarkdownWithMath(renderer, plugins=[table]).render(text)
    return bleach.clean(page, TAGS, ATTRIBUTES, protocols={"http", "https", "data"})


def _cell_html(cell):
    """Return a cell as HTML, with what it showed when it was handed in."""
    try:
        shown = [_inert(cell.source) if cell.kind == "code" else cell.source]
        for output in cell.outputs:
            data = output.get("data", output)
            picture = "".join(data.get("image/png") or data.get("png") or "").strip()
            text = "".join(output.get("text") or data.get("text/plain") or output.get("evalue") or "")
            shown.append(f"![figure of cell {cell.number}](data:image/png;base64,{picture})" if picture else
                         _inert(text[:LONGEST] + "…" * (len(text) > LONGEST)))
        return "\n".join(to_html(text, cell.attachments) for text in shown)
    except Exception as error:  # nobody's grades are to be lost by it
        return f"<p>Cell {cell.number} can't be shown ({type(error).__name__}).</p>"


def _inert(text):
    """Return text that may hold anything as a block of code in Markdown."""
    return textwrap.indent(text, "    ", predicate=bool)


def _table(titles, rows):
    """Return a table in Markdown."""
    lines = [[re.sub(r"[|\n<>&`\ud800-\udfff]", " ", str(entry)) for entry in row] for row in rows]  # it ends no cell
    return "".join(f"| {' | '.join(line)} |\n" for line in [titles, ["---"] * len(titles), *lines])


def student_page(sheet, seed):
    """Return a student's page as Markdown: verdicts, with the smallest input that shows a mistake, and remarks."""
    rows = [(row["part"], row["points"] or "not graded", row["of"], row["mistake"]) for row in sheet.rows]
    told = [f"## {row['part']}\n\n{_inert(row['told'])}\n" for row in sheet.rows if row["points"] != str(row["of"])]
    return "\n".join([
        f"# {sheet.student}\n", _table(("Part", "Points", "Of", "Mistake"), rows),
        f"Together: {sheet.points}. Part 7 is for a reader. Seed of the inputs: {seed}.\n", *told,
        "## Remarks\n", *map(_inert, sheet.remarks or ["None."]), ""])


def class_page(sheets, seed, way):
    """Return the summary of a class as Markdown, with its table of mistakes."""
    rows = [row for sheet in sheets for row in sheet.rows]
    others = {row["student"]: row["not graded"] for row in rows if row["not graded"]}
    parts = []
    for part, of in {row["part"]: row["of"] for row in rows}.items():
        points = [float(row["points"]) for row in rows if row["part"] == part and row["points"]]
        parts.append((part, points.count(of), f"{fmean(points or [0]):.2f}", of))
    told = {(row["part"], row["mistake"]): row["sentence"] for row in rows}
    made = collections.Counter((row["part"], row["mistake"]) for row in rows if row["mistake"])
    mistakes = [(students, *what, told[what]) for what, students in made.most_common()]
    return "\n".join([
        f"# The class\n\n{len(sheets) - len(others)} of {len(sheets)} notebooks were graded, with {way} around each.",
        f"Seed of the inputs: {seed}.\n", _table(("Part", "Right", "Mean points", "Of"), parts),
        "## Mistakes\n", _table(("Students", "Part", "Mistake", "What one of them was told"), mistakes),
        "## Not graded\n", _table(("Student", "Why"), others.items())])


def write(folder, sheets, seed, way):
    """Write all of it into a new folder."""
    def write_page(name, title, text, cells=()):
        page = "\n".join([HEAD, f"<title>{html.escape(title)}</title>", to_html(text), *map(_cell_html, cells)])
        for kind, content in (("md", text), ("html", page)):
            (folder / f"{name}.{kind}").write_text(content, encoding="utf-8", errors="replace")

    for name in ("students", "gradescope"):
        (folder / name).mkdir(parents=True)
    write_page("summary", "The class", class_page(sheets, seed, way))
    with open(folder / "grades.csv", "w", newline="", encoding="utf-8", errors="replace") as file:
        writer = csv.DictWriter(file, "student,part,points,of,mistake,not graded".split(","), extrasaction="ignore")
        writer.writeheader()
        for sheet in sheets:
            writer.writerows(sheet.rows)
            write_page(f"students/{sheet.student}", sheet.student, student_page(sheet, seed), sheet.cells)
            tests = [{"name": row["part"], "score": float(row["points"] or 0), "max_score": row["of"],
                      "output": row["told"]} for row in sheet.rows]
            (folder / "gradescope" / f"{sheet.student}.json").write_text(json.dumps({"tests": tests}), encoding="utf-8")
