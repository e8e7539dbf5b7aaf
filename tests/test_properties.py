"""What holds for every network, looked for in random ones: a failure ends with the smallest that breaks it.

HYPOTHESIS_PROFILE=thorough looks longer, and elsewhere each time; see conftest.py.
"""

import contextlib
import copy
import io
import math
import pickle
import tempfile
import warnings
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from conftest import ACTIVATIONS, LOSSES, OPTIMIZERS, by_name, same
from hypothesis import assume, example, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from strategies import (
    ENSEMBLES,
    SEEDS,
    activations,
    cases,
    hyper,
    network,
    of_member,
    optimizers,
    schedules,
    settings,
    stacks,
)

import labcore as lab
from labcore.experiments import sweep as sweeps
from labcore.experiments.settings import read_widths, widths_text

H = 1e-5  #: half the distance of a central difference
POWERS_OF_2 = st.integers(-8, 8).map(lambda exponent: 2.0**exponent)


# --- backpropagation ---

def bends(layer):
    """Return whether the layer's slope jumps at 0, as ReLU's does."""
    if layer.n_params:
        return False
    x = np.array([[-1e-9, 1e-9]])
    below, above = layer.backward(x, layer.forward(x), np.ones((1, 2)))[0]
    return abs(above - below) > 1e-3


def test_the_layers_that_bend_are_found():
    assert [cls for cls in ACTIVATIONS if bends(cls())] == [lab.LeakyReLU, lab.ReLU]


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
    value, backprop = case.gradient()
    fine, coarse = (lab.central_difference(net, x, y, loss, h) for h in (H, 2 * H))
    for _, own, _ in net.blocks():
        size = np.maximum(np.abs(backprop[..., own]), np.abs(fine[..., own])).max(-1)
        size = np.maximum(np.maximum(size, 1e-3 * value), 1e-300)[..., None]
        # a saturated unit leaves a difference that is rounding: it differs from that at 2 H, and measures nothing
        assume((np.abs(fine - coarse)[..., own] <= 1e-6 * size).all())
        assert (np.abs(backprop - fine)[..., own] <= 1e-6 * size).all()
    assert lab.check_gradients(net, x, y, loss, H).error <= 1e-6


# --- ensembles ---

def run(net, case, index, **settings):
    """Train a network on its part of the data; return loss, accuracy and θ after each epoch."""
    x, y = (array if array.ndim == 2 else array[index] for array in (case.x, case.y))
    x = np.asfortranarray(x) if x.ndim == 2 else x  # which says the same, in another order in memory
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", lab.DivergenceWarning)
        rows = [(epoch.loss, epoch.accuracy, net.theta.copy())
                for epoch in lab.steps(net, x, y, loss=case.loss, **settings)]
    return [np.array(column) for column in zip(*rows)]


@given(st.data(), cases(ENSEMBLES.filter(len)))
def test_each_member_of_an_ensemble_is_the_network_trained_alone_to_the_bit(data, case):
    members = case.net.members
    optimizer, arguments = data.draw(optimizers(members))
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


@given(st.data(), optimizers(), activations(), st.lists(st.integers(1, 5), max_size=2), SEEDS)
def test_each_history_of_a_sweep_is_that_of_the_run_alone_to_the_bit(data, optimizer, activation, hidden, seed):
    optimizer, arguments = optimizer
    rates = data.draw(st.lists(hyper("lr"), min_size=1, max_size=3))
    scales = data.draw(st.lists(st.floats(0.1, 2), min_size=1, max_size=2))
    settings = arguments | {"lr": rates, "init_scale": scales}
    x, y = lab.generate_linear(7, seed=seed)
    how = dict(activation=activation, hidden=tuple(hidden), batch_size=data.draw(st.none() | st.integers(1, 7)))
    with mock.patch.object(sweeps, "BLOCK_BYTES", data.draw(st.sampled_from([1, 1000, 2**19]))):
        found = lab.sweep({"linear": (x, y)}, epochs=3, seeds=[seed, 5], optimizer=optimizer, **settings, **how)
    combinations = [(rate, scale) for scale in scales for rate in rates]
    assert found.errors == [None] * len(combinations) == [None] * len(found.settings)
    for setting, history in zip(found.settings, found.histories):
        rate, scale = (setting.get(name, values[0]) for name, values in (("lr", rates), ("init_scale", scales)))
        for k, own in enumerate((seed, 5)):
            net = lab.mlp([2, *hidden, 1], hidden=activation, seed=own)
            for layer in net.layers[::2]:
                layer.W *= scale
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", lab.DivergenceWarning)
                alone = lab.train(net, x, y, loss=lab.squared_error, optimizer=optimizer(**arguments | {"lr": rate}),
                                  epochs=3, batch_size=how["batch_size"])
            # a run alone ends where it diverges, in a sweep its last row is repeated
            rows = [*alone.loss, *[alone.loss[-1]] * (4 - len(alone.loss))]
            assert same(history.loss[:, k], rows), (setting, own)


