"""Every page of the built site, in a real browser."""

import functools
import gzip
import html.parser
import pathlib
import re
import urllib.parse
import zipfile

import pytest

from .conftest import AXE, HTML, PAGES, REQUIRED, ROOT, open_page

WITHOUT_MATHEMATICS = {"404.html", *(f"book/{name}.html" for name in (
    "14-playground", "bibliography", "cluster", "glossary", "making"))}
#: rules of axe-core that the theme's own navigation breaks
THEME_VIOLATIONS = {"label-content-name-mismatch", "region"}

# What MathJax draws is left out: thousands of elements in the colour of the text, hidden from screen readers.
AXE_RUN = """async ([part, only]) => {
    const inContent = node => Boolean(document.querySelector(node.target.flat().pop())?.closest("article.bd-article"));
    const options = {resultTypes: ["violations"], ...(only && {runOnly: only})};
    const {violations} = await axe.run({include: [part], exclude: ["mjx-math"]}, options);
    return violations.flatMap(rule => rule.nodes.map(
        node => [rule.id, inContent(node), `${node.html}: ${node.failureSummary}`])); }"""
# What is wider than its box, with all answers and folded code open.
CLIPPED = """() => {
    document.querySelectorAll(".bd-article details").forEach(part => { part.open = true; });
    document.querySelectorAll(".bd-article .toggle-hidden").forEach(part => part.classList.remove("toggle-hidden"));
    return [...document.querySelectorAll(":is(.exercise, .solution) pre")].filter(
        code => code.scrollWidth > code.clientWidth).map(code => code.textContent); }"""
# What reaches over the right edge of the paper, or is cut at that of a box.
CUT = """() => [...document.querySelectorAll(
    ".bd-article :is(p, pre, table, img, div.math, mjx-container, dt)")].filter(part =>
        part.getClientRects().length && (part.getBoundingClientRect().right > innerWidth + 1
            || !part.matches("p, mjx-container") && part.scrollWidth > part.clientWidth + 1
                && getComputedStyle(part).overflowX !== "visible")).map(part => part.outerHTML.slice(0, 200))"""
PAPER = {"width": round((210 - 2 * 17) / 25.4 * 96), "height": 1000}  # A4 between the margins of the PDF
WHOLE, COLOURS = ["html", None], ["article.bd-article", ["color-contrast"]]
every_page = pytest.mark.parametrize("name", PAGES)
with_button = pytest.mark.skipif(not (HTML / "lite").exists() and not REQUIRED, reason="no live button: `make site`")


def test_the_site_has_its_pages():
    sources = {path.stem for kind in ("ipynb", "md") for path in (ROOT / "book").glob(f"*.{kind}")}
    assert {pathlib.PurePath(name).stem for name in PAGES} == sources | {"404"}


@every_page
def test_a_page_is_whole_and_readable_in_light_and_dark(chromium, site, name):
    """Other hosts, the console, mathematics, axe-core, width and weight: a page is opened once for all of it."""
    page, wrong = open_page(chromium, f"{site}/{name}"), []
    maths, typeset = page.locator(".math").count(), page.locator(".math:has(mjx-container)").count()
    if typeset < maths or not maths and name not in WITHOUT_MATHEMATICS:
        wrong.append(f"{typeset} of {maths} formulas are typeset")
    wrong += [f"formula: {text}" for text in page.locator("mjx-merror").all_text_contents()]
    weight = sum(len(gzip.compress(request.response().body())) for request in page.finished)
    if weight > 3_000_000:
        wrong.append(f"with all that it loads, compressed, it has {weight} bytes")
    page.add_script_tag(path=AXE)
    page.add_style_tag(content="* { transition: none !important }")  # no colour is looked at while it changes
    for mode in ("light", "dark"):
        page.emulate_media(color_scheme=mode)
        page.wait_for_function("mode => document.documentElement.dataset.theme === mode", arg=mode)
        # in the dark only colours differ, and around the content they are the same on every page: the small one's
        found = page.evaluate(AXE_RUN, WHOLE if mode == "light" or name == "404.html" else COLOURS)
        wrong += [f"{mode}: {rule}: {what}" for rule, ours, what in found if ours or rule not in THEME_VIOLATIONS]
        for width in (1280, 360):
            page.set_viewport_size({"width": width, "height": 900})
            if over := page.evaluate("document.documentElement.scrollWidth - window.innerWidth"):
                wrong.append(f"{mode}: {over} pixels wider than a window of {width}")
        page.set_viewport_size({"width": 1280, "height": 900})
    wrong += [f"clipped in its box: {code}" for code in page.evaluate(CLIPPED)]
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    page.set_viewport_size(PAPER)
    wrong += [f"cut on paper: {part}" for part in page.evaluate(CUT)]
    hosts = {url.split("/")[2] for url in page.requests if url.startswith("http")} - {site.split("/")[2]}
    wrong += [f"asks {host}" for host in hosts]
    wrong += [f"on the console: {text}" for text in page.messages]
    page.context.close()
    assert wrong == []


