"""What a layer is, and the one that has parameters."""

import numpy as np

from .validation import switch, whole_number


class Layer:
    """One step of a network, from x (..., n, n_in) to y (..., n, n_out). It remembers nothing about its input.

    Axes are counted from the right (-1 features, -2 examples): axes further left are networks of an ensemble. A new
    layer is a subclass with `forward` and `backward`; one with parameters also has `n_params`, `parameters`, `bind`.

    Examples
    --------
    >>> class Square(lab.Layer):
    ...     def forward(self, x):
    ...         return x * x
    ...
    ...     def backward(self, x, y, dy, needs_dx=True):
    ...         return dy * 2 * x
    >>> lab.mlp([2, 3, 1], hidden=Square)
    Network([Dense(2, 3, bias=True), Square(), Dense(3, 1, bias=True), Sigmoid()], 13 parameters)
    """
    n_params = 0  #: how many entries of θ are this layer's

    def parameters(self):
        """Return {name: shape} of the parameters, in the order in which they lie in θ."""
        return {}

    def bind(self, theta, grad):
        """Take this layer's stretch of θ and of the gradient, both (..., n_params), as views."""

    def forward(self, x):
        """Return y (..., n, n_out) for x (..., n, n_in)."""
        raise NotImplementedError(f"{type(self).__name__} has no forward(x); a layer needs one")

    def backward(self, x, y, dy, needs_dx=True):
        """Write dL/dW and dL/db into their views, given forward's x and y, and dL/dy; return dL/dx if needed."""
        raise NotImplementedError(f"{type(self).__name__} has no backward(x, y, dy); a layer needs one")

    def __repr__(self):
        return f"{type(self).__name__}()"


class Dense(Layer):
    """Every output is a weighted sum of all inputs: y = x W + b, with W (..., n_in, n_out) and b (..., 1, n_out).

    The gradients are those of Rumelhart, Hinton and Williams (1986), eqs. 4 to 7. A network gives the layer its `W`,
    `b`, `dW` and `db`: views into θ and its gradient.

    Parameters
    ----------
    n_in, n_out : int
        Numbers of inputs and outputs.
    bias : bool, default True
        Without it there is no b, as in the handout.

    Examples
    --------
    >>> net = lab.Network([lab.Dense(2, 1)], theta=[1.0, 2.0, 0.5])  # W, then b
    >>> net.layers[0].forward(np.array([[3.0, 4.0]])).tolist()
    [[11.5]]
    """

    def __init__(self, n_in, n_out, bias=True):
        self.n_in, self.n_out = whole_number("n_in", n_in), whole_number("n_out", n_out)
        self.bias = switch("bias", bias)
        self.n_params = n_in * n_out + self.bias * n_out

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
            y += self.b
        return y

    def backward(self, x, y, dy, needs_dx=True):
        np.matmul(x.mT, dy, out=self.dW)
        if self.bias:  # the sum over the examples as a product: in an ensemble a quarter of the time of dy.sum(-2)
            np.matmul(np.ones((1, dy.shape[-2])), dy, out=self.db)
        return dy @ self.W.mT if needs_dx else None

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out}, bias={self.bias})"
