"""Sweeps: every number is that of the run alone, on one machine, on many processes, and when one of them dies."""

import io
import os
import signal
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor

import numpy as np
import pytest
from conftest import same

import labcore as lab
from labcore.experiments import sweep as sweeps
from labcore.experiments.settings import Settings
from labcore.experiments.statistics import Comparison, Table

XOR = {"XOR": lab.generate_xor_easy()}
BOTH = XOR | {"linear": lab.generate_linear(20)}
SMALL = dict(epochs=20, seeds=range(5), hidden=(4, 4))


def assert_same(one, other):
    assert one.settings == other.settings and one.errors == other.errors and one.seeds == other.seeds
    for name, values in one.records.items():
        assert np.array_equal(values, other.records[name], equal_nan=True)


def alone(problem, seed, epochs, hidden=(10, 10), lr=0.5, optimizer=lab.SGD, init_scale=1.0, activation=lab.Sigmoid,
          batch_size=None):
    x, y = problem
    net = lab.mlp([2, *hidden, 1], hidden=activation, seed=seed)
    for name, own, _ in net.blocks():
        if name.startswith("W"):
            net.theta[own] *= init_scale
    return lab.train(net, x, y, loss=lab.squared_error, optimizer=optimizer(lr=lr), epochs=epochs,
                     batch_size=batch_size)


@pytest.mark.parametrize("axes", [
    {"lr": [0.1, 1.0, 3.0]}, {"lr": [0.1, 1.0], "init_scale": [0.5, 1.0]}, {"hidden": [(3,), (4, 5)], "lr": [0.5]},
    {"activation": [lab.Tanh, lab.ReLU], "lr": [0.1, 0.2]}, {"optimizer": [lab.Adam, lab.Momentum], "lr": [0.01, 0.1]},
    {"batch_size": [None, 4], "lr": [0.5]},
    {"activation": ["tanh", "leaky-relu"], "optimizer": ["adam", "SGD"], "lr": [0.1]},
], ids=lambda axes: "-".join(axes))
def test_each_history_equals_the_runs_alone(axes, monkeypatch):
    monkeypatch.setattr(sweeps, "BLOCK_BYTES", 8 * 21 * 10 * 7)  # blocks of 7, so that one holds two settings
    found = lab.sweep(BOTH, epochs=12, seeds=[3, 1, 4, 1, 5], **axes)
    assert len(found.settings) == len(found.histories) == 2 * np.prod([len(values) for values in axes.values()])
    for setting, history in zip(found.settings, found.histories):
        how = {name: values[0] for name, values in axes.items()} | setting  # names that were typed are parts by then
        problem = BOTH[how.pop("problem")]
        for k, seed in enumerate([3, 1, 4, 1, 5]):
            one = alone(problem, seed, 12, **how)
            assert same(history.loss[:, k], one.loss) and np.array_equal(history.accuracy[:, k], one.accuracy)


def test_every_thins_what_is_kept_and_not_what_is_computed():
    whole, thin = (lab.sweep(XOR, lr=1.0, every=every, **SMALL)[0] for every in (1, 5))
    assert thin.epochs.tolist() == [0, 5, 10, 15, 20] and np.array_equal(thin.loss, whole.loss[::5])
    assert np.array_equal(whole.epochs_to(0.5) <= thin.epochs_to(0.5), np.isfinite(thin.epochs_to(0.5)))


def test_records_are_of_chosen_epochs_and_of_what_is_asked_for():
    def norm(net, x, y):
        return np.linalg.norm(net.theta, axis=-1)

    found = lab.sweep(XOR, lr=[0.1, 1.0], at=[0, 3, 20], record={"norm": norm}, **SMALL)
    whole = lab.sweep(XOR, lr=[0.1, 1.0], **SMALL)
    assert found.epochs.tolist() == [0, 3, 20]
    assert np.array_equal(found.records["loss"], whole.records["loss"][:, [0, 3, 20]])
    net = lab.mlp([2, 4, 4, 1], seed=2)
    assert found.value("norm", 0)[1, 2] == np.linalg.norm(net.theta)
    lab.train(net, *XOR["XOR"], loss=lab.squared_error, optimizer=lab.SGD(lr=1.0), epochs=20)
    assert found.value("norm")[1, 2] == np.linalg.norm(net.theta)
    assert np.array_equal(found.value("loss", 19), found.value("loss", 3))  # the last before it
    with pytest.raises(IndexError, match="epoch 21 isn't among the records, epochs 0 to 20"):
        found.value("loss", 21)
    with pytest.raises(ValueError, match="what must be one of loss, accuracy, norm; got 'lost'"):
        found.value("lost")
    with pytest.raises(ValueError, match="equal distances"):
        found[0]


