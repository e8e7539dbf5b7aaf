"""Checks of losses, their gradients, and the accuracy."""

import numpy as np

from .. import losses
from ..activations import sigmoid
from .judging import Mistake, judge
from .running import call, check
from .verdict import Found

NAMES = ("squared_error", "binary_cross_entropy", "sigmoid_cross_entropy", "softmax_cross_entropy")


def _names(name):
    """What the two arguments are called."""
    return ("ŷ", "y") if name in NAMES[:2] else ("z", "y")


def columns(rng, n, k=1):
    return rng.uniform(0.1, 0.9, (n, k)), rng.integers(0, 2, (n, k)).astype(float)


def cases(name):
    """Return pairs (ŷ, y), from one example to those that tell a sum from a mean, rows from outputs.

    Parameters
    ----------
    name : str
        The loss, one of `NAMES`.

    Returns
    -------
    list of (ndarray, ndarray)
        Predictions, logits for the last two of `NAMES`, and labels, both (n, k); the same at each call.

    Examples
    --------
    >>> from labcore.checks.losses import cases
    >>> [y.shape for _, y in cases("squared_error")]
    [(1, 1), (4, 1), (3, 2)]
    """
    rng = np.random.default_rng(5)
    if name == "softmax_cross_entropy":
        return [(rng.normal(size=(n, k)), np.eye(k)[rng.integers(0, k, n)]) for n, k in ((1, 2), (4, 2), (5, 3))]
    pairs = [columns(rng, 1), columns(rng, 4), columns(rng, 3, 2)]
    return [(2 * y_hat - 1, y) for y_hat, y in pairs] if name == "sigmoid_cross_entropy" else pairs


def _flat(loss):
    """A loss whose labels lost their second axis: (n, 1) meets (n,) and spreads to (n, n)."""
    return lambda y_hat, y: loss(y_hat, y.ravel()) if y.shape[1] == 1 else loss(y_hat, y)


def _terms(name):
    """Return the function that gives the terms of a loss, whose mean it is."""
    return {"squared_error": lambda p, y: (p - y) ** 2,
            "binary_cross_entropy": lambda p, y: -(y * np.log(p) + (1 - y) * np.log(1 - p)),
            "sigmoid_cross_entropy": lambda z, y: np.logaddexp(0, z) - y * z,
            "softmax_cross_entropy": lambda z, y: (np.log(np.exp(z).sum(1)) - (y * z).sum(1))}[name]


def _known(name):
    terms = _terms(name)
    mistakes = [
        Mistake("sum", "It is the sum over the examples; the loss is their mean, so that it doesn't grow with their "
                "number.", lambda p, y: terms(p, y).sum()),
        Mistake("mean-over-rows", "It divides by the number of rows alone; there are several outputs, and the mean is "
                "over all numbers.", lambda p, y: terms(p, y).sum() / len(y)),
        Mistake("sign", "The sign is turned round: a loss is never negative.", lambda p, y: -terms(p, y).mean()),
        Mistake("exchanged", "Prediction and truth are exchanged: the first argument is ŷ.",
                lambda p, y: terms(y, p).mean()),
        Mistake("spread", "The labels lost their second axis: (n,) against (n, 1) spreads to (n, n). Keep y a column.",
                _flat(lambda p, y: terms(p, y).mean())),
    ]
    if name == "squared_error":
        mistakes += [
            Mistake("half", "There is a factor ½ in it, which makes the gradient nicer; the book's mean squared error "
                    "has none.", lambda p, y: terms(p, y).mean() / 2),
            Mistake("absolute", "That is the mean of |ŷ − y|: square the differences.",
                    lambda p, y: np.abs(p - y).mean()),
            Mistake("root", "The root is one step too many.", lambda p, y: np.sqrt(terms(p, y).mean())),
            Mistake("square-of-mean", "Square first, then take the mean: here errors of both signs cancel.",
                    lambda p, y: (p - y).mean() ** 2),
        ]
    if name == "binary_cross_entropy":
        def log(value):
            return np.log(np.clip(value, losses.EPS, 1))

        mistakes += [
            Mistake("log-of-truth", "The first term takes the logarithm of the truth y, as report A does; it is y · "
                    "log ŷ. With labels 0 and 1 the term is then always 0.",
                    lambda p, y: -(y * log(y) + (1 - y) * log(1 - p)).mean()),
            Mistake("one-term", "The second term is missing: examples of class 0 count with (1 − y) log(1 − ŷ).",
                    lambda p, y: -(y * log(p)).mean()),
            Mistake("base", "The logarithm is the natural one, np.log.", lambda p, y: terms(p, y).mean() / np.log(2)),
        ]
    return mistakes


