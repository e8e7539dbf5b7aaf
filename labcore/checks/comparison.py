"""The check of a conclusion: do the numbers of two settings, over seeds, support what is said of them?"""

import numpy as np

from ..experiments.statistics import claim_verdict, wilson
from .calling import check
from .results import short
from .verdict import NotRight

SEEDS = 5  #: from fewer than these nothing is concluded; with five, all of them must agree
CLAIMS = ("a > b", "a < b", "no difference shown")


def _results(values, name):
    try:
        values = np.atleast_1d(np.asarray(values, dtype=float))
    except (TypeError, ValueError):
        raise NotRight(f"{name} should be a list of numbers, one for each seed; it is {short(values)}.",
                       "not-numbers") from None
    if values.ndim != 1:
        raise NotRight(f"{name} should be a list of numbers, one for each seed; its shape is {values.shape}.", "shape")
    return np.nan_to_num(values, nan=np.inf, posinf=np.inf, neginf=-np.inf)  # "never" is later than any epoch


def _supported(a, b):
    """Return which of `CLAIMS` the seeds support by the ledger's rule."""
    sides = [claim for claim, holds in zip(CLAIMS, (a > b, a < b)) if claim_verdict(list(holds)) == "holds"]
    return sides[0] if sides else CLAIMS[2]


@check("comparison")
def comparison(claim, a, b):
    """Check a conclusion about two settings that were run on the same seeds: "a > b", "a < b" or "no difference shown".

    a and b hold a result for each seed, in the same order: accuracies, losses, or epochs (nan for never, which is more
    than any number). The rule is the ledger's (chapter 13): "a > b" is supported if the 95 % interval (Wilson, 1927) of
    the share of seeds in which it holds lies above one half. Equal results count for neither side.

    >>> checks.comparison("a > b", [0.9], [0.8]).mistake
    'single-run'
    >>> bool(checks.comparison("a > b", [0.9, 0.8, 0.9, 1.0, 0.7], [0.5, 0.6, 0.5, 0.4, 0.6]))
    True
    """
    if any(value is None or value is ... for value in (claim, a, b)):
        raise NotRight("It isn't written yet: put your claim, and the results of both settings, in the place of None.",
                       "unwritten")
    said = " ".join(str(claim).lower().replace(">", " > ").replace("<", " < ").split())
    if said not in CLAIMS:
        raise NotRight(f"The claim should be one of {', '.join(map(repr, CLAIMS))}; it is {short(claim)}.", "claim")
    a, b = _results(a, "a"), _results(b, "b")
    least = min(a.size, b.size)
    if least < SEEDS:
        runs = "a single run" if least == 1 else f"{least} runs"
        raise NotRight(f"From {runs} nothing can be concluded: another seed may say the contrary (reports B and D each "
                       f"judge LeakyReLU by one). Run at least {SEEDS} seeds of each.", "single-run",
                       seeds=f"{a.size} and {b.size}")
    if a.size != b.size:
        raise NotRight("a and b are compared seed by seed: run both on the same seeds.", "seeds",
                       seeds=f"{a.size} and {b.size}")
    found, higher, lower = _supported(a, b), int((a > b).sum()), int((a < b).sum())
    most = max(higher, lower)
    low, high = wilson(most, a.size)
    counts = f"a > b in {higher}, a < b in {lower} of {a.size} seeds"
    shown = {"medians": f"a {_median(a)}, b {_median(b)}", "seeds": counts,
             "share": f"{most / a.size:.0%}, between {low:.0%} and {high:.0%}", "support": found}
    if said == found:
        return f"The numbers support {found!r}: {counts} (medians: {shown['medians']})."
    if found == CLAIMS[2]:
        raise NotRight("That says more than the numbers do: the share of seeds in which it holds may be one half or "
                       "less. Say that no difference is shown, or run more seeds.", "overclaim", **shown)
    if said == CLAIMS[2]:
        raise NotRight(f"The numbers say more than that: {found!r} holds in more seeds than chance would let it.",
                       "underclaim", **shown)
    raise NotRight(f"The numbers say the contrary: {found!r}.", "contrary", **shown)


def _median(values):
    with np.errstate(invalid="ignore"):
        middle = float(np.median(values))
    return f"{middle:.4g}" if np.isfinite(middle) else "never"
