"""Backpropagation against central differences: does the gradient say what the loss does?"""

from dataclasses import dataclass

import numpy as np

from .losses import check_labels
from .network import Network
from .validation import features, fits, function, instance, number, real_numbers, shown, targets


@dataclass(frozen=True)
class GradientCheck:
    """What `check_gradients` found: the worst relative error, and where it is.

    Parameters
    ----------
    error : float
        The worst of all.
    parameter : str
        Its array: "W2" is the weights of the second dense layer, "b2" the biases.
    index : tuple of int
        Its place in that array.
    member : tuple of int
        Its network in the ensemble; () for one network.
    backprop : float
        What backpropagation says there.
    measured : float
        What the central difference says there.
    errors : ndarray
        The relative error of every parameter, (..., P).

    Examples
    --------
    >>> lab.GradientCheck(0.5, "W2", (3, 0), (), 2.0, 4.0, np.array([0.5]))
    worst relative error 5.0e-01 at W2[3, 0]: backprop 2, measured 4
    """
    error: float
    parameter: str
    index: tuple
    member: tuple
    backprop: float
    measured: float
    errors: np.ndarray

    def __repr__(self):
        where = f"{self.parameter}[{', '.join(map(str, self.index))}]"
        where += f" of network {self.member}" if self.member else ""
        return (f"worst relative error {self.error:.1e} at {where}: "
                f"backprop {self.backprop:.5g}, measured {self.measured:.5g}")


def central_difference(net, x, y, loss, h=1e-5):
    """Return (L(θ + h eᵢ) − L(θ − h eᵢ)) / 2h for every i, (..., P). θ comes back as it was, to the bit.

    Parameters
    ----------
    net : Network
        One network or an ensemble.
    x, y : ndarray of float64
        Inputs (..., n, n_in) and targets (..., n, n_out), any numbers.
    loss : function of labcore.losses
        What is differentiated.
    h : float, default 1e-5
        Half the distance of the two points, near its best at 1e-5.

    Returns
    -------
    ndarray of float64
        The slope along each parameter, of θ's shape.

    Raises
    ------
    TypeError
        If `net` is no network, `loss` no function, or if what it returns, `x`, `y` or `h` holds anything but real
        numbers.
    ValueError
        If network, `x` and `y` don't fit, or `h` isn't above 0.

    Examples
    --------
    >>> net = lab.Network([lab.Dense(1, 1)], theta=[3.0, 0.0])
    >>> one = np.array([[1.0]])
    >>> lab.central_difference(net, one, one, lab.squared_error).round(5).tolist()
    [4.0, 4.0]
    """
    instance("net", net, Network, "mlp([2, 10, 10, 1])")
    loss, h = function("loss", loss, "squared_error"), number("h", h, 0, low_included=False)
    x, y = real_numbers("x", x), real_numbers("y", y)
    with np.errstate(all="ignore"):
        return _measured(net, x, y, loss, h)


def _measured(net, x, y, loss, h):
    theta, measured = net.theta, np.empty_like(net.theta)
    for i in range(net.n_params):
        kept = theta[..., i].copy()
        try:
            theta[..., i] = kept + h
            up = _value(loss, net, x, y)
            theta[..., i] = kept - h
            down = _value(loss, net, x, y)
        finally:
            theta[..., i] = kept
        measured[..., i] = (up - down) / (2 * h)
    return measured


def _value(loss, net, x, y):
    """Return the loss (...), a number for each network, of a function that may be the reader's own."""
    pair = loss(net.forward(x)[-1], y)
    if not isinstance(pair, (tuple, list)) or len(pair) != 2 or not fits(np.shape(pair[0]), net.members):
        raise TypeError(f"loss must return a value for each network, and a gradient; got {shown(pair)}; as "
                        "squared_error does")
    return real_numbers("the loss", pair[0])


def check_gradients(net, x, y, loss, h=1e-5):
    """Compare backpropagation with central differences, for one network or each of an ensemble.

    The error of a parameter is ``|backprop − measured|``, relative to the largest gradient in its own array (W1, b1,
    ...) and network: a gradient that is 0 by chance doesn't look wrong, a layer of small gradients isn't overlooked.
    The largest is taken to be at least 1e-3 of the loss: below that the rounding of the loss shows in the difference.
    Where a gradient is nan the error is infinite.

    Parameters
    ----------
    net : Network
        One network or an ensemble; its θ comes back as it was, its `grad` holds backpropagation's.
    x, y : array_like
        Inputs (..., n, n_in) and targets (..., n, n_out).
    loss : function of labcore.losses
        What is differentiated.
    h : float, default 1e-5
        Half the distance of the two points, above 0, near its best at 1e-5.

    Returns
    -------
    GradientCheck
        The worst error, and where it is.

    Raises
    ------
    TypeError
        If `net` is no network, `loss` no loss, or if `x`, `y` or `h` holds anything but real numbers.
    ValueError
        If they are empty, don't fit the network, aren't finite, or aren't labels that the loss takes; or if `h` isn't
        above 0.

    Examples
    --------
    >>> x, y = lab.generate_xor_easy()
    >>> found = lab.check_gradients(lab.mlp([2, 3, 1]), x, y, lab.binary_cross_entropy)
    >>> found.error < 1e-7
    True
    """
    x = features(x, instance("net", net, Network, "mlp([2, 10, 10, 1])").n_in)
    y = check_labels(loss, targets(y, x, net.n_out))
    h = number("h", h, 0, low_included=False)
    with np.errstate(all="ignore"):  # what is no longer a number is an infinite error, below
        trace = net.forward(x)
        value, dy = loss(trace[-1], y)
        backprop = net.backward(trace, dy).copy()
        measured = _measured(net, x, y, loss, h)
        errors = np.abs(backprop - measured)
    for _, own, _ in net.blocks():
        scale = np.fmax.reduce(np.fmax(np.abs(backprop[..., own]), np.abs(measured[..., own])), axis=-1)
        errors[..., own] /= np.fmax(np.fmax(scale, 1e-3 * np.abs(value)), 1e-300)[..., None]
    errors[np.isnan(errors)] = np.inf
    *member, i = (int(k) for k in np.unravel_index(np.argmax(errors), errors.shape))
    name, own, shape = next(block for block in net.blocks() if block[1].start <= i < block[1].stop)
    index = tuple(int(k) for k in np.unravel_index(i - own.start, shape))
    error, ours, theirs = (float(array[(*member, i)]) for array in (errors, backprop, measured))
    return GradientCheck(error, name, index, tuple(member), ours, theirs, errors)
