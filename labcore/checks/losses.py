"""Checks of losses, of their gradients, and of an accuracy."""

import numpy as np

from .. import losses
from ..activations import sigmoid
from ..inputs import pick
from .calling import call, check
from .mistakes import Mistake, compare, remarks
from .verdict import NotRight

SURE = np.array([[1.0], [0.0]])  #: answers that are sure and right
EPS = 10.0 ** -np.arange(2, 16)  #: what is added to a probability, or how far it is held from 0 and 1


def _compare(f, loss, part, known, factors, seed, said):
    """Compare f with a loss, or (part 1) with its gradient; return what is said of right work."""
    def right(p, y):
        return loss(p, y)[part]

    rng, found = np.random.default_rng(seed), []
    pairs, names = _cases(loss, rng), ("z" if loss.threshold == 0 else "ŷ", "y")
    compare(f, pairs, right, known, names=names, factors=factors, loose=2e-4 if loss.probabilities else 0)
    if loss.__name__ in ("sigmoid_cross_entropy", "softmax_cross_entropy"):
        y = pairs[1][1]  # sure and right in the first row, sure and wrong in the others
        z = np.where(y > 0, 800.0, -800.0) * np.array([1.0, *[-1.0] * (len(y) - 1)])[:, None]
        apart = np.array([0.0, *[1000.0] * (len(y) - 1)])[:, None] + 0 * y  # what a maximum of the whole array spoils
        for given, shown in ((z, "z = ±800"), *[(apart, "z = [[0, 0], [1000, 1000], ...]")] * (loss.labels == "one-hot")):
            result = _called(f, given, y)
            if not np.isfinite(result).all() and given is apart:
                raise NotRight("The maximum of the whole array is taken out, so a row far below it has exp(−1000) = 0 "
                               "alone: each row needs its own, z.max(axis=1, keepdims=True).", "max-of-all",
                               input=shown, got=str(result))
            if not np.isfinite(result).all():
                raise NotRight("For logits of ±800 exp overflows. Take the largest out first: log Σ exp(z) = m + log Σ "
                               "exp(z − m); np.logaddexp(0, z) does it for two.", "overflow", input=shown,
                               got=str(result))
            if not np.allclose(result, right(given, y), rtol=1e-4, atol=1e-4):
                found = [("clipped", "At logits of ±800 its probabilities are held away from 0 and 1, and the loss "
                          "stops growing.")]
    wide = [] if loss.labels == "one-hot" else [("mean-over-rows", "With several outputs it would divide by the rows "
                                                 "alone; the mean is over all numbers.", [_pair(loss, rng, 3, 2)], right)]
    return remarks(said, found, f, wide)


def _called(f, *given):
    return np.asarray(call(f, *given)[0], dtype=float)


def _pair(right, rng, n, k=1):
    if right.labels == "one-hot":
        return rng.normal(size=(n, k)), np.eye(k)[rng.permutation(np.arange(n) % k)]
    y_hat, y = rng.uniform(0.1, 0.9, (n, k)), rng.permutation(np.arange(n * k) % 2.0).reshape(n, k)
    return (2 * y_hat - 1 if right.threshold == 0 else y_hat), y


def _cases(right, rng):
    """Return pairs (ŷ, y), from one example to those that tell a sum from a mean, rows from outputs."""
    return [_pair(right, rng, *shape) for shape in (((1, 2), (4, 2), (5, 3)) if right.labels == "one-hot" else
                                                    ((1,), (4,), (7,)))]


def _softmax(z, axis):
    exps = np.exp(z)
    return exps / exps.sum(axis=axis, keepdims=True)


