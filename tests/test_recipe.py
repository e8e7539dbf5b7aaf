"""A run as data: what is refused, and that the script of a run repeats it to the last bit."""

import contextlib
import io
import re
import subprocess
import sys

import numpy as np
import pytest

import labcore as lab
from labcore.experiments.settings import CHOICES, MOST_EPOCHS, PROBLEMS, Recipe, Run

RECIPES = [
    {},
    {"problem": "linear", "noise": 0.05, "batch_size": 32, "seed": 3},
    {"problem": "circles", "optimizer": "Momentum", "lr": 0.1, "activation": "Tanh", "batch_size": 7},
    {"problem": "spirals", "noise": 0.02, "optimizer": "Adam", "lr": 0.01, "activation": "ReLU", "init": "he_normal",
     "loss": "sigmoid_cross_entropy", "output": "Identity", "hidden": (8, 6, 4), "batch_size": 200},
    {"noise": 0.1, "loss": "binary_cross_entropy", "optimizer": "RMSProp", "lr": 0.02, "batch_size": 1},
    {"optimizer": "AdaGrad", "hidden": (), "output": "Identity", "lr": 0.1, "init": "uniform"},
    {"optimizer": "AdamW", "lr": 0.003, "activation": "LeakyReLU", "init": "report_d", "hidden": (4,),
     "batch_size": 20},
]


def printed(script):
    """Run a script here; return the epoch, loss and accuracy that it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(script, {})
    return read(out.getvalue())


def read(text):
    epoch, loss, accuracy = re.fullmatch(r"epoch (\d+), loss (\S+), accuracy (\S+)\n", text).groups()
    return int(epoch), float(loss), float(accuracy)


@pytest.mark.parametrize("settings", RECIPES, ids=lambda settings: "-".join(map(str, settings.values())) or "defaults")
def test_the_script_repeats_the_run_to_the_last_bit(settings):
    run = Run(Recipe(**settings)).advance(40)
    epoch, loss, accuracy = printed(run.script())
    assert (epoch, loss) == (40, run.epoch.loss) and accuracy == pytest.approx(run.epoch.accuracy, abs=5e-5)
    assert loss != Run(Recipe(**settings)).advance(39).epoch.loss  # equality says something


def test_the_recipes_here_try_every_problem_and_optimizer():
    recipes = [Recipe(**settings) for settings in RECIPES]
    for name in ("problem", "optimizer", "loss", "activation", "output"):
        missing = set(CHOICES[name]) - {getattr(recipe, name) for recipe in recipes}
        assert missing <= {"Identity"} if name == "activation" else not missing


def test_the_script_runs_in_a_python_of_its_own():
    run = Run(Recipe(**RECIPES[1])).advance(25)
    done = subprocess.run([sys.executable, "-c", run.script()], capture_output=True, text=True, check=True)
    assert read(done.stdout)[:2] == (25, run.epoch.loss) and not done.stderr


def test_before_the_first_step_there_is_a_script_too():
    run = Run(Recipe(seed=2))
    assert printed(run.script())[:2] == (0, run.epoch.loss)


def test_slices_of_a_run_are_the_run():
    whole, parts = Run(Recipe(batch_size=4)).advance(30), Run(Recipe(batch_size=4))
    for _ in range(10):
        parts.advance(3)
        parts.net.forward(parts.x)  # looking changes nothing
    assert parts.epoch == whole.epoch and np.array_equal(parts.net.theta, whole.net.theta)


def test_a_slice_ends_when_its_time_is_up_but_does_an_epoch():
    run = Run(Recipe())
    assert run.advance(1000, seconds=0).epoch.number == 1


def test_names_of_the_choices_are_those_of_labcore():
    for name in (*CHOICES["activation"], *CHOICES["optimizer"], *CHOICES["loss"], *(f for f, _ in PROBLEMS.values())):
        assert hasattr(lab, name)
    assert all(hasattr(lab.initializers, name) for name in CHOICES["init"])
    for problem, (_, n) in PROBLEMS.items():
        assert len(Recipe(problem).data()[0]) == n


REFUSED = {
    "cross-entropy of any number": (r"binary_cross_entropy takes probabilities; got output Identity",
                                    {"loss": "binary_cross_entropy", "output": "Identity"}),
    "two sigmoids": (r"has its own sigmoid; got output Sigmoid.*choose output Identity",
                     {"loss": "sigmoid_cross_entropy"}),
    "no units": (r"each hidden width must be .* at least 1; got 0", {"hidden": (10, 0)}),
    "half a unit": (r"each hidden width must be a whole number.*got 1.5", {"hidden": (1.5,)}),
    "rate 0": (r"lr must lie in \(0, inf\); got 0", {"lr": 0}),
    "rate below 0": (r"lr must lie in \(0, inf\); got -1", {"lr": -1.0}),
    "rate nan": (r"lr must lie in .* got nan", {"lr": float("nan")}),
    "rate in words": (r"lr must be a number; got 'fast'", {"lr": "fast"}),
    "noise below 0": (r"noise must lie in \[0, inf\); got -0.1", {"noise": -0.1}),
    "noise in words": (r"noise must be a number; got None", {"noise": None}),
    "a batch of more than all": (r"batch_size must be at most 21, .* got 22", {"batch_size": 22}),
    "a batch of none": (r"batch_size must be .* at least 1; got 0", {"batch_size": 0}),
    "seed": (r"seed must be .* at least 0; got -1", {"seed": -1}),
    "problem": (r"problem must be one of XOR, linear, circles, spirals; got 'parity'", {"problem": "parity"}),
    "optimizer": (r"optimizer must be one of SGD.*got 'sgd'", {"optimizer": "sgd"}),
}


@pytest.mark.parametrize("sentence, settings", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_is_refused_in_a_sentence(sentence, settings):
    with pytest.raises(ValueError, match=sentence) as caught:
        Recipe(**settings)
    assert "\n" not in str(caught.value)


def test_divergence_ends_a_run_in_a_sentence():
    run = Run(Recipe(activation="Identity", output="Identity", lr=1e6)).advance(1000)
    assert re.match(r"Training diverged at epoch \d+: .* smaller lr", run.ended) and not np.isfinite(run.epoch.loss)
    stands = run.epoch.number
    assert run.advance(10).epoch.number == stands < 1000


def test_a_run_ends_by_itself(monkeypatch):
    monkeypatch.setattr("labcore.experiments.settings.MOST_EPOCHS", 12)
    monkeypatch.setattr(Recipe.steps, "__defaults__", (12,))
    run = Run(Recipe(hidden=(2,))).advance(50)
    assert run.epoch.number == 12 < MOST_EPOCHS and "12 epochs" in run.ended


def test_the_curve_is_dense_enough_for_a_logarithmic_axis_and_stays_short():
    run = Run(Recipe(hidden=(2,))).advance(3000)
    epochs = np.array([epoch for epoch, _ in run.curve])
    assert epochs[:50].tolist() == list(range(1, 51)) and (epochs[1:] / epochs[:-1])[100:].max() < 1.02
    assert len(epochs) < 600 and run.curve[9][1] == Run(run.recipe).advance(10).epoch.loss
