"""labcore.checks: wrong functions get the name of their mistake, right ones written in any way pass, nothing is raised.

Checks of optimizers, initial weights and comparisons have a file of their own.
"""

import sys
import time

import numpy as np
import pytest

import labcore as lab
from labcore import checks
from labcore.checks import reference, running


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def slope(a):
    return a * (1 - a)


def over_rows(delta):
    return delta.sum(axis=0, keepdims=True)


def forward(x, params, hidden=sigmoid, last=sigmoid):
    trace = [x]
    for k in range(0, len(params), 2):
        trace.append((last if k == len(params) - 2 else hidden)(trace[-1] @ params[k] + params[k + 1]))
    return trace


def backward(trace, y, params, slopes=slope, bias=over_rows, error=lambda y_hat, y: 2 * (y_hat - y) / len(y), at=0,
             transposed=True, without=None):
    """A backward pass as a student writes it; its arguments plant mistakes."""
    grads, delta = [], error(trace[-1], y)
    for k in range(len(trace) - 1, 0, -1):
        delta = delta * (1 if k == without else slopes(trace[k - at]))
        grads = [trace[k - 1].T @ delta, bias(delta), *grads]
        W = params[2 * k - 2]
        delta = delta @ (W.T if transposed or W.shape[0] != W.shape[1] else W)
    return grads


def with_mistake(**mistake):
    return lambda trace, y, params: backward(trace, y, params, **mistake)


def scaled(by):
    return lambda trace, y, params: [by(len(y)) * grad for grad in backward(trace, y, params)]


def adds_up():
    """The gradients of all calls so far are still in the arrays that this one adds to."""
    memory = {}

    def accumulating(trace, y, params):
        sums = memory.setdefault(tuple(param.shape for param in params), [0 * param for param in params])
        for total, grad in zip(sums, backward(trace, y, params)):
            total += grad
        return [total.copy() for total in sums]

    return accumulating


def step(x, y, params, lr, sign=-1):
    grads = backward(forward(x, params), y, params)
    return [param + sign * lr * grad for param, grad in zip(params, grads)]


def step_from_the_top(x, y, params, lr):
    """Each layer is updated before the error goes down through it."""
    params, trace = [param.copy() for param in params], forward(x, params)
    delta = 2 * (trace[-1] - y) / len(y)
    for k in range(len(trace) - 1, 0, -1):
        delta = delta * slope(trace[k])
        params[2 * k - 2] -= lr * trace[k - 1].T @ delta
        params[2 * k - 1] -= lr * over_rows(delta)
        delta = delta @ params[2 * k - 2].T
    return params


def trained(x, y, epochs=800, lr=1.0, weights=lambda rng, shape: rng.normal(size=shape), grads=backward):
    rng, params = np.random.default_rng(0), []
    for shape in ((2, 10), (10, 10), (10, 1)):
        params += [weights(rng, shape), np.zeros((1, shape[1]))]
    for _ in range(epochs):
        params = [p - lr * g for p, g in zip(params, grads(forward(x, params), y, params))]
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
        z[1] += 1e-16
    return z


def like_the_input(z):
    out = np.zeros_like(z)
    for index in np.ndindex(np.shape(z)):
        out[index] = sigmoid(np.asarray(z)[index])
    return out


def endless(z):
    while True:
        z = z + 1


def endless_and_deaf(z):
    while True:
        try:
            z = z + 1
        except:  # noqa: E722  a student's
            pass


def recursive(z):
    return recursive(z)


def flat(loss):
    return lambda p, y: loss(p, y.ravel())


def mse(p, y):
    return np.mean((p - y) ** 2)