#: the terms whose mean a loss is
TERMS = {
    "squared_error": lambda p, y: (p - y) ** 2,
    "binary_cross_entropy": lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)),
    "sigmoid_cross_entropy": lambda z, y: np.logaddexp(0, z) - y * z,
    "softmax_cross_entropy": lambda z, y: (np.log(np.exp(z).sum(1)) - (y * z).sum(1)),
}
#: what goes wrong in one of them alone, as terms too: name, what to say, formula
MISTAKES = {
    "squared_error": [
        ("absolute", "That is the mean of |ŷ − y|: square the differences.", lambda p, y: np.abs(p - y)),
        ("root", "The root is one step too many.", lambda p, y: np.sqrt(np.mean((p - y) ** 2))),
        ("square-of-mean", "Square first, then take the mean: here errors of both signs cancel.",
         lambda p, y: (p - y).mean() ** 2),
        ("squares", "The squares are taken apart: (ŷ − y)², not ŷ² − y².", lambda p, y: p * p - y * y),
        ("cross-entropy", "That is cross-entropy.", lambda p, y: TERMS["binary_cross_entropy"](p, y)),
    ],
    "binary_cross_entropy": [
        *[("log-of-truth", "The first term takes the logarithm of the truth y, as report A does; it is y · log ŷ. With "
           "labels 0 and 1 the term is then always 0.",
           lambda p, y, e=e: -(y * np.log(np.clip(y, e, 1)) + (1 - y) * np.log(1 - p))) for e in EPS],
        ("one-term", "The second term is missing: examples of class 0 count with (1 − y) log(1 − ŷ).",
         lambda p, y: -y * np.log(p)),
        ("one-term", "The first term is missing: examples of class 1 count with y log ŷ.",
         lambda p, y: -(1 - y) * np.log(1 - p)),
        ("minus", "The minus reaches the first term alone: put both in brackets, −(… + …).",
         lambda p, y: -y * np.log(p) + (1 - y) * np.log(1 - p)),
        ("minus", "The two terms are added, −(… + …), and not taken from each other.",
         lambda p, y: y * np.log(p) - (1 - y) * np.log(1 - p)),
        ("labels", "The labels are exchanged: y goes with log ŷ, 1 − y with log(1 − ŷ).",
         lambda p, y: -(1 - y) * np.log(p) - y * np.log(1 - p)),
        ("base", "The logarithm is the natural one, np.log.",
         lambda p, y: TERMS["binary_cross_entropy"](p, y) / np.log(2)),
        ("base", "The logarithm is the natural one, np.log.",
         lambda p, y: TERMS["binary_cross_entropy"](p, y) / np.log(10)),
        *[("exchanged", "Prediction and truth are exchanged: the logarithm is of ŷ.",
           lambda p, y, e=e: TERMS["binary_cross_entropy"](np.clip(y, e, 1 - e), p)) for e in EPS],
        *[("exchanged", "Prediction and truth are exchanged: the logarithm is of ŷ.",
           lambda p, y, e=e: -(p * np.log(y + e) + (1 - p) * np.log(1 - y + e))) for e in EPS],
        *[("eps", f"An ε of {e:g} is added inside the logarithm, which changes the loss: 1e-12 does what it is for.",
           lambda p, y, e=e: -(y * np.log(p + e) + (1 - y) * np.log(1 - p + e))) for e in EPS[:3]],
    ],
    "sigmoid_cross_entropy": [
        *[("no-sigmoid", "It takes z for the probability, held between 0 and 1: that is σ(z).",
           lambda z, y, e=e: TERMS["binary_cross_entropy"](np.clip(z, e, 1 - e), y)) for e in EPS],
    ],
    "softmax_cross_entropy": [
        ("axis", "The softmax goes over the examples, axis 0: each row is a distribution, so axis=1.",
         lambda z, y: -(y * np.log(_softmax(z, 0))).sum(1)),
        ("axis", "The softmax is taken over the whole array: each row is a distribution, so axis=1.",
         lambda z, y: -(y * np.log(_softmax(z, (0, 1)))).sum(1)),
        ("mean-over-all", "The mean is over rows: divide by n alone, not by n k.",
         lambda z, y: TERMS["softmax_cross_entropy"](z, y) / y.shape[1]),
        ("no-softmax", "It takes z for the probabilities: softmax first.", lambda z, y: -(y * np.log(z)).sum(1)),
        ("sigmoid", "It squashes each logit by itself: softmax makes each row add up to 1.",
         lambda z, y: -(y * np.log(sigmoid(z))).sum(1)),
    ],
}
FACTORS = {
    "sign": "The sign is turned round: a loss is never negative.",
    "half": "There is a factor ½ in it, which makes the gradient nicer; the book's loss has none.",
    "doubled": "There is a factor 2 too many.",
    "sum": "It is the sum over the examples; the loss is their mean, so that it doesn't grow with their number.",
    "mean-twice": "It is n times too small: is the mean taken twice?",
}


