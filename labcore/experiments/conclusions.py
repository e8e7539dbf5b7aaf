"""What the reports conclude (``reports.json``), and how each claim is asked of the seeds."""

from dataclasses import dataclass, field, replace

import numpy as np

from . import reports
from .statistics import smaller


@dataclass(frozen=True)
class Claim:
    """A claim in our words, and how it is asked: settings are trained, and a function answers from their `Sweep`.

    The first letter of the key is the report's. What isn't trained is a matter of the machine. `why` says why the
    claim isn't confirmed, where it isn't.
    """
    key: str
    text: str
    how: str
    problem: str = ""
    epochs: int = 0  #: the report's own, or more where it names none
    changes: dict = field(default_factory=dict)  #: of the report's setting; lists are compared
    asks: list = ()  #: the name of a function of `Asks`, and its arguments
    options: dict = field(default_factory=dict)
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
        found = reports.run(self.problem, base, self.epochs, seeds, **{"every": 10} | reports.named(self.changes))
        name, *given = self.asks
        return getattr(Asks, name)(found, *given, **self.options)


class Asks:
    """Questions to a `Sweep`, each of which returns an outcome for each seed; `pairs` are indices of its settings."""

    def sooner_to(found, accuracy, pairs=((0, 1),), factor=1.0):
        """Of each pair, the first gets to an accuracy sooner, by that factor."""
        epochs, budget = found.epochs_to(accuracy), found.epochs[-1]
        return all_of(smaller(epochs[i], epochs[k], factor, budget) for i, k in pairs)

    def arrives(found, accuracy, low, high):
        """It gets to an accuracy within those epochs."""
        epochs = found.epochs_to(accuracy)[0]
        return yes((epochs >= low) & (epochs <= high))

    def never_to_100(found):
        """None of the settings gets to 100 %."""
        return yes(np.isnan(found.epochs_to(1.0)).all(0))

    def ends_at(found, accuracy):
        """All settings end with that accuracy or more."""
        return yes((found.value("accuracy") >= accuracy).all(0))

    def stays_below_90(found):
        """It ends below 90 %, or has diverged."""
        return yes(~(found.value("accuracy")[0] >= 0.9))

    def fails_more_often(found):
        """The second ends below 90 %, or has diverged, where the first doesn't."""
        first, second = (~(found.value("accuracy") >= 0.9)).astype(float)
        return second - first

    def smaller_loss(found, pairs=((0, 1),)):
        """Of each pair, the first ends with the smaller loss; what has diverged is larger than any."""
        loss = found.value("loss")
        return all_of(smaller(loss[i], loss[k]) for i, k in pairs)

    def smaller_loss_at_its_best_rate(found, pairs, rates):
        """The same of optimizers, each at that of the rates where its median loss is least."""
        loss = found.value("loss").reshape(-1, rates, len(found.seeds))
        best = np.median(np.nan_to_num(loss, nan=np.inf), axis=2).argmin(1)
        loss = loss[np.arange(len(loss)), best]
        return all_of(smaller(loss[i], loss[k]) for i, k in pairs)

    def rises(found):
        """The first setting's loss rises (or is no number) in more epochs than the others'."""
        first, *others = (~(np.diff(found.records["loss"], axis=1) <= 0)).sum(1)
        return all_of(smaller(other, first) for other in others)

    def falls_more(found):
        """The second setting's loss falls by more."""
        return smaller(*(found.value("loss", 0) - found.value("loss")))

    def starts_higher(found):
        """The second setting's mean loss from epoch 1 on is the larger."""
        return smaller(*found.records["loss"][:, 1:].mean(1))

    def stands(found, since):
        """The loss is at the end what it was after so many epochs (or no number)."""
        return yes(~(np.abs(found.value("loss", since) - found.value("loss"))[0] > 1e-9))

    def best_near(found, epoch):
        """The best accuracy first comes near that epoch."""
        return yes(near(found.epochs[found.records["accuracy"][0].argmax(0)], epoch))

    def leaves_plateau(found, loss, near_epoch):
        """The loss first falls below that one near that epoch; the first 200 only find the plateau."""
        below = (found.records["loss"][0] < loss) & (found.epochs[:, None] >= 200)
        return yes(below.any(0) & near(found.epochs[below.argmax(0)], near_epoch))

    def outputs_are_half(found):
        """The mean of e² is ¼ and that of |e| is ½, which takes that all are ½."""
        loss, distance = found.value("loss")[0], found.value("distance")[0]
        return yes((np.abs(loss - 0.25) < 0.02) & (np.abs(distance - 0.5) < 0.02))

    def steeper_later(found):
        """The last sigmoid's mean slope is smaller at the first recorded epoch than at the last."""
        return smaller(found.records["slope"][0, 0], found.value("slope")[0])


def yes(found):
    """Return the outcomes of a question with the answers yes and no."""
    return np.where(found, 1.0, -1.0)


def all_of(outcomes):
    """Return the outcomes of a claim that says several things: for, if all are; against, if one is."""
    outcomes = np.array(list(outcomes))
    return np.where((outcomes == -1).any(0), -1.0, outcomes.min(0))


def near(epochs, epoch):
    """Return where epochs lie within a factor 2 of another."""
    return (epochs >= epoch / 2) & (epochs <= epoch * 2)


CLAIMS = [Claim(**claim) for claim in reports.STORED["claims"]]
