"""Print the built book into one PDF with Chromium: _build/html/book.pdf, to which the landing page links.

    python site/make_pdf.py

`make pdf` does, after the pages. All pages become one document, in which links between them lead from page to page;
it is printed twice, since the contents need the numbers of the pages that the first print gave.
"""

import os
import pathlib
import re
from urllib.parse import unquote, urlsplit

import pikepdf
import yaml
from chromium import CHROMIUM, QUIET
from playwright.sync_api import sync_playwright

SITE = pathlib.Path(__file__).resolve().parent
HTML = pathlib.Path(os.environ.get("BOOK_HTML") or SITE.parent / "_build" / "html")
PDF, LANDING = HTML / "book.pdf", HTML / "book" / "intro.html"
NUMBERS = """numbers => document.querySelectorAll(".book-contents li").forEach(entry => {
    entry.querySelector(".number").textContent = numbers[entry.querySelector("a").hash.slice(1)]; })"""


def parts():
    """Return the book's parts as _toc.yml has them: a caption, and the addresses of the pages."""
    toc = yaml.safe_load((SITE.parent / "_toc.yml").read_text(encoding="utf-8"))
    return [{"caption": part.get("caption", ""), "pages": [f"{page['file']}.html" for page in part["chapters"]]}
            for part in toc["parts"]]


def numbers_of_pages(pdf):
    """Return {anchor: number of its page} for all that the document links to."""
    numbers = {page.objgen: number for number, page in enumerate(pdf.pages, start=1)}
    return {name.lstrip("/"): numbers[goal[0].objgen] for name, goal in pdf.Root.Dests.items()}


def print_book(page):
    """Print all pages of the site as one document; return how many sheets it has."""
    page.route("http://book/**", lambda route: route.fulfill(path=f"{HTML}{unquote(urlsplit(route.request.url).path)}"))
    page.goto("http://book/book/intro.html")  # from disk, a page may not read another
    page.evaluate("() => window.MathJax?.startup?.promise")
    page.add_style_tag(path=SITE / "pdf" / "book.css")
    page.evaluate((SITE / "pdf" / "join.js").read_text(encoding="utf-8"), [parts(), os.environ.get("BOOK_URL", "")])
    for _ in range(2):
        page.pdf(path=PDF, prefer_css_page_size=True, outline=True, tagged=True)
        with pikepdf.open(PDF, allow_overwriting_input=True) as pdf:
            page.evaluate(NUMBERS, numbers_of_pages(pdf))
            # half of what Chromium writes are tags, which it doesn't compress
            pdf.save(PDF, object_stream_mode=pikepdf.ObjectStreamMode.generate)
            many = len(pdf.pages)
    return many


def link_from_landing_page(many):
    """Name the PDF under the title of the landing page, with its size."""
    words = f"{many} pages, {PDF.stat().st_size / 1e6:.0f} MB"
    link = f'<p class="live pdf"><a class="live-button" href="../book.pdf">The book as a PDF</a> {words}</p>'
    text = re.sub(r'\n<p class="live pdf">.*?</p>', "", LANDING.read_text(encoding="utf-8"))
    LANDING.write_text(text.replace("</h1>", f"</h1>\n{link}", 1), encoding="utf-8")


def main():
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        page = browser.new_page(color_scheme="light")
        page.set_default_timeout(600_000)  # milliseconds, for a busy machine
        many = print_book(page)
        browser.close()
    link_from_landing_page(many)
    print(f"The book is printed on {many} pages. Open {PDF} in a reader of PDFs.")


if __name__ == "__main__":
    main()
