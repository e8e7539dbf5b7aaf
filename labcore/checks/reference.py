"""The right forward and backward pass, with switches that plant mistakes, and the parts of a training run.

A reader's function that calls one of these is refused, unless the check has lent it.
"""

from types import SimpleNamespace

import numpy as np

from ..activations import sigmoid


def parameters(widths, rng):
    """Return [W1, b1, W2, b2, ...] for layers of these widths.

    Parameters
    ----------
    widths : sequence of int
        Numbers of inputs, of units in each hidden layer, and of outputs.
    rng : numpy.random.Generator
        All numbers, those of the biases too, are drawn from N(0, 1).

    Returns
    -------
    list of ndarray
        Of shapes (n_in, n_out) and (1, n_out) in turn.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.checks.reference import parameters
    >>> [array.shape for array in parameters((2, 3, 1), np.random.default_rng(0))]
    [(2, 3), (1, 3), (3, 1), (1, 1)]
    """
    shapes = [shape for n_in, n_out in zip(widths, widths[1:]) for shape in ((n_in, n_out), (1, n_out))]
    return [rng.normal(size=shape) for shape in shapes]


def forward_pass(x, params, last=sigmoid, hidden=sigmoid, bias=1.0, flipped=False, pre=False):
    """Return the trace [x, a1, ..., ŷ] of a network of sigmoid layers; the switches plant mistakes.

    Parameters
    ----------
    x : ndarray
        Inputs (n, d).
    params : list of ndarray
        [W1, b1, W2, b2, ...].
    last, hidden : callable, default sigmoid
        The activation of the last layer, and of the others.
    bias : float, default 1.0
        What each bias is multiplied by.
    flipped : bool, default False
        Whether a square W is transposed.
    pre : bool, default False
        Whether the trace holds the pre-activations.

    Returns
    -------
    list of ndarray
        The input, and (n, width) of each layer.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.checks.reference import forward_pass
    >>> forward_pass(np.array([[2.0]]), [np.array([[1.0]]), np.array([[-2.0]])])
    [array([[2.]]), array([[0.5]])]
    """
    trace, layers = [x], list(zip(params[::2], params[1::2]))
    for k, (W, b) in enumerate(layers):
        z = trace[-1] @ (W.T if flipped and W.shape[0] == W.shape[1] else W) + bias * b
        trace.append((last if k == len(layers) - 1 else hidden)(z))
    if pre:
        trace[1:] = [lower @ W + b for lower, (W, b) in zip(trace, layers)]
    return trace


def gradients(trace, y, params, scale=1.0, bias=None, left_out=None, slope=None, lower=0, flipped=False, changed=None):
    """Return [dW1, db1, ...] of the mean squared error; the switches plant mistakes.

    `left_out` is the layer, from 1, whose σ′ is missing; `slope` replaces s (1 − s); `lower` takes it from so many
    layers below; `changed` is a rate by which each W is updated before the gradient passes through it.

    Parameters
    ----------
    trace : list of ndarray
        [x, a1, ..., ŷ], as `forward_pass` returns it.
    y : ndarray
        Labels (n, 1).
    params : list of ndarray
        [W1, b1, W2, b2, ...].
    scale : float, default 1.0
        What the error at the output is multiplied by.
    bias : callable, optional
        Makes a bias gradient of the errors (n, width), in place of their sum over the rows.
    left_out : int, optional
        A layer, from 1.
    slope : callable, optional
        Of a layer's output.
    lower : int, default 0
        How many layers too low.
    flipped : bool, default False
        Whether a square W isn't transposed on the way back.
    changed : float, optional
        A learning rate.

    Returns
    -------
    list of ndarray
        A gradient for each parameter, of its shape.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.checks.reference import forward_pass, gradients
    >>> params = [np.array([[1.0]]), np.array([[-2.0]])]
    >>> gradients(forward_pass(np.array([[2.0]]), params), np.array([[1.0]]), params)
    [array([[-0.5]]), array([[-0.25]])]
    """
    layers = list(zip(params[::2], params[1::2]))
    grads, delta = [], scale * 2 * (trace[-1] - y) / y.size
    for k in range(len(layers), 0, -1):
        if k != left_out:
            a = trace[k - lower]
            delta = delta * (slope(a) if slope else a * (1 - a))
        W, dW = layers[k - 1][0], trace[k - 1].T @ delta
        grads[:0] = [dW, (bias or _over_rows)(delta)]
        if changed:
            W = W - changed * dW
        delta = delta @ (W if flipped and W.shape[0] == W.shape[1] else W.T)
    return grads


