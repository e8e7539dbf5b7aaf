"""The playground, driven in JupyterLab as a reader would drive it."""

import re
import socket
import subprocess
import sys
import time
import urllib.request

import nbformat
import pytest

from .conftest import ROOT, open_page, run_all


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory):
    """Start JupyterLab on the chapter's playground cell, which stands alone in its notebook; yield its address."""
    folder = tmp_path_factory.mktemp("book")
    chapter = nbformat.read(ROOT / "book/14-playground.ipynb", as_version=4)
    chapter.cells = [cell for cell in chapter.cells if cell.cell_type == "code" and "playground()" in cell.source]
    assert len(chapter.cells) == 1  # JupyterLab draws only the cells that are in sight
    nbformat.write(chapter, folder / "14-playground.ipynb")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "lab", "--allow-root", "--no-browser", f"--port={port}",
         "--ServerApp.port_retries=0", "--IdentityProvider.token=", f"--notebook-dir={folder}"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    address = f"http://127.0.0.1:{port}"
    try:
        for _ in range(120):
            try:
                urllib.request.urlopen(f"{address}/api", timeout=5)
                break
            except OSError:
                time.sleep(0.5)
        yield address
    finally:
        server.terminate()
        server.wait()


@pytest.fixture(scope="module")
def playground(chromium, jupyterlab):
    """Run the chapter's cells; yield the page with the playground in it."""
    page = open_page(chromium, f"{jupyterlab}/lab/tree/14-playground.ipynb")
    page.get_by_text("| Idle").wait_for(timeout=60_000)  # before its kernel has started, a notebook asks which to take
    run_all(page)
    page.locator(".playground img.picture").wait_for(timeout=60_000)
    yield page
    page.context.close()


def press(page, name):
    page.locator(".playground").get_by_role("button", name=name, exact=True).click()


def standing(page):
    """Return the epoch and the loss that the playground shows."""
    text = page.locator(".playground [role=status]").inner_text()
    epoch, loss = re.search(r"epoch\s+(\d+)\s+loss\s+([\d.e+-]+|nan|inf)", text).groups()
    return int(epoch), float(loss)


def until(page, done):
    for _ in range(200):
        if done():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it didn't happen within 10 s")


def test_it_trains_pauses_and_begins_again(playground):
    picture = playground.locator(".playground img.picture")
    first, start = picture.get_attribute("src"), standing(playground)
    press(playground, "Train")
    until(playground, lambda: standing(playground)[0] > 50)
    seen = picture.evaluate("""async image => {
        const seen = new Set(), watch = new MutationObserver(() => seen.add(image.src));
        watch.observe(image, {attributes: true, attributeFilter: ["src"]});
        await new Promise(done => setTimeout(done, 1000));
        return seen.size; }""")
    assert seen >= 3, "the picture moves while it trains"
    press(playground, "Pause")
    playground.wait_for_timeout(500)
    paused = standing(playground)
    playground.wait_for_timeout(500)
    assert standing(playground) == paused and paused[0] > 50
    press(playground, "Step")
    until(playground, lambda: standing(playground)[0] == paused[0] + 1)
    press(playground, "Reset")
    until(playground, lambda: standing(playground) == start)
    assert start[0] == 0 and first


def test_another_problem_begins_at_epoch_0_and_the_script_repeats_the_run(playground, tmp_path):
    playground.get_by_label("Problem").select_option("circles")
    until(playground, lambda: "of 200" in playground.locator(".playground [role=status]").inner_text())
    press(playground, "Train")
    until(playground, lambda: standing(playground)[0] > 20)
    press(playground, "Pause")
    playground.wait_for_timeout(300)
    press(playground, "Show code")
    playground.locator(".playground pre").wait_for()
    script = tmp_path / "run.py"
    script.write_text(playground.locator(".playground pre").inner_text(), encoding="utf-8")
    printed = subprocess.run([sys.executable, script], capture_output=True, text=True, check=True).stdout
    epoch, loss = re.match(r"epoch (\d+), loss ([\d.e+-]+)", printed).groups()
    assert (int(epoch), round(float(loss), 5)) == standing(playground)


def test_an_impossible_choice_is_refused_with_a_sentence(playground):
    before = standing(playground)
    playground.get_by_label("Rate").fill("-1")
    playground.keyboard.press("Tab")
    alert = playground.locator(".playground [role=alert]")
    alert.wait_for()
    assert "lr must lie in" in alert.inner_text() and standing(playground) == before
    assert playground.locator("[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
    playground.get_by_label("Rate").fill("1")
    playground.keyboard.press("Tab")
    until(playground, lambda: standing(playground)[0] == 0)
