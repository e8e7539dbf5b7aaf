"""What the reports conclude: each claim with how it is asked of a seed, and why it isn't confirmed, where it isn't."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from .. import losses
from ..activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from ..optimizers import SGD, AdaGrad, Adam, Momentum
from . import reports


def train(report, problem, epochs, seeds, every=10, **settings):
    """Return the `Sweep` of a report's setting with some of it changed, without its stopping rule."""
    base = replace(reports.BASE[report], stop_at_accuracy=None, check_every=1)
    return reports.run(problem, base, epochs, seeds, every=every, **settings)


@dataclass(frozen=True)
class Claim:
    """A claim in our words and what is compared for it: several settings are trained, and each gives a row (seeds,).

    The first letter of the key is the report's. With `some` the claim says "may": one seed is enough.
    """
    key: str
    text: str
    how: str
    trained: tuple = ()  #: problem, epochs, and what is changed; nothing for a matter of the machine
    asked: Callable | None = None  #: of the sweep; gives the rows
    holds: Callable | None = None  #: of the rows; gives a bool for each seed
    why: str = ""
    some: bool = False

    @property
    def report(self):
        """The report's letter."""
        return self.key[0].upper()

    def measure(self, seeds):
        """Return whether the claim holds, bool (seeds,); None if it isn't measured."""
        if not self.trained:
            return None
        problem, epochs, changes = self.trained
        return self.holds(*self.asked(train(self.report, problem, epochs, seeds, **changes)))


def xor(epochs, **changes):
    """Return what is trained, on XOR."""
    return "XOR", epochs, changes


def linear(epochs, **changes):
    """Return what is trained, on the linear problem."""
    return "linear", epochs, changes


# --- what a sweep is asked ---

def epochs_to(accuracy):
    """Return the question for the first recorded epoch with that accuracy, nan for never."""
    return lambda found: found.epochs_to(accuracy)


def at_end(*records):
    """Return the question for the last record of the loss, or of others."""
    return lambda found: np.concatenate([found.value(record) for record in records])


def rises(found):
    """Return the share of recorded epochs in which the loss is higher than one before, or is no number."""
    return (~(np.diff(found.records["loss"], axis=1) <= 0)).mean(1)


def fall(found):
    """Return by how much the loss has fallen from the first record to the last."""
    return found.value("loss", 0) - found.value("loss")


def best_epoch(found):
    """Return the first epoch with the best accuracy."""
    return found.epochs[found.records["accuracy"].argmax(1)]


def epoch_below(loss):
    """Return the question for the first epoch with a lower loss; the first 200 epochs only find the plateau."""
    def ask(found):
        below = (found.records["loss"] < loss) & (found.epochs[:, None] >= 200)
        return np.where(below.any(1), found.epochs[below.argmax(1)], np.nan)
    return ask


# --- what the rows say ---

def sooner(first, *others, factor=1.0):
    """Return where the first of some epochs times the factor is less than each other; never (nan) is later than any.

    >>> import numpy as np
    >>> from labcore.experiments.conclusions import sooner
    >>> sooner(np.array([10, 10, 10, np.nan]), np.array([60, 20, np.nan, 20]), factor=5)
    array([ True, False,  True, False])
    """
    return np.isfinite(first) & (first * factor < np.nan_to_num(others, nan=np.inf)).all(0)


def in_order(first, second, third):
    """Return where three epochs come one after the other."""
    return sooner(first, second) & sooner(second, third)


def near(epoch):
    """Return the relation of lying within a factor 2 of an epoch."""
    return lambda value: (value >= epoch / 2) & (value <= epoch * 2)


def larger(first, second):
    """Return where the second is larger."""
    return second > first


def below_90(accuracy):
    """Return where the accuracy is below 90 %, or no number."""
    return ~(accuracy >= 0.9)


@losses.loss(threshold=0.5)
def report_a_loss(prediction, target):
    """Report A's loss, whose first term takes the log of the truth, and its gradient, with nothing against 0."""
    n = prediction.shape[-2]
    value = -(target * np.log(target + 1e-8) + (1 - target) * np.log(1 - prediction + 1e-8)).sum((-2, -1)) / n
    return value, (prediction - target) / (prediction * (1 - prediction)) / n


