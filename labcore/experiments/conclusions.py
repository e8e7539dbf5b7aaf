"""What the reports conclude: each a function (seeds) -> bool (seeds,) that says for which seeds it holds.

The first letter of a function's name is the report's, its docstring says what is compared, and the decorator has the
conclusion in our words and why it isn't confirmed, where it isn't. A function that returns None is a matter of the machine.
"""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .. import losses
from ..activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from ..optimizers import SGD, AdaGrad, Adam, Momentum
from . import reports

CLAIMS = []


@dataclass(frozen=True)
class Claim:
    """A conclusion of a report: its key and letter, what it says, what is compared, and the function that asks.

    `why` says why it isn't confirmed; `some` marks one that says "may": a single seed is enough.
    """
    key: str
    report: str
    text: str
    how: str
    measure: Callable
    why: str
    some: bool


def claim(text, why="", some=False):
    """Put a function into `CLAIMS`, under its name."""
    def note(function):
        name = function.__name__
        CLAIMS.append(Claim(name, name[0].upper(), text, function.__doc__.removesuffix("."), function, why, some))
        return function

    return note


def train(report, problem, epochs, seeds, every=10, **settings):
    """Return the `Sweep` of a report's setting with some of it changed, without its stopping rule."""
    base = replace(reports.BASE[report], stop_at_accuracy=None, check_every=1)
    return reports.run(problem, base, epochs, seeds, every=every, **settings)


def sooner(a, b, factor=1.0):
    """Return where epochs a are fewer than b / factor; never (nan) is later than any.

    >>> import numpy as np
    >>> from labcore.experiments.conclusions import sooner
    >>> sooner(np.array([10, 10, 10, np.nan]), np.array([60, 20, np.nan, 20]), factor=5)
    array([ True, False,  True, False])
    """
    return np.isfinite(a) & (a * factor < np.nan_to_num(b, nan=np.inf))


def rises(history):
    """Return the share (seeds,) of recorded epochs at which the loss is higher than one before, or is no number."""
    return (~(np.diff(history.loss, axis=0) <= 0)).mean(0)


def _within_factor_2(value, of):
    return (value >= of / 2) & (value <= of * 2)


def _leaves(history, loss):
    """Return where the loss first falls below this one, its plateau left, within a factor 2 of epoch 4000."""
    left = (history.loss < loss) & (history.epochs[:, None] >= 200)  # the first epochs only find the plateau
    return left.any(0) & _within_factor_2(history.epochs[left.argmax(0)], 4000)


@claim("rate 0.01 needs more epochs")
def a_small_rate(seeds):
    """linear: epochs to 90 %, rate 0.01 against 0.3."""
    fast, slow = train("A", "linear", 3000, seeds, lr=[0.3, 0.01]).epochs_to(0.9)
    return sooner(fast, slow)


@claim("rate 10 is unstable", "in half of the networks the loss rises now and then; they learn all the same (chapter 8)")
def a_large_rate(seeds):
    """XOR: the loss rises in 1 % or more of 2000 epochs."""
    return rises(train("A", "XOR", 2000, seeds, every=1, lr=10.0)[0]) >= 0.01


@claim("hidden (3, 3) may predict badly", some=True)
def a_narrow(seeds):
    """XOR: below 90 % after 10 000 epochs."""
    return train("A", "XOR", 10_000, seeds, every=10_000, hidden=(3, 3)).value("accuracy")[0] < 0.9


@claim("hidden (70, 70) falls fast at the start")
def a_wide(seeds):
    """XOR: fall of the loss in 100 epochs, against 10-10."""
    found = train("A", "XOR", 100, seeds, every=100, hidden=[(10, 10), (70, 70)])
    narrow, wide = found.value("loss", 0) - found.value("loss")
    return wide > narrow


@claim("hidden (1000, 1000) predicts nothing")
def a_very_wide(seeds):
    """XOR: below 90 % after 100 epochs."""
    return train("A", "XOR", 100, seeds, every=100, hidden=(1000, 1000)).value("accuracy")[0] < 0.9


@losses._loss(threshold=0.5)
def report_a_loss(prediction, target):
    """Report A's loss, whose first term takes the log of the truth, and its gradient, with nothing against 0."""
    n = prediction.shape[-2]
    value = -(target * np.log(target + 1e-8) + (1 - target) * np.log(1 - prediction + 1e-8)).sum((-2, -1)) / n
    return value, (prediction - target) / (prediction * (1 - prediction)) / n


@claim("without activations it doesn't converge")
def a_no_activation(seeds):
    """XOR, report A's loss: below 90 % after 5500 epochs."""
    found = train("A", "XOR", 5500, seeds, every=5500, activation=Identity, output=Identity, loss=report_a_loss)
    return ~(found.value("accuracy")[0] >= 0.9)


@claim("smaller rates need more epochs", "at rate 0.01 fewer than half get to 95 % in 5000 epochs, at 0.001 one does")
def b_small_rates(seeds):
    """linear: epochs to 95 % rise from rate 0.1 to 0.01 to 0.001."""
    first, second, third = train("B", "linear", 5000, seeds, lr=[0.1, 0.01, 0.001]).epochs_to(0.95)
    return sooner(first, second) & sooner(second, third)


