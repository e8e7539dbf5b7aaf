"""What a layer is, and the one with weights."""

import functools

import numpy as np

from .inputs import switch, whole_number


class Layer:
    """One step of a network, from x (..., n, n_in) to y (..., n, n_out). It remembers nothing about its input.

    Axes are counted from the right (−1 features, −2 examples): axes further left are networks of an ensemble. A new
    layer is a subclass with `forward` and `backward`. One with parameters names them in `parameters`, and draws them in
    `draw`; a network then gives it an array of each name, `W` say, and one for the gradient, `dW`. One that gives
    another number of outputs than it has inputs says so in `width`.
    """
    needs_dx = True  #: whether somebody asks for dL/dx; a network sets it to False in its first layer

    def forward(self, x):
        """Return y (..., n, n_out) for x (..., n, n_in)."""
        raise NotImplementedError(f"{type(self).__name__} has no forward(x); a layer needs one")

    def backward(self, x, y, dy):
        """Return dL/dx, given forward's x and y, and dy, short for dL/dy.

        A layer with parameters first writes their gradients into its views, as in ``self.dW[...] = ...``.
        """
        raise NotImplementedError(f"{type(self).__name__} has no backward(x, y, dy); a layer needs one")

    def width(self, n_in):
        """Return the number of outputs for so many inputs: as many, if a layer doesn't say otherwise."""
        return n_in

    def parameters(self):
        """Return {name: shape} of the parameters, in the order in which they lie in θ."""
        return {}

    def draw(self, rng, init, bias_init):
        """Return {name: array} of fresh parameters, drawn from a Generator; zeros, if a layer doesn't say otherwise."""
        return {name: np.zeros(shape) for name, shape in self.parameters().items()}

    def __setattr__(self, name, value):
        # once in a network, W and dW stay views: another array under the name would be cut off from θ
        if isinstance(vars(self).get(name), np.ndarray) and self._is_view(name):
            vars(self)[name][...] = value
        else:
            super().__setattr__(name, value)

    def _is_view(self, name):
        return not {name, name[1:]}.isdisjoint(self.parameters())

    def __repr__(self):  # with all settings: Network.load knows a saved architecture by it
        settings = [f"{name}={value!r}" for name, value in vars(self).items()
                    if not (self._is_view(name) or name == "needs_dx" or callable(value))]
        return f"{type(self).__name__}({', '.join(settings)})"


class Dense(Layer):
    """Every output is a weighted sum of all inputs: y = x W + b, with W (..., n_in, n_out) and b (..., 1, n_out).

    Without `bias` there is no b. The gradients are those of Rumelhart, Hinton and Williams (1986), eqs. 4 to 7.
    """

    def __init__(self, n_in, n_out, bias=True):
        self.n_in, self.n_out = whole_number("n_in", n_in), whole_number("n_out", n_out)
        self.bias = switch("bias", bias)

    def forward(self, x):
        y = x @ self.W
        if self.bias:
            add_to_rows(y, self.b)
        return y

    def backward(self, x, y, dy):
        # y = x W + b, so dL/dW = xᵀ dy, dL/db = the sum of dy over the examples, dL/dx = dy Wᵀ.
        # .mT is the transpose of the last two axes; out= writes into the layer's part of the gradient. A row of ones
        # times dy is its sum over the examples: written so, it takes an ensemble a quarter of the time of dy.sum(-2).
        np.matmul(x.mT, dy, out=self.dW)
        if self.bias:
            np.matmul(row_of_ones(dy.shape[-2]), dy, out=self.db)
        return dy @ self.W.mT if self.needs_dx else None

    def width(self, n_in):
        return self.n_out

    def parameters(self):
        shapes = {"W": (self.n_in, self.n_out)}
        return shapes | {"b": (1, self.n_out)} if self.bias else shapes

    def draw(self, rng, init, bias_init):
        drawn = {"W": init, "b": bias_init}
        return {name: drawn[name](rng, shape, self.n_in, self.n_out) for name, shape in self.parameters().items()}

    def __repr__(self):
        return f"Dense({self.n_in}, {self.n_out}, bias={self.bias})"


def add_to_rows(y, b):
    """Add b (..., 1, k) to each row of y (..., n, k) in place: ``y += b``, for an ensemble in half the time."""
    n, k = y.shape[-2:]
    if y.ndim > 2:  # up to ten rows at once make longer loops inside NumPy
        at_once = next(rows for rows in range(10, 0, -1) if n % rows == 0)
        y = y.reshape(*y.shape[:-2], n // at_once, at_once * k)
        b = np.repeat(b, at_once, axis=-2).reshape(*b.shape[:-2], 1, at_once * k)
    y += b


@functools.cache
def row_of_ones(n):
    """Return an array (1, n), made once for each n."""
    return np.ones((1, n))
