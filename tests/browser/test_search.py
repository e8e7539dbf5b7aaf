"""The search of the built pages: the right page first, hits that open at the section, served and from disk."""

import urllib.parse

from .conftest import AXE, HTML, open_page
from .test_pages import AXE_RUN, THEME_VIOLATIONS, WHOLE

#: what a reader types, and the page that is to come first (one of two where both explain it)
QUERIES = {
    "learning rate": "08-learning-rate", "gradient check": "06-gradient-check", "chain rule": "05-backpropagation",
    "XOR stuck at 0.5": "07-training symptoms", "loss not decreasing": "symptoms", "loss is nan": "symptoms",
    "反向傳播": "05-backpropagation", "學習率": "07-training 08-learning-rate", "sigmoid": "02-sigmoid",
    "sigmoid overflow": "02-sigmoid", "forward pass": "03-forward-pass", "cross-entropy": "04-loss",
    "momentum": "11-optimizers", "dead relu": "10-activations", "Xavier": "12-initial-weights",
    "hidden units": "09-hidden-units", "confusion matrix": "16-digits", "softmax": "04-loss 16-digits",
    "automatic differentiation": "17-automatic-differentiation", "PyTorch": "18-the-same-in-pytorch",
}


def hits(page):
    page.locator("#search-results .search-summary:not(:empty)").wait_for()
    links = page.locator("#search-results li > a:first-child")
    return links.evaluate_all("links => links.map(link => link.getAttribute('href'))")


def test_the_right_page_comes_first_for_18_of_20_queries_from_disk(chromium):
    page, wrong = open_page(chromium, (HTML / "404.html").as_uri()), {}
    for query, wanted in QUERIES.items():
        page.goto(f"{HTML.as_uri()}/search.html?q={urllib.parse.quote(query)}", wait_until="commit")
        first = next(iter(hits(page)), "nothing")
        if first.removeprefix("book/").partition(".html")[0] not in wanted.split():
            wrong[query] = first
    page.context.close()
    assert len(wrong) <= 2, wrong


def test_a_search_by_keyboard_opens_the_section_on_a_phone_too(chromium, site):
    from playwright.sync_api import expect

    for width in (1280, 390):
        page = open_page(chromium, f"{site}/book/02-sigmoid.html", width=width)
        page.keyboard.press("Control+k")
        page.keyboard.type("compute sigmoid without overflow\n")
        page.wait_for_url("**/search.html?q=*")
        goal = next(hit for hit in hits(page) if "#compute-it-without-overflow" in hit)
        page.add_script_tag(path=AXE)
        assert [what for what in page.evaluate(AXE_RUN, WHOLE) if what[0] not in THEME_VIOLATIONS] == []
        page.locator(f'#search-results a[href="{goal}"]').press("Enter")
        page.wait_for_url("**/book/02-sigmoid.html#compute-it-without-overflow")
        expect(page.locator("#compute-it-without-overflow h2")).to_be_in_viewport()
        page.context.close()
