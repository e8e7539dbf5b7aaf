"""How a conclusion of a report is asked of a seed: functions (seeds) -> bool (seeds,), by the report's letter.

Each takes a sequence of seeds, trains a network or several for each, and returns an array of bool: whether the
conclusion holds for that seed. Those of `b_leaky`, `b_tanh` and `b_best` are made for a problem. `labcore.claims` says
which conclusion is whose.
"""

import numpy as np

from .. import losses, optimizers
from ..activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from .runs import Runs, run
from .reports import BASE
from ..validation import instance, number, one_of, real_numbers

SGD, Adam = optimizers.SGD, optimizers.Adam


def train(report, problem, epochs, seeds, every=10, at=None, **settings):
    """Run a report's setting with some of it changed, without its stopping rule.

    Parameters
    ----------
    report : {"A", "B", "C", "D", "E"}
        Whose `BASE` is taken.
    problem : {"XOR", "linear"}
        The lab's two problems.
    epochs : int
        How often all examples are gone through.
    seeds : sequence of int
        One network for each.
    every : int, default 10
        Epochs from one record to the next.
    at : iterable of int, optional
        The epochs to record, in place of every `every`-th.
    **settings
        What is changed, by the names of `labcore.experiments.DEFAULTS`.

    Returns
    -------
    Runs
        With a column for each seed.

    Raises
    ------
    TypeError, ValueError
        For another report or problem, or as `labcore.experiments.run` raises them.

    Examples
    --------
    >>> from labcore import measures
    >>> measures.train("E", "XOR", 20, range(2)).epochs
    array([ 0, 10, 20])
    """
    one_of("report", report, BASE)
    return run(problem, epochs, seeds, at=at, **BASE[report] | {"stop": None, "every": every} | settings)


def sooner(a, b, factor=1.0):
    """Return where epoch count a is less than b / factor; never (nan) is later than any.

    Parameters
    ----------
    a, b : array_like
        Epochs (seeds,), nan for never.
    factor : float, default 1.0
        How many times sooner.

    Returns
    -------
    ndarray of bool
        Of shape (seeds,).

    Raises
    ------
    TypeError
        If one of the three holds anything but real numbers.
    ValueError
        If a and b have another shape, or `factor` isn't above 0.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.measures import sooner
    >>> sooner(np.array([10, 10, 10, np.nan]), np.array([60, 20, np.nan, 20]), factor=5)
    array([ True, False,  True, False])
    """
    a, b = (np.nan_to_num(real_numbers("epochs", value), nan=np.inf, posinf=np.inf) for value in (a, b))
    if a.shape != b.shape and a.ndim and b.ndim:
        raise ValueError(f"a and b must have a number for each seed; got shapes {a.shape} and {b.shape}")
    factor = number("factor", factor, 0, low_included=False)
    with np.errstate(over="ignore"):
        return np.isfinite(a) & (a * factor < b)


def rises(runs):
    """Return the share (seeds,) of recorded epochs at which the loss is higher than one before, or is no number.

    Parameters
    ----------
    runs : Runs
        Two recorded epochs at least.

    Returns
    -------
    ndarray
        Shares from 0 to 1, (seeds,).

    Raises
    ------
    TypeError
        If `runs` is something else.
    ValueError
        If there is no second epoch.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.experiments import Runs
    >>> from labcore.measures import rises
    >>> loss = np.array([[0.5, 0.5], [0.4, 0.6], [0.3, np.nan], [0.2, np.nan], [0.3, np.nan]])
    >>> rises(Runs(np.arange(5), loss, loss, loss))
    array([0.25, 1.  ])
    """
    instance("runs", runs, Runs, "labcore.experiments.run")
    if len(runs.loss) < 2:
        raise ValueError("runs must have two recorded epochs at least, to see a rise from one to the next")
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
    """Return where rate 0.01 needs more epochs to 90 % than rate 0.3, on the linear problem."""
    fast, slow = (_to(0.9, "A", "linear", 3000, seeds, optimizer=SGD(rate)) for rate in (0.3, 0.01))
    return sooner(fast, slow)


def a_large_rate(seeds):
    """Return where at rate 10 XOR's loss rises in 1 % or more of 2000 epochs."""
    return rises(train("A", "XOR", 2000, seeds, every=1, optimizer=SGD(10.0))) >= 0.01


def a_narrow(seeds):
    """Return where hidden layers of 3 units stay below 90 % on XOR for 10 000 epochs."""
    return train("A", "XOR", 10_000, seeds, at=[10_000], hidden=(3, 3)).accuracy[0] < 0.9


def a_wide(seeds):
    """Return where XOR's loss falls further in 100 epochs with layers of 70 units than with 10."""
    narrow, wide = (train("A", "XOR", 100, seeds, at=[0, 100], hidden=(width, width)).loss for width in (10, 70))
    return wide[0] - wide[1] > narrow[0] - narrow[1]


