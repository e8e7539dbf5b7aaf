"""Losses: functions of (prediction, target) that return (value, gradient).

Prediction and target are (..., n, k); the value has the axes before those two, () for one network, and is the mean
over the n examples; the gradient dL/dprediction has the prediction's shape. Three attributes of a loss say what it
works on: `threshold` (where class 0 ends and class 1 begins), `labels` ("binary", "one-hot" or None for any number)
and `probabilities` (whether predictions must lie in [0, 1]).
"""

import functools

import numpy as np

from .activations import sigmoid
from .network import classify
from .validation import shown

EPS = 1e-12  #: how near to 0 and 1 binary_cross_entropy lets a probability come


def _alike(prediction, target):
    if prediction.shape[-2:] != target.shape[-2:] or target.ndim < 2:
        raise ValueError(f"prediction and target must have the same last two axes (n, k); got {prediction.shape} and "
                         f"{target.shape}; y.reshape(-1, 1) makes a column: NumPy would spread (n,) over it to (n, n)")


def _loss(threshold, labels=None, probabilities=False):
    def mark(function):
        @functools.wraps(function)
        def loss(prediction, target):
            _alike(prediction, target)
            return function(prediction, target)

        loss.threshold, loss.labels, loss.probabilities = threshold, labels, probabilities
        return loss

    return mark


def _total(terms):
    return np.add.reduce(terms, axis=(-2, -1))


@_loss(threshold=0.5)
def squared_error(prediction, target):
    """Mean of (ŷ − y)² over examples and outputs; gradient 2 (ŷ − y) / (n k)."""
    error = prediction - target
    count = error.shape[-2] * error.shape[-1]
    return _total(error * error) / count, error * (2 / count)


@_loss(threshold=0.5, labels="binary", probabilities=True)
def binary_cross_entropy(prediction, target):
    """Mean of −y log ŷ − (1 − y) log(1 − ŷ) on probabilities; gradient (ŷ − y) / (ŷ (1 − ŷ) n k).

    ŷ is held between EPS and 1 − EPS, in the value and in the gradient. After a sigmoid that has saturated to 0 or
    1 the gradient of the logit is 0 all the same: `sigmoid_cross_entropy` has no such blind spot.
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
    value = _total(terms) / count
    return value, (sigmoid(prediction) - target) / count


@_loss(threshold=0.0, labels="one-hot")
def softmax_cross_entropy(prediction, target):
    """Cross-entropy of softmax(z), from k logits: mean over rows of log Σ eᶻ − y · z; gradient (softmax − y) / n."""
    shifted = prediction - prediction.max(-1, keepdims=True)  # the largest becomes 0, so exp can't overflow
    exps = np.exp(shifted)
    sums = exps.sum(-1, keepdims=True)
    n = prediction.shape[-2]
    value = (np.log(sums).sum((-2, -1)) - _total(target * shifted)) / n
    return value, (exps / sums - target) / n


def check_labels(loss, y):
    """Return the float array y if it is what the loss is made for; ValueError otherwise."""
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
    """Return the share of examples classified right: a count, not an average of |ŷ − y| (report A's mistake)."""
    prediction, target = np.asarray(prediction), np.asarray(target)
    _alike(prediction, target)
    return share_right(classify(prediction, threshold), classify(target))
