"""Telling mistakes apart: a known mistake is a formula too, so its results are compared with the reader's."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .calling import call
from .results import close, finite, numbers, short
from .verdict import NotRight


@dataclass(frozen=True)
class Mistake:
    """A known mistake: its short name, what to say to the reader, and what it gives instead of the right value.

    `formula` has the arguments of the right function, and may raise where it has no value. `checks.calls` takes some.
    """
    name: str
    sentence: str
    formula: Callable


def compare(function, cases, right, mistakes=(), read=None, names=(), blocks=None):
    """Run the reader's function on each case, the smallest first; raise NotRight unless all are as `right` has them.

    A case is a tuple of arguments; `names` are what they are called where the input is shown, or a function that makes
    a text of them. The first of `mistakes` that gives the same results is told. `read(result, case)` makes an array of
    what the function returned, where it needn't be one already; `blocks(case)` then gives (name, shape) of each part of
    that array, so that the last wrong one is shown. Return the warnings that were given.
    """
    results, warned, broken = [], [], None
    for case in cases:
        expected = np.asarray(right(*case))
        try:
            result, warnings = call(function, *case)
            results.append((case, expected, read(result, case) if read else numbers(result, expected.shape, case)))
            warned += warnings
        except NotRight as wrong:  # but an earlier and smaller case may already have been wrong
            wrong.shown = tuple((what, _named(case, names) if what == "input" else text) for what, text in wrong.shown)
            broken = wrong
            break
    for case, expected, got in results:
        if not close(got, expected):
            which, here = _wrong_block(got, expected, blocks(case)) if blocks else ("", (expected, got))
            shown = {"input": _named(case, names), **_beside(which, *here)}
            # all cases, or all but the last: two mistakes at once often show the second there alone
            for some in (results, results[:-1]) if len(results) > 2 else (results,):
                for mistake in mistakes:
                    if all(close(result, _value(mistake.formula, given)) for given, _, result in some):
                        raise NotRight(mistake.sentence, mistake.name, **shown)
            if broken and broken.mistake:  # a larger case shows what it is
                raise broken
            finite(got, names(*case) if callable(names) else short(case))
            raise NotRight(_ratio(got, expected), **shown)
    if broken:
        raise broken
    return warned


def _wrong_block(got, expected, blocks):
    """Return the name and (expected, got) of the last block that is wrong: an error goes down from there."""
    for name, shape in reversed(blocks):
        size = int(np.prod(shape))
        pair = expected[-size:].reshape(shape), got[-size:].reshape(shape)
        if not close(pair[1], pair[0]):
            return f" {name}", pair
        expected, got = expected[:-size], got[:-size]
    return "", (expected, got)


def _beside(which, expected, got):
    """Return both as text, with as many digits as it takes to tell them apart."""
    for digits in (4, 8, 12):
        texts = short(expected, digits), short(got, digits)
        if texts[0] != texts[1]:
            break
    return {f"expected{which}": texts[0], f"got{which}": texts[1]}


def _named(case, names):
    if not names or callable(names):
        return names(*case) if names else short(case)
    return ", ".join(f"{name} = {short(value)}" for name, value in zip(names, case) if not callable(value))


def _value(formula, case):
    try:
        with np.errstate(all="ignore"):
            return np.asarray(formula(*case), dtype=float)
    except Exception:  # the mistake can't be made here
        return np.empty((0, 0, 0))  # like no result


def _ratio(got, expected):
    """Say what can be said of an error that fits no known mistake."""
    with np.errstate(all="ignore"):
        ratios = np.asarray(got, dtype=float) / expected
    known = ratios[np.isfinite(ratios) & (np.abs(expected) > 1e-12)]
    if known.size > 1 and np.ptp(known) < 1e-6 * np.abs(known).max():
        return f"Each number is {known.flat[0]:.4g} times what it should be."
    return "It gives another number."
