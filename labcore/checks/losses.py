"""Checks of losses, of their gradients, and of an accuracy."""

import numpy as np

from .. import losses
from ..activations import sigmoid
from ..inputs import pick
from .calling import call, check
from .mistakes import Mistake, compare
from .verdict import NotRight

SURE = np.array([[1.0], [0.0]])  #: answers that are sure and right


def _compare(f, loss, part, known):
    """Compare f with a loss, or (part 1) with its gradient, at sensible logits and at large ones."""
    def right(p, y):
        return loss(p, y)[part]

    pairs = _cases(loss)
    compare(f, pairs, right, known, names=("z" if loss.threshold == 0 else "ŷ", "y"))
    if loss.__name__ in ("sigmoid_cross_entropy", "softmax_cross_entropy"):
        y = pairs[1][1]  # sure and right in the first row, sure and wrong in the others
        z = np.where(y > 0, 800.0, -800.0) * np.array([1.0, *[-1.0] * (len(y) - 1)])[:, None]
        result = _called(f, z, y)
        if not np.isfinite(result).all() or not np.allclose(result, right(z, y)):
            raise NotRight("For logits of ±800 exp overflows. Take the largest out first: log Σ exp(z) = m + log Σ "
                           "exp(z − m); np.logaddexp(0, z) does it for two.", "overflow", input="z = ±800",
                           got=str(result))


def _called(f, *given):
    return np.asarray(call(f, *given)[0], dtype=float)


def _columns(rng, n, k=1):
    return rng.uniform(0.1, 0.9, (n, k)), rng.integers(0, 2, (n, k)).astype(float)


def _cases(right):
    """Return pairs (ŷ, y), from one example to those that tell a sum from a mean, rows from outputs."""
    rng = np.random.default_rng(5)
    if right.labels == "one-hot":
        return [(rng.normal(size=(n, k)), np.eye(k)[rng.integers(0, k, n)]) for n, k in ((1, 2), (4, 2), (5, 3))]
    pairs = [_columns(rng, 1), _columns(rng, 4), _columns(rng, 3, 2)]
    return [(2 * y_hat - 1, y) for y_hat, y in pairs] if right.threshold == 0 else pairs


#: the terms whose mean a loss is
TERMS = {
    "squared_error": lambda p, y: (p - y) ** 2,
    "binary_cross_entropy": lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)),
    "sigmoid_cross_entropy": lambda z, y: np.logaddexp(0, z) - y * z,
    "softmax_cross_entropy": lambda z, y: (np.log(np.exp(z).sum(1)) - (y * z).sum(1)),
}
#: what goes wrong in one of them alone
MISTAKES = {
    "squared_error": [
        Mistake("half", "There is a factor ½ in it, which makes the gradient nicer; the book's mean squared error has "
                "none.", lambda p, y: np.mean((p - y) ** 2) / 2),
        Mistake("absolute", "That is the mean of |ŷ − y|: square the differences.", lambda p, y: np.abs(p - y).mean()),
        Mistake("root", "The root is one step too many.", lambda p, y: np.sqrt(np.mean((p - y) ** 2))),
        Mistake("square-of-mean", "Square first, then take the mean: here errors of both signs cancel.",
                lambda p, y: (p - y).mean() ** 2),
    ],
    "binary_cross_entropy": [
        Mistake("log-of-truth", "The first term takes the logarithm of the truth y, as report A does; it is y · log ŷ. "
                "With labels 0 and 1 the term is then always 0.",
                lambda p, y: -(y * np.log(np.clip(y, losses.EPS, 1)) + (1 - y) * np.log(1 - p)).mean()),
        Mistake("one-term", "The second term is missing: examples of class 0 count with (1 − y) log(1 − ŷ).",
                lambda p, y: -(y * np.log(p)).mean()),
        Mistake("base", "The logarithm is the natural one, np.log.",
                lambda p, y: TERMS["binary_cross_entropy"](p, y).mean() / np.log(2)),
    ],
}


def _of_any(terms):
    return [
        Mistake("sum", "It is the sum over the examples; the loss is their mean, so that it doesn't grow with their "
                "number.", lambda p, y: terms(p, y).sum()),
        Mistake("mean-over-rows", "It divides by the number of rows alone; there are several outputs, and the mean is "
                "over all numbers.", lambda p, y: terms(p, y).sum() / len(y)),
        Mistake("sign", "The sign is turned round: a loss is never negative.", lambda p, y: -terms(p, y).mean()),
        Mistake("exchanged", "Prediction and truth are exchanged: the first argument is ŷ.",
                lambda p, y: terms(y, p).mean()),
        Mistake("spread", "The labels lost their second axis: (n,) against (n, 1) spreads to (n, n). Keep y a column.",
                lambda p, y: terms(p, y.ravel() if y.shape[1] == 1 else y).mean()),
    ]


@check("{name}")
def loss(name, f):
    """Check a function f(ŷ, y) that returns the loss `name`, a number: the mean over all entries, or over rows.

    All of `labcore.losses` are known. ŷ and y are (n, k); for a loss on logits f takes z in the place of ŷ. Only the
    softmax's mean is over rows.

    >>> checks.loss("squared_error", lambda p, y: ((p - y) ** 2).sum()).mistake
    'sum'
    """
    right = pick("name", name, losses.known())
    name = right.__name__
    _compare(f, right, 0, [*_of_any(TERMS[name]), *MISTAKES.get(name, [])] if name in TERMS else [])
    if right is not losses.binary_cross_entropy:
        return "The values are right, for one example and for several."
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
    return "The values are right, for one example and for several, and at the ends 0 and 1."


