"""Exercises are plain Markdown in the notebooks and boxes on the pages; numbers are by chapter. A Sphinx extension.

An exercise is a heading `### Exercise 8.1: Title`, a stub, its check, a hint and, below `<summary>Solution</summary>`,
a solution and the check once more. JupyterLab shows it as it is; for the page sphinx-exercise's directives are added.
"""

import json
import re

EXERCISE = re.compile(r"### Exercise (?:\d+\.)?(\d+): (.+)\n")
SOLUTION = re.compile(r"<details>\n<summary>Solution</summary>\n(.*)\n</details>", re.DOTALL)
CHAPTER = re.compile(r"book/(\d+)-")


def setup(app):
    app.connect("source-read", put_into_boxes)
    app.connect("env-check-consistency", number_by_chapter)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def put_into_boxes(app, page, source):
    """Change the text of a notebook before it is parsed, whose file stays as it is."""
    if str(app.env.doc2path(page)).endswith(".ipynb"):
        notebook = json.loads(source[0])
        notebook["cells"] = list(_with_gates(notebook["cells"], page.rpartition("/")[2]))
        source[0] = json.dumps(notebook)


def _with_gates(cells, page):
    gates, label, solved = 0, "", False

    def gate(text):
        nonlocal gates
        gates += 1
        return {"cell_type": "markdown", "id": f"gate-{gates}", "metadata": {}, "source": f"```{{{text}\n```"}

    for cell in cells:
        text = "".join(cell["source"])
        if solved and cell["cell_type"] == "markdown":  # after a solution's code
            yield gate("solution-end}")
            solved = False
        if begins := EXERCISE.match(text):
            label = f"exercise-{begins[1]}-{page}"
            yield gate(f"exercise-start}} {begins[2]}\n:label: {label}")
            cell = cell | {"source": text[begins.end():].strip()}
        elif solution := SOLUTION.fullmatch(text):
            yield gate("exercise-end}")
            yield gate(f"solution-start}} {label}\n:class: dropdown")
            cell, solved = cell | {"source": solution[1].strip()}, True
        yield cell


def number_by_chapter(app, env):
    """Count figures and exercises in each chapter, as equations are: Fig. 8.2. Sphinx counts through the book."""
    for page, kinds in env.toc_fignumbers.items():
        chapter = CHAPTER.match(page)
        before = (int(chapter[1]),) if chapter else ()
        for numbers in kinds.values():
            numbers.update({name: (*before, k) for k, name in enumerate(numbers, start=1)})