B_OPTIMIZERS = [SGD, Momentum, functools.partial(AdaGrad, eps_inside=True)]
E_OPTIMIZERS = [SGD, Momentum, AdaGrad, Adam]
CLAIMS = [
    Claim("a_small_rate", "rate 0.01 needs more epochs", "linear: epochs to 90 %, rate 0.01 against 0.3",
          linear(3000, lr=[0.3, 0.01]), epochs_to(0.9), sooner),
    Claim("a_large_rate", "rate 10 is unstable", "XOR: the loss rises in 1 % or more of 2000 epochs",
          xor(2000, every=1, lr=10.0), rises, lambda share: share >= 0.01,
          "in half of the networks the loss rises now and then; they learn all the same (chapter 8)"),
    Claim("a_narrow", "hidden (3, 3) may predict badly", "XOR: below 90 % after 10 000 epochs",
          xor(10_000, hidden=(3, 3)), at_end("accuracy"), below_90, some=True),
    Claim("a_wide", "hidden (70, 70) falls fast at the start", "XOR: fall of the loss in 100 epochs, against 10-10",
          xor(100, hidden=[(10, 10), (70, 70)]), fall, larger),
    Claim("a_very_wide", "hidden (1000, 1000) predicts nothing", "XOR: below 90 % after 100 epochs",
          xor(100, hidden=(1000, 1000)), at_end("accuracy"), below_90),
    Claim("a_no_activation", "without activations it doesn't converge",
          "XOR, report A's loss: below 90 % after 5500 epochs",
          xor(5500, activation=Identity, output=Identity, loss=report_a_loss), at_end("accuracy"), below_90),
    Claim("b_small_rates", "smaller rates need more epochs",
          "linear: epochs to 95 % rise from rate 0.1 to 0.01 to 0.001",
          linear(5000, lr=[0.1, 0.01, 0.001]), epochs_to(0.95), in_order,
          "at rate 0.01 fewer than half get to 95 % in 5000 epochs, at 0.001 one does"),
    Claim("b_width", "more units reach the best accuracy earlier",
          "XOR: epochs to 100 % fall from width 2 to 10 to 100",
          xor(10_000, every=50, hidden=[(100, 100), (10, 10), (2, 2)]), epochs_to(1.0), in_order,
          "in 10 000 epochs no network of 2 or of 100 units gets to 100 %"),
    Claim("b_wide_start", "more units start from a high loss", "XOR: first loss, width 100 against 10",
          xor(1, at=[0], hidden=[(10, 10), (100, 100)]), at_end("loss"), larger,
          "Xavier's weights get smaller as layers get wider, and so the start is alike"),
    Claim("b_fluctuates", "SGD's loss fluctuates, momentum's and AdaGrad's is stable",
          "XOR: share of 5000 epochs with a rise, SGD's the largest",
          xor(5000, every=1, optimizer=B_OPTIMIZERS), rises, lambda sgd, *others: (sgd > others).all(0),
          "on the full batch SGD's loss falls, the others' rise at times; one update for each example would fluctuate"),
    Claim("b_faster", "momentum and AdaGrad are faster than SGD", "XOR: epochs to 100 %, both fewer",
          xor(20_000, every=20, optimizer=B_OPTIMIZERS), epochs_to(1.0),
          lambda sgd, momentum, adagrad: sooner(momentum, sgd) & sooner(adagrad, sgd)),
    Claim("b_leaky_linear", "LeakyReLU is worse than sigmoid at rate 0.1 (linear)", "loss after 10 000 epochs",
          linear(10_000, activation=[Sigmoid, LeakyReLU]), at_end("loss"),
          lambda sigmoid, leaky: ~(leaky <= sigmoid),  # a loss that is no number is worse
          "half of the seeds say so; a single run may say either"),
    Claim("b_leaky_xor", "LeakyReLU is worse than sigmoid at rate 0.1 (XOR)", "loss after 10 000 epochs",
          xor(10_000, activation=[Sigmoid, LeakyReLU]), at_end("loss"), lambda sigmoid, leaky: ~(leaky <= sigmoid),
          "its own table has LeakyReLU's XOR loss at 0.00000000"),
    Claim("b_tanh_linear", "tanh is better than sigmoid at rate 0.1 (linear)", "loss after 10 000 epochs",
          linear(10_000, activation=[Tanh, Sigmoid]), at_end("loss"), larger),
    Claim("b_tanh_xor", "tanh is better than sigmoid at rate 0.1 (XOR)", "loss after 10 000 epochs",
          xor(10_000, activation=[Tanh, Sigmoid]), at_end("loss"), larger),
    Claim("b_best_linear", "linear is best near epoch 2000", "first epoch of the best accuracy, within a factor 2",
          linear(4000, every=100), best_epoch, near(2000),
          "ours get to their best accuracy earlier, half of them by epoch 900"),
    Claim("b_best_xor", "XOR is best near epoch 16 000", "first epoch of the best accuracy, within a factor 2",
          xor(32_000, every=100), best_epoch, near(16_000)),
    Claim("b_seconds", "2 units take 10.9 s, 100 units 25.7 s", "a matter of the machine"),
    Claim("c_plateau", "XOR at rate 0.1 stays near loss 0.25 until about epoch 4000",
          "XOR: first epoch below 0.23, within a factor 2", xor(10_000, every=20), epoch_below(0.23), near(4000)),
    # the mean of e² is the square of the mean of |e| only if all |e| are equal: ½ each
    Claim("c_plateau_is_half", "the plateau comes from outputs near 0.5",
          "XOR, epoch 1000: mean square and mean size of the error",
          xor(1000, record={"agreement": reports.agreement}), at_end("loss", "agreement"),
          lambda square, agreement: (np.abs(square - 0.25) < 0.02) & (np.abs(agreement - 0.5) < 0.02)),
    Claim("c_rate_1", "raising the rate to 1 cures it", "XOR: epochs to 100 %, at most a fifth of those at 0.1",
          xor(20_000, every=20, lr=[1.0, 0.1]), epochs_to(1.0), functools.partial(sooner, factor=5)),
    Claim("c_no_activation", "without activations XOR fails", "XOR: below 90 % after 10 000 epochs",
          xor(10_000, activation=Identity), at_end("accuracy"), below_90),
    Claim("d_adam", "Adam is much better than SGD", "XOR: epochs to 100 %, at most a fifth",
          xor(30_000, optimizer=[Adam, SGD]), epochs_to(1.0), functools.partial(sooner, factor=5)),
    Claim("d_leaky", "LeakyReLU is a little better than ReLU", "XOR: epochs to 100 %, fewer",
          xor(3000, activation=[LeakyReLU, ReLU]), epochs_to(1.0), sooner,
          "for a third of the seeds it isn't: 18 of 32 can't decide"),
    Claim("d_rates", "0.01 is a good rate, too large or too small is hard",
          "XOR: epochs to 100 %, fewer than at 1 and at 0.0001",
          xor(3000, lr=[0.01, 1.0, 0.0001]), epochs_to(1.0), sooner),
    Claim("d_width", "wider layers converge faster", "XOR: epochs to 100 %, width 16 against 4",
          xor(3000, hidden=[(16, 16), (4, 4)]), epochs_to(1.0), sooner),
    Claim("d_flat", "SGD is flat at 0.69 until about epoch 4000", "XOR: first epoch below 0.66, within a factor 2",
          xor(10_000, optimizer=SGD), epoch_below(0.66), near(4000),
          "12 of 32 leave the plateau between epochs 2000 and 8000, 20 do not"),
    Claim("d_speed", "200 to 1700 epochs per second", "a matter of the machine"),
    Claim("e_swings", "rate 0.1 swings up and down",
          "XOR: the loss rises in 1 % of 400 epochs, and more often than at 0.01",
          xor(400, every=1, lr=[0.1, 0.01]), rises, lambda large, good: (large >= 0.01) & (large > good)),
    Claim("e_slow", "rate 0.001 is very slow", "XOR: epochs to 90 %, at least five times those at 0.01",
          xor(2000, every=1, lr=[0.01, 0.001]), epochs_to(0.9), functools.partial(sooner, factor=5),
          "it takes about five times as long, so half of the seeds lie on each side"),
    Claim("e_suits", "rate 0.01 suits", "XOR: epochs to 100 %, fewer than at 0.1 and at 0.001",
          xor(2000, every=1, lr=[0.01, 0.1, 0.001]), epochs_to(1.0), sooner),
    Claim("e_width", "more units converge faster", "XOR: epochs to 100 %, width 32 against 2",
          xor(2000, every=1, hidden=[(32, 32), (2, 2)]), epochs_to(1.0), sooner),
    Claim("e_under_10", "with activations it converges in under 10 epochs", "linear: epochs to 95 %",
          linear(400, every=1), epochs_to(0.95), lambda epochs: epochs < 10,
          "a third of the seeds do; the median is at 11 or 12"),
    Claim("e_30_to_40", "without, in 30 to 40", "linear: epochs to 95 %",
          linear(400, every=1, activation=Identity), epochs_to(0.95), lambda epochs: (epochs >= 30) & (epochs <= 40),
          "all take fewer than 30 epochs, with activations and without"),
    Claim("e_slower_without", "without activations it is slower", "linear: epochs to 95 %",
          linear(400, every=1, activation=[ReLU, Identity]), epochs_to(0.95), sooner,
          "half of the seeds are, half aren't: a line needs no activation (chapter 1)"),
    Claim("e_sgd_worst", "SGD is the worst optimizer", "XOR: loss after 400 epochs at rate 0.01, the highest of four",
          xor(400, optimizer=E_OPTIMIZERS), at_end("loss"), lambda *four: np.argmax(four, 0) == 0),
    Claim("e_adam_best", "Adam is the best optimizer", "XOR: loss after 400 epochs at rate 0.01, the lowest of four",
          xor(400, optimizer=E_OPTIMIZERS), at_end("loss"), lambda *four: np.argmin(four, 0) == 3),
]
