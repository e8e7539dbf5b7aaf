"""Checks of losses, of their gradients, and of an accuracy."""

import numpy as np

from .. import losses
from ..activations import sigmoid
from ..inputs import pick
from .calling import call, check
from .mistakes import HINTS, compare, family, remarks
from .results import NotRight

EPS = 10.0 ** -np.arange(2, 16)  #: what is added to a probability, or how far it is held from 0 and 1
SURE = np.array([[1.0], [0.0]])  #: answers that are sure and right
#: what goes wrong at SURE in binary cross-entropy, and in its gradient
AT_SURE = [("For a sure and right answer it returns nan, 0 · log 0: hold ŷ from 0 and 1, with np.clip.", "log-of-0"),
           ("At ŷ = 1 it divides by ŷ (1 − ŷ) = 0: hold ŷ from 0 and 1, with np.clip.", "divides-by-0")]
OVERFLOW = "At logits of ±800 exp overflows: log Σ exp(z) = m + log Σ exp(z − m), or np.logaddexp(0, z).", "overflow"
MAX_OF_ALL = "The maximum of all is taken out: each row takes its own, z.max(axis=1, keepdims=True).", "max-of-all"
CLIPPED = "clipped", "At logits of ±800 the loss stops growing: probabilities are held away from 0 and 1."
WIDE = "mean-over-rows", "With several outputs it would divide by the rows alone; the mean is over all numbers."


def _cross(y, one, zero):
    return -np.mean(y * one + (1 - y) * zero)


def _logs(p, eps=0.0):
    return np.log(p + eps), np.log(1 - p + eps)


def _softmax(z, axis=1):
    return np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)


# ---- what goes wrong in one loss alone, or in its gradient: name, what to say, and a formula ----

EXCHANGED = "exchanged", "Prediction and truth are exchanged: the first argument is ŷ."
AXIS = [(0, (0, 1)), "axis", "The softmax goes over axis {}: each row is a distribution, so axis=1."]
DIAGONAL = "diagonal", "Softmax's derivative isn't p (1 − p) alone: a logit moves all of its row. Together it is p − y."
SMALL_EPS = [EPS[:3], "eps", "An ε of {:g} changes the result; 1e-12 keeps it from log 0 and 1 / 0 as well."]
MISTAKES = {
    "squared_error": [
        ("absolute", "That is the mean of |ŷ − y|: square the differences.", lambda p, y: np.mean(np.abs(p - y))),
        ("root", "The root is one step too many.", lambda p, y: np.mean((p - y) ** 2) ** 0.5),
        ("square-of-mean", "Square first: in the mean errors of both signs cancel.", lambda p, y: np.mean(p - y) ** 2),
    ],
    "binary_cross_entropy": [
        *family(EPS, "log-of-truth", "The first term takes the logarithm of y: it is y · log ŷ, of the prediction.",
                lambda p, y, e: _cross(y, np.log(np.clip(y, e, 1)), np.log(1 - p))),
        ("one-term", "The second term is missing, (1 − y) log(1 − ŷ).", lambda p, y: -np.mean(y * np.log(p))),
        ("one-term", "The first term is missing, y log ŷ.", lambda p, y: -np.mean((1 - y) * np.log(1 - p))),
        ("minus", "The minus reaches one term only: −(… + …).", lambda p, y: _cross(y, np.log(p), -np.log(1 - p))),
        ("base", "The logarithm is the natural one, np.log.", lambda p, y: _cross(y, *_logs(p)) / np.log(2)),
        *family(EPS, *EXCHANGED, lambda p, y, e: _cross(p, *_logs(np.clip(y, e, 1 - e)))),
        *family((0, *EPS), *EXCHANGED, lambda p, y, e: _cross(p, *_logs(y, e))),
        *family(*SMALL_EPS, lambda p, y, e: _cross(y, *_logs(p, e))),
    ],
    "sigmoid_cross_entropy": [
        *family(EPS, "no-sigmoid", "It takes z for the probability: that is σ(z).",
                lambda z, y, e: _cross(y, *_logs(np.clip(z, e, 1 - e)))),
    ],
    "softmax_cross_entropy": [
        *family(*AXIS, lambda z, y, axis: -np.sum(y * np.log(_softmax(z, axis))) / len(y)),
        (*EXCHANGED, lambda z, y: -np.sum(z * np.log(_softmax(y))) / len(y)),
        (*EXCHANGED, lambda z, y: np.mean(np.log(np.exp(y).sum(1)) - (y * z).sum(1))),
    ],
}
#: the same for gradients, n times as large
GRADIENT_MISTAKES = {
    "squared_error": [
        ("error-averaged", "The errors are averaged: each row keeps its own.", lambda p, y: 0 * p + 2 * np.sum(p - y)),
    ],
    "sigmoid_cross_entropy": [
        ("slope-twice", "σ′ stands in it once more: in (σ(z) − y) / n nothing of it is left.",
         lambda z, y: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z))),
        ("no-sigmoid", "It takes z for the probability: σ(z) − y.", lambda z, y: z - y),
    ],
    "binary_cross_entropy": [
        ("logit", "That is the gradient of the logit. Of ŷ it is that divided by ŷ (1 − ŷ).", lambda p, y: p - y),
        ("one-term", "Only −y / ŷ is there. The second term gives (1 − y) / (1 − ŷ).", lambda p, y: -y / p),
        ("plus", "One term has the wrong sign: −y / ŷ + (1 − y) / (1 − ŷ).", lambda p, y: -(y / p + (1 - y) / (1 - p))),
        *family(*SMALL_EPS, lambda p, y, e: (p - y) / (p * (1 - p) + e)),
        *family(*SMALL_EPS, lambda p, y, e: -y / (p + e) + (1 - y) / (1 - p + e)),
    ],
    "softmax_cross_entropy": [
        *family(*AXIS, lambda z, y, axis: _softmax(z, axis) - y),
        (*DIAGONAL, lambda z, y: -y * (1 - _softmax(z))),
        (*DIAGONAL, lambda z, y: (_softmax(z) - y) * _softmax(z) * (1 - _softmax(z))),
    ],
}


