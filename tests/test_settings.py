"""A run as data: names and parts, what is refused, that its script repeats it, that a new part is known everywhere."""

import contextlib
import functools
import io
import re
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from conftest import same

import labcore as lab
from labcore import cli
from labcore.experiments.settings import PARTS, Settings, read_widths

RUNS = [
    {"lr": 1.0},
    {"problem": "linear", "noise": 0.05, "batch_size": 32, "seed": 3},
    {"problem": "circles", "noise": None, "optimizer": "Momentum", "lr": 0.1, "nesterov": True, "activation": "Tanh",
     "batch_size": 7, "shuffle": False},
    {"problem": "spirals", "noise": 0.02, "optimizer": "Adam", "lr": 0.01, "activation": "ReLU", "init": "he_normal",
     "loss": "sigmoid_cross_entropy", "output": "Identity", "hidden": (8, 6, 4), "batch_size": 200},
    {"noise": 0.1, "loss": "binary_cross_entropy", "optimizer": "RMSProp", "lr": 0.02, "batch_size": 1},
    {"optimizer": "AdaGrad", "hidden": (), "output": "Identity", "init": "uniform", "bias": False},
    {"optimizer": functools.partial(lab.AdamW, weight_decay=0.1), "lr": 0.003, "activation": lab.LeakyReLU(0.2),
     "init": functools.partial(lab.initializers.normal, std=0.5), "bias_init": "he_leaky_normal", "init_scale": 0.5},
]


def trained(settings, epochs):
    """Train; return the last epoch."""
    x, y = settings.data()
    *_, last = settings.steps(settings.network(), x, y, epochs=epochs)
    return last