def a_very_wide(seeds):
    """Return where hidden layers of 1000 units stay below 90 % on XOR for 100 epochs."""
    return train("A", "XOR", 100, seeds, at=[100], hidden=(1000, 1000)).accuracy[0] < 0.9


@losses._loss(threshold=0.5)
def report_a_loss(prediction, target):
    """Report A's loss, whose first term takes the log of the truth, and its gradient, with nothing against 0.

    Parameters
    ----------
    prediction : ndarray
        Outputs (..., n, k); nothing keeps them between 0 and 1.
    target : ndarray
        Labels 0 or 1, of the same shape.

    Returns
    -------
    value : ndarray
        The sum over outputs, a mean over the n examples, (...); nan where an output is above 1.
    gradient : ndarray
        Of binary cross-entropy, (..., n, k); inf or nan where an output is 0 or 1.

    Raises
    ------
    TypeError
        If one of the two is no array of real numbers.
    ValueError
        If the last two axes of the two differ.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.measures import report_a_loss
    >>> value, gradient = report_a_loss(np.array([[0.5], [0.25]]), np.array([[1.0], [0.0]]))
    >>> round(float(value), 4), gradient.round(4)
    (0.1438, array([[-1.    ],
           [ 0.6667]]))
    """
    n = prediction.shape[-2]
    value = -(target * np.log(target + 1e-8) + (1 - target) * np.log(1 - prediction + 1e-8)).sum((-2, -1)) / n
    return value, (prediction - target) / (prediction * (1 - prediction)) / n


def a_no_activation(seeds):
    """Return where without activations, with report A's loss, XOR stays below 90 % for 5500 epochs."""
    runs = train("A", "XOR", 5500, seeds, at=[5500], activation=Identity, output=Identity, loss=report_a_loss)
    return ~(runs.accuracy[-1] >= 0.9)


def b_small_rates(seeds):
    """Return where epochs to 95 % rise from rate 0.1 to 0.01 to 0.001, on the linear problem."""
    first, second, third = (_to(0.95, "B", "linear", 5000, seeds, optimizer=SGD(rate)) for rate in (0.1, 0.01, 0.001))
    return sooner(first, second) & sooner(second, third)


def b_width(seeds):
    """Return where epochs to 100 % fall from 2 to 10 to 100 units, on XOR."""
    two, ten, hundred = (_to(1.0, "B", "XOR", 10_000, seeds, every=50, hidden=(width, width))
                         for width in (2, 10, 100))
    return sooner(hundred, ten) & sooner(ten, two)


def b_wide_start(seeds):
    """Return where XOR's first loss is higher with 100 units than with 10."""
    narrow, wide = (train("B", "XOR", 1, seeds, at=[0], hidden=(width, width)).loss[0] for width in (10, 100))
    return wide > narrow


def _b_optimizers():
    return SGD(0.1), optimizers.Momentum(0.1), optimizers.AdaGrad(0.1, eps_inside=True)


def b_fluctuates(seeds):
    """Return where SGD's loss rises more often in 5000 epochs of XOR than momentum's and than AdaGrad's."""
    sgd, *others = (rises(train("B", "XOR", 5000, seeds, every=1, optimizer=rule)) for rule in _b_optimizers())
    return (sgd > others[0]) & (sgd > others[1])


def b_faster(seeds):
    """Return where momentum and AdaGrad both need fewer epochs to 100 % than SGD, on XOR."""
    sgd, *others = (_to(1.0, "B", "XOR", 20_000, seeds, every=20, optimizer=rule) for rule in _b_optimizers())
    return sooner(others[0], sgd) & sooner(others[1], sgd)


def _b_activation(problem, activation, seeds):
    return train("B", problem, 10_000, seeds, at=[10_000], activation=activation).loss[0]


def b_leaky(problem):
    """Return the measure of whether LeakyReLU's loss ends above sigmoid's, after 10 000 epochs of a problem."""
    def measure(seeds):
        sigmoid, leaky = (_b_activation(problem, activation, seeds) for activation in (Sigmoid, LeakyReLU))
        return ~(leaky <= sigmoid)  # a loss that is no number is worse
    return measure


def b_tanh(problem):
    """Return the measure of whether tanh ends with a lower loss than sigmoid, after 10 000 epochs of a problem."""
    return lambda seeds: _b_activation(problem, Tanh, seeds) < _b_activation(problem, Sigmoid, seeds)


def b_best(problem, epoch):
    """Return the measure of whether a problem's best accuracy first comes within a factor 2 of an epoch."""
    def measure(seeds):
        runs = train("B", problem, 2 * epoch, seeds, every=100)
        return _within_factor_2(runs.epochs[runs.accuracy.argmax(0)], epoch)
    return measure


def c_plateau(seeds):
    """Return where XOR's loss first falls below 0.23 within a factor 2 of epoch 4000."""
    return _leaves(train("C", "XOR", 10_000, seeds, every=20), 0.23)


