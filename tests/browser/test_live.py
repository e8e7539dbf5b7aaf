"""A chapter run by Python in the browser: JupyterLite beside the book, with a Pyodide of the site's own.

`.ci/run` puts that Pyodide together from package registries and builds the site with it; its files must be those of
npm's lock.
"""

import hashlib
import json

import pytest

from .conftest import HTML, REQUIRED, ROOT, open_page, run_all
from .pyodide_distribution import CORE, wanted

LITE, CHAPTER = HTML / "lite", "02-sigmoid"
PYODIDE = LITE / "static/pyodide"
pytestmark = pytest.mark.skipif(not LITE.exists() and not REQUIRED, reason="no notebooks beside the book: `make site`")
needs_pyodide = pytest.mark.skipif(not PYODIDE.exists(), reason="no Pyodide of the site's own: `make site PYODIDE=…` "
                                   "with what tests/browser/pyodide_distribution.py gathers")
# JupyterLite keeps notebooks in the browser's IndexedDB; what is saved there holds the outputs.
SAVED = """async name => {
    const asked = request => new Promise((resolve, reject) => {
        request.onsuccess = () => resolve(request.result); request.onerror = reject; });
    for (const {name: database} of await indexedDB.databases()) {
        const db = await asked(indexedDB.open(database));
        const found = db.objectStoreNames.contains("files")
            ? await asked(db.transaction("files").objectStore("files").get(name)) : null;
        db.close();
        if (found) return found.content;
    }
    return null; }"""


def printed(cell):
    """Return what a code cell shows as text, in the order of its outputs."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell["outputs"]]
    return "".join("".join(text) for text in texts)


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def run_live(page, name):
    """Press the chapter's button, run all cells, and return the notebook as the browser saved it."""
    page.locator(".live-button").click()
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    # the indicator says idle before there is a kernel, and unknown while Python loads
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=unknown]").wait_for(state="attached", timeout=60_000)
    page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for(state="attached", timeout=120_000)
    run_all(page)
    for _ in range(150):
        page.wait_for_timeout(1000)
        page.keyboard.press("Control+s")
        saved = page.evaluate(SAVED, f"{name}.ipynb")
        if saved and all(cell["execution_count"] for cell in code_cells(saved)):
            return saved
    raise AssertionError(f"{name} didn't come to its end")


@pytest.fixture(scope="session")
def notebooks():
    assert LITE.exists(), "`make site` puts the notebooks beside the book"
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (LITE / "files").glob("*.ipynb")}


def test_every_chapter_is_there_with_nothing_run(notebooks):
    assert set(notebooks) == {path.stem for path in (ROOT / "book").glob("*.ipynb")}
    for notebook in notebooks.values():
        assert notebook["metadata"]["kernelspec"]["name"] == "python"
        assert not any(cell["outputs"] or cell["execution_count"] for cell in code_cells(notebook))
        assert "%pip install" in "".join(code_cells(notebook)[0]["source"])


@needs_pyodide
def test_the_sites_pyodide_is_the_one_of_npms_lock():
    """Compiled wheels carry the sha256 of what they were compiled from; the compiler refuses any other source."""
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    sources = {package["file_name"]: (package["sha256"], package.get("source_sha256", package["sha256"]))
               for package in lock["packages"].values()}
    npms = {name: sha256 for sha256, name in wanted().items()}
    compiled = 0
    for path in PYODIDE.glob("*[!n]"):  # but the lock
        sha256 = hashlib.sha256(path.read_bytes()).hexdigest()
        if path.name in npms:
            assert sources[path.name] == (sha256, npms[path.name]), path.name
            compiled += sha256 != npms[path.name]
        else:
            source = lock["info"]["library_source_sha256"] if path.name == "python_stdlib.zip" else sha256
            assert source == hashlib.sha256((CORE / path.name).read_bytes()).hexdigest(), path.name
    assert compiled > 20


@needs_pyodide
def test_a_chapter_prints_in_the_browser_what_it_prints_in_the_book(chromium, site):
    page = open_page(chromium, f"{site}/book/{CHAPTER}.html")
    live = run_live(page, CHAPTER)
    stored = json.loads((ROOT / f"book/{CHAPTER}.ipynb").read_text(encoding="utf-8"))
    for here, there in zip(code_cells(live)[1:], code_cells(stored), strict=True):
        assert [out for out in here["outputs"] if out["output_type"] == "error" or out.get("name") == "stderr"] == []
        assert printed(here) == printed(there), "".join(here["source"])
    assert {url.split("/")[2] for url in page.requests if url.startswith("http")} == {site.split("/")[2]}
    page.context.close()
