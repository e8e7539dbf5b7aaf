"""A network: a row of layers and one vector θ that holds all their weights and biases."""

import copy
from itertools import pairwise

import numpy as np

from . import initializers
from .activations import Sigmoid
from .files import replacing
from .layers import Dense, Layer
from .validation import features, fits, items, real_numbers, shown, switch, whole_number


class Network:
    """Layers in a row (copies of those given) over one parameter vector (a copy of `theta`; zeros if left out).

    The arrays `layer.W` and `layer.b` are views into `theta`, and `layer.dW` and `layer.db` into `grad`, of the same
    layout. Axes of θ before the last are networks: θ of shape (64, P) is an ensemble of 64. A network also knows its
    `layers`, `n_in`, `n_out` and `n_params`, the P above.

    Parameters
    ----------
    layers : iterable of Layer
        At least one `Dense` among them; an activation may be given as its class.
    theta : array_like, optional
        All weights and biases, (..., P), in the order of `blocks`.

    Examples
    --------
    >>> net = lab.Network([lab.Dense(2, 1), lab.Sigmoid()], theta=[1.0, -1.0, 0.0])
    >>> net.predict([[3.0, 1.0]]).round(5).tolist()
    [[0.8808]]
    >>> net.theta = [0.0, 0.0, 0.0]
    >>> net.layers[0].W.tolist()
    [[0.0], [0.0]]
    """

    def __init__(self, layers, theta=None):
        self.layers = [copy.copy(as_layer("layers", layer)) for layer in items("layers", layers, "[Dense(2, 1)]")]
        dense = [layer for layer in self.layers if isinstance(layer, Dense)]
        if not dense:
            raise ValueError(f"a network needs a Dense layer; got {shown(self.layers)}; mlp([2, 10, 1]) makes two")
        for lower, upper in pairwise(dense):
            if lower.n_out != upper.n_in:
                raise ValueError(f"layers must fit: {lower} gives {lower.n_out} numbers, {upper} takes {upper.n_in}")
        self.n_in, self.n_out = dense[0].n_in, dense[-1].n_out
        self.n_params = sum(layer.n_params for layer in self.layers)
        self._theta = np.zeros(self.n_params) if theta is None else real_numbers("theta", theta)
        if self._theta.shape[-1:] != (self.n_params,):
            raise ValueError(f"theta must have shape (..., {self.n_params}) for this network; got {np.shape(theta)}")
        self.grad, start = np.zeros_like(self._theta), 0
        for layer in self.layers:
            own = slice(start, start + layer.n_params)
            layer.bind(self._theta[..., own], self.grad[..., own])
            start = own.stop

    def __reduce__(self):  # copies and pickles are built anew, so that their layers look into their own θ
        return type(self), (self.layers, self._theta)

    @property
    def theta(self):
        """All parameters, (..., P). Assigning writes into the array, which the layers look into."""
        return self._theta

    @theta.setter
    def theta(self, value):
        value = real_numbers("theta", value)
        if value.shape != self._theta.shape:
            raise ValueError(f"theta must keep its shape {self._theta.shape}; got {value.shape}; "
                             "a network of another shape is made by mlp")
        self._theta[...] = value

    @property
    def members(self):
        """Shape of the ensemble: () for one network."""
        return self._theta.shape[:-1]

    def member(self, index):
        """Return a copy of one network of an ensemble (or, by a slice, of several)."""
        index = index if isinstance(index, tuple) else (index,)
        return Network(self.layers, self._theta[(*index, ...) if ... not in index else (*index, slice(None))])

    def blocks(self):
        """Yield (name, slice into θ, shape) of each parameter array: W1, b1, W2, ...

        >>> list(lab.mlp([2, 3]).blocks())
        [('W1', slice(0, 6, None), (2, 3)), ('b1', slice(6, 9, None), (1, 3))]
        """
        start, number = 0, 0
        for layer in self.layers:
            number += bool(layer.n_params)
            for name, shape in layer.parameters().items():
                stop = start + int(np.prod(shape))
                yield f"{name}{number}", slice(start, stop), shape
                start = stop

    def forward(self, x):
        """Return the trace [x, z1, a1, ..., ŷ] for an array x (..., n, n_in): the input and what each layer made of it.

        >>> trace = lab.mlp([2, 3, 1], seed=range(8)).forward(np.zeros((5, 2)))
        >>> [array.shape for array in trace]
        [(5, 2), (8, 5, 3), (8, 5, 3), (8, 5, 1), (8, 5, 1)]
        """
        trace = [x]
        for layer in self.layers:
            trace.append(layer.forward(trace[-1]))
        return trace

    def backward(self, trace, dy):
        """Return dL/dθ (..., P) for the trace of a forward pass and dL/dŷ; it is `grad`, which the next call overwrites."""
        for k in range(len(self.layers) - 1, -1, -1):
            dy = self.layers[k].backward(trace[k], trace[k + 1], dy, needs_dx=k > 0)
        return self.grad

    def predict(self, x):
        """Return the outputs (..., n, n_out), probabilities or logits, for x (..., n, n_in), which may be a list."""
        x = features(x, self.n_in)
        if not fits(x.shape[:-2], self.members):
            raise ValueError(f"x must have two axes, or those of the ensemble {self.members} before them; got "
                             f"{x.shape}")
        with np.errstate(all="ignore"):  # of a network that has diverged
            return self.forward(x)[-1]

    def classify(self, x, threshold=0.5):
        """Return the classes (..., n, 1) for x; a network that ends in logits has `threshold=0`."""
        return classify(self.predict(x), threshold)

    def save(self, path):
        """Write θ and the architecture to `path` (NumPy's npz, nothing pickled)."""
        with replacing(path) as file:
            np.savez(file, theta=self._theta, architecture=repr(self.layers))

    def load(self, path):
        """Take θ from a file that `save` wrote for the same architecture, and return this network."""
        with np.load(path, allow_pickle=False) as saved:
            theta, architecture = saved["theta"], str(saved["architecture"])
        own = (repr(self.layers), self._theta.shape)
        if (architecture, theta.shape) != own:
            raise ValueError(f"{path} holds {architecture} with θ {theta.shape}; this network is {own[0]} with θ "
                             f"{own[1]}; build the saved one with mlp, then load")
        self.theta = theta
        return self

    def __repr__(self):
        many = f" × {self.members} networks" if self.members else ""
        return f"Network({self.layers}, {self.n_params} parameters{many})"


