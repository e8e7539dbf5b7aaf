"""One experiment of the reports: a setting over seeds, each with its own weights and its own linear data."""

import warnings
from dataclasses import dataclass

import numpy as np

from . import data, initializers
from .activations import Sigmoid
from .losses import squared_error
from .network import mlp
from .sweeps import block_size
from .training import DivergenceWarning, steps

POINTS = {"XOR": 21, "linear": 100}  #: examples of each problem
DEFAULTS = {"hidden": (10, 10), "activation": Sigmoid, "output": Sigmoid, "bias": True, "init": initializers.normal,
            "bias_init": initializers.zeros, "loss": squared_error, "optimizer": None, "stop": None, "every": 1}


@dataclass
class Runs:
    """What was recorded: `epochs` (t,), and `loss`, `accuracy`, `agreement`, each (t, seeds).

    Agreement is 1 − mean |ŷ − y|, which report A prints as its accuracy.
    """
    epochs: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    agreement: np.ndarray

    def epochs_to(self, accuracy):
        """Return the first recorded epoch (seeds,) with that accuracy; nan where there is none."""
        reached = self.accuracy >= accuracy
        return np.where(reached.any(0), self.epochs[reached.argmax(0)], np.nan)

    def value(self, quantity, epoch):
        """Return (seeds,) of "loss", "accuracy", "agreement" at a recorded epoch, or of "epochs to 100 %"."""
        if quantity == "epochs to 100 %":
            return self.epochs_to(1.0)
        return getattr(self, quantity)[np.searchsorted(self.epochs, epoch)]


def problem_data(problem, seeds):
    """Return x and y: XOR's points for all, or 100 linear points a seed, (seeds, 100, 2) and (seeds, 100, 1)."""
    if problem == "XOR":
        return data.generate_xor_easy()
    return tuple(np.stack(arrays) for arrays in zip(*(data.generate_linear(seed=seed) for seed in seeds)))


def run(problem, epochs, seeds, at=None, **settings):
    """Train a network for each seed, with its own weights and its own linear data; return the `Runs`.

    Recorded are the epochs `at`, or every `every`-th. `stop` is an accuracy that makes a network stand still; it is
    looked at when a network is recorded. The other settings are those of `DEFAULTS`.
    """
    how = DEFAULTS | settings
    wanted = sorted(set(at)) if at is not None else list(range(0, epochs + 1, how["every"]))
    size = block_size(POINTS[problem], how["hidden"])
    blocks = [list(seeds[start:start + size]) for start in range(0, len(seeds), size)]
    table = np.concatenate([_block(problem, epochs, block, wanted, how) for block in blocks], axis=-1)
    return Runs(np.array(wanted), *table.transpose(1, 0, 2))


def _block(problem, epochs, seeds, wanted, how):
    """Return (recorded epochs, 3, seeds): loss, accuracy and agreement."""
    x, y = problem_data(problem, seeds)
    net = mlp([2, *how["hidden"], 1], hidden=how["activation"], output=how["output"], bias=how["bias"],
              init=how["init"], bias_init=how["bias_init"], seed=seeds)
    rows, done, due = [], np.zeros(len(seeds), bool), set(wanted)

    def row(epoch):
        now = np.array([epoch.loss, epoch.accuracy, 1 - np.abs(net.predict(x) - y).mean((-2, -1))])
        return np.where(done, rows[-1], now) if rows else now

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", DivergenceWarning)  # a loss of nan is in the table
        for epoch in steps(net, x, y, loss=how["loss"], optimizer=how["optimizer"], epochs=epochs):
            if epoch.number in due:
                rows.append(row(epoch))
                if how["stop"] is not None:
                    done = rows[-1][1] >= how["stop"]
                    if done.all():
                        break
        rows += [row(epoch)] * (len(wanted) - len(rows))  # from here on all stand still: at their goal, or diverged
    return np.stack(rows)
