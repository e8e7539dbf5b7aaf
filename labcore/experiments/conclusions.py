"""What the reports conclude: each claim with how it is asked of a seed, and why it isn't confirmed, where it isn't."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from .. import losses
from ..activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from ..optimizers import SGD, AdaGrad, Adam, Momentum
from . import reports


@dataclass(frozen=True)
class Claim:
    """A claim in our words, and what is compared for it: settings are trained, and `holds` is asked of their `Sweep`.

    The first letter of the key is the report's. With `some` the claim says "may": one seed is enough. What isn't
    trained is a matter of the machine.
    """
    key: str
    text: str
    how: str
    problem: str = ""
    epochs: int = 0
    changes: dict = field(default_factory=dict)  #: of the report's setting; lists are compared
    holds: Callable | None = None
    why: str = ""
    some: bool = False

    @property
    def report(self):
        """The report's letter."""
        return self.key[0].upper()

    def measure(self, seeds):
        """Return whether the claim holds, bool (seeds,), without the report's stopping rule; None if it isn't asked."""
        if not self.holds:
            return None
        base = replace(reports.BASE[self.report], stop_at_accuracy=None, check_every=1)
        return self.holds(reports.run(self.problem, base, self.epochs, seeds, **{"every": 10} | self.changes))


def sooner_to(accuracy, *pairs, factor=1.0):
    """Ask whether, of each pair of settings, the first gets to an accuracy sooner, by that factor; never is later."""
    def holds(found):
        epochs = np.nan_to_num(found.epochs_to(accuracy), nan=np.inf)
        return np.all([epochs[i] * factor < epochs[k] for i, k in pairs or [(0, 1)]], axis=0)
    return holds


def rises(share=0.0):
    """Ask whether the first setting's loss rises (or is no number) in that share of steps, and in more than others'."""
    def holds(found):
        first, *others = (~(np.diff(found.records["loss"], axis=1) <= 0)).mean(1)
        return (first >= share) & np.all([first > other for other in others], axis=0)
    return holds


def larger_loss(found):
    """Ask whether the second setting ends with a larger loss, or one that is no number."""
    first, second = found.value("loss")
    return ~(second <= first)


def stays_below_90(found):
    """Ask whether the accuracy ends below 90 %, or the network has diverged."""
    return ~(found.value("accuracy")[0] >= 0.9)


def near(epochs, epoch):
    """Return where epochs lie within a factor 2 of another."""
    return (epochs >= epoch / 2) & (epochs <= epoch * 2)


def best_near(epoch):
    """Ask whether the best accuracy first comes near that epoch."""
    return lambda found: near(found.epochs[found.records["accuracy"][0].argmax(0)], epoch)


