"""How long a reader waits: for a chapter's text and mathematics, and for the first output of a notebook in the browser.

    python tests/benchmarks/pages.py [--rounds 5]

Needs a built site (`make site PYODIDE=...` for the second) and Chromium. Every round is a cold load, in a new browser
context with an empty cache, from this machine.
"""

import argparse
import pathlib
import statistics
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1]))
from browser.conftest import CHROMIUM, HTML, PAGES, QUIET, run_all, served  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

WATCH = """addEventListener("DOMContentLoaded", async () => {
    if (document.querySelector('script[src*="mathjax"]')) {
        while (!window.MathJax?.startup?.promise) await new Promise(again => setTimeout(again, 5));
        await MathJax.startup.promise;
    }
    window.readable = performance.now() / 1000; })"""


def readable(browser, url):
    """Return the seconds from the start of the navigation until text and mathematics stand."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    seconds = page.wait_for_function("() => window.readable").json_value()
    page.context.close()
    return seconds


def first_output(browser, url):
    """Return the seconds from the click on the button to the notebook, and to the first output after Run All."""
    page = browser.new_context(viewport={"width": 1280, "height": 900}).new_page()
    page.goto(url)
    start = time.perf_counter()
    page.locator(".live-button").click()
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    shown = time.perf_counter() - start
    run_all(page)
    page.locator(".jp-OutputArea-output pre").first.wait_for(state="attached", timeout=120_000)
    seconds = time.perf_counter() - start
    page.context.close()
    return shown, seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=5)
    rounds = range(parser.parse_args().rounds)
    with sync_playwright() as playwright, served(HTML) as address:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=QUIET)
        for name in PAGES:
            if name.startswith("book/"):
                seconds = [readable(browser, f"{address}/{name}") for _ in rounds]
                print(f"{name:32} readable after {statistics.median(seconds):.2f} s, at most {max(seconds):.2f} s")
        if (HTML / "lite/static/pyodide").exists():
            times = [first_output(browser, f"{address}/book/02-sigmoid.html") for _ in rounds]
            for what, seconds in zip(("notebook shown", "first output"), zip(*times)):
                print(f"in the browser: {what} after {statistics.median(seconds):.1f} s, at most {max(seconds):.1f} s")


if __name__ == "__main__":
    main()
