"""Activations against exact values, also where float64 ends."""

from decimal import Decimal, localcontext

import numpy as np
import pytest
from conftest import ACTIVATIONS, by_name

import labcore as lab

MAX, TINY = np.finfo(float).max, np.finfo(float).tiny
EXTREMES = [0.0, -0.0, 1e-300, -1e-300, 5e-324, 1e-8, -1e-8, 0.5, -0.5, 20.0, -20.0, 36.8, -36.8, 100.0, -100.0, 700.0,
            -700.0, 745.0, -745.0, 1e4, -1e4, MAX, -MAX, TINY, np.inf, -np.inf]


def exact_sigmoid(x):
    """σ(x) to 50 digits, rounded once."""
    with localcontext() as context:
        context.prec, context.Emin, context.Emax = 50, -10**9, 10**9
        return float(1 / (1 + Decimal(min(max(-x, -5000.0), 5000.0)).exp()))


@pytest.mark.parametrize("x", EXTREMES)
def test_sigmoid_at_any_float64(x):
    with np.errstate(all="raise", under="ignore"):  # a result too small for float64 is not an accident
        got = lab.sigmoid(np.array([x]))[0]
    assert got == pytest.approx(exact_sigmoid(x), rel=4e-16, abs=2e-308)


def test_sigmoid_warns_nowhere():
    # every exponent that float64 has, both signs
    x = np.ldexp(1.7, np.arange(-1070, 1024))
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        got = lab.sigmoid(np.concatenate([-x[::-1], x]))
    assert ((got >= 0) & (got <= 1)).all() and (np.diff(got) >= 0).all()


def test_sigmoid_is_symmetric_and_a_half_at_0():
    x = np.linspace(-30, 30, 601)
    np.testing.assert_allclose(lab.sigmoid(x) + lab.sigmoid(-x), 1, rtol=0, atol=3e-16)
    assert lab.sigmoid(0.0) == 0.5


VALUES = {
    "Identity": (lambda x: x, lambda x: 1.0),
    "LeakyReLU": (lambda x: x if x > 0 else 0.01 * x, lambda x: 1.0 if x > 0 else 0.01),
    "ReLU": (lambda x: max(x, 0.0), lambda x: 1.0 if x > 0 else 0.0),
    "Sigmoid": (exact_sigmoid, lambda x: exact_sigmoid(x) * exact_sigmoid(-x)),
    "Tanh": (lambda x: 2 * exact_sigmoid(2 * x) - 1, lambda x: 4 * exact_sigmoid(2 * x) * exact_sigmoid(-2 * x)),
}


def test_every_activation_has_values_here():
    assert [activation.__name__ for activation in ACTIVATIONS] == sorted(VALUES)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=by_name)
def test_value_and_slope(activation):
    value, slope = VALUES[activation.__name__]
    layer, x = activation(), np.array([[-800.0, -3.0, -0.1, 0.0, 0.1, 3.0, 800.0]])
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        y = layer.forward(x)
        dx = layer.backward(x, y, np.full_like(x, 2.0))
    np.testing.assert_allclose(y[0], [value(v) for v in x[0]], rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(dx[0], [2 * slope(v) for v in x[0]], rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("activation", ACTIVATIONS, ids=by_name)
def test_nothing_handed_in_is_changed(activation):
    layer, x, dy = activation(), np.linspace(-2, 2, 6).reshape(3, 2), np.ones((3, 2))
    y = layer.forward(x)
    kept = y.copy()
    layer.backward(x, y, dy)
    assert np.array_equal(x, np.linspace(-2, 2, 6).reshape(3, 2)) and (dy == 1).all() and np.array_equal(y, kept)


def test_the_slope_of_a_leaky_relu_is_a_parameter():
    layer, x = lab.LeakyReLU(0.1), np.array([[-2.0, 0.0, 2.0]])
    assert layer.forward(x).tolist() == [[-0.2, 0.0, 2.0]]
    assert layer.backward(x, layer.forward(x), np.ones_like(x)).tolist() == [[0.1, 0.1, 1.0]]
    assert repr(layer) == "LeakyReLU(slope=0.1)" and repr(lab.LeakyReLU()) == "LeakyReLU(slope=0.01)"
