"""Right functions: the judge's own network, and the source of those that stand in for a student's wrong ones.

They take more arguments than they need: a student's helper may have had an option, and be called with it.
"""

from inspect import getsource

import numpy as np

from ..checks.reference import forward_pass, gradients, initial, loss_gradient, sigmoid, update

SOURCES = {
    "sigmoid": "def sigmoid(z, *_, **__):\n    return (1 + np.tanh(np.asarray(z, dtype=float) / 2)) / 2",
    "sigmoid_slope": "def sigmoid_slope(a, *_, **__):\n    return a * (1 - a)",
    "forward": "".join(map(getsource, (sigmoid, forward_pass)))
               + "def forward(x, params, *_, **__):\n    return forward_pass(x, params)",
    "loss": "def loss(y_hat, y, *_, **__):\n    return np.mean((y_hat - y) ** 2)",
    "loss_gradient": "def loss_gradient(y_hat, y, *_, **__):\n    return 2 * (y_hat - y) / y_hat.size",
    "backward": "".join(map(getsource, (loss_gradient, gradients)))
                + "def backward(trace, y, params, *_, **__):\n    return gradients(trace, y, params)",
    "update": getsource(update).replace("lr)", "lr, *_, **__)", 1),
    "initial": getsource(initial).replace("rng)", "rng, *_, **__)", 1),
}


def outputs(x, params):
    return forward_pass(x, params)[-1]


def trained(x, y, setting):
    """Return the parameters that the lab's training ends with."""
    params = initial((x.shape[1], *setting.hidden, 1), np.random.default_rng(setting.seed))
    for _ in range(setting.epochs):
        params = update(params, gradients(forward_pass(x, params), y, params), setting.lr)
    return params
