"""labcore.checks: wrong functions get the name of their mistake, right ones written in any way pass, nothing is raised.

Checks of optimizers, initial weights and comparisons have a file of their own.
"""

import functools
import math
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

import labcore as lab
from labcore import activations, checks, data, initializers, losses, optimizers
from labcore.assignment import worker
from labcore.checks import calling, reference, results


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(a):
    return a * (1 - a)


def forward(x, params, hidden=sigmoid, last=sigmoid):
    trace = [x]
    for k in range(0, len(params), 2):
        trace.append((last if k == len(params) - 2 else hidden)(trace[-1] @ params[k] + params[k + 1]))
    return trace


def backward(trace, y, params, slopes=slope, bias=lambda delta: delta.sum(axis=0, keepdims=True),
             error=lambda y_hat, y: 2 * (y_hat - y) / len(y), at=0, transposed=True, without=None):
    """A backward pass as a student writes it; its arguments plant mistakes."""
    grads, delta = [], error(trace[-1], y)
    for k in range(len(trace) - 1, 0, -1):
        delta = delta * (1 if k == without else slopes(trace[k - at]))
        grads = [trace[k - 1].T @ delta, bias(delta), *grads]
        W = params[2 * k - 2]
        delta = delta @ (W.T if transposed or W.shape[0] != W.shape[1] else W)
    return grads


def stubborn(z):
    try:
        return lab.sigmoid(z)
    except BaseException:
        return lab.sigmoid(z)


def backward_with(**mistake):
    return checks.backward(lambda trace, y, params: backward(trace, y, params, **mistake))


def adds_up(trace, y, params, memory={}):  # noqa: B006
    """The gradients of all calls so far are still in the arrays that this one adds to."""
    sums = memory.get(len(y), [0] * len(params))
    memory[len(y)] = [total + grad for total, grad in zip(sums, backward(trace, y, params))]
    return memory[len(y)]


def step(x, y, params, lr, sign=-1):
    return [param + sign * lr * grad for param, grad in zip(params, backward(forward(x, params), y, params))]


def step_from_the_top(x, y, params, lr):
    """Each layer is updated before the error goes down through it."""
    params, trace = [param.copy() for param in params], forward(x, params)
    delta = 2 * (trace[-1] - y) / len(y)
    for k in range(len(trace) - 1, 0, -1):
        delta = delta * slope(trace[k])
        params[2 * k - 2] -= lr * trace[k - 1].T @ delta
        params[2 * k - 1] -= lr * delta.sum(axis=0, keepdims=True)
        delta = delta @ params[2 * k - 2].T
    return params


def trained(x, y, epochs=800, lr=1.0, weights=lambda rng, shape: rng.normal(size=shape)):
    rng, params = np.random.default_rng(0), []
    for shape in ((2, 10), (10, 10), (10, 1)):
        params += [weights(rng, shape), np.zeros((1, shape[1]))]
    for _ in range(epochs):
        params = step(x, y, params, lr)
    return lambda x: forward(x, params)[-1]


def mean_cross_entropy(first, second):
    return lambda p, y: -np.mean(y * np.log(first(p, y)) + (1 - y) * np.log(1 - second(p, y)))


def held(p, y=None):
    return np.clip(p, 1e-12, 1 - 1e-12)


def in_place(z):
    z = np.asarray(z)
    z *= -1
    return 1 / (1 + np.exp(z))


def nudged(z):
    """Move one number up and down again, as in a gradient check; a bit is lost on the way."""
    if np.ndim(z) == 1 and z.dtype == float:
        z[1] += 0.1
        z[1] -= 0.1
        z[1] += 1e-15
    return z


def endless(*anything, **more):
    while True:
        pass


def endless_and_deaf(z):
    while True:
        try:
            z = z + 1
        except:  # noqa: E722  a student's
            pass


def inverted_until_it_works(z):
    while True:
        try:
            return np.linalg.inv(np.zeros((200, 200)))
        except Exception:
            continue


class Numbers:
    """What never comes to an end when it is read as an array."""

    def __init__(self, z):
        self.z = z

    __array__ = endless


def recursive(z):
    return recursive(z)


def flat(loss):
    return lambda p, y: loss(p, y.ravel())


def mse(p, y):
    return np.mean((p - y) ** 2)


def loss(f, name="squared_error"):
    return lambda: checks.loss(name, f)


def gradient(f, name="squared_error"):
    return lambda: checks.loss_gradient(name, f)


