"""What a sweep found: histories labelled by setting, and the statistics over seeds that answer a question."""

import functools
import html
import math
from dataclasses import dataclass

import numpy as np

from ..validation import items, number, one_of, shown, whole_number


def wilson(successes, trials, z=1.96):
    """Return the interval (low, high) for a share, 95 % by default (Wilson, 1927): right for 0 and for all, too.

    Parameters
    ----------
    successes : int
        How often it happened, from 0 to `trials`.
    trials : int
        How often it was tried, at least 1.
    z : float, default 1.96
        Half the interval's width in standard deviations of a normal law: 1.96 for 95 %, 2.58 for 99 %.

    Returns
    -------
    low : float
        The lower end, from 0 to 1.
    high : float
        The upper end.

    Raises
    ------
    TypeError
        If a count is no whole number, or `z` no number.
    ValueError
        For no trials, more successes than trials, or a `z` below 0.

    Examples
    --------
    >>> import labcore as lab
    >>> [round(bound, 3) for bound in lab.wilson(18, 20)]
    [0.699, 0.972]
    >>> [round(bound, 3) for bound in lab.wilson(0, 20)]
    [0.0, 0.161]
    """
    trials = whole_number("trials", trials)
    successes, z = whole_number("successes", successes, 0, trials), number("z", z, 0, 1e100)
    share, spread = successes / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass
