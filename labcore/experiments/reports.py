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
                  init=initializers.report_d, bias_init=initializers.report_d, stop_at_accuracy=1.0, check_every=100),
    "E": Settings(optimizer=optimizers.Adam, lr=0.01, hidden=(32, 32), activation=ReLU, init=initializers.uniform,
                  bias_init=initializers.uniform),
}
#: XOR's points are the same for all seeds, linear ones are drawn anew from each
PROBLEMS = {"XOR": data.generate_xor_easy(), "linear": data.generate_linear}
POINTS = {"XOR": 21, "linear": 100}  #: examples of each problem


def run(problem, settings, epochs, seeds, **how):
    """Train one of `PROBLEMS` with some settings of `BASE`, a network a seed; return the `Sweep`, with `how` as there.

    >>> from labcore.experiments import reports
    >>> found = reports.run("linear", reports.BASE["E"], 20, range(2), every=10)
    >>> found.epochs, found.value("accuracy").shape
    (array([ 0, 10, 20]), (1, 2))
    """
    return sweep({problem: PROBLEMS[problem]}, base=settings, epochs=epochs, seeds=seeds, **how)


def agreement(net, x, y):
    """Return 1 − mean |ŷ − y|, which report A prints as its accuracy."""
    return 1 - np.abs(net.predict(x) - y).mean((-2, -1))


@dataclass(frozen=True)
class Row:
    """One cell of a report's table: a problem and a setting, and the numbers that the report gives for it.

    Parameters
    ----------
    report : str
        The report's letter, "A" to "E".
    problem : {"linear", "XOR"}
        What was to be learned.
    label : str
        The setting in words, as "rate 0.1".
    epochs : int
        How long training was, or was at most.
    reported : tuple of (str, int, str)
        (quantity, epoch, text as printed); quantities are "loss", "accuracy", "agreement", "epochs to 100 %".
    settings : Settings
        All of them.
    why : str
        Why it isn't confirmed, where it isn't.
    command : str
        A line to paste, where the report's program took flags.
    """
    report: str
    problem: str
    label: str
    epochs: int
    reported: tuple
    settings: Settings
    why: str = ""
    command: str = ""

    @property
    def key(self):
        """The row's name, which no other has: report, problem, setting and epochs."""
        return f"{self.report} {self.problem}: {self.label}, {self.epochs} epochs"


LARGER = "its rates act larger than ours, on XOR 21 times: one update for each example, or a sum in place of a mean"
ONE_POINT = "unexplained: it stays near 0.01, as if it couldn't learn one of its 100 points"
LARGEST = "a little above the largest of ours; chance does that to one number in 16"


def _a(problem, epochs, quantity, *numbers, why=""):
    reported = []
    for epoch, loss, share in numbers:
        reported += [("loss", epoch, loss), (quantity, epoch, share)]
    return Row("A", problem, "rate 0.3", epochs, tuple(reported), BASE["A"], why)


def _b(label, settings, linear, xor):
    """Return the linear and the XOR cell of a row of report B; (loss, accuracy, why) each, None where it has none."""
    return [Row("B", problem, label, 100_000, tuple((what, 100_000, text) for what, text in
                                                    zip(("loss", "accuracy"), cell) if text),
                replace(BASE["B"], **settings), *cell[2:])
            for problem, cell in (("linear", linear), ("XOR", xor)) if cell]


def _c(label, epochs, settings, linear, xor):
    """Return the linear and the XOR cell of a row of report C; (accuracy, loss, why) each."""
    return [Row("C", problem, label, epochs, (("accuracy", epochs, cell[0]), ("loss", epochs, cell[1])),
                replace(BASE["C"], **settings), *cell[2:])
            for problem, cell in (("linear", linear), ("XOR", xor))]


def _d(label, changes, xor, linear):
    """Return the XOR and the linear cell of a row of report D, with the line that its program's flags make."""
    settings, rows = replace(BASE["D"], **changes), []
    flags = (f"--hidden {' '.join(map(str, settings.hidden))} --activation {settings.activation.__name__} "
             f"--optimizer {settings.optimizer.__name__} --lr {settings.lr} --loss binary_cross_entropy --init report_d "
             "--bias-init report_d --epochs 30000 --stop-at-accuracy 1 --check-every 100 --seed 42")
    for problem, text in (("XOR", xor), ("linear", linear)):
        command = f"python -m labcore train --problem {problem.lower()} {flags}"
        reported = (("epochs to 100 %", 30_000, text),)
        rows.append(Row("D", problem, label, 30_000, reported, settings, command=command))
    return rows


def _rate(rate):
    return {"lr": rate}


def _width(width):
    return {"hidden": (width, width)}