def _known(name, factors):
    """Return the mistakes of a loss: those of its terms, and what any loss may do with them."""
    if name not in TERMS:
        return []
    terms = TERMS[name]
    return [
        *[Mistake(each, said, lambda p, y, formula=formula: np.mean(formula(p, y))) for each, said, formula
          in MISTAKES.get(name, [])],
        Mistake("exchanged", "Prediction and truth are exchanged: the first argument is ŷ.",
                lambda p, y: terms(y, p).mean()),
        Mistake("spread", "The labels lost their second axis: (n,) against (n, 1) spreads to (n, n). Keep y a column.",
                lambda p, y: terms(p, y.ravel() if y.shape[1] == 1 else y).mean()),
    ]


@check("{name}")
def loss(name, f, seed=None):
    """Check a function f(ŷ, y) that returns the loss `name`, a number: the mean over all examples.

    All of `labcore.losses` are known. ŷ and y are columns (n, 1), but (n, k) for the softmax, whose mean is over rows;
    for a loss on logits f takes z in the place of ŷ. The seed draws them.

    >>> checks.loss("squared_error", lambda p, y: ((p - y) ** 2).sum()).mistake
    'sum'
    """
    right = pick("name", name, losses.known())
    said = _compare(f, right, 0, _known(right.__name__, FACTORS), FACTORS, seed,
                    "The values are right, for one example and for several.")
    if right is not losses.binary_cross_entropy:
        return said
    result = _called(f, SURE, SURE)  # at the ends of [0, 1] the logarithm is −inf
    if not np.isfinite(result).all():
        raise NotRight("For a sure and right answer (ŷ = 1, y = 1) it returns nan: 0 · log 0. Hold ŷ between 1e-12 and "
                       "1 − 1e-12 first, with np.clip.", "log-of-0", input="ŷ = 1, 0; y = 1, 0", expected="nearly 0",
                       got=str(result))
    try:
        value = float(_called(f, np.array([[3.0], [-2.0]]), np.array([[0.0], [1.0]])))
    except NotRight:
        value = 0.0  # to refuse is right as well
    if not value >= 0:
        return ("The values are right for probabilities. A network without an output activation gives others: for "
                f"ŷ = 3 and −2 this \"loss\" is {value:.4g} (report A's ran to −1.6 million). np.clip "
                "holds it.", "outside")
    return said if said[1] else "The values are right, for one example and for several, and at the ends 0 and 1."


# ---- gradients ----

