"""A chapter as it leaves the folder of the book: for JupyterLite, and as a download."""

import re

import nbformat


def portable(notebook):
    """Give the figures of a notebook their captions as text, fold code that only draws, and return the notebook."""
    chapter, figures = re.match(r"# (\d+\.) ", notebook.cells[0].source), 0
    cells, notebook.cells = notebook.cells, []
    for cell in cells:
        notebook.cells.append(cell)
        if "hide-input" in cell.metadata.get("tags", ()):
            cell.metadata["jupyter"] = {"source_hidden": True}
        if caption := cell.metadata.get("mystnb", {}).get("figure", {}).get("caption"):
            figures += 1
            text = f"*Fig. {chapter[1] if chapter else ''}{figures}: {caption}*"
            notebook.cells.append(nbformat.v4.new_markdown_cell(text, id=f"{cell.id[:56]}-caption"))
    return notebook
