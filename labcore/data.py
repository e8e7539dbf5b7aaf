"""The lab's two problems and two harder ones: points x (n, 2) in the plane with a label y (n, 1), 0 or 1.

What is drawn comes from `numpy.random.default_rng(seed)`, an int or a Generator: the same seed gives the same points.
`noise` is the standard deviation of what is added to each coordinate once the labels are given.
"""

import numpy as np

from .inputs import generator, number, parts, whole_number


def generate_linear(n=100, seed=0, noise=0.0):
    """Draw n points uniformly on [0, 1)²; the label is 0 where x1 > x2, else 1 (the handout's ``generate_linear``)."""
    rng = generator(seed)
    x = rng.random((whole_number("n", n), 2))
    return _noisy(x, noise, rng), np.where(x[:, :1] > x[:, 1:], 0.0, 1.0)


def generate_xor_easy(noise=0.0, seed=0):
    """Return the handout's 21 points (``generate_XOR_easy``): 11 on the rising diagonal, 10 on the falling one."""
    rows = []
    for i in range(11):
        rows.append((0.1 * i, 0.1 * i, 0.0))
        if i != 5:
            rows.append((0.1 * i, 1 - 0.1 * i, 1.0))
    table = np.array(rows)
    return _noisy(table[:, :2].copy(), noise, generator(seed)), table[:, 2:].copy()


def generate_circles(n=200, noise=0.05, seed=0):
    """Draw n points on two circles about the origin that take turns: radius 1 (label 0) and radius 0.5 (label 1)."""
    y, rng = _alternating(n), generator(seed)
    return _noisy(_polar(1 - 0.5 * y, 2 * np.pi * rng.random(y.shape)), noise, rng), y


def generate_spirals(n=200, noise=0.02, turns=1.5, seed=0):
    """Draw n points on two spirals, one label each, that wind about each other so many turns."""
    y, rng = _alternating(n), generator(seed)
    radius = 0.1 + 0.9 * np.sqrt(rng.random(y.shape))  # the root spreads the points evenly along the arms
    angle = 2 * np.pi * number("turns", turns, 0, low_included=False) * radius + np.pi * y
    return _noisy(_polar(radius, angle), noise, rng), y


def known():
    """Return {name: function} of the problems: xor for `generate_xor_easy`, and so on."""
    found = parts(__name__, lambda part: part.__name__.startswith("generate_"))
    return {name.removeprefix("generate_").removesuffix("_easy"): part for name, part in found.items()}


def _alternating(n):
    return (np.arange(whole_number("n", n, 2)) % 2).astype(float)[:, None]


def _polar(radius, angle):
    return radius * np.hstack([np.cos(angle), np.sin(angle)])


def _noisy(x, noise, rng):
    noise = number("noise", noise, 0)
    return x + noise * rng.standard_normal(x.shape) if noise else x  # without noise nothing is drawn from rng
