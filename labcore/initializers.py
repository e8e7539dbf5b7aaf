"""Initial weights: each function draws one array. `functools.partial(normal, std=0.1)` sets an option.

All take (rng, shape, n_in, n_out): a `numpy.random.Generator`, the shape to fill, and the layer's numbers of inputs and
outputs. Glorot and Bengio (2010), eqs. 12 and 16: xavier. He et al. (2015), eqs. 10 and 15: he_normal and report_d.
"""

import numpy as np


def zeros(rng, shape, n_in, n_out):
    """Return zeros: right for biases; for weights it leaves every hidden unit the same for ever."""
    return np.zeros(shape)


def normal(rng, shape, n_in, n_out, std=1.0):
    """Draw from N(0, std²); std = 1 in reports A and C."""
    return std * rng.standard_normal(shape)


def uniform(rng, shape, n_in, n_out, limit=1.0):
    """Draw from U(−limit, limit); limit = 1 in report E."""
    return rng.uniform(-limit, limit, shape)


def xavier_normal(rng, shape, n_in, n_out):
    """Draw from N(0, 2 / (n_in + n_out))."""
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / (n_in + n_out)))


def xavier_uniform(rng, shape, n_in, n_out):
    """Draw from U(−a, a) with a = √(6 / (n_in + n_out))."""
    return uniform(rng, shape, n_in, n_out, limit=np.sqrt(6 / (n_in + n_out)))


def he_normal(rng, shape, n_in, n_out):
    """Draw from N(0, 2 / n_in), made for ReLU."""
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / n_in))


def report_d(rng, shape, n_in, n_out):
    """Draw from N(0, 2 / ((1 + a²) n_in)): He's for a leaky ReLU of slope a, with Xavier's limit a put in for it."""
    a = np.sqrt(6 / (n_in + n_out))
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / ((1 + a * a) * n_in)))
