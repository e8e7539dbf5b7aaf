"""Every slider of the built pages, moved by mouse and by keyboard."""

import json
import math
import re

import pytest

from .conftest import HTML, PAGES, open_page


def explorers(name):
    """Return how many explorers a page has."""
    page = (HTML / name).read_text(encoding="utf-8")
    return page.count('class="explorer"')


WITH_EXPLORERS = [name for name in PAGES if explorers(name)]


def test_eight_chapters_have_an_explorer():
    assert len(WITH_EXPLORERS) == sum(map(explorers, WITH_EXPLORERS)) == 8


def move(page, explorer):
    """Move all sliders of an explorer by keyboard and by mouse, and see that its picture and words follow."""
    from playwright.sync_api import expect

    image, seen = explorer.locator("img"), set()
    for label in explorer.locator("label").all():
        slider = explorer.get_by_label(label.inner_text(), exact=True)
        readout = slider.locator("xpath=following-sibling::*[1]")
        before, value, last = image.get_attribute("src"), readout.inner_text(), slider.get_attribute("max")
        expect(slider).to_have_attribute("aria-valuetext", value)

        slider.focus()
        page.keyboard.press("ArrowLeft" if slider.input_value() == last else "ArrowRight")
        expect(image).not_to_have_attribute("src", before)
        expect(readout).not_to_have_text(value)
        expect(slider).to_have_attribute("aria-valuetext", readout.inner_text())

        slider.evaluate("slider => slider.scrollIntoView({block: 'center'})")  # not under the sticky header
        before, box = image.get_attribute("src"), slider.bounding_box()
        far_left = int(slider.input_value()) > int(last) / 2
        slider.click(position={"x": box["width"] * (0.02 if far_left else 0.98), "y": box["height"] / 2})
        expect(image).not_to_have_attribute("src", before)
        assert slider.input_value() == ("0" if far_left else last)
        seen |= {image.get_attribute("alt")}
    assert len(seen) == explorer.locator("label").count()


@pytest.mark.parametrize("name", WITH_EXPLORERS)
def test_sliders_move_pictures_by_mouse_and_keyboard(chromium, site, name):
    page = open_page(chromium, f"{site}/{name}")
    assert page.locator(".explorer").count() == explorers(name)
    for explorer in page.locator(".explorer").all():
        move(page, explorer)
    page.context.close()


@pytest.mark.parametrize("start", ["", "file"])
def test_a_slider_moves_before_mathematics_is_there_and_needs_no_widget_manager(chromium, site, start):
    page = chromium.new_page()
    page.route("**/mathjax/**", lambda route: None)  # it never comes
    page.goto((HTML / WITH_EXPLORERS[0]).as_uri() if start else f"{site}/{WITH_EXPLORERS[0]}",
              wait_until="domcontentloaded")
    move(page, page.locator(".explorer"))
    assert page.locator("script[src*=widget], script[src*=manager], script[type*=widget]").count() == 0
    page.close()


@pytest.mark.parametrize("name", WITH_EXPLORERS)
def test_every_picture_says_what_is_to_be_seen(name):
    text = (HTML / name).read_text(encoding="utf-8")
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', text, re.DOTALL)[1])
    alts = [alt for alt, _ in data["pictures"]]
    assert len(alts) == math.prod(map(len, data["texts"])) >= 8 and all(len(alt) >= 40 for alt in alts)
    assert len(set(alts)) > 0.9 * len(alts), "each picture has a text of its own"
