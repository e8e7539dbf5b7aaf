"""The loop: what it reports, and when it stops. Members of any ensemble: test_properties.py."""

import copy
import warnings

import numpy as np
import pytest
from conftest import by_name, same

import labcore as lab

SGD = lab.SGD(lr=0.5)


def trained(net, x, y, epochs=12, loss=lab.squared_error, optimizer=SGD, **settings):
    history = lab.train(net, x, y, loss=loss, optimizer=optimizer, epochs=epochs, **settings)
    return net, history


@pytest.mark.parametrize("order", [np.ascontiguousarray, np.asfortranarray], ids=by_name)
@pytest.mark.parametrize("batch_size", [None, 7, 4, 1])
def test_data_may_differ_from_member_to_member(batch_size, order):
    """Also in how it lies in memory, which decides in which order BLAS adds; narrow networks show it."""
    rng = np.random.default_rng(0)
    x, y = rng.uniform(-1, 1, (3, 20, 2)), rng.integers(0, 2, (3, 20, 1))
    for sizes in ([2, 1], [2, 3, 1]):
        nets, together = trained(lab.mlp(sizes, seed=[7, 8, 9]), x, y, batch_size=batch_size)
        for k in range(3):
            net, alone = trained(lab.mlp(sizes, seed=7 + k), order(x[k]), order(y[k]), batch_size=batch_size)
            assert same(nets.theta[k], net.theta) and same(together.loss[:, k], alone.loss)


def test_what_is_yielded_is_the_network_as_it_stands(xor):
    x, y = xor
    net = lab.mlp([2, 10, 10, 1], seed=0)
    numbers = []
    for epoch in lab.steps(net, x, y, loss=lab.squared_error, optimizer=lab.SGD(lr=1.0), epochs=3000):
        numbers.append(epoch.number)
        if epoch.number % 300 == 0:
            assert epoch.loss == lab.squared_error(net.predict(x), y)[0]
            assert epoch.accuracy == lab.accuracy(net.predict(x), y)
        if epoch.accuracy == 1:
            break
    assert lab.accuracy(net.predict(x), y) == 1 and numbers == list(range(len(numbers)))


def test_there_is_a_row_for_the_untrained_network_and_one_for_each_epoch(xor):
    untrained = lab.squared_error(lab.mlp([2, 3, 1]).predict(xor[0]), xor[1])[0]
    _, history = trained(lab.mlp([2, 3, 1]), *xor, epochs=7)
    assert history.loss.shape == history.accuracy.shape == (8,) and history.loss[0] == untrained
    assert history.epochs.tolist() == list(range(8)) and history.stopped == "7 epochs" and not history.diverged


def test_one_epoch_of_full_batch_is_one_gradient_step(xor):
    x, y = xor
    net = lab.mlp([2, 3, 1], seed=2)
    trace = net.forward(x)
    expected = net.theta - 0.5 * net.backward(trace, lab.squared_error(trace[-1], y)[1])
    trained(net, x, y, epochs=1)
    assert np.array_equal(net.theta, expected)


class Spy(lab.Identity):
    """A first layer that keeps what passes through it."""

    seen = []

    def forward(self, x):
        self.seen.append(x[:, 0].copy())
        return x


@pytest.mark.parametrize("shuffle", [True, False])
def test_batches_go_through_every_example_once_an_epoch(shuffle):
    x, y = np.arange(20.0).reshape(10, 2) / 20, np.ones((10, 1))
    net = lab.Network([Spy(), lab.Dense(2, 1), lab.Sigmoid()])
    Spy.seen.clear()
    trained(net, x, y, epochs=2, batch_size=4, shuffle=shuffle)
    batches = [seen for seen in Spy.seen if len(seen) < 10]  # the others measure the loss
    assert [len(batch) for batch in batches] == [4, 4, 2] * 2
    epochs = [np.concatenate(batches[:3]), np.concatenate(batches[3:])]
    for epoch in epochs:
        assert sorted(epoch) == x[:, 0].tolist()
    assert all(np.array_equal(epoch, x[:, 0]) for epoch in epochs) != shuffle
    assert np.array_equal(*epochs) != shuffle, "a new order each epoch"


def test_the_order_of_batches_comes_from_the_seed(xor):
    thetas = [trained(lab.mlp([2, 3, 1]), *xor, batch_size=5, seed=seed)[0].theta for seed in (1, 1, 2)]
    assert np.array_equal(thetas[0], thetas[1]) and not np.array_equal(thetas[0], thetas[2])


