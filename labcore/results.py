"""What a sweep found: histories labelled by setting, and the statistics over seeds that answer a question."""

import functools
import html
import math
from dataclasses import dataclass

import numpy as np


def wilson(successes, trials, z=1.96):
    """Return the interval (low, high) for a share, 95 % by default (Wilson, 1927): right for 0 and for all, too."""
    share, spread = successes / trials, z * z / trials
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(spread * (share * (1 - share) + spread / 4)) / (1 + spread)
    return max(middle - half, 0.0), min(middle + half, 1.0)


@dataclass
class Sweep:
    """What `sweep` found: `settings[i]` has the histories of all seeds in `histories[i]`, or None and `errors[i]`."""
    settings: list  #: one {name: value} for each combination, of what was varied
    histories: list  #: a `History` with axes (recorded epochs, seeds) for each
    errors: list  #: None, or why a setting has no history
    seeds: tuple

    def labels(self):
        """Return one text for each setting, such as ``lr=0.5 hidden=10-10``."""
        return [" ".join(f"{name}={label(value)}" for name, value in setting.items()) for setting in self.settings]

    def __getitem__(self, index):
        return self.histories[index]

    def epochs_to(self, accuracy):
        """Return the first recorded epoch with that accuracy, (settings, seeds); nan where it never came."""
        never = np.full(len(self.seeds), np.nan)
        return np.array([never if history is None else history.epochs_to(accuracy) for history in self.histories])

    def at(self, what, epoch=-1):
        """Return quartiles (settings, 3) of "loss" or "accuracy" at an epoch; -1 is the last."""
        def quartiles(history):
            if history is None:
                return np.full(3, np.nan)
            with np.errstate(invalid="ignore"):  # of members that have diverged
                values = getattr(history, what)[epoch if epoch == -1 else epoch // history.every]
                return np.quantile(values, (0.25, 0.5, 0.75))

        return np.array([quartiles(history) for history in self.histories])

    def solved(self, accuracy=1.0):
        """Return for each setting how many seeds ended with at least that accuracy, and the Wilson interval."""
        counts = [0 if h is None else int((h.accuracy[-1] >= accuracy).sum()) for h in self.histories]
        return [(count, *wilson(count, len(self.seeds))) for count in counts]

    def rows(self, accuracy=0.9):
        """Return the table as a list of dicts of text, a row for each setting."""
        rows = []
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
    """Return a short text for the value of a setting: ``10-10``, ``ReLU``, ``0.5``."""
    if isinstance(value, (tuple, list)):
        return "-".join(map(str, value))
    if isinstance(value, functools.partial):
        return f"{value.func.__name__}({', '.join(f'{k}={v}' for k, v in value.keywords.items())})"
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