def _pair(loss, rng, n, k):
    """Return (ŷ, y) for n examples and k outputs; labels of both kinds, where there are two examples."""
    if loss.labels == "one-hot":
        return rng.normal(size=(n, k)), np.eye(k)[rng.permutation(np.arange(n) % k)]
    y_hat, y = rng.uniform(0.1, 0.9, (n, k)), rng.permutation(np.arange(n * k) % 2.0).reshape(n, k)
    return (2 * y_hat - 1 if loss.threshold == 0 else y_hat), y


def _extremes(loss, part, y):
    """Return where a formula overflows or divides by 0: ŷ, y, what is said then, and the input as shown."""
    if loss is losses.binary_cross_entropy:
        return [(SURE, SURE, AT_SURE[part], "ŷ = 1, 0; y = 1, 0")]
    if loss not in (losses.sigmoid_cross_entropy, losses.softmax_cross_entropy):
        return []
    sure = np.where(y > 0, 800.0, -800.0) * [[1], [-1], [-1], [-1]]  # and right in the first row alone
    far = 0 * y + [[0], [1000], [1000], [1000]]
    return [(sure, y, OVERFLOW, "z = ±800"), (far, y, MAX_OF_ALL, "z = [[0, 0], [1000, 1000], ...]")]


def _judge(f, loss, part, mistakes, hints, seed, said):
    """Compare f with a loss, or (part 1) with its gradient; return `said` and what else is to be said of right work."""
    def right(p, y):
        return loss(p, y)[part]

    rng, classes, found = np.random.default_rng(seed), loss.labels == "one-hot", []
    pairs = [_pair(loss, rng, *shape) for shape in (((1, 2), (4, 3), (5, 2)) if classes else ((1, 1), (4, 1), (7, 1)))]
    compare(f, pairs, right, mistakes, names=("z" if loss.threshold == 0 else "ŷ", "y"), hints=hints,
            loose=2e-4 if loss.probabilities else 0)  # an ε of 1e-5 inside a logarithm or a divisor is as good as none
    for p, y, told, shown in _extremes(loss, part, pairs[1][1]):
        result = _called(f, p, y)
        if not np.isfinite(result).all():
            raise NotRight(*told, input=shown, got=str(result))
        if loss.threshold == 0 and not np.allclose(result, right(p, y), 1e-4, 1e-4):
            found = [CLIPPED]
    return remarks(said, found, f, [] if classes else [(*WIDE, [_pair(loss, rng, 3, 2)], right)])


def _called(f, *given):
    return np.asarray(call(f, *given)[0], dtype=float)


