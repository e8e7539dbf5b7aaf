"""What the five reports state, every row of their tables (``reports.json``), and how it is run again (chapter 13)."""

import json
import pathlib
from dataclasses import dataclass, replace

import numpy as np

from .. import data
from .settings import Settings
from .statistics import label
from .sweep import sweep

_STORED = json.loads(pathlib.Path(__file__).with_suffix(".json").read_text(encoding="utf-8"))
#: what a report does everywhere. Where it is silent: weights N(0, 1), biases that start at 0, as in report C. B has no
#: biases, since its run without activations ends at the loss of the best line through the origin, to eight digits; and
#: weights N(0, 1) diverge there at its rate (chapter 10)
BASE = {report: Settings(**base) for report, base in _STORED["base"].items()}
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
        how = vars(self.settings) | {"problem": self.problem.lower(), "epochs": self.epochs, "seed": 42}
        how["hidden"] = " ".join(map(str, how["hidden"]))
        flags = ("problem", "hidden", "activation", "optimizer", "lr", "loss", "init", "bias_init", "epochs",
                 "stop_at_accuracy", "check_every", "seed")
        return "python -m labcore train " + " ".join(f"--{name.replace('_', '-')} {label(how[name])}" for name in flags)


def _row(why="", changes=(), **row):
    """Return the `Row` of a stored one: `changes` are those of `BASE`, and a reason of several rows has a name."""
    return Row(**row, settings=replace(BASE[row["report"]], **dict(changes)), why=_STORED["reasons"].get(why, why))


ROWS = [_row(**row) for row in _STORED["rows"]]