# --- saving ---

@given(stacks(), ENSEMBLES, st.data())
def test_what_is_loaded_is_what_was_saved_to_the_bit(layers, members, data):
    shape = (*members, sum(layer.n_params for layer in layers))
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


def settings_of(net):
    """Return what a network is but for its numbers: classes and their settings, without the views into θ."""
    return [(type(layer), {name: value for name, value in vars(layer).items() if not isinstance(value, np.ndarray)})
            for layer in net.layers], net.theta.shape


@given(stacks(), stacks(), ENSEMBLES, ENSEMBLES)
@example([lab.Dense(1, 1), lab.LeakyReLU(0.1234567)], [lab.Dense(1, 1), lab.LeakyReLU(0.1234568)], (), ())
def test_a_file_is_loaded_by_a_network_that_is_alike_and_by_no_other(layers, others, members, other_members):
    net, other = network(layers, members, seed=1), network(others, other_members, seed=2)
    before = other.theta.copy()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "net.npz")
        net.save(path)
        if settings_of(net) == settings_of(other):
            assert same(other.load(path).theta, net.theta)
        else:
            with pytest.raises(ValueError, match="this network is"):
                other.load(path)
            assert same(other.theta, before)


@given(stacks(), st.data())
def test_a_file_that_is_spoiled_is_refused_or_does_no_harm(layers, data):
    net, other = network(layers, (), seed=1), network(layers, (), seed=2)
    before = other.theta.copy()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "net.npz")
        net.save(path)
        whole = path.read_bytes()
        for _ in range(10):
            start = data.draw(st.integers(0, len(whole) - 1))
            stop = data.draw(st.just(len(whole)) | st.integers(start, min(start + 3, len(whole))))
            path.write_bytes(whole[:start] + data.draw(st.binary(max_size=3)) + whole[stop:])
            try:
                other.load(path)
            except ValueError:
                assert same(other.theta, before)
            else:  # names, dates and flags of a zip file are read by nobody
                assert same(other.theta, net.theta)
                other.theta = before


@given(settings(), st.integers(1, 3))
def test_settings_survive_their_script_and_their_widths_as_text(settings, epochs):
    printed, (x, y) = io.StringIO(), settings.data()
    with contextlib.redirect_stdout(printed), warnings.catch_warnings():
        warnings.simplefilter("ignore", lab.DivergenceWarning)
        *_, last = settings.steps(settings.network(), x, y, epochs=epochs)
        exec(settings.script(epochs), {})
    loss = float(printed.getvalue().split("loss ")[1].split(",")[0])
    assert same(loss, last.loss) and f"epoch {last.number}, " in printed.getvalue()
    assert read_widths(widths_text(settings.hidden)) == settings.hidden


# --- invariances ---

@given(st.data(), cases())
def test_the_gradient_of_all_examples_is_the_mean_over_parts_of_them_in_any_order(data, case):
    n = case.x.shape[-2]
    order = np.array(data.draw(st.permutations(range(n))))
    parts = np.split(order, sorted(data.draw(st.sets(st.integers(1, n - 1)))) if n > 1 else [])
    value, gradient = case.gradient()
    singly = [case.gradient([k]) for k in range(n)]
    sizes = [sum(np.abs(single[what]) for single in singly) / n for what in (0, 1)]  # what rounding is relative to
    for rows in ([order], parts):
        found = [case.gradient(part) for part in rows]
        for what, whole in enumerate((value, gradient)):
            mean = sum(len(part) / n * one[what] for part, one in zip(rows, found))
            assert (np.abs(mean - whole) <= 1e-9 * sizes[what]).all()
    np.testing.assert_allclose(case.net.predict(case.x[..., order, :]), case.net.predict(case.x)[..., order, :],
                               rtol=1e-9, atol=1e-12)