#: what goes wrong in one of them alone
GRADIENT_MISTAKES = {
    "squared_error": [
        Mistake("absolute", "It has lost the sign of each error: ŷ − y, not |ŷ − y|.",
                lambda p, y: 2 * np.abs(p - y) / len(y)),
        Mistake("loss", "That is (ŷ − y)² of each example, and not its derivative 2 (ŷ − y).",
                lambda p, y: (p - y) ** 2 / len(y)),
        Mistake("error-averaged", "The errors are averaged: each example keeps its own, 2 (ŷ − y) / n.",
                lambda p, y: np.full_like(p, 2 * np.mean(p - y))),
        Mistake("slope-twice", "σ′ stands in it already: dL/dŷ comes before that.",
                lambda p, y: 2 * (p - y) * p * (1 - p) / len(y)),
        Mistake("spread", "The labels lost their second axis: (n,) against (n, 1) spreads to (n, n).",
                lambda p, y: (2 * (p - y.ravel()) / len(y)).sum(1, keepdims=True)),
    ],
    "sigmoid_cross_entropy": [
        Mistake("slope-twice", "σ′ stands in it once more. Derived together with the sigmoid, nothing of σ′ is left: "
                "(σ(z) − y) / n.", lambda z, y: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)) / y.size),
        Mistake("no-sigmoid", "It takes z for the probability: σ(z) − y.", lambda z, y: (z - y) / y.size),
    ],
    "binary_cross_entropy": [
        Mistake("logit", "(ŷ − y) / n is the gradient of the logit, behind the sigmoid. Of ŷ it is that divided by ŷ "
                "(1 − ŷ).", lambda p, y: (p - y) / y.size),
        Mistake("one-term", "Only the first term is derived: −y / ŷ. The second gives (1 − y) / (1 − ŷ).",
                lambda p, y: -y / p / y.size),
        Mistake("one-term", "Only the second term is derived: (1 − y) / (1 − ŷ). The first gives −y / ŷ.",
                lambda p, y: (1 - y) / (1 - p) / y.size),
        Mistake("plus", "Between the two terms stands the wrong sign: −y / ŷ + (1 − y) / (1 − ŷ), since log(1 − ŷ) "
                "falls as ŷ grows.", lambda p, y: -(y / p + (1 - y) / (1 - p)) / y.size),
        Mistake("times", "It is multiplied by ŷ (1 − ŷ) instead of divided.",
                lambda p, y: (p - y) * p * (1 - p) / y.size),
        *[Mistake("eps", f"An ε of {e:g} is added below the line, which changes the gradient: 1e-12 does what it is "
                  "for.", lambda p, y, e=e: (p - y) / (p * (1 - p) + e) / y.size) for e in EPS[:3]],
        *[Mistake("eps", f"An ε of {e:g} is added below the line, which changes the gradient: 1e-12 does what it is "
                  "for.", lambda p, y, e=e: (-y / (p + e) + (1 - y) / (1 - p + e)) / y.size) for e in EPS[:3]],
    ],
    "softmax_cross_entropy": [
        Mistake("axis", "The softmax goes over the examples, axis 0: each row is a distribution, so axis=1.",
                lambda z, y: (_softmax(z, 0) - y) / len(y)),
        Mistake("axis", "The softmax is taken over the whole array: each row is a distribution, so axis=1.",
                lambda z, y: (_softmax(z, (0, 1)) - y) / len(y)),
        Mistake("diagonal", "Only the diagonal p (1 − p) of softmax's derivative is in it; each logit moves all "
                "probabilities of its row, and together that is p − y.",
                lambda z, y: -y * (1 - _softmax(z, 1)) / len(y)),
        Mistake("diagonal", "p (1 − p) stands in it once more: derived together with the softmax it is p − y.",
                lambda z, y: (_softmax(z, 1) - y) * _softmax(z, 1) * (1 - _softmax(z, 1)) / len(y)),
        Mistake("no-softmax", "It takes z for the probabilities: softmax(z) − y.", lambda z, y: (z - y) / len(y)),
        Mistake("sigmoid", "It squashes each logit by itself: softmax makes each row add up to 1.",
                lambda z, y: (sigmoid(z) - y) / len(y)),
        Mistake("mean-over-all", "The mean is over rows: divide by n alone, not by n k.",
                lambda z, y: (_softmax(z, 1) - y) / y.size),
    ],
}
GRADIENT_FACTORS = {
    "sign": "The sign is turned round: ŷ − y and not y − ŷ.",
    "half": "A factor 2 is missing: the derivative of (ŷ − y)² is 2 (ŷ − y).",
    "doubled": "There is a factor 2 too many; it belongs to the square.",
    "sum": "It is the gradient of the sum. The loss is a mean, so its gradient has 1/n too.",
    "mean-twice": "It is n times too small: is the mean taken twice, once here and once in the loss?",
}


