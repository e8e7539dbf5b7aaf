"""Checks of losses, of their gradients, and of an accuracy."""

import numpy as np

from .. import losses
from ..activations import sigmoid
from ..inputs import pick
from .calling import call, check
from .mistakes import compare, remarks
from .verdict import NotRight

SURE = np.array([[1.0], [0.0]])  #: answers that are sure and right
EPS = 10.0 ** -np.arange(2, 16)  #: what is added to a probability, or how far it is held from 0 and 1
OVERFLOW = ("For logits of ±800 exp overflows. Take the largest out first: log Σ exp(z) = m + log Σ exp(z − m); "
            "np.logaddexp(0, z) does it for two.", "overflow")
MAX_OF_ALL = ("The maximum of the whole array is taken out, so nothing is left of rows far below it: each takes its "
              "own, z.max(axis=1, keepdims=True).", "max-of-all")
WIDE = ("mean-over-rows", "With several outputs it would divide by the rows alone; the mean is over all numbers.")


def _softmax(z, axis=1):
    return np.exp(z) / np.exp(z).sum(axis=axis, keepdims=True)


#: the terms whose mean a loss is
TERMS = {
    "squared_error": lambda p, y: (p - y) ** 2,
    "binary_cross_entropy": lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)),
    "sigmoid_cross_entropy": lambda z, y: np.logaddexp(0, z) - y * z,
    "softmax_cross_entropy": lambda z, y: (np.log(np.exp(z).sum(1)) - (y * z).sum(1)),
}
BCE = TERMS["binary_cross_entropy"]
EXCHANGED = "Prediction and truth are exchanged: the first argument is ŷ."
AXIS = "The softmax goes over {}: each row is a distribution, so axis=1."
#: what goes wrong in one of them alone, as terms too
MISTAKES = {
    "squared_error": [
        ("absolute", "That is the mean of |ŷ − y|: square the differences.", lambda p, y: np.abs(p - y)),
        ("root", "The root is one step too many.", lambda p, y: np.mean((p - y) ** 2) ** 0.5),
        ("square-of-mean", "Square first, then take the mean: here errors of both signs cancel.",
         lambda p, y: (p - y).mean() ** 2),
    ],
    "binary_cross_entropy": [
        *[("log-of-truth", "The first term takes the logarithm of the truth y, as report A does; it is y · log ŷ. With "
           "labels 0 and 1 the term is then always 0.",
           lambda p, y, e=e: -(y * np.log(np.clip(y, e, 1)) + (1 - y) * np.log(1 - p))) for e in EPS],
        ("one-term", "The second term is missing: examples of class 0 count with (1 − y) log(1 − ŷ).",
         lambda p, y: -y * np.log(p)),
        ("one-term", "The first term, y log ŷ, is missing.", lambda p, y: -(1 - y) * np.log(1 - p)),
        ("minus", "The minus reaches one term only: both stand in brackets, −(… + …).",
         lambda p, y: -y * np.log(p) + (1 - y) * np.log(1 - p)),
        ("base", "The logarithm is the natural one, np.log.", lambda p, y: BCE(p, y) / np.log(2)),
        *[("exchanged", EXCHANGED, lambda p, y, e=e: BCE(np.clip(y, e, 1 - e), p)) for e in EPS],
        *[("exchanged", EXCHANGED, lambda p, y, e=e: -(p * np.log(y + e) + (1 - p) * np.log(1 - y + e))) for e in EPS],
        *[("eps", f"An ε of {e:g} in the logarithm changes the loss; 1e-12 keeps it from log 0 as well.",
           lambda p, y, e=e: -(y * np.log(p + e) + (1 - y) * np.log(1 - p + e))) for e in EPS[:3]],
    ],
    "sigmoid_cross_entropy": [("no-sigmoid", "It takes z for the probability, held between 0 and 1: that is σ(z).",
                               lambda z, y, e=e: BCE(np.clip(z, e, 1 - e), y)) for e in EPS],
    "softmax_cross_entropy": [
        ("axis", AXIS.format(what), lambda z, y, axis=axis: -(y * np.log(_softmax(z, axis))).sum(1))
        for what, axis in (("the examples, axis 0", 0), ("the whole array", (0, 1)))],
}
FACTORS = {
    "sign": "The sign is turned round: a loss is never negative.",
    "half": "There is a factor ½ in it, which makes the gradient nicer; the book's loss has none.",
    "doubled": "There is a factor 2 too many.",
    "sum": "It is the sum over the examples; the loss is their mean, so that it doesn't grow with their number.",
    "mean-twice": "It is n times too small: is the mean taken twice, once here and once elsewhere?",
}


