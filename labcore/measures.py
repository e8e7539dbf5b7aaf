"""How a conclusion of a report is asked of a seed: functions (seeds) -> bool (seeds,), by the report's letter."""

import numpy as np

from . import optimizers
from .activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from .experiments import run
from .reports import BASE

SGD, Adam = optimizers.SGD, optimizers.Adam


def train(report, problem, epochs, seeds, every=10, at=None, **settings):
    """Run a report's setting with some of it changed, without its stopping rule."""
    return run(problem, epochs, seeds, at=at, **BASE[report] | {"stop": None, "every": every} | settings)


def sooner(a, b, factor=1.0):
    """Return where epoch count a is less than b / factor; never (nan) is later than any."""
    a, b = (np.nan_to_num(value, nan=np.inf) for value in (a, b))
    return np.isfinite(a) & (a * factor < b)


def rises(runs):
    """Return the share (seeds,) of recorded epochs at which the loss is higher than one before, or is no number."""
    return (~(np.diff(runs.loss, axis=0) <= 0)).mean(0)


def _to(accuracy, *args, **settings):
    return train(*args, **settings).epochs_to(accuracy)


def _within_factor_2(value, of):
    return (value >= of / 2) & (value <= of * 2)


def _leaves(runs, loss):
    """Return where the loss first falls below this one, its plateau left, within a factor 2 of epoch 4000."""
    left = (runs.loss < loss) & (runs.epochs[:, None] >= 200)  # the first epochs only find the plateau
    return left.any(0) & _within_factor_2(runs.epochs[left.argmax(0)], 4000)


def a_small_rate(seeds):
    fast, slow = (_to(0.9, "A", "linear", 3000, seeds, optimizer=SGD(rate)) for rate in (0.3, 0.01))
    return sooner(fast, slow)


def a_large_rate(seeds):
    return rises(train("A", "XOR", 2000, seeds, every=1, optimizer=SGD(10.0))) >= 0.01


def a_narrow(seeds):
    return train("A", "XOR", 10_000, seeds, at=[10_000], hidden=(3, 3)).accuracy[0] < 0.9


def a_wide(seeds):
    narrow, wide = (train("A", "XOR", 100, seeds, at=[0, 100], hidden=(width, width)).loss for width in (10, 70))
    return wide[0] - wide[1] > narrow[0] - narrow[1]


def a_very_wide(seeds):
    return train("A", "XOR", 100, seeds, at=[100], hidden=(1000, 1000)).accuracy[0] < 0.9


def report_a_loss(prediction, target):
    """Report A's loss, whose first term takes the log of the truth, and its gradient, with nothing against 0."""
    n = prediction.shape[-2]
    value = -(target * np.log(target + 1e-8) + (1 - target) * np.log(1 - prediction + 1e-8)).sum((-2, -1)) / n
    return value, (prediction - target) / (prediction * (1 - prediction)) / n


report_a_loss.threshold, report_a_loss.labels, report_a_loss.probabilities = 0.5, None, False


def a_no_activation(seeds):
    runs = train("A", "XOR", 5500, seeds, at=[5500], activation=Identity, output=Identity, loss=report_a_loss)
    return ~(runs.accuracy[-1] >= 0.9)


def b_small_rates(seeds):
    first, second, third = (_to(0.95, "B", "linear", 5000, seeds, optimizer=SGD(rate)) for rate in (0.1, 0.01, 0.001))
    return sooner(first, second) & sooner(second, third)


def b_width(seeds):
    two, ten, hundred = (_to(1.0, "B", "XOR", 10_000, seeds, every=50, hidden=(width, width))
                         for width in (2, 10, 100))
    return sooner(hundred, ten) & sooner(ten, two)


def b_wide_start(seeds):
    narrow, wide = (train("B", "XOR", 1, seeds, at=[0], hidden=(width, width)).loss[0] for width in (10, 100))
    return wide > narrow


def _b_optimizers():
    return SGD(0.1), optimizers.Momentum(0.1), optimizers.AdaGrad(0.1, eps_inside=True)


def b_fluctuates(seeds):
    sgd, *others = (rises(train("B", "XOR", 5000, seeds, every=1, optimizer=rule)) for rule in _b_optimizers())
    return (sgd > others[0]) & (sgd > others[1])


def b_faster(seeds):
    sgd, *others = (_to(1.0, "B", "XOR", 20_000, seeds, every=20, optimizer=rule) for rule in _b_optimizers())
    return sooner(others[0], sgd) & sooner(others[1], sgd)


