"""What grading writes: a table for programs, a page for each student, a summary of the class, Gradescope's results."""

import csv
import html
import json
import re

import bleach
import mistune

from .judging import PARTS

#: no script runs and nothing is fetched, whatever a notebook brings
HEAD = """<!doctype html><html lang="en"><meta charset="utf-8"><title>TITLE</title>
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif } img { max-width: 100% }
pre { background: #f4f4f4; padding: .5rem; overflow: auto } table { border-collapse: collapse }
td, th { border-bottom: 1px solid #bbb; padding: .2rem .6rem; text-align: left }</style>"""
TAGS = bleach.ALLOWED_TAGS | set("p br hr h1 h2 h3 h4 h5 h6 pre img table thead tbody tr th td sub sup u".split())
PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]+")
LONGEST = 20_000  #: characters of an output that are shown


def _allowed(tag, name, value):
    return (tag == "img" and (name == "alt" or name == "src" and bool(PICTURE.fullmatch(value)))
            or tag == "a" and name == "href" and value.startswith(("https:", "http:", "#")))


def to_html(text, attachments=()):
    """Return Markdown as HTML in which nothing acts; formulas stay as they were typed, and attached pictures too."""
    for name, kinds in dict(attachments).items():
        for kind, data in kinds.items():
            text = text.replace(f"attachment:{name}", f"data:{kind};base64,{''.join(data).strip()}")
    render = mistune.create_markdown(escape=False, plugins=["math", "table"])
    for name, sign in (("inline_math", "$"), ("block_math", "$$")):
        render.renderer.register(name, lambda _, formula, sign=sign: f"{sign}{html.escape(formula)}{sign}")
    return bleach.clean(render(text), TAGS, _allowed, protocols={"http", "https", "data"})


def _cell_html(cell):
    """Return a cell as HTML, with what it showed when it was handed in."""
    if cell.kind != "code":
        return to_html(cell.source, cell.attachments)
    found = [f"<pre>{html.escape(cell.source)}</pre>"]
    for output in cell.outputs:
        data = output.get("data", output)
        text = "".join(output.get("text") or data.get("text/plain") or output.get("evalue") or "")
        picture = f"data:image/png;base64,{''.join(data.get('image/png') or data.get('png') or '').strip()}"
        if PICTURE.fullmatch(picture):
            found.append(f'<img alt="figure of cell {cell.number}" src="{picture}">')
        else:
            found.append(f"<pre>{html.escape(text[:LONGEST])}{'…' * (len(text) > LONGEST)}</pre>")
    return "\n".join(found)


def _inert(text):
    """Return text that may hold anything as a block of code in Markdown."""
    return "\n".join(f"    {line}" for line in str(text).splitlines())


def _table(titles, rows):
    """Return lines of a Markdown table."""
    rows = (titles, ["---"] * len(titles), *rows)
    return ["| " + " | ".join(re.sub(r"[|\n<>&`]", " ", str(entry)) for entry in row) + " |" for row in rows] + [""]


def _shown(points):
    return "" if points is None else f"{points:g}"


def student_page(sheet, seed):
    """Return a student's page as Markdown: verdicts, with the smallest input that shows a mistake, and remarks."""
    rows = [(grade.part, _shown(grade.points) or "not graded", grade.of, grade.mistake) for grade in sheet.grades]
    together = _shown(sheet.points) or "not graded"
    lines = [f"# {sheet.student}", "", *_table(("Part", "Points", "Of", "Mistake"), rows),
             f"Together: {together}. Part 7 is for a reader. Seed of the inputs: {seed}.", ""]
    for grade in sheet.grades:
        if not grade.verdict:
            told = f"Not graded: {grade.reason}." if grade.verdict is None else grade.verdict
            lines += [f"## {grade.part}", "", _inert(told), ""]
    return "\n".join([*lines, "## Remarks", "", *map(_inert, sheet.remarks or ["None."]), ""])


def class_page(sheets, seed, way):
    """Return the summary of a class as Markdown, with its table of mistakes."""
    grades = [grade for sheet in sheets for grade in sheet.grades]
    others = [(sheet.student, next(grade.reason for grade in sheet.grades if grade.points is None))
              for sheet in sheets if sheet.points is None]
    told, parts = {}, []
    for grade in grades:
        if grade.mistake:
            told.setdefault((grade.part, grade.mistake), []).append(grade.verdict.sentence)
    for part, (of, _) in PARTS.items():
        points = [grade.points for grade in grades if grade.part == part and grade.points is not None]
        parts.append((part, points.count(of), f"{sum(points) / max(1, len(points)):.2f}", of))
    return "\n".join([
        "# The class", "",
        f"{len(sheets) - len(others)} of {len(sheets)} notebooks were graded, with {way} around each.",
        f"Seed of the inputs: {seed}.", "", *_table(("Part", "Right", "Mean points", "Of"), parts), "## Mistakes", "",
        *_table(("Students", "Part", "Mistake", "What one of them was told"), sorted(
            ((len(texts), *what, texts[0]) for what, texts in told.items()), key=lambda row: (-row[0], row[1:]))),
        "## Not graded", "", *_table(("Student", "Why"), others)])


def gradescope(sheet):
    """Return what Gradescope reads of an autograder, as results.json."""
    return {"tests": [{"name": grade.part, "score": grade.points or 0, "max_score": grade.of, "output":
                       f"Not graded: {grade.reason}." if grade.points is None else str(grade.verdict)}
                      for grade in sheet.grades]}


def write(folder, sheets, seed, way):
    """Write all of it into a folder."""
    for name in ("students", "gradescope"):
        (folder / name).mkdir()
    with open(folder / "grades.csv", "w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([
            ("student", "part", "points", "of", "mistake", "not graded"),
            *((sheet.student, grade.part, _shown(grade.points), grade.of, grade.mistake, grade.reason)
              for sheet in sheets for grade in sheet.grades)])
    pages = [("summary", "The class", class_page(sheets, seed, way), [])]
    pages += [(f"students/{sheet.student}", sheet.student, student_page(sheet, seed), sheet.cells) for sheet in sheets]
    for name, title, text, cells in pages:
        page = "\n".join([HEAD.replace("TITLE", html.escape(title)), to_html(text), *map(_cell_html, cells)])
        for kind, content in (("md", text), ("html", page)):
            (folder / f"{name}.{kind}").write_text(content, encoding="utf-8", errors="replace")
    for sheet in sheets:
        (folder / "gradescope" / f"{sheet.student}.json").write_text(json.dumps(gradescope(sheet)), encoding="utf-8")
