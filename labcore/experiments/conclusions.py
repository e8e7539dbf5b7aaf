"""What the reports conclude: each claim with how it is asked of a seed, and why it isn't confirmed, where it isn't."""

import functools
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np

from ..activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh
from ..optimizers import SGD, AdaGrad, Adam, Momentum
from . import reports
from .statistics import smaller


@dataclass(frozen=True)
class Claim:
    """A claim in our words, and what is compared for it: settings are trained, and `asks` asks it of their `Sweep`.

    The first letter of the key is the report's. What isn't trained is a matter of the machine.
    """
    key: str
    text: str
    how: str
    problem: str = ""
    epochs: int = 0  #: the report's own, or more where it names none
    changes: dict = field(default_factory=dict)  #: of the report's setting; lists are compared
    asks: Callable | None = None
    why: str = ""

    @property
    def report(self):
        """The report's letter."""
        return self.key[0].upper()

    def measure(self, seeds):
        """Return an outcome for each seed, as `sign_test` takes them, without the report's stopping rule, or None."""
        if not self.asks:
            return None
        base = replace(reports.BASE[self.report], stop_at_accuracy=None, check_every=1)
        return self.asks(reports.run(self.problem, base, self.epochs, seeds, **{"every": 10} | self.changes))


def yes(found):
    """Return the outcomes of a question with the answers yes and no."""
    return np.where(found, 1.0, -1.0)


def all_of(*outcomes):
    """Return the outcomes of a claim that says several things: for, if all are; against, if one is."""
    outcomes = np.array(outcomes)
    return np.where((outcomes == -1).any(0), -1.0, outcomes.min(0))


def sooner_to(accuracy, *pairs, factor=1.0):
    """Ask whether, of each pair of settings, the first gets to an accuracy sooner, by that factor."""
    def asks(found):
        epochs, budget = found.epochs_to(accuracy), found.epochs[-1]
        return all_of(*(smaller(epochs[i], epochs[k], factor, budget) for i, k in pairs or [(0, 1)]))
    return asks


def rises(found):
    """Ask whether the first setting's loss rises (or is no number) in more epochs than the others'."""
    first, *others = (~(np.diff(found.records["loss"], axis=1) <= 0)).sum(1)
    return all_of(*(smaller(other, first) for other in others))


def smaller_loss(*others, which=0):
    """Ask whether one setting ends with a smaller loss than others; what has diverged is larger than any."""
    def asks(found):
        loss = found.value("loss")
        return all_of(*(smaller(loss[which], loss[other]) for other in others))
    return asks


def larger_loss(which, *others):
    """Ask whether one setting ends with a larger loss than others."""
    return lambda found: all_of(*(smaller(loss, found.value("loss")[which]) for loss in found.value("loss")[[*others]]))


def fails_more_often(found):
    """Ask whether the second setting ends below 90 % (or has diverged) where the first doesn't."""
    first, second = (~(found.value("accuracy") >= 0.9)).astype(float)
    return second - first


def stays_below_90(found):
    """Ask whether the accuracy ends below 90 %, or the network has diverged."""
    return yes(~(found.value("accuracy")[0] >= 0.9))


def near(epochs, epoch):
    """Return where epochs lie within a factor 2 of another."""
    return (epochs >= epoch / 2) & (epochs <= epoch * 2)


def best_near(epoch):
    """Ask whether the best accuracy first comes near that epoch."""
    return lambda found: yes(near(found.epochs[found.records["accuracy"][0].argmax(0)], epoch))


def leaves_plateau(loss):
    """Ask whether the loss first falls below that one near epoch 4000; the first 200 only find the plateau."""
    def asks(found):
        below = (found.records["loss"][0] < loss) & (found.epochs[:, None] >= 200)
        return yes(below.any(0) & near(found.epochs[below.argmax(0)], 4000))
    return asks


def at_its_own_best(which, *others, larger=False):
    """Ask the same of optimizers × rates, each optimizer at the rate where its median loss is least."""
    def asks(found):
        loss = found.value("loss").reshape(len(E_OPTIMIZERS), len(E_RATES), -1)
        best = np.nanmedian(np.nan_to_num(loss, nan=np.inf), axis=2).argmin(1)
        loss = loss[np.arange(len(loss)), best]
        return all_of(*(smaller(*((loss[k], loss[which]) if larger else (loss[which], loss[k]))) for k in others))
    return asks