@pytest.mark.parametrize("linear", [lab.generate_linear, "linear"])
def test_a_problem_that_is_a_function_gives_each_seed_its_own_points(linear):
    found = lab.sweep({"linear": linear}, lr=0.5, epochs=50, seeds=[3, 17], every=10)
    alone = lab.train(lab.mlp([2, 10, 10, 1], seed=17), *lab.generate_linear(seed=17), loss=lab.squared_error,
                      optimizer=lab.SGD(0.5), epochs=50)
    assert same(found[0].loss[:, 1], alone.loss[::10]) and same(found[0].accuracy[:, 1], alone.accuracy[::10])


def test_what_has_arrived_at_a_look_stays_as_it_was_then():
    how = dict(optimizer=lab.Adam, lr=0.01, epochs=1500, seeds=range(6), every=100)
    free = lab.sweep(XOR, **how)
    found = lab.sweep(XOR, stop_at_accuracy=0.9, check_every=100, **how)
    arrived = found.epochs_to(0.9)[0]
    assert np.array_equal(arrived, free.epochs_to(0.9)[0], equal_nan=True) and np.isfinite(arrived).any()
    for k, first in enumerate(np.nan_to_num(arrived, nan=np.inf)):
        until = found.epochs <= first
        assert same(found[0].loss[until, k], free[0].loss[until, k])
        assert len(np.unique(found[0].loss[found.epochs >= first, k])) <= 1


def test_settings_are_what_is_varied():
    base = Settings(hidden=(4,), optimizer="adam", lr=0.02, beta1=0.8)
    found = lab.sweep(XOR, base=base, activation=["sigmoid", lab.Tanh], epochs=10, seeds=range(3))
    net = lab.mlp([2, 4, 1], hidden=lab.Tanh, seed=2)
    alone = lab.train(net, *XOR["XOR"], loss=lab.squared_error, optimizer=lab.Adam(0.02, beta1=0.8), epochs=10)
    assert found.settings == [{"activation": lab.Sigmoid}, {"activation": lab.Tanh}]
    assert same(found[1].loss[:, 2], alone.loss)


def test_blocks_fit_the_cache():
    assert sweeps.block_size(21, (10, 10)) * 21 * 10 * 8 <= sweeps.BLOCK_BYTES
    assert sweeps.block_size(10**6, (1000,)) == 1 and sweeps.block_size(21, ()) > 100


def test_what_it_answers():
    found = lab.sweep(XOR, epochs=3000, seeds=range(12), lr=[0.001, 1.0], every=50)
    (none, low_0, high_0), (count, low, high) = found.solved(1.0)
    assert none == 0 and low_0 == 0 < high_0 < 0.3
    assert count == (found[1].accuracy[-1] == 1).sum() > 6 and low < count / 12 < high
    reached = found.epochs_to(0.9)
    assert reached.shape == (2, 12) and np.isnan(reached[0]).all()
    assert (reached[1][~np.isnan(reached[1])] % 50 == 0).all()
    assert found.at("loss").shape == (2, 3)
    np.testing.assert_array_equal(found.at("loss", 100)[1], np.quantile(found[1].loss[2], (0.25, 0.5, 0.75)))
    assert (np.diff(found.at("accuracy")) >= 0).all()


def test_the_table_is_text_and_html():
    found = lab.sweep(XOR, lr=[0.1, 1e9], optimizer=lab.SGD, activation=lab.Identity, output=lab.Identity, **SMALL)
    lines = repr(found).splitlines()
    assert lines[0].split()[:2] == ["lr", "≥"] and len(lines) == 3 and "5" in lines[2].split()[-1]  # all diverged
    page = found._repr_html_()
    assert page.count("<tr>") == 3 and ">lr</th>" in page and ">0.1</td>" in page
    assert "<script>" not in Table([{"a": "<script>"}])._repr_html_()


@pytest.mark.parametrize("count, trials, low, high", [(0, 20, 0.0, 0.1611), (20, 20, 0.8389, 1.0),
                                                      (5, 10, 0.2366, 0.7634)])
def test_wilson_gives_the_intervals_of_the_literature(count, trials, low, high):
    # (p + z²/2n ± z √(p (1 − p)/n + z²/4n²)) / (1 + z²/n), with z = 1.96
    np.testing.assert_allclose(lab.wilson(count, trials), (low, high), atol=1e-4)


