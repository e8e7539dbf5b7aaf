"""Losses: functions of (prediction, target) that return (value (...), gradient (..., n, k)).

Predictions are (..., n, k): n examples, k outputs, and before them the axes of an ensemble. Targets are (..., n, k) as
well. Values are means over the examples; those with a logarithm are in nats.
"""

import functools

import numpy as np

from .activations import sigmoid
from .inputs import number, parts, pick, real_numbers, shown

EPS = 1e-12  #: how near to 0 and 1 binary_cross_entropy lets a probability come


def loss(threshold=0.5, labels=None, probabilities=False):
    """Mark a function (prediction, target) → (value, gradient) as a loss, which looks at the two shapes first.

    `threshold` is the output from which on an example counts as class 1: 0.5 for probabilities, 0 for logits. `labels`
    says what targets must be: "binary", "one-hot", None for any numbers; `probabilities`, whether predictions are some.

    >>> @lab.loss(threshold=0.5)
    ... def absolute_error(prediction, target):
    ...     error = prediction - target
    ...     return np.abs(error).mean((-2, -1)), np.sign(error) / (error.shape[-2] * error.shape[-1])
    >>> lab.train(lab.mlp([2, 3, 1]), *lab.generate_xor_easy(), loss=absolute_error, optimizer="sgd", epochs=10)
    History: loss 0.50738, accuracy 0.4762; 10 epochs
    """
    def mark(function):
        @functools.wraps(function)
        def marked(prediction, target):
            check_shapes(prediction, target)
            return function(prediction, target)

        marked.threshold, marked.labels, marked.probabilities = threshold, labels, probabilities
        return marked

    return mark


@loss(threshold=0.5)
def squared_error(prediction, target):
    """Mean of (ŷ − y)² over examples and outputs; gradient 2 (ŷ − y) / (n k).

    >>> value, gradient = lab.squared_error(np.array([[0.8], [0.4]]), np.array([[1.0], [0.0]]))
    >>> round(float(value), 5), gradient.round(5).tolist()
    (0.1, [[-0.2], [0.4]])
    """
    error = prediction - target
    count = error.shape[-2] * error.shape[-1]
    return _total(error * error) / count, error * (2 / count)


@loss(threshold=0.5, labels="binary", probabilities=True)
def binary_cross_entropy(prediction, target):
    """Mean of −y log ŷ − (1 − y) log(1 − ŷ) on probabilities; gradient (ŷ − y) / (ŷ (1 − ŷ) n k).

    ŷ is held between EPS and 1 − EPS. After a sigmoid that has saturated the gradient of the logit is 0 all the same:
    `sigmoid_cross_entropy` has no such blind spot.
    """
    p = np.clip(prediction, EPS, 1 - EPS)
    count = p.shape[-2] * p.shape[-1]
    value = -_total(target * np.log(p) + (1 - target) * np.log(1 - p)) / count
    return value, (p - target) / (p * (1 - p) * count)


@loss(threshold=0.0, labels="binary")
def sigmoid_cross_entropy(prediction, target):
    """Binary cross-entropy of σ(z), from the logit z: mean of log(1 + eᶻ) − y z; gradient (σ(z) − y) / (n k)."""
    count = prediction.shape[-2] * prediction.shape[-1]
    # max(z, 0) − y z is exactly 0 for a sure and right answer, so the small rest isn't lost in rounding
    terms = np.maximum(prediction, 0) - target * prediction + np.log1p(np.exp(-np.abs(prediction)))
    return _total(terms) / count, (sigmoid(prediction) - target) / count


@loss(threshold=0.0, labels="one-hot")
def softmax_cross_entropy(prediction, target):
    """Cross-entropy of softmax(z), from k logits: mean over rows of log Σ eᶻ − y · z; gradient (softmax − y) / n."""
    shifted = prediction - prediction.max(-1, keepdims=True)  # the largest becomes 0, so exp can't overflow
    exps = np.exp(shifted)
    sums = exps.sum(-1, keepdims=True)
    n = prediction.shape[-2]
    value = (np.log(sums).sum((-2, -1)) - _total(target * shifted)) / n
    return value, (exps / sums - target) / n


def known():
    """Return {name: function} of the losses: each function of this file with the mark is one."""
    return parts(__name__, lambda part: hasattr(part, "threshold"))


def accuracy(prediction, target, threshold=0.5):
    """Return the share (...) of labels that are right: a count, not an average of ``|ŷ − y|``.

    `threshold` is where class 1 begins: 0.5 for probabilities, 0 for logits. Of several outputs the largest counts if
    each row of the target names one class (it adds up to 1); else each column is a label of its own.

    >>> float(lab.accuracy([[0.9], [0.4], [0.6], [0.1]], [[1], [0], [0], [0]]))
    0.75
    """
    prediction, target = real_numbers("prediction", prediction), real_numbers("target", target)
    check_shapes(prediction, target)
    return share_right(target, number("threshold", threshold))(prediction)


def share_right(target, threshold):
    """Return the function of outputs (..., n, k) that is their `accuracy` against this target."""
    truth, classes, size = target >= 0.5, classify(target), target.shape[-2] * target.shape[-1]
    name_classes = (np.abs(target.sum(-1) - 1) < 1e-9).all(-1)[..., None, None]

    def share(output):
        right = (output >= threshold) == truth
        if target.shape[-1] > 1:
            right = np.where(name_classes, classify(output) == classes, right)
        return (_total(right) if right.ndim > 2 else np.count_nonzero(right)) / size

    return share


def classify(output, threshold=0.5):
    """Return classes (..., n, 1): whether one output reaches the threshold, or the number of the largest of several."""
    return output >= threshold if output.shape[-1] == 1 else output.argmax(-1, keepdims=True)


def check_shapes(prediction, target):
    """Raise ValueError unless both are (..., n, k) with the same n and k."""
    if prediction.shape[-2:] != target.shape[-2:] or target.ndim < 2 or prediction.size == 0:
        raise ValueError(f"prediction and target must have the same last two axes (n, k); got {prediction.shape} and "
                         f"{target.shape}; y.reshape(-1, 1) makes a column: NumPy would spread (n,) over it to (n, n)")


def check_loss(value):
    """Return a loss, or that of a typed name."""
    return pick("loss", value, known(), lambda loss: hasattr(loss, "threshold"), "a function of labcore.losses")


def check_labels(loss, y):
    """Return the targets y if they are what the loss is made for; ValueError otherwise."""
    other = y[~np.isin(y, (0, 1))]
    if loss.labels == "binary" and other.size:
        raise ValueError(f"{loss.__name__} needs labels 0 or 1; got {other[0]:g}; for ±1 take (y > 0).astype(float)")
    wrong = (y < 0).any(-1) | (np.abs(y.sum(-1) - 1) > 1e-9) | (y.shape[-1] < 2)
    if loss.labels == "one-hot" and wrong.any():
        raise ValueError(f"{loss.__name__} needs rows of two or more non-negative numbers that add up to 1; got "
                         f"{shown(y[wrong][0].tolist())}; np.eye(k)[classes] makes them from class numbers")
    return y


def _total(terms):
    return np.add.reduce(terms, axis=(-2, -1))
