"""The playground, driven through its buttons on a running event loop, as a notebook does it."""

import asyncio
import html
import io
import re
import subprocess
import sys
import threading

import numpy as np
import pytest
from PIL import Image

from labcore.visual.picture import Film
from labcore.visual.playground import Playground, playground
from labcore.experiments.settings import Recipe, Run

SMALL = {"hidden": (3,), "lr": 0.5}


@pytest.fixture
def play():
    play = playground(**SMALL)
    yield play
    play.close()


def live(steps):
    """Run a test's coroutine on a loop of its own, with an end to it: a wait for what never comes is a failure."""
    asyncio.run(asyncio.wait_for(steps, 60))


async def until(condition):
    while not condition():
        await asyncio.sleep(0.005)


def size(play):
    picture = bytes(play.picture.value)
    assert picture.startswith(b"\x89PNG")
    return Image.open(io.BytesIO(picture)).size


def said(play):
    text = play.message.value
    assert not text or 'role="alert"' in text
    return html.unescape(re.sub("<[^>]+>", "", text))


def status(play):
    return html.unescape(re.sub("<[^>]+>", " ", play.status.value)).split()


def script(play):
    return html.unescape(re.search(r"<pre[^>]*>(.*)</pre>", play.code.value, re.DOTALL)[1])


def test_train_pause_step_reset(play):
    buttons, before, first = play.buttons, size(play), play.picture.value

    async def steps():
        buttons["Train"].click()
        task = play.task
        buttons["Train"].click()
        assert play.task is task and play.run.epoch.number == 0
        await until(lambda: play.run.epoch.number > 60)
        assert 'aria-live="off"' in play.status.value and 'role="status"' in play.status.value
        buttons["Pause"].click()
        stands = play.run.epoch.number
        assert 'aria-live="polite"' in play.status.value and status(play)[1] == str(stands)
        await asyncio.sleep(0.15)
        assert task.done() and play.task is None and play.run.epoch.number == stands
        assert play.picture.value != first and size(play) == before
        buttons["Step"].click()
        assert play.run.epoch.number == stands + 1 and status(play)[1] == str(stands + 1)
        buttons["Reset"].click()
        assert play.run.epoch.number == 0 and play.picture.value == first and size(play) == before

    live(steps())


def test_others_get_their_turn_and_no_thread_is_started(play):
    turns, threads = [], set(threading.enumerate())

    async def other():
        while True:
            turns.append(play.run.epoch.number)
            await asyncio.sleep(0)

    async def steps():
        task = asyncio.ensure_future(other())
        play.buttons["Train"].click()
        await until(lambda: play.run.epoch.number > 60)
        task.cancel()
        assert set(threading.enumerate()) == threads
        play.pause()

    live(steps())
    assert len({epoch for epoch in turns if epoch}) > 10, "training kept the loop to itself"


@pytest.mark.parametrize("settings", [{}, {"batch_size": 5, "noise": 0.05, "problem": "circles"}])
def test_the_code_shown_gives_the_loss_shown(settings):
    play = playground(**SMALL | settings)

    async def steps():
        play.buttons["Train"].click()
        await until(lambda: play.run.epoch.number > 20)
        play.buttons["Show code"].click()  # while it trains: the script is of this moment
        shown, loss = script(play), play.run.epoch.loss
        await until(lambda: play.run.epoch.loss != loss)
        play.close()
        done = subprocess.run([sys.executable, "-c", shown], capture_output=True, text=True, check=True)
        assert f"loss {float(loss)!r}," in done.stdout

    live(steps())


IMPOSSIBLE = {
    "loss": ("sigmoid_cross_entropy", "has its own sigmoid"),
    "lr": (0.0, "lr must lie in (0, inf); got 0"),
    "noise": (-1.0, "noise must lie in"),
    "batch_size": ("22", "batch_size must be at most 21"),
    "seed": (-1, "seed must be"),
    "hidden": ("3-x", "one a layer, as 10-10, or none; got '3-x'"),
}


@pytest.mark.parametrize("name", IMPOSSIBLE)
def test_what_cannot_be_is_refused_and_the_run_stays(play, name, capsys):
    value, sentence = IMPOSSIBLE[name]
    play.buttons["Step"].click()
    run, picture, good = play.run, play.picture.value, play.choices[name].value
    play.choices[name].value = value
    assert sentence in said(play) and play.run is run and run.epoch.number == 1 and play.picture.value == picture
    play.buttons["Reset"].click()
    assert sentence in said(play) and play.run is run, "what is chosen still can't be"
    play.choices[name].value = good
    assert not said(play) and play.run is not run and play.run.recipe == run.recipe
    assert not any(capsys.readouterr())


