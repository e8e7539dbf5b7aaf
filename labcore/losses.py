"""Losses: functions of (prediction, target), both (..., n, k), that return (value (...), gradient like prediction).

Three attributes of a loss say what it works on: `threshold` (where class 1 begins), `labels` ("binary", "one-hot" or
None for any number) and `probabilities` (whether predictions must lie in [0, 1]).
"""

import functools

import numpy as np

from .activations import sigmoid
from .network import classify
from .validation import number, real_numbers, shown, table

EPS = 1e-12  #: how near to 0 and 1 binary_cross_entropy lets a probability come


def _check_shapes(prediction, target):
    if prediction.shape[-2:] != target.shape[-2:] or target.ndim < 2 or prediction.size == 0:
        raise ValueError(f"prediction and target must have the same last two axes (n, k); got {prediction.shape} and "
                         f"{target.shape}; y.reshape(-1, 1) makes a column: NumPy would spread (n,) over it to (n, n)")


def _loss(threshold, labels=None, probabilities=False):
    """Mark a function as a loss: it can be told from others, and looks at the shapes first."""
    def mark(function):
        @functools.wraps(function)
        def loss(prediction, target):
            _check_shapes(prediction, target)
            return function(prediction, target)

        loss.threshold, loss.labels, loss.probabilities = threshold, labels, probabilities
        return loss

    return mark


def _total(terms):
    return np.add.reduce(terms, axis=(-2, -1))


@_loss(threshold=0.5)
def squared_error(prediction, target):
    """Mean of (ŷ − y)² over examples and outputs; gradient 2 (ŷ − y) / (n k).

    >>> value, gradient = lab.squared_error(np.array([[0.8], [0.4]]), np.array([[1.0], [0.0]]))
    >>> round(float(value), 5), gradient.round(5).tolist()
    (0.1, [[-0.2], [0.4]])
    """
    error = prediction - target
    count = error.shape[-2] * error.shape[-1]
    return _total(error * error) / count, error * (2 / count)


@_loss(threshold=0.5, labels="binary", probabilities=True)
def binary_cross_entropy(prediction, target):
    """Mean of −y log ŷ − (1 − y) log(1 − ŷ) on probabilities; gradient (ŷ − y) / (ŷ (1 − ŷ) n k).

    ŷ is held between EPS and 1 − EPS. After a sigmoid that has saturated the gradient of the logit is 0 all the same:
    `sigmoid_cross_entropy` has no such blind spot.
    """
    p = np.clip(prediction, EPS, 1 - EPS)
    count = p.shape[-2] * p.shape[-1]
    value = -_total(target * np.log(p) + (1 - target) * np.log(1 - p)) / count
    return value, (p - target) / (p * (1 - p) * count)


@_loss(threshold=0.0, labels="binary")
def sigmoid_cross_entropy(prediction, target):
    """Binary cross-entropy of σ(z), from the logit z: mean of log(1 + eᶻ) − y z; gradient (σ(z) − y) / (n k)."""
    count = prediction.shape[-2] * prediction.shape[-1]
    # max(z, 0) − y z is exactly 0 for a sure and right answer, so the small rest isn't lost in rounding
    terms = np.maximum(prediction, 0) - target * prediction + np.log1p(np.exp(-np.abs(prediction)))
    return _total(terms) / count, (sigmoid(prediction) - target) / count


@_loss(threshold=0.0, labels="one-hot")
def softmax_cross_entropy(prediction, target):
    """Cross-entropy of softmax(z), from k logits: mean over rows of log Σ eᶻ − y · z; gradient (softmax − y) / n."""
    shifted = prediction - prediction.max(-1, keepdims=True)  # the largest becomes 0, so exp can't overflow
    exps = np.exp(shifted)
    sums = exps.sum(-1, keepdims=True)
    n = prediction.shape[-2]
    value = (np.log(sums).sum((-2, -1)) - _total(target * shifted)) / n
    return value, (exps / sums - target) / n


def check_loss(loss):
    """Return the loss if it is one of this module, or marked like them; TypeError names the known ones otherwise."""
    if not hasattr(loss, "threshold"):
        names = ", ".join(sorted(name for name, known in globals().items() if hasattr(known, "threshold")))
        raise TypeError(f"loss must be a function of labcore.losses; got {shown(loss)}; there are {names}")
    return loss


def check_labels(loss, y):
    """Return the float array y if it is what the loss is made for; ValueError otherwise."""
    loss, y = check_loss(loss), table("y", y, (None, None), "a row for each example")
    other = y[~np.isin(y, (0, 1))]
    if loss.labels == "binary" and other.size:
        raise ValueError(f"{loss.__name__} needs labels 0 or 1; got {other[0]:g}; for ±1 take (y > 0).astype(float)")
    wrong = (y < 0).any(-1) | (np.abs(y.sum(-1) - 1) > 1e-9) | (y.shape[-1] < 2)
    if loss.labels == "one-hot" and wrong.any():
        raise ValueError(f"{loss.__name__} needs rows of two or more non-negative numbers that add up to 1; got "
                         f"{shown(y[wrong][0].tolist())}; np.eye(k)[classes] makes them from class numbers")
    return y


def share_right(classes, truth):
    """Return the share (...) of the n examples whose class is the true one; both (..., n, 1)."""
    right = classes == truth
    return (_total(right) if right.ndim > 2 else np.count_nonzero(right)) / truth.shape[-2]


def accuracy(prediction, target, threshold=0.5):
    """Return the share of examples classified right: a count, not an average of ``|ŷ − y|`` (report A's mistake).

    `threshold` is where class 1 begins: 0.5 for probabilities, 0 for logits; several outputs are compared by argmax.

    >>> float(lab.accuracy([[0.9], [0.4], [0.6], [0.1]], [[1], [0], [0], [0]]))
    0.75
    """
    prediction, target = real_numbers("prediction", prediction), real_numbers("target", target)
    _check_shapes(prediction, target)
    return share_right(classify(prediction, number("threshold", threshold)), classify(target))