@check("{name}")
def loss(name, f):
    """Check a function f(ŷ, y) that returns the loss, a number: the mean over all entries, for the softmax over rows.

    `name` is one of `NAMES`; for the two on logits f takes z in the place of ŷ.

    Parameters
    ----------
    name : {"squared_error", "binary_cross_entropy", "sigmoid_cross_entropy", "softmax_cross_entropy"}
        Which loss it should be.
    f : callable
        The reader's function, of two arrays (n, k).

    Returns
    -------
    Verdict
        Right, or which mistake it is and the smallest input that shows it.

    Examples
    --------
    >>> from labcore import checks
    >>> bool(checks.loss("squared_error", lambda p, y: ((p - y) ** 2).mean()))
    True
    >>> checks.loss("squared_error", lambda p, y: ((p - y) ** 2).sum()).sentence
    "It is the sum over the examples; the loss is their mean, so that it doesn't grow with their number."
    """
    right = _reference(name)
    pairs = cases(name)
    judge(f, pairs, lambda p, y: right(p, y)[0], _known(name), names=_names(name))
    if name == "binary_cross_entropy":
        return _edges(f)
    if name != "squared_error":
        _large(f, lambda z, y: right(z, y)[0], pairs[1][1])
    return "The values are right, for one example and for several."


def _reference(name):
    if name not in NAMES:
        raise ValueError(f"name must be one of {', '.join(NAMES)}; got {name!r}")
    return getattr(losses, name)


def _edges(f):
    """Look at the ends of [0, 1], where the logarithm is −inf, and beyond; return what to say."""
    sure = np.array([[1.0], [0.0]])
    result, _ = call(f, sure, sure)
    if not np.isfinite(np.asarray(result, dtype=float)).all():
        raise Found("For a sure and right answer (ŷ = 1, y = 1) it returns nan: 0 · log 0. Hold ŷ between 1e-12 and 1 "
                    "− 1e-12 first, with np.clip.", "log-of-0", input="ŷ = 1, 0; y = 1, 0", expected="nearly 0",
                    got=str(result))
    beyond, truth = np.array([[3.0], [-2.0]]), np.array([[0.0], [1.0]])
    try:
        result, _ = call(f, beyond, truth)
        outside = not float(np.asarray(result)) >= 0
    except Found:
        outside = False  # to refuse is right as well
    if outside:
        value = float(np.asarray(result))
        return ("The values are right for probabilities. A network without an output activation gives others: for "
                f"ŷ = 3 and −2 this \"loss\" is {value:.4g} (report A's ran to −1.6 million). np.clip "
                "holds it.", "outside")
    return "The values are right, for one example and for several, and at the ends 0 and 1."


def _large(f, right, y):
    z = np.where(y > 0, 800.0, -800.0) * np.array([1.0, *[-1.0] * (len(y) - 1)])[:, None]
    result, _ = call(f, z, y)
    result = np.asarray(result, dtype=float)
    if not np.isfinite(result).all() or not np.allclose(result, right(z, y)):
        raise Found("For logits of ±800 exp overflows. Take the largest out first: log Σ exp(z) = m + log Σ exp(z − "
                    "m); np.logaddexp(0, z) does it for two.", "overflow", input="z = ±800", got=str(result))