@check("{name}")
def loss(name, f, seed=None):
    """Check a function f(ŷ, y) that returns the loss `name`, a number: the mean over all examples.

    All of `labcore.losses` are known. ŷ and y are columns (n, 1), but (n, k) for the softmax, whose mean is over rows;
    for a loss on logits f takes z in the place of ŷ. The seed draws them.

    >>> checks.loss("squared_error", lambda p, y: ((p - y) ** 2).sum()).mistake
    'sum'
    """
    right = pick("name", name, losses.known())
    mistakes = [*MISTAKES.get(right.__name__, []), (*EXCHANGED, lambda p, y: right(y, p)[0]),
                ("spread", "The labels lost their second axis: (n,) against (n, 1) spreads to (n, n). Keep y a column.",
                 lambda p, y: np.mean([right(p, 0 * p + label)[0] for label in y.ravel()]))]
    hints = HINTS | {"sign": "a loss is never negative", "half": "the book has no ½", "sum": "", "mean-twice": ""}
    said = _judge(f, right, 0, mistakes, hints, seed, "The values are right, for one example and for several.")
    if right is losses.binary_cross_entropy:
        try:
            value = float(_called(f, np.array([[3.0], [-2.0]]), 1 - SURE))
        except NotRight:
            return said  # to refuse is right as well
        if not value >= 0:
            return ("The values are right for probabilities. Without an output activation ŷ may be 3 and −2, and the "
                    f"loss {value:.4g}: np.clip holds it.", "outside")
    return said


@check("gradient of {name}")
def loss_gradient(name, f, seed=None):
    """Check a function f(ŷ, y) that returns dL/dŷ, an array (n, 1) like ŷ, for the loss `name`.

    For a loss on logits it is dL/dz, (n, k) for the softmax.

    >>> checks.loss_gradient("squared_error", lambda p, y: 2 * (y - p) / y.size).sentence
    'The sign is turned round: ŷ − y and not y − ŷ.'
    """
    right = pick("name", name, losses.known())
    mistakes = [(*told, lambda p, y, formula=formula: formula(p, y) / len(y))
                for *told, formula in GRADIENT_MISTAKES.get(right.__name__, [])]
    return _judge(f, right, 1, mistakes, HINTS, seed, "All entries are right, the 1/n of the mean included.")


# ---- accuracy ----

def share_right(p, y):
    """Return the right accuracy."""
    return np.mean((p > 0.5) == (y > 0.5))


ACCURACY_MISTAKES = [
    ("agreement", "It averages |ŷ − y|, which is no count. Decide each class first, ŷ >= 0.5, then count.",
     lambda p, y: 1 - np.abs(p - y).mean()),
    ("spread", "The labels lost their second axis: each meets each.", lambda p, y: share_right(p, y.ravel())),
    ("no-threshold", "It compares ŷ itself with y, and few are exactly 0 or 1.", lambda p, y: np.mean(p == y)),
    *family((0.01, 0.05, 0.1, 0.2, 0.25), "threshold", "It counts what lies within {:g} of the label; decide at 0.5.",
            lambda p, y, c: np.mean(np.abs(p - y) <= c)),
    *family((0, 0.4, 0.6), "threshold", "It decides at {:g} and not at 0.5.", lambda p, y, c: np.mean((p > c) == y)),
    *family(("middle", "mean", "median"), "threshold", "It decides at the {} of the outputs and not at 0.5.",
            lambda p, y, at: np.mean((p > ((p.max() + p.min()) / 2 if at == "middle" else getattr(np, at)(p))) == y)),
    ("percent", "A share lies between 0 and 1: leave the 100 to the print.", lambda p, y: 100 * share_right(p, y)),
    ("count", "It is the number of right ones: divide by n.", lambda p, y: len(y) * share_right(p, y)),
    ("errors", "It is the share of wrong ones.", lambda p, y: 1 - share_right(p, y)),
    ("truncated", "It gives 0 or 1 for a share: / and not //, mean and not all.", lambda p, y: share_right(p, y) // 1),
]
#: outputs on both sides of 0.5, near the ends and at them; and all on one side
OUTPUTS = ((0.15, 0.35, 0.65, 0.85), (0.02, 0.08, 0.15, 0.22, 0.28, 0.35, 0.45, 0.55, 0.65, 0.75, 0.97, 0.0, 1.0),
           (0.01, 0.03, 0.05, 0.42, 0.45))


@check("accuracy")
def accuracy(f, seed=None):
    """Check a function f(ŷ, y) that returns the share of examples whose class is right, ŷ and y (n, 1).

    >>> checks.accuracy(lambda p, y: 1 - abs(p - y).mean()).mistake
    'agreement'
    """
    rng, pairs = np.random.default_rng(seed), []
    for outputs in OUTPUTS:
        p = np.array(outputs)[:, None]
        p = p + rng.uniform(-0.01, 0.01, p.shape) * (p % 1 > 0)
        wrong = rng.permutation(len(p))[:, None] < len(p) // 3
        pairs.append((p, ((p > 0.5) != wrong) * 1.0))
    compare(f, [*pairs, (p, (p > 0.5) * 1.0)], share_right, ACCURACY_MISTAKES, names=("ŷ", "y"))
    return "It counts right labels."
