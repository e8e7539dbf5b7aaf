"""Put JupyterLite beside the built book, with the chapters as notebooks, and zip the whole to take along.

    python site/build_lite.py [--pyodide FOLDER]

Run it in the environment of site/lite/requirements.txt; `make site` does. Python itself comes from the address in
site/lite/jupyter-lite.json when a reader starts a notebook, or, with --pyodide, from the site: FOLDER is an unpacked
full distribution of the same version, whose modules are compiled ahead (with Node.js) for a quicker start.
"""

import argparse
import hashlib
import importlib.metadata
import json
import pathlib
import re
import shutil
import subprocess
import sys

import labcore_wheel
import licences
import nbformat
from portable import portable

SITE = pathlib.Path(__file__).resolve().parent
ROOT, LITE = SITE.parent, SITE / "lite"
BUILD = ROOT / "_build"
KERNEL = "@jupyterlite/pyodide-kernel-extension"
#: what Python starts with in the browser: what the kernel is made of, and what a chapter imports
BEGIN_WITH = ["piplite", "pyodide-kernel", "labcore", "ipywidgets", "anywidget"]
#: what the kernel would load one after the other; nobody here misses encrypted sockets or jedi's completion
KERNEL_ASKS_FOR = ["micropip", "piplite", "ssl", "sqlite3", "ipykernel", "comm", "pyodide_kernel", "jedi", "ipython"]
#: what other packages need it for isn't done here: matplotlib's PDFs, pandas' time zones
UNNEEDED = {"fonttools", "pytz"}
#: what a page fetches while the pointer is on the button, if the site has it
PRELOADED = ["build/jlab_core.*.js", "static/pyodide/pyodide.asm.*", "static/pyodide/python_stdlib.zip"]
#: what the wheels need that aren't Pyodide's own
DEPENDS = {"labcore": ["numpy", "matplotlib"], "ipywidgets": ["comm", "ipython"], "ipykernel": ["ipython"],
           "pyodide_kernel": ["ipykernel", "comm"], "piplite": ["micropip"],
           "anywidget": ["ipywidgets", "psygnal", "typing-extensions"]}


def live(path):
    """Return a chapter as it opens in the browser: nothing run, what only draws folded."""
    notebook = portable(nbformat.read(path, as_version=4))
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.metadata.get("jupyter", {}).pop("outputs_hidden", None)  # nothing is given away before it is run
    notebook.metadata = nbformat.from_dict(
        {"kernelspec": {"name": "python", "display_name": "Python (Pyodide)", "language": "python"},
         "book": hashlib.sha256(path.read_bytes()).hexdigest()[:16]})  # live.js sees whether a reader's copy is older
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
    # psygnal's own wheels are compiled for a system; made from its source it is pure Python
    labcore_wheel.build(folder / "pypi", "--no-binary=psygnal", "-r", str(LITE / "wheels.txt"))


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def write_lock(lite, lock, pyodide):
    """Write what python.js fetches: Pyodide's own list of packages, lighter, with the kernel's and ours in it."""
    packages = lock["packages"]
    for package in packages.values():
        package["depends"] = [name for name in package["depends"] if name not in UNNEEDED]
    for wheel in [*lite.glob("pypi/*.whl"), *lite.glob(f"extensions/{KERNEL}/static/pypi/*.whl")]:
        name, version = wheel.name.split("-")[:2]
        packages[name.replace("_", "-")] = {
            "name": name, "version": version, "file_name": wheel.relative_to(lite).as_posix(), "sha256": sha256(wheel),
            "install_dir": "site", "package_type": "package", "imports": [name], "depends": DEPENDS.get(name, []),
            "unvendored_tests": False, "ours": True}
    lock["book"] = {"pyodide": pyodide, "packages": BEGIN_WITH}
    (lite / "static/pyodide-lock.json").write_text(json.dumps(lock), encoding="utf-8")


def settle(lite):
    """Let JupyterLite load Python through python.js, and the page of a notebook live.js before all else."""
    for path in LITE.glob("*.js"):
        shutil.copy2(path, lite / "static")
    path = lite / "jupyter-lite.json"
    settings = json.loads(path.read_text(encoding="utf-8"))
    kernel = settings["jupyter-config-data"]["litePluginSettings"][f"{KERNEL}:kernel"]
    core = lite / "static/pyodide" if (lite / "static/pyodide").exists() else SITE / "node_modules/pyodide"
    write_lock(lite, json.loads((core / "pyodide-lock.json").read_text(encoding="utf-8")), kernel["pyodideUrl"])
    kernel["pyodideUrl"] = "./static/python.js"
    kernel["loadPyodideOptions"] = {"packages": KERNEL_ASKS_FOR}  # they are there: it needn't look for them
    path.write_text(json.dumps(settings, indent=2), encoding="utf-8")
    page = lite / "notebooks" / "index.html"
    text = page.read_text(encoding="utf-8")
    assert text.count("<head>") == 1, f"{page} isn't the page that JupyterLite used to make"
    page.write_text(text.replace("<head>", '<head>\n    <script src="../static/live.js"></script>'), encoding="utf-8")
    first = [path.relative_to(lite).as_posix() for name in PRELOADED for path in lite.glob(name)]
    first += re.findall(r'href="\.\./(build/[^"]+)"', text)  # with the version that is asked for
    (lite / "preload.json").write_text(json.dumps(first), encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--pyodide", type=pathlib.Path, metavar="FOLDER", help="serve this Pyodide from the site")
    pyodide = parser.parse_args().pyodide
    source, goal = BUILD / "lite", BUILD / "html" / "lite"
    stage(source)
    if pyodide:
        shutil.copytree(pyodide, source / "static" / "pyodide")
        shutil.copy2(SITE / "node_modules/axe-core/LICENSE", source / "static/pyodide")  # MPL-2.0, as Pyodide's own
        subprocess.run(["node", str(SITE / "compile_python.mjs"), str(source / "static" / "pyodide")], check=True)
    shutil.rmtree(goal, ignore_errors=True)
    subprocess.run([sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", str(source), "--contents",
                    str(source / "notebooks"), "--output-dir", str(goal)], check=True, cwd=source)
    names = [package.name for package in importlib.metadata.distributions()
             if package.name == "jupyterlite-core" or any("labextensions" in file.parts for file in package.files)]
    licences.write(goal / "licences.txt", names)
    settle(goal)
    print("To take along:", shutil.make_archive(str(BUILD / "book"), "zip", BUILD, "html"))


if __name__ == "__main__":
    main()