def _mistakes(name):
    """Return the mistakes of a loss: those of its terms, and what is done with the terms of any."""
    if name not in TERMS:
        return []
    terms = TERMS[name]
    return [*[(*told, lambda p, y, formula=formula: np.mean(formula(p, y))) for *told, formula in MISTAKES[name]],
            ("exchanged", EXCHANGED, lambda p, y: terms(y, p).mean()),
            ("spread", "The labels lost their second axis: (n,) against (n, 1) spreads to (n, n). Keep y a column.",
             lambda p, y: terms(p, y.ravel() if y.shape[1] == 1 else y).mean())]


#: what goes wrong in a gradient, as terms, which are then divided by n
GRADIENT_MISTAKES = {
    "squared_error": [
        ("error-averaged", "The errors are averaged: each example keeps its own, 2 (ŷ − y) / n.",
         lambda p, y: np.full_like(p, 2 * np.sum(p - y))),
    ],
    "sigmoid_cross_entropy": [
        ("slope-twice", "σ′ stands in it once more. Derived together with the sigmoid, nothing of σ′ is left: "
         "(σ(z) − y) / n.", lambda z, y: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z))),
        ("no-sigmoid", "It takes z for the probability: σ(z) − y.", lambda z, y: z - y),
    ],
    "binary_cross_entropy": [
        ("logit", "(ŷ − y) / n is the gradient of the logit, behind the sigmoid. Of ŷ it is that divided by ŷ (1 − ŷ).",
         lambda p, y: p - y),
        ("one-term", "Only the first term is derived: −y / ŷ. The second gives (1 − y) / (1 − ŷ).",
         lambda p, y: -y / p),
        ("plus", "One of the two terms has the wrong sign: −y / ŷ + (1 − y) / (1 − ŷ), since log(1 − ŷ) falls as ŷ "
         "grows.", lambda p, y: -(y / p + (1 - y) / (1 - p))),
        *[("eps", f"An ε of {e:g} below the line changes the gradient; 1e-12 keeps it from a division by 0 as well.",
           formula) for e in EPS[:3] for formula in (
               lambda p, y, e=e: (p - y) / (p * (1 - p) + e),
               lambda p, y, e=e: -y / (p + e) + (1 - y) / (1 - p + e))],
    ],
    "softmax_cross_entropy": [
        *[("axis", AXIS.format(what), lambda z, y, axis=axis: _softmax(z, axis) - y)
          for what, axis in (("the examples, axis 0", 0), ("the whole array", (0, 1)))],
        *[("diagonal", "Only the diagonal p (1 − p) of softmax's derivative is in it. A logit moves all of its row; "
           "together that is p − y.", formula) for formula in (
               lambda z, y: -y * (1 - _softmax(z)), lambda z, y: (_softmax(z) - y) * _softmax(z) * (1 - _softmax(z)))],
    ],
}
GRADIENT_FACTORS = FACTORS | {
    "sign": "The sign is turned round: ŷ − y and not y − ŷ.",
    "half": "A factor 2 is missing: the derivative of (ŷ − y)² is 2 (ŷ − y).",
    "sum": "It is the gradient of the sum. The loss is a mean, so its gradient has 1/n too.",
}


def _pair(loss, rng, n, k):
    """Return (ŷ, y) for n examples and k outputs; labels of both kinds, where there are two examples."""
    if loss.labels == "one-hot":
        return rng.normal(size=(n, k)), np.eye(k)[rng.permutation(np.arange(n) % k)]
    y_hat, y = rng.uniform(0.1, 0.9, (n, k)), rng.permutation(np.arange(n * k) % 2.0).reshape(n, k)
    return (2 * y_hat - 1 if loss.threshold == 0 else y_hat), y