def c_plateau_is_half(seeds):
    # the mean of e² is the square of the mean of |e| only if all |e| are equal: ½ each
    """Return where at epoch 1000 of XOR the loss is near 0.25 and the mean size of the error near 0.5."""
    runs = train("C", "XOR", 1000, seeds, at=[1000])
    return (np.abs(runs.loss[0] - 0.25) < 0.02) & (np.abs(runs.agreement[0] - 0.5) < 0.02)


def c_rate_1(seeds):
    """Return where rate 1 needs at most a fifth of the epochs to 100 % that rate 0.1 needs, on XOR."""
    slow, fast = (_to(1.0, "C", "XOR", 20_000, seeds, every=20, optimizer=SGD(rate)) for rate in (0.1, 1.0))
    return sooner(fast, slow, factor=5)


def c_no_activation(seeds):
    """Return where without activations XOR stays below 90 % for 10 000 epochs."""
    return train("C", "XOR", 10_000, seeds, at=[10_000], activation=Identity).accuracy[0] < 0.9


def d_adam(seeds):
    """Return where Adam needs at most a fifth of SGD's epochs to 100 %, on XOR."""
    adam, sgd = (_to(1.0, "D", "XOR", 30_000, seeds, optimizer=rule) for rule in (Adam(0.01), SGD(0.01)))
    return sooner(adam, sgd, factor=5)


def d_leaky(seeds):
    """Return where LeakyReLU needs fewer epochs to 100 % than ReLU, on XOR."""
    leaky, relu = (_to(1.0, "D", "XOR", 3000, seeds, activation=kind) for kind in (LeakyReLU, ReLU))
    return sooner(leaky, relu)


def d_rates(seeds):
    """Return where rate 0.01 needs fewer epochs to 100 % than 1 and than 0.0001, on XOR."""
    large, good, small = (_to(1.0, "D", "XOR", 3000, seeds, optimizer=Adam(rate)) for rate in (1.0, 0.01, 0.0001))
    return sooner(good, large) & sooner(good, small)


def d_width(seeds):
    """Return where 16 units a layer need fewer epochs to 100 % than 4, on XOR."""
    narrow, wide = (_to(1.0, "D", "XOR", 3000, seeds, hidden=(width, width)) for width in (4, 16))
    return sooner(wide, narrow)


def d_flat(seeds):
    """Return where SGD's loss on XOR first falls below 0.66 within a factor 2 of epoch 4000."""
    return _leaves(train("D", "XOR", 10_000, seeds, optimizer=SGD(0.01)), 0.66)


def e_swings(seeds):
    """Return where at rate 0.1 XOR's loss rises in 1 % or more of 400 epochs, and more often than at 0.01."""
    large, good = (rises(train("E", "XOR", 400, seeds, every=1, optimizer=Adam(rate))) for rate in (0.1, 0.01))
    return (large >= 0.01) & (large > good)


def e_slow(seeds):
    """Return where rate 0.001 needs at least five times the epochs to 90 % that 0.01 needs, on XOR."""
    good, small = (_to(0.9, "E", "XOR", 2000, seeds, every=1, optimizer=Adam(rate)) for rate in (0.01, 0.001))
    return sooner(good, small, factor=5)


def e_suits(seeds):
    """Return where rate 0.01 needs fewer epochs to 100 % than 0.1 and than 0.001, on XOR."""
    large, good, small = (_to(1.0, "E", "XOR", 2000, seeds, every=1, optimizer=Adam(rate))
                          for rate in (0.1, 0.01, 0.001))
    return sooner(good, large) & sooner(good, small)


def e_width(seeds):
    """Return where 32 units a layer need fewer epochs to 100 % than 2, on XOR."""
    narrow, wide = (_to(1.0, "E", "XOR", 2000, seeds, every=1, hidden=(width, width)) for width in (2, 32))
    return sooner(wide, narrow)


def _e_epochs(activation, seeds):
    return _to(0.95, "E", "linear", 400, seeds, every=1, activation=activation)


def e_under_10(seeds):
    """Return where with activations the linear problem takes fewer than 10 epochs to 95 %."""
    return _e_epochs(ReLU, seeds) < 10


def e_30_to_40(seeds):
    """Return where without activations the linear problem takes 30 to 40 epochs to 95 %."""
    epochs = _e_epochs(Identity, seeds)
    return (epochs >= 30) & (epochs <= 40)


def e_slower_without(seeds):
    """Return where the linear problem takes more epochs to 95 % without activations than with them."""
    return sooner(_e_epochs(ReLU, seeds), _e_epochs(Identity, seeds))


def _e_losses(seeds):
    rules = SGD(0.01), optimizers.Momentum(0.01), optimizers.AdaGrad(0.01), Adam(0.01)
    return np.array([train("E", "XOR", 400, seeds, at=[400], optimizer=rule).loss[0] for rule in rules])


def e_sgd_worst(seeds):
    """Return where of four optimizers SGD has the highest loss after 400 epochs of XOR."""
    return _e_losses(seeds).argmax(0) == 0


def e_adam_best(seeds):
    """Return where of four optimizers Adam has the lowest loss after 400 epochs of XOR."""
    return _e_losses(seeds).argmin(0) == 3
