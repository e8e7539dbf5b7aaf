"""A real browser on the built site: Debian's Chromium through Playwright, pages served from this machine alone.

Where there is no Chromium or no built site these tests are skipped and say why. `.ci/run` sets BROWSER_TESTS=required:
there they fail instead.
"""

import contextlib
import functools
import http.server
import os
import pathlib
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "site"))

from chromium import CHROMIUM, QUIET  # noqa: E402

HTML = pathlib.Path(os.environ.get("BOOK_HTML") or ROOT / "_build" / "html")
AXE = ROOT / "site/node_modules/axe-core/axe.min.js"
REQUIRED = os.environ.get("BROWSER_TESTS") == "required"
PAGES = sorted(path.relative_to(HTML).as_posix() for path in [*HTML.glob("book/*.html"), *HTML.glob("404.html")])


def missing():
    """Return what these tests lack, or ""."""
    if not CHROMIUM:
        return "no Chromium found: install Debian's package chromium, or `make browser`, or set CHROMIUM to a path"
    if not (HTML / "index.html").exists() or not AXE.exists():
        return "no built site with its own scripts: `make site` or, with npm, `make book`"
    return ""


def pytest_collection_modifyitems(items):
    reason = missing()
    if reason and not REQUIRED:
        for item in items:
            if pathlib.Path(__file__).parent in item.path.parents:
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def chromium():
    assert not missing(), missing()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        yield browser
        browser.close()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextlib.contextmanager
def served(folder):
    """Serve a folder on a free port of this machine; yield its address."""
    handler = functools.partial(_Quiet, directory=folder)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.fixture(scope="session")
def site():
    with served(HTML) as address:
        yield address


@contextlib.contextmanager
def jupyterlab(folder, **variables):
    """Start JupyterLab in a folder, on a free port of this machine; yield its address."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    address = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "lab", "--allow-root", "--no-browser", f"--notebook-dir={folder}",
         f"--port={port}", "--ServerApp.port_retries=0", "--IdentityProvider.token=", "--expose-app-in-browser"],
        env=os.environ | variables, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
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


def open_page(browser, url, width=1280, mode="light"):
    """Open a page and wait until its mathematics is drawn; return the Playwright page."""
    context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=mode)
    page = context.new_page()
    page.requests, page.messages, page.finished = [], [], []
    page.on("request", lambda request: page.requests.append(request.url.partition(",")[0]))  # of data: its kind
    page.on("console", lambda message: page.messages.append(message.text)
            if message.type in ("error", "warning") else None)
    page.on("pageerror", lambda error: page.messages.append(str(error)))
    page.on("requestfinished", lambda request: request.url.startswith("http") and page.finished.append(request))
    page.goto(url)
    page.evaluate("() => window.MathJax?.startup?.promise")
    return page


def run_all(page):
    """Choose Run All Cells in the menu of JupyterLab or JupyterLite."""
    page.locator(".lm-MenuBar-itemLabel").get_by_text("Run", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()  # 4.2 has it in a palette too
