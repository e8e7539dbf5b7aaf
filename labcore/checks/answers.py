"""Checks of an answer: a predicted number or word, any function against the right one, and a conclusion."""

import contextlib
import inspect
import re

import numpy as np

from ..experiments import statistics
from .calling import check
from .mistakes import compare
from .results import NotRight, short

OPEN = "no difference shown"


def _given(*answers):
    if any(answer is None or answer is ... for answer in answers):
        raise NotRight("There is no answer yet. Put yours in the place of None, and run the cell again.", "unwritten")


@check("prediction")
def number(mine, measured, rtol=0.01):
    """Check a predicted number against the one that was measured, off by the share `rtol` of it at most.

    >>> checks.number(0.25, 0.2501)
    Right (prediction). You predicted 0.25, and 0.2501 was measured.
    """
    _given(mine)
    try:
        mine, measured = float(mine), float(measured)
    except (TypeError, ValueError):
        raise NotRight(f"{short(mine)} is no number.", "not-numbers") from None
    near = [factor for factor in (1, -1, 0.5, 2) if np.isclose(mine, factor * measured, rtol, 1e-12)]
    if 1 in near:
        return f"You predicted {short(mine)}, and {short(measured)} was measured."
    sentence = ("The size is right, the sign isn't." if -1 in near else
                f"It is about {near[0]} times what was measured: a factor of 2 too many or too few?" if near else
                "The measured number is another.")
    raise NotRight(sentence, "", predicted=short(mine), measured=short(measured))


@check("prediction")
def choice(mine, right):
    """Check a predicted word, or True or False, against what was measured; case, commas and spaces don't count."""
    _given(mine)
    said, true = (re.split(r"[\s,;]+", str(value).strip().casefold()) for value in (mine, right))
    if mine != right and said != true:
        raise NotRight("It came out otherwise.", "", predicted=str(mine), measured=str(right))
    return f"You predicted {mine}, and so it is."


@check("your function")
def calls(f, right, cases, mistakes=()):
    """Check any function against the right one on cases, tuples of arguments of which the smallest comes first.

    Both return a number or an array. Known mistakes are told by name: `Mistake(name, sentence, formula)`.

    >>> half = checks.Mistake("half", "The 2 is missing.", lambda x: x)
    >>> checks.calls(lambda x: x, lambda x: 2 * x, [(1.0,), (3.0,)], [half])
    Not yet (your function). The 2 is missing.
        input    x = 1
        expected 2.
        got      1.
    """
    names = tuple(inspect.signature(f).parameters) if inspect.isfunction(f) else ()
    compare(f, cases, lambda *given: np.asarray(right(*given), dtype=float), mistakes, names=names)
    return f"It agrees in {len(cases)} cases." if len(cases) > 1 else "It agrees."


def _results(values, name):
    mistake = "not-numbers"
    with contextlib.suppress(TypeError, ValueError):
        array, mistake = np.atleast_1d(np.asarray(values, dtype=float)), "shape"
        if array.ndim == 1:
            return np.where(np.isnan(array), np.inf, array)  # "never" is later than any epoch
    raise NotRight(f"{name} should be a list of numbers, one for each seed; it is {short(values)}.", mistake)


@check("comparison")
def comparison(claim, a, b):
    """Check a conclusion about two settings that were run on the same seeds: "a > b", "a < b" or "no difference shown".

    a and b hold a result for each seed, in the same order: accuracies, losses, or epochs (nan for never, which is more
    than any number). The rule is that of `lab.compare`: a sign test over the seeds that decide. Equal results, and
    never against never, count for neither side.
    """
    _given(claim, a, b)
    said = " ".join(re.findall(r"[<>]|[^<>\s]+", str(claim).lower()))
    if said not in ("a > b", "a < b", OPEN):
        raise NotRight(f"The claim should be 'a > b', 'a < b' or {OPEN!r}; it is {short(claim)}.", "claim")
    a, b = _results(a, "a"), _results(b, "b")
    sizes = f"{a.size} and {b.size}"
    if min(a.size, b.size) < statistics.FEWEST:
        raise NotRight(f"Other seeds may say the contrary: run {statistics.FEWEST} or more.", "single-run", seeds=sizes)
    if a.size != b.size:
        raise NotRight("a and b are compared seed by seed: run both on the same seeds.", "seeds", seeds=sizes)
    less = statistics.compare(a, b)
    found = {"holds": "a < b", "doesn't hold": "a > b"}.get(less.verdict, OPEN)
    medians = f"a {np.median(a):.4g}, b {np.median(b):.4g}".replace("inf", "never")
    seeds = f"a > b in {less.losses}, a < b in {less.wins} of {a.size} seeds"
    if said == found:
        return f"The numbers support {found!r}: {seeds} (medians: {medians})."
    mistake, sentence = next(told for why, *told in [
        (found == OPEN, "overclaim", "That claims too much: it may hold in half of the seeds or less. Run more."),
        (said == OPEN, "underclaim", f"The numbers say more: {found!r} holds in more seeds than chance would let it."),
        (True, "contrary", f"The numbers say the contrary: {found!r}.")] if why)
    share = "between {:.0%} and {:.0%}".format(*less.interval)
    raise NotRight(sentence, mistake, medians=medians, seeds=seeds, **{"share of a < b": share, "support": found})