def _over_rows(delta):
    return delta.sum(axis=0, keepdims=True)


def forward(x, params):
    """Return the trace [x, a1, ..., ŷ] of a network with sigmoid in every layer.

    Parameters
    ----------
    x : ndarray
        Inputs (n, d).
    params : list of ndarray
        [W1, b1, W2, b2, ...].

    Returns
    -------
    list of ndarray
        The input, and (n, width) of each layer.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.checks.reference import PARTS
    >>> params = PARTS.initial([2, 3, 1], np.random.default_rng(0))
    >>> [layer.shape for layer in PARTS.forward(np.ones((4, 2)), params)]
    [(4, 2), (4, 3), (4, 1)]
    """
    return forward_pass(x, params)


def loss_gradient(y_hat, y):
    """Return the gradient (n, 1) of the mean squared error.

    Parameters
    ----------
    y_hat, y : ndarray
        Outputs and labels (n, 1).

    Returns
    -------
    ndarray
        Of shape (n, 1): 2 (ŷ − y) / n.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.checks.reference import PARTS
    >>> PARTS.loss_gradient(np.array([[0.5], [0.75]]), np.array([[1.0], [0.0]]))
    array([[-0.5 ],
           [ 0.75]])
    """
    return 2 * (y_hat - y) / y.size


def backward(trace, y, params):
    """Return the gradients [dW1, db1, ...] of the mean squared error.

    Parameters
    ----------
    trace : list of ndarray
        [x, a1, ..., ŷ], as `forward` returns it.
    y : ndarray
        Labels (n, 1).
    params : list of ndarray
        [W1, b1, W2, b2, ...].

    Returns
    -------
    list of ndarray
        A gradient for each parameter, of its shape.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.checks.reference import PARTS
    >>> x, y, params = np.ones((4, 2)), np.ones((4, 1)), PARTS.initial([2, 3, 1], np.random.default_rng(0))
    >>> [grad.shape for grad in PARTS.backward(PARTS.forward(x, params), y, params)]
    [(2, 3), (1, 3), (3, 1), (1, 1)]
    """
    return gradients(trace, y, params)


def update(params, grads, lr):
    """Return new params, a step of gradient descent further.

    Parameters
    ----------
    params, grads : list of ndarray
        The parameters and a gradient for each.
    lr : float
        The learning rate.

    Returns
    -------
    list of ndarray
        New arrays; those handed in stay as they are.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.checks.reference import PARTS
    >>> PARTS.update([np.array([1.0, 2.0])], [np.array([0.5, -1.0])], lr=0.5)
    [array([0.75, 2.5 ])]
    """
    return [param - lr * grad for param, grad in zip(params, grads)]


def initial(sizes, rng):
    """Return [W1, b1, ...]: weights from N(0, 1), biases 0.

    Parameters
    ----------
    sizes : sequence of int
        Numbers of inputs, of units in each hidden layer, and of outputs.
    rng : numpy.random.Generator
        What the weights are drawn from.

    Returns
    -------
    list of ndarray
        Of shapes (n_in, n_out) and (1, n_out) in turn.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.checks.reference import PARTS
    >>> [array.shape for array in PARTS.initial([2, 3, 1], np.random.default_rng(0))]
    [(2, 3), (1, 3), (3, 1), (1, 1)]
    """
    return [array for n_in, n_out in zip(sizes, sizes[1:])
            for array in (rng.normal(size=(n_in, n_out)), np.zeros((1, n_out)))]


#: what a training run is put together from, for a reader whose own parts aren't right yet
PARTS = SimpleNamespace(forward=forward, loss_gradient=loss_gradient, backward=backward, update=update, initial=initial)