#: (what is wrong, the name that the check should give it, the check's answer)
WRONG = [
    # the mistakes of the reports, by their number there
    ("1 x(1-x) of the pre-activation", "slope-of-output", lambda: checks.slope("sigmoid", slope, of="input")),
    ("1 the slope of the slope", "slope-of-input", lambda: checks.slope("sigmoid", lambda a: slope(sigmoid(a)))),
    ("2 log of the truth", "log-of-truth",
     lambda: checks.loss("binary_cross_entropy", mean_cross_entropy(lambda p, y: y + 1e-9, held))),
    ("3 division by 0", "divides-by-0",
     lambda: checks.loss_gradient("binary_cross_entropy", lambda p, y: (p - y) / (p * (1 - p)) / y.size)),
    ("3 log of 0", "log-of-0", lambda: checks.loss("binary_cross_entropy", mean_cross_entropy(*[lambda p, y: p] * 2))),
    ("7 mean taken twice in the loss", "mean-twice",
     lambda: checks.loss_gradient("squared_error", lambda p, y: 2 * (p - y) / len(y) ** 2)),
    ("7 mean taken twice in the layer", "mean-twice", lambda: checks.backward(scaled(lambda n: 1 / n))),
    ("8 agreement for accuracy", "agreement", lambda: checks.accuracy(lambda p, y: 1 - np.abs(p - y).mean())),
    ("9 exp overflows to nan", "overflow", lambda: checks.sigmoid(lambda z: np.exp(z) / (1 + np.exp(z)))),
    ("9 log of an overflow", "overflow",
     lambda: checks.loss("sigmoid_cross_entropy", lambda z, y: np.mean(np.log(1 + np.exp(z)) - y * z))),
    ("10 zero weights", "constant",
     lambda: checks.training(lambda x, y: trained(x, y, 200, weights=lambda rng, shape: np.zeros(shape)))),
    ("11 updated before", "updated-before", lambda: checks.step(step_from_the_top)),
    ("12 not transposed", "product-order",
     lambda: checks.forward(lambda x, p: forward(x, [a.T for a in p[:1]] + p[1:]))),
    ("12 labels (N,) in the loss", "spread", lambda: checks.loss("squared_error", flat(mse))),
    ("12 labels (N,) in the gradient", "spread",
     lambda: checks.loss_gradient("squared_error", flat(lambda p, y: 2 * (p - y) / len(p)))),
    ("12 labels (N,) in the accuracy", "spread", lambda: checks.accuracy(flat(lambda p, y: ((p > 0.5) == y).mean()))),
    # the others that are known
    ("sign of the update", "sign", lambda: checks.step(lambda *args: step(*args, sign=1))),
    ("sign of the update, in training", "sign", lambda: checks.training(lambda x, y: trained(x, y, 200, lr=-1.0))),
    ("sign of the error", "sign", lambda: checks.backward(with_mistake(error=lambda p, y: 2 * (y - p) / len(y)))),
    ("transposed square W", "transposed", lambda: checks.backward(with_mistake(transposed=False))),
    ("transposed square W forward", "transposed", lambda: checks.forward(
        lambda x, p: forward(x, [a.T if a.shape[0] == a.shape[1] else a for a in p]))),
    ("bias not summed", "bias-not-summed", lambda: checks.backward(with_mistake(bias=lambda delta: delta))),
    ("bias summed over the wrong axis", "bias-axis",
     lambda: checks.backward(with_mistake(bias=lambda delta: delta.sum(axis=1, keepdims=True)))),
    ("bias averaged", "bias-mean",
     lambda: checks.backward(with_mistake(bias=lambda delta: delta.mean(0, keepdims=True)))),
    ("σ′ left out of layer 1", "slope-left-out", lambda: checks.backward(with_mistake(without=1))),
    ("σ′ left out of layer 2", "slope-left-out", lambda: checks.backward(with_mistake(without=2))),
    ("σ′ left out of all layers", "slope-left-out", lambda: checks.backward(with_mistake(slopes=lambda a: 1))),
    ("σ′ at the wrong layer", "slope-of-wrong-layer", lambda: checks.backward(with_mistake(at=1))),
    ("σ′ of σ", "slope-of-input", lambda: checks.backward(with_mistake(slopes=lambda a: slope(sigmoid(a))))),
    ("ReLU′ with >= 0", "relu-ge", lambda: checks.slope("relu", lambda a: (a >= 0) * 1.0)),
    ("sum for mean in the loss", "sum", lambda: checks.loss("squared_error", lambda p, y: np.sum((p - y) ** 2))),
    ("sum for mean backward", "sum", lambda: checks.backward(scaled(lambda n: n))),
    ("half a gradient", "half", lambda: checks.backward(scaled(lambda n: 0.5))),
    ("gradient accumulated", "accumulated", lambda: checks.backward(adds_up())),
    ("whole numbers changed in place", "changed-input", lambda: checks.sigmoid(in_place)),
    ("decimals into whole numbers", "integer", lambda: checks.sigmoid(like_the_input)),
    ("no biases", "no-bias",
     lambda: checks.forward(lambda x, p: forward(x, [a * (k % 2 == 0) for k, a in enumerate(p)]))),
    ("no activation", "no-activation", lambda: checks.forward(lambda x, p: forward(x, p, *[lambda z: z] * 2))),
    ("no output activation", "last-layer", lambda: checks.forward(lambda x, p: forward(x, p, last=lambda z: z))),
    ("the output alone", "output-only", lambda: checks.forward(lambda x, p: forward(x, p)[-1])),
    ("sign in the exponent", "sign", lambda: checks.sigmoid(lambda z: 1 / (1 + np.exp(z)))),
    ("leak of report B", "leak", lambda: checks.activation("leaky_relu", lambda z: np.maximum(0.1 * z, z))),
    ("σ′ once more", "slope-twice", lambda: checks.loss_gradient(
        "sigmoid_cross_entropy", lambda z, y: (sigmoid(z) - y) * slope(sigmoid(z)) / len(y))),
    ("gradient of softmax overflows", "overflow", lambda: checks.loss_gradient(
        "softmax_cross_entropy", lambda z, y: (np.exp(z) / np.exp(z).sum(1, keepdims=True) - y) / len(y))),
    ("last layer first", "reversed", lambda: checks.backward(lambda *args: backward(*args)[::-1])),
    ("a value and its gradient", "tuple",
     lambda: checks.loss_gradient("squared_error", lambda p, y: (mse(p, y), p - y))),
    ("a nudge not quite taken back", "changed-input",
     lambda: checks.sigmoid(lambda z: sigmoid(nudged(z)))),
    ("one term of the cross-entropy", "one-term",
     lambda: checks.loss("binary_cross_entropy", lambda p, y: -np.mean(y * np.log(held(p))))),
    ("gradient of the logit", "logit",
     lambda: checks.loss_gradient("binary_cross_entropy", lambda p, y: (p - y) / y.size)),
    ("labels given back", "no-predict", lambda: checks.training(lambda x, y: y)),
    ("a rule known beforehand", "not-learned",
     lambda: checks.training(lambda x, y: lambda x: 1.0 * (x[:, :1] < x[:, 1:]))),
    ("too few epochs", "below", lambda: checks.training(lambda x, y: trained(x, y, 800, lr=0.05), "xor")),
    # kinds of breakage
    ("exception", "raises", lambda: checks.sigmoid(lambda z: 1 / 0)),
    ("exit", "raises", lambda: checks.sigmoid(lambda z: exit())),
    ("None", "unwritten", lambda: checks.sigmoid(lambda z: None)),
    ("NotImplementedError", "unwritten",
     lambda: checks.backward(lambda *a: (_ for _ in ()).throw(NotImplementedError))),
    ("wrong shape", "shape", lambda: checks.sigmoid(lambda z: np.zeros(7))),
    ("transposed shape", "transposed",
     lambda: checks.loss_gradient("squared_error", lambda p, y: 2 * (p - y).T / p.size)),
    ("labels flattened", "flat",
     lambda: checks.loss_gradient("squared_error", lambda p, y: (2 * (p - y) / p.size)[:, 0])),
    ("NaN", "nan", lambda: checks.backward(lambda trace, y, params: [np.nan * param for param in params])),
    ("text", "not-numbers", lambda: checks.sigmoid(lambda z: "0.5")),
    ("a list too short", "length", lambda: checks.backward(lambda trace, y, params: params[:1])),
    ("endless loop", "endless", lambda: checks.sigmoid(endless)),
    ("endless loop that catches all", "endless", lambda: checks.sigmoid(endless_and_deaf)),
    ("endless recursion", "endless", lambda: checks.sigmoid(recursive)),
    ("arguments", "arguments", lambda: checks.backward(lambda trace: trace)),
    ("no function", "not-a-function", lambda: checks.sigmoid(sigmoid(0.0))),
    ("labcore's own", "borrowed", lambda: checks.sigmoid(lab.sigmoid)),
    ("labcore's own, wrapped", "borrowed", lambda: checks.sigmoid(np.vectorize(lambda z: lab.sigmoid(z)))),
    ("labcore's own network", "borrowed", lambda: checks.forward(lambda x, p: lab.mlp([2, 2, 1]).forward(x))),
    ("the check's own formula", "borrowed",
     lambda: checks.backward(lambda *args: reference.gradients(*args))),
    ("a name that isn't one", "unreadable", lambda: checks.activation("sine", np.sin)),
]