#: activations for which f(c x) = c f(x) for every c > 0
HOMOGENEOUS = [cls for cls in ACTIVATIONS
               if np.allclose(cls().forward(np.array([[-4.0, 2.0]])), 4 * cls().forward(np.array([[-1.0, 0.5]])))]


@given(st.data(), cases(classes=HOMOGENEOUS, least=2), POWERS_OF_2, hyper("lr"))
def test_scaling_a_layer_up_and_the_next_one_down_changes_nothing_but_the_gradients_scale(data, case, c, lr):
    """Powers of 2 scale without rounding: all is equal to the bit. SGD moves the layers by c⁻² and c² more."""
    net = lab.Network(case.net.layers, case.net.theta)
    dense = [layer for layer in net.layers if isinstance(layer, lab.Dense)]
    k = data.draw(st.integers(0, len(dense) - 2))
    factors = {f"W{k + 1}": c, f"b{k + 1}": c, f"W{k + 2}": 1 / c}
    for name, factor in factors.items():
        if hasattr(dense[int(name[1:]) - 1], name[0]):  # through the layer, as a view; below through θ
            getattr(dense[int(name[1:]) - 1], name[0])[...] *= factor
    before, after = case.gradient()[1], lab.Network(net.layers, net.theta)
    case_after = type(case)(after, case.x, case.y, case.loss)
    assert same(after.predict(case.x), case.net.predict(case.x)) and same(case_after.gradient()[0], case.gradient()[0])
    gradient = case_after.gradient()[1]
    stepped = after.theta.copy()
    lab.SGD(lr).update(stepped, gradient)
    for name, own, _ in net.blocks():
        factor = factors.get(name, 1.0)
        assert same(after.theta[..., own], case.net.theta[..., own] * factor)
        assert same(gradient[..., own], before[..., own] / factor)
        alone = case.net.theta[..., own].copy()
        lab.SGD(lr / factor**2).update(alone, before[..., own])
        assert same(stepped[..., own], alone * factor)


def test_the_activations_that_scale_are_found():
    assert HOMOGENEOUS == [lab.Identity, lab.LeakyReLU, lab.ReLU]


@given(st.data(), st.sampled_from([cls for cls in OPTIMIZERS if hasattr(cls(lr=0.1), "eps")]), POWERS_OF_2, SEEDS)
def test_rules_that_divide_by_the_gradients_size_do_not_see_its_scale(data, cls, c, seed):
    """ε scaled with the gradient, by a power of 2, the path is the same to the bit."""
    eps, inside, n = data.draw(hyper("eps")), data.draw(st.booleans()), data.draw(st.integers(1, 6))
    inside &= cls is lab.AdaGrad
    extra = {"eps_inside": True} if inside else {}
    one, other = cls(lr=0.1, eps=eps, **extra), cls(lr=0.1, eps=eps * c ** (2 if inside else 1), **extra)
    rng = np.random.default_rng(seed)
    theta = rng.standard_normal(n)
    scaled = theta.copy()
    for _ in range(5):
        g = rng.standard_normal(n)
        one.update(theta, g)
        other.update(scaled, c * g)
        assert same(theta, scaled)


@given(stacks(), ENSEMBLES, SEEDS)
def test_each_block_is_a_view_of_theta_and_together_they_are_all_of_it(layers, members, seed):
    net = network(layers, members, seed)
    dense = [layer for layer in net.layers if isinstance(layer, lab.Dense)]
    seen = np.zeros(net.n_params, int)
    for name, own, shape in net.blocks():
        layer, letter = dense[int(name[1:]) - 1], name[0]
        assert same(getattr(layer, letter), net.theta[..., own].reshape(*members, *shape))
        assert np.shares_memory(getattr(layer, letter), net.theta)
        assert np.shares_memory(getattr(layer, "d" + letter), net.grad)
        assert own.stop - own.start == math.prod(shape)
        seen[own] += 1
    assert (seen == 1).all()
