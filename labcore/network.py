"""A network: a row of layers and one vector θ that holds all their weights and biases."""

import copy
import os
import zipfile
from itertools import pairwise

import numpy as np

from . import initializers
from .activations import Sigmoid
from .layers import Dense, Layer
from .validation import features, shown, whole_number


class Network:
    """Layers in a row (copies of those given) over one parameter vector (a copy of `theta`; zeros if left out).

    The arrays `layer.W` and `layer.b` are views into `theta`, and `layer.dW` and `layer.db` into `grad`, of the same
    layout. Axes of θ before the last are networks: θ of shape (64, P) is an ensemble of 64.
    """

    def __init__(self, layers, theta=None):
        self.layers = [copy.copy(as_layer("layers", layer)) for layer in layers]
        dense = [layer for layer in self.layers if isinstance(layer, Dense)]
        if not dense:
            raise ValueError(f"a network needs a Dense layer; got {shown(self.layers)}; mlp([2, 10, 1]) makes two")
        for lower, upper in pairwise(dense):
            if lower.n_out != upper.n_in:
                raise ValueError(f"layers must fit: {lower} gives {lower.n_out} numbers, {upper} takes {upper.n_in}")
        self.n_in, self.n_out = dense[0].n_in, dense[-1].n_out
        self.n_params = sum(layer.n_params for layer in self.layers)
        self._theta = np.zeros(self.n_params) if theta is None else np.array(theta, dtype=float, order="C")
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
        if np.shape(value) != self._theta.shape:
            raise ValueError(f"theta must keep its shape {self._theta.shape}; got {np.shape(value)}; "
                             "a network of another shape is made by mlp")
        self._theta[...] = value

    @property
    def members(self):
        """Shape of the ensemble: () for one network."""
        return self._theta.shape[:-1]

    def member(self, index):
        """Return a copy of one network of an ensemble (or, by a slice, of several)."""
        return Network(self.layers, self._theta[index])

    def blocks(self):
        """Yield (name, slice into θ, shape) of each parameter array: W1, b1, W2, ..."""
        start, number = 0, 0
        for layer in self.layers:
            number += bool(layer.n_params)
            for name, shape in layer.parameters().items():
                stop = start + int(np.prod(shape))
                yield f"{name}{number}", slice(start, stop), shape
                start = stop

    def forward(self, x):
        """Return the trace [x, z1, a1, ..., ŷ]: the input and what each layer made of it."""
        trace = [x]
        for layer in self.layers:
            trace.append(layer.forward(trace[-1]))
        return trace

    def backward(self, trace, dy):
        """Return dL/dθ (..., P) for the trace of a forward pass and dL/dŷ; it is written into `grad`."""
        for k in range(len(self.layers) - 1, -1, -1):
            dy = self.layers[k].backward(trace[k], trace[k + 1], dy, needs_dx=k > 0)
        return self.grad

    def predict(self, x):
        """Return the outputs (..., n, n_out) for x (..., n, n_in)."""
        return self.forward(features(x, self.n_in))[-1]

    def classify(self, x, threshold=0.5):
        """Return the classes (..., n, 1) for x; a network that ends in logits has `threshold=0`."""
        return classify(self.predict(x), threshold)

    def save(self, path):
        """Write θ and the architecture to `path` (NumPy's npz, nothing pickled)."""
        part = f"{os.fspath(path)}.part"
        try:
            with open(part, "wb") as file:
                np.savez(file, theta=self._theta, architecture=repr(self.layers))
            os.replace(part, path)  # in one go: a save that fails leaves the old file as it was
        finally:
            if os.path.exists(part):
                os.remove(part)

    def load(self, path):
        """Take θ from a file that `save` wrote for the same architecture, and return this network."""
        try:
            with np.load(path, allow_pickle=False) as file:
                theta, architecture = file["theta"], str(file["architecture"])
        except (ValueError, EOFError, KeyError, IndexError, TypeError, zipfile.BadZipFile) as error:
            raise ValueError(f"{path} is not a whole file of Network.save ({error}); save the network anew") from error
        own = (repr(self.layers), self._theta.shape)
        if (architecture, theta.shape) != own:
            raise ValueError(f"{path} holds {architecture} with θ {theta.shape}; this network is {own[0]} with θ "
                             f"{own[1]}; build the saved one with mlp, then load")
        if not np.isfinite(theta).all():
            raise ValueError(f"{path} holds numbers that are not finite; it was saved after a divergence; train again")
        self.theta = theta
        return self

    def __repr__(self):
        many = f" × {self.members} networks" if self.members else ""
        return f"Network({self.layers}, {self.n_params} parameters{many})"


def as_layer(name, layer):
    """Return a layer; a class stands for its default instance."""
    layer = layer() if isinstance(layer, type) and issubclass(layer, Layer) and layer is not Dense else layer
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
    hidden, output : Layer
        Activation after each hidden layer, and after the last; a class or an instance.
    init, bias_init : callable
        Functions of `labcore.initializers`; with `bias=False` there are no biases to draw.
    seed : int or array of int
        An array gives an ensemble of its shape; each member has the weights that its seed gives alone.
    """
    if isinstance(sizes, (str, dict)) or not np.iterable(sizes) or len(sizes := list(sizes)) < 2:
        raise ValueError(f"sizes must list inputs, hidden widths and outputs, as [2, 10, 10, 1]; got {shown(sizes)}")
    widths = [whole_number("each of sizes", size) for size in sizes]
    for name, function in {"init": init, "bias_init": bias_init}.items():
        if not callable(function):
            raise TypeError(f"{name} must be a function of labcore.initializers, such as normal; got {shown(function)}")
    seeds = np.asarray(seed)
    if seeds.dtype.kind not in "iu" or seeds.size == 0 or seeds.min() < 0:
        raise ValueError(f"seed must be a whole number of at least 0, or an array of them; got {shown(seed)}")
    layers = []
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
