"""Links that the build puts: an equation's number to its formula, a term's first use to the glossary and back."""

import re

from .conftest import open_page


def test_an_equations_number_shows_the_formula_and_leads_to_it(chromium, site):
    page = open_page(chromium, f"{site}/book/08-learning-rate.html")
    own, other = (page.locator("a.equation", has_text=number).first for number in ("(8.4)", "(7.2)"))
    for link in (own, other):
        link.hover()
        page.locator("#equation-preview mjx-container").wait_for()
        box, window = page.locator("#equation-preview").bounding_box(), page.viewport_size
        assert box["x"] >= 0 and box["x"] + box["width"] <= window["width"] and box["height"] > 20
    page.keyboard.press("Escape")
    assert page.locator("#equation-preview").count() == 0
    other.click()
    page.wait_for_url("**/07-training.html#equation-7-2")
    assert "7.2" in page.locator("#equation-7-2").text_content()
    page.context.close()


def test_a_terms_first_use_leads_to_the_glossary_and_back(chromium, site):
    page = open_page(chromium, f"{site}/book/08-learning-rate.html")
    names = [link.get_attribute("id") for link in page.locator("a.term").all()]
    assert len(names) > 10 and len(set(names)) == len(names), "a term is linked once"
    page.locator("#first-censored").click()
    page.wait_for_url("**/glossary.html#term-censored")
    page.locator("#term-censored a").click()
    page.wait_for_url("**/08-learning-rate.html#first-censored")
    page.context.close()


def test_figures_and_exercises_count_by_chapter(chromium, site):
    page = open_page(chromium, f"{site}/book/08-learning-rate.html")
    texts = page.locator(".caption-number").all_text_contents()
    numbers = [re.search(r"(Fig\.|Exercise) (8\.\d+) $", text) for text in texts]
    assert all(numbers)
    for kind, least in (("Fig.", 5), ("Exercise", 3)):
        found = [number[2] for number in numbers if number[1] == kind]
        assert found == [f"8.{k}" for k in range(1, len(found) + 1)] and len(found) >= least
    page.context.close()
