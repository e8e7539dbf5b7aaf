"""What the download button gives: the chapter with its pictures, and a first cell that installs what it needs.

A Sphinx extension, named in _config.yml. The cell takes labcore from the repository that GITHUB_REPOSITORY and
GITHUB_SHA name, as GitHub's workflows do; without them from the wheel that `make site` puts beside the pages.
"""

import os
import pathlib
import platform
import re

import nbformat
from jupyter_cache import get_cache
from portable import portable

#: what chapters import beside labcore, and what to install for it
ALSO = {"sklearn": "scikit-learn", "threadpoolctl": "threadpoolctl"}
ASK = """# What this notebook needs, where Python lacks it: labcore, the library of the book, and {also}.
import importlib.util

if not importlib.util.find_spec("labcore"):
"""
FROM_REPOSITORY = '    %pip install --quiet "labcore @ {server}/{repository}/archive/{commit}.zip" {also}'
FROM_SITE = """    import pathlib

    wheels = [*pathlib.Path("../../lite/pypi").glob("labcore-*.whl")]  # beside the pages of the book
    if not wheels:
        raise ModuleNotFoundError("labcore isn't installed: call `pip install .` in the folder of the project")
    %pip install --quiet {{wheels[0]}} {also}"""
LINK = re.compile(r"\]\((?!\w+:)([\w./-]+)\.(?:ipynb|md)(#[^)]*)?\)")
LANGUAGE = {"name": "python", "version": platform.python_version(), "mimetype": "text/x-python",
            "file_extension": ".py", "pygments_lexer": "ipython3", "nbconvert_exporter": "python",
            "codemirror_mode": {"name": "ipython", "version": 3}}  # nbconvert asks for it
WIDGET = "application/vnd.jupyter.widget-view+json"  # it names what only its own run knows


def setup(app):
    app.connect("build-finished", write_downloads)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def write_downloads(app, exception):
    """Put the executed notebooks where the pages' download buttons lead."""
    if exception is not None or app.builder.format != "html":
        return
    for page in app.env.found_docs:
        path = app.env.doc2path(page)
        if path.endswith(".ipynb"):
            _, notebook = get_cache(app.config.nb_execution_cache_path).merge_match_into_file(path)
            goal = pathlib.Path(app.outdir) / "_sources" / f"{page}.ipynb"
            nbformat.write(download(notebook, f"{app.config.html_baseurl or ''}{page}"), goal)


def download(notebook, address):
    """Return an executed notebook as a reader gets it; `address` is that of its page, for links."""
    folder = address.rpartition("/")[0]
    code = "".join(cell.source for cell in notebook.cells if cell.cell_type == "code")
    also = ["ipywidgets", *(name for module, name in ALSO.items() if re.search(rf"(import|from) {module}\b", code))]
    for cell in portable(notebook).cells:
        if cell.cell_type == "markdown" and ":" in folder:
            cell.source = LINK.sub(lambda link: f"]({folder}/{link[1]}.html{link[2] or ''})", cell.source)
        for output in cell.get("outputs", ()):
            output.get("data", {}).pop(WIDGET, None)
    notebook.cells.insert(1, nbformat.v4.new_code_cell(first_cell(" ".join(also)), id="install"))
    notebook.metadata = nbformat.from_dict({"kernelspec": notebook.metadata["kernelspec"], "language_info": LANGUAGE})
    return notebook


def first_cell(also):
    """Return the code that installs labcore and what else is named where labcore is missing."""
    repository = os.environ.get("GITHUB_REPOSITORY")
    return (ASK + (FROM_REPOSITORY if repository else FROM_SITE)).format(
        also=also, server=os.environ.get("GITHUB_SERVER_URL", "https://github.com"), repository=repository,
        commit=os.environ.get("GITHUB_SHA", "HEAD"))
