"""A network: a row of layers and one vector θ that holds all their weights and biases."""

import copy
import math
from collections import namedtuple

import numpy as np

from . import activations, initializers
from .activations import Sigmoid
from .files import replacing, unpacked
from .inputs import features, items, pick, real_numbers, shown, switch, whole_number
from .layers import Dense, Layer
from .losses import classify

Block = namedtuple("Block", "name where shape")  #: a parameter array: W1, say, is theta[..., where].reshape(shape)


class Network:
    """Layers in a row over one vector θ, (P,): W1, b1, W2, b2, ... end to end.

    `layer.W` is a view into `theta` and `layer.dW` into `grad`, so an optimizer moves every weight at once: ``theta -=
    lr * grad``. To set a weight matrix, assign to it or into it (``layer.W = 0``, ``layer.W[0, 1] = 3``): both write
    into θ. Axes of θ before the last make an ensemble: θ of shape (64, P) is 64 networks that train side by side, one
    from each of 64 seeds; matmul broadcasts leading axes, so the same code serves one and many. In shapes `...` stands
    for the ensemble's axes; other axes are counted from the right: −1 features, −2 examples.

    >>> net = lab.Network([lab.Dense(2, 1), lab.Sigmoid()], theta=[1.0, -1.0, 0.0])
    >>> net.predict([[3.0, 1.0]]).round(5).tolist()
    [[0.8808]]

    Layers are copied, and so is θ, zeros if left out. An activation may be given as its class or its name.
    """

    def __init__(self, layers, theta=None):
        self.layers = [copy.copy(as_layer("layers", layer)) for layer in items("layers", layers, "[Dense(2, 1)]")]
        sizes = [layer.n_in for layer in self.layers if hasattr(layer, "n_in")]
        if not sizes:
            raise ValueError(f"a network needs a Dense layer; got {shown(self.layers)}; mlp([2, 10, 1]) makes two")
        self.n_in = self.n_out = sizes[0]
        for lower, layer in zip([None, *self.layers], self.layers):
            if getattr(layer, "n_in", self.n_out) != self.n_out:
                raise ValueError(f"layers must fit: {lower} gives {self.n_out} numbers, {layer} takes {layer.n_in}")
            self.n_out = layer.width(self.n_out)
        blocks = list(self.blocks())
        self.n_params = blocks[-1].where.stop
        self._theta = np.zeros(self.n_params) if theta is None else real_numbers("theta", theta)
        if self._theta.shape[-1:] != (self.n_params,):
            raise ValueError(f"theta must have shape (..., {self.n_params}) for this network; got {np.shape(theta)}")
        self.grad = np.zeros_like(self._theta)
        for layer in self.layers:
            layer.needs_dx = layer is not self.layers[0]
            for name in layer.parameters():
                _, where, shape = blocks.pop(0)
                for key, vector in ((name, self._theta), (f"d{name}", self.grad)):
                    vars(layer)[key] = vector[..., where].reshape(*self.members, *shape)

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
        """Yield the `Block` of each parameter array, as Block(name='b1', where=slice(6, 9, None), shape=(1, 3))."""
        start, number = 0, 0
        for layer in self.layers:
            number += bool(layer.parameters())
            for name, shape in layer.parameters().items():
                stop = start + math.prod(shape)
                yield Block(f"{name}{number}", slice(start, stop), shape)
                start = stop

    def forward(self, x):
        """Return the trace [x, z1, a1, ..., ŷ] for an array x (..., n, n_in): x and what each layer made of it."""
        trace = [x]
        for layer in self.layers:
            trace.append(layer.forward(trace[-1]))
        return trace

    def backward(self, trace, dy):
        """Return dL/dθ (..., P) for a trace and dy = dL/dŷ: the array `grad`, which the next call overwrites."""
        # dy goes in as dL/d(output of layer k) and comes out as dL/d(its input): the chain rule
        for k in reversed(range(len(self.layers))):
            dy = self.layers[k].backward(trace[k], trace[k + 1], dy)
        return self.grad

    def predict(self, x):
        """Return the outputs (..., n, n_out), probabilities or logits, for x (..., n, n_in), which may be a list."""
        x = features(x, self)
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
        with open(path, "rb") as file:
            try:
                theta, architecture = unpacked(file, theta=self._theta.nbytes, architecture=2**20)
            except Exception as error:  # a damaged file can end anywhere in zipfile, zlib or NumPy's reader
                raise ValueError(f"{path} is not a whole file of Network.save ({error}); save the network anew"
                                 ) from error
        own = (repr(self.layers), self._theta.shape)
        if (str(architecture), theta.shape) != own:
            raise ValueError(f"{path} holds {architecture} with θ {theta.shape}; this network is {own[0]} with θ "
                             f"{own[1]}; build the saved one with mlp, then load")
        if not np.isfinite(real_numbers("theta", theta)).all():
            raise ValueError(f"{path} holds numbers that are not finite; save the network anew")
        self.theta = theta
        return self

    def __repr__(self):
        many = f" × {self.members} networks" if self.members else ""
        return f"Network({self.layers}, {self.n_params} parameters{many})"


