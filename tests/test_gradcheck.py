"""Backpropagation against central differences, and a check that finds what is planted."""

import numpy as np
import pytest
from conftest import ACTIVATIONS, LOSSES, by_name, targets_for

import labcore as lab
from labcore import initializers


def network(activation, loss, bias, seed):
    """Biases are drawn: with 0 a ReLU would stand on its kink at the point (0, 0)."""
    return lab.mlp([2, 5, 4, 3 if loss.labels == "one-hot" else 1], hidden=activation, bias=bias, seed=seed,
                   output=lab.Sigmoid if loss.probabilities else lab.Identity, init=initializers.xavier_normal,
                   bias_init=initializers.normal)


@pytest.mark.parametrize("seed", [0, [1, 2, 3]], ids=["one network", "ensemble"])
@pytest.mark.parametrize("bias", [True, False], ids=["bias", "no bias"])
@pytest.mark.parametrize("loss", LOSSES, ids=by_name)
@pytest.mark.parametrize("activation", ACTIVATIONS, ids=by_name)
def test_every_layer_and_loss_agrees_with_central_differences(activation, loss, bias, seed, record_gradient_check):
    rng = np.random.default_rng(0)
    x = rng.uniform(-1, 1, (7, 2))
    net = network(activation, loss, bias, seed)
    check = lab.check_gradients(net, x, targets_for(loss, 7, rng), loss)
    record_gradient_check(check.error, f"{activation.__name__} × {loss.__name__}, seed {seed}: {check!r}")
    assert check.error <= 1e-7
    assert check.errors.shape == net.theta.shape and np.isfinite(check.errors).all()


class WrongBias(lab.Dense):
    def backward(self, x, y, dy):
        dx = super().backward(x, y, dy)
        self.db[...] *= 2
        return dx


class WrongWeight(lab.Dense):
    def backward(self, x, y, dy):
        dx = super().backward(x, y, dy)
        self.dW[..., 2, 1] += 0.1
        return dx


class SlopeOfSum(lab.Sigmoid):
    def backward(self, x, y, dy):
        return dy * x * (1 - x)


def with_layer(k, layer, seed=0):
    net = lab.mlp([2, 5, 4, 1], seed=seed)
    layers = list(net.layers)
    layers[k] = layer
    return lab.Network(layers, net.theta)


def test_a_wrong_entry_is_found_by_array_and_index(xor):
    check = lab.check_gradients(with_layer(2, WrongWeight(5, 4)), *xor, lab.squared_error)
    assert (check.parameter, check.index, check.member) == ("W2", (2, 1), ())
    assert abs(check.backprop - check.measured - 0.1) < 1e-8
    assert "W2[2, 1]" in repr(check) and "backprop" in repr(check)


def test_a_wrong_member_is_found(xor):
    class OneMember(lab.Dense):
        def backward(self, x, y, dy):
            dx = super().backward(x, y, dy)
            self.db[2, 0, 3] += 1.0
            return dx

    check = lab.check_gradients(with_layer(2, OneMember(5, 4), seed=[0, 1, 2, 3]), *xor, lab.squared_error)
    assert (check.parameter, check.index, check.member) == ("b2", (0, 3), (2,))
    assert "of network (2,)" in repr(check)


@pytest.mark.parametrize("k, layer, wrong", [
    (2, WrongBias(5, 4), {"b2"}),
    (4, WrongBias(4, 1), {"b3"}),
    (3, SlopeOfSum(), {"W1", "b1", "W2", "b2"}),
    (1, SlopeOfSum(), {"W1", "b1"}),
], ids=["db of layer 2", "db of layer 3", "slope above layer 2", "slope above layer 1"])
def test_a_bug_spoils_its_own_layer_and_those_below(k, layer, wrong, xor):
    net = with_layer(k, layer)
    check = lab.check_gradients(net, *xor, lab.squared_error)
    assert {name for name, own, _ in net.blocks() if check.errors[own].max() > 1e-3} == wrong


def test_theta_comes_back_to_the_bit(xor):
    net = lab.mlp([2, 5, 1], seed=[4, 5])
    before = net.theta.copy()
    lab.check_gradients(net, *xor, lab.squared_error)
    assert np.array_equal(net.theta, before)


def test_theta_comes_back_when_the_loss_fails(xor):
    net, calls = lab.mlp([2, 5, 1]), []
    before = net.theta.copy()

    def failing(prediction, target):
        calls.append(1)
        if len(calls) == 8:
            raise ZeroDivisionError
        return lab.squared_error(prediction, target)

    with pytest.raises(ZeroDivisionError):
        lab.central_difference(net, *xor, failing)
    assert np.array_equal(net.theta, before)


def test_the_error_of_the_difference_shrinks_like_h_squared(xor):
    net = lab.mlp([2, 5, 1], seed=1)
    coarse, fine = (lab.check_gradients(net, *xor, lab.squared_error, h=h).error for h in (1e-2, 1e-3))
    assert 50 < coarse / fine < 200


@pytest.mark.parametrize("share", ["some", "all"])
def test_a_gradient_that_is_nan_is_the_worst_error(share, xor):
    class Sigmoid(lab.Sigmoid):
        def backward(self, x, y, dy):
            dy = super().backward(x, y, dy)
            dy[..., 0 if share == "some" else slice(None)] = np.nan
            return dy

    right = lab.mlp([2, 5, 1], seed=0)
    net = lab.Network([*right.layers[:1], Sigmoid(), *right.layers[2:]], right.theta)
    check = lab.check_gradients(net, *xor, lab.squared_error)
    assert check.error == np.inf and check.parameter in ("W1", "b1")
    assert np.isfinite(check.errors[net.n_params - 6:]).all(), "the layer above is right"
