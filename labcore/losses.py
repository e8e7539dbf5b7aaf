"""Losses: functions of (prediction, target) that return (value, gradient).

Prediction and target are (..., n, k); the value has the axes before those two, () for one network, and is the mean
over the n examples; the gradient dL/dprediction has the prediction's shape. Three attributes of a loss say what it
works on: `threshold` (where class 0 ends and class 1 begins), `labels` ("binary", "one-hot" or None for any number)
and `probabilities` (whether predictions must lie in [0, 1]).
"""

import functools

import numpy as np

from .activations import sigmoid
from .guards import bare, blame, guarded
from .network import classify
from .validation import number, real_numbers, room, shown, table

EPS = 1e-12  #: how near to 0 and 1 binary_cross_entropy lets a probability come


def _alike(prediction, target):
    given = {"prediction": prediction, "target": target}
    for array in given.values():
        if not isinstance(array, np.ndarray) or array.dtype.kind not in "iufb" or array.size == 0:
            blame("a loss", given, None)
        room("prediction or target", array.shape)
    if prediction.shape[-2:] != target.shape[-2:] or target.ndim < 2:
        raise ValueError(f"prediction and target must have the same last two axes (n, k); got {prediction.shape} and "
                         f"{target.shape}; y.reshape(-1, 1) makes a column: NumPy would spread (n,) over it to (n, n)")


def _loss(threshold, labels=None, probabilities=False):
    def mark(function):
        compute = guarded(function)

        def loss(prediction, target):
            _alike(prediction, target)
            return compute(prediction, target)

        functools.update_wrapper(loss, function)
        loss.__code__ = loss.__code__.replace(co_name=function.__name__)  # so that a trace of calls has its name
        loss.threshold, loss.labels, loss.probabilities = threshold, labels, probabilities
        return loss

    return mark


def _total(terms):
    return np.add.reduce(terms, axis=(-2, -1))


@_loss(threshold=0.5)
def squared_error(prediction, target):
    """Mean of (ŷ − y)² over examples and outputs; gradient 2 (ŷ − y) / (n k).

    Parameters
    ----------
    prediction, target : ndarray
        Outputs ŷ and targets y, (..., n, k); any numbers.

    Returns
    -------
    value : float or ndarray
        The loss, (...).
    gradient : ndarray
        The gradient dL/dŷ, of ŷ's shape.

    Raises
    ------
    TypeError
        If one of the two is no array of real numbers.
    ValueError
        If the last two axes of the two differ.

    Examples
    --------
    >>> prediction, target = np.array([[0.8], [0.4]]), np.array([[1.0], [0.0]])
    >>> value, gradient = lab.squared_error(prediction, target)
    >>> round(float(value), 5), gradient.round(5).tolist()
    (0.1, [[-0.2], [0.4]])
    """
    error = prediction - target
    count = error.shape[-2] * error.shape[-1]
    return _total(error * error) / count, error * (2 / count)


@_loss(threshold=0.5, labels="binary", probabilities=True)
def binary_cross_entropy(prediction, target):
    """Mean of −y log ŷ − (1 − y) log(1 − ŷ) on probabilities; gradient (ŷ − y) / (ŷ (1 − ŷ) n k).

    ŷ is held between EPS and 1 − EPS, in the value and in the gradient. After a sigmoid that has saturated to 0 or
    1 the gradient of the logit is 0 all the same: `sigmoid_cross_entropy` has no such blind spot.

    Parameters
    ----------
    prediction, target : ndarray
        Probabilities ŷ in [0, 1] and labels y, 0 or 1, (..., n, k).

    Returns
    -------
    value : float or ndarray
        The loss in nats, (...).
    gradient : ndarray
        The gradient dL/dŷ, of ŷ's shape.

    Raises
    ------
    TypeError
        If one of the two is no array of real numbers.
    ValueError
        If the last two axes of the two differ.

    Examples
    --------
    >>> prediction, target = np.array([[0.8], [0.4]]), np.array([[1.0], [0.0]])
    >>> value, gradient = lab.binary_cross_entropy(prediction, target)
    >>> round(float(value), 5), gradient.round(5).tolist()
    (0.36698, [[-0.625], [0.83333]])
    """
    p = np.clip(prediction, EPS, 1 - EPS)
    count = p.shape[-2] * p.shape[-1]
    value = -_total(target * np.log(p) + (1 - target) * np.log(1 - p)) / count
    return value, (p - target) / (p * (1 - p) * count)


@_loss(threshold=0.0, labels="binary")
def sigmoid_cross_entropy(prediction, target):
    """Binary cross-entropy of σ(z), from the logit z: mean of log(1 + eᶻ) − y z; gradient (σ(z) − y) / (n k).

    Parameters
    ----------
    prediction, target : ndarray
        Logits z, any numbers, and labels y, 0 or 1, (..., n, k).

    Returns
    -------
    value : float or ndarray
        The loss in nats, (...).
    gradient : ndarray
        The gradient dL/dz, of z's shape.

    Raises
    ------
    TypeError
        If one of the two is no array of real numbers.
    ValueError
        If the last two axes of the two differ.

    Examples
    --------
    >>> logits, target = np.array([[1000.0], [0.0]]), np.array([[0.0], [1.0]])
    >>> value, gradient = lab.sigmoid_cross_entropy(logits, target)
    >>> round(float(value), 2), gradient.round(5).tolist()
    (500.35, [[0.5], [-0.25]])
    """
    count = prediction.shape[-2] * prediction.shape[-1]
    # max(z, 0) − y z is exactly 0 for a sure and right answer, so the small rest isn't lost in rounding
    terms = np.maximum(prediction, 0) - target * prediction + np.log1p(np.exp(-np.abs(prediction)))
    value = _total(terms) / count
    return value, (bare(sigmoid)(prediction) - target) / count


