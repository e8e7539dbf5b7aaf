"""The right forward and backward pass, with options that plant mistakes, and the parts of a training run.

A reader's function that calls one of these is refused, unless the check has lent it.
"""

from types import SimpleNamespace

import numpy as np


def sigmoid(z):
    """Return σ(z); labcore's refuses while a reader's function runs, even with what is lent."""
    return (1 + np.tanh(z / 2)) / 2


def forward_pass(x, params, last=sigmoid, hidden=sigmoid, bias=1.0, flipped=False, pre=False):
    """Return the trace [x, a1, ..., ŷ] of a network of sigmoid layers; the options plant mistakes.

    `bias` multiplies each bias, `flipped` transposes a square W, `pre` keeps the pre-activations in the trace.
    """
    trace, layers = [x], list(zip(params[::2], params[1::2]))
    for k, (W, b) in enumerate(layers):
        z = trace[-1] @ (W.T if flipped and W.shape[0] == W.shape[1] else W) + bias * b
        trace.append((last if k == len(layers) - 1 else hidden)(z))
    if pre:
        trace[1:] = [lower @ W + b for lower, (W, b) in zip(trace, layers)]
    return trace


def gradients(trace, y, params, error=None, slope=lambda k, a: a * (1 - a), bias=None, weights=None, down=None,
              lower=0, changed=0.0):
    """Return [dW1, db1, ...] of the mean squared error; the options plant mistakes.

    `error(ŷ, y)` is for 2 (ŷ − y) / n, `slope(k, a)` for a (1 − a) of layer k, from 1, `bias(delta)` for db,
    `weights(below, delta, arrived)` for dW and `down(delta, W, arrived)` for the error of the layer below, where
    `arrived` is the error before σ′. `lower` takes σ′ from so many layers below; `changed` is a rate by which each W is
    updated before the error passes through it.
    """
    grads, delta = [], (error or loss_gradient)(trace[-1], y)
    for k in range(len(params) // 2, 0, -1):
        W, below, arrived = params[2 * k - 2], trace[k - 1], delta
        delta = arrived * slope(k, trace[k - lower])
        dW = weights(below, delta, arrived) if weights else below.T @ delta
        grads[:0] = [dW, bias(delta) if bias else delta.sum(axis=0, keepdims=True)]
        W = W - changed * dW
        delta = down(delta, W, arrived) if down else delta @ W.T
    return grads


def loss_gradient(y_hat, y):
    """Return the gradient (n, 1) of the mean squared error, 2 (ŷ − y) / n."""
    return 2 * (y_hat - y) / y.size


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
