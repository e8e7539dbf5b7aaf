"""Checks of losses, of their gradients, and of an accuracy."""

import numpy as np

from .. import losses
from ..activations import sigmoid
from ..inputs import pick
from .calling import call, check
from .mistakes import HINTS, compare, family, remarks
from .results import NotRight, short

EPS = 10.0 ** -np.arange(2, 16)  #: what is added to a probability, or how far it is held from 0 and 1


def _cross(p, y, added=0.0):
    return -np.mean(y * np.log(p + added) + (1 - y) * np.log(1 - p + added))


def _softmax(z, axis=1):
    return np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)


EXCHANGED = "exchanged", "Prediction and truth are exchanged: the first argument is ŷ."
AXIS = [(0, (0, 1)), "axis", "The softmax goes over axis {}: each row is a distribution, so axis=1."]
DIAGONAL = "diagonal", "Softmax's derivative isn't p (1 − p) alone: a logit moves all of its row. Together it is p − y."
SMALL_EPS = [EPS[:3], "eps", "An ε of {:g} changes the result; 1e-12 keeps it from log 0 and 1 / 0 as well."]
#: what goes wrong in one loss alone, and in its gradient: name, what to say, and a formula
MISTAKES = {
    "squared_error": ([
        ("absolute", "That is the mean of |ŷ − y|: square the differences.", lambda p, y: np.mean(np.abs(p - y))),
        ("root", "The root is one step too many.", lambda p, y: np.mean((p - y) ** 2) ** 0.5),
        ("square-of-mean", "Square first: in the mean errors of both signs cancel.", lambda p, y: np.mean(p - y) ** 2),
    ], [("error-averaged", "Errors are averaged: each row keeps its own.", lambda p, y: 0 * p + 2 * np.mean(p - y))]),
    "binary_cross_entropy": ([
        ("log-of-truth", "y log ŷ is missing, or has log y for log ŷ.", lambda p, y: -np.mean((1 - y) * np.log(1 - p))),
        ("one-term", "The second term is missing, (1 − y) log(1 − ŷ).", lambda p, y: -np.mean(y * np.log(p))),
        ("minus", "The minus stands before both terms.", lambda p, y: np.mean((1 - y) * np.log(1 - p) - y * np.log(p))),
        ("base", "The logarithm is the natural one, np.log.", lambda p, y: _cross(p, y) / np.log(2)),
        *family(EPS, *EXCHANGED, lambda p, y, e: _cross(np.clip(y, e, 1 - e), p)),
        *family((0, *EPS), *EXCHANGED, lambda p, y, e: _cross(y, p, added=e)),
        *family(*SMALL_EPS, lambda p, y, e: _cross(p, y, added=e)),
    ], [
        ("logit", "That is the logit's gradient; ŷ's is that divided by ŷ (1 − ŷ).", lambda p, y: (p - y) / len(y)),
        ("one-term", "Only −y / ŷ is there. The second term gives (1 − y) / (1 − ŷ).", lambda p, y: -y / p / len(y)),
        ("plus", "One sign is wrong: −y / ŷ + (1 − y) / (1 − ŷ).", lambda p, y: -(y / p + (1 - y) / (1 - p)) / len(y)),
        *family(*SMALL_EPS, lambda p, y, e: (p - y) / (p * (1 - p) + e) / len(y)),
        *family(*SMALL_EPS, lambda p, y, e: ((1 - y) / (1 - p + e) - y / (p + e)) / len(y)),
    ]),
    "sigmoid_cross_entropy": ([
        *family(EPS, "no-sigmoid", "It takes z for the probability: that is σ(z).",
                lambda z, y, e: _cross(np.clip(z, e, 1 - e), y)),
    ], [
        ("slope-twice", "σ′ stands in it once more: in (σ(z) − y) / n nothing of it is left.",
         lambda z, y: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)) / len(y)),
        ("no-sigmoid", "It takes z for the probability: σ(z) − y.", lambda z, y: (z - y) / len(y)),
    ]),
    "softmax_cross_entropy": ([
        *family(*AXIS, lambda z, y, axis: -np.sum(y * np.log(_softmax(z, axis))) / len(y)),
        (*EXCHANGED, lambda z, y: -np.sum(z * np.log(_softmax(y))) / len(y)),
        (*EXCHANGED, lambda z, y: np.mean(np.log(np.exp(y).sum(1)) - (y * z).sum(1))),
    ], [
        *family(*AXIS, lambda z, y, axis: (_softmax(z, axis) - y) / len(y)),
        (*DIAGONAL, lambda z, y: -y * (1 - _softmax(z)) / len(y)),
        (*DIAGONAL, lambda z, y: (_softmax(z) - y) * _softmax(z) * (1 - _softmax(z)) / len(y)),
    ]),
}
#: what is said where a loss is nan or inf, or its gradient; and of right work
AT_SURE = [("For a sure and right answer it returns nan, 0 · log 0: hold ŷ from 0 and 1, with np.clip.", "log-of-0"),
           ("At ŷ = 1 it divides by ŷ (1 − ŷ) = 0: hold ŷ from 0 and 1, with np.clip.", "divides-by-0")]
