"""A chapter run by Python in the browser: JupyterLite beside the book, with a Pyodide of the site's own.

`.ci/run` puts that Pyodide together from package registries and builds the site with it; its files must be those of
npm's lock.
"""

import hashlib
import json
import pathlib
import re

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

ASK = """async code => {
    const asked = jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({code});
    let text = "";
    asked.onIOPub = ({content}) => { text += content.text ?? content.evalue ?? ""; };
    await asked.done;
    return text; }"""


def printed(cell):
    """Return what a code cell shows as text, in the order of its outputs."""
    texts = [output.get("text") or output.get("data", {}).get("text/plain", "") for output in cell["outputs"]]
    return "".join("".join(text) for text in texts)


def code_cells(notebook):
    return [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]


def press(page, button=".live-button"):
    """Press a page's button by keyboard, which doesn't scroll; return the tab with the notebook once it is drawn."""
    page.locator(button).first.focus()
    with page.expect_popup() as popup:
        page.keyboard.press("Enter")
    return drawn(popup.value)


def drawn(page):
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    page.locator(".book-back").wait_for(timeout=60_000)
    return page


def until_python_waits(page):
    # the indicator says idle before there is a kernel, and unknown while Python loads
    page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session?.kernel?.status === 'idle'",
                           timeout=180_000)


def run_live(page, name):
    """Run all cells of an opened notebook, and return it as the browser saved it."""
    until_python_waits(page)
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


@needs_pyodide
def test_the_sites_pyodide_is_the_one_of_npms_lock():
    """Compiled wheels carry the sha256 of what they were compiled from; the compiler refuses any other source."""
    lock = json.loads((PYODIDE / "pyodide-lock.json").read_text(encoding="utf-8"))
    sources = {package["file_name"]: (package["sha256"], package.get("source_sha256", package["sha256"]))
               for package in lock["packages"].values()}
    npms = {name: sha256 for sha256, name in wanted().items()}
    compiled = 0
    for path in set(PYODIDE.glob("*[!n]")) - {PYODIDE / "LICENSE"}:  # but the lock, and what npm's package lacks
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
    requests = []
    page.context.on("request", lambda request: requests.append(request.url))
    notebook = press(page)
    live = run_live(notebook, CHAPTER)
    stored = json.loads((ROOT / f"book/{CHAPTER}.ipynb").read_text(encoding="utf-8"))
    for here, there in zip(code_cells(live), code_cells(stored), strict=True):
        assert [out for out in here["outputs"] if out["output_type"] == "error" or out.get("name") == "stderr"] == []
        assert printed(here) == printed(there), "".join(here["source"])
    assert {url.split("/")[2] for url in requests if url.startswith("http")} == {site.split("/")[2]}
    places = [next(place for place, url in enumerate(requests) if url.endswith(name))
              for name in (f"/files/{CHAPTER}.ipynb", "/python.js")]
    assert places == sorted(places)  # Python doesn't hold the notebook up
    loaded = {pathlib.PurePath(url).name.partition("-")[0] for url in requests if ".whl" in url or ".zip" in url}
    assert {"numpy", "labcore"} < loaded
    assert not loaded & {"openssl", "jedi", "fonttools", "pytz", "pandas"}  # 8 MB that no chapter needs
    # matplotlib didn't look through all fonts for a list of its own
    assert notebook.evaluate(ASK, "import matplotlib.font_manager as m; print(m.fontManager.of_the_book)") == "True\n"
    page.context.close()