PROBLEM = lab.generate_linear()
#: the name that the check should give the mistake, and the check's answer
WRONG = [
    # of the reports; others are in check_functions
    ("slope-of-output", lambda: checks.slope("sigmoid", slope, of="input")),
    ("log-of-truth", loss(mean_cross_entropy(lambda p, y: y + 1e-9, held), "binary_cross_entropy")),
    ("constant", lambda: checks.training(lambda x, y: trained(x, y, 200, weights=lambda rng, shape: np.zeros(shape)))),
    ("updated-before", lambda: checks.step(step_from_the_top)),
    ("spread", loss(flat(mse))),
    ("spread", gradient(flat(lambda p, y: 2 * (p - y) / len(p)))),
    ("spread", lambda: checks.accuracy(flat(lambda p, y: ((p > 0.5) == y).mean()))),
    # activations
    ("leak", lambda: checks.activation("leaky_relu", lambda z: np.maximum(0.1 * z, z))),
    ("integer", lambda: checks.sigmoid(lambda z: np.subtract(z, 0.5, out=np.zeros(z.shape, dtype=int)))),
    ("changed-input", lambda: checks.sigmoid(in_place)),
    ("changed-input", lambda: checks.sigmoid(lambda z: sigmoid(nudged(z)))),
    # losses
    ("overflow", gradient(lambda z, y: (np.exp(z) / np.exp(z).sum(1, keepdims=True) - y) / len(y),
                          "softmax_cross_entropy")),
    ("tuple", gradient(lambda p, y: (mse(p, y), p - y))),
    ("transposed", gradient(lambda p, y: 2 * (p - y).T / p.size)),
    ("flat", gradient(lambda p, y: (2 * (p - y) / p.size)[:, 0])),
    # forward, backward, a step
    ("slope-of-wrong-layer", lambda: backward_with(at=1)),
    ("nan", lambda: backward_with(error=lambda p, y: y * np.nan)),
    ("accumulated", lambda: checks.backward(adds_up)),
    # training
    ("order", lambda: checks.training(lambda x, y: lambda x: trained(*PROBLEM)(x) + np.arange(len(x))[:, None] / 1e4)),
    ("sign", lambda: checks.training(lambda x, y: trained(x, y, 200, lr=-1.0))),
    ("no-predict", lambda: checks.training(lambda x, y: y)),
    ("not-learned", lambda: checks.training(lambda x, y: lambda x: 1.0 * (x[:, :1] < x[:, 1:]))),
    ("below", lambda: checks.training(lambda x, y: trained(x, y, 30))),
    # kinds of breakage
    ("raises", lambda: checks.sigmoid(lambda z: 1 / 0)),
    ("raises", lambda: checks.sigmoid(lambda z: exit())),
    ("raises", lambda: checks.sigmoid(lambda z: os._exit(0))),
    ("raises", lambda: checks.sigmoid(lambda z: os.kill(os.getpid(), signal.SIGKILL))),
    ("unwritten", lambda: checks.sigmoid(lambda z: None)),
    ("unwritten", lambda: checks.backward(lambda *a: (_ for _ in ()).throw(NotImplementedError))),
    ("shape", lambda: checks.sigmoid(lambda z: np.zeros(7))),
    ("not-numbers", lambda: checks.sigmoid(lambda z: "0.5")),
    ("endless", lambda: checks.sigmoid(endless)),
    ("endless", lambda: checks.sigmoid(endless_and_deaf)),
    ("endless", lambda: checks.sigmoid(inverted_until_it_works)),
    ("endless", lambda: checks.sigmoid(lambda z: Numbers(z))),
    ("endless", lambda: checks.sigmoid(recursive)),
    ("arguments", lambda: checks.backward(lambda trace: trace)),
    ("not-a-function", lambda: checks.sigmoid(sigmoid(0.0))),
    ("borrowed", lambda: checks.sigmoid(lab.sigmoid)),
    ("borrowed", lambda: checks.sigmoid(np.vectorize(lambda z: lab.sigmoid(z)))),
    ("borrowed", lambda: checks.forward(lambda x, p: lab.mlp([2, 2, 1]).forward(x))),
    ("borrowed", lambda: checks.sigmoid(stubborn)),
    ("borrowed", lambda: checks.backward(lambda *args: reference.gradients(*args))),
    ("unreadable", lambda: checks.activation("sine", np.sin)),
]


def is_told(verdict, mistake):
    assert not verdict and verdict.mistake == mistake, verdict
    assert str(verdict).startswith("Not yet (") and verdict.sentence.endswith((".", "?", ")"))


