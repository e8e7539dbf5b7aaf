"""Every slider of the built pages, moved by mouse and by keyboard."""

import re

import pytest

from .conftest import HTML, PAGES, open_page


def stills(name):
    """Return how many explorers a page has."""
    page = (HTML / name).read_text(encoding="utf-8")
    return page.count('class="still"')


WITH_EXPLORERS = [name for name in PAGES if stills(name)]


def test_eight_chapters_have_an_explorer():
    assert len(WITH_EXPLORERS) == sum(map(stills, WITH_EXPLORERS)) == 8


@pytest.mark.parametrize("name", WITH_EXPLORERS)
def test_sliders_move_pictures_by_mouse_and_keyboard(chromium, site, name):
    from playwright.sync_api import expect

    page = open_page(chromium, f"{site}/{name}")
    assert page.locator(".explorer").count() == stills(name)
    for explorer in page.locator(".explorer").all():
        image = explorer.locator("img")
        for slider in explorer.locator(".widget-slider").all():
            handle, readout = slider.locator("[role=slider]"), slider.locator(".widget-readout")
            expect(handle).to_have_attribute("aria-label", slider.locator(".widget-label").inner_text())
            expect(handle).to_have_attribute("aria-valuetext", readout.inner_text())
            before, value = image.get_attribute("src"), readout.inner_text()
            last = handle.get_attribute("aria-valuemax")

            handle.focus()
            page.keyboard.press("ArrowLeft" if handle.get_attribute("aria-valuenow") == last else "ArrowRight")
            expect(image).not_to_have_attribute("src", before)
            expect(readout).not_to_have_text(value)
            expect(handle).to_have_attribute("aria-valuetext", readout.inner_text())

            slider.evaluate("slider => slider.scrollIntoView({block: 'center'})")  # not under the sticky header
            before = image.get_attribute("src")
            far_left = float(handle.get_attribute("aria-valuenow")) > float(last) / 2
            track = slider.locator(".noUi-base")
            size = track.bounding_box()
            end = size["width"] * (0.02 if far_left else 0.98)
            track.click(position={"x": end, "y": size["height"] / 2})
            expect(image).not_to_have_attribute("src", before)
    page.context.close()


@pytest.mark.parametrize("name", WITH_EXPLORERS)
def test_every_picture_says_what_is_to_be_seen(name):
    alts = re.findall(r'<img alt=\\"(.*?)\\" width', (HTML / name).read_text(encoding="utf-8"))
    assert len(alts) >= 8 and all(len(alt) >= 40 for alt in alts)
    assert len(set(alts)) > 0.9 * len(alts), "each picture has a text of its own"