@pytest.mark.parametrize("name, text, sentence", [
    ("hidden", "17", "room for 4 hidden layers of 16 units; got 17"), ("hidden", "2-2-2-2-2", "room for 4 hidden"),
    ("hidden", "0", "each hidden width must be"), ("hidden", "", "whole numbers with - between"),
    ("batch_size", "0", "batch_size must be"), ("batch_size", "some", "a whole number, or all; got 'some'")])
def test_what_is_typed_is_checked(play, name, text, sentence):
    play.choices[name].value = text
    assert sentence in said(play) and "The run stays as it was" in said(play)


@pytest.mark.parametrize("text, hidden", [("none", ()), ("4", (4,)), ("4-3", (4, 3)), (" 4, 3 2 ", (4, 3, 2))])
def test_hidden_units_can_be_typed_in_several_ways(play, text, hidden):
    play.choices["hidden"].value = text
    assert play.run.recipe.hidden == hidden and not said(play)
    assert [layer.n_out for layer in play.run.net.layers[::2]] == [*hidden, 1]


def test_a_new_setting_pauses_and_begins_at_epoch_0(play):
    async def steps():
        play.buttons["Train"].click()
        await until(lambda: play.run.epoch.number > 5)
        play.choices["lr"].value = 0.25
        assert play.task is None and play.run.epoch.number == 0 and play.run.recipe == Recipe(hidden=(3,), lr=0.25)

    live(steps())


def test_divergence_is_said_and_ends_training():
    play = playground(activation="Identity", output="Identity", lr=1e9)

    async def steps():
        play.buttons["Train"].click()
        await until(lambda: play.task is None)
        assert "diverged at epoch" in said(play) and "smaller lr" in said(play)
        play.buttons["Train"].click()
        await until(lambda: play.task is None)
        assert "diverged at epoch" in said(play)

    live(steps())


def test_an_error_while_training_is_said(play, monkeypatch):
    def breaks(*_, **__):
        raise RuntimeError("a <broken> run")

    async def steps():
        monkeypatch.setattr(play.run, "advance", breaks)
        play.buttons["Train"].click()
        await until(lambda: play.task is None)
        assert "RuntimeError: a <broken> run" in said(play) and "<broken>" not in play.message.value
        play.buttons["Step"].click()
        assert "RuntimeError" in said(play)

    live(steps())


def test_without_a_loop_training_says_so(play):
    play.buttons["Train"].click()
    assert "no running event loop" in said(play) and play.task is None


def test_no_second_loop_goes_on():
    async def steps():
        first = playground(**SMALL)
        first.buttons["Train"].click()
        task = first.task
        second = playground(**SMALL)  # the cell was run again
        assert first.task is None and Playground.training is None
        second.buttons["Train"].click()
        first.buttons["Train"].click()
        assert second.task is None and Playground.training is first
        last = first.task
        first.close()
        await asyncio.sleep(0.05)
        assert task.cancelled() and last.cancelled() and Playground.training is None

    live(steps())


def test_what_a_page_and_nbval_see(play):
    assert repr(play) == "Playground: XOR, 3" and "needs-kernel" in play._dom_classes
    assert play._repr_mimebundle_()["text/plain"] == repr(play)
    assert all(control.description for control in play.choices.values())
    assert list(play.buttons) == ["Train", "Pause", "Step", "Reset", "Show code"]
    assert list(play.choices) == [*Recipe.__dataclass_fields__]


def test_labcore_comes_without_ipywidgets():
    code = "import sys, labcore, labcore.recipe, labcore.picture; print('ipywidgets' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "False\n"


@pytest.mark.parametrize("settings", [{}, {"hidden": ()}, {"hidden": (16, 1, 4, 2), "activation": "ReLU"},
                                      {"loss": "sigmoid_cross_entropy", "output": "Identity", "activation": "Tanh"}])
def test_a_frame_is_what_a_whole_drawing_would_be(settings):
    run = Run(Recipe(**settings))
    film = Film(run)
    for _ in range(12):
        run.advance(40)
        frame = film.png()
    fresh = np.asarray(Image.open(io.BytesIO(Film(run).png())), float)
    assert np.abs(np.asarray(Image.open(io.BytesIO(frame)), float) - fresh).max() == 0, "something was left behind"
    assert fresh.std() > 10