ROWS = [
    _a("linear", 3500, "accuracy", (500, "0.09334", "1.00"), (1000, "0.04846", "1.00"), (2000, "0.02372", "1.00"),
       (3500, "0.01148", "1.00")),
    _a("XOR", 19_500, "agreement", (500, "0.32837", "0.80"), (1000, "0.27320", "0.87"), (2000, "0.11478", "0.93"),
       (5000, "0.04435", "0.97"), (9500, "0.02398", "0.98"), (19_500, "0.01020", "0.99"),
       why="unexplained: at epoch 500 it is ahead of all ours, at 19 500 behind all; its loss is another one, too"),
    Row("A", "XOR", "rate 0.3, as a count", 19_500, (("accuracy", 19_500, "0.99"),), BASE["A"],
        "accuracy on 21 points is a multiple of 1/21; this is agreement"),
    *_b("default", {}, ("0.00893134", "0.99", ONE_POINT), ("0.00000881", "1.00", LARGER)),
    *_b("rate 0.01", _rate(0.01), ("0.00532146", "0.99", LARGER), ("0.00017660", "1.00", LARGER)),
    *_b("rate 0.001", _rate(0.001), ("0.02241624", "0.96", LARGER), ("0.07287238", "0.9048", LARGER)),
    *_b("rate 0.0001", _rate(0.0001), ("0.04235414", "0.98", LARGER), ("0.24938505", "0.5238")),
    *_b("2 hidden units", _width(2), ("0.01253302", "0.98"), ("0.19431012", "0.7143")),
    *_b("100 hidden units", _width(100), None, ("0.00010265", "1.00")),
    *_b("no activation", {"activation": Identity}, ("", "0.91"), ("0.28871391", "0.3333")),
    *_b("momentum", {"optimizer": optimizers.Momentum}, ("0.01038666", "0.99", ONE_POINT), ("0.00000779", "1.00")),
    *_b("AdaGrad", {"optimizer": optimizers.AdaGrad, "eps_inside": True}, ("0.00996123", "0.99", ONE_POINT),
        ("0.00000105", "1.00", "a little below the least of ours; chance does that to one number in 16")),
    *_b("LeakyReLU", {"activation": LeakyReLU}, ("0.06108963", "0.93"), ("0.00000000", "1.00")),
    *_b("tanh", {"activation": Tanh}, ("0.01102611", "0.98", ONE_POINT), ("0.00000968", "1.00")),
    *_c("rate 1", 10_000, _rate(1.0), ("1.00", "0.00097"), ("1.00", "0.00025")),
    *_c("rate 0.5", 10_000, _rate(0.5), ("1.00", "0.00282"), ("1.00", "0.00071")),
    *_c("rate 0.1", 10_000, {}, ("1.00", "0.01429"), ("0.9524", "0.05891")),
    *_c("rate 0.1", 20_000, {}, ("1.00", "0.00873"), ("1.00", "0.00560")),
    *_c("rate 0.01", 10_000, _rate(0.01), ("0.98", "0.07844"), ("0.5238", "0.25070", LARGEST)),
    *_c("rate 0.01", 100_000, _rate(0.01), ("1.00", "0.01492"), ("0.9524", "0.05885")),
    *_c("rate 0.001", 10_000, _rate(0.001),
        ("0.98", "0.20924", "after 10 000 such small steps the accuracy is still a matter of the first weights"),
        ("0.4286", "0.25462")),
    *_c("rate 0.001", 200_000, _rate(0.001), ("0.98", "0.04519"), ("0.5238", "0.24827", LARGEST)),
    *_c("width 20-20", 20_000, _width(20), ("1.00", "0.00796"), ("1.00", "0.00263")),
    *_c("width 10-10", 20_000, _width(10), ("1.00", "0.00873"), ("1.00", "0.00560")),
    *_c("width 5-5", 20_000, _width(5), ("1.00", "0.00946"), ("0.8571", "0.11389")),
    *_c("width 5-5", 50_000, _width(5), ("1.00", "0.00300"), ("1.00", "0.00119")),
    *_c("width 2-2", 20_000, _width(2), ("1.00", "0.01306"), ("0.7143", "0.18534")),
    *_c("width 2-2", 50_000, _width(2), ("1.00", "0.00395"), ("1.00", "0.00173")),
    *_c("width 1-1", 20_000, _width(1), ("1.00", "0.01255"), ("0.7143", "0.20082")),
    *_c("width 1-1", 50_000, _width(1), ("1.00", "0.00394"), ("0.7619", "0.16988")),
    *_c("width 1-1", 200_000, _width(1), ("1.00", "0.00045"), ("0.7619", "0.16407")),
    Row("C", "XOR", "rate 0.1, the plateau", 20_000,
        (("loss", 4000, "0.24028"), ("loss", 8500, "0.10106"), ("loss", 20_000, "0.00560")), BASE["C"]),
    *_d("Adam, LeakyReLU, 0.01", {}, "100", "200"),
    *_d("SGD, LeakyReLU, 0.01", {"optimizer": optimizers.SGD}, "5800", "5600"),
    *_d("Adam, ReLU, 0.01", {"activation": ReLU}, "200", "400"),
    *_d("Adam, LeakyReLU, 0.0001", _rate(0.0001), "8700", "10200"),
    *_d("Adam, LeakyReLU, 0.01, width 16", _width(16), "100", "100"),
    Row("E", "linear", "Adam, 0.01", 400, (("loss", 20, "0.0284"), ("accuracy", 20, "0.98"), ("loss", 40, "0.0167"),
                                           ("accuracy", 40, "1.0"), ("loss", 400, "0.0029"), ("accuracy", 400, "1.0")),
        BASE["E"]),
    Row("E", "XOR", "Adam, 0.01", 400, (("loss", 20, "0.287"), ("accuracy", 20, "0.714"), ("loss", 100, "0.111"),
                                        ("accuracy", 100, "0.857"), ("loss", 220, "0.0404"), ("accuracy", 220, "1.0"),
                                        ("loss", 400, "0.0205"), ("accuracy", 400, "1.0")), BASE["E"],
        "all of it fits rate 0.001 with report E's own Adam"),
]
