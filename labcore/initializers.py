"""Initial weights: each function draws one array. `functools.partial(normal, std=0.1)` sets an option.

All take (rng, shape, n_in, n_out): a `numpy.random.Generator`, the shape to fill, and the layer's numbers of inputs and
outputs. Glorot and Bengio (2010), eqs. 12 and 16: Xavier's. He et al. (2015), eqs. 10 and 15: He's.
"""

import numpy as np

from .inputs import number, parts


def zeros(rng, shape, n_in, n_out):
    """Return zeros: right for biases; for weights it leaves every hidden unit the same for ever."""
    return np.zeros(shape)


def normal(rng, shape, n_in, n_out, std=1.0):
    """Draw from a normal distribution of mean 0 and standard deviation `std`."""
    return number("std", std, 0) * rng.standard_normal(shape)


def uniform(rng, shape, n_in, n_out, limit=1.0):
    """Draw evenly from −limit to limit."""
    limit = number("limit", limit, 0)
    return rng.uniform(-limit, limit, shape)


def xavier_normal(rng, shape, n_in, n_out):
    """Draw from a normal distribution of variance 2 / (n_in + n_out)."""
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / (n_in + n_out)))


def xavier_uniform(rng, shape, n_in, n_out):
    """Draw evenly from −a to a with a = √(6 / (n_in + n_out))."""
    return uniform(rng, shape, n_in, n_out, limit=np.sqrt(6 / (n_in + n_out)))


def he_normal(rng, shape, n_in, n_out):
    """Draw from a normal distribution of variance 2 / n_in, made for ReLU."""
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / n_in))


def he_leaky_normal(rng, shape, n_in, n_out):
    """Draw as He for a leaky ReLU of slope a, variance 2 / ((1 + a²) n_in); a is Xavier's limit, as in report D."""
    a = np.sqrt(6 / (n_in + n_out))
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / ((1 + a * a) * n_in)))


def known():
    """Return {name: function} of the initializers: each function of this file that draws from `rng` is one."""
    return parts(__name__, lambda part: part.__code__.co_varnames[:1] == ("rng",))
