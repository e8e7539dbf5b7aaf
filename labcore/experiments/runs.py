"""One experiment of the reports: a setting over seeds, each with its own weights and its own linear data."""

import warnings
from dataclasses import dataclass

import numpy as np

from .. import data, initializers
from ..activations import Sigmoid
from ..losses import squared_error
from ..network import mlp
from .sweep import block_size
from ..training import DivergenceWarning, steps
from ..validation import items, number, one_of, room, whole_number

POINTS = {"XOR": 21, "linear": 100}  #: examples of each problem
DEFAULTS = {"hidden": (10, 10), "activation": Sigmoid, "output": Sigmoid, "bias": True, "init": initializers.normal,
            "bias_init": initializers.zeros, "loss": squared_error, "optimizer": None, "stop": None, "every": 1}


@dataclass
class Runs:
    """What was recorded: `epochs` (t,), and `loss`, `accuracy`, `agreement`, each (t, seeds).

    Agreement is ``1 − mean |ŷ − y|``, which report A prints as its accuracy.

    Parameters
    ----------
    epochs : ndarray of int
        The recorded epochs (t,), rising.
    loss : ndarray
        Losses (t, seeds).
    accuracy : ndarray
        Shares of right answers (t, seeds).
    agreement : ndarray
        Report A's measure (t, seeds).

    Examples
    --------
    >>> import labcore as lab
    >>> from labcore import experiments
    >>> runs = experiments.run("XOR", 10, range(2), at=[0, 5, 10], optimizer=lab.SGD(0.1))
    >>> runs.epochs, runs.loss.shape
    (array([ 0,  5, 10]), (3, 2))
    """
    epochs: np.ndarray
    loss: np.ndarray
    accuracy: np.ndarray
    agreement: np.ndarray

    def epochs_to(self, accuracy):
        """Return the first recorded epoch (seeds,) with that accuracy; nan where there is none.

        Parameters
        ----------
        accuracy : float
            Share of right answers, from 0 to 1, that is to be reached.

        Returns
        -------
        ndarray
            Epoch numbers (seeds,).

        Raises
        ------
        TypeError, ValueError
            If `accuracy` is no number, or not finite.

        Examples
        --------
        >>> import numpy as np
        >>> from labcore.experiments import Runs
        >>> accuracy = np.array([[0.5, 0.5], [0.8, 0.6], [1.0, 0.7]])
        >>> Runs(np.array([0, 10, 20]), 1 - accuracy, accuracy, accuracy).epochs_to(0.75)
        array([10., nan])
        """
        reached = self.accuracy >= number("accuracy", accuracy)
        return np.where(reached.any(0), self.epochs[reached.argmax(0)], np.nan)

    def value(self, quantity, epoch):
        """Return (seeds,) of "loss", "accuracy", "agreement" at a recorded epoch, or of "epochs to 100 %".

        Parameters
        ----------
        quantity : {"loss", "accuracy", "agreement", "epochs to 100 %"}
            What is asked for.
        epoch : int
            A recorded epoch; "epochs to 100 %" doesn't look at it.

        Returns
        -------
        ndarray
            A number for each seed, nan for an epoch that never came.

        Raises
        ------
        IndexError
            For an epoch behind the last record.
        TypeError
            If `quantity` is no text, or `epoch` no whole number.
        ValueError
            For another quantity, or an epoch below 0.

        Examples
        --------
        >>> import numpy as np
        >>> from labcore.experiments import Runs
        >>> accuracy = np.array([[0.5, 0.5], [0.8, 0.6], [1.0, 0.7]])
        >>> runs = Runs(np.array([0, 10, 20]), 1 - accuracy, accuracy, accuracy)
        >>> runs.value("accuracy", 10), runs.value("epochs to 100 %", 20)
        (array([0.8, 0.6]), array([20., nan]))
        """
        one_of("quantity", quantity, ("loss", "accuracy", "agreement", "epochs to 100 %"))
        if quantity == "epochs to 100 %":
            return self.epochs_to(1.0)
        place = np.searchsorted(self.epochs, whole_number("epoch", epoch, 0))
        if place == len(self.epochs):
            raise IndexError(f"epoch {epoch} lies behind the last record, epoch {self.epochs[-1]}")
        return getattr(self, quantity)[place]