@_loss(threshold=0.0, labels="one-hot")
def softmax_cross_entropy(prediction, target):
    """Cross-entropy of softmax(z), from k logits: mean over rows of log Σ eᶻ − y · z; gradient (softmax − y) / n.

    Parameters
    ----------
    prediction, target : ndarray
        Logits z, any numbers, and rows y that add up to 1, (..., n, k) with k ≥ 2 classes.

    Returns
    -------
    value : float or ndarray
        The loss in nats, (...).
    gradient : ndarray
        The gradient dL/dz, of z's shape.

    Raises
    ------
    TypeError
        If one of the two is no array of real numbers.
    ValueError
        If the last two axes of the two differ.

    Examples
    --------
    >>> logits, target = np.array([[2.0, 0.0, 0.0]]), np.array([[1.0, 0.0, 0.0]])
    >>> value, gradient = lab.softmax_cross_entropy(logits, target)
    >>> round(float(value), 5), gradient.round(5).tolist()
    (0.23954, [[-0.21301, 0.10651, 0.10651]])
    """
    shifted = prediction - prediction.max(-1, keepdims=True)  # the largest becomes 0, so exp can't overflow
    exps = np.exp(shifted)
    sums = exps.sum(-1, keepdims=True)
    n = prediction.shape[-2]
    value = (np.log(sums).sum((-2, -1)) - _total(target * shifted)) / n
    return value, (exps / sums - target) / n


def check_loss(loss):
    """Return the loss if it is a function of this module, or one that is marked like them.

    Parameters
    ----------
    loss : function of labcore.losses
        What was handed in.

    Returns
    -------
    callable
        The same function.

    Raises
    ------
    TypeError
        If it is no such function; the known ones are named.

    Examples
    --------
    >>> lab.losses.check_loss("mse")
    Traceback (most recent call last):
    TypeError: loss must be a function of labcore.losses; got 'mse'; there are binary_cross_entropy, ...
    """
    try:
        known = callable(loss) and all(hasattr(loss, name) for name in ("threshold", "labels", "probabilities"))
    except Exception:  # of a foreign object
        known = False
    if not known:
        names = ", ".join(sorted(name for name, known in globals().items() if hasattr(known, "threshold")))
        raise TypeError(f"loss must be a function of labcore.losses; got {shown(loss)}; there are {names}")
    return loss


def check_labels(loss, y):
    """Return the float array y if it is what the loss is made for; ValueError otherwise.

    Parameters
    ----------
    loss : function of labcore.losses
        Its `labels` say what it is made for.
    y : ndarray of float64
        Targets, (..., n, k).

    Returns
    -------
    ndarray of float64
        The same numbers.

    Raises
    ------
    TypeError
        If `loss` is no loss, or `y` holds anything but real numbers.
    ValueError
        If `y` is empty, has fewer than two axes or isn't finite, if a label of a binary loss isn't 0 or 1, or if a row
        of a one-hot loss doesn't add up to 1 or has one column.

    Examples
    --------
    >>> lab.losses.check_labels(lab.binary_cross_entropy, np.array([[1.0], [-1.0]]))
    Traceback (most recent call last):
    ValueError: binary_cross_entropy needs labels 0 or 1; got -1; for ±1 take (y > 0).astype(float)
    """
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
    """Return the share (...) of the n examples whose class is the true one; both (..., n, 1).

    Parameters
    ----------
    classes, truth : ndarray
        Class numbers, as `classify` gives them.

    Returns
    -------
    float or ndarray
        A share from 0 to 1 for each network.

    Raises
    ------
    TypeError
        If one of the two is no array of real numbers.
    ValueError
        If their shapes don't fit, or if there are no examples.

    Examples
    --------
    >>> classes, truth = np.array([[1], [0], [2], [2]]), np.array([[1], [0], [2], [0]])
    >>> float(lab.losses.share_right(classes, truth))
    0.75
    """
    try:
        right = classes == truth
        return (_total(right) if right.ndim > 2 else np.count_nonzero(right)) / truth.shape[-2]
    except Exception as error:
        blame("share_right", {"classes": classes, "truth": truth}, error)


def accuracy(prediction, target, threshold=0.5):
    """Return the share of examples classified right: a count, not an average of ``|ŷ − y|`` (report A's mistake).

    Parameters
    ----------
    prediction, target : array_like
        Outputs and labels or one-hot rows, (..., n, k).
    threshold : float, default 0.5
        Where class 1 begins: 0.5 for probabilities, 0 for logits.

    Returns
    -------
    float or ndarray
        A share from 0 to 1 for each network.

    Raises
    ------
    TypeError
        If one of the two holds anything but real numbers, or `threshold` is no number.
    ValueError
        If the last two axes of the two differ, or if there are no examples.

    Examples
    --------
    >>> float(lab.accuracy([[0.9], [0.4], [0.6], [0.1]], [[1], [0], [0], [0]]))
    0.75
    """
    prediction, target = real_numbers("prediction", prediction), real_numbers("target", target)
    _alike(prediction, target)
    threshold = number("threshold", threshold)
    return share_right(classify(prediction, threshold), classify(target))
