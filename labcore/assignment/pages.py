"""What grading writes: a table for a program, a page for each student, a summary of the class, Gradescope's results."""

import csv
import html
import json
import re

import bleach
import mistune

from .judging import PARTS

STYLE = """body { max-width: 50rem; margin: 2rem auto; padding: 0 1rem; font: 1rem/1.5 sans-serif }
pre { background: #f4f4f4; padding: .5rem; overflow: auto } img { max-width: 100% }
table { border-collapse: collapse } td, th { border-bottom: 1px solid #bbb; padding: .2rem .6rem; text-align: left }"""
#: no script runs and nothing is fetched, whatever a notebook brings
HEAD = f"""<!doctype html><html lang="en"><meta charset="utf-8"><title>TITLE</title><meta
http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<style>{STYLE}</style>"""
TAGS = bleach.ALLOWED_TAGS | set("p br hr h1 h2 h3 h4 h5 h6 pre img table thead tbody tr th td div span sub sup del s u "
                                 "dl dt dd details summary".split())
PICTURE = re.compile(r"data:image/(png|jpeg|gif);base64,[A-Za-z0-9+/=\s]*")
LONGEST = 20_000  #: characters of an output that are shown


def _allowed(tag, name, value):
    return (tag == "img" and (name == "alt" or name == "src" and bool(PICTURE.fullmatch(value)))
            or tag == "a" and name == "href" and value.startswith(("https:", "http:", "#")))


def to_html(text, attachments=()):
    """Return Markdown as HTML in which nothing is alive; formulas stay as they were typed, attached pictures too."""
    for name, kinds in dict(attachments).items():
        for kind, data in kinds.items():
            text = text.replace(f"attachment:{name}", f"data:{kind};base64,{''.join(data).strip()}")
    render = mistune.create_markdown(escape=False, plugins=["math", "table", "strikethrough"])
    for name, sign in (("inline_math", "$"), ("block_math", "$$")):
        render.renderer.register(name, lambda _, formula, sign=sign: f"{sign}{html.escape(formula)}{sign}")
    return bleach.clean(render(text), TAGS, _allowed, protocols={"http", "https", "data"})


def notebook_html(cells):
    """Return the cells as HTML, with the outputs as they were handed in."""
    found = []
    for cell in cells:
        if cell.kind != "code":
            found.append(to_html(cell.source, cell.attachments))
            continue
        found.append(f"<pre><code>{html.escape(cell.source)}</code></pre>")
        for output in cell.outputs:
            data = output.get("data", output)
            text = "".join(output.get("text") or data.get("text/plain") or output.get("evalue") or "")
            picture = "".join(data.get("image/png") or data.get("png") or "")
            if picture and PICTURE.fullmatch(f"data:image/png;base64,{picture}"):
                found.append(f'<img alt="figure of cell {cell.number}" src="data:image/png;base64,{picture.strip()}">')
            elif text:
                found.append(f"<pre>{html.escape(text[:LONGEST])}{'…' * (len(text) > LONGEST)}</pre>")
    return "\n".join(found)


def _inert(text):
    """Return text that may hold anything as a block of code in Markdown."""
    return "\n".join(f"    {line}" for line in str(text).splitlines())


def _row(*entries):
    return "| " + " | ".join(re.sub(r"[|\n<>&`]", " ", str(entry)) for entry in entries) + " |"


def _number(points):
    return "not graded" if points is None else f"{points:g}"


def student_page(sheet, seed):
    """Return a student's page as Markdown: verdicts, with the smallest input that shows a mistake, and remarks."""
    lines = [f"# {sheet.student}", "", _row("Part", "Points", "Of", "Mistake"), "|---|---|---|---|"]
    lines += [_row(grade.part, _number(grade.points), grade.of, grade.mistake) for grade in sheet.grades]
    lines += [_row("together", _number(sheet.points), sum(grade.of for grade in sheet.grades), ""), "",
              f"Parts 1 to 6; part 7 is for a reader. Inputs were drawn with seed {seed}.", ""]
    for grade in sheet.grades:
        if not grade.verdict:
            told = f"Not graded: {grade.reason}." if grade.verdict is None else grade.verdict
            lines += [f"## {grade.part}", "", _inert(told), ""]
    if sheet.remarks:
        lines += ["## Remarks", "", *(_inert(remark) for remark in sheet.remarks), ""]
    return "\n".join(lines)


def class_page(sheets, seed, way):
    """Return the summary of a class as Markdown, with its table of mistakes."""
    graded = [sheet for sheet in sheets if sheet.points is not None]
    others = [(sheet.student, next(grade.reason for grade in sheet.grades if grade.points is None))
              for sheet in sheets if sheet.points is None]
    counts = {}
    for grade in (grade for sheet in sheets for grade in sheet.grades if grade.mistake):
        counts.setdefault((grade.part, grade.mistake), []).append(grade.verdict.sentence)
    lines = ["# The class", "", f"{len(graded)} of {len(sheets)} notebooks were graded, each with {way} around it, on inputs "
             f"that were drawn with seed {seed}.", "", "## Parts", "", _row("Part", "Right", "Mean points", "Of"),
             "|---|---|---|---|"]
    for part, (of, *_) in PARTS.items():
        points = [grade.points for sheet in sheets for grade in sheet.grades if grade.part == part and grade.points is not None]
        lines.append(_row(part, points.count(of), f"{sum(points) / len(points):.2f}" if points else "", of))
    lines += ["", "## Mistakes", "", _row("Students", "Part", "Mistake", "What one of them was told"), "|---|---|---|---|"]
    lines += [_row(len(told), *what, told[0][:200]) for what, told in sorted(
        counts.items(), key=lambda one: -len(one[1]))]
    lines += ["", "## Not graded", "", _row("Student", "Why"), "|---|---|", *(_row(*other) for other in others)]
    return "\n".join(lines) + "\n"


def gradescope(sheet):
    """Return what Gradescope reads of an autograder, as results.json."""
    return {"output": "Parts that could not be graded have no points yet." if sheet.points is None else "", "tests": [
        {"name": grade.part, "score": grade.points or 0, "max_score": grade.of,
         "output": f"Not graded: {grade.reason}." if grade.points is None else str(grade.verdict)} for grade in sheet.grades]}


def write(folder, sheets, seed, way):
    """Write all of it into a folder."""
    for name in ("students", "gradescope"):
        (folder / name).mkdir()
    with open(folder / "grades.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(("student", "part", "points", "of", "mistake", "not graded"))
        table.writerows((sheet.student, grade.part, "" if grade.points is None else f"{grade.points:g}", grade.of,
                         grade.mistake, grade.reason if grade.points is None else "")
                        for sheet in sheets for grade in sheet.grades)
    pages = {"summary": ("The class", class_page(sheets, seed, way), [])}
    pages |= {f"students/{sheet.file}": (sheet.student, student_page(sheet, seed), sheet.cells) for sheet in sheets}
    for name, (title, text, cells) in pages.items():
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
        page = HEAD.replace("TITLE", html.escape(title)) + to_html(text) + "<hr>" * bool(cells) + notebook_html(cells)
        (folder / f"{name}.html").write_text(page, encoding="utf-8", errors="replace")
    for sheet in sheets:
        (folder / "gradescope" / f"{sheet.file}.json").write_text(json.dumps(gradescope(sheet)), encoding="utf-8")
