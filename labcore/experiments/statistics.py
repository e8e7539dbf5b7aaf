"""What a sweep found, and the statistics over seeds that answer a question."""

import functools
import html
import math
from dataclasses import dataclass

import numpy as np

from ..inputs import number, whole_number
from ..training import History

FEWEST = 5  #: from fewer seeds that decide nothing is concluded


def wilson(successes, trials, z=1.96):
    """Return the interval (low, high) for a share, 95 % by default (Wilson, 1927): right for 0 and for all, too.

    `z` is half its width in standard deviations of a normal distribution: 1.96 for 95 %, 2.58 for 99 %.

    >>> [round(bound, 3) for bound in lab.wilson(0, 20)]
    [0.0, 0.161]
    """
    trials = whole_number("trials", trials)
    successes, z = whole_number("successes", successes, 0, trials), number("z", z, 0)
    share, spread = successes / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass(frozen=True)
class Comparison:
    """For how many seeds a claim came out, and the verdict on it: a sign test over the seeds that decide.

    `interval` is Wilson's for the share of wins among wins and losses. The claim "holds" if it lies above one half,
    "doesn't hold" if below; else, and of fewer than `FEWEST` that decide, it is "undecided".

    >>> print(lab.Comparison(18, 3, ties=11))
    18 for, 3 against, 11 ties: holds (share 0.65 to 0.95)
    """
    wins: int
    losses: int
    ties: int = 0
    open: int = 0  #: neither had arrived when the runs ended, which says nothing

    @property
    def interval(self):
        return wilson(self.wins, self.wins + self.losses) if self.wins + self.losses else (0.0, 1.0)

    @property
    def verdict(self):
        low, high = self.interval if self.wins + self.losses >= FEWEST else (0.0, 1.0)
        return "holds" if low > 0.5 else "doesn't hold" if high < 0.5 else "undecided"

    @property
    def counts(self):
        ties = f", {self.ties} tie{'s' * (self.ties > 1)}" * (self.ties > 0)
        return f"{self.wins} for, {self.losses} against{ties}" + f", {self.open} not arrived" * (self.open > 0)

    def __str__(self):
        return f"{self.counts}: {self.verdict} (share {self.interval[0]:.2f} to {self.interval[1]:.2f})"


def sign_test(outcomes):
    """Return the `Comparison` of an outcome for each seed: 1 for, −1 against, 0 a tie, nan where it is open."""
    return Comparison(*(int(np.sum(outcomes == kind)) for kind in (1, -1, 0)), int(np.isnan(outcomes).sum()))


def smaller(first, second, factor=1.0, budget=np.inf):
    """Return the outcomes of factor · first < second, seed by seed, for `sign_test`; nan is later than any number.

    With a factor, `budget` says when the runs ended: the second may not have arrived, and yet be in time.
    """
    first, second = (np.where(np.isnan(one), np.inf, one) for one in (first, second))
    with np.errstate(invalid="ignore"):  # never against never is nan, and so is its sign
        outcomes = np.sign(second - factor * first)
    return np.where(np.isinf(second) & (factor * first > budget), np.nan, outcomes)


def compare(first, second, **how):
    """Return the `Comparison` that says whether the first results are smaller than the second, seed by seed.

    Results are losses, or epochs with nan for what never came; `how` is as in `smaller`. This is the rule by which the
    book judges every comparison.

    >>> print(lab.compare([10, 20, 30, 40, np.nan, np.nan], [20, 30, 40, 50, 60, np.nan]))
    4 for, 1 against, 1 not arrived: undecided (share 0.38 to 0.96)
    """
    return sign_test(smaller(first, second, **how))


