"""What the five reports state: every table row, as data, and why one isn't confirmed. Chapter 13 measures it all."""

from dataclasses import dataclass, replace

import numpy as np

from .. import data, initializers, losses, optimizers
from ..activations import Identity, LeakyReLU, ReLU, Tanh
from .settings import Settings
from .sweep import sweep

BCE = losses.binary_cross_entropy
#: what a report does everywhere; where it is silent: weights N(0, 1), biases that start at 0, as in report C
BASE = {
    "A": Settings(lr=0.3, loss=BCE, bias=False),
    # no biases: its run without activations ends at the loss of the best line through the origin, to eight digits; and
    # weights N(0, 1) diverge there at its rate (chapter 10)
    "B": Settings(lr=0.1, output=Identity, bias=False, init=initializers.xavier_normal),
    "C": Settings(lr=0.1),
    "D": Settings(optimizer=optimizers.Adam, lr=0.01, loss=BCE, hidden=(4, 4), activation=LeakyReLU,
                  init=initializers.he_leaky_normal, bias_init=initializers.he_leaky_normal, stop_at_accuracy=1.0,
                  check_every=100),
    "E": Settings(optimizer=optimizers.Adam, lr=0.01, hidden=(32, 32), activation=ReLU, init=initializers.uniform,
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
    reported: tuple
    settings: Settings
    why: str = ""

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


#: the order in which a table prints its numbers
QUANTITIES = {"B": ("loss", "accuracy"), "C": ("accuracy", "loss"), "D": ("epochs to 100 %",)}
ONE_UPDATE = "its rates act larger than ours, on XOR 21 times: one update for each example, or a sum in place of a mean"
ONE_POINT = "unexplained: it stays near 0.01, as if it couldn't learn one of its 100 points"
ABOVE = "a little above the largest of ours; chance does that to one number in 16"


def _cells(report, label, epochs, changes, linear, xor):
    """Return the two cells of a row: each has its numbers at the end of training, and may have a reason behind them."""
    rows, names = [], QUANTITIES[report]
    for problem, cell in (("linear", linear), ("XOR", xor)):
        reported = tuple((name, epochs, text) for name, text in zip(names, cell) if text)
        rows.append(Row(report, problem, label, epochs, reported, replace(BASE[report], **changes), *cell[len(names):]))
    return [row for row in rows if row.reported]


def _curve(report, problem, label, epochs, names, *points, why=""):
    """Return a cell with numbers at several epochs: (epoch, a text for each of the names)."""
    reported = tuple((name, epoch, text) for epoch, *texts in points for name, text in zip(names, texts))
    return Row(report, problem, label, epochs, reported, BASE[report], why)


def _b(label, changes, linear, xor):
    return _cells("B", label, 100_000, changes, linear, xor)


def _d(label, changes, linear, xor):
    return _cells("D", label, 30_000, changes, (linear,), (xor,))[::-1]  # XOR comes first


def _c(label, epochs, changes, linear, xor):
    return _cells("C", label, epochs, changes, linear, xor)


def _width(width):
    return {"hidden": (width, width)}


BOTH = "loss", "accuracy"
ROWS = [
    _curve("A", "linear", "rate 0.3", 3500, BOTH, (500, "0.09334", "1.00"), (1000, "0.04846", "1.00"),
           (2000, "0.02372", "1.00"), (3500, "0.01148", "1.00")),
    _curve("A", "XOR", "rate 0.3", 19_500, ("loss", "agreement"), (500, "0.32837", "0.80"), (1000, "0.27320", "0.87"),
           (2000, "0.11478", "0.93"), (5000, "0.04435", "0.97"), (9500, "0.02398", "0.98"), (19_500, "0.01020", "0.99"),
           why="unexplained: at epoch 500 it is ahead of all ours, at 19 500 behind all; its loss is another one, too"),
    _curve("A", "XOR", "rate 0.3, as a count", 19_500, ("accuracy",), (19_500, "0.99"),
           why="accuracy on 21 points is a multiple of 1/21; this is agreement"),
    *_b("default", {}, ("0.00893134", "0.99", ONE_POINT), ("0.00000881", "1.00", ONE_UPDATE)),
    *_b("rate 0.01", {"lr": 0.01}, ("0.00532146", "0.99", ONE_UPDATE), ("0.00017660", "1.00", ONE_UPDATE)),
    *_b("rate 0.001", {"lr": 0.001}, ("0.02241624", "0.96", ONE_UPDATE), ("0.07287238", "0.9048", ONE_UPDATE)),
    *_b("rate 0.0001", {"lr": 0.0001}, ("0.04235414", "0.98", ONE_UPDATE), ("0.24938505", "0.5238")),
    *_b("2 hidden units", _width(2), ("0.01253302", "0.98"), ("0.19431012", "0.7143")),
    *_b("100 hidden units", _width(100), (), ("0.00010265", "1.00")),
    *_b("no activation", {"activation": Identity}, ("", "0.91"), ("0.28871391", "0.3333")),
    *_b("momentum", {"optimizer": optimizers.Momentum}, ("0.01038666", "0.99", ONE_POINT), ("0.00000779", "1.00")),
    *_b("AdaGrad", {"optimizer": optimizers.AdaGrad, "eps_inside": True}, ("0.00996123", "0.99", ONE_POINT),
        ("0.00000105", "1.00", "a little below the least of ours; chance does that to one number in 16")),
    *_b("LeakyReLU", {"activation": LeakyReLU}, ("0.06108963", "0.93"), ("0.00000000", "1.00")),
    *_b("tanh", {"activation": Tanh}, ("0.01102611", "0.98", ONE_POINT), ("0.00000968", "1.00")),
    *_c("rate 1", 10_000, {"lr": 1.0}, ("1.00", "0.00097"), ("1.00", "0.00025")),
    *_c("rate 0.5", 10_000, {"lr": 0.5}, ("1.00", "0.00282"), ("1.00", "0.00071")),
    *_c("rate 0.1", 10_000, {}, ("1.00", "0.01429"), ("0.9524", "0.05891")),
    *_c("rate 0.1", 20_000, {}, ("1.00", "0.00873"), ("1.00", "0.00560")),
    *_c("rate 0.01", 10_000, {"lr": 0.01}, ("0.98", "0.07844"), ("0.5238", "0.25070", ABOVE)),
    *_c("rate 0.01", 100_000, {"lr": 0.01}, ("1.00", "0.01492"), ("0.9524", "0.05885")),
    *_c("rate 0.001", 10_000, {"lr": 0.001},
        ("0.98", "0.20924", "after 10 000 such small steps the accuracy is still a matter of the first weights"),
        ("0.4286", "0.25462")),
    *_c("rate 0.001", 200_000, {"lr": 0.001}, ("0.98", "0.04519"), ("0.5238", "0.24827", ABOVE)),
    *_c("width 20-20", 20_000, _width(20), ("1.00", "0.00796"), ("1.00", "0.00263")),
    *_c("width 10-10", 20_000, _width(10), ("1.00", "0.00873"), ("1.00", "0.00560")),
    *_c("width 5-5", 20_000, _width(5), ("1.00", "0.00946"), ("0.8571", "0.11389")),
    *_c("width 5-5", 50_000, _width(5), ("1.00", "0.00300"), ("1.00", "0.00119")),
    *_c("width 2-2", 20_000, _width(2), ("1.00", "0.01306"), ("0.7143", "0.18534")),
    *_c("width 2-2", 50_000, _width(2), ("1.00", "0.00395"), ("1.00", "0.00173")),
    *_c("width 1-1", 20_000, _width(1), ("1.00", "0.01255"), ("0.7143", "0.20082")),
    *_c("width 1-1", 50_000, _width(1), ("1.00", "0.00394"), ("0.7619", "0.16988")),
    *_c("width 1-1", 200_000, _width(1), ("1.00", "0.00045"), ("0.7619", "0.16407")),
    _curve("C", "XOR", "rate 0.1, the plateau", 20_000, ("loss",), (4000, "0.24028"), (8500, "0.10106"),
           (20_000, "0.00560")),
    *_d("Adam, LeakyReLU, 0.01", {}, "200", "100"),
    *_d("SGD, LeakyReLU, 0.01", {"optimizer": optimizers.SGD}, "5600", "5800"),
    *_d("Adam, ReLU, 0.01", {"activation": ReLU}, "400", "200"),
    *_d("Adam, LeakyReLU, 0.0001", {"lr": 0.0001}, "10200", "8700"),
    *_d("Adam, LeakyReLU, 0.01, width 16", _width(16), "100", "100"),
    _curve("E", "linear", "Adam, 0.01", 400, BOTH, (20, "0.0284", "0.98"), (40, "0.0167", "1.0"),
           (400, "0.0029", "1.0")),
    _curve("E", "XOR", "Adam, 0.01", 400, BOTH, (20, "0.287", "0.714"), (100, "0.111", "0.857"),
           (220, "0.0404", "1.0"), (400, "0.0205", "1.0"), why="all of it fits rate 0.001 with report E's own Adam"),
]
