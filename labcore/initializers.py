"""Initial weights: each function draws one array from a Generator.

Each takes (rng, shape, n_in, n_out): a `numpy.random.Generator`, the shape to fill, and the numbers of inputs and
outputs of the layer. `functools.partial(normal, std=0.1)` sets an option.
"""

import numpy as np

from . import validation


def zeros(rng, shape, n_in, n_out):
    """Return zeros: right for biases; for weights it leaves every hidden unit the same for ever.

    Parameters
    ----------
    rng : numpy.random.Generator
        Not used.
    shape : tuple of int
        Shape of the array.
    n_in, n_out : int
        Numbers of inputs and outputs of the layer, not used.

    Returns
    -------
    ndarray of float64
        Zeros, of that shape.

    Raises
    ------
    TypeError
        If `shape` holds no whole numbers.
    ValueError
        If a size is below 0, or if the array would be too large for memory.

    Examples
    --------
    >>> lab.initializers.zeros(np.random.default_rng(0), (1, 3), 2, 3).tolist()
    [[0.0, 0.0, 0.0]]
    """
    return np.zeros(_shape(shape))


def _shape(shape):
    sizes = shape if isinstance(shape, (tuple, list)) else (shape,)
    sizes = tuple(validation.whole_number("each of shape", size, 0) for size in sizes)
    validation.room("shape", sizes)
    return sizes


def _generator(rng):
    """Return the reader's Generator, or what draws like one."""
    if not all(callable(getattr(type(rng), name, None)) for name in ("standard_normal", "uniform")):
        raise TypeError(f"rng must be a Generator; got {validation.shown(rng)}; numpy.random.default_rng(0) makes one")
    return rng


def _units(**numbers):
    """Return numbers of inputs and outputs as floats that can be added and divided by."""
    return [float(validation.whole_number(name, value)) for name, value in numbers.items()]


def normal(rng, shape, n_in, n_out, std=1.0):
    """Draw from N(0, std²); std = 1 in reports A and C.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where they are drawn from.
    shape : tuple of int
        Shape of the array.
    n_in, n_out : int
        Numbers of inputs and outputs of the layer, not used.
    std : float, default 1.0
        Standard deviation.

    Returns
    -------
    ndarray of float64
        Numbers, of that shape.

    Raises
    ------
    TypeError
        If `rng` is no Generator, or the others hold no whole numbers.
    ValueError
        If one of them is out of its range, or if the array would be too large for memory.

    Examples
    --------
    >>> w = lab.initializers.normal(np.random.default_rng(0), (2, 2), 2, 2, std=0.1)
    >>> w.round(4).tolist()
    [[0.0126, -0.0132], [0.064, 0.0105]]
    """
    std = validation.number("std", std, 0, 1e300)
    return std * _generator(rng).standard_normal(_shape(shape))


def uniform(rng, shape, n_in, n_out, limit=1.0):
    """Draw from U(−limit, limit); limit = 1 in report E.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where they are drawn from.
    shape : tuple of int
        Shape of the array.
    n_in, n_out : int
        Numbers of inputs and outputs of the layer, not used.
    limit : float, default 1.0
        Half the width.

    Returns
    -------
    ndarray of float64
        Numbers, of that shape.

    Raises
    ------
    TypeError
        If `rng` is no Generator, or the others hold no whole numbers.
    ValueError
        If one of them is out of its range, or if the array would be too large for memory.

    Examples
    --------
    >>> w = lab.initializers.uniform(np.random.default_rng(0), (9, 9), 9, 9, limit=0.5)
    >>> bool(np.abs(w).max() <= 0.5)
    True
    """
    limit = abs(validation.number("limit", limit, 0, 8e307))  # −0 to 0 is no range
    return _generator(rng).uniform(-limit, limit, _shape(shape))


def xavier_normal(rng, shape, n_in, n_out):
    """Draw from N(0, 2 / (n_in + n_out)): Glorot and Bengio (2010), eq. 12.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where they are drawn from.
    shape : tuple of int
        Shape of the array.
    n_in, n_out : int
        Numbers of inputs and outputs of the layer.

    Returns
    -------
    ndarray of float64
        Numbers, of that shape.

    Raises
    ------
    TypeError
        If `rng` is no Generator, or the others hold no whole numbers.
    ValueError
        If one of them is out of its range, or if the array would be too large for memory.

    Examples
    --------
    >>> w = lab.initializers.xavier_normal(np.random.default_rng(0), (300, 100), 300, 100)
    >>> round(float(w.var() * 200), 1)
    1.0
    """
    inputs, outputs = _units(n_in=n_in, n_out=n_out)
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / (inputs + outputs)))


def xavier_uniform(rng, shape, n_in, n_out):
    """Draw from U(−a, a) with a = √(6 / (n_in + n_out)): Glorot and Bengio (2010), eq. 16.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where they are drawn from.
    shape : tuple of int
        Shape of the array.
    n_in, n_out : int
        Numbers of inputs and outputs of the layer.

    Returns
    -------
    ndarray of float64
        Numbers, of that shape.

    Raises
    ------
    TypeError
        If `rng` is no Generator, or the others hold no whole numbers.
    ValueError
        If one of them is out of its range, or if the array would be too large for memory.

    Examples
    --------
    >>> w = lab.initializers.xavier_uniform(np.random.default_rng(0), (4, 2), 4, 2)
    >>> bool(np.abs(w).max() <= 1)  # a = 1
    True
    """
    inputs, outputs = _units(n_in=n_in, n_out=n_out)
    return uniform(rng, shape, n_in, n_out, limit=np.sqrt(6 / (inputs + outputs)))


def he_normal(rng, shape, n_in, n_out):
    """Draw from N(0, 2 / n_in), made for ReLU: He et al. (2015), eq. 10.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where they are drawn from.
    shape : tuple of int
        Shape of the array.
    n_in, n_out : int
        Numbers of inputs and outputs of the layer; the second is not used.

    Returns
    -------
    ndarray of float64
        Numbers, of that shape.

    Raises
    ------
    TypeError
        If `rng` is no Generator, or the others hold no whole numbers.
    ValueError
        If one of them is out of its range, or if the array would be too large for memory.

    Examples
    --------
    >>> w = lab.initializers.he_normal(np.random.default_rng(0), (300, 100), 300, 100)
    >>> round(float(w.var() * 150), 1)
    1.0
    """
    inputs, = _units(n_in=n_in)
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / inputs))


def report_d(rng, shape, n_in, n_out):
    """Draw from N(0, 2 / ((1 + a²) n_in)), a = √(6 / (n_in + n_out)): report D's form.

    It is He's for a leaky ReLU of slope a (He et al., 2015, eq. 15), with Xavier's limit put in for the slope.

    Parameters
    ----------
    rng : numpy.random.Generator
        Where they are drawn from.
    shape : tuple of int
        Shape of the array.
    n_in, n_out : int
        Numbers of inputs and outputs of the layer.

    Returns
    -------
    ndarray of float64
        Numbers, of that shape.

    Raises
    ------
    TypeError
        If `rng` is no Generator, or the others hold no whole numbers.
    ValueError
        If one of them is out of its range, or if the array would be too large for memory.

    Examples
    --------
    >>> w = lab.initializers.report_d(np.random.default_rng(0), (400, 200), 400, 200)
    >>> round(float(w.var() * 202), 1)  # a² = 0.01
    1.0
    """
    inputs, outputs = _units(n_in=n_in, n_out=n_out)
    a = np.sqrt(6 / (inputs + outputs))
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / ((1 + a * a) * inputs)))
