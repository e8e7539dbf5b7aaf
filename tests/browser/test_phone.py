"""On a phone: a figure opens alone, a wide table says that it scrolls, a slider can be hit with a thumb."""

import pytest

from .conftest import open_page


@pytest.fixture
def phone(chromium, site):
    pages = []

    def opened(name):
        pages.append(open_page(chromium, f"{site}/book/{name}.html"))
        pages[-1].set_viewport_size({"width": 360, "height": 740})
        return pages[-1]

    yield opened
    for page in pages:
        page.context.close()


def test_a_tap_on_a_figure_opens_it_alone(phone):
    page = phone("10-activations")
    links = page.locator("figure > a.alone:has(img)")
    assert links.count() == page.locator("figure img").count() > 3
    links.first.click()
    page.wait_for_url("**/_images/*.png")
    assert page.evaluate("document.images[0].naturalWidth") > 700


def test_a_wide_table_says_that_it_scrolls_and_keeps_its_verdict_in_sight(phone):
    page = phone("13-the-reports-again")
    table = page.locator(".output.scrolls:has(th.verdict-column)").first
    assert "Scroll" in table.evaluate("box => getComputedStyle(box, '::before').content")
    for scrolled in (0, 10_000):
        table.evaluate("(box, left) => { box.scrollLeft = left; }", scrolled)
        cell, box = table.locator("td.verdict-column").first.bounding_box(), table.bounding_box()
        assert box["x"] <= cell["x"] and cell["x"] + cell["width"] <= box["x"] + box["width"] + 1


def test_a_slider_takes_a_touch_of_24_pixels(phone):
    page = phone("02-sigmoid")
    slider = page.locator(".explorer input").first
    slider.scroll_into_view_if_needed()
    box, value, last = slider.bounding_box(), int(slider.input_value()), int(slider.get_attribute("max"))
    x, y = box["x"] + 12 + (box["width"] - 24) * value / last, box["y"] + box["height"] / 2  # the middle of its handle
    for right, down in ((-11, 0), (11, 0), (0, -11), (0, 11)):
        page.mouse.move(x + right, y + down)
        page.mouse.down()  # beside the handle, it would jump there
        page.mouse.move(x + right + box["width"], y + down)
        page.mouse.up()
        assert slider.input_value() == str(last)
        slider.fill(str(value))
