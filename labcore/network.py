"""A network: a row of layers and one vector θ that holds all their weights and biases."""

import copy
import functools
import io
from itertools import pairwise

import numpy as np

from . import initializers
from .activations import Sigmoid
from .files import replacing
from .guards import blame, guarded
from .layers import Dense, Layer
from .validation import (
    MOST_NUMBERS,
    features,
    file_name,
    fits,
    items,
    number,
    real_numbers,
    room,
    shown,
    switch,
    whole_number,
)


def _about_forward(given, error):
    """Raise an error of one sentence if x is what a forward pass failed for."""
    net, x = given["self"], given["x"]
    if not fits(features(x, net.n_in).shape[:-2], net.members):
        raise ValueError(f"x must have two axes, or those of the ensemble {net.members} before them; got "
                         f"{np.shape(x)}") from None
    if type(x) is not np.ndarray or x.dtype.kind not in "iufb":
        raise TypeError(f"x must be an ndarray of float64; got {shown(x)}; predict takes lists, too") from error


def _about_backward(given, error):
    """Raise an error of one sentence if the arguments of a backward pass are what it failed for."""
    net, arrays = given["self"], items("trace", given["trace"], "net.forward(x)")
    if len(arrays) != len(net.layers) + 1:
        raise ValueError(f"trace must hold {len(net.layers) + 1} arrays, as net.forward(x) gives them; got "
                         f"{len(arrays)}") from error
    if all(type(layer).__module__.startswith("labcore.") for layer in net.layers):  # a reader's own layer says more
        blame("backward", {f"trace[{k}]": array for k, array in enumerate(arrays)} | {"dy": given["dy"]}, error)


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

    Raises
    ------
    TypeError
        If one of the layers is no layer, or if `theta` holds anything but real numbers.
    ValueError
        If there is no dense layer, if two don't fit each other, if `theta` has another shape, or if there are too many.

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
        self._theta = np.zeros(self.n_params) if theta is None else np.ascontiguousarray(real_numbers("theta", theta))
        if self._theta.shape[-1:] != (self.n_params,):
            raise ValueError(f"theta must have shape (..., {self.n_params}) for this network; got {np.shape(theta)}")
        room("theta", self._theta.shape, (self.n_params,))
        self.grad, start = np.zeros_like(self._theta), 0
        for layer in self.layers:
            own = slice(start, start + layer.n_params)
            layer.bind(self._theta[..., own], self.grad[..., own])
            start = own.stop

    def __reduce__(self):  # copies and pickles are built anew, so that their layers look into their own θ
        return type(self), (self.layers, self._theta)

    @property
    def theta(self):
        """All parameters, (..., P). Assigning writes into the array, which the layers look into.

        Raises
        ------
        TypeError
            If what is assigned holds anything but real numbers.
        ValueError
            If it has another shape; all is then as before.
        """
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
        """Return a copy of one network of an ensemble (or, by a slice, of several).

        Parameters
        ----------
        index : int, tuple or slice
            Its place among `members`; ... takes them all.

        Returns
        -------
        Network
            With a θ of its own.

        Raises
        ------
        TypeError
            If it is no whole number, slice, ... or tuple of them.
        IndexError
            If there is no such member.

        Examples
        --------
        >>> net = lab.mlp([2, 3, 1], seed=[5, 6, 7])
        >>> net.members, net.member(1).members
        ((3,), ())
        """
        places = index if isinstance(index, tuple) else (index,)
        kinds = {type(place) for place in places}
        known = all(issubclass(kind, (int, np.integer, slice, type(...))) for kind in kinds)
        if not known or kinds & {bool, np.timedelta64}:
            raise TypeError("index must be a whole number, a slice or a tuple of them; got "
                            f"{shown(index)}; for example 0")
        try:
            chosen = self._theta[(*places, ...) if ... not in places else (*places, slice(None))]
            if sum(place is not ... for place in places) > len(self.members) or chosen.size == 0:
                raise IndexError
        except (IndexError, TypeError, ValueError, OverflowError):
            raise IndexError(f"there is no member {shown(index)}; the ensemble has the shape {self.members}") from None
        return Network(self.layers, chosen)

    def blocks(self):
        """Yield (name, slice into θ, shape) of each parameter array: W1, b1, W2, ...

        Yields
        ------
        tuple of (str, slice, tuple of int)
            In the order in which they lie in θ.

        Examples
        --------
        >>> for name, own, shape in lab.mlp([2, 3, 1]).blocks():
        ...     print(name, own, shape)
        W1 slice(0, 6, None) (2, 3)
        b1 slice(6, 9, None) (1, 3)
        W2 slice(9, 12, None) (3, 1)
        b2 slice(12, 13, None) (1, 1)
        """
        start, number = 0, 0
        for layer in self.layers:
            number += bool(layer.n_params)
            for name, shape in layer.parameters().items():
                stop = start + int(np.prod(shape))
                yield f"{name}{number}", slice(start, stop), shape
                start = stop

    @functools.partial(guarded, complain=_about_forward)
    def forward(self, x):
        """Return the trace [x, z1, a1, ..., ŷ]: the input and what each layer made of it.

        Parameters
        ----------
        x : ndarray of float64
            Inputs, (..., n, n_in). They aren't checked here, for speed: `predict` does.

        Returns
        -------
        list of ndarray
            One array more than there are layers.

        Raises
        ------
        TypeError, ValueError
            As `predict` does, but nan and inf pass where the layers let them.

        Examples
        --------
        >>> trace = lab.mlp([2, 3, 1], seed=range(8)).forward(np.zeros((5, 2)))
        >>> [array.shape for array in trace]
        [(5, 2), (8, 5, 3), (8, 5, 3), (8, 5, 1), (8, 5, 1)]
        """
        trace = [x]
        for layer in self.layers:
            trace.append(layer._forward(trace[-1]))
        return trace

    @functools.partial(guarded, complain=_about_backward)
    def backward(self, trace, dy):
        """Return dL/dθ (..., P) for the trace of a forward pass and dL/dŷ; it is written into `grad`.

        Parameters
        ----------
        trace : list of ndarray
            What `forward` gave.
        dy : ndarray
            Gradient dL/dŷ, (..., n, n_out), the second thing that a loss returns.

        Returns
        -------
        ndarray of float64
            The array `grad` itself, which the next call overwrites.

        Raises
        ------
        TypeError
            If `trace` is no list of arrays, or `dy` no array.
        ValueError
            If they aren't those of this network.

        Examples
        --------
        >>> net, (x, y) = lab.mlp([2, 3, 1]), lab.generate_xor_easy()
        >>> trace = net.forward(x)
        >>> loss, dy = lab.squared_error(trace[-1], y)
        >>> net.backward(trace, dy).shape
        (13,)
        """
        for k in range(len(self.layers) - 1, -1, -1):
            dy = self.layers[k]._backward(trace[k], trace[k + 1], dy, needs_dx=k > 0)
        return self.grad

    def predict(self, x):
        """Return the outputs (..., n, n_out) for x (..., n, n_in).

        Parameters
        ----------
        x : array_like
            Inputs, a row for each example.

        Returns
        -------
        ndarray of float64
            Probabilities or logits, whatever the last layer gives.

        Raises
        ------
        TypeError
            If `x` holds anything but real numbers.
        ValueError
            If `x` is empty, has other columns, holds nan or inf, or has axes that aren't the ensemble's.

        Examples
        --------
        >>> lab.mlp([2, 3, 1]).predict(np.zeros((4, 2))).shape
        (4, 1)
        """
        x = features(x, self.n_in)
        if not fits(x.shape[:-2], self.members):
            raise ValueError(f"x must have two axes, or those of the ensemble {self.members} before them; got "
                             f"{x.shape}")
        return self.forward(x)[-1]

    def classify(self, x, threshold=0.5):
        """Return the classes (..., n, 1) for x; a network that ends in logits has `threshold=0`.

        Parameters
        ----------
        x : array_like
            Inputs, a row for each example.
        threshold : float, default 0.5
            From which output on an example counts as class 1; not used with several outputs.

        Returns
        -------
        ndarray of bool or int
            True for class 1 of two; with several outputs the number of the class.

        Raises
        ------
        TypeError, ValueError
            As `predict` does.

        Examples
        --------
        >>> net = lab.Network([lab.Dense(1, 1), lab.Sigmoid()], theta=[1.0, 0.0])
        >>> net.classify([[-2.0], [2.0]]).tolist()
        [[False], [True]]
        """
        return classify(self.predict(x), threshold)

    def save(self, path):
        """Write θ and the architecture to `path` (NumPy's npz, nothing pickled).

        Parameters
        ----------
        path : str or path-like
            Where to. A save that fails leaves an older file there as it was: see `labcore.files.replacing`.

        Raises
        ------
        TypeError
            If `path` is no path.
        ValueError
            If no file can have that name.
        OSError
            If it can't be written.

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "net.npz")
        ...     lab.mlp([2, 3, 1], seed=5).save(path)
        ...     net = lab.mlp([2, 3, 1]).load(path)
        >>> np.array_equal(net.theta, lab.mlp([2, 3, 1], seed=5).theta)
        True
        """
        with replacing(path) as file:
            whole = io.BytesIO()  # a device has no places to go back to, which a zip file asks for
            np.savez(whole, theta=self._theta, architecture=repr(self.layers))
            file.write(whole.getbuffer())

    def load(self, path):
        """Take θ from a file that `save` wrote for the same architecture, and return this network.

        Parameters
        ----------
        path : str or path-like
            The file.

        Returns
        -------
        Network
            This one, with the weights and biases of the file.

        Raises
        ------
        TypeError
            If `path` is no path.
        OSError
            If there is no such file, or it can't be read.
        ValueError
            If it is no whole file of `save`, or holds another architecture or numbers that aren't finite; θ is then
            as before.

        Examples
        --------
        >>> import os, tempfile
        >>> with tempfile.TemporaryDirectory() as folder:
        ...     path = os.path.join(folder, "net.npz")
        ...     lab.mlp([2, 3, 1]).save(path)
        ...     lab.mlp([2, 3, 1], seed=9).load(path)
        Network([Dense(2, 3, bias=True), Sigmoid(), Dense(3, 1, bias=True), Sigmoid()], 13 parameters)
        """
        with open(file_name("path", path), "rb") as file:
            try:
                with np.load(file, allow_pickle=False) as saved:
                    theta, architecture = saved["theta"], str(saved["architecture"])
                if theta.dtype != float:  # a file that is spoiled just there may say less bytes, which pass as whole
                    raise TypeError(f"θ is of {theta.dtype}")
            except Exception as error:  # a spoiled file can end anywhere in zipfile, zlib or NumPy's reader
                raise ValueError(f"{path} is not a whole file of Network.save ({error}); save the network anew"
                                 ) from error
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
    """Return a layer; a class stands for its default instance.

    Parameters
    ----------
    name : str
        What the error calls it.
    layer : Layer or type
        What was handed in; of classes, all but `Dense`.

    Returns
    -------
    Layer
        The layer, not a copy.

    Raises
    ------
    TypeError
        If it is no layer.

    Examples
    --------
    >>> lab.network.as_layer("hidden", lab.LeakyReLU)
    LeakyReLU(0.01)
    """
    kind = layer if isinstance(layer, type) else type(layer)
    layer = layer() if kind is layer and issubclass(kind, Layer) and layer is not Dense else layer
    if not issubclass(kind, Layer) or layer is Dense:
        known = ", ".join(c.__name__ for c in Layer.__subclasses__() if c is not Dense)
        raise TypeError(f"{name} must be a layer, as Sigmoid or LeakyReLU(0.1); got {shown(layer)}; there are {known}")
    return layer


