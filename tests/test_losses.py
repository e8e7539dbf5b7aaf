"""Losses against sums written out with Python's floats and decimals, also at extreme values."""

import math
from decimal import Decimal, localcontext

import numpy as np
import pytest
from conftest import LOSSES, by_name

import labcore as lab


def by_hand(loss, rows, targets):
    """Return the loss of a list of rows, one number at a time, to 60 digits."""
    n, k = len(rows), len(rows[0])
    with localcontext() as context:
        context.prec, context.Emin, context.Emax = 60, -10**15, 10**15
        rows, targets = ([[Decimal(v) for v in row] for row in table] for table in (rows, targets))
        pairs = [pair for row, target in zip(rows, targets) for pair in zip(row, target)]
        if loss == "squared_error":
            total = sum((p - t) ** 2 for p, t in pairs) / k
        elif loss == "binary_cross_entropy":
            total = -sum((p if t == 1 else 1 - p).ln() for p, t in pairs) / k
        elif loss == "sigmoid_cross_entropy":
            total = sum((1 + z.exp()).ln() - t * z for z, t in pairs) / k
        elif loss == "softmax_cross_entropy":
            total = sum(sum(z.exp() for z in row).ln() - sum(z * t for z, t in zip(row, target))
                        for row, target in zip(rows, targets))
        return float(total / n)


ONE = [[1.0], [0.0], [1.0]]
HOT = [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0]]
CASES = [
    ("squared_error", [[0.2], [0.9], [-3.0]], ONE),
    ("squared_error", [[0.2, 0.5], [0.9, 0.1]], [[1.0, 0.0], [0.0, 3.5]]),
    ("squared_error", [[1e150], [-1e150], [1e-160]], ONE),
    ("binary_cross_entropy", [[0.2], [0.9], [0.5]], ONE),
    ("binary_cross_entropy", [[1e-11], [1e-11], [1 - 2**-30]], ONE),
    ("sigmoid_cross_entropy", [[0.3], [-2.0], [5.0]], ONE),
    ("sigmoid_cross_entropy", [[800.0], [800.0], [-800.0]], ONE),
    ("sigmoid_cross_entropy", [[1e5], [-1e5], [1e5]], [[0.0], [1.0], [0.0]]),
    ("sigmoid_cross_entropy", [[40.0], [-40.0], [37.0]], ONE),
    ("softmax_cross_entropy", [[0.1, -2.0, 3.0], [1.0, 1.0, 1.0]], HOT),
    ("softmax_cross_entropy", [[1e4, 0.0, -1e4], [1e4, 0.0, -1e4]], HOT),
    ("softmax_cross_entropy", [[800.0, 801.0, 802.0], [-800.0, -801.0, -802.0]], HOT),
]


def test_every_loss_has_a_case_here():
    assert {loss.__name__ for loss in LOSSES} == {name for name, _, _ in CASES}


@pytest.mark.parametrize("name, prediction, target", CASES)
def test_the_value_is_the_sum_written_out(name, prediction, target):
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        value, _ = getattr(lab, name)(np.array(prediction), np.array(target))
    assert value == pytest.approx(by_hand(name, prediction, target), rel=1e-12, abs=1e-300)


def test_gradients_of_the_cross_entropies_are_differences_of_probabilities():
    z, y = np.array([[0.3], [-900.0], [900.0], [900.0]]), np.array([[1.0], [0.0], [1.0], [0.0]])
    np.testing.assert_allclose(lab.sigmoid_cross_entropy(z, y)[1], (lab.sigmoid(z) - y) / 4, rtol=1e-15)
    logits = np.log([[0.2, 0.3, 0.5], [0.7, 0.2, 0.1]])
    np.testing.assert_allclose(lab.softmax_cross_entropy(logits, np.array(HOT))[1],
                               [[-0.4, 0.15, 0.25], [0.35, 0.1, -0.45]], rtol=1e-14)


@pytest.mark.parametrize("certain", [0.0, 1.0])
def test_cross_entropy_of_a_certain_answer_is_finite(certain):
    with np.errstate(all="raise"):
        value, gradient = lab.binary_cross_entropy(np.full((2, 1), certain), np.array([[0.0], [1.0]]))
    # half of the rows are wrong, each by −log EPS; 1 − EPS itself is rounded at the 17th digit
    assert value == pytest.approx(-math.log(lab.losses.EPS) / 2, rel=1e-5)
    assert np.isfinite(gradient).all()


def test_both_ways_to_the_cross_entropy_agree():
    rng = np.random.default_rng(0)
    z, y = 3 * rng.standard_normal((50, 1)), rng.integers(0, 2, (50, 1)).astype(float)
    on_logits, d_logits = lab.sigmoid_cross_entropy(z, y)
    p = lab.sigmoid(z)
    on_p, d_p = lab.binary_cross_entropy(p, y)
    assert on_logits == pytest.approx(on_p, rel=1e-12)
    np.testing.assert_allclose(d_logits, d_p * p * (1 - p), rtol=1e-9)
    two = np.hstack([np.zeros_like(z), z])  # softmax of (0, z) is (1 − σ(z), σ(z))
    assert lab.softmax_cross_entropy(two, np.hstack([1 - y, y]))[0] == pytest.approx(on_logits, rel=1e-12)


@pytest.mark.parametrize("loss", [loss for loss in LOSSES if loss.labels != "one-hot"], ids=by_name)
def test_the_threshold_is_where_the_loss_is_indifferent(loss):
    at = np.array([[loss.threshold]])
    assert loss(at, np.zeros((1, 1)))[0] == pytest.approx(loss(at, np.ones((1, 1)))[0], rel=1e-14)


def test_accuracy_counts():
    y = np.array([[1.0], [0.0], [1.0], [0.0]])
    assert lab.accuracy(np.array([[0.9], [0.4], [0.5], [0.6]]), y) == 0.75
    assert lab.accuracy(np.array([[3.0], [-0.1], [-2.0], [0.0]]), y, threshold=0) == 0.5
    assert lab.accuracy([[0.1, 0.7, 0.2], [0.5, 0.3, 0.2]], [[0, 1, 0], [0, 0, 1]]) == 0.5
    assert lab.accuracy(np.array([y, 1 - y]), y).tolist() == [1.0, 0.0]


def test_columns_that_are_labels_of_their_own_are_counted_one_by_one():
    prediction, labels = np.array([[0.9, 0.8], [0.2, 0.4]]), np.array([[1.0, 1.0], [0.0, 1.0]])
    assert lab.accuracy(prediction, labels) == 0.75  # by the largest of each row it would be all or nothing
    assert lab.accuracy(prediction, np.array([[1.0, 0.0], [0.0, 1.0]])) == 1  # each row names one class
    net = lab.Network([lab.Dense(2, 2)], theta=[1.0, 0, 0, 1, 0, 0])
    row = next(lab.epochs(net, prediction, labels, loss=lab.squared_error, optimizer="sgd", epochs=1))
    assert row.accuracy == 0.75
