"""A real browser on the built site: Debian's Chromium through Playwright, pages served from this machine alone.

Where there is no Chromium or no built site these tests are skipped and say why. `.ci/run` sets BROWSER_TESTS=required:
there they fail instead.
"""

import contextlib
import functools
import gzip
import http.server
import os
import pathlib
import shutil
import threading
from dataclasses import dataclass, field

import pytest

ROOT = pathlib.Path(__file__).resolve().parents[2]
HTML = pathlib.Path(os.environ.get("BOOK_HTML") or ROOT / "_build" / "html")
AXE = ROOT / "site/node_modules/axe-core/axe.min.js"
REQUIRED = os.environ.get("BROWSER_TESTS") == "required"
CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
PAGES = sorted(path.relative_to(HTML).as_posix() for path in [*HTML.glob("book/*.html"), *HTML.glob("404.html")])
# Chromium asks its maker's hosts at every start unless it is told not to.
QUIET = ["--no-sandbox", "--no-first-run", "--disable-background-networking", "--disable-component-update",
         "--disable-sync"]


def fetched():
    """Return where Playwright keeps a Chromium of its own, if it does: what `make browser` fetched."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = pathlib.Path(playwright.chromium.executable_path)
    return path if path.exists() else None


CHROMIUM = CHROMIUM or fetched()


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


def open_page(browser, url, width=1280, mode="light"):
    """Open a page and wait until its mathematics and widgets are drawn; return the Playwright page."""
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
    for place in page.locator('script[type="application/vnd.jupyter.widget-view+json"]').all():
        place.locator("xpath=../div[contains(@class, 'widget-subarea')]//*[@role='slider']").first.wait_for()
    return page


def run_all(page):
    """Choose Run All Cells in the menu of JupyterLab or JupyterLite."""
    page.locator(".lm-MenuBar-itemLabel").get_by_text("Run", exact=True).click()
    page.locator(".lm-Menu-itemLabel").get_by_text("Run All Cells", exact=True).click()  # 4.2 has it in a palette too


@dataclass
class Visit:
    """What was seen of a page, in light mode and then in dark."""
    hosts: set
    messages: list
    weight: int  #: bytes of everything the page loads, each compressed with gzip
    maths: int  #: how many formulas the page's source has
    typeset: int
    maths_errors: list
    violations: dict = field(default_factory=dict)  #: of axe-core, by mode: (rule, in the content?, what it says)
    overflow: dict = field(default_factory=dict)  #: by (mode, width), how many pixels wider than the window it is


# What MathJax draws is left out: thousands of elements in the colour of the text, hidden from screen readers.
AXE_RUN = """async ([part, only]) => {
    const inContent = node => Boolean(document.querySelector(node.target.flat().pop())?.closest("article.bd-article"));
    const options = {resultTypes: ["violations"], ...(only && {runOnly: only})};
    const {violations} = await axe.run({include: [part], exclude: ["mjx-math"]}, options);
    return violations.flatMap(rule => rule.nodes.map(
        node => [rule.id, inContent(node), `${node.html}: ${node.failureSummary}`])); }"""
WHOLE, COLOURS = ["html", None], ["article.bd-article", ["color-contrast"]]


@pytest.fixture(scope="session")
def visit(chromium, site):
    @functools.cache
    def visit(name):
        page = open_page(chromium, f"{site}/{name}")
        seen = Visit(
            hosts=set(), messages=page.messages, maths=page.locator(".math").count(),
            typeset=page.locator(".math:has(mjx-container)").count(),
            maths_errors=page.locator("mjx-merror").all_text_contents(),
            weight=sum(len(gzip.compress(request.response().body())) for request in page.finished))
        page.add_script_tag(path=AXE)
        page.add_style_tag(content="* { transition: none !important }")  # no colour is looked at while it changes
        for mode in ("light", "dark"):
            page.emulate_media(color_scheme=mode)
            page.wait_for_function("mode => document.documentElement.dataset.theme === mode", arg=mode)
            # in the dark only colours differ, and around the content they are the same on every page: the small one's
            seen.violations[mode] = page.evaluate(AXE_RUN, WHOLE if mode == "light" or name == "404.html" else COLOURS)
            for width in (1280, 360):
                page.set_viewport_size({"width": width, "height": 900})
                seen.overflow[mode, width] = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
            page.set_viewport_size({"width": 1280, "height": 900})
        seen.hosts = {url.split("/")[2] for url in page.requests if url.startswith("http")} - {site.split("/")[2]}
        page.context.close()
        return seen

    return visit