#: folders of what others made, and what licences.txt must name for each
OTHERS = {"": "Sphinx", "scripts": "sphinx-book-theme", "styles": "pydata-sphinx-theme", "images": "sphinx-book-theme",
          "locales": "sphinx-book-theme", "vendor/fontawesome": "Font Awesome", "vendor3p/mathjax": "mathjax",
          "vendor3p/minisearch": "minisearch"}


def test_what_others_made_has_its_licence_with_it():
    text = (HTML / "licences.txt").read_text(encoding="utf-8")
    folders = {path.parent.relative_to(HTML / "_static").as_posix() for path in (HTML / "_static").rglob("*.*")}
    for folder in folders - {"."}:
        assert any(folder == known or folder.startswith(f"{known}/") for known in OTHERS if known), folder
    for name in OTHERS.values():
        assert re.search(rf"^\W*{re.escape(name)}[ .]", text, re.MULTILINE | re.IGNORECASE), name
    assert len(text) > 40_000  # not names alone


@with_button
def test_jupyterlite_has_its_licences_with_it_and_so_has_the_zip():
    text = (HTML / "lite/licences.txt").read_text(encoding="utf-8")
    assert all(name in text for name in ("jupyterlite-core", "jupyterlite-pyodide-kernel", "jupyterlab_widgets"))
    packed = [*(HTML / "lite/extensions").glob("[!a]*/static"), *(HTML / "lite/extensions").glob("@*/*/static")]
    assert "\nanywidget " in text  # its package has no list of what it packs
    assert packed and all((place / "third-party-licenses.json").exists() for place in [*packed, HTML / "lite/build"])
    pyodide = HTML / "lite/static/pyodide"
    assert not pyodide.exists() or "Mozilla Public License" in (pyodide / "LICENSE").read_text(encoding="utf-8")
    with zipfile.ZipFile(HTML.parent / "book.zip") as archive:
        assert {"html/licences.txt", "html/lite/licences.txt"} <= set(archive.namelist())


