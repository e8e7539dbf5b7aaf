"""The right forward and backward pass, with options that plant mistakes, and the parts of a training run.

A reader's function that calls one of these is refused; `training` lends copies.
"""

from types import SimpleNamespace

import numpy as np


def sigmoid(z):
    """Return σ(z); labcore's refuses while a reader's function runs, even with what is lent."""
    return (1 + np.tanh(z / 2)) / 2


def forward_pass(x, params, last=sigmoid, hidden=sigmoid, bias=1.0, flipped=False, pre=False):
    """Return the trace [x, a1, ..., ŷ] of a network of sigmoid layers; the options plant mistakes.

    `bias` multiplies each bias, `flipped` transposes a square W, `pre` returns the pre-activations for the layers.
    """
    trace, sums, layers = [x], [], list(zip(params[::2], params[1::2]))
    for k, (W, b) in enumerate(layers):
        sums.append(trace[-1] @ (W.T if flipped and W.shape[0] == W.shape[1] else W) + bias * b)
        trace.append((last if k == len(layers) - 1 else hidden)(sums[-1]))
    return [x, *sums] if pre else trace


def loss_gradient(y_hat, y):
    """Return the gradient (n, 1) of the mean squared error, 2 (ŷ − y) / n."""
    return 2 * (y_hat - y) / y.size


def gradients(trace, y, params, error=loss_gradient, slope=lambda k, a: a * (1 - a), lower=0, changed=0.0,
              bias=lambda delta: delta.sum(axis=0, keepdims=True), down=lambda delta, W, arrived: delta @ W.T,
              weights=lambda below, delta, arrived: below.T @ delta):
    """Return [dW1, db1, ...] of the mean squared error; the options plant mistakes.

    `slope` is that of layer k, from 1, and `arrived` the error before it is multiplied by that. `lower` takes it so
    many layers below; `changed` is a rate by which each W is updated before the error passes through it.
    """
    grads, delta = [], error(trace[-1], y)
    for k in range(len(params) // 2, 0, -1):
        below, arrived = trace[k - 1], delta
        delta = arrived * slope(k, trace[k - lower])
        dW = weights(below, delta, arrived)
        grads[:0] = [dW, bias(delta)]
        delta = down(delta, params[2 * k - 2] - changed * dW, arrived)
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