def problem_data(problem, seeds):
    """Return x and y: XOR's points for all, or 100 linear points a seed, (seeds, 100, 2) and (seeds, 100, 1).

    Parameters
    ----------
    problem : {"XOR", "linear"}
        The lab's two problems.
    seeds : sequence of int
        Of the linear points; XOR's don't depend on them.

    Returns
    -------
    x : ndarray
        Points, (21, 2) for XOR.
    y : ndarray
        Labels, (21, 1) for XOR.

    Raises
    ------
    TypeError
        If `problem` is no text, or `seeds` no sequence of whole numbers.
    ValueError
        For another problem, no seeds, or a seed below 0.

    Examples
    --------
    >>> from labcore.experiments import problem_data
    >>> x, y = problem_data("linear", range(3))
    >>> x.shape, y.shape
    ((3, 100, 2), (3, 100, 1))
    """
    one_of("problem", problem, POINTS)
    seeds = _seeds(seeds)
    if problem == "XOR":
        return data.generate_xor_easy()
    return tuple(np.stack(arrays) for arrays in zip(*(data.generate_linear(seed=seed) for seed in seeds)))


def _seeds(seeds):
    found = [whole_number("each seed", seed, 0) for seed in items("seeds", seeds, "range(20)")]
    if not found:
        raise ValueError("seeds must hold at least one whole number; got none; for example range(20)")
    return found


def run(problem, epochs, seeds, at=None, **settings):
    """Train a network for each seed, with its own weights and its own linear data; return the `Runs`.

    Recorded are the epochs `at`, or every `every`-th. `stop` is an accuracy that makes a network stand still; it is
    looked at when a network is recorded. The other settings are those of `DEFAULTS`.

    Parameters
    ----------
    problem : {"XOR", "linear"}
        The lab's two problems.
    epochs : int
        How often all examples are gone through.
    seeds : sequence of int
        One network for each.
    at : iterable of int, optional
        Epochs to record.
    **settings
        Values for names of `DEFAULTS`; `optimizer` has to be among them.

    Returns
    -------
    Runs
        With a column for each seed. A network that diverges stays as it is, and so do its records.

    Raises
    ------
    TypeError
        For a setting that isn't among `DEFAULTS`, if `seeds` or `at` is no sequence of whole numbers, or as `mlp` and
        `steps` raise it.
    ValueError
        For another problem, no seeds, no epochs to record or too many, or as `mlp` and `steps` raise it.

    Examples
    --------
    >>> import labcore as lab
    >>> from labcore import experiments
    >>> runs = experiments.run("linear", 20, range(2), every=10, optimizer=lab.Adam(0.01))
    >>> runs.epochs, runs.accuracy.shape
    (array([ 0, 10, 20]), (3, 2))
    """
    if unknown := [name for name in settings if name not in DEFAULTS]:
        raise TypeError(f"run has no setting {unknown[0]}; settings are {', '.join(DEFAULTS)}")
    one_of("problem", problem, POINTS)
    how, epochs, seeds = DEFAULTS | settings, whole_number("epochs", epochs), _seeds(seeds)
    how["hidden"] = tuple(whole_number("each of hidden", width) for width in items("hidden", how["hidden"], "(10, 10)"))
    every = whole_number("every", how["every"])
    how["stop"] = None if how["stop"] is None else number("stop", how["stop"])
    if at is None:
        room("epochs", (epochs // every + 1, 3, len(seeds)))
        wanted = list(range(0, epochs + 1, every))
    else:
        wanted = sorted({whole_number("each of at", epoch, 0) for epoch in items("at", at, "[0, 100]")})
    if not wanted:
        raise ValueError("at must hold at least one epoch; got none; for example [0, 100]")
    epochs = min(epochs, wanted[-1] or 1)  # what follows the last record isn't asked for
    room("epochs", (epochs,))
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