@check("gradient of {name}")
def loss_gradient(name, f):
    """Check a function f(ŷ, y) that returns dL/dŷ, an array like ŷ, for the loss `name`.

    Parameters
    ----------
    name : {"squared_error", "binary_cross_entropy", "sigmoid_cross_entropy", "softmax_cross_entropy"}
        Whose gradient it should be; of the last two, by the logits z.
    f : callable
        The reader's function, of two arrays (n, k).

    Returns
    -------
    Verdict
        Right, or which mistake it is and the smallest input that shows it.

    Examples
    --------
    >>> from labcore import checks
    >>> bool(checks.loss_gradient("squared_error", lambda p, y: 2 * (p - y) / y.size))
    True
    >>> checks.loss_gradient("squared_error", lambda p, y: 2 * (y - p) / y.size).sentence
    'The sign is turned round: ŷ − y and not y − ŷ.'
    """
    value = _reference(name)

    def right(p, y):
        return value(p, y)[1]

    twice = (lambda p, y: right(p, y) / len(y), lambda p, y: right(p, y) * y.shape[1] / len(y),
             lambda p, y: right(p, y) / y.size)  # the second mean may be over rows or over all numbers
    mistakes = [
        *[Mistake("mean-twice", "For 4 rows it is 4 times too small: is the mean taken twice, once here and once in "
                  "the loss?", formula) for formula in twice],
        Mistake("sum", "It is the gradient of the sum. The loss is a mean, so its gradient has 1/n too.",
                lambda p, y: right(p, y) * (len(y) if name[:4] == "soft" else y.size)),
        Mistake("mean-over-rows", "It divides by the number of rows alone; the mean is over all numbers.",
                lambda p, y: right(p, y) * y.shape[1]),
        Mistake("sign", "The sign is turned round: ŷ − y and not y − ŷ.", lambda p, y: -right(p, y)),
    ]
    if name == "squared_error":
        mistakes.append(Mistake("half", "The 2 is missing: the derivative of (ŷ − y)² is 2 (ŷ − y).",
                                lambda p, y: right(p, y) / 2))
        mistakes.append(Mistake("sum", "Two factors are missing: the 2 of the square, and the 1/n of the mean.",
                                lambda p, y: p - y))
    if name == "sigmoid_cross_entropy":
        mistakes += [
            Mistake("slope-twice", "σ′ stands in it once more. Derived together with the sigmoid, nothing of σ′ is "
                    "left: (σ(z) − y) / n.", lambda z, y: right(z, y) * sigmoid(z) * (1 - sigmoid(z))),
            Mistake("doubled", "The 2 belongs to the square; here there is none.", lambda z, y: 2 * right(z, y)),
            Mistake("no-sigmoid", "It takes z for the probability: σ(z) − y.", lambda z, y: (z - y) / y.size),
        ]
    if name == "binary_cross_entropy":
        mistakes += [
            Mistake("logit", "(ŷ − y) / n is the gradient of the logit, behind the sigmoid. Of ŷ it is that divided by "
                    "ŷ (1 − ŷ).", lambda p, y: (p - y) / y.size),
            Mistake("one-term", "Only the first term is derived: −y / ŷ. The second gives (1 − y) / (1 − ŷ).",
                    lambda p, y: -y / p / y.size),
        ]
    judge(f, cases(name), right, mistakes, names=_names(name))
    if name not in NAMES[:2]:
        _large(f, right, cases(name)[1][1])
    if name == "binary_cross_entropy":
        sure = np.array([[1.0], [0.0]])
        result, _ = call(f, sure, sure)
        if not np.isfinite(np.asarray(result, dtype=float)).all():
            raise Found("At ŷ = 1 it divides by ŷ (1 − ŷ) = 0 (report A's backward pass does; its loss adds ε). Hold ŷ "
                        "between 1e-12 and 1 − 1e-12 here too.", "divides-by-0", input="ŷ = 1, 0; y = 1, 0",
                        got=str(np.ravel(result)))
    return "All entries are right, the 1/n of the mean included."
