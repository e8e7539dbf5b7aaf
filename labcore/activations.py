"""Activations: layers without parameters that act on each number alone."""

import numpy as np

from .inputs import number, parts
from .layers import Layer


def sigmoid(x):
    """Return σ(x) = 1 / (1 + exp(−x)) of an array. exp overflows above 709.78, so −x is held at 709."""
    return 1 / (1 + np.exp(np.minimum(-x, 709.0)))


class Sigmoid(Layer):
    """Sigmoid: y = σ(x), between 0 and 1. Its slope is y (1 − y): the hint of the handout, of y and not of x."""

    def forward(self, x):
        return sigmoid(x)

    def backward(self, x, y, dy):
        return dy * y * (1 - y)


class Tanh(Layer):
    """Tanh: y = tanh(x), between −1 and 1. Its slope is 1 − y²."""

    def forward(self, x):
        return np.tanh(x)

    def backward(self, x, y, dy):
        return dy * (1 - y * y)


class ReLU(Layer):
    """ReLU: y = max(x, 0). Its slope is 1 above 0 and, by convention, 0 at the kink (Glorot et al., 2011)."""

    def forward(self, x):
        return np.maximum(x, 0)

    def backward(self, x, y, dy):
        return dy * (x > 0)


class LeakyReLU(Layer):
    """Leaky ReLU: y = x above 0 and slope · x below, with a slope in [0, 1) (Maas et al., 2013)."""

    def __init__(self, slope=0.01):
        self.slope = number("slope", slope, 0, 1)

    def forward(self, x):
        return np.maximum(x, self.slope * x)

    def backward(self, x, y, dy):
        return dy * np.where(x > 0, 1.0, self.slope)


class Identity(Layer):
    """Identity: y = x, no activation. After the last layer it hands logits, or any numbers, to the loss."""

    def forward(self, x):
        return x

    def backward(self, x, y, dy):
        return dy


def known():
    """Return {name: class} of the activations: each class of this file is one."""
    return parts(__name__, lambda part: isinstance(part, type))