@pytest.mark.parametrize("name, answer", [case[1:] for case in WRONG], ids=[case[0] for case in WRONG])
def test_a_wrong_function_is_caught_and_its_mistake_named(name, answer, monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.3)
    verdict = answer()
    assert not verdict and verdict.mistake == name, verdict
    assert str(verdict).startswith("Not yet (") and verdict.sentence.endswith((".", "?", ")"))


def test_there_are_as_many_as_were_promised():
    assert len(WRONG) >= 30 and len({name for _, name, _ in WRONG}) >= 25


class Layered:
    """A network that keeps its own state, as an object."""

    def __call__(self, x, params):
        self.trace = [np.asfortranarray(x)]
        for W, b in zip(params[::2], params[1::2]):
            self.trace.append(sigmoid(np.einsum("ni,io->no", self.trace[-1], W) + b))
        return tuple(self.trace)


def by_loops(trace, y, params):
    """Backpropagation number by number."""
    grads = [np.zeros(param.shape) for param in params]
    for i in range(len(y)):
        delta = [2 * (trace[-1][i, o] - y[i, o]) / len(y) for o in range(y.shape[1])]
        for k in range(len(trace) - 1, 0, -1):
            W = params[2 * k - 2]
            delta = [d * a * (1 - a) for d, a in zip(delta, trace[k][i])]
            for o, d in enumerate(delta):
                grads[2 * k - 1][0, o] += d
                for m in range(W.shape[0]):
                    grads[2 * k - 2][m, o] += trace[k - 1][i, m] * d
            delta = [sum(W[m, o] * delta[o] for o in range(W.shape[1])) for m in range(W.shape[0])]
    return grads


