"""The right forward and backward pass, and the parts of a training run.

A reader's function that calls one of these is refused; `training` lends copies.
"""

from types import SimpleNamespace

import numpy as np


def sigmoid(z):
    """Return σ(z); labcore's refuses while a reader's function runs, even with what is lent."""
    return (1 + np.tanh(z / 2)) / 2


def forward_pass(x, params):
    """Return the trace [x, a1, ..., ŷ] of a network of sigmoid layers."""
    trace = [x]
    for W, b in zip(params[::2], params[1::2]):
        trace.append(sigmoid(trace[-1] @ W + b))
    return trace


def loss_gradient(y_hat, y):
    """Return the gradient (n, 1) of the mean squared error, 2 (ŷ − y) / n."""
    return 2 * (y_hat - y) / y.size


def gradients(trace, y, params):
    """Return [dW1, db1, ...] of the mean squared error."""
    grads, error = [], 2 * (trace[-1] - y) / y.size
    for k in range(len(params) // 2, 0, -1):
        below, a, W = trace[k - 1], trace[k], params[2 * k - 2]
        delta = error * a * (1 - a)
        grads = [below.T @ delta, delta.sum(axis=0, keepdims=True), *grads]
        error = delta @ W.T
    return grads


def update(params, grads, lr):
    """Return new params, a step of gradient descent further."""
    return [param - lr * grad for param, grad in zip(params, grads)]


def initial(sizes, rng):
    """Return [W1, b1, ...] for layers of these sizes: weights from N(0, 1), biases 0."""
    return [array for n_in, n_out in zip(sizes, sizes[1:])
            for array in (rng.normal(size=(n_in, n_out)), np.zeros((1, n_out)))]


#: what a training run is put together from, for a reader whose own parts aren't right yet
PARTS = SimpleNamespace(forward=forward_pass, loss_gradient=loss_gradient, backward=gradients, update=update,
                        initial=initial)
