"""Put JupyterLite beside the built book, with the chapters as notebooks, and zip the whole to take along.

    python site/build_lite.py [--pyodide FOLDER]

Run it in the environment of site/lite/requirements.txt; `make site` does. Python itself comes from the address in
site/lite/jupyter-lite.json when a reader starts a notebook, or, with --pyodide, from the site: FOLDER is an unpacked
full distribution of the same version, whose modules are compiled ahead (with Node.js) for a quicker start.
"""

import argparse
import json
import pathlib
import shutil
import subprocess
import sys

import labcore_wheel
import nbformat

SITE = pathlib.Path(__file__).resolve().parent
ROOT, LITE = SITE.parent, SITE / "lite"
BUILD = ROOT / "_build"
# A word as soon as Python runs; and matplotlib's first start, some seconds in a browser, isn't to look like an error.
INSTALL = """print("Python is running. NumPy, matplotlib and labcore follow, which takes some seconds.")
%pip install -q labcore ipywidgets
import logging; logging.getLogger("matplotlib.font_manager").setLevel("ERROR")"""

# The browser compiles WebAssembly once for a page and its workers: begun here, it is ready when the notebook is drawn.
COMPILE = """<head>
    <script>window.wasm = WebAssembly.compileStreaming(fetch("{url}")).catch(() => null);</script>"""


def live(path):
    """Return a chapter as it opens in the browser: nothing run, what only draws folded, its imports installed first."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            if "hide-input" in cell.metadata.get("tags", ()):
                cell.metadata["jupyter"] = {"source_hidden": True}
    notebook.cells.insert(1, nbformat.v4.new_code_cell(INSTALL, id="install"))
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}})
    return notebook


def stage(folder):
    """Fill a folder with what JupyterLite is made from: settings, notebooks and wheels."""
    shutil.rmtree(folder, ignore_errors=True)  # with the cache of an earlier build, which once dropped the settings
    (folder / "notebooks").mkdir(parents=True)
    # jupyter-lite.json switches the service worker off: imports would ask it for files, 150 times before a first output
    for settings in LITE.glob("*.json"):
        shutil.copy2(settings, folder)
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        nbformat.write(live(path), folder / "notebooks" / path.name)
    for page in (ROOT / "book").rglob("*.md"):  # the chapters link to them
        copy = folder / "notebooks" / page.relative_to(ROOT / "book")
        copy.parent.mkdir(exist_ok=True)
        shutil.copy2(page, copy)
    labcore_wheel.build(folder / "pypi", "-r", str(LITE / "wheels.txt"))


def start_early(page, pyodide):
    """Let the notebook's page compile Pyodide, at the address of its pyodide.js, while JupyterLite is drawn."""
    text = page.read_text(encoding="utf-8")
    assert text.count("<head>") == 1, f"{page} isn't the page that JupyterLite used to make"
    url = f"{pyodide.rpartition('/')[0]}/pyodide.asm.wasm"
    page.write_text(text.replace("<head>", COMPILE.format(url=url)), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pyodide", type=pathlib.Path, metavar="FOLDER", help="serve this Pyodide from the site")
    pyodide = parser.parse_args().pyodide
    source, goal = BUILD / "lite", BUILD / "html" / "lite"
    stage(source)
    if pyodide:
        shutil.copytree(pyodide, source / "static" / "pyodide")
        subprocess.run(["node", str(SITE / "compile_python.mjs"), str(source / "static" / "pyodide")], check=True)
    shutil.rmtree(goal, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(source), "--contents",
                    str(source / "notebooks"), "--output-dir", str(goal)], check=True, cwd=source)
    settings = json.loads((LITE / "jupyter-lite.json").read_text(encoding="utf-8"))["jupyter-config-data"]
    cdn = settings["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]["pyodideUrl"]
    start_early(goal / "notebooks" / "index.html", "../static/pyodide/pyodide.js" if pyodide else cdn)
    print("To take along:", shutil.make_archive(str(BUILD / "book"), "zip", BUILD, "html"))


if __name__ == "__main__":
    main()