def classify(output, threshold=0.5):
    """Return class numbers (..., n, 1): output ≥ threshold for one output, the largest of several.

    Parameters
    ----------
    output : ndarray
        Outputs of a network, (..., n, n_out).
    threshold : float, default 0.5
        Where class 1 begins: 0.5 for probabilities, 0 for logits.

    Returns
    -------
    ndarray of bool or int
        Booleans for one output.

    Raises
    ------
    TypeError
        If `output` is no array of real numbers, or `threshold` no number.
    ValueError
        If `output` has no columns, or `threshold` isn't finite.

    Examples
    --------
    >>> lab.classify(np.array([[0.2], [0.5]])).tolist()
    [[False], [True]]
    >>> lab.classify(np.array([[0.1, 0.7, 0.2]])).tolist()
    [[1]]
    """
    try:
        if output.size > MOST_NUMBERS:
            raise MemoryError
        return output >= threshold if output.shape[-1] == 1 else output.argmax(-1, keepdims=True)
    except Exception as error:
        number("threshold", threshold)
        blame("classify", {"output": output}, error)


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
        Functions of `labcore.initializers`; with `bias=False` there are no biases to draw.
    seed : int or array of int, default 0
        An array gives an ensemble of its shape; each member has the weights that its seed gives alone.

    Returns
    -------
    Network
        Dense layers and activations in turn.

    Raises
    ------
    TypeError
        If a size is no integer, an activation no layer, or an initializer no function.
    ValueError
        If `sizes` has fewer than two entries or one below 1, a seed is no whole number of at least 0, an initializer
        gives another shape than it is asked for, or there would be more weights than memory holds.

    Examples
    --------
    >>> lab.mlp([2, 3, 1], hidden=lab.Tanh, seed=range(64))
    Network([Dense(2, 3, bias=True), Tanh(), Dense(3, 1, bias=True), Sigmoid()], 13 parameters × (64,) networks)
    """
    try:
        given = items("sizes", sizes, "[2, 10, 10, 1]")
    except TypeError:
        given = ()
    if len(given) < 2:
        raise ValueError(f"sizes must list inputs, hidden widths and outputs, as [2, 10, 10, 1]; got {shown(sizes)}")
    sizes, bias = given, switch("bias", bias)
    widths = [whole_number("each of sizes", size) for size in sizes]
    for name, draw in {"init": init, "bias_init": bias_init}.items():
        if not callable(draw):
            raise TypeError(f"{name} must be a function of labcore.initializers, such as normal; got {shown(draw)}")
    try:
        seeds = np.asarray(seed)
    except Exception:  # a foreign object's own trouble
        seeds = np.asarray(None)
    if seeds.dtype.kind not in "iu" or seeds.size == 0 or seeds.min() < 0:
        raise ValueError(f"seed must be a whole number of at least 0, or an array of them; got {shown(seed)}")
    layers = []
    for n_in, n_out in pairwise(widths):
        layers += [Dense(n_in, n_out, bias), as_layer("hidden", hidden)]
    layers[-1] = as_layer("output", output)
    shape = (*seeds.shape, sum(layer.n_params for layer in layers))
    room("sizes", shape)
    net = Network(layers, np.zeros(shape))
    for member in np.ndindex(seeds.shape):
        rng = np.random.default_rng(int(seeds[member]))
        for layer in net.layers[::2]:
            layer.W[member] = _drawn("init", init, rng, (layer.n_in, layer.n_out), layer)
            if bias:
                layer.b[member] = _drawn("bias_init", bias_init, rng, (1, layer.n_out), layer)
    return net


def _drawn(name, draw, rng, shape, layer):
    drawn = draw(rng, shape, layer.n_in, layer.n_out)
    if type(drawn) is not np.ndarray or drawn.dtype != float:  # of a reader's own function
        drawn = real_numbers(f"what {name} returns", drawn)
    if not fits(drawn.shape, shape):
        raise ValueError(f"{name} must return an array of the shape that it is asked for, {shape}; got {drawn.shape}")
    return drawn