class Links(html.parser.HTMLParser):
    """The links and the anchors of a page, and those that stand there twice."""

    def __init__(self, path):
        super().__init__()
        self.links, self.anchors, self.twice = [], set(), []
        self.feed(path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        if attributes.get("id") in self.anchors:
            self.twice.append(attributes["id"])
        self.anchors.update({attributes.get("id")} - {None})
        self.links += [attributes[name] for name in ("href", "src") if attributes.get(name)]


links_of = functools.cache(Links)  # the reference is large, and hundreds of links lead to it


@every_page
def test_links_and_anchors_lead_somewhere(name):
    path = (HTML / name).resolve()
    assert not links_of(path).twice
    for link in links_of(path).links:
        parts = urllib.parse.urlsplit(link)
        if parts.scheme or parts.netloc:
            continue
        base = HTML if link.startswith("/") else path.parent  # the 404 page alone counts from the root
        goal = (base / urllib.parse.unquote(parts.path).lstrip("/")).resolve() if parts.path else path
        assert goal.exists(), link
        if "=" in parts.fragment:
            assert "playground-home" in goal.read_text(encoding="utf-8"), link  # its settings
        elif parts.fragment and goal.suffix == ".html" and "lite" not in goal.parts:
            assert urllib.parse.unquote(parts.fragment) in links_of(goal).anchors, link


def test_a_page_opened_from_disk_is_whole(chromium):
    page = open_page(chromium, (HTML / "book/02-sigmoid.html").as_uri())
    assert page.locator("mjx-container").count() > 20
    assert page.locator(".explorer img").first.evaluate("image => image.naturalWidth") > 100
    assert {url.split(":")[0] for url in page.requests} <= {"file", "data", "blob"}
    page.context.close()


@with_button
def test_the_live_button_of_a_page_opened_from_disk_says_why_it_cannot(chromium):
    page = open_page(chromium, (HTML / "book/02-sigmoid.html").as_uri())
    page.locator(".live-button").click()
    page.locator(".live-problem", has_text="from disk").wait_for()
    page.context.close()


def test_print_shows_the_chapter_and_its_pictures_alone(chromium, site):
    page = open_page(chromium, f"{site}/book/02-sigmoid.html")
    assert page.locator(".explorer img").is_visible() and page.locator(".explorer input").first.is_visible()
    page.emulate_media(media="print")
    assert page.locator(".explorer img").is_visible()
    for away in (".explorer input", ".bd-sidebar-primary", ".bd-header-article", ".live", ".prev-next-area",
                 ".bd-footer"):
        assert not page.locator(away).first.is_visible(), away
    page.context.close()


def test_print_from_the_dark_is_light_with_the_answers_at_the_end_and_leaves_the_page_as_it_was(chromium, site):
    page = open_page(chromium, f"{site}/book/02-sigmoid.html", mode="dark")
    article, theme = page.locator("article.bd-article"), "document.documentElement.dataset.theme"
    page.evaluate("document.querySelectorAll('.bd-article details').forEach(part => { part.open = true; })")
    before = article.text_content()
    page.evaluate("dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.evaluate(theme) == "light"
    last = page.locator("article section > section").last
    assert last.locator("h2").inner_text() == "Answers" and last.locator("> *").count() == 1 + 3 + 3
    assert last.get_by_text("Answer to question 2").is_visible()
    page.evaluate("dispatchEvent(new Event('afterprint'))")
    assert page.evaluate(theme) == "dark" and article.text_content() == before
    page.context.close()


def test_the_page_to_take_along_prints_on_one_sheet(chromium, site):
    page = open_page(chromium, f"{site}/book/one-page.html")
    sheet = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", sheet)) == 1
    (box,) = re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)\]", sheet)
    assert [round(float(side) / 72 * 25.4) for side in box] == [210, 297]
    page.emulate_media(media="print")
    page.set_viewport_size({"width": round((210 - 2 * 12) / 25.4 * 96), "height": 900})  # within its margins
    assert page.evaluate("""() => [...document.querySelectorAll("article li")].filter(line =>
        [...line.querySelectorAll("mjx-container")].some(formula =>
            formula.getBoundingClientRect().width > line.getBoundingClientRect().width)).length""") == 0
    page.context.close()


def test_without_javascript_an_explorer_is_its_picture(chromium, site):
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/book/02-sigmoid.html")
    assert page.locator(".explorer img").is_visible() and not page.locator(".explorer input").first.is_visible()
    context.close()


def test_every_page_has_a_preview_and_a_footer(chromium, site):
    page = open_page(chromium, f"{site}/book/07-training.html")
    assert page.locator('meta[property="og:image"]').get_attribute("content").endswith("_static/cover.png")
    assert page.locator('link[rel="icon"]').get_attribute("href").endswith("favicon.svg")
    assert "CC BY 4.0" in page.locator("footer.bd-footer-content").inner_text()
    page.goto(f"{site}/book/intro.html")
    assert page.title() == "How a Neural Network Learns"
    page.context.close()


@with_button
@pytest.mark.parametrize("how", ["refused", "silent"])
def test_the_live_button_says_within_5_seconds_that_python_cannot_be_had(chromium, site, how):
    page = open_page(chromium, f"{site}/book/02-sigmoid.html")
    python = page.locator(".live-button").get_attribute("data-python").rpartition("/")[2]
    page.route(f"**/{python}", lambda route: route.abort() if how == "refused" else None)  # None: never answered
    page.locator(".live-button").click()
    page.locator(".live-problem", has_text="Python can't be loaded").wait_for(timeout=5000)
    assert page.url.endswith("/book/02-sigmoid.html")
    page.wait_for_timeout(100)
    assert page.context.pages == [page]  # no dead tab
    page.context.close()


@with_button
def test_pointing_at_the_live_button_fetches_what_it_begins_with_from_this_site(chromium, site):
    page = open_page(chromium, f"{site}/book/02-sigmoid.html")
    page.locator(".live-button").hover()
    page.wait_for_function("document.querySelector('link[rel=prefetch][href*=jlab_core]')")
    for address in page.locator("link[rel=prefetch]").evaluate_all("links => links.map(link => link.href)"):
        assert address.startswith(f"{site}/lite/") and page.request.head(address).ok, address
    page.context.close()