def as_layer(name, layer):
    """Return a layer; a class or a typed name stands for the layer with its defaults."""
    return pick(name, layer, activations.known(), lambda part: isinstance(part, Layer),
                "a layer, as LeakyReLU(0.1), or an activation's class or name")


def mlp(sizes, hidden=Sigmoid, output=Sigmoid, bias=True, init=initializers.normal,
        bias_init=initializers.zeros, seed=0):
    """Return a fully connected network (multi-layer perceptron) with freshly drawn weights.

    >>> lab.mlp([2, 3, 1], hidden="tanh", seed=range(64))
    Network([Dense(2, 3, bias=True), Tanh(), Dense(3, 1, bias=True), Sigmoid()], 13 parameters × (64,) networks)

    Parameters
    ----------
    sizes : sequence of int
        Numbers of inputs, of units in each hidden layer, and of outputs: [2, 10, 10, 1].
    hidden, output : Layer, type or str, default Sigmoid
        Activation after each hidden layer, and after the last: an instance, a class, or its name, as "leaky_relu".
    bias : bool, default True
        Whether layers have biases; the handout's have none.
    init, bias_init : callable or str, default normal and zeros
        Functions of `labcore.initializers`, or their names.
    seed : int or array of int, default 0
        An array gives an ensemble of its shape; each member has the weights that its seed gives alone.
    """
    sizes = [whole_number("each of sizes", size) for size in items("sizes", sizes, "[2, 10, 10, 1]")]
    if len(sizes) < 2:
        raise ValueError(f"sizes must list inputs, hidden widths and outputs, as [2, 10, 10, 1]; got {sizes}")
    seeds = np.asarray(seed)
    if seeds.dtype.kind not in "iu" or seeds.size == 0 or seeds.min() < 0:
        raise ValueError(f"seed must be a whole number of at least 0, or an array of them; got {shown(seed)}")
    init, bias_init = (pick(name, value, initializers.known(), callable, "a function of labcore.initializers")
                       for name, value in (("init", init), ("bias_init", bias_init)))
    bias, layers, n_in = switch("bias", bias), [], sizes[0]
    for n_out in sizes[1:]:
        layers += [Dense(n_in, n_out, bias), as_layer("hidden", hidden)]
        n_in = layers[-1].width(n_out)
    layers[-1] = as_layer("output", output)
    net = Network(layers, np.zeros((*seeds.shape, Network(layers).n_params)))
    for member in np.ndindex(seeds.shape):
        rng = np.random.default_rng(int(seeds[member]))
        for layer in net.layers:
            for name, array in layer.draw(rng, init, bias_init).items():
                getattr(layer, name)[member] = array
    return net
