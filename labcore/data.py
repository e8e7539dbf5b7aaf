"""The lab's two problems and two harder ones: points in the plane with a label 0 or 1.

Each function returns x (n, 2) and y (n, 1), both float64. What is drawn comes from `numpy.random.default_rng(seed)`,
an int or a Generator: the same seed gives the same points, and no global state is touched.
"""

import numpy as np

from .validation import generator, number, room, whole_number


def generate_linear(n=100, seed=0, noise=0.0):
    """Draw n points uniformly on [0, 1)²; the label is 0 where x1 > x2, else 1 (the handout's ``generate_linear``).

    Parameters
    ----------
    n : int, default 100
        How many points, at least 1.
    seed : int or numpy.random.Generator, default 0
        Where they are drawn from.
    noise : float, default 0.0
        That of `generate_circles`, added after the labels are given; the handout has none.

    Returns
    -------
    x : ndarray of float64
        Points, (n, 2).
    y : ndarray of float64
        Labels 0 and 1, (n, 1).

    Raises
    ------
    TypeError
        If `n` is no integer, `noise` no number or `seed` neither an integer nor a Generator.
    ValueError
        If `n` is below 1 or too large for memory, or `noise` or `seed` below 0.

    Examples
    --------
    >>> x, y = lab.generate_linear(3)
    >>> x.round(3).tolist()
    [[0.637, 0.27], [0.041, 0.017], [0.813, 0.913]]
    >>> y.tolist()
    [[0.0], [0.0], [1.0]]
    """
    noise, shape = _noise(noise), (whole_number("n", n), 2)
    room("n", shape)
    rng = generator(seed)
    x = rng.random(shape)
    return _noisy(x, noise, rng), np.where(x[:, :1] > x[:, 1:], 0.0, 1.0)


def generate_xor_easy(noise=0.0, seed=0):
    """Return the handout's 21 points: 11 on the rising diagonal (label 0), 10 on the falling one (label 1).

    The two diagonals take turns, and the falling one leaves out the crossing at (0.5, 0.5): ``generate_XOR_easy``.

    Parameters
    ----------
    noise : float, default 0.0
        That of `generate_circles`; the handout has none.
    seed : int or numpy.random.Generator, default 0
        Where the noise is drawn from.

    Returns
    -------
    x : ndarray of float64
        Points, (21, 2).
    y : ndarray of float64
        Labels 0 and 1, (21, 1).

    Raises
    ------
    TypeError
        If `noise` is no number, or `seed` neither an integer nor a Generator.
    ValueError
        If `noise` or `seed` is below 0.

    Examples
    --------
    >>> x, y = lab.generate_xor_easy()
    >>> x[:3].round(1).tolist(), y[:3, 0].tolist()
    ([[0.0, 0.0], [0.0, 1.0], [0.1, 0.1]], [0.0, 1.0, 0.0])
    """
    noise, rng, rows = _noise(noise), generator(seed), []
    for i in range(11):
        rows.append((0.1 * i, 0.1 * i, 0.0))
        if i != 5:
            rows.append((0.1 * i, 1 - 0.1 * i, 1.0))
    table = np.array(rows)
    return _noisy(table[:, :2].copy(), noise, rng), table[:, 2:].copy()


def generate_circles(n=200, noise=0.05, seed=0):
    """Draw n points on two circles about the origin: radius 1 (label 0) and radius 0.5 (label 1).

    The two circles take turns: with an odd n, label 0 has one more point.

    Parameters
    ----------
    n : int, default 200
        How many points, at least 2.
    noise : float, default 0.05
        Standard deviation of what is added to each coordinate.
    seed : int or numpy.random.Generator, default 0
        Where they are drawn from.

    Returns
    -------
    x : ndarray of float64
        Points, (n, 2).
    y : ndarray of float64
        Labels 0 and 1, (n, 1).

    Raises
    ------
    TypeError
        If `n` is no integer, `noise` no number or `seed` neither an integer nor a Generator.
    ValueError
        If `n` is below 2 or too large for memory, or `noise` or `seed` below 0.

    Examples
    --------
    >>> x, y = lab.generate_circles(4, noise=0)
    >>> np.hypot(x[:, 0], x[:, 1]).round(5).tolist()
    [1.0, 0.5, 1.0, 0.5]
    """
    noise, y, rng = _noise(noise), _alternating(n), generator(seed)
    return _polar(1 - 0.5 * y, 2 * np.pi * rng.random(y.shape), noise, rng), y


def generate_spirals(n=200, noise=0.02, turns=1.5, seed=0):
    """Draw n points on two spirals, one label each, that wind about each other.

    Parameters
    ----------
    n : int, default 200
        How many points, at least 2; with an odd n, label 0 has one more.
    noise : float, default 0.02
        That of `generate_circles`.
    turns : float, default 1.5
        How often each winds, above 0: more turns make a harder problem.
    seed : int or numpy.random.Generator, default 0
        Where they are drawn from.

    Returns
    -------
    x : ndarray of float64
        Points, (n, 2), within 1 of the origin but for the noise.
    y : ndarray of float64
        Labels 0 and 1, (n, 1).

    Raises
    ------
    TypeError
        If `n` is no integer, `noise` or `turns` no number, or `seed` neither an integer nor a Generator.
    ValueError
        If `n` is below 2 or too large for memory, `noise` or `seed` below 0, or `turns` not above 0.

    Examples
    --------
    >>> x, y = lab.generate_spirals(100, turns=2)
    >>> x.shape, int(y.sum())
    ((100, 2), 50)
    """
    noise, turns = _noise(noise), number("turns", turns, 0, low_included=False)
    y, rng = _alternating(n), generator(seed)
    radius = 0.1 + 0.9 * np.sqrt(rng.random(y.shape))  # the root spreads the points evenly along the arms
    with np.errstate(over="ignore"):  # `_noisy` refuses what comes of it
        angle = 2 * np.pi * turns * radius + np.pi * y
    return _polar(radius, angle, noise, rng), y


def _alternating(n):
    n = whole_number("n", n, 2)
    room("n", (n, 2))
    return (np.arange(n) % 2).astype(float)[:, None]


def _noise(noise):
    """Return a standard deviation, above or at 0."""
    return number("noise", noise, 0)


def _noisy(x, noise, rng):
    with np.errstate(all="ignore"):  # of what is refused in the next line
        x = x + noise * rng.standard_normal(x.shape) if noise else x  # without noise nothing is drawn from rng
    if not np.isfinite(x).all():
        raise ValueError(f"noise or turns must be smaller: from noise {noise:g} came points that aren't finite; for "
                         "example noise=0.1, turns=1.5")
    return x


def _polar(radius, angle, noise, rng):
    with np.errstate(all="ignore"):  # of an infinite angle, which `_noisy` refuses
        x = radius * np.hstack([np.cos(angle), np.sin(angle)])
    return _noisy(x, noise, rng)