def by_einsum(trace, y, params):
    delta, grads = 2 * (trace[-1] - y) / len(y), []
    for k in range(len(trace) - 1, 0, -1):
        delta = np.einsum("no,no->no", delta, slope(trace[k]))
        grads[:0] = [np.einsum("ni,no->io", trace[k - 1], delta), np.einsum("no->o", delta)]
        delta = np.einsum("no,io->ni", delta, params[2 * k - 2])
    return tuple(grads)


def in_single_precision(trace, y, params):
    single = np.float32
    grads = backward([a.astype(single) for a in trace], y.astype(single), [param.astype(single) for param in params])
    return [grad.astype(single) for grad in grads]


def column_major(trace, y, params):
    return [np.asfortranarray(grad) for grad in backward([np.asfortranarray(a) for a in trace], y, params)]


def on_copies(x, y, params, lr):
    params = [param.copy() for param in params]
    for param, grad in zip(params, backward(forward(x, params), y, params)):
        param -= lr * grad
    return params


def two_branches(z):
    z = np.asarray(z, dtype=float)
    small = np.exp(-np.abs(z))
    return np.where(z >= 0, 1 / (1 + small), small / (1 + small))


def closure(power):
    return lambda p, y: ((p - y) ** power).sum() / p.size


RIGHT = [
    ("the handout's sigmoid", lambda: checks.sigmoid(sigmoid)),
    ("a sigmoid in two branches", lambda: checks.sigmoid(two_branches)),
    ("a sigmoid by tanh", lambda: checks.sigmoid(lambda z: 0.5 * (1 + np.tanh(np.asarray(z) / 2)))),
    ("a sigmoid in float32", lambda: checks.sigmoid(lambda z: two_branches(z).astype(np.float32))),
    ("a sigmoid of lists", lambda: checks.sigmoid(lambda z: np.vectorize(two_branches)(z).tolist())),
    ("ReLU by a mask", lambda: checks.activation("relu", lambda z: z * (z > 0))),
    ("the slope of tanh of z", lambda: checks.slope("tanh", lambda z: 1 - np.tanh(z) ** 2, of="input")),
    ("ReLU's slope by where", lambda: checks.slope("relu", lambda a: np.where(a > 0, 1, 0))),
    ("a loss by a closure", lambda: checks.loss("squared_error", closure(2))),
    ("a loss in a loop", lambda: checks.loss(
        "squared_error", lambda p, y: sum((a - b) ** 2 for a, b in zip(p.ravel(), y.ravel())) / p.size)),
    ("cross-entropy held", lambda: checks.loss("binary_cross_entropy", mean_cross_entropy(held, held))),
    ("cross-entropy by where", lambda: checks.loss(
        "binary_cross_entropy", lambda p, y: -np.log(held(np.where(y == 1, p, 1 - p))).mean())),
    ("cross-entropy of logits", lambda: checks.loss(
        "sigmoid_cross_entropy", lambda z, y: np.logaddexp(0, np.where(y > 0, -z, z)).mean())),
    ("softmax shifted", lambda: checks.loss("softmax_cross_entropy", lambda z, y: np.mean(
        [np.log(np.exp(row - row.max()).sum()) + row.max() - row @ truth for row, truth in zip(z, y)]))),
    ("gradient of softmax", lambda: checks.loss_gradient("softmax_cross_entropy", lambda z, y: (
        1 / np.exp(z[:, None, :] - z[:, :, None]).sum(axis=2) - y) / len(z))),
    ("accuracy by a count", lambda: checks.accuracy(lambda p, y: np.count_nonzero(np.rint(p) == y) / len(y))),
    ("an object with einsum", lambda: checks.forward(Layered())),
    ("backward as taught", lambda: checks.backward(backward)),
    ("backward by loops", lambda: checks.backward(by_loops)),
    ("backward by einsum", lambda: checks.backward(by_einsum)),
    ("backward in float32", lambda: checks.backward(in_single_precision)),
    ("backward in column-major arrays", lambda: checks.backward(column_major)),
    ("a step", lambda: checks.step(step)),
    ("a step in place on copies", lambda: checks.step(on_copies)),
    ("training, linear", lambda: checks.training(trained)),
    ("training, XOR", lambda: checks.training(lambda x, y: trained(x, y, 2500), "xor")),
    ("training on other points", lambda: checks.training(trained, lab.generate_linear(60, seed=3))),
    ("a number", lambda: checks.number(0.25, 0.2501)),
    ("a word", lambda: checks.choice(" xor", "XOR")),
    ("any function", lambda: checks.calls(lambda a, b: a + b, np.add, [(1, 2), (3.0, 4.5)])),
]