@pytest.mark.parametrize("wins, losses, expected", [
    (32, 0, "holds"), (22, 10, "holds"), (20, 12, "undecided"), (12, 20, "undecided"), (5, 27, "doesn't hold"),
    (18, 3, "holds"), (5, 0, "holds"), (4, 0, "undecided"), (0, 0, "undecided"), (0, 4, "undecided"),
])
def test_a_sign_test_decides_a_comparison(wins, losses, expected):
    assert Comparison(wins, losses, ties=11, open=3).verdict == expected


def test_a_comparison_counts_ties_and_runs_that_had_not_arrived_apart():
    nan = np.nan
    found = lab.compare([1, 2, 3, nan, np.inf, 4], [2, 2, 1, 9, nan, nan])
    assert (found.wins, found.losses, found.ties, found.open) == (2, 2, 1, 1)
    # 5 times 30 is before the runs ended, 5 times 300 isn't: there the second may still be five times as late
    found = lab.compare([30, 30, 30, 300], [150, 151, nan, nan], factor=5, budget=1000)
    assert (found.wins, found.losses, found.ties, found.open) == (2, 0, 1, 1)
    assert str(found) == "2 for, 0 against, 1 tie, 1 not arrived: undecided (share 0.34 to 1.00)"


class Sleepy(lab.Sigmoid):
    """A layer that fails in the setting with a width of 3."""

    def forward(self, x):
        if x.shape[-1] == 3 and x.shape[-2] == 21:
            Sleepy.calls = getattr(Sleepy, "calls", 0) + 1
            if Sleepy.calls > 2:
                raise ArithmeticError("this setting can't be computed")
        return super().forward(x)


def test_a_setting_that_fails_is_named_and_loses_no_other():
    Sleepy.calls = 0
    found = lab.sweep(XOR, epochs=20, seeds=range(5), hidden=[(4,), (3,), (5,)], activation=Sleepy, lr=0.5)
    assert [error is None for error in found.errors] == [True, False, True]
    assert "can't be computed" in str(found.errors[1]) and found[1] is None
    assert "failed" in repr(found) and "can't be computed" in repr(found)
    assert np.array_equal(found[0].loss, lab.sweep(XOR, epochs=20, seeds=range(5), hidden=(4,), lr=0.5)[0].loss)
    assert np.isnan(found.epochs_to(0.9)[1]).all() and np.isnan(found.at("loss")[1]).all()


INTERRUPTED = """
import os, signal, sys, time
from concurrent.futures import ProcessPoolExecutor
import labcore as lab

def slow(net, x, y):
    time.sleep(3600 * (net.n_params > 100))
    return 0 * net.theta[..., 0]

def progress(blocks):
    for k, block in enumerate(blocks):
        if k == 1:
            os.killpg(0, signal.SIGINT) if sys.argv[1] == "all" else os.kill(os.getpid(), signal.SIGINT)
        yield block

with ProcessPoolExecutor(2) as pool:
    found = lab.sweep({"XOR": lab.generate_xor_easy()}, hidden=[(2,), (99,), (98,), (97,), (96,)], epochs=10, seeds=[0],
                      record={"slow": slow}, executor=pool, progress=progress)
print(found.errors)
"""


@pytest.mark.skipif(not hasattr(os, "killpg"), reason="Windows has no process groups")
@pytest.mark.parametrize("who", ["all", "the first"])  # a terminal's Ctrl-C reaches all processes, a kill only one
def test_one_interrupt_ends_all_processes(who):
    done = subprocess.run([sys.executable, "-c", INTERRUPTED, who], start_new_session=True, timeout=60,
                          capture_output=True, text=True)
    assert done.returncode == 0 and done.stdout.startswith("[None, 'interrupted', 'interrupted',")


class Screen(io.StringIO):
    def isatty(self):
        return True


def test_a_bar_is_drawn_on_terminals_alone(monkeypatch, capsys):
    things = [1, 2]
    assert list(sweeps.bar(things, unit="thing")) == things and capsys.readouterr() == ("", "")
    monkeypatch.setattr("sys.stderr", screen := Screen())
    assert list(sweeps.bar(things, unit="thing")) == things and "thing" in screen.getvalue()
    monkeypatch.setitem(sys.modules, "tqdm", None)  # Python in the browser
    assert sweeps.bar(things, unit="thing") is things


def test_neither_labcore_nor_a_sweep_loads_the_bar_or_matplotlib():
    code = "import sys, labcore.experiments.sweep; print({'tqdm', 'matplotlib', 'ipywidgets'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.strip() == "set()"