@pytest.mark.parametrize("goal", [{"stop_at_accuracy": 0.9}, {"stop_at_loss": 0.08}], ids=str)
def test_training_stops_at_a_goal_and_each_member_at_its_own(goal, xor):
    seeds = [0, 2, 3, 5]  # with 1, a difference of 1e-17 between the sums of `same` grows to 1e-2 in 800 epochs
    settings = {"epochs": 2000, "optimizer": lab.SGD(lr=1.0), **goal}
    nets, history = trained(lab.mlp([2, 10, 10, 1], seed=seeds), *xor, **settings)
    for k, seed in enumerate(seeds):
        net, alone = trained(lab.mlp([2, 10, 10, 1], seed=seed), *xor, **settings)
        assert same(nets.theta[k], net.theta) and same(history.loss[: len(alone.loss), k], alone.loss)
    assert 1 < len(history.loss) < 2001 and "stopped after" in history.stopped
    reached = history.accuracy[-1] >= 0.9 if "stop_at_accuracy" in goal else history.loss[-1] <= 0.08
    assert reached.all()
    assert len(set(map(len, (np.unique(column) for column in history.loss.T)))) > 1, "they stopped at different epochs"


def test_a_goal_that_is_reached_already_trains_nothing(xor):
    net = lab.mlp([2, 3, 1])
    before = net.theta.copy()
    _, history = trained(net, *xor, stop_at_accuracy=0.0)
    assert len(history.loss) == 1 and np.array_equal(net.theta, before)


def test_divergence_ends_training_names_the_epoch_and_keeps_the_history(xor):
    net = lab.mlp([2, 10, 10, 1], output=lab.Identity, seed=0)
    with pytest.warns(lab.DivergenceWarning, match=r"training diverged at epoch \d+.*smaller lr") as caught:
        _, history = trained(net, *xor, optimizer=lab.SGD(lr=1e3), epochs=500)
    assert len(caught) == 1, "said once, and no overflow warning beside it"
    assert 1 < len(history.loss) < 501 and history.diverged
    assert np.isfinite(history.loss[:-1]).all() and not np.isfinite(history.loss[-1])
    assert f"epoch {len(history.loss) - 1}:" in str(caught[0].message) and "1 of 1 diverged" in history.stopped


def test_a_member_that_diverges_leaves_its_neighbours_alone(xor):
    def make(seed):
        return lab.mlp([2, 10, 10, 1], output=lab.Identity, seed=seed)

    rates = np.array([0.1, 1e3, 0.05, 1e4])
    with pytest.warns(lab.DivergenceWarning) as caught:
        nets, together = trained(make(range(4)), *xor, optimizer=lab.SGD(lr=rates), epochs=200)
    said = " ".join(str(warning.message) for warning in caught)
    assert "member 1" in said and "member 3" in said and "member 0" not in said and "member 2" not in said
    assert together.diverged.tolist() == [False, True, False, True] and len(together.loss) == 201
    for k in (0, 2):
        net, alone = trained(make(k), *xor, optimizer=lab.SGD(lr=rates[k]), epochs=200)
        assert same(nets.theta[k], net.theta) and same(together.loss[:, k], alone.loss)


def test_epochs_to_is_the_first_epoch_with_that_accuracy():
    accuracy = np.array([[0.5, 0.5], [0.9, 0.6], [0.8, 0.7], [1.0, 0.8]])
    history = lab.History(loss=accuracy, accuracy=accuracy, stopped="3 epochs")
    assert np.array_equal(history.epochs_to(0.9), [1, np.nan], equal_nan=True)
    assert history.epochs_to(0.5).tolist() == [0, 0]
    assert lab.History(accuracy[:, 0], accuracy[:, 0], "").epochs_to(1.0) == 3


def test_a_history_says_what_it_is(xor):
    assert "loss 0." in repr(trained(lab.mlp([2, 3, 1]), *xor)[1])
    assert "of 3 networks, medians" in repr(trained(lab.mlp([2, 3, 1], seed=range(3)), *xor)[1])


def test_what_is_handed_in_stays_as_it_was(xor):
    x, y = (array.copy() for array in xor)
    optimizer = lab.Adam(lr=0.01)
    before = copy.deepcopy(vars(optimizer))
    first = trained(lab.mlp([2, 3, 1]), x, y, optimizer=optimizer, batch_size=4)[0].theta
    assert vars(optimizer) == before and np.array_equal(x, xor[0]) and np.array_equal(y, xor[1])
    second = trained(lab.mlp([2, 3, 1]), x, y, optimizer=optimizer, batch_size=4)[0].theta
    assert np.array_equal(first, second), "an optimizer starts anew in each training"


def test_lists_and_whole_numbers_are_data_too():
    x, y = [[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]
    as_lists, as_arrays = (trained(lab.mlp([2, 3, 1]), *data)[0].theta
                           for data in ((x, y), (np.array(x, float), np.array(y, float))))
    assert np.array_equal(as_lists, as_arrays)


@pytest.mark.parametrize("problem, lr, epochs", [("xor", 0.5, 3000), ("linear", 1.0, 500)])
def test_both_problems_reach_the_pass_mark_with_20_of_20_seeds(problem, lr, epochs):
    data = lab.generate_xor_easy() if problem == "xor" else lab.generate_linear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        _, history = trained(lab.mlp([2, 10, 10, 1], seed=range(20)), *data, optimizer=lab.SGD(lr=lr), epochs=epochs)
    assert (history.accuracy[-1] >= 0.9).all()