OVERFLOW = "At logits of ±800 exp overflows: log Σ exp(z) = m + log Σ exp(z − m), or np.logaddexp(0, z).", "overflow"
MAX_OF_ALL = "The maximum of all is taken out: each row takes its own, z.max(axis=1, keepdims=True).", "max-of-all"
CLIPPED = "clipped", "At logits of ±800 the loss stops growing: probabilities are held away from 0 and 1."
OUTSIDE = "outside", "Without an output activation ŷ may be 3 and −2, which have no logarithm: hold it with np.clip."
WIDE = "mean-over-rows", "With several outputs it would divide by the rows alone; the mean is over all numbers."


def _pair(loss, rng, n, k):
    """Return (ŷ or z, y) for n examples and k outputs; labels of both kinds, where there are two examples."""
    y_hat, classes = rng.uniform(0.1, 0.9, (n, k)), max(k, 2)
    y = np.eye(classes)[rng.permutation(np.arange(n) % classes)][:, -k:]
    return (4 * y_hat - 2 if loss.threshold == 0 else y_hat), y


def _judge(name, f, seed, part, said):
    """Compare f with a loss, or (part 1) with its gradient; return `said` and what else is to be said of right work."""
    loss = pick("name", name, losses.known())
    rng, of_logits, of_rows = np.random.default_rng(seed), loss.threshold == 0, loss.labels == "one-hot"
    pairs = [_pair(loss, rng, n, k) for n, k in zip((1, 4, 7), (2, 3, 2) if of_rows else (1, 1, 1))]

    def right(p, y):
        return loss(p, y)[part]

    mistakes, hints = MISTAKES.get(loss.__name__, ([], []))[part], HINTS
    if part == 0:
        hints = HINTS | {"sign": "a loss is never negative", "half": "the book has no ½", "sum": "", "mean-twice": ""}
        mistakes = [*mistakes, (*EXCHANGED, lambda p, y: right(y, p)),
                    ("spread", "The labels lost their second axis: (n, 1) meets (n,) as (n, n). Keep y a column.",
                     lambda p, y: np.mean([right(p, 0 * p + label) for label in y.ravel()]))]
    loose = 2e-4 if loss.probabilities else 0  # an ε of 1e-5 inside a logarithm or a divisor is as good as none
    compare(f, pairs, right, mistakes, names=("z" if of_logits else "ŷ", "y"), hints=hints, loose=loose)
    _, y = pairs[1]
    sure = np.where(y > 0, 800.0, -800.0) * [[1], [-1], [-1], [-1]]  # and right in the first row alone
    far = 0 * y + [[0], [1000], [1000], [1000]]
    for p, told in [(sure, OVERFLOW), (far, MAX_OF_ALL)] if of_logits else [(y, AT_SURE[part])] * loss.probabilities:
        result = np.asarray(call(f, p, y)[0], dtype=float)
        if not np.isfinite(result).all():
            raise NotRight(*told, input=short((p, y)), got=short(result))
    try:
        outside = loss.probabilities and part == 0 and not float(call(f, 3 - 5 * y, y)[0]) >= 0
    except NotRight:  # to refuse is right as well
        outside = False
    return remarks(said, [OUTSIDE] * outside, f, [(*CLIPPED, [(sure, y), (far, y)], right)] * (of_logits and part == 0)
                   + [(*WIDE, [_pair(loss, rng, 3, 2)], right)] * (not of_rows), loose)


