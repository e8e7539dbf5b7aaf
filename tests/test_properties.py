"""What holds for every network, looked for in random ones: a failure ends with the smallest that breaks it.

HYPOTHESIS_PROFILE=thorough looks longer, and elsewhere each time; see conftest.py.
"""

import copy
import pickle
import tempfile
import warnings
from pathlib import Path

import numpy as np
import pytest
from conftest import LOSSES, OPTIMIZERS, by_name, same
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from strategies import ENSEMBLES, arguments_of, cases, network, of_member, schedules, stacks

import labcore as lab

H = 1e-5  #: half the distance of a central difference


# --- backpropagation ---

def bends(layer):
    """Return whether the layer's slope jumps at 0, as ReLU's does."""
    if layer.parameters():
        return False
    x = np.array([[-1e-9, 1e-9]])
    below, above = layer.backward(x, layer.forward(x), np.ones((1, 2)))[0]
    return abs(above - below) > 1e-3


def stays_off_kinks(net, x):
    """Return whether no input of a layer that bends changes its side of 0 where a parameter moves by ±H.

    Across a kink the difference measures a mean of two slopes, which is no derivative. An input that is 0 at all three
    points, behind a ReLU that is off, is none that moves.
    """
    def sides():
        return [np.sign(z) for layer, z in zip(net.layers, net.forward(x)) if bends(layer)]

    here, theta = sides(), net.theta.copy()
    for i in range(net.n_params if here else 0):
        for h in (-H, H):
            net.theta[..., i] = theta[..., i] + h
            moved = sides()
            net.theta[..., i] = theta[..., i]
            if not all(map(np.array_equal, here, moved)):
                return False
    return True


@pytest.mark.parametrize("loss", LOSSES, ids=by_name)
@given(data=st.data())
def test_backpropagation_is_the_slope_of_the_loss(loss, data):
    case = data.draw(cases(losses=[loss]))
    net, x, y = case.net, case.x, case.y
    assume(stays_off_kinks(net, x))
    value, backprop = case.gradient(slice(None))
    fine, coarse = (lab.central_difference(net, x, y, loss, h) for h in (H, 2 * H))
    for _, own, _ in net.blocks():
        size = np.maximum(np.abs(backprop[..., own]), np.abs(fine[..., own])).max(-1)
        size = np.maximum(np.maximum(size, 1e-3 * value), 1e-300)[..., None]
        # a saturated unit leaves a difference that is rounding: it differs from that at 2 H, and measures nothing
        assume((np.abs(fine - coarse)[..., own] <= 1e-6 * size).all())
        assert (np.abs(backprop - fine)[..., own] <= 1e-6 * size).all()
    assert lab.check_gradients(net, x, y, loss, H).error <= 1e-6


@given(st.data(), cases())
def test_the_gradient_of_all_examples_is_the_mean_over_parts_of_them_in_any_order(data, case):
    n = case.x.shape[-2]
    order = np.array(data.draw(st.permutations(range(n))))
    parts = np.split(order, sorted(data.draw(st.sets(st.integers(1, n - 1)))) if n > 1 else [])
    value, gradient = case.gradient(slice(None))
    singly = [case.gradient([k]) for k in range(n)]
    sizes = [sum(np.abs(single[what]) for single in singly) / n for what in (0, 1)]  # what rounding is relative to
    for rows in ([order], parts):
        found = [case.gradient(part) for part in rows]
        for what, whole in enumerate((value, gradient)):
            mean = sum(len(part) / n * one[what] for part, one in zip(rows, found))
            assert (np.abs(mean - whole) <= 1e-9 * sizes[what]).all()
    np.testing.assert_allclose(case.net.predict(case.x[..., order, :]), case.net.predict(case.x)[..., order, :],
                               rtol=1e-9, atol=1e-12)


# --- ensembles ---

def run(net, case, index, **settings):
    """Train a network on its part of the data; return loss, accuracy and θ after each epoch."""
    x, y = (array if array.ndim == 2 else array[index] for array in (case.x, case.y))
    x = np.asfortranarray(x) if x.ndim == 2 else x  # which says the same, in another order in memory
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lab.DivergenceWarning)
        rows = [(epoch.loss, epoch.accuracy, net.theta.copy())
                for epoch in lab.epochs(net, x, y, loss=case.loss, **settings)]
    return [np.array(column) for column in zip(*rows)]


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=by_name)
@given(data=st.data(), case=cases(ENSEMBLES.filter(len)))
def test_each_member_of_an_ensemble_is_the_network_trained_alone_to_the_bit(optimizer, data, case):
    members = case.net.members
    arguments = data.draw(arguments_of(optimizer, members))
    how = data.draw(schedules(case.x.shape[-2]))
    start = case.net.theta.copy()
    together = run(case.net, case, ..., optimizer=optimizer(**arguments), **how)
    for index in np.ndindex(members):
        alone = run(lab.Network(case.net.layers, start[index]), case, index,
                    optimizer=optimizer(**of_member(arguments, members, index)), **how)
        for ours, theirs in zip(alone, together):
            theirs = theirs[(slice(None), *index)]
            assert same(theirs[:len(ours)], ours), (index, arguments)
            # it stops where it would alone, and stays as it is while others go on
            assert same(theirs[len(ours):], np.broadcast_to(ours[-1], theirs[len(ours):].shape)), (index, arguments)


# --- saving ---

@given(stacks(), ENSEMBLES, st.data())
def test_what_is_loaded_is_what_was_saved_to_the_bit(layers, members, data):
    shape = (*members, lab.Network(layers).n_params)
    numbers = st.floats(allow_nan=False, allow_infinity=False)  # the largest and the smallest among them
    theta = data.draw(arrays.arrays(float, shape, elements=numbers))
    theta.flat[0] = -0.0  # other bits than 0, which == doesn't tell
    net = lab.Network(layers, theta)
    other = network(layers, members, seed=0)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "net.npz")
        net.save(path)
        assert other.load(path) is other and [file.name for file in Path(folder).iterdir()] == [path.name]
    x = np.random.default_rng(0).standard_normal((4, net.n_in))
    with np.errstate(all="ignore"):
        for twin in (other, copy.copy(net), copy.deepcopy(net), pickle.loads(pickle.dumps(net)), net.member(())):
            assert twin.theta.tobytes() == net.theta.tobytes() and repr(twin) == repr(net)
            assert twin.predict(x).tobytes() == net.predict(x).tobytes()
            assert [vars(layer).keys() for layer in twin.layers] == [vars(layer).keys() for layer in net.layers]
            assert not np.shares_memory(twin.theta, net.theta)
            assert all(np.shares_memory(layer.W, twin.theta) for layer in twin.layers if isinstance(layer, lab.Dense))