@pytest.mark.parametrize("name, answer", WRONG)
def test_a_wrong_function_is_caught_and_its_mistake_named(name, answer, monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.3 if name == "endless" else 5)
    start = time.monotonic()
    is_told(answer(), name)
    assert name != "endless" or time.monotonic() - start < 5


class Layered:
    """A network that keeps its own state, as an object."""

    def __call__(self, x, params):
        self.trace = [np.asfortranarray(x)]
        for W, b in zip(params[::2], params[1::2]):
            self.trace.append(sigmoid(np.einsum("ni,io->no", self.trace[-1], W) + b))
        return tuple(self.trace)


def by_einsum(trace, y, params):
    delta, grads = 2 * (trace[-1] - y) / len(y), []
    for k in range(len(trace) - 1, 0, -1):
        delta = np.einsum("no,no->no", delta, slope(trace[k]))
        grads[:0] = [np.einsum("ni,no->io", trace[k - 1], delta), np.einsum("no->o", delta)]
        delta = np.einsum("no,io->ni", delta, params[2 * k - 2])
    return tuple(grads)


def in_arrays(kind):
    """The backward pass on arrays of another kind."""
    def converted(trace, y, params):
        grads = backward([kind(a) for a in trace], kind(y), [kind(param) for param in params])
        return [kind(grad) for grad in grads]

    return converted


def two_branches(z):
    z = np.asarray(z, dtype=float)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


RIGHT = {
    "a sigmoid in float32": lambda: checks.sigmoid(lambda z: two_branches(z).astype(np.float32)),
    "a sigmoid of lists": lambda: checks.sigmoid(lambda z: np.vectorize(two_branches)(z).tolist()),
    "the slope of tanh of z": lambda: checks.slope("tanh", lambda z: 1 - np.tanh(z) ** 2, of="input"),
    "a loss in a loop": loss(lambda p, y: sum((a - b) ** 2 for a, b in zip(p.ravel(), y.ravel())) / p.size),
    "cross-entropy by where": loss(lambda p, y: -np.log(held(np.where(y == 1, p, 1 - p))).mean(),
                                   "Binary-Cross-Entropy"),
    "cross-entropy of logits": loss(lambda z, y: np.logaddexp(0, np.where(y > 0, -z, z)).mean(),
                                    "sigmoid_cross_entropy"),
    "softmax shifted": loss(lambda z, y: np.mean([np.log(np.exp(row - row.max()).sum()) + row.max() - row @ truth
                                                  for row, truth in zip(z, y)]), "softmax_cross_entropy"),
    "gradient of softmax": gradient(lambda z, y: (1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2) - y) / len(z),
                                    "softmax_cross_entropy"),
    "an object with einsum": lambda: checks.forward(Layered()),
    "backward by einsum": lambda: checks.backward(by_einsum),
    "backward in float32": lambda: checks.backward(in_arrays(np.float32)),
    "backward in column-major arrays": lambda: checks.backward(in_arrays(np.asfortranarray)),
    "training, linear": lambda: checks.training(trained),
    "training, XOR": lambda: checks.training(lambda x, y: trained(x, y, 2500), "xor"),
    "training on other points": lambda: checks.training(trained, lab.generate_linear(60, seed=3)),
    "a number": lambda: checks.number(0.25, 0.2501),
    "a word": lambda: checks.choice(" xor", "XOR"),
    "any function": lambda: checks.calls(lambda a, b: a + b, np.add, [(1, 2), (3.0, 4.5)]),
}


@pytest.mark.parametrize("what", RIGHT)
def test_a_right_function_passes_however_it_is_written(what):
    verdict = RIGHT[what]()
    assert verdict, verdict
    assert str(verdict).startswith("Right (")


def test_what_is_right_with_a_danger_in_it_is_told_so():
    """Report A's loss of a linear output (mistake 4), and the handout's sigmoid at −1000 (9)."""
    with np.errstate(all="ignore"):
        verdict = checks.loss("binary_cross_entropy", lambda p, y: -np.mean(
            y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9)))
    assert verdict and verdict.mistake == "outside"
    assert checks.sigmoid(sigmoid).mistake == "overflow"


