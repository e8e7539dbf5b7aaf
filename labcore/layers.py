"""What a layer is, and the one that has parameters."""

import functools

import numpy as np

from .validation import whole_number


class Layer:
    """One step of a network, from x (..., n, n_in) to y (..., n, n_out). It remembers nothing about its input.

    Axes are counted from the right (-1 features, -2 examples): any axes further left are networks of an ensemble.
    """
    n_params = 0  #: how many entries of θ are this layer's

    def parameters(self):
        """Return {name: shape} of the parameters, in the order in which they lie in θ."""
        return {}

    def bind(self, theta, grad):
        """Take this layer's stretch of θ and of the gradient, both (..., n_params), as views."""

    def forward(self, x):
        """Return y for x."""
        raise NotImplementedError

    def backward(self, x, y, dy, needs_dx=True):
        """Given forward's x and y, and dL/dy, write dL/dW and dL/db into their views; return dL/dx if needed."""
        raise NotImplementedError

    def __repr__(self):
        return f"{type(self).__name__}()"


@functools.lru_cache(maxsize=32)
def _row_of_ones(n):
    row = np.ones((1, n))
    row.flags.writeable = False  # it is shared by all who ask
    return row


@functools.lru_cache(maxsize=32)
def _rows_at_once(n):
    return max(k for k in range(1, 11) if n % k == 0)


def _add_to_rows(y, b):
    """Add b (..., 1, m) to each row of y (..., n, m), which is contiguous, in place."""
    n, m = y.shape[-2:]
    if y.ndim > 2 and (k := _rows_at_once(n)) > 1:  # longer inner loops: half the time in an ensemble, the same bits
        y = y.reshape(*y.shape[:-2], n // k, k * m)
        b = np.repeat(b, k, axis=-2).reshape(*b.shape[:-2], 1, k * m)
    y += b


class Dense(Layer):
    """Every output is a weighted sum of all inputs: y = x W + b, with W (..., n_in, n_out) and b (..., 1, n_out).

    With `bias=False` there is no b, as in the handout. The gradients, summed over the rows of x, are those of
    Rumelhart, Hinton and Williams (1986), eqs. 4 to 7.
    """

    def __init__(self, n_in, n_out, bias=True):
        self.n_in, self.n_out = whole_number("n_in", n_in), whole_number("n_out", n_out)
        self.bias = bool(bias)
        self.n_params = self.n_in * self.n_out + self.bias * self.n_out

    def parameters(self):
        shapes = {"W": (self.n_in, self.n_out)}
        return shapes | {"b": (1, self.n_out)} if self.bias else shapes

    def bind(self, theta, grad):
        members, n_weights = theta.shape[:-1], self.n_in * self.n_out
        self.W, self.dW = (v[..., :n_weights].reshape(*members, self.n_in, self.n_out) for v in (theta, grad))
        if self.bias:
            self.b, self.db = (v[..., None, n_weights:] for v in (theta, grad))

    def forward(self, x):
        y = x @ self.W
        if self.bias:
            _add_to_rows(y, self.b)
        return y

    def backward(self, x, y, dy, needs_dx=True):
        np.matmul(x.mT, dy, out=self.dW)
        if self.bias:  # the sum over the examples as a product: in an ensemble a quarter of the time of dy.sum(-2)
            np.matmul(_row_of_ones(dy.shape[-2]), dy, out=self.db)
        return dy @ self.W.mT if needs_dx else None

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out}, bias={self.bias})"