def _judge(f, loss, part, mistakes, factors, seed, said):
    """Compare f with a loss, or (part 1) with its gradient; return `said` and what else is to be said of right work."""
    def right(p, y):
        return loss(p, y)[part]

    rng, classes = np.random.default_rng(seed), loss.labels == "one-hot"
    pairs = [_pair(loss, rng, *shape) for shape in (((1, 2), (4, 3), (5, 2)) if classes else ((1, 1), (4, 1), (7, 1)))]
    compare(f, pairs, right, mistakes, names=("z" if loss.threshold == 0 else "ŷ", "y"), factors=factors,
            loose=2e-4 if loss.probabilities else 0)  # an ε of 1e-5 inside a logarithm or a divisor is as good as none
    found, y = [], pairs[1][1]
    if loss.__name__ in ("sigmoid_cross_entropy", "softmax_cross_entropy"):
        far = 0 * y + [[0], [1000], [1000], [1000]]
        sure = np.where(y > 0, 800.0, -800.0) * [[1], [-1], [-1], [-1]]  # and right in the first row alone
        for z, told, shown in ((sure, OVERFLOW, "z = ±800"), (far, MAX_OF_ALL, "z = [[0, 0], [1000, 1000], ...]")):
            result = _called(f, z, y)
            if not np.isfinite(result).all():
                raise NotRight(*told, input=shown, got=str(result))
            if not np.allclose(result, right(z, y), 1e-4, 1e-4):
                found = [("clipped", "At logits of ±800 the loss stops growing, since probabilities are held away from "
                          "0 and 1.")]
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
    said = _judge(f, right, 0, _mistakes(right.__name__), FACTORS, seed,
                  "The values are right, for one example and for several.")
    if right is losses.binary_cross_entropy:
        if not np.isfinite(result := _called(f, SURE, SURE)).all():  # there the logarithm is −inf
            raise NotRight("For a sure and right answer (ŷ = 1, y = 1) it returns nan: 0 · log 0. Hold ŷ between 1e-12 "
                           "and 1 − 1e-12 first, with np.clip.", "log-of-0", input="ŷ = 1, 0; y = 1, 0",
                           expected="nearly 0", got=str(result))
        try:
            value = float(_called(f, np.array([[3.0], [-2.0]]), 1 - SURE))
        except NotRight:
            value = 0.0  # to refuse is right as well
        if not value >= 0:
            return ("The values are right for probabilities. A network without an output activation gives others: for "
                    f"ŷ = 3 and −2 this \"loss\" is {value:.4g} (report A's ran to −1.6 million). np.clip holds it.",
                    "outside")
    return said


@check("gradient of {name}")
def loss_gradient(name, f, seed=None):
    """Check a function f(ŷ, y) that returns dL/dŷ, an array (n, 1) like ŷ, for the loss `name`.

    For a loss on logits it is dL/dz, (n, k) for the softmax.

    >>> checks.loss_gradient("squared_error", lambda p, y: 2 * (y - p) / y.size).sentence
    'The sign is turned round: ŷ − y and not y − ŷ.'
    """
    loss = pick("name", name, losses.known())
    known = [(*told, lambda p, y, formula=formula: formula(p, y) / len(y))
             for *told, formula in GRADIENT_MISTAKES.get(loss.__name__, [])]
    said = _judge(f, loss, 1, known, GRADIENT_FACTORS, seed, "All entries are right, the 1/n of the mean included.")
    if loss is losses.binary_cross_entropy and not np.isfinite(result := _called(f, SURE, SURE)).all():
        raise NotRight("At ŷ = 1 it divides by ŷ (1 − ŷ) = 0 (report A's backward pass does; its loss adds ε). Hold ŷ "
                       "between 1e-12 and 1 − 1e-12 here too.", "divides-by-0", input="ŷ = 1, 0; y = 1, 0",
                       got=str(np.ravel(result)))
    return said


# ---- accuracy ----

def share_right(p, y):
    """Return the right accuracy."""
    return np.mean((p > 0.5) == (y > 0.5))


ACCURACY_MISTAKES = [
    ("agreement", "It averages |ŷ − y|, which is no count. Decide each class first, ŷ >= 0.5, then count.",
     lambda p, y: 1 - np.abs(p - y).mean()),
    ("spread", "The labels lost their second axis: (n,) against (n, 1) compares each with each.",
     lambda p, y: share_right(p, y.ravel())),
    ("no-threshold", "It compares ŷ itself with y; few outputs are exactly 0 or 1. Compare ŷ >= 0.5.",
     lambda p, y: np.mean(p == y)),
    *[("threshold", f"It counts what lies within {c:g} of the label. The class is decided at 0.5.",
       lambda p, y, c=c: np.mean(np.abs(p - y) <= c)) for c in (0.01, 0.05, 0.1, 0.2, 0.25)],
    *[("threshold", f"It decides at {what} and not at 0.5.", lambda p, y, at=at: np.mean((p > at(p)) == y))
      for what, at in (("the middle of the outputs", lambda p: (p.max() + p.min()) / 2), ("their mean", np.mean),
                       ("their median", np.median), *[(f"{c:g}", lambda p, c=c: c) for c in (0, 0.4, 0.6)])],
    ("percent", "A share lies between 0 and 1: leave the 100 to the print.", lambda p, y: 100 * share_right(p, y)),
    ("count", "It is the number of right ones: divide by n.", lambda p, y: len(y) * share_right(p, y)),
    ("errors", "It is the share of wrong ones.", lambda p, y: 1 - share_right(p, y)),
    ("truncated", "It gives 0 or 1 for a share: is that // in place of /, or np.all in place of np.mean?",
     lambda p, y: share_right(p, y) // 1),
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