class Sweep:
    """What `sweep` found: `settings[i]` has the histories of all seeds in `histories[i]`, or None and `errors[i]`.

    It shows itself as the table of `rows`; ``sweep[i]`` is ``sweep.histories[i]``.

    Parameters
    ----------
    settings : list of dict
        One {name: value} for each combination, of what was varied.
    histories : list of History or None
        A `History` with axes (recorded epochs, seeds) for each.
    errors : list
        None, or why a setting has no history: the exception, or "interrupted".
    seeds : tuple of int
        The seeds of every setting, in the order of the histories' last axis.

    Examples
    --------
    >>> import labcore as lab
    >>> found = lab.sweep({"XOR": lab.generate_xor_easy()}, lr=[0.1, 1.0], epochs=10, seeds=range(2))
    >>> found.settings
    [{'lr': 0.1}, {'lr': 1.0}]
    >>> found[0].loss.shape
    (11, 2)
    >>> found.errors
    [None, None]
    """
    settings: list
    histories: list
    errors: list
    seeds: tuple

    def labels(self):
        """Return one text for each setting, such as ``lr=0.5 hidden=10-10``.

        Returns
        -------
        list of str
            In the order of `settings`.

        Examples
        --------
        >>> from labcore import Sweep
        >>> Sweep([{"lr": 0.5, "hidden": (10, 10)}], [None], ["interrupted"], (0, 1)).labels()
        ['lr=0.5 hidden=10-10']
        """
        return [" ".join(f"{name}={label(value)}" for name, value in setting.items()) for setting in self.settings]

    def __getitem__(self, index):
        return self.histories[index]

    def epochs_to(self, accuracy):
        """Return the first recorded epoch with that accuracy, (settings, seeds); nan where it never came.

        Parameters
        ----------
        accuracy : float
            Share of right answers, from 0 to 1, that is to be reached.

        Returns
        -------
        ndarray
            Epoch numbers, (settings, seeds); a row of nan for a setting without history.

        Raises
        ------
        TypeError, ValueError
            If `accuracy` is no number, or not finite.

        Examples
        --------
        >>> import labcore as lab
        >>> found = lab.sweep({"XOR": lab.generate_xor_easy()}, lr=[0.1, 1.0], epochs=10, seeds=range(2))
        >>> found.epochs_to(0.0)
        array([[0., 0.],
               [0., 0.]])
        >>> found.epochs_to(1.0)
        array([[nan, nan],
               [nan, nan]])
        """
        accuracy = number("accuracy", accuracy)
        never = np.full(len(self.seeds), np.nan)
        return np.array([never if history is None else history.epochs_to(accuracy) for history in self.histories])

    def at(self, what, epoch=-1):
        """Return quartiles (settings, 3) of "loss" or "accuracy" at an epoch; -1 is the last.

        Parameters
        ----------
        what : {"loss", "accuracy"}
            Which record of the histories.
        epoch : int, default -1
            The number of an epoch; of one between two records, the earlier is taken.

        Returns
        -------
        ndarray
            Lower quartile, median and upper quartile over the seeds, (settings, 3); a row of nan for a setting without
            history.

        Raises
        ------
        IndexError
            For an epoch behind the last record.
        TypeError
            If `what` is no text, or `epoch` no whole number.
        ValueError
            If `what` is another text, or `epoch` below -1.

        Examples
        --------
        >>> import labcore as lab
        >>> found = lab.sweep({"XOR": lab.generate_xor_easy()}, lr=[0.1, 1.0], epochs=10, seeds=range(2))
        >>> found.at("loss").shape
        (2, 3)
        >>> low, median, high = found.at("loss", epoch=5)[0]
        >>> bool(low <= median <= high)
        True
        """
        one_of("what", what, ("loss", "accuracy"))
        epoch = whole_number("epoch", epoch, -1)
        for history in self.histories:
            if history is not None and epoch // history.every >= len(history.loss):
                raise IndexError(f"epoch {epoch} lies behind the last record, epoch {history.epochs[-1]}")

        def quartiles(history):
            if history is None:
                return np.full(3, np.nan)
            with np.errstate(invalid="ignore"):  # of members that have diverged
                values = getattr(history, what)[epoch if epoch == -1 else epoch // history.every]
                return np.quantile(values, (0.25, 0.5, 0.75))

        return np.array([quartiles(history) for history in self.histories])

    def solved(self, accuracy=1.0):
        """Return for each setting how many seeds ended with at least that accuracy, and the Wilson interval.

        Parameters
        ----------
        accuracy : float, default 1.0
            What counts as solved, a share from 0 to 1.

        Returns
        -------
        list of (int, float, float)
            The count and the interval's ends (see `wilson`); a setting without history has solved nothing.

        Raises
        ------
        TypeError, ValueError
            If `accuracy` is no number, or not finite.

        Examples
        --------
        >>> import labcore as lab
        >>> found = lab.sweep({"XOR": lab.generate_xor_easy()}, lr=[0.1, 1.0], epochs=10, seeds=range(2))
        >>> [(count, round(low, 2), round(high, 2)) for count, low, high in found.solved()]
        [(0, 0.0, 0.66), (0, 0.0, 0.66)]
        """
        accuracy = number("accuracy", accuracy)
        counts = [0 if h is None else int((h.accuracy[-1] >= accuracy).sum()) for h in self.histories]
        return [(count, *wilson(count, len(self.seeds))) for count in counts]

    def rows(self, accuracy=0.9):
        """Return the table as a list of dicts of text, a row for each setting.

        Parameters
        ----------
        accuracy : float, default 0.9
            What counts as solved, a share from 0 to 1.

        Returns
        -------
        list of dict
            {column: text}, with the setting's values first; a setting without history has its error under "failed".

        Raises
        ------
        TypeError, ValueError
            If `accuracy` is no number, or not finite.

        Examples
        --------
        >>> from labcore import Sweep
        >>> Sweep([{"lr": 0.5}], [None], ["interrupted"], (0, 1)).rows()
        [{'lr': '0.5', 'failed': 'interrupted'}]
        """
        rows, accuracy = [], number("accuracy", accuracy)
        for i, history in enumerate(self.histories):
            row = {name: label(value) for name, value in self.settings[i].items()}
            if history is None:
                rows.append(row | {"failed": str(self.errors[i])})
                continue
            count, low, high = self.solved(accuracy)[i]
            reached = self.epochs_to(accuracy)[i]
            low_loss, loss, high_loss = self.at("loss")[i]
            rows.append(row | {
                f"≥ {100 * accuracy:g} %": f"{count}/{len(self.seeds)}", "95 % interval": f"{low:.2f} to {high:.2f}",
                "median epochs to it": "never" if np.isnan(reached).all() else f"{np.nanmedian(reached):.0f}",
                "loss": f"{loss:.4g}", "quartiles": f"{low_loss:.4g} to {high_loss:.4g}",
                "diverged": str(int(history.diverged.sum())),
            })
        return rows

    def __repr__(self):
        return repr(Table(self.rows()))

    def _repr_html_(self):
        return Table(self.rows())._repr_html_()


def label(value):
    """Return a short text for the value of a setting: ``10-10``, ``ReLU``, ``0.5``.

    Parameters
    ----------
    value : object
        A number, a tuple of widths, a class or function of labcore, or a `functools.partial` of one.

    Returns
    -------
    str
        Sequences with - between, classes and functions by name, floats to six digits.

    Examples
    --------
    >>> import functools
    >>> import labcore as lab
    >>> from labcore.results import label
    >>> [label(value) for value in ((10, 10), lab.ReLU, 0.5)]
    ['10-10', 'ReLU', '0.5']
    >>> label(functools.partial(lab.initializers.normal, std=0.1))
    'normal(std=0.1)'
    """
    try:
        if isinstance(value, (tuple, list)):
            return "-".join(map(str, value))
        if isinstance(value, functools.partial):
            return f"{value.func.__name__}({', '.join(f'{k}={v}' for k, v in value.keywords.items())})"
        return getattr(value, "__name__", None) or (f"{value:g}" if isinstance(value, float) else str(value))
    except Exception:  # of a foreign object
        return shown(value)


class Table:
    """Rows (dicts of text) that show themselves as lines of aligned columns, and as HTML in a notebook.

    Parameters
    ----------
    rows : list of dict
        {column: text} each; a column that a row lacks is left empty.

    Attributes
    ----------
    names : list of str
        All columns, in the order in which the rows bring them.

    Raises
    ------
    TypeError
        If the rows aren't a sequence of dicts.
    ValueError
        If there are too many.

    Examples
    --------
    >>> from labcore.results import Table
    >>> Table([{"rate": "0.1", "loss": "0.25"}, {"rate": "1", "loss": "0.003"}])
    rate  loss
    0.1   0.25
    1     0.003
    """

    def __init__(self, rows):
        rows = items("rows", rows, '[{"rate": "0.1"}]')
        for row in rows:
            if not isinstance(row, dict):
                raise TypeError(f'each row must be a dict, such as {{"rate": "0.1"}}; got {shown(row)}')
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