@claim("more units reach the best accuracy earlier", "in 10 000 epochs no network of 2 or of 100 units gets to 100 %")
def b_width(seeds):
    """XOR: epochs to 100 % fall from width 2 to 10 to 100."""
    two, ten, hundred = train("B", "XOR", 10_000, seeds, every=50, hidden=[(2, 2), (10, 10), (100, 100)]).epochs_to(1.0)
    return sooner(hundred, ten) & sooner(ten, two)


@claim("more units start from a high loss", "Xavier's weights get smaller as layers get wider, and so the start is alike")
def b_wide_start(seeds):
    """XOR: first loss, width 100 against 10."""
    narrow, wide = train("B", "XOR", 1, seeds, at=[0], hidden=[(10, 10), (100, 100)]).value("loss")
    return wide > narrow


_B_OPTIMIZERS = [SGD, Momentum, functools.partial(AdaGrad, eps_inside=True)]


@claim("SGD's loss fluctuates, momentum's and AdaGrad's is stable",
       "on the full batch SGD's loss falls, the others' rise at times; one update for each example would fluctuate")
def b_fluctuates(seeds):
    """XOR: share of 5000 epochs with a rise, SGD's the largest."""
    sgd, *others = map(rises, train("B", "XOR", 5000, seeds, every=1, optimizer=_B_OPTIMIZERS))
    return (sgd > others[0]) & (sgd > others[1])


@claim("momentum and AdaGrad are faster than SGD")
def b_faster(seeds):
    """XOR: epochs to 100 %, both fewer."""
    sgd, *others = train("B", "XOR", 20_000, seeds, every=20, optimizer=_B_OPTIMIZERS).epochs_to(1.0)
    return sooner(others[0], sgd) & sooner(others[1], sgd)


def _b_losses(problem, activations, seeds):
    return train("B", problem, 10_000, seeds, every=10_000, activation=activations).value("loss")


def _b_leaky(problem, seeds):
    sigmoid, leaky = _b_losses(problem, [Sigmoid, LeakyReLU], seeds)
    return ~(leaky <= sigmoid)  # a loss that is no number is worse


@claim("LeakyReLU is worse than sigmoid at rate 0.1 (linear)", "half of the seeds say so; a single run may say either")
def b_leaky_linear(seeds):
    """loss after 10 000 epochs."""
    return _b_leaky("linear", seeds)


@claim("LeakyReLU is worse than sigmoid at rate 0.1 (XOR)", "its own table has LeakyReLU's XOR loss at 0.00000000")
def b_leaky_xor(seeds):
    """loss after 10 000 epochs."""
    return _b_leaky("XOR", seeds)


@claim("tanh is better than sigmoid at rate 0.1 (linear)")
def b_tanh_linear(seeds):
    """loss after 10 000 epochs."""
    sigmoid, tanh = _b_losses("linear", [Sigmoid, Tanh], seeds)
    return tanh < sigmoid


@claim("tanh is better than sigmoid at rate 0.1 (XOR)")
def b_tanh_xor(seeds):
    """loss after 10 000 epochs."""
    sigmoid, tanh = _b_losses("XOR", [Sigmoid, Tanh], seeds)
    return tanh < sigmoid


def _b_best(problem, epoch, seeds):
    history = train("B", problem, 2 * epoch, seeds, every=100)[0]
    return _within_factor_2(history.epochs[history.accuracy.argmax(0)], epoch)


@claim("linear is best near epoch 2000", "ours get to their best accuracy earlier, half of them by epoch 900")
def b_best_linear(seeds):
    """first epoch of the best accuracy, within a factor 2."""
    return _b_best("linear", 2000, seeds)


@claim("XOR is best near epoch 16 000")
def b_best_xor(seeds):
    """first epoch of the best accuracy, within a factor 2."""
    return _b_best("XOR", 16_000, seeds)


@claim("2 units take 10.9 s, 100 units 25.7 s")
def b_seconds(seeds):
    """a matter of the machine."""


@claim("XOR at rate 0.1 stays near loss 0.25 until about epoch 4000")
def c_plateau(seeds):
    """XOR: first epoch below 0.23, within a factor 2."""
    return _leaves(train("C", "XOR", 10_000, seeds, every=20)[0], 0.23)


@claim("the plateau comes from outputs near 0.5")
def c_plateau_is_half(seeds):
    """XOR, epoch 1000: mean square and mean size of the error."""
    # the mean of e² is the square of the mean of |e| only if all |e| are equal: ½ each
    found = train("C", "XOR", 1000, seeds, every=1000, record={"agreement": reports.agreement})
    return (np.abs(found.value("loss")[0] - 0.25) < 0.02) & (np.abs(found.value("agreement")[0] - 0.5) < 0.02)


