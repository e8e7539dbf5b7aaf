"""What the handout and the reports print (``reports.json``), what may have printed it, and how it is run again."""

import functools
import itertools
import json
import pathlib
from dataclasses import dataclass, replace

import numpy as np

from .. import data, losses
from ..optimizers import AdaGrad
from .settings import Settings, read_widths
from .statistics import label
from .sweep import sweep

STORED = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))


@losses.loss(threshold=0.5)
def report_a_loss(prediction, target):
    """Report A's loss as its code has it, and its gradient: that of cross-entropy, with nothing against 0."""
    n, error = prediction.shape[-2], prediction - target
    value = target * np.log(target + 0.01) + (1 - prediction) * np.log(1 - prediction + 0.01)
    return -value.sum((-2, -1)) / n, error / (prediction * (1 - prediction)) / n


def xor_201():
    """Return XOR as `generate_xor_easy` does, with a step of 0.01 along the diagonals: 201 points."""
    s = np.arange(101) / 100
    falling = np.delete(s, 50)
    x = np.block([[s, falling], [s, 1 - falling]]).T
    return x, np.repeat([0.0, 1.0], [101, 100])[:, None]


#: what a report does everywhere. Where it is silent: weights N(0, 1), biases that start at 0, as in report C. B has no
#: biases, since its run without activations ends at the loss of the best line through the origin, to eight digits; and
#: weights N(0, 1) diverge there at its rate (chapter 13)
BASE = {report: Settings(**base) for report, base in STORED["base"].items()}
#: XOR's points are the same for all seeds, linear ones are drawn anew from each
PROBLEMS = {"XOR": data.generate_xor_easy(), "XOR, step 0.01": xor_201(), "linear": data.generate_linear}
POINTS = {"XOR": 21, "XOR, step 0.01": 201, "linear": 100}


def run(problem, settings, epochs, seeds, **how):
    """Train one of `PROBLEMS` with some settings, a network a seed, and return the `Sweep`; `how` is as there."""
    return sweep({problem: PROBLEMS[problem]}, base=settings, epochs=epochs, seeds=seeds, **how)


#: what can be recorded of networks besides their loss and accuracy
RECORDS = {"loss as coded": lambda net, x, y: report_a_loss(net.predict(x), y)[0],
           "distance": lambda net, x, y: np.abs(net.predict(x) - y).mean((-2, -1)),
           "slope": lambda net, x, y: 0.25 - ((net.predict(x) - 0.5) ** 2).mean((-2, -1))}  # ŷ (1 − ŷ)
#: what names in the data file mean that are no parts of labcore
NAMED = {"report A's": report_a_loss, "AdaGrad, ε inside": functools.partial(AdaGrad, eps_inside=True)}


def named(changes):
    """Return stored changes of a setting with what their names stand for; a list is compared."""
    def one(name, value):
        return read_widths(value) if name == "hidden" else NAMED.get(value, value)
    return {name: [one(name, each) for each in value] if isinstance(value, list) else one(name, value)
            for name, value in changes.items()}


@dataclass(frozen=True)
class Row:
    """One cell of a report's table: what was done, and what the report gives for it.

    `reported` has (quantity, epoch, text as printed), for the quantities "loss", "loss as coded", "accuracy" and
    "epochs to 100 %". `why` says why the cell isn't confirmed, where it isn't; `rival`, of a setting that the report
    doesn't name, which one this is.
    """
    report: str
    problem: str
    label: str
    epochs: int
    settings: Settings
    reported: list
    why: str = ""
    rival: str = ""
    log: bool = False  #: whether it is from a log, of which a report prints more lines

    @property
    def key(self):
        """The row's name, which no other has: report, problem, setting and epochs."""
        rival = f" ({self.rival})" * bool(self.rival)
        return f"{self.report} {self.problem}: {self.label}, {self.epochs} epochs{rival}"

    @property
    def command(self):
        """A line to paste, where the report's program took flags."""
        if self.report != "D":
            return ""
        how = vars(self.settings) | {"problem": self.problem.lower(), "epochs": self.epochs, "seed": 42}
        how["hidden"] = " ".join(map(str, how["hidden"]))
        flags = ("problem", "hidden", "activation", "optimizer", "lr", "loss", "init", "bias_init", "epochs",
                 "stop_at_accuracy", "check_every", "seed")
        return "python -m labcore train " + " ".join(f"--{name.replace('_', '-')} {label(how[name])}" for name in flags)


def _row(why="", changes=(), **row):
    """Return the `Row` of a stored one: `changes` are those of `BASE`, and a reason of several rows has a name."""
    settings = replace(BASE[row["report"]], **named(dict(changes)))
    return Row(**row, settings=settings, why=STORED["reasons"].get(why, why))


def _rivals():
    """Yield the rows whose setting a report doesn't name, with each setting that could be it."""
    for row in ROWS:
        if row.report == "A" and row.problem.startswith("XOR"):
            for problem, quantity in itertools.product(("XOR", "XOR, step 0.01"), ("loss", "loss as coded")):
                reported = [(quantity if what != "accuracy" else what, *rest) for what, *rest in row.reported]
                yield replace(row, problem=problem, reported=reported, rival=f"{POINTS[problem]} points, {quantity}")
        if row.report == "B" and row.label.startswith(("default", "rate")):
            n = POINTS[row.problem]
            for factor, name in ((1, "a mean over the examples"), (n, "a sum over the examples")):
                yield replace(row, settings=replace(row.settings, lr=row.settings.lr * factor), rival=name)
        if row.report == "E":
            for optimizer, lr, loss in itertools.product(("SGD", "Momentum", "AdaGrad, ε inside", "Adam"),
                                                         (0.001, 0.01, 0.1), ("squared_error", "binary_cross_entropy")):
                settings = replace(row.settings, optimizer=NAMED.get(optimizer, optimizer), lr=lr, loss=loss)
                yield replace(row, settings=settings, rival=f"{optimizer}, {lr:g}, {loss}")


ROWS = [_row(**row) for row in STORED["rows"]]
RIVALS = list(_rivals())