@check("gradient of {name}")
def loss_gradient(name, f, seed=None):
    """Check a function f(ŷ, y) that returns dL/dŷ, an array (n, 1) like ŷ, for the loss `name`.

    For a loss on logits it is dL/dz, (n, k) for the softmax.

    >>> checks.loss_gradient("squared_error", lambda p, y: 2 * (y - p) / y.size).sentence
    'The sign is turned round: ŷ − y and not y − ŷ.'
    """
    loss = pick("name", name, losses.known())
    said = _compare(f, loss, 1, GRADIENT_MISTAKES.get(loss.__name__, []), GRADIENT_FACTORS, seed,
                    "All entries are right, the 1/n of the mean included.")
    if loss is losses.binary_cross_entropy:
        result = _called(f, SURE, SURE)
        if not np.isfinite(result).all():
            raise NotRight("At ŷ = 1 it divides by ŷ (1 − ŷ) = 0 (report A's backward pass does; its loss adds ε). "
                           "Hold ŷ between 1e-12 and 1 − 1e-12 here too.", "divides-by-0",
                           input="ŷ = 1, 0; y = 1, 0", got=str(np.ravel(result)))
    return said


# ---- accuracy ----

def share_right(p, y):
    """Return the right accuracy."""
    return np.mean((p > 0.5) == (y > 0.5))


ACCURACY_MISTAKES = [
    Mistake("agreement", "It averages |ŷ − y|, which is no count. Decide each class first, ŷ >= 0.5, then count.",
            lambda p, y: 1 - np.abs(p - y).mean()),
    Mistake("spread", "The labels lost their second axis: (n,) against (n, 1) compares each with each.",
            lambda p, y: share_right(p, y.ravel())),
    Mistake("no-threshold", "It compares ŷ itself with y; few outputs are exactly 0 or 1. Compare ŷ >= 0.5.",
            lambda p, y: np.mean(p == y)),
    *[Mistake("threshold", f"It counts what lies within {c:g} of the label: the class is decided at 0.5.",
              lambda p, y, c=c: np.mean(np.abs(p - y) <= c)) for c in (0.01, 0.05, 0.1, 0.2, 0.25, 0.3, 0.4)],
    *[Mistake("threshold", f"It decides at {what} of the outputs: the class is decided at 0.5, whatever the others are.",
              lambda p, y, where=where: np.mean((p > where(p)) == y))
      for what, where in (("the middle", lambda p: (p.max() + p.min()) / 2), ("the mean", np.mean),
                          ("the median", np.median))],
    *[Mistake("threshold", f"It decides at {c:g}: an output of 0.5 or more is class 1.",
              lambda p, y, c=c: np.mean((p > c) == y)) for c in (0, 0.1, 0.2, 0.3, 0.4, 0.6, 0.7, 0.8, 0.9)],
    Mistake("percent", "A share lies between 0 and 1: leave the 100 to the print.",
            lambda p, y: 100 * share_right(p, y)),
    Mistake("count", "It is the number of right ones: divide by n.", lambda p, y: len(y) * share_right(p, y)),
    Mistake("errors", "It is the share of wrong ones.", lambda p, y: 1 - share_right(p, y)),
    Mistake("truncated", "It gives 0 or 1 for a share: is that // in place of /, or np.all in place of np.mean?",
            lambda p, y: share_right(p, y) // 1),
]


@check("accuracy")
def accuracy(f, seed=None):
    """Check a function f(ŷ, y) that returns the share of examples whose class is right, ŷ and y (n, 1).

    >>> checks.accuracy(lambda p, y: 1 - abs(p - y).mean()).mistake
    'agreement'
    """
    rng, pairs = np.random.default_rng(seed), []
    # outputs on both sides of 0.5, near the ends and at them; at last all below it, and all right
    for ends in ((0.15, 0.35, 0.65, 0.85), (0.02, 0.08, 0.15, 0.22, 0.28, 0.35, 0.45, 0.55, 0.65, 0.75, 0.97, 0.0, 1.0),
                 (0.01, 0.03, 0.05, 0.42, 0.45)):
        p = np.clip(np.array(ends)[:, None] + rng.uniform(-0.01, 0.01, (len(ends), 1)) * (np.array(ends) % 1 > 0)[:, None],
                    0, 1)
        y = (p > 0.5) * 1.0
        wrong = rng.permutation(len(p))[:len(p) // 3]
        y[wrong] = 1 - y[wrong]
        pairs.append((p, y))
    compare(f, [*pairs, (pairs[1][0], (pairs[1][0] > 0.5) * 1.0)], share_right, ACCURACY_MISTAKES, names=("ŷ", "y"))
    return "It counts right labels."
