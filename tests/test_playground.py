"""The playground, driven through its buttons on a running event loop, as a notebook does it; the run and its figure."""

import asyncio
import html
import io
import re
import subprocess
import sys
import threading

import numpy as np
import pytest
from matplotlib.figure import Figure
from PIL import Image

import labcore as lab
from labcore.experiments.settings import Settings
from labcore.visual.playground import Playground, playground
from labcore.visual.run_figure import Animation, Run, RunFigure

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


def image(png):
    return np.asarray(Image.open(io.BytesIO(png)), int)


def said(play):
    text = play.message.value
    assert not text or 'role="alert"' in text
    return html.unescape(re.sub("<[^>]+>", "", text))


def status(play):
    return html.unescape(re.sub("<[^>]+>", " ", play.status.value)).split()


# --- a run and its figure ---

def test_the_loss_at_epoch_0_has_names_at_powers_of_ten_alone():
    axes = RunFigure(Run(Settings()), Figure()).loss  # one decade long; matplotlib 3.8 named 2 × 10⁰ and the like too
    assert not any(tick.label1.get_visible() for axis in (axes.xaxis, axes.yaxis) for tick in axis.get_minor_ticks())


def test_a_run_in_parts_is_the_run_and_its_curve_is_short():
    whole, parts = Run(Settings(hidden=(2,), batch_size=4)).advance(1000), Run(Settings(hidden=(2,), batch_size=4))
    assert parts.epoch.number == 0 and not parts.curve
    assert parts.advance(10).curve[9] == (10, parts.epoch.loss)
    while parts.epoch.number < 1000:
        parts.advance(1000 - parts.epoch.number, seconds=0.005)
    assert parts.epoch == whole.epoch and parts.curve == whole.curve
    assert len(whole.curve) < 500


@pytest.mark.parametrize("settings, sentence", [
    ({"activation": "Identity", "output": "Identity", "lr": 1e6}, "Training diverged at epoch"),
    ({"stop_at_accuracy": 0.0}, "Training ended after 0 epochs")])
def test_a_run_says_why_it_ended(settings, sentence):
    run = Run(Settings(**settings)).advance(1000)
    assert run.ended.startswith(sentence) and run.advance(10).ended.startswith(sentence)


@pytest.mark.parametrize("settings", [{"hidden": ()}, {"hidden": (16, 1, 4, 2), "activation": "ReLU"},
                                      {"loss": "sigmoid_cross_entropy", "output": "Identity", "activation": "Tanh"}])
def test_a_frame_is_what_a_whole_drawing_would_be_and_takes_two_forward_passes(settings, monkeypatch):
    run, calls, forward = Run(Settings(**settings)), [], lab.Network.forward
    animation = Animation(run)
    for _ in range(6):
        frame = animation.png()
        run.advance(80)
    monkeypatch.setattr(lab.Network, "forward", lambda net, x: calls.append(len(x)) or forward(net, x))
    last = image(animation.png())
    assert calls == [64 * 64, 21]
    assert np.abs(image(frame) - last).max() > 0
    assert np.array_equal(last, image(Animation(run).png())), "something was left behind"


# --- the widget ---

def test_train_pause_step_reset_and_a_new_setting(play):
    buttons, first, threads, turns = play.buttons, play.picture.value, threading.enumerate(), set()

    async def other():
        while True:
            turns.add(play.run.epoch.number)
            await asyncio.sleep(0)

    async def steps():
        asyncio.ensure_future(other())
        buttons["Train"].click()
        task = play.task
        buttons["Train"].click()
        assert play.task is task and play.run.epoch.number == 0
        await until(lambda: play.run.epoch.number > 60)
        assert len(turns) > 10 and threading.enumerate() == threads, "training keeps the loop to itself"
        assert 'aria-live="off"' in play.status.value and 'role="status"' in play.status.value
        buttons["Pause"].click()
        stands = play.run.epoch.number
        assert 'aria-live="polite"' in play.status.value and status(play)[1] == str(stands)
        await asyncio.sleep(0.15)
        assert task.done() and play.task is None and play.run.epoch.number == stands
        assert play.picture.value != first and image(play.picture.value).shape == image(first).shape
        buttons["Step"].click()
        assert play.run.epoch.number == stands + 1 and status(play)[1] == str(stands + 1)
        buttons["Reset"].click()
        assert play.run.epoch.number == 0 and play.picture.value == first
        buttons["Train"].click()
        await until(lambda: play.run.epoch.number > 5)
        play.choices["hidden"].value = " 4, 3 "
        assert play.task is None and play.run.epoch.number == 0
        assert play.run.settings == Settings(hidden=(4, 3), lr=0.5)

    live(steps())