@pytest.mark.parametrize("answer", [case[1] for case in RIGHT], ids=[case[0] for case in RIGHT])
def test_a_right_function_passes_however_it_is_written(answer):
    verdict = answer()
    assert verdict, verdict
    assert str(verdict).startswith("Right (")


@pytest.mark.parametrize("name, answer", [
    ("outside", lambda: checks.loss("binary_cross_entropy", lambda p, y: -np.mean(
        y * np.log(p + 1e-9) + (1 - y) * np.log(1 - p + 1e-9)))),
    ("overflow", lambda: checks.sigmoid(sigmoid)),
])
def test_what_is_right_with_a_danger_in_it_is_told_so(name, answer):
    """Report A's loss of a linear output (mistake 4), and the handout's sigmoid at −1000 (9)."""
    with np.errstate(all="ignore"):
        verdict = answer()
    assert verdict and verdict.mistake == name


def test_the_parts_that_training_lends_may_be_used_there_and_nowhere_else():
    def train(x, y, parts):
        params = parts.initial([2, 10, 10, 1], np.random.default_rng(0))
        for _ in range(800):
            params = parts.update(params, parts.backward(parts.forward(x, params), y, params), 1.0)
        train.parts = parts
        return lambda x: parts.forward(x, params)[-1]

    assert checks.training(train, parts=True)
    assert checks.backward(train.parts.backward).mistake == "borrowed"
    assert checks.backward(lambda *args: train.parts.backward(*args)).mistake == "borrowed"


@pytest.mark.parametrize("mine, sentence", [
    (None, "There is no answer yet"), (..., "There is no answer yet"), ("much", "no number"), (-0.25, "the sign isn't"),
    (0.5, "2 times"), (np.nan, "another"), ([1, 2], "no number"),
])
def test_a_wrong_prediction_is_told_what_is_wrong_with_it(mine, sentence):
    verdict = checks.number(mine, 0.25)
    assert not verdict and sentence in verdict.sentence


def test_a_verdict_shows_the_smallest_input_as_text_and_as_html():
    verdict = checks.sigmoid(lambda z: 1 / (1 + np.exp(z)))
    assert str(verdict).splitlines()[1:] == ["    input    z = 2", "    expected 0.8808", "    got      0.1192"]
    html = verdict._repr_html_()
    assert "<code>0.8808</code>" in html and "Not yet" in html
    assert "<script>" not in checks.sigmoid(lambda z: "<script>")._repr_html_()


def test_the_last_wrong_block_of_a_gradient_is_shown():
    verdict = checks.backward(with_mistake(without=1))
    assert any(name in ("expected db1", "expected dW1") for name, _ in verdict.shown), verdict


def test_a_named_mistake_of_ones_own():
    mistake = checks.Mistake("doubled", "It is doubled.", lambda a: 2 * a)
    assert checks.calls(lambda a: 2 * a, lambda a: a, [(1.0,), (3.0,)], [mistake]).mistake == "doubled"
    assert "3 times" in checks.calls(lambda a: 3 * a, lambda a: a, [(np.array([1.0, 2.0]),)], [mistake]).sentence


def test_a_check_leaves_a_debuggers_trace_alone():
    before = sys.gettrace()
    checks.sigmoid(sigmoid)
    assert sys.gettrace() is before


def test_a_loop_is_stopped_soon_after_its_time(monkeypatch):
    monkeypatch.setattr(running, "SECONDS", 0.2)
    start = time.monotonic()
    verdict = checks.sigmoid(endless_and_deaf)
    assert verdict.mistake == "endless" and time.monotonic() - start < 5
