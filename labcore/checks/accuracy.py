"""Check of an accuracy: the share of examples whose class is right."""

import numpy as np

from .calling import check
from .losses import columns
from .mistakes import Mistake, compare


def _right(p, y):
    return np.mean((p > 0.5) == (y > 0.5))


MISTAKES = [
    Mistake("agreement", "It averages |ŷ − y|, which is no count (report A's 0.99 of 21 points can't be one). Decide "
            "each class first, ŷ >= 0.5, then count.", lambda p, y: 1 - np.abs(p - y).mean()),
    Mistake("spread", "The labels lost their second axis: (n,) against (n, 1) compares each with each.",
            lambda p, y: _right(p, y.ravel())),
    Mistake("no-threshold", "It compares ŷ itself with y; no output is exactly 0 or 1. Compare ŷ >= 0.5.",
            lambda p, y: np.mean(p == y)),
    Mistake("percent", "A share lies between 0 and 1: leave the 100 to the print.", lambda p, y: 100 * _right(p, y)),
    Mistake("count", "It is the number of right ones: divide by n.", lambda p, y: len(y) * _right(p, y)),
    Mistake("errors", "It is the share of wrong ones.", lambda p, y: 1 - _right(p, y)),
    Mistake("truncated", "It writes 0 or 1 for a share: is that // in place of /?", lambda p, y: _right(p, y) // 1),
]


@check("accuracy")
def accuracy(f):
    """Check a function f(ŷ, y) that returns the share of examples whose class is right, ŷ and y (n, 1).

    >>> bool(checks.accuracy(lambda p, y: ((p >= 0.5) == y).mean()))
    True
    >>> checks.accuracy(lambda p, y: 1 - abs(p - y).mean()).mistake
    'agreement'
    """
    rng = np.random.default_rng(8)
    compare(f, [columns(rng, n) for n in (2, 7, 12)], _right, MISTAKES, names=("ŷ", "y"))
    return "It counts right labels."
