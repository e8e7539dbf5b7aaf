"""The lab's two problems and two harder ones: points in the plane with a label 0 or 1.

Each function returns x (n, 2) and y (n, 1), both float64. What is drawn comes from `numpy.random.default_rng(seed)`,
an int or a Generator: the same seed gives the same points, and no global state is touched.
"""

import numpy as np

from .validation import in_range, whole_number


def generate_linear(n=100, seed=0, noise=0.0):
    """Draw n points uniformly on [0, 1)²; the label is 0 where x1 > x2, else 1 (the handout's ``generate_linear``).

    `noise` is that of `generate_circles`, added after the labels are given; the handout has none.
    """
    rng = np.random.default_rng(seed)
    x = rng.random((whole_number("n", n), 2))
    return _noisy(x, noise, rng), np.where(x[:, :1] > x[:, 1:], 0.0, 1.0)


def generate_xor_easy(noise=0.0, seed=0):
    """Return the handout's 21 points: 11 on the rising diagonal (label 0), 10 on the falling one (label 1).

    The two diagonals take turns, and the falling one leaves out the crossing at (0.5, 0.5): ``generate_XOR_easy``.
    `noise` is that of `generate_circles`, drawn from `seed`; the handout has none.
    """
    rows = []
    for i in range(11):
        rows.append((0.1 * i, 0.1 * i, 0.0))
        if i != 5:
            rows.append((0.1 * i, 1 - 0.1 * i, 1.0))
    table = np.array(rows)
    return _noisy(table[:, :2].copy(), noise, np.random.default_rng(seed)), table[:, 2:].copy()


def generate_circles(n=200, noise=0.05, seed=0):
    """Draw n points on two circles about the origin: radius 1 (label 0) and radius 0.5 (label 1).

    `noise` is the standard deviation of what is added to each coordinate. With an odd n, label 0 has one more point.
    """
    y, rng = _alternating(n), np.random.default_rng(seed)
    return _polar(1 - 0.5 * y, 2 * np.pi * rng.random(y.shape), noise, rng), y


def generate_spirals(n=200, noise=0.02, turns=1.5, seed=0):
    """Draw n points on two spirals, one label each, that wind `turns` (above 0) times about each other.

    More turns make a harder problem; `noise` and n are those of `generate_circles`.
    """
    y, rng, turns = _alternating(n), np.random.default_rng(seed), in_range("turns", turns, 0, low_included=False)
    radius = 0.1 + 0.9 * np.sqrt(rng.random(y.shape))  # the root spreads the points evenly along the arms
    return _polar(radius, 2 * np.pi * turns * radius + np.pi * y, noise, rng), y


def _alternating(n):
    return (np.arange(whole_number("n", n, 2)) % 2).astype(float)[:, None]


def _noisy(x, noise, rng):
    noise = in_range("noise", noise, 0)
    return x + noise * rng.standard_normal(x.shape) if noise else x  # without noise nothing is drawn from rng


def _polar(radius, angle, noise, rng):
    return _noisy(radius * np.hstack([np.cos(angle), np.sin(angle)]), noise, rng)