@check("{name}")
def loss(name, f, seed=None):
    """Check a function f(ŷ, y) that returns the loss `name`, a number: the mean over all examples.

    All of `labcore.losses` are known. ŷ and y are columns (n, 1), but (n, k) for the softmax, whose mean is over rows;
    for a loss on logits f takes z in the place of ŷ. The seed draws them.
    """
    return _judge(name, f, seed, 0, "The values are right, for one example and for several.")


@check("gradient of {name}")
def loss_gradient(name, f, seed=None):
    """Check a function f(ŷ, y) that returns dL/dŷ, an array (n, 1) like ŷ, for the loss `name`.

    For a loss on logits it is dL/dz, (n, k) for the softmax.
    """
    return _judge(name, f, seed, 1, "All entries are right, the 1/n of the mean included.")


#: what is taken for an accuracy
ACCURACY_MISTAKES = [
    ("agreement", "It averages |ŷ − y|, which is no count. Decide each class first, ŷ >= 0.5, then count.",
     lambda p, y: 1 - np.abs(p - y).mean()),
    ("spread", "The labels lost their second axis: each meets each.", lambda p, y: np.mean((p > 0.5) == y.ravel())),
    ("no-threshold", "It compares ŷ itself with y, and few are exactly 0 or 1.", lambda p, y: np.mean(p == y)),
    *family((0.01, 0.05, 0.1, 0.2, 0.25), "threshold", "It counts what lies within {:g} of the label; decide at 0.5.",
            lambda p, y, c: np.mean(np.abs(p - y) <= c)),
    *family((0, 0.4, 0.6), "threshold", "It decides at {:g} and not at 0.5.", lambda p, y, c: np.mean((p > c) == y)),
    *family(("middle", "mean", "median"), "threshold", "It decides at the {} of the outputs and not at 0.5.",
            lambda p, y, at: np.mean((p > ((p.max() + p.min()) / 2 if at == "middle" else getattr(np, at)(p))) == y)),
    ("percent", "A share lies between 0 and 1: leave the 100 to the print.", lambda p, y: 100 * losses.accuracy(p, y)),
    ("count", "It is the number of right ones: divide by n.", lambda p, y: len(y) * losses.accuracy(p, y)),
    ("errors", "It is the share of wrong ones.", lambda p, y: 1 - losses.accuracy(p, y)),
    ("truncated", "It gives 0 or 1: / and not //, mean and not all.", lambda p, y: losses.accuracy(p, y) // 1),
]
#: outputs on both sides of 0.5, near the ends and at them; and all on one side
OUTPUTS = [[0.15, 0.35, 0.65, 0.85], [0.02, 0.08, 0.15, 0.22, 0.28, 0.35, 0.45, 0.55, 0.65, 0.75, 0.97, 0.0, 1.0],
           [0.01, 0.03, 0.05, 0.42, 0.45], [0.55, 0.58, 0.95, 0.97, 0.99]]


@check("accuracy")
def accuracy(f, seed=None):
    """Check a function f(ŷ, y) that returns the share of examples whose class is right, ŷ and y (n, 1)."""
    rng, pairs = np.random.default_rng(seed), []
    for outputs in OUTPUTS:
        p = np.array([[p + rng.uniform(-0.01, 0.01) * (p % 1 > 0)] for p in outputs])
        wrong = rng.permutation(len(p))[:, None] < len(p) // 3
        pairs.append((p, ((p > 0.5) != wrong) * 1.0))
    compare(f, [*pairs, (p, (p > 0.5) * 1.0)], losses.accuracy, ACCURACY_MISTAKES, names=("ŷ", "y"))
    return "It counts right labels."