def test_links_of_live_notebooks_lead_to_pages_and_their_sections(notebooks):
    anchors, wrong = {}, []
    for name, notebook in notebooks.items():
        text = "".join("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "markdown")
        for page, section in re.findall(r"\]\((?!\w+:)([\w-]+)\.(?:ipynb|md)#?([^)]*)\)", text):
            path = HTML / f"book/{page}.html"
            if path not in anchors:
                anchors[path] = set(re.findall(r'id="([^"]+)"', path.read_text(encoding="utf-8")))
            if section and "=" not in section and section not in anchors[path]:  # lr=1 sets the playground
                wrong.append(f"{name}: {page}#{section}")
    assert anchors and wrong == []


def test_a_notebook_opens_at_the_section_and_leads_back_to_the_book(chromium, site):
    page = open_page(chromium, f"{site}/book/{CHAPTER}.html")
    page.evaluate("document.getElementById('replace-the-count').scrollIntoView({behavior: 'instant'})")
    live = press(page, ".live-here")
    live.locator(".jp-mod-active h2", has_text="Replace the count").wait_for()
    assert live.locator(".jp-mod-active h2").is_visible()
    live.wait_for_timeout(1000)  # as a reader's hand takes
    live.locator('.jp-RenderedMarkdown a[data-commandlinker-args*="04-loss"]').first.click()
    page.wait_for_url("**/book/04-loss.html")  # in the tab of the book
    live.locator(".book-back").click()
    page.wait_for_url(f"**/book/{CHAPTER}.html#replace-the-count")
    assert len(page.context.pages) == 2
    for path, name in (("api.md", "labcore.mlp"), ("10-activations.ipynb", "follow-the-gradient-down")):
        found = live.evaluate("""([path, id]) => {
            const link = document.createElement("a");
            link.dataset.commandlinkerArgs = JSON.stringify({path, id});
            document.querySelector(".jp-RenderedMarkdown").append(link);
            link.dispatchEvent(new PointerEvent("pointerover", {bubbles: true}));
            return link.href; }""", [path, name])
        assert found == f"{site}/book/{path.partition('.')[0]}.html#{name}"
    page.context.close()


def test_an_older_copy_says_so_and_a_fresh_one_can_be_had(chromium, site):
    page = open_page(chromium, f"{site}/lite/notebooks/index.html?path={CHAPTER}.ipynb")
    drawn(page)
    told = page.locator(".Toastify__toast", has_text="older version")
    assert told.count() == 0
    page.evaluate("""async () => {
        const {context, content} = jupyterapp.shell.currentWidget;
        content.model.sharedModel.cells[1].setSource("# mine");
        content.model.setMetadata("book", "of long ago");
        await context.save(); }""")
    page.reload()
    drawn(page)
    told.locator("button", has_text="afresh").click()
    page.wait_for_url("**kept=*")
    drawn(page)
    page.locator(".Toastify__toast", has_text="mine").wait_for()
    assert told.count() == 0
    sources = "jupyterapp.shell.currentWidget.content.model.toJSON().cells.map(cell => cell.source)"
    assert "# mine" not in page.evaluate(sources)
    kept = page.evaluate("""jupyterapp.serviceManager.contents.get(
        new URLSearchParams(location.search).get("kept"), {content: true})""")
    assert "# mine" in [cell["source"] for cell in kept["content"]["cells"]]
    page.context.close()


@needs_pyodide
def test_an_endless_loop_ends_with_a_restart_as_the_page_says(chromium, site):
    page = open_page(chromium, f"{site}/lite/notebooks/index.html?path={CHAPTER}.ipynb")
    drawn(page)
    until_python_waits(page)
    page.evaluate("""() => {
        const {content} = jupyterapp.shell.currentWidget;
        content.activeCellIndex = content.model.sharedModel.cells.findIndex(cell => cell.cell_type === "code");
        content.activeCell.model.sharedModel.setSource("while True: pass");
        jupyterapp.commands.execute("notebook:run-cell"); }""")
    page.wait_for_function("jupyterapp.shell.currentWidget.sessionContext.session.kernel.status === 'busy'")
    page.locator('[data-jp-item-name="interrupt"]').click()
    page.locator(".Toastify__toast", has_text="only a restart").get_by_role("button", name="Restart").click()
    page.locator(".jp-Dialog .jp-mod-accept, .jp-Dialog .jp-mod-warn").last.click()
    until_python_waits(page)
    page.context.close()
