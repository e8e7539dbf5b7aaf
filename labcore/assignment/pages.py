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

from .judging import PARTS

#: no script runs and nothing is fetched, whatever a notebook brings
HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>TITLE</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif } img { max-width: 100% }
pre { background: #f4f4f4; padding: .5rem; overflow: auto } table { border-collapse: collapse }
td, th { border-bottom: 1px solid #bbb; padding: .2rem .6rem; text-align: left }</style>"""
TAGS = bleach.ALLOWED_TAGS | set("p br hr h1 h2 h3 h4 h5 h6 div span pre img table thead tbody tr th td".split())
TAGS |= {"sub", "sup", "u"}
PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+")
LONGEST = 20_000  #: characters of an output that are shown


def _allowed(tag, name, value):
    return (tag == "img" and (name == "alt" or name == "src" and bool(PICTURE.fullmatch(value)))
            or tag == "a" and name == "href" and value.startswith(("https:", "http:", "#")))


def to_html(text, attachments=None):
    """Return Markdown as HTML in which nothing acts; formulas stay as they were typed, and attached pictures too."""
    from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath  # the browser lacks what it loads
    renderer = IPythonRenderer(escape=False, exclude_anchor_links=True, attachments=attachments or {})
    page = MarkdownWithMath(renderer, plugins=[table]).render(text)
    return bleach.clean(page, TAGS, _allowed, protocols={"http", "https", "data"})


def _cell_html(cell):
    """Return a cell as HTML, with what it showed when it was handed in."""
    try:
        if cell.kind != "code":
            return to_html(cell.source, cell.attachments)
        shown = [to_html(_inert(cell.source))]
        for output in cell.outputs:
            data = output.get("data", output)
            picture = "".join(data.get("image/png") or data.get("png") or "").strip()
            text = "".join(output.get("text") or data.get("text/plain") or output.get("evalue") or "")
            shown.append(to_html(f"![figure of cell {cell.number}](data:image/png;base64,{picture})" if picture else
                                 _inert(text[:LONGEST] + "…" * (len(text) > LONGEST))))
        return "\n".join(shown)
    except Exception as error:  # nobody's grades are to be lost by it
        return f"<p>Cell {cell.number} can't be shown ({type(error).__name__}).</p>"


def _inert(text):
    """Return text that may hold anything as a block of code in Markdown."""
    return textwrap.indent(text, "    ", predicate=bool)


def _table(titles, rows):
    """Return a table in Markdown."""
    lines = (titles, ["---"] * len(titles), *rows)
    lines = [[re.sub(r"[|\n<>&`]", " ", str(entry)) for entry in line] for line in lines]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


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
    others = [(sheet.student, max(row["not graded"] for row in sheet.rows)) for sheet in sheets
              if sheet.points == "not graded"]
    points = {part: [float(row["points"]) for row in rows if row["part"] == part and row["points"]] for part in PARTS}
    parts = [(part, points[part].count(of), f"{fmean(points[part] or [0]):.2f}", of) for part, (of, _) in PARTS.items()]
    told = {(row["part"], row["mistake"]): row["sentence"] for row in rows}
    made = collections.Counter((row["part"], row["mistake"]) for row in rows if row["mistake"])
    mistakes = [(students, *what, told[what]) for what, students in made.most_common()]
    return "\n".join([
        f"# The class\n\n{len(sheets) - len(others)} of {len(sheets)} notebooks were graded, with {way} around each.",
        f"Seed of the inputs: {seed}.\n", _table(("Part", "Right", "Mean points", "Of"), parts),
        "## Mistakes\n", _table(("Students", "Part", "Mistake", "What one of them was told"), mistakes),
        "## Not graded\n", _table(("Student", "Why"), others)])


def write(folder, sheets, seed, way):
    """Write all of it into a new folder."""
    for name in ("students", "gradescope"):
        (folder / name).mkdir(parents=True)
    with open(folder / "grades.csv", "w", newline="", encoding="utf-8", errors="replace") as file:
        writer = csv.DictWriter(file, ["student", "part", "points", "of", "mistake", "not graded"],
                                extrasaction="ignore")
        writer.writeheader()
        writer.writerows(row | {"student": sheet.student} for sheet in sheets for row in sheet.rows)
    pages = [("summary", "The class", class_page(sheets, seed, way), [])]
    pages += [(f"students/{sheet.student}", sheet.student, student_page(sheet, seed), sheet.cells) for sheet in sheets]
    for name, title, text, cells in pages:
        page = "\n".join([HEAD.replace("TITLE", html.escape(title)), to_html(text), *map(_cell_html, cells)])
        for kind, content in (("md", text), ("html", page)):
            (folder / f"{name}.{kind}").write_text(content, encoding="utf-8", errors="replace")
    for sheet in sheets:
        tests = [{"name": row["part"], "score": float(row["points"] or 0), "max_score": row["of"],
                  "output": row["told"]} for row in sheet.rows]
        (folder / "gradescope" / f"{sheet.student}.json").write_text(json.dumps({"tests": tests}), encoding="utf-8")