def test_the_parts_that_training_lends_may_be_used_there_and_nowhere_else():
    def train(x, y, parts):
        params = parts.initial([2, 10, 10, 1], np.random.default_rng(0))
        for _ in range(800):
            params = parts.update(params, parts.backward(parts.forward(x, params), y, params), 1.0)
        return lambda x: parts.forward(x, params)[-1]

    assert checks.training(train, parts=True)
    assert checks.backward(reference.PARTS.backward).mistake == "borrowed"
    assert checks.backward(lambda *args: reference.PARTS.backward(*args)).mistake == "borrowed"


def slow(z):
    for _ in range(10_000_000):
        pass
    return sigmoid(z)


def with_many_calls(z):
    return sigmoid(z) + 0 * sum(map(lambda one: one, range(2_000_000)))


@pytest.mark.parametrize("f", [slow, with_many_calls])
def test_a_slow_loop_of_ones_own_is_no_endless_one(f, monkeypatch):
    """A trace would take ten times as long as the loop, a look at each call six times as long."""
    monkeypatch.setattr(calling, "SECONDS", 1)
    assert checks.sigmoid(f)


def test_a_function_that_sleeps_is_stopped_too(monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.1)
    is_told(checks.sigmoid(lambda z: time.sleep(60)), "endless")


def test_what_a_function_prints_is_seen_up_to_a_limit(capfd):
    checks.sigmoid(lambda z: [print("here"), print("x" * 10**6), sigmoid(z)][-1])
    printed = capfd.readouterr().out
    assert printed.startswith("here") and 1000 < len(printed) < 30_000


def test_without_fork_a_check_runs_here(monkeypatch):
    """As in the browser: the same answers, and loops are stopped by a trace."""
    monkeypatch.setattr(calling, "FORKS", False)
    monkeypatch.setattr(calling, "SECONDS", 0.3)
    for name, answer in (("endless", lambda: checks.sigmoid(endless)),
                         ("borrowed", lambda: checks.sigmoid(lab.sigmoid)),
                         ("bias-mean", lambda: backward_with(bias=lambda delta: delta.mean(0, keepdims=True))),
                         ("changed-input", lambda: checks.sigmoid(in_place)), ("raises", lambda: checks.sigmoid(exit))):
        is_told(answer(), name)
    assert checks.backward(backward) and lab.sigmoid(0.0) == 0.5


def test_a_wrong_answer_shows_the_seed_that_repeats_it():
    first = checks.sigmoid(lambda z: z)
    shown = dict(first.shown)
    seed = int(shown.pop("repeat").partition("=")[2])
    again, other = (dict(checks.sigmoid(lambda z: z, seed=some).shown) for some in (seed, seed + 1))
    assert again == shown != other


class Remote:
    """A function of another process, as calling describes it: values travel as bytes."""
    remote = True

    def __init__(self, function):
        self.function = function

    def __call__(self, *given, **named):
        theirs = worker.from_bytes(worker.to_bytes(given))
        try:
            result = self.function(*theirs, **named)
        except Exception as error:
            raise calling.RemoteError(**worker.from_bytes(worker.to_bytes(worker.described(error)))) from None
        for mine, other in zip(results.arrays(given), results.arrays(theirs)):
            mine[...] = other
        result = getattr(result, "update", result)
        return Remote(result) if callable(result) else worker.from_bytes(worker.to_bytes(result))


@pytest.mark.parametrize("name, check, f", [
    ("", checks.backward, backward),
    ("", checks.sigmoid, lab.sigmoid),  # the other process has its own labcore
    ("", functools.partial(checks.optimizer, "momentum"), lab.Momentum),
    ("", checks.training, lambda x, y: trained(x, y)),
    ("changed-input", checks.sigmoid, in_place),
    ("raises", checks.sigmoid, lambda z: {}["z"]),
    ("one-number", checks.sigmoid, math.exp),
    ("not-numbers", checks.sigmoid, lambda z: object()),
    ("unwritten", checks.backward, lambda *given: None),
])
def test_a_function_of_another_process_is_checked_as_one_of_here(name, check, f):
    verdict = check(Remote(f))
    assert verdict.mistake == name and bool(verdict) == (not name), verdict


@pytest.mark.parametrize("mine, sentence", [
    (None, "There is no answer yet"), (..., "There is no answer yet"), ("much", "no number"), (-0.25, "the sign isn't"),
    (0.5, "2 times"), (np.nan, "another"), ([1, 2], "no number"),
])
def test_a_wrong_prediction_is_told_what_is_wrong_with_it(mine, sentence):
    verdict = checks.number(mine, 0.25)
    assert not verdict and sentence in verdict.sentence


