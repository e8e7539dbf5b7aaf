"""Backpropagation against central differences: does the gradient say what the loss does?"""

from dataclasses import dataclass

import numpy as np

from .inputs import features, number, targets
from .losses import check_labels, check_loss


@dataclass(frozen=True)
class GradientCheck:
    """What `check_gradients` found: the worst relative error, and where: parameter, index, member of the ensemble.

    `backprop` and `measured` are the two slopes there; `errors` (..., P) has the relative error of every parameter.
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
    """Return (L(θ + h eᵢ) − L(θ − h eᵢ)) / 2h for every i, (..., P). θ comes back as it was, to the bit."""
    theta, measured = net.theta, np.empty_like(net.theta)
    for i in range(net.n_params):
        kept = theta[..., i].copy()
        try:
            theta[..., i] = kept + h
            up = loss(net.forward(x)[-1], y)[0]
            theta[..., i] = kept - h
            down = loss(net.forward(x)[-1], y)[0]
        finally:
            theta[..., i] = kept
        measured[..., i] = (up - down) / (2 * h)
    return measured


def check_gradients(net, x, y, loss, h=1e-5):
    """Compare backpropagation with central differences, for one network or each of an ensemble; return GradientCheck.

    The error of a parameter is ``|backprop − measured|``, relative to the largest gradient in its own array (W1, b1,
    ...) and network: a gradient that is 0 by chance doesn't look wrong, a layer of small gradients isn't overlooked.
    The largest is taken to be at least 1e-3 of the loss: below that the rounding of the loss shows in the difference.
    """
    x, loss, h = features(x, net), check_loss(loss), number("h", h, 0, low_included=False)
    y = check_labels(loss, targets(y, x, net))
    with np.errstate(all="ignore"):  # what is no longer a number is an infinite error, below
        trace = net.forward(x)
        value, dy = loss(trace[-1], y)
        backprop = net.backward(trace, dy).copy()
        measured = central_difference(net, x, y, loss, h)
        errors = np.abs(backprop - measured)
    for block in net.blocks():
        own = block.where
        scale = np.fmax.reduce(np.fmax(np.abs(backprop[..., own]), np.abs(measured[..., own])), axis=-1)
        errors[..., own] /= np.fmax(np.fmax(scale, 1e-3 * np.abs(value)), 1e-300)[..., None]
    errors[np.isnan(errors)] = np.inf
    *member, i = (int(k) for k in np.unravel_index(np.argmax(errors), errors.shape))
    block = next(block for block in net.blocks() if block.where.start <= i < block.where.stop)
    index = tuple(int(k) for k in np.unravel_index(i - block.where.start, block.shape))
    error, ours, theirs = (float(array[(*member, i)]) for array in (errors, backprop, measured))
    return GradientCheck(error, block.name, index, tuple(member), ours, theirs, errors)
