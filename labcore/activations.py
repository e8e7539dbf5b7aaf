"""Activations: layers without parameters that act on each number alone."""

import numpy as np

from .guards import bare, guarded
from .layers import Layer
from .validation import number


@guarded
def sigmoid(x):
    """Return σ(x) = 1 / (1 + exp(−x)), elementwise.

    exp overflows above 709.78. Held at 709 it gives σ = 1e-308 there instead of a warning, at any float64.

    Parameters
    ----------
    x : float or ndarray
        Any numbers; nan stays nan.

    Returns
    -------
    float or ndarray
        Numbers between 0 and 1, of x's shape.

    Raises
    ------
    TypeError, ValueError
        If `x` is no number and no array of real numbers.

    Examples
    --------
    >>> lab.sigmoid(np.array([-1000.0, 0.0, 2.0])).round(5).tolist()
    [0.0, 0.5, 0.8808]
    """
    return 1 / (1 + np.exp(np.minimum(-x, 709.0)))


class Sigmoid(Layer):
    """Sigmoid: y = σ(x), between 0 and 1.

    Its slope is y (1 − y): the hint of the handout, of y and not of x.

    Examples
    --------
    >>> lab.mlp([2, 3, 1], hidden=lab.Sigmoid).layers[1].forward(np.zeros((1, 3))).tolist()
    [[0.5, 0.5, 0.5]]
    """

    def forward(self, x):
        return bare(sigmoid)(x)

    def backward(self, x, y, dy, needs_dx=True):
        return dy * y * (1 - y)


class Tanh(Layer):
    """Tanh: y = tanh(x), between −1 and 1. Its slope is 1 − y².

    Examples
    --------
    >>> lab.Tanh().forward(np.array([[-1.0, 0.0, 1.0]])).round(5).tolist()
    [[-0.76159, 0.0, 0.76159]]
    """

    def forward(self, x):
        return np.tanh(x)

    def backward(self, x, y, dy, needs_dx=True):
        return dy * (1 - y * y)


class ReLU(Layer):
    """ReLU: y = max(x, 0). Its slope is 1 above 0 and, by convention, 0 at the kink (Glorot et al., 2011).

    Examples
    --------
    >>> x = np.array([[-1.0, 0.0, 2.0]])
    >>> lab.ReLU().backward(x, np.maximum(x, 0), np.ones((1, 3))).tolist()
    [[0.0, 0.0, 1.0]]
    """

    def forward(self, x):
        return np.maximum(x, 0)

    def backward(self, x, y, dy, needs_dx=True):
        return dy * (x > 0)


class LeakyReLU(Layer):
    """Leaky ReLU: y = x above 0 and slope · x below (Maas et al., 2013).

    Parameters
    ----------
    slope : float, default 0.01
        Slope below 0, in [0, 1). Report B writes 0.1, its code 0.01.

    Raises
    ------
    TypeError
        If `slope` is no number.
    ValueError
        If `slope` lies outside [0, 1).

    Examples
    --------
    >>> lab.LeakyReLU(0.1).forward(np.array([[-2.0, 2.0]])).tolist()
    [[-0.2, 2.0]]
    """

    def __init__(self, slope=0.01):
        self.slope = number("slope", slope, 0, 1)

    def forward(self, x):
        return np.maximum(x, self.slope * x)

    def backward(self, x, y, dy, needs_dx=True):
        return dy * np.where(x > 0, 1.0, self.slope)

    def __repr__(self):
        return f"LeakyReLU({self.slope!r})"  # in full: Network.load knows a saved architecture by it


class Identity(Layer):
    """Identity: y = x, no activation. The loss then sees logits, or report B's unbounded outputs.

    Examples
    --------
    >>> lab.mlp([2, 1], output=lab.Identity)
    Network([Dense(2, 1, bias=True), Identity()], 3 parameters)
    """

    def forward(self, x):
        return x

    def backward(self, x, y, dy, needs_dx=True):
        return dy