# ---- gradients ----

def _gradient_mistakes(loss):
    def right(p, y):
        return loss(p, y)[1]

    mean_twice = "For 4 rows it is 4 times too small: is the mean taken twice, once here and once in the loss?"
    return [
        # the second mean may be over rows or over all numbers
        Mistake("mean-twice", mean_twice, lambda p, y: right(p, y) / len(y)),
        Mistake("mean-twice", mean_twice, lambda p, y: right(p, y) * y.shape[1] / len(y)),
        Mistake("mean-twice", mean_twice, lambda p, y: right(p, y) / y.size),
        Mistake("sum", "It is the gradient of the sum. The loss is a mean, so its gradient has 1/n too.",
                lambda p, y: right(p, y) * (len(y) if loss.labels == "one-hot" else y.size)),
        Mistake("mean-over-rows", "It divides by the number of rows alone; the mean is over all numbers.",
                lambda p, y: right(p, y) * y.shape[1]),
        Mistake("sign", "The sign is turned round: ŷ − y and not y − ŷ.", lambda p, y: -right(p, y)),
    ]


#: what goes wrong in one of them alone
GRADIENT_MISTAKES = {
    "squared_error": [
        Mistake("half", "The 2 is missing: the derivative of (ŷ − y)² is 2 (ŷ − y).", lambda p, y: (p - y) / y.size),
        Mistake("sum", "Two factors are missing: the 2 of the square, and the 1/n of the mean.", lambda p, y: p - y),
    ],
    "sigmoid_cross_entropy": [
        Mistake("slope-twice", "σ′ stands in it once more. Derived together with the sigmoid, nothing of σ′ is left: "
                "(σ(z) − y) / n.", lambda z, y: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)) / y.size),
        Mistake("doubled", "The 2 belongs to the square; here there is none.",
                lambda z, y: 2 * (sigmoid(z) - y) / y.size),
        Mistake("no-sigmoid", "It takes z for the probability: σ(z) − y.", lambda z, y: (z - y) / y.size),
    ],
    "binary_cross_entropy": [
        Mistake("logit", "(ŷ − y) / n is the gradient of the logit, behind the sigmoid. Of ŷ it is that divided by ŷ "
                "(1 − ŷ).", lambda p, y: (p - y) / y.size),
        Mistake("one-term", "Only the first term is derived: −y / ŷ. The second gives (1 − y) / (1 − ŷ).",
                lambda p, y: -y / p / y.size),
    ],
}


@check("gradient of {name}")
def loss_gradient(name, f):
    """Check a function f(ŷ, y) that returns dL/dŷ, an array (n, k) like ŷ, for the loss `name`.

    For a loss on logits it is dL/dz.

    >>> checks.loss_gradient("squared_error", lambda p, y: 2 * (y - p) / y.size).sentence
    'The sign is turned round: ŷ − y and not y − ŷ.'
    """
    loss = pick("name", name, losses.known())
    _compare(f, loss, 1, _gradient_mistakes(loss) + GRADIENT_MISTAKES.get(loss.__name__, []))
    if loss is losses.binary_cross_entropy:
        result = _called(f, SURE, SURE)
        if not np.isfinite(result).all():
            raise NotRight("At ŷ = 1 it divides by ŷ (1 − ŷ) = 0 (report A's backward pass does; its loss adds ε). "
                           "Hold ŷ between 1e-12 and 1 − 1e-12 here too.", "divides-by-0",
                           input="ŷ = 1, 0; y = 1, 0", got=str(np.ravel(result)))
    return "All entries are right, the 1/n of the mean included."


# ---- accuracy ----

def share_right(p, y):
    """Return the right accuracy."""
    return np.mean((p > 0.5) == (y > 0.5))


ACCURACY_MISTAKES = [
    Mistake("agreement", "It averages |ŷ − y|, which is no count. Decide each class first, ŷ >= 0.5, then count.",
            lambda p, y: 1 - np.abs(p - y).mean()),
    Mistake("spread", "The labels lost their second axis: (n,) against (n, 1) compares each with each.",
            lambda p, y: share_right(p, y.ravel())),
    Mistake("no-threshold", "It compares ŷ itself with y; no output is exactly 0 or 1. Compare ŷ >= 0.5.",
            lambda p, y: np.mean(p == y)),
    Mistake("percent", "A share lies between 0 and 1: leave the 100 to the print.",
            lambda p, y: 100 * share_right(p, y)),
    Mistake("count", "It is the number of right ones: divide by n.", lambda p, y: len(y) * share_right(p, y)),
    Mistake("errors", "It is the share of wrong ones.", lambda p, y: 1 - share_right(p, y)),
    Mistake("truncated", "It writes 0 or 1 for a share: is that // in place of /?",
            lambda p, y: share_right(p, y) // 1),
]


@check("accuracy")
def accuracy(f):
    """Check a function f(ŷ, y) that returns the share of examples whose class is right, ŷ and y (n, 1).

    >>> checks.accuracy(lambda p, y: 1 - abs(p - y).mean()).mistake
    'agreement'
    """
    rng = np.random.default_rng(8)
    compare(f, [_columns(rng, n) for n in (2, 7, 12)], share_right, ACCURACY_MISTAKES, names=("ŷ", "y"))
    return "It counts right labels."
