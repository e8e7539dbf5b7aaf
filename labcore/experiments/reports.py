"""What the five reports state, every row of their tables (``reports.json``), and how it is run again (chapter 13)."""

import json
import pathlib
from dataclasses import dataclass, replace

import numpy as np

from .. import data, initializers
from ..activations import Identity, LeakyReLU, ReLU
from ..losses import binary_cross_entropy
from ..optimizers import Adam
from .settings import Settings
from .sweep import sweep

#: what a report does everywhere; where it is silent: weights N(0, 1), biases that start at 0, as in report C
BASE = {
    "A": Settings(lr=0.3, loss=binary_cross_entropy, bias=False),
    # no biases: its run without activations ends at the loss of the best line through the origin, to eight digits; and
    # weights N(0, 1) diverge there at its rate (chapter 10)
    "B": Settings(lr=0.1, output=Identity, bias=False, init=initializers.xavier_normal),
    "C": Settings(lr=0.1),
    "D": Settings(optimizer=Adam, lr=0.01, loss=binary_cross_entropy, hidden=(4, 4), activation=LeakyReLU,
                  init=initializers.he_leaky_normal, bias_init=initializers.he_leaky_normal, stop_at_accuracy=1.0,
                  check_every=100),
    "E": Settings(optimizer=Adam, lr=0.01, hidden=(32, 32), activation=ReLU, init=initializers.uniform,
                  bias_init=initializers.uniform),
}
#: XOR's points are the same for all seeds, linear ones are drawn anew from each
PROBLEMS = {"XOR": data.generate_xor_easy(), "linear": data.generate_linear}
POINTS = {"XOR": 21, "linear": 100}


def run(problem, settings, epochs, seeds, **how):
    """Train one of `PROBLEMS` with some settings, a network a seed, and return the `Sweep`; `how` is as there."""
    return sweep({problem: PROBLEMS[problem]}, base=settings, epochs=epochs, seeds=seeds, **how)


def agreement(net, x, y):
    """Return 1 − mean |ŷ − y|, which report A prints as its accuracy."""
    return 1 - np.abs(net.predict(x) - y).mean((-2, -1))


@dataclass(frozen=True)
class Row:
    """One cell of a report's table: what was done, and what the report gives for it.

    `reported` has (quantity, epoch, text as printed), for the quantities "loss", "accuracy", "agreement" and "epochs to
    100 %". `why` says why the cell isn't confirmed, where it isn't.
    """
    report: str
    problem: str
    label: str
    epochs: int
    settings: Settings
    reported: list
    why: str

    @property
    def key(self):
        """The row's name, which no other has: report, problem, setting and epochs."""
        return f"{self.report} {self.problem}: {self.label}, {self.epochs} epochs"

    @property
    def command(self):
        """A line to paste, where the report's program took flags."""
        if self.report != "D":
            return ""
        how = self.settings
        return (f"python -m labcore train --problem {self.problem.lower()} --hidden {' '.join(map(str, how.hidden))} "
                f"--activation {how.activation.__name__} --optimizer {how.optimizer.__name__} --lr {how.lr} "
                f"--loss {how.loss.__name__} --init {how.init.__name__} --bias-init {how.bias_init.__name__} "
                f"--epochs {self.epochs} --stop-at-accuracy {how.stop_at_accuracy:g} --check-every {how.check_every} "
                "--seed 42")


def _rows():
    """Read the rows: `changes` are those of the report's `BASE`, and a reason that several rows have has a name."""
    stored = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
    for row in stored["rows"]:
        row["settings"] = replace(BASE[row["report"]], **row.pop("changes", {}))
        why = row.pop("why", "")
        yield Row(**row, why=stored["reasons"].get(why, why))


ROWS = list(_rows())
