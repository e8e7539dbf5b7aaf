"""What a layer is, and the one that has parameters."""

import functools

import numpy as np

from .guards import blame, guarded
from .validation import room, switch, whole_number


class Layer:
    """One step of a network, from x (..., n, n_in) to y (..., n, n_out). It remembers nothing about its input.

    Axes are counted from the right (-1 features, -2 examples): any axes further left are networks of an ensemble. A new
    layer is a subclass with a `forward` and a `backward`; with parameters, also `n_params`, `parameters` and `bind`.

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

    def __init_subclass__(cls, **settings):
        """Keep `forward` and `backward` as they are written, for `Network`; for all else labcore's own are guarded."""
        super().__init_subclass__(**settings)
        for name in {"forward", "backward"} & set(vars(cls)):
            written = vars(cls)[name]
            setattr(cls, f"_{name}", written)
            if cls.__module__.startswith("labcore."):
                setattr(cls, name, guarded(written))

    def parameters(self):
        """Return {name: shape} of the parameters, in the order in which they lie in θ.

        Returns
        -------
        dict of str to tuple of int
            Empty for a layer without parameters.

        Examples
        --------
        >>> lab.Dense(2, 10).parameters(), lab.Tanh().parameters()
        ({'W': (2, 10), 'b': (1, 10)}, {})
        """
        return {}

    def bind(self, theta, grad):
        """Take this layer's stretch of θ and of the gradient, both (..., n_params), as views.

        Parameters
        ----------
        theta : ndarray
            Its parameters, which `forward` reads.
        grad : ndarray
            Their gradients, which `backward` writes.

        Raises
        ------
        TypeError
            If one is no array of real numbers.
        ValueError
            If one has another shape than (..., n_params), or not both the same.

        Examples
        --------
        >>> layer, theta = lab.Dense(2, 1), np.arange(3.0)
        >>> layer.bind(theta, np.zeros(3))
        >>> theta[0] = 7
        >>> layer.W.tolist(), layer.b.tolist()
        ([[7.0], [1.0]], [[2.0]])
        """
        if not (isinstance(theta, np.ndarray) and isinstance(grad, np.ndarray) and theta.dtype == grad.dtype == float
                and theta.shape == grad.shape and theta.shape[-1:] == (self.n_params,)):
            blame("bind", {"theta": theta, "grad": grad}, None)

    def forward(self, x):
        """Return y for x.

        Parameters
        ----------
        x : ndarray
            Inputs, (..., n, n_in).

        Returns
        -------
        ndarray
            Outputs, (..., n, n_out).

        Raises
        ------
        NotImplementedError
            If the subclass has none.
        TypeError
            If `x` is no array of real numbers.
        ValueError
            If `x` has another shape than the layer takes, or if a `Dense` isn't in a network yet.

        Examples
        --------
        >>> lab.ReLU().forward(np.array([[-1.0, 2.0]])).tolist()
        [[0.0, 2.0]]
        """
        raise NotImplementedError(f"{type(self).__name__} has no forward(x); a layer needs one")

    def backward(self, x, y, dy, needs_dx=True):
        """Write dL/dW and dL/db into their views, given forward's x and y, and dL/dy; return dL/dx if needed.

        Parameters
        ----------
        x, y : ndarray
            What `forward` was given, (..., n, n_in), and what it gave, (..., n, n_out).
        dy : ndarray
            Gradient dL/dy of the loss by y, of y's shape.
        needs_dx : bool, default True
            Whether dL/dx is asked for: no layer stands before the first.

        Returns
        -------
        ndarray or None
            Gradient dL/dx, of x's shape.

        Raises
        ------
        NotImplementedError
            If the subclass has none.
        TypeError
            If one of them is no array of real numbers.
        ValueError
            If their shapes don't fit, or if a `Dense` isn't in a network yet.

        Examples
        --------
        >>> layer, x = lab.Sigmoid(), np.array([[0.0]])
        >>> layer.backward(x, layer.forward(x), np.array([[1.0]])).tolist()
        [[0.25]]
        """
        raise NotImplementedError(f"{type(self).__name__} has no backward(x, y, dy); a layer needs one")

    _forward, _backward = forward, backward

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

    The gradients, summed over the rows of x, are those of Rumelhart, Hinton and Williams (1986), eqs. 4 to 7. `W`, `b`,
    `dW` and `db` are there once a network, or `bind`, has given the layer its place in θ.

    Parameters
    ----------
    n_in, n_out : int
        Numbers of inputs and outputs, at least 1.
    bias : bool, default True
        Without it there is no b, as in the handout.

    Raises
    ------
    TypeError
        If a size is no integer.
    ValueError
        If a size is below 1, or if there would be more weights than memory holds.

    Examples
    --------
    >>> net = lab.Network([lab.Dense(2, 1)], theta=[1.0, 2.0, 0.5])  # W, then b
    >>> net.layers[0].forward(np.array([[3.0, 4.0]])).tolist()
    [[11.5]]
    """

    def __init__(self, n_in, n_out, bias=True):
        self.n_in, self.n_out = whole_number("n_in", n_in), whole_number("n_out", n_out)
        self.bias = switch("bias", bias)
        self.n_params = self.n_in * self.n_out + self.bias * self.n_out
        room("a Dense", (self.n_in, self.n_out))

    def parameters(self):
        shapes = {"W": (self.n_in, self.n_out)}
        return shapes | {"b": (1, self.n_out)} if self.bias else shapes

    def bind(self, theta, grad):
        super().bind(theta, grad)
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
