"""Initial weights: each function draws one array from a Generator.

Each takes (rng, shape, n_in, n_out): a `numpy.random.Generator`, the shape to fill, and the numbers of inputs and
outputs of the layer. `functools.partial(normal, std=0.1)` sets an option.
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
    """Draw from N(0, 2 / (n_in + n_out)): Glorot and Bengio (2010), eq. 12."""
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / (n_in + n_out)))


def xavier_uniform(rng, shape, n_in, n_out):
    """Draw from U(−a, a) with a = √(6 / (n_in + n_out)): Glorot and Bengio (2010), eq. 16."""
    return uniform(rng, shape, n_in, n_out, limit=np.sqrt(6 / (n_in + n_out)))


def he_normal(rng, shape, n_in, n_out):
    """Draw from N(0, 2 / n_in), made for ReLU: He et al. (2015), eq. 10."""
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / n_in))


def report_d(rng, shape, n_in, n_out):
    """Draw from N(0, 2 / ((1 + a²) n_in)), a = √(6 / (n_in + n_out)): report D's form.

    It is He's for a leaky ReLU of slope a (He et al., 2015, eq. 15), with Xavier's limit put in for the slope.
    """
    a = np.sqrt(6 / (n_in + n_out))
    return normal(rng, shape, n_in, n_out, std=np.sqrt(2 / ((1 + a * a) * n_in)))