@dataclass
class Sweep:
    """What `sweep` found; it shows itself as the table of `rows`, and ``found[i]`` is the `History` of a setting.

    Examples
    --------
    >>> found = lab.sweep({"XOR": lab.generate_xor_easy()}, lr=[0.1, 1.0], epochs=10, seeds=range(2))
    >>> found.settings, found.records["loss"].shape, found[1].loss.shape
    ([{'lr': 0.1}, {'lr': 1.0}], (2, 11, 2), (11, 2))
    """
    settings: list  #: {name: value} of what was varied, for each combination
    seeds: tuple
    epochs: np.ndarray  #: that were recorded, rising
    records: dict  #: "loss", "accuracy" and what else was recorded, each (settings, epochs, seeds); nan where it failed
    errors: list  #: None, or why a setting has no records: the exception, or "interrupted"

    @property
    def histories(self):
        """A `History` for each setting, or None: for records from epoch 0 on that are equally far apart."""
        every = int(self.epochs[1]) if len(self.epochs) > 1 else 1
        if not np.array_equal(self.epochs, every * np.arange(len(self.epochs))):
            raise ValueError(f"a History needs records at equal distances; these are at {self.epochs}; ask value()")
        lost = np.count_nonzero(~np.isfinite(self.records["loss"][:, -1]), axis=-1)
        ends = [f"{self.epochs[-1]} epochs" + (f", {n} of {len(self.seeds)} diverged" if n else "") for n in lost]
        return [None if error else History(loss, accuracy, end, every) for loss, accuracy, end, error in
                zip(self.records["loss"], self.records["accuracy"], ends, self.errors)]

    def __getitem__(self, index):
        return self.histories[index]

    def labels(self):
        """Return one text for each setting, such as ``lr=0.5 hidden=10-10``."""
        return [" ".join(f"{name}={label(value)}" for name, value in setting.items()) for setting in self.settings]

    def epochs_to(self, accuracy):
        """Return the first recorded epoch with that accuracy, (settings, seeds); nan where it never came."""
        return self.first(self.records["accuracy"] >= number("accuracy", accuracy))

    def first(self, reached):
        """Return the first recorded epoch, (settings, seeds), where `reached`, (settings, epochs, seeds), is true."""
        return np.where(reached.any(1), self.epochs[reached.argmax(1)], np.nan)

    def value(self, what, epoch=-1):
        """Return a record, (settings, seeds), at an epoch or the last before it; -1 is the last."""
        if what not in self.records:
            raise ValueError(f"what must be one of {', '.join(self.records)}; got {what!r}")
        epoch = self.epochs[-1] if whole_number("epoch", epoch, -1) == -1 else epoch
        if not self.epochs[0] <= epoch <= self.epochs[-1]:
            raise IndexError(f"epoch {epoch} isn't among the records, epochs {self.epochs[0]} to {self.epochs[-1]}")
        return self.records[what][:, np.searchsorted(self.epochs, epoch, "right") - 1]

    def at(self, what, epoch=-1):
        """Return lower quartile, median and upper quartile over the seeds, (settings, 3), of what `value` returns."""
        with np.errstate(invalid="ignore"):  # of members that have diverged
            return np.quantile(self.value(what, epoch), (0.25, 0.5, 0.75), axis=-1).T

    def solved(self, accuracy=1.0):
        """Return for each setting how many seeds ended with at least that accuracy, and the Wilson interval."""
        counts = (self.value("accuracy") >= number("accuracy", accuracy)).sum(-1).tolist()
        return [(count, *wilson(count, len(self.seeds))) for count in counts]

    def rows(self, accuracy=0.9):
        """Return the table as a list of dicts of text; `accuracy` is what counts as solved."""
        rows = [{name: label(value) for name, value in setting.items()} for setting in self.settings]
        diverged = np.count_nonzero(~np.isfinite(self.value("loss")), axis=-1)
        found = zip(rows, self.errors, self.solved(accuracy), self.epochs_to(accuracy), self.at("loss"), diverged)
        for row, error, (count, low, high), reached, (low_loss, loss, high_loss), lost in found:
            row |= {"failed": str(error)} if error else {
                f"≥ {100 * accuracy:g} %": f"{count}/{len(self.seeds)}", "95 % interval": f"{low:.2f} to {high:.2f}",
                "median epochs to it": "never" if np.isnan(reached).all() else f"{np.nanmedian(reached):.0f}",
                "loss": f"{loss:.4g}", "quartiles": f"{low_loss:.4g} to {high_loss:.4g}", "diverged": str(lost)}
        return rows

    def __repr__(self):
        return repr(Table(self.rows()))

    def _repr_html_(self):
        return Table(self.rows())._repr_html_()


def label(value):
    """Return a short text for a value of a setting: 10-10 for (10, 10), ReLU, 0.5, normal(std=0.1) of a partial."""
    if isinstance(value, (tuple, list)):
        return "-".join(map(str, value))
    if isinstance(value, functools.partial):
        return f"{value.func.__name__}({', '.join(f'{name}={one}' for name, one in value.keywords.items())})"
    return getattr(value, "__name__", None) or (f"{value:g}" if isinstance(value, float) else str(value))


class Table:
    """Rows (dicts of text) that show themselves as lines of aligned columns, and as HTML in a notebook."""

    def __init__(self, rows):
        self.rows = rows
        self.names = list(dict.fromkeys(name for row in rows for name in row))

    def __repr__(self):
        lines = [self.names, *([row.get(name, "") for name in self.names] for row in self.rows)]
        widths = [max(len(line[k]) for line in lines) for k in range(len(self.names))]
        return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths)).rstrip() for line in lines)

    def _repr_html_(self):
        def cells(tag, texts):
            return "<tr>" + "".join(f"<{tag}{whole * (len(text) < 24)}>{html.escape(text)}</{tag}>"
                                    for text in texts) + "</tr>"

        whole = ' style="white-space: nowrap"'  # a number or a name stays on one line; a sentence may be broken
        body = "".join(cells("td", [row.get(name, "") for name in self.names]) for row in self.rows)
        return f"<table><thead>{cells('th', self.names)}</thead><tbody>{body}</tbody></table>"