def test_a_verdict_shows_the_smallest_input_as_text_and_as_html():
    verdict = checks.sigmoid(lambda z: 1 / (1 + np.exp(z)), seed=3)
    lines = ["    input    z = [-0.5313,  0.9394]", "    expected [0.3702, 0.719 ]", "    got      [0.6298, 0.281 ]"]
    assert str(verdict).splitlines()[1:] == lines
    html = verdict._repr_html_()
    assert "<code>[0.3702, 0.719 ]</code>" in html and "Not yet" in html
    assert "<script>" not in checks.sigmoid(lambda z: "<script>")._repr_html_()


def test_the_last_wrong_block_of_a_gradient_is_shown():
    verdict = backward_with(without=1)
    assert any(name in ("expected db1", "expected dW1") for name, _ in verdict.shown), verdict


def test_a_named_mistake_of_ones_own():
    mistake = checks.Mistake("doubled", "It is doubled.", lambda a: 2 * a)
    assert checks.calls(lambda a: 2 * a, lambda a: a, [(1.0,), (3.0,)], [mistake]).mistake == "doubled"
    assert "3 times" in checks.calls(lambda a: 3 * a, lambda a: a, [(np.array([1.0, 2.0]),)], [mistake]).sentence


def test_a_check_leaves_a_debuggers_trace_alone():
    before = sys.gettrace()
    checks.sigmoid(sigmoid)
    assert sys.gettrace() is before


# ---- parts that labcore gets later ----

class Softplus(lab.Layer):
    def forward(self, x):
        return np.logaddexp(0, x)

    def backward(self, x, y, dy, needs_dx=True):
        return dy * lab.sigmoid(np.asarray(x))


@lab.loss()
def absolute_error(prediction, target):
    return np.abs(prediction - target).mean(), np.sign(prediction - target) / target.size


class SignDescent(lab.Optimizer):
    def __init__(self, lr=0.1):
        super().__init__(lr=lr)

    def rule(self, theta, g):
        theta -= self.lr * np.sign(g)


def lecun_normal(rng, shape, n_in, n_out):
    return rng.normal(0, n_in**-0.5, shape)


def generate_shifted():
    x, y = lab.generate_linear(seed=3)
    return x + 1, y


#: module, part, the name as somebody types it, the check, a right function and a wrong one
LATER = [
    (activations, Softplus, "softplus", checks.activation, lambda z: np.log(1 + np.exp(-np.abs(z))) + np.maximum(z, 0),
     lambda z: np.maximum(z, 0)),
    (activations, Softplus, "Softplus", checks.slope, lambda a: 1 - np.exp(-a), lambda a: a * (1 - a)),
    (losses, absolute_error, "Absolute_Error", checks.loss, lambda p, y: abs(y - p).mean(), mse),
    (losses, absolute_error, "absolute_error", checks.loss_gradient, lambda p, y: np.where(p > y, 1, -1) / y.size,
     lambda p, y: p - y),
    (optimizers, SignDescent, "sign_descent", checks.optimizer, lambda lr: lambda theta, g: theta - lr * np.sign(g),
     lambda lr: lambda theta, g: theta - lr * g),
    (initializers, lecun_normal, "lecun_normal", lambda name, f: checks.initial_weights(f, law=name),
     lambda n, m, rng: rng.normal(0, np.sqrt(1 / n), (n, m)), lambda n, m, rng: rng.normal(0, 1 / n, (n, m))),
    (data, generate_shifted, "shifted", lambda name, f: checks.training(f, problem=name),
     lambda x, y: trained(x - 1, y), lambda x, y: trained(x, y, 0)),
]


@pytest.mark.parametrize("module, part, name, check, right, wrong", LATER)
def test_a_part_that_is_added_to_labcore_is_checked_from_its_first_day(module, part, name, check, right, wrong,
                                                                       monkeypatch):
    assert check(name, right).mistake == "unreadable"
    monkeypatch.setattr(part, "__module__", module.__name__)
    monkeypatch.setattr(module, part.__name__, part, raising=False)
    verdict = check(name, right)
    assert verdict and not verdict.mistake, verdict
    assert not check(name, wrong)
    assert check(part, right), "the part itself in place of its name"


def test_the_checks_load_only_what_they_need():
    code = "import sys; from labcore import checks; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert "labcore.checks.training" in loaded
    for heavy in ("matplotlib", "ipywidgets", "tqdm", "labcore.visual", "labcore.experiments.ledger",
                  "labcore.experiments.reports"):
        assert heavy not in loaded