def test_the_code_shown_gives_the_loss_shown():
    play = playground(**SMALL, batch_size=5, noise=0.05, problem="circles")
    play.run.advance(20)
    play.buttons["Show code"].click()
    script = html.unescape(re.search(r"<pre[^>]*>(.*)</pre>", play.code.value, re.DOTALL)[1])
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert f"epoch 20, loss {float(play.run.epoch.loss)!r}," in done.stdout


@pytest.mark.parametrize("name, value, sentence", [
    ("loss", lab.sigmoid_cross_entropy, "has its own sigmoid"),
    ("lr", 0.0, "lr must lie in (0, inf); got 0"),
    ("batch_size", "22", "batch_size must be at most 21"),
    ("hidden", "3-x", "one a layer, as 10-10, or none; got '3-x'"),
    ("hidden", "17", "room for 4 hidden layers of 16 units; got 17"),
])
def test_what_cannot_be_is_refused_and_the_run_stays(play, name, value, sentence, capsys):
    play.buttons["Step"].click()
    run, picture, good = play.run, play.picture.value, play.choices[name].value
    play.choices[name].value = value
    assert sentence in said(play) and "The run stays as it was" in said(play)
    assert play.run is run and run.epoch.number == 1 and play.picture.value == picture
    play.buttons["Reset"].click()
    assert sentence in said(play) and play.run is run, "what is chosen still can't be"
    play.choices[name].value = good
    assert not said(play) and play.run is not run and play.run.settings == run.settings
    assert not any(capsys.readouterr())


def test_what_labcore_knows_can_be_chosen_from_the_day_it_is_added(monkeypatch):
    Softsign = type("Softsign", (lab.Tanh,), {"__module__": "labcore.activations"})
    monkeypatch.setattr(lab.activations, "Softsign", Softsign, raising=False)
    play = playground(**SMALL, activation=lab.LeakyReLU(0.2))
    options = dict(play.choices["activation"].options)
    assert list(options.values()) == [*lab.activations.known().values(), play.run.settings.activation]
    assert "softmax cross entropy" not in dict(play.choices["loss"].options), "there is one output"
    play.choices["lr"].value = 0.3
    assert play.run.net.layers[1].slope == 0.2
    play.choices["activation"].value = options["Softsign"]
    assert not said(play) and isinstance(play.run.net.layers[1], Softsign)


def test_what_ends_training_is_said(monkeypatch):
    def breaks(*_, **__):
        raise RuntimeError("a <broken> run")

    async def steps():
        play.buttons["Train"].click()
        await until(lambda: play.task is None)
        assert "diverged at epoch" in said(play) and "smaller lr" in said(play)
        play.buttons["Reset"].click()
        monkeypatch.setattr(play.run, "advance", breaks)
        play.buttons["Train"].click()
        await until(lambda: play.task is None)
        assert "RuntimeError: a <broken> run" in said(play) and "<broken>" not in play.message.value

    play = playground(activation="Identity", output="Identity", lr=1e9)
    play.buttons["Train"].click()
    assert "no running event loop" in said(play) and play.task is None
    live(steps())


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
    assert play._repr_mimebundle_()["text/plain"] == repr(play) == "Playground: xor, 3"
    assert "needs-kernel" in play._dom_classes and all(control.description for control in play.choices.values())
    assert list(play.buttons) == ["Train", "Pause", "Step", "Reset", "Show code"]