def as_layer(name, layer):
    """Return a layer; a class stands for its default instance."""
    if isinstance(layer, type) and issubclass(layer, Layer) and layer is not Dense:
        layer = layer()
    if not isinstance(layer, Layer):
        known = ", ".join(c.__name__ for c in Layer.__subclasses__() if c is not Dense)
        raise TypeError(f"{name} must be a layer, as Sigmoid or LeakyReLU(0.1); got {shown(layer)}; there are {known}")
    return layer


def classify(output, threshold=0.5):
    """Return class numbers (..., n, 1): output ≥ threshold for one output, the largest of several."""
    return output >= threshold if output.shape[-1] == 1 else output.argmax(-1, keepdims=True)


def mlp(sizes, hidden=Sigmoid, output=Sigmoid, bias=True, init=initializers.normal,
        bias_init=initializers.zeros, seed=0):
    """Return a fully connected network (multi-layer perceptron) with freshly drawn weights.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of inputs, of units in each hidden layer, and of outputs: [2, 10, 10, 1].
    hidden, output : Layer or type, default Sigmoid
        Activation after each hidden layer, and after the last; a class or an instance.
    bias : bool, default True
        Whether layers have biases; the handout's have none.
    init, bias_init : callable, default normal and zeros
        Functions of `labcore.initializers`.
    seed : int or array of int, default 0
        An array gives an ensemble of its shape; each member has the weights that its seed gives alone.

    Examples
    --------
    >>> lab.mlp([2, 3, 1], hidden=lab.Tanh, seed=range(64))
    Network([Dense(2, 3, bias=True), Tanh(), Dense(3, 1, bias=True), Sigmoid()], 13 parameters × (64,) networks)
    """
    widths = [whole_number("each of sizes", size) for size in items("sizes", sizes, "[2, 10, 10, 1]")]
    if len(widths) < 2:
        raise ValueError(f"sizes must list inputs, hidden widths and outputs, as [2, 10, 10, 1]; got {shown(sizes)}")
    seeds = np.asarray(seed)
    if seeds.dtype.kind not in "iu" or seeds.size == 0 or seeds.min() < 0:
        raise ValueError(f"seed must be a whole number of at least 0, or an array of them; got {shown(seed)}")
    bias, layers = switch("bias", bias), []
    for n_in, n_out in pairwise(widths):
        layers += [Dense(n_in, n_out, bias), as_layer("hidden", hidden)]
    layers[-1] = as_layer("output", output)
    net = Network(layers, np.zeros((*seeds.shape, sum(layer.n_params for layer in layers))))
    for member in np.ndindex(seeds.shape):
        rng = np.random.default_rng(int(seeds[member]))
        for layer in net.layers[::2]:
            layer.W[member] = init(rng, (layer.n_in, layer.n_out), layer.n_in, layer.n_out)
            if bias:
                layer.b[member] = bias_init(rng, (1, layer.n_out), layer.n_in, layer.n_out)
    return net