def distance(net, x, y):
    """Return the mean of |ŷ − y|."""
    return np.abs(net.predict(x) - y).mean((-2, -1))


def output_slope(net, x, y):
    """Return the mean slope ŷ (1 − ŷ) of the last sigmoid."""
    output = net.predict(x)
    return (output * (1 - output)).mean((-2, -1))


B_OPTIMIZERS = [SGD, Momentum, functools.partial(AdaGrad, eps_inside=True)]
E_OPTIMIZERS = [SGD, Momentum, functools.partial(AdaGrad, eps_inside=True), Adam]
E_RATES = [0.001, 0.01, 0.1, 1.0]
FINE = "XOR, step 0.01"
CLAIMS = [
    Claim("a_small_rate", "rate 0.01 needs more epochs", "linear: epochs to 90 %, rate 0.3 fewer than 0.01",
          "linear", 20_000, {"lr": [0.3, 0.01]}, sooner_to(0.9)),
    Claim("a_large_rate", "rate 10 is unstable", "XOR: epochs of 20 000 in which the loss rises, more than at rate 0.3",
          FINE, 20_000, {"every": 1, "lr": [10.0, 0.3]}, rises),
    Claim("a_narrow", "hidden (3, 3) may predict badly", "XOR: below 90 % after 20 000 epochs where 10-10 isn't",
          FINE, 20_000, {"hidden": [(10, 10), (3, 3)]}, fails_more_often),
    Claim("a_narrow_unstable", "hidden (3, 3) is not stable",
          "XOR: epochs of 20 000 in which the loss rises, more than with 10-10",
          FINE, 20_000, {"every": 1, "hidden": [(3, 3), (10, 10)]}, rises),
    Claim("a_wide", "hidden (70, 70) falls fast at the start", "XOR: fall of the loss in 100 epochs, more than 10-10's",
          FINE, 100, {"hidden": [(10, 10), (70, 70)]},
          lambda found: smaller(*(found.value("loss", 0) - found.value("loss")))),
    Claim("a_very_wide", "hidden (1000, 1000) predicts nothing", "XOR: the loss is the same after 20 and 100 epochs",
          FINE, 100, {"hidden": (1000, 1000)},
          lambda found: yes(~(np.abs(found.value("loss", 20) - found.value("loss"))[0] > 1e-9))),
    Claim("a_no_activation", "without activations it doesn't converge", "linear: below 90 % after 5500 epochs",
          "linear", 5500, {"activation": Identity, "output": Identity, "loss": reports.report_a_loss}, stays_below_90),
    Claim("b_small_rates", "smaller rates need more epochs",
          "linear: epochs to 95 % rise from rate 0.1 to 0.01 to 0.001",
          "linear", 100_000, {"every": 50, "lr": [0.1, 0.01, 0.001]}, sooner_to(0.95, (0, 1), (1, 2))),
    Claim("b_optimal", "linear is optimal at all three smaller rates",
          "linear: 95 % or more after 100 000 epochs at 0.01, 0.001 and 0.0001",
          "linear", 100_000, {"at": [100_000], "lr": [0.01, 0.001, 0.0001]},
          lambda found: yes((found.value("accuracy") >= 0.95).all(0))),
    Claim("b_width", "more units reach the best accuracy earlier",
          "XOR: epochs to 100 % fall from width 2 to 10 to 100",
          "XOR", 100_000, {"every": 50, "hidden": [(100, 100), (10, 10), (2, 2)]}, sooner_to(1.0, (0, 1), (1, 2))),
    Claim("b_wide_start", "more units have a high loss in the early epochs",
          "XOR: mean loss of epochs 1 to 20, width 100 higher than 10",
          "XOR", 20, {"every": 1, "hidden": [(10, 10), (100, 100)]},
          lambda found: smaller(*found.records["loss"][:, 1:].mean(1))),
    Claim("b_fluctuates", "SGD's loss fluctuates, momentum's and AdaGrad's is stable",
          "XOR: epochs of 100 000 in which the loss rises, SGD's the most",
          "XOR", 100_000, {"every": 1, "optimizer": B_OPTIMIZERS}, rises),
    Claim("b_faster", "momentum and AdaGrad are faster than SGD", "XOR: epochs to 100 %, both fewer",
          "XOR", 100_000, {"every": 20, "optimizer": B_OPTIMIZERS}, sooner_to(1.0, (1, 0), (2, 0))),
    Claim("b_leaky_linear", "LeakyReLU is worse than sigmoid at rate 0.1 (linear)", "larger loss after 100 000 epochs",
          "linear", 100_000, {"at": [100_000], "activation": [Sigmoid, LeakyReLU]}, smaller_loss(1)),
    Claim("b_leaky_xor", "LeakyReLU is worse than sigmoid at rate 0.1 (XOR)", "larger loss after 100 000 epochs",
          "XOR", 100_000, {"at": [100_000], "activation": [Sigmoid, LeakyReLU]}, smaller_loss(1)),
    Claim("b_tanh_linear", "tanh is better than sigmoid at rate 0.1 (linear)", "smaller loss after 100 000 epochs",
          "linear", 100_000, {"at": [100_000], "activation": [Tanh, Sigmoid]}, smaller_loss(1)),
    Claim("b_tanh_xor", "tanh is better than sigmoid at rate 0.1 (XOR)", "smaller loss after 100 000 epochs",
          "XOR", 100_000, {"at": [100_000], "activation": [Tanh, Sigmoid]}, smaller_loss(1)),
    Claim("b_best_linear", "linear is best near epoch 2000", "first epoch of the best accuracy, within a factor 2",
          "linear", 100_000, {"every": 100}, best_near(2000)),
    Claim("b_best_xor", "XOR is best near epoch 16 000", "first epoch of the best accuracy, within a factor 2",
          "XOR", 100_000, {"every": 100}, best_near(16_000)),
    Claim("b_seconds", "2 units take 10.9 s, 100 units 25.7 s", "a matter of the machine"),
    Claim("c_plateau", "XOR at rate 0.1 stays near loss 0.25 until about epoch 4000",
          "XOR: first epoch below 0.23, within a factor 2", "XOR", 20_000, {"every": 20}, leaves_plateau(0.23)),
    # the mean of e² is the square of the mean of |e| only if all |e| are equal: ½ each
    Claim("c_plateau_is_half", "on the plateau outputs are near 0.5",
          "XOR, epoch 1000: mean square and mean size of the error", "XOR", 1000, {"record": {"distance": distance}},
          lambda found: yes((np.abs(found.value("loss")[0] - 0.25) < 0.02)
                            & (np.abs(found.value("distance")[0] - 0.5) < 0.02))),
    Claim("c_plateau_cause", "outputs near 0.5 make the gradients small",
          "XOR: slope of the last sigmoid, smaller at epoch 1000 than at 20 000",
          "XOR", 20_000, {"at": [1000, 20_000], "record": {"slope": output_slope}},
          lambda found: smaller(*found.records["slope"][0])),
    Claim("c_rate_1", "raising the rate to 1 cures it", "XOR: epochs to 100 %, at most a fifth of those at 0.1",
          "XOR", 20_000, {"every": 20, "lr": [1.0, 0.1]}, sooner_to(1.0, factor=5)),
    Claim("c_widths", "width 5 or below can't reach 100 %", "XOR: widths 5, 2 and 1 below 100 % in 50 000 epochs",
          "XOR", 50_000, {"every": 50, "hidden": [(5, 5), (2, 2), (1, 1)]},
          lambda found: yes(np.isnan(found.epochs_to(1.0)).all(0))),
    Claim("c_rates", "linear gets about 100 % at any rate",
          "linear: 97 % or more after 200 000 epochs at 0.001, its smallest rate",
          "linear", 200_000, {"at": [200_000], "lr": 0.001}, lambda found: yes(found.value("accuracy")[0] >= 0.97)),
    Claim("c_no_activation", "without activations XOR fails", "XOR: below 90 % after 10 000 epochs",
          "XOR", 10_000, {"activation": Identity, "output": Identity}, stays_below_90),
    Claim("d_adam", "Adam is much better than SGD", "XOR: epochs to 100 %, at most a fifth",
          "XOR", 30_000, {"optimizer": [Adam, SGD]}, sooner_to(1.0, factor=5)),
    Claim("d_leaky", "LeakyReLU is a little better than ReLU", "XOR: epochs to 100 %, fewer",
          "XOR", 30_000, {"activation": [LeakyReLU, ReLU]}, sooner_to(1.0)),
    Claim("d_rates", "0.01 is a good rate, too large or too small is hard",
          "XOR: epochs to 100 %, fewer than at 1 and at 0.0001",
          "XOR", 30_000, {"lr": [0.01, 1.0, 0.0001]}, sooner_to(1.0, (0, 1), (0, 2))),
    Claim("d_width", "wider layers converge faster", "XOR: epochs to 100 %, width 16 fewer than 4",
          "XOR", 30_000, {"hidden": [(16, 16), (4, 4)]}, sooner_to(1.0)),
    Claim("d_flat", "SGD is flat at 0.69 until about epoch 4000", "XOR: first epoch below 0.66, within a factor 2",
          "XOR", 30_000, {"optimizer": SGD}, leaves_plateau(0.66)),
    Claim("d_speed", "200 to 1700 epochs per second", "a matter of the machine"),
    Claim("e_swings", "rate 0.1 swings up and down",
          "XOR, Adam: epochs of 400 in which the loss rises, more than at 0.01",
          "XOR", 400, {"every": 1, "optimizer": Adam, "lr": [0.1, 0.01]}, rises),
    Claim("e_slow", "rate 0.001 is very slow", "XOR, Adam: epochs to 90 %, five times those at 0.01 or more",
          "XOR", 20_000, {"every": 1, "optimizer": Adam, "lr": [0.01, 0.001]}, sooner_to(0.9, factor=5)),
    Claim("e_suits", "rate 0.01 suits", "XOR, Adam: epochs to 100 %, fewer than at 0.1 and at 0.001",
          "XOR", 20_000, {"every": 1, "optimizer": Adam, "lr": [0.01, 0.1, 0.001]}, sooner_to(1.0, (0, 1), (0, 2))),
    Claim("e_width", "more units converge faster", "XOR, Adam at 0.01: epochs to 100 %, width 32 fewer than 2",
          "XOR", 20_000, {"every": 1, "optimizer": Adam, "lr": 0.01, "hidden": [(32, 32), (2, 2)]}, sooner_to(1.0)),
    Claim("e_under_10", "with activations it converges in under 10 epochs", "linear, Adam at 0.01: epochs to 95 %",
          "linear", 400, {"every": 1, "optimizer": Adam, "lr": 0.01},
          lambda found: yes(found.epochs_to(0.95)[0] < 10)),
    Claim("e_30_to_40", "without, in 30 to 40", "linear, Adam at 0.01: epochs to 95 %",
          "linear", 400, {"every": 1, "optimizer": Adam, "lr": 0.01, "activation": Identity},
          lambda found: yes((found.epochs_to(0.95)[0] >= 30) & (found.epochs_to(0.95)[0] <= 40))),
    Claim("e_slower_without", "without activations it is slower", "linear, Adam at 0.01: epochs to 95 %, more without",
          "linear", 400, {"every": 1, "optimizer": Adam, "lr": 0.01, "activation": [ReLU, Identity]}, sooner_to(0.95)),
    Claim("e_sgd_worst", "SGD is the worst optimizer", "XOR: loss after 400 epochs at rate 0.01, the highest of four",
          "XOR", 400, {"at": [400], "optimizer": E_OPTIMIZERS, "lr": 0.01}, larger_loss(0, 1, 2, 3)),
    Claim("e_sgd_worst_own", "SGD is the worst optimizer", "the same, each at its best of rates 0.001 to 1",
          "XOR", 400, {"at": [400], "optimizer": E_OPTIMIZERS, "lr": E_RATES},
          at_its_own_best(0, 1, 2, 3, larger=True)),
    Claim("e_adam_best", "Adam is the best optimizer", "XOR: loss after 400 epochs at rate 0.01, the lowest of four",
          "XOR", 400, {"at": [400], "optimizer": E_OPTIMIZERS, "lr": 0.01}, smaller_loss(0, 1, 2, which=3)),
    Claim("e_adam_best_own", "Adam is the best optimizer", "the same, each at its best of rates 0.001 to 1",
          "XOR", 400, {"at": [400], "optimizer": E_OPTIMIZERS, "lr": E_RATES}, at_its_own_best(3, 0, 1, 2)),
]
