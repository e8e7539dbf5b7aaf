"""Networks: shapes, one θ that all layers look into, ensembles. Saving and copies are in test_properties.py."""

import numpy as np
import pytest

import labcore as lab
from labcore import initializers


def test_the_forward_pass_is_the_handouts_formula(xor):
    x, _ = xor
    net = lab.mlp([2, 4, 3, 1], bias=False, seed=5)
    w1, w2, w3 = (layer.W for layer in net.layers[::2])
    z1 = lab.sigmoid(x @ w1)
    z2 = lab.sigmoid(z1 @ w2)
    assert np.array_equal(net.predict(x), lab.sigmoid(z2 @ w3))
    assert net.n_params == 2 * 4 + 4 * 3 + 3 * 1


def test_the_trace_holds_what_every_layer_made(xor):
    net = lab.mlp([2, 4, 3, 1], bias_init=initializers.normal)
    trace = net.forward(xor[0])
    assert [value.shape for value in trace] == [(21, 2), (21, 4), (21, 4), (21, 3), (21, 3), (21, 1), (21, 1)]
    np.testing.assert_allclose(trace[1], xor[0] @ net.layers[0].W + net.layers[0].b, rtol=1e-14)
    assert np.array_equal(trace[2], lab.sigmoid(trace[1]))


def test_layers_look_into_theta():
    net = lab.mlp([2, 3, 1])
    net.theta[:] = np.arange(net.n_params)
    assert net.layers[0].W.tolist() == [[0, 1, 2], [3, 4, 5]] and net.layers[0].b.tolist() == [[6, 7, 8]]
    net.layers[2].W[...] = -1
    assert net.theta[9:12].tolist() == [-1, -1, -1]
    net.theta = np.zeros(net.n_params)  # writes into the array, and doesn't replace it
    assert (net.layers[2].W == 0).all()
    assert [(name, shape) for name, _, shape in net.blocks()] == [("W1", (2, 3)), ("b1", (1, 3)), ("W2", (3, 1)),
                                                                  ("b2", (1, 1))]


def test_an_ensemble_has_the_weights_that_its_seeds_give_alone():
    seeds = np.array([[3, 1, 4], [1, 5, 9]])
    nets = lab.mlp([2, 5, 1], seed=seeds)
    assert nets.members == (2, 3) and nets.theta.shape == (2, 3, nets.n_params)
    for index in np.ndindex(2, 3):
        assert np.array_equal(nets.theta[index], lab.mlp([2, 5, 1], seed=int(seeds[index])).theta)
    assert np.array_equal(nets.theta[0, 1], nets.theta[1, 0])


@pytest.mark.parametrize("sizes", [[2, 1], [2, 1, 1], [2, 3, 1], [2, 7, 5, 3, 1], [1, 4, 4, 6]], ids=str)
def test_any_depth_and_width(sizes):
    nets = lab.mlp(sizes, seed=[0, 1])
    x = np.random.default_rng(0).random((9, sizes[0]))
    output = nets.predict(x)
    assert output.shape == (2, 9, sizes[-1])
    for k in range(2):
        assert np.array_equal(nets.member(k).predict(x), output[k])


def test_a_member_is_a_copy():
    nets = lab.mlp([2, 3, 1], seed=range(4))
    one, some = nets.member(2), nets.member(slice(1, 3))
    assert one.members == () and some.members == (2,) and np.array_equal(some.theta[1], one.theta)
    one.theta[:] = 0
    assert (nets.theta[2] != 0).any()


def test_classes():
    net = lab.mlp([2, 1], output=lab.Identity)
    net.theta[:] = [1, -1, 0]
    x = np.array([[0.9, 0.1], [0.5, 0.2], [0.1, 0.9]])
    assert net.classify(x).ravel().tolist() == [True, False, False]
    assert net.classify(x, threshold=0).ravel().tolist() == [True, True, False]
    several = lab.mlp([2, 3], output=lab.Identity)
    several.theta[:] = [1, 0, 0, 0, 1, 0, 0, 0, 0.3]
    assert several.classify(x).ravel().tolist() == [0, 0, 1] and several.classify(x).shape == (3, 1)


def test_layers_given_are_copied():
    dense = lab.Dense(2, 1)
    first, second = lab.Network([dense, lab.Sigmoid]), lab.Network([dense, lab.Sigmoid()])
    first.theta[:] = 1
    assert (second.theta == 0).all() and not hasattr(dense, "W")


def test_zeros_keep_all_hidden_units_the_same(xor):
    net = lab.mlp([2, 4, 1], init=initializers.zeros)
    lab.train(net, *xor, loss=lab.squared_error, optimizer=lab.SGD(lr=1), epochs=50)
    columns = net.layers[0].W
    assert np.array_equal(columns, np.repeat(columns[:, :1], 4, axis=1))


def test_it_says_what_it_is():
    layers = "[Dense(2, 3, bias=True), Sigmoid(), Dense(3, 1, bias=True), Sigmoid()]"
    assert repr(lab.mlp([2, 3, 1])) == f"Network({layers}, 13 parameters)"
    assert repr(lab.mlp([2, 1], seed=range(5))).endswith("3 parameters × (5,) networks)")


def test_members_are_taken_by_number_slice_and_ellipsis():
    net = lab.mlp([2, 3, 1], seed=[[5, 6], [7, 8]])
    for index, members in ((..., (2, 2)), ((..., 1), (2,)), (0, (2,)), ((1, 0), ()), (slice(1, 2), (1, 2))):
        assert net.member(index).members == members
    assert lab.mlp([2, 3, 1]).member(...).members == ()
    with pytest.raises(IndexError):
        net.member(2)