def _b_activation(problem, activation, seeds):
    return train("B", problem, 10_000, seeds, at=[10_000], activation=activation).loss[0]


def b_leaky(problem):
    def measure(seeds):
        sigmoid, leaky = (_b_activation(problem, activation, seeds) for activation in (Sigmoid, LeakyReLU))
        return ~(leaky <= sigmoid)  # a loss that is no number is worse
    return measure


def b_tanh(problem):
    return lambda seeds: _b_activation(problem, Tanh, seeds) < _b_activation(problem, Sigmoid, seeds)


def b_best(problem, epoch):
    def measure(seeds):
        runs = train("B", problem, 2 * epoch, seeds, every=100)
        return _within_factor_2(runs.epochs[runs.accuracy.argmax(0)], epoch)
    return measure


def c_plateau(seeds):
    return _leaves(train("C", "XOR", 10_000, seeds, every=20), 0.23)


def c_plateau_is_half(seeds):
    # the mean of e² is the square of the mean of |e| only if all |e| are equal: ½ each
    runs = train("C", "XOR", 1000, seeds, at=[1000])
    return (np.abs(runs.loss[0] - 0.25) < 0.02) & (np.abs(runs.agreement[0] - 0.5) < 0.02)


def c_rate_1(seeds):
    slow, fast = (_to(1.0, "C", "XOR", 20_000, seeds, every=20, optimizer=SGD(rate)) for rate in (0.1, 1.0))
    return sooner(fast, slow, factor=5)


def c_no_activation(seeds):
    return train("C", "XOR", 10_000, seeds, at=[10_000], activation=Identity).accuracy[0] < 0.9


def d_adam(seeds):
    adam, sgd = (_to(1.0, "D", "XOR", 30_000, seeds, optimizer=rule) for rule in (Adam(0.01), SGD(0.01)))
    return sooner(adam, sgd, factor=5)


def d_leaky(seeds):
    leaky, relu = (_to(1.0, "D", "XOR", 3000, seeds, activation=kind) for kind in (LeakyReLU, ReLU))
    return sooner(leaky, relu)


def d_rates(seeds):
    large, good, small = (_to(1.0, "D", "XOR", 3000, seeds, optimizer=Adam(rate)) for rate in (1.0, 0.01, 0.0001))
    return sooner(good, large) & sooner(good, small)


def d_width(seeds):
    narrow, wide = (_to(1.0, "D", "XOR", 3000, seeds, hidden=(width, width)) for width in (4, 16))
    return sooner(wide, narrow)


def d_flat(seeds):
    return _leaves(train("D", "XOR", 10_000, seeds, optimizer=SGD(0.01)), 0.66)


def e_swings(seeds):
    large, good = (rises(train("E", "XOR", 400, seeds, every=1, optimizer=Adam(rate))) for rate in (0.1, 0.01))
    return (large >= 0.01) & (large > good)


def e_slow(seeds):
    good, small = (_to(0.9, "E", "XOR", 2000, seeds, every=1, optimizer=Adam(rate)) for rate in (0.01, 0.001))
    return sooner(good, small, factor=5)


def e_suits(seeds):
    large, good, small = (_to(1.0, "E", "XOR", 2000, seeds, every=1, optimizer=Adam(rate))
                          for rate in (0.1, 0.01, 0.001))
    return sooner(good, large) & sooner(good, small)


def e_width(seeds):
    narrow, wide = (_to(1.0, "E", "XOR", 2000, seeds, every=1, hidden=(width, width)) for width in (2, 32))
    return sooner(wide, narrow)


def _e_epochs(activation, seeds):
    return _to(0.95, "E", "linear", 400, seeds, every=1, activation=activation)


def e_under_10(seeds):
    return _e_epochs(ReLU, seeds) < 10


def e_30_to_40(seeds):
    epochs = _e_epochs(Identity, seeds)
    return (epochs >= 30) & (epochs <= 40)


def e_slower_without(seeds):
    return sooner(_e_epochs(ReLU, seeds), _e_epochs(Identity, seeds))


def _e_losses(seeds):
    rules = SGD(0.01), optimizers.Momentum(0.01), optimizers.AdaGrad(0.01), Adam(0.01)
    return np.array([train("E", "XOR", 400, seeds, at=[400], optimizer=rule).loss[0] for rule in rules])


def e_sgd_worst(seeds):
    return _e_losses(seeds).argmax(0) == 0


def e_adam_best(seeds):
    return _e_losses(seeds).argmin(0) == 3
