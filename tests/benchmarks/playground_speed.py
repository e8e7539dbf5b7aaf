"""How soon the playground of the built page is ready, and how many pictures a second it shows.

    python tests/benchmarks/playground_speed.py

Medians of five runs in headless Chromium, from disk and served, on the page of _build/html: two hidden layers of ten
units, XOR's 21 points.
"""

import gzip
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from playwright.sync_api import sync_playwright

from labcore.visual.playground import STYLE, module
from tests.browser.conftest import CHROMIUM, HTML, QUIET, served

PAGE = "book/14-playground.html"
# milliseconds from the first thing drawn of the page to the playground's first picture; then pictures of three seconds
READY = """() => { const view = document.querySelector(".playground")?.playground;
    return view?.ready && view.ready - performance.getEntriesByName("first-contentful-paint")[0]?.startTime; }"""
PICTURES = """async () => { const view = document.querySelector(".playground").playground;
    view.root.scrollIntoView();
    await new Promise(done => setTimeout(done, 500));
    view.toggle();
    await new Promise(done => setTimeout(done, 500));
    const [before, start, epoch] = [view.pictures, performance.now(), view.run.training.epoch];
    await new Promise(done => setTimeout(done, 3000));
    const seconds = (performance.now() - start) / 1000;
    view.pause();
    return [(view.pictures - before) / seconds, (view.run.training.epoch - epoch) / seconds]; }"""


def measure(browser, url):
    page = browser.new_page(viewport={"width": 1280, "height": 900})
    page.goto(url)
    page.wait_for_function(f"() => ({READY})() != null")
    found = page.evaluate(READY), *page.evaluate(PICTURES)
    page.close()
    return found


def main():
    with sync_playwright() as playwright, served(HTML) as address:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for how, url in (("from disk", (HTML / PAGE).as_uri()), ("served", f"{address}/{PAGE}")):
            runs = [measure(browser, url) for _ in range(5)]
            ready, pictures, epochs = map(statistics.median, zip(*runs))
            print(f"{how}: ready {ready:.0f} ms after the page is drawn; "
                  f"{pictures:.1f} pictures and {epochs:.0f} epochs a second")
        browser.close()
    text = module() + STYLE
    print(f"front end: {len(text.encode())} bytes, gzipped {len(gzip.compress(text.encode()))}")


if __name__ == "__main__":
    main()