@claim("raising the rate to 1 cures it")
def c_rate_1(seeds):
    """XOR: epochs to 100 %, at most a fifth of those at 0.1."""
    slow, fast = train("C", "XOR", 20_000, seeds, every=20, lr=[0.1, 1.0]).epochs_to(1.0)
    return sooner(fast, slow, factor=5)


@claim("without activations XOR fails")
def c_no_activation(seeds):
    """XOR: below 90 % after 10 000 epochs."""
    return train("C", "XOR", 10_000, seeds, every=10_000, activation=Identity).value("accuracy")[0] < 0.9


@claim("Adam is much better than SGD")
def d_adam(seeds):
    """XOR: epochs to 100 %, at most a fifth."""
    adam, sgd = train("D", "XOR", 30_000, seeds, optimizer=[Adam, SGD]).epochs_to(1.0)
    return sooner(adam, sgd, factor=5)


@claim("LeakyReLU is a little better than ReLU", "for a third of the seeds it isn't: 18 of 32 can't decide")
def d_leaky(seeds):
    """XOR: epochs to 100 %, fewer."""
    leaky, relu = train("D", "XOR", 3000, seeds, activation=[LeakyReLU, ReLU]).epochs_to(1.0)
    return sooner(leaky, relu)


@claim("0.01 is a good rate, too large or too small is hard")
def d_rates(seeds):
    """XOR: epochs to 100 %, fewer than at 1 and at 0.0001."""
    large, good, small = train("D", "XOR", 3000, seeds, lr=[1.0, 0.01, 0.0001]).epochs_to(1.0)
    return sooner(good, large) & sooner(good, small)


@claim("wider layers converge faster")
def d_width(seeds):
    """XOR: epochs to 100 %, width 16 against 4."""
    narrow, wide = train("D", "XOR", 3000, seeds, hidden=[(4, 4), (16, 16)]).epochs_to(1.0)
    return sooner(wide, narrow)


@claim("SGD is flat at 0.69 until about epoch 4000",
       "12 of 32 leave the plateau between epochs 2000 and 8000, 20 do not")
def d_flat(seeds):
    """XOR: first epoch below 0.66, within a factor 2."""
    return _leaves(train("D", "XOR", 10_000, seeds, optimizer=SGD)[0], 0.66)


@claim("200 to 1700 epochs per second")
def d_speed(seeds):
    """a matter of the machine."""


@claim("rate 0.1 swings up and down")
def e_swings(seeds):
    """XOR: the loss rises in 1 % of 400 epochs, and more often than at 0.01."""
    large, good = map(rises, train("E", "XOR", 400, seeds, every=1, lr=[0.1, 0.01]))
    return (large >= 0.01) & (large > good)


@claim("rate 0.001 is very slow", "it takes about five times as long, so half of the seeds lie on each side")
def e_slow(seeds):
    """XOR: epochs to 90 %, at least five times those at 0.01."""
    good, small = train("E", "XOR", 2000, seeds, every=1, lr=[0.01, 0.001]).epochs_to(0.9)
    return sooner(good, small, factor=5)


@claim("rate 0.01 suits")
def e_suits(seeds):
    """XOR: epochs to 100 %, fewer than at 0.1 and at 0.001."""
    large, good, small = train("E", "XOR", 2000, seeds, every=1, lr=[0.1, 0.01, 0.001]).epochs_to(1.0)
    return sooner(good, large) & sooner(good, small)


@claim("more units converge faster")
def e_width(seeds):
    """XOR: epochs to 100 %, width 32 against 2."""
    narrow, wide = train("E", "XOR", 2000, seeds, every=1, hidden=[(2, 2), (32, 32)]).epochs_to(1.0)
    return sooner(wide, narrow)


def _e_epochs(seeds):
    return train("E", "linear", 400, seeds, every=1, activation=[ReLU, Identity]).epochs_to(0.95)


@claim("with activations it converges in under 10 epochs", "a third of the seeds do; the median is at 11 or 12")
def e_under_10(seeds):
    """linear: epochs to 95 %."""
    return _e_epochs(seeds)[0] < 10


@claim("without, in 30 to 40", "all take fewer than 30 epochs, with activations and without")
def e_30_to_40(seeds):
    """linear: epochs to 95 %."""
    epochs = _e_epochs(seeds)[1]
    return (epochs >= 30) & (epochs <= 40)


@claim("without activations it is slower", "half of the seeds are, half aren't: a line needs no activation (chapter 1)")
def e_slower_without(seeds):
    """linear: epochs to 95 %."""
    return sooner(*_e_epochs(seeds))


def _e_losses(seeds):
    return train("E", "XOR", 400, seeds, every=400, optimizer=[SGD, Momentum, AdaGrad, Adam]).value("loss")


@claim("SGD is the worst optimizer")
def e_sgd_worst(seeds):
    """XOR: loss after 400 epochs at rate 0.01, the highest of four."""
    return _e_losses(seeds).argmax(0) == 0


@claim("Adam is the best optimizer")
def e_adam_best(seeds):
    """XOR: loss after 400 epochs at rate 0.01, the lowest of four."""
    return _e_losses(seeds).argmin(0) == 3