def leaves_plateau(loss):
    """Ask whether the loss first falls below that one near epoch 4000; the first 200 only find the plateau."""
    def holds(found):
        below = (found.records["loss"][0] < loss) & (found.epochs[:, None] >= 200)
        return below.any(0) & near(found.epochs[below.argmax(0)], 4000)
    return holds


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
          "linear", 3000, {"lr": [0.3, 0.01]}, sooner_to(0.9)),
    Claim("a_large_rate", "rate 10 is unstable", "XOR: the loss rises in 1 % or more of 2000 epochs",
          "XOR", 2000, {"every": 1, "lr": 10.0}, rises(0.01),
          "in half of the networks the loss rises now and then; they learn all the same (chapter 8)"),
    Claim("a_narrow", "hidden (3, 3) may predict badly", "XOR: below 90 % after 10 000 epochs",
          "XOR", 10_000, {"hidden": (3, 3)}, stays_below_90, some=True),
    Claim("a_wide", "hidden (70, 70) falls fast at the start", "XOR: fall of the loss in 100 epochs, against 10-10",
          "XOR", 100, {"hidden": [(10, 10), (70, 70)]},
          lambda found: np.diff(found.value("loss", 0) - found.value("loss"), axis=0)[0] > 0),
    Claim("a_very_wide", "hidden (1000, 1000) predicts nothing", "XOR: below 90 % after 100 epochs",
          "XOR", 100, {"hidden": (1000, 1000)}, stays_below_90),
    Claim("a_no_activation", "without activations it doesn't converge",
          "XOR, report A's loss: below 90 % after 5500 epochs",
          "XOR", 5500, {"activation": Identity, "output": Identity, "loss": report_a_loss}, stays_below_90),
    Claim("b_small_rates", "smaller rates need more epochs",
          "linear: epochs to 95 % rise from rate 0.1 to 0.01 to 0.001",
          "linear", 5000, {"lr": [0.1, 0.01, 0.001]}, sooner_to(0.95, (0, 1), (1, 2)),
          "at rate 0.01 fewer than half get to 95 % in 5000 epochs, at 0.001 one does"),
    Claim("b_width", "more units reach the best accuracy earlier",
          "XOR: epochs to 100 % fall from width 2 to 10 to 100",
          "XOR", 10_000, {"every": 50, "hidden": [(100, 100), (10, 10), (2, 2)]}, sooner_to(1.0, (0, 1), (1, 2)),
          "in 10 000 epochs no network of 2 or of 100 units gets to 100 %"),
    Claim("b_wide_start", "more units start from a high loss", "XOR: first loss, width 100 against 10",
          "XOR", 1, {"at": [0], "hidden": [(10, 10), (100, 100)]}, larger_loss,
          "Xavier's weights get smaller as layers get wider, and so the start is alike"),
    Claim("b_fluctuates", "SGD's loss fluctuates, momentum's and AdaGrad's is stable",
          "XOR: share of 5000 epochs with a rise, SGD's the largest",
          "XOR", 5000, {"every": 1, "optimizer": B_OPTIMIZERS}, rises(),
          "on the full batch SGD's loss falls, the others' rise at times; one update for each example would fluctuate"),
    Claim("b_faster", "momentum and AdaGrad are faster than SGD", "XOR: epochs to 100 %, both fewer",
          "XOR", 20_000, {"every": 20, "optimizer": B_OPTIMIZERS}, sooner_to(1.0, (1, 0), (2, 0))),
    Claim("b_leaky_linear", "LeakyReLU is worse than sigmoid at rate 0.1 (linear)", "loss after 10 000 epochs",
          "linear", 10_000, {"activation": [Sigmoid, LeakyReLU]}, larger_loss,
          "half of the seeds say so; a single run may say either"),
    Claim("b_leaky_xor", "LeakyReLU is worse than sigmoid at rate 0.1 (XOR)", "loss after 10 000 epochs",
          "XOR", 10_000, {"activation": [Sigmoid, LeakyReLU]}, larger_loss,
          "its own table has LeakyReLU's XOR loss at 0.00000000"),
    Claim("b_tanh_linear", "tanh is better than sigmoid at rate 0.1 (linear)", "loss after 10 000 epochs",
          "linear", 10_000, {"activation": [Tanh, Sigmoid]}, larger_loss),
    Claim("b_tanh_xor", "tanh is better than sigmoid at rate 0.1 (XOR)", "loss after 10 000 epochs",
          "XOR", 10_000, {"activation": [Tanh, Sigmoid]}, larger_loss),
    Claim("b_best_linear", "linear is best near epoch 2000", "first epoch of the best accuracy, within a factor 2",
          "linear", 4000, {"every": 100}, best_near(2000),
          "ours get to their best accuracy earlier, half of them by epoch 900"),
    Claim("b_best_xor", "XOR is best near epoch 16 000", "first epoch of the best accuracy, within a factor 2",
          "XOR", 32_000, {"every": 100}, best_near(16_000)),
    Claim("b_seconds", "2 units take 10.9 s, 100 units 25.7 s", "a matter of the machine"),
    Claim("c_plateau", "XOR at rate 0.1 stays near loss 0.25 until about epoch 4000",
          "XOR: first epoch below 0.23, within a factor 2", "XOR", 10_000, {"every": 20}, leaves_plateau(0.23)),
    # the mean of e² is the square of the mean of |e| only if all |e| are equal: ½ each
    Claim("c_plateau_is_half", "the plateau comes from outputs near 0.5",
          "XOR, epoch 1000: mean square and mean size of the error",
          "XOR", 1000, {"record": {"agreement": reports.agreement}},
          lambda found: (np.abs(found.value("loss")[0] - 0.25) < 0.02)
          & (np.abs(found.value("agreement")[0] - 0.5) < 0.02)),
    Claim("c_rate_1", "raising the rate to 1 cures it", "XOR: epochs to 100 %, at most a fifth of those at 0.1",
          "XOR", 20_000, {"every": 20, "lr": [1.0, 0.1]}, sooner_to(1.0, factor=5)),
    Claim("c_no_activation", "without activations XOR fails", "XOR: below 90 % after 10 000 epochs",
          "XOR", 10_000, {"activation": Identity}, stays_below_90),
    Claim("d_adam", "Adam is much better than SGD", "XOR: epochs to 100 %, at most a fifth",
          "XOR", 30_000, {"optimizer": [Adam, SGD]}, sooner_to(1.0, factor=5)),
    Claim("d_leaky", "LeakyReLU is a little better than ReLU", "XOR: epochs to 100 %, fewer",
          "XOR", 3000, {"activation": [LeakyReLU, ReLU]}, sooner_to(1.0),
          "for a third of the seeds it isn't: 18 of 32 can't decide"),
    Claim("d_rates", "0.01 is a good rate, too large or too small is hard",
          "XOR: epochs to 100 %, fewer than at 1 and at 0.0001",
          "XOR", 3000, {"lr": [0.01, 1.0, 0.0001]}, sooner_to(1.0, (0, 1), (0, 2))),
    Claim("d_width", "wider layers converge faster", "XOR: epochs to 100 %, width 16 against 4",
          "XOR", 3000, {"hidden": [(16, 16), (4, 4)]}, sooner_to(1.0)),
    Claim("d_flat", "SGD is flat at 0.69 until about epoch 4000", "XOR: first epoch below 0.66, within a factor 2",
          "XOR", 10_000, {"optimizer": SGD}, leaves_plateau(0.66),
          "12 of 32 leave the plateau between epochs 2000 and 8000, 20 do not"),
    Claim("d_speed", "200 to 1700 epochs per second", "a matter of the machine"),
    Claim("e_swings", "rate 0.1 swings up and down",
          "XOR: the loss rises in 1 % of 400 epochs, and more often than at 0.01",
          "XOR", 400, {"every": 1, "lr": [0.1, 0.01]}, rises(0.01)),
    Claim("e_slow", "rate 0.001 is very slow", "XOR: epochs to 90 %, at least five times those at 0.01",
          "XOR", 2000, {"every": 1, "lr": [0.01, 0.001]}, sooner_to(0.9, factor=5),
          "it takes about five times as long, so half of the seeds lie on each side"),
    Claim("e_suits", "rate 0.01 suits", "XOR: epochs to 100 %, fewer than at 0.1 and at 0.001",
          "XOR", 2000, {"every": 1, "lr": [0.01, 0.1, 0.001]}, sooner_to(1.0, (0, 1), (0, 2))),
    Claim("e_width", "more units converge faster", "XOR: epochs to 100 %, width 32 against 2",
          "XOR", 2000, {"every": 1, "hidden": [(32, 32), (2, 2)]}, sooner_to(1.0)),
    Claim("e_under_10", "with activations it converges in under 10 epochs", "linear: epochs to 95 %",
          "linear", 400, {"every": 1}, lambda found: found.epochs_to(0.95)[0] < 10,
          "a third of the seeds do; the median is at 11 or 12"),
    Claim("e_30_to_40", "without, in 30 to 40", "linear: epochs to 95 %",
          "linear", 400, {"every": 1, "activation": Identity},
          lambda found: (found.epochs_to(0.95)[0] >= 30) & (found.epochs_to(0.95)[0] <= 40),
          "all take fewer than 30 epochs, with activations and without"),
    Claim("e_slower_without", "without activations it is slower", "linear: epochs to 95 %",
          "linear", 400, {"every": 1, "activation": [ReLU, Identity]}, sooner_to(0.95),
          "half of the seeds are, half aren't: a line needs no activation (chapter 1)"),
    Claim("e_sgd_worst", "SGD is the worst optimizer", "XOR: loss after 400 epochs at rate 0.01, the highest of four",
          "XOR", 400, {"optimizer": E_OPTIMIZERS}, lambda found: found.value("loss").argmax(0) == 0),
    Claim("e_adam_best", "Adam is the best optimizer", "XOR: loss after 400 epochs at rate 0.01, the lowest of four",
          "XOR", 400, {"optimizer": E_OPTIMIZERS}, lambda found: found.value("loss").argmin(0) == 3),
]
