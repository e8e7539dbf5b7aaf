"""A chapter as it leaves the folder of the book: for JupyterLite, and as a download."""

import re

import nbformat

#: the cells that begin and end exercises, which only Sphinx understands, and what stands there in a notebook
GATES = {r"```\{exercise-start\} ([^\n]+)\n:label: exercise-0?(\d+)-(\d+)\n```": r"### Exercise \2.\3: \1",
         r"```\{exercise-end\}\n```": "", r"```\{solution-start\}.*\n```": "#### Solution",
         r"```\{solution-end\}\n```": "---"}


def without_gate(text):
    """Return a text cell as a notebook shows it."""
    for gate, instead in GATES.items():
        if match := re.fullmatch(gate, text, re.DOTALL):
            return match.expand(instead)
    return text


def portable(notebook):
    """Change a notebook of the book for programs that know nothing of it, and return it.

    Exercises get headings and figures their captions, as text; code that only draws is folded.
    """
    cells, notebook.cells = notebook.cells, []
    for cell in cells:
        if cell.cell_type == "markdown":
            cell.source = without_gate(cell.source)
        elif "hide-input" in cell.metadata.get("tags", ()):
            cell.metadata["jupyter"] = {"source_hidden": True}
        if cell.source:
            notebook.cells.append(cell)
        if caption := cell.metadata.get("mystnb", {}).get("figure", {}).get("caption"):
            notebook.cells.append(nbformat.v4.new_markdown_cell(f"*{caption}*", id=f"{cell.id[:56]}-caption"))
    return notebook