GRID = dict(lr=[0.1, 1.0], hidden=[(4, 4), (6,)], epochs=40, seeds=range(6))


def test_processes_give_the_same_bits_in_the_same_order():
    here = lab.sweep(BOTH, **GRID)
    with ProcessPoolExecutor(2) as pool:
        assert_same(lab.sweep(BOTH, executor=pool, **GRID), here)


class Dies(lab.Sigmoid):
    """A layer that kills the process that it first runs in, unless that is the one which started the test."""
    home = os.getpid()

    def __init__(self, home):
        self.home = home

    def forward(self, x):
        if os.getpid() != self.home:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().forward(x)


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="Windows has no SIGKILL")
def test_a_process_that_dies_costs_nothing():
    settings = dict(hidden=[(4,), (5,)], lr=0.5, epochs=20, seeds=range(3))
    with ProcessPoolExecutor(1) as pool:
        found = lab.sweep(XOR, executor=pool, activation=Dies(os.getpid()), **settings)
    assert_same(found, lab.sweep(XOR, **settings))


@pytest.mark.filterwarnings("ignore")
def test_a_dask_cluster_gives_the_same_bits_also_when_a_worker_is_killed():
    distributed = pytest.importorskip("distributed", reason="an extra: pip install -e .[cluster]")
    settings = dict(lr=[0.1, 1.0], hidden=[(10, 10), (12, 12), (14, 14), (16, 16)], epochs=1500, seeds=range(8),
                    every=100)
    here = lab.sweep(XOR, **settings)
    with distributed.LocalCluster(n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with distributed.Client(cluster) as client, client.get_executor() as executor:
            assert_same(lab.sweep(XOR, executor=executor, **settings), here)
            pids = list(client.run(os.getpid).values())
            assert len(set(pids)) == 2 and os.getpid() not in pids

            def killing(blocks):
                for k, block in enumerate(blocks):
                    if k == 1:  # half-way: one block is back, others are under way
                        os.kill(pids[0], signal.SIGKILL)
                    yield block

            assert_same(lab.sweep(XOR, executor=executor, progress=killing, **settings), here)
            assert pids[0] not in client.run(os.getpid).values()


@pytest.mark.parametrize("settings, error, message", [
    ({"lr": [0.1, 0]}, ValueError, r"lr must lie in \(0, inf\); got .*0"),
    ({"lr": []}, ValueError, "lr is an empty list; a list is an axis"),
    ({"epochs": 7, "every": 2}, ValueError, "epochs must be a multiple of every.*7, 2"),
    ({"at": [0, 11]}, ValueError, "each of at must be .* at most 10; got 11"),
    ({"seeds": []}, ValueError, "seeds at least one"),
    ({"seeds": [-1]}, ValueError, "seed must be a whole number of at least 0"),
    ({"seed": 1}, TypeError, "problem and seed are no settings of a sweep"),
    ({"rate": 0.1}, TypeError, r"can't use SGD with rate; settings are .*lr"),
    ({"optimizer": ["SGD", "adm"]}, ValueError, "optimizer must be one of .*Adam.*; got 'adm'"),
    ({"beta": 0.9}, TypeError, r"can't use SGD with beta"),
    ({"hidden": [(3,), (0,)]}, ValueError, "each of sizes must be a whole number of at least 1; got 0"),
    ({"activation": ["relu", "rely"]}, ValueError, "activation must be one of Sigmoid.*; got 'rely'"),
    ({"loss": [lab.squared_error, "bce"]}, ValueError, "loss must be one of squared_error.*; got 'bce'"),
    ({"loss": "softmax_cross_entropy", "output": "identity"}, ValueError, "rows of two or more"),
    ({"epochs": 0}, ValueError, "epochs must be a whole number of at least 1; got 0"),
])
def test_bad_settings_are_refused_before_anything_runs(settings, error, message):
    def progress(blocks):
        raise AssertionError("it has started")

    with pytest.raises(error, match=message):
        lab.sweep(XOR, **{"epochs": 10, "progress": progress} | settings)


def test_problems_must_be_named():
    with pytest.raises(TypeError, match="problems must be a dict such as"):
        lab.sweep(lab.generate_xor_easy(), lr=0.1, epochs=5)
    with pytest.raises(TypeError, match="problems must hold pairs"):
        lab.sweep({"XOR": XOR["XOR"][0]}, lr=0.1, epochs=5)
    with pytest.raises(ValueError, match="y must have shape"):
        lab.sweep({"XOR": (XOR["XOR"][0], XOR["XOR"][1][:, 0])}, lr=0.1, epochs=5)