def printed(script):
    """Run a script here; return the epoch, loss and accuracy that it prints."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        exec(script, {})
    return read(out.getvalue())


def read(text):
    epoch, loss, accuracy = re.fullmatch(r"epoch (\d+), loss (\S+), accuracy (\S+)\n", text).groups()
    return int(epoch), float(loss), float(accuracy)


@pytest.mark.parametrize("given", RUNS, ids=lambda given: "-".join(map(str, given)))
def test_the_script_and_the_repr_repeat_the_run_to_the_last_bit(given):
    settings = Settings(**given)
    last = trained(settings, 40)
    epoch, loss, accuracy = printed(settings.script(40))
    assert (epoch, loss) == (40, last.loss) and accuracy == pytest.approx(last.accuracy, abs=5e-5)
    assert loss != trained(settings, 39).loss  # equality says something
    again = eval(repr(settings), {"Settings": Settings, "lab": lab, "functools": functools})
    assert trained(again, 40).loss == last.loss


def test_the_scripts_here_try_every_problem_and_optimizer():
    runs = [Settings(**given) for given in RUNS]
    for name in ("problem", "optimizer"):
        used = {getattr(getattr(run, name), "func", getattr(run, name)) for run in runs}
        assert used == set(PARTS[name].known().values())


def test_the_script_runs_in_a_python_of_its_own_and_before_the_first_step():
    settings = Settings(**RUNS[1])
    done = subprocess.run([sys.executable, "-c", settings.script(25)], capture_output=True, text=True, check=True)
    assert read(done.stdout)[:2] == (25, trained(settings, 25).loss) and not done.stderr
    first = next(settings.steps(settings.network(), *settings.data(), epochs=1))
    assert printed(settings.script(0))[:2] == (0, first.loss)


def test_parts_are_parts_however_they_are_given():
    typed = Settings(problem="XOR", activation="leaky_relu", loss="Binary-Cross-Entropy", optimizer="adam")
    assert typed == Settings(problem=lab.generate_xor_easy, activation=lab.LeakyReLU, loss=lab.binary_cross_entropy,
                             optimizer=lab.Adam)
    assert typed.lr == 0.001  # Adam's own
    assert replace(typed, lr=0.1, beta1=0.5).hyper == {"beta1": 0.5}


def test_several_seeds_are_an_ensemble():
    settings = Settings(lr=0.5, init_scale=0.5)
    many = replace(settings, seed=[4, 5], lr=np.array([0.5, 2.0]), init_scale=np.array([0.5, 1.0]))
    assert same(trained(many, 30).loss, [trained(replace(settings, seed=4), 30).loss,
                                         trained(Settings(lr=2.0, seed=5), 30).loss])


def test_goals_are_looked_at_when_asked():
    settings = Settings(optimizer="adam", lr=0.01, stop_at_accuracy=1.0)
    first = trained(settings, 3000).number
    assert first % 100 and trained(replace(settings, check_every=100), 3000).number == 100 * (first // 100 + 1)


@pytest.mark.parametrize("given, sentence", [
    ({"loss": "binary_cross_entropy", "output": "Identity"}, "takes probabilities; got output Identity.*choose output"),
    ({"loss": "sigmoid_cross_entropy"}, "has its own sigmoid; got output Sigmoid.*choose output Identity"),
    ({"hidden": (10, 0)}, "must be .* at least 1; got 0"), ({"hidden": (1.5,)}, "must be a whole number.*got 1.5"),
    ({"hidden": 10}, r"hidden must be a list .*got 10; for example \(10, 10\)"),
    ({"lr": 0}, r"lr must lie in \(0, inf\); got 0"), ({"lr": float("nan")}, "lr must lie in .* got nan"),
    ({"lr": "fast"}, "lr must hold real numbers.*got 'fast'"), ({"noise": -0.1}, r"noise must lie in \[0, inf\)"),
    ({"batch_size": 22}, "batch_size must be at most 21, .* got 22"),
    ({"batch_size": 0}, "batch_size must be .* at least 1; got 0"), ({"seed": -1}, "seed must be .* at least 0"),
    ({"problem": "parity"}, "problem must be one of linear, xor, circles, spirals; got 'parity'"),
    ({"optimizer": "sdg"}, "optimizer must be one of SGD.*got 'sdg'"),
    ({"optimizer": lab.Adam(0.1)}, "optimizer must be a class, with lr=... beside it"),
    ({"check_every": 0}, "check_every must be .* at least 1"), ({"stop_at_accuracy": 90}, "stop_at_accuracy must lie"),
], ids=lambda value: value if isinstance(value, str) else "-".join(value))
def test_what_cannot_be_is_refused_in_a_sentence(given, sentence):
    with pytest.raises(ValueError, match=sentence) as caught:
        Settings(**given)
    assert "\n" not in str(caught.value)


def test_texts_of_a_person_are_read():
    assert read_widths("8-4") == read_widths("8, 4") == (8, 4) and read_widths("none") == ()
    for text in ("8-", "4x4"):
        with pytest.raises(ValueError, match="whole number"):
            read_widths(text)


SOURCE = {
    "problem": "def generate_blobs(noise=0.0, seed=0):\n    return generate_linear(30, seed, noise)",
    "activation": "class Softsign(Layer):\n    def forward(self, x):\n        return x / (1 + np.abs(x))\n"
                  "    def backward(self, x, y, dy):\n        return dy / (1 + np.abs(x)) ** 2",
    "loss": "@loss(threshold=0.5)\ndef fourth_power(p, t):\n    return ((p - t) ** 4).mean((-2, -1)), "
            "4 * (p - t) ** 3 / (p.shape[-2] * p.shape[-1])",
    "optimizer": "class SignDescent(Optimizer):\n    def __init__(self, lr=0.01, pull=0.0):\n"
                 "        super().__init__(lr=lr, pull=pull)\n    def rule(self, theta, g):\n"
                 "        theta -= self.lr * np.sign(g) + self.pull * theta",
    "init": "def halves(rng, shape, n_in, n_out):\n    return normal(rng, shape, n_in, n_out, std=0.5)",
}
NEW = {"problem": "generate_blobs", "activation": "Softsign", "loss": "fourth_power", "optimizer": "SignDescent",
       "init": "halves"}


def test_a_part_that_is_added_to_its_module_is_known_everywhere(capsys):
    """One class or function in one file: settings, their script, a sweep and the command line find it by its name."""
    given = {"problem": "blobs", "activation": "soft-sign", "loss": "fourth_power", "optimizer": "sign_descent",
             "init": "halves", "pull": 0.001}
    try:
        for name, source in SOURCE.items():
            exec(source, vars(PARTS[name]))
        settings = Settings(**given)
        last = trained(settings, 20)
        assert printed(settings.script(20))[1] == last.loss
        axes = {name: value for name, value in given.items() if name != "problem"}
        found = lab.sweep({"blobs": settings.data()}, epochs=20, seeds=[0], **axes)
        assert same(found[0].loss[-1, 0], last.loss)
        line = [word for name, value in given.items() for word in ("--" + name, str(value))]
        assert cli.main(["train", *line, "--lr", "0.01", "--epochs", "20"]) == 0
        assert f"after 20 epochs: loss {last.loss:.5f}" in capsys.readouterr().out
    finally:
        for name, new in NEW.items():
            vars(PARTS[name]).pop(new, None)
