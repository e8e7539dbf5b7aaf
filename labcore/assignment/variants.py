"""The lab's data and settings, one set for each class: an instructor's number changes both.

Variant 0 is the handout's own data. Any other whole number turns the line of the linear problem and the two diagonals
of XOR, so that predictions and losses can't be copied from another class.
"""

from typing import NamedTuple

import numpy as np

from ..data import generate_linear, generate_xor_easy
from ..validation import one_of, whole_number

PROBLEMS = ("linear", "xor")


class Settings(NamedTuple):
    """What `train` is to be run with.

    Parameters
    ----------
    hidden : tuple of int
        The widths of the two hidden layers.
    lr : float
        The learning rate of gradient descent.
    epochs : int
        How many steps on the full batch.
    seed : int
        Of the initial weights.

    Examples
    --------
    >>> from labcore.assignment import settings
    >>> settings(7)
    Settings(hidden=(9, 9), lr=1.125, epochs=2200, seed=7)
    """
    hidden: tuple
    lr: float
    epochs: int
    seed: int


def settings(variant=0):
    """Return the settings of a variant: with each of them a right program learns both problems.

    Parameters
    ----------
    variant : int, default 0
        The instructor's number; 0 is the handout.

    Returns
    -------
    Settings
        The same for a number each time.

    Raises
    ------
    TypeError, ValueError
        If the number isn't whole, or below 0.

    Examples
    --------
    >>> from labcore import assignment
    >>> assignment.settings()
    Settings(hidden=(10, 10), lr=1.0, epochs=2000, seed=0)
    """
    variant = whole_number("variant", variant, 0)
    if variant == 0:
        return Settings((10, 10), 1.0, 2000, 0)
    rng = np.random.default_rng([variant, 2])
    hidden, lr, epochs = rng.integers(8, 15, 2).tolist(), rng.integers(8, 16) / 8, 100 * rng.integers(20, 26)
    return Settings(tuple(hidden), float(lr), int(epochs), variant)


def problem(name, variant=0):
    """Return x (n, 2) and y (n, 1) of the problem "linear" (100 points) or "xor" (21 points) for a variant.

    Parameters
    ----------
    name : {"linear", "xor"}
        Which problem.
    variant : int, default 0
        The instructor's number; 0 is the handout's data.

    Returns
    -------
    x : ndarray
        Points (n, 2).
    y : ndarray
        Labels 0 or 1, (n, 1); of the linear problem's at least 35 of either kind.

    Raises
    ------
    ValueError
        For another name, or a variant below 0.
    TypeError
        If the name is no text, or the variant isn't a whole number.

    Examples
    --------
    >>> from labcore import assignment
    >>> x, y = assignment.problem("xor", variant=7)
    >>> x.shape, y.shape, int(y.sum()) in (10, 11)
    ((21, 2), (21, 1), True)
    """
    one_of("name", name, PROBLEMS)
    variant = whole_number("variant", variant, 0)
    return (_linear if name == "linear" else _xor)(variant)


def _linear(variant):
    """Points on [0, 1)² and a line near its middle; at least 35 of the 100 points lie on either side."""
    if variant == 0:
        return generate_linear()
    rng = np.random.default_rng([variant, 0])
    while True:
        x = rng.random((100, 2))
        angle, offset = rng.uniform(0, 2 * np.pi), rng.uniform(-0.1, 0.1)
        y = ((x - 0.5) @ [[np.cos(angle)], [np.sin(angle)]] > offset).astype(float)
        if 35 <= y.sum() <= 65:
            return x, y


def _xor(variant):
    """The handout's 21 points, turned about their middle and shifted, half of the variants with labels swapped."""
    x, y = generate_xor_easy()
    if variant == 0:
        return x, y
    rng = np.random.default_rng([variant, 1])
    angle = rng.uniform(-np.pi / 4, np.pi / 4)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (x - 0.5) @ turn + 0.5 + rng.uniform(-0.2, 0.2, 2), np.abs(y - rng.integers(0, 2))
