"""explore: every combination drawn once, described, linked to its slider, and small."""

import base64
import io
import re

import ipywidgets
import pytest
from PIL import Image

from labcore.visual import explorers


def bar(fig, **values):
    ax = fig.subplots()
    ax.bar(list(values), [float(value) for value in values.values()])
    return "Bars: " + ", ".join(f"{name} < {value}" for name, value in values.items())


def small(draw=bar, **choices):
    return explorers.explore(draw, size=(2, 1), dpi=50, **choices)


def seen(explorer):
    """Return the frame that the stacks show, by walking them as the front end does."""
    widget = explorer.children[-1]
    while hasattr(widget, "selected_index"):
        widget = widget.children[widget.selected_index]
    return widget


def test_every_combination_is_drawn_once_with_its_own_alt_text():
    drawn = []
    found = small(lambda fig, **values: drawn.append(values) or bar(fig, **values), w=[-1, 0.5, 2], b=[0, 4])
    assert list(found.frames) == [("−1", "0"), ("−1", "4"), ("0.5", "0"), ("0.5", "4"), ("2", "0"), ("2", "4")]
    assert drawn == [{"w": w, "b": b} for w in (-1, 0.5, 2) for b in (0, 4)]
    assert 'alt="Bars: w &lt; 0.5, b &lt; 4"' in found.frames["0.5", "4"].value
    assert len({frame.value for frame in found.frames.values()}) == 6
    for frame in found.frames.values():
        image = Image.open(io.BytesIO(base64.b64decode(re.search(r"base64,([^\"]+)", frame.value)[1])))
        assert image.size == (100, 50) and len(image.getcolors()) <= 64


def test_the_first_picture_is_the_one_of_start():
    found = small(w=[-1, 0.5, 2], b=[0, 4])
    assert seen(found) is found.frames["−1", "0"]
    found = small(start={"w": 2, "b": 4}, w=[-1, 0.5, 2], b=[0, 4])
    assert seen(found) is found.frames["2", "4"] and [slider.index for slider in found.sliders] == [2, 1]
    named = small(start={"height": 2.0}, height={"low": 1.0, "high": 2.0})
    assert seen(named) is named.frames["high",]


def test_sliders_are_linked_to_stacks_without_a_kernel(monkeypatch):
    links = []
    monkeypatch.setattr(ipywidgets, "jslink", lambda *ends: links.append(ends))
    found = small(w=[1, 2], b=[0, 4])
    (w, b), outer = found.sliders, found.children[-1]
    goals = [(w, outer), *((b, inner) for inner in outer.children)]
    goals = [((slider, "index"), (stack, "selected_index")) for slider, stack in goals]
    assert sorted(links, key=str) == sorted(goals, key=str)


def test_names_and_values_read_as_words():
    found = small(learning_rate={"a tenth": 0.1, "one": 1.0}, epoch=[0, 10_000])
    assert ("a tenth", "10000") in found.frames
    assert repr(found) == "Explorer: 2 values of learning rate × 2 values of epoch"
    assert "explorer" in found._dom_classes


@pytest.mark.parametrize("arguments, error, words", [
    ({"a": [1, 2], "b": [1, 2], "c": [1, 2]}, TypeError, "one or two choices, such as width=[2, 4, 8]; got 3"),
    ({"a": [1, 1.0]}, ValueError, "two or more values that read differently"),
    ({"a": [1, 2], "start": {"a": 3}}, ValueError, "one of ['1', '2']"),
    ({"a": [1, 2], "start": {"z": 3}}, ValueError, "start names z"),
])
def test_bad_choices_are_refused(arguments, error, words):
    with pytest.raises(error, match=re.escape(words)):
        explorers.explore(bar, **arguments)


def test_an_error_says_which_picture_was_drawn():
    with pytest.raises(ZeroDivisionError) as caught:
        small(lambda fig, a: f"One by {1 / a}", a=[1, 0])
    assert caught.value.__notes__ == ["explore was drawing the picture for {'a': 0}"]
    with pytest.raises(TypeError, match="alt text, a sentence; got None for {'a': 1}"):
        small(lambda fig, a: None, a=[1, 2])


def test_too_many_bytes_are_refused(monkeypatch):
    monkeypatch.setattr(explorers, "MOST_BYTES", 1500)
    with pytest.raises(ValueError, match="of the 1500 that a page can bear"):
        small(a=[1, 2])
