"""Telling mistakes apart: a known mistake is a formula too, so its results are compared with the reader's."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .results import close, finite, numbers, short
from .running import call
from .verdict import Found


@dataclass(frozen=True)
class Mistake:
    """A known mistake: its short name, what to say to the reader, and what it gives instead of the right value.

    Parameters
    ----------
    name : str
        As "sign" or "half"; the verdict's `mistake`.
    sentence : str
        What it is and what to do about it.
    formula : callable
        Of the same arguments as the right function; it may raise where it has no value.

    Examples
    --------
    >>> from labcore import checks
    >>> half = checks.Mistake("half", "The 2 is missing.", lambda x: x)
    >>> checks.calls(lambda x: x, lambda x: 2 * x, [(1.0,)], [half]).mistake
    'half'
    """
    name: str
    sentence: str
    formula: Callable


def judge(function, cases, right, mistakes=(), read=None, names=(), blocks=None):
    """Run the reader's function on each case, the smallest first; raise Found unless all are as `right` has them.

    `read(result, case)` makes an array of what the function returned; left out, it has to be an array already.
    `names` of the arguments are shown with the input; `blocks(case)` gives (name, shape) of each part of a result that
    is a row of arrays, so that the last wrong one is shown. Return the warnings that were given.

    Parameters
    ----------
    function : callable
        The reader's.
    cases : sequence of tuple
        The arguments of each call.
    right : callable
        The right function, of the same arguments.
    mistakes : sequence of Mistake, default ()
        What is compared with a wrong result; the first that fits is told.
    read : callable, optional
        What raises Found where a result isn't one.
    names : sequence of str, default ()
        A name for each argument.
    blocks : callable, optional
        For results that are lists of arrays.

    Returns
    -------
    list of str
        The texts of the warnings.

    Raises
    ------
    Found
        If a result is wrong, or isn't one.

    Examples
    --------
    >>> from labcore.checks.judging import judge
    >>> judge(lambda x: 2 * x, [(1.0,), (3.0,)], lambda x: x + x)
    []
    >>> judge(lambda x: 3 * x, [(1.0,), (3.0,)], lambda x: x + x)
    Traceback (most recent call last):
        ...
    labcore.checks.verdict.Found: It gives another number.
    """
    results, warned, other = [], [], None
    for case in cases:
        expected = np.asarray(right(*case))
        try:
            result, warnings = call(function, *case)
            results.append((case, expected, read(result, case) if read else numbers(result, expected.shape, case)))
            warned += warnings
        except Found as found:  # but an earlier and smaller case may already have been wrong
            found.shown = tuple((what, _named(case, names) if what == "input" else text) for what, text in found.shown)
            other = found
            break
    for case, expected, got in results:
        if not close(got, expected):
            which, here = _wrong_block(got, expected, blocks(case)) if blocks else ("", (expected, got))
            shown = {"input": _named(case, names), **_beside(which, *here)}
            # all cases, or all but the last: two mistakes at once often show the second there alone
            for some in (results, results[:-1]) if len(results) > 2 else (results,):
                for mistake in mistakes:
                    if all(close(result, _value(mistake.formula, given)) for given, _, result in some):
                        raise Found(mistake.sentence, mistake.name, **shown)
            if other and other.mistake:  # a larger case shows what it is
                raise other
            finite(got, case)
            raise Found(_ratio(got, expected), **shown)
    if other:
        raise other
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
    if not names:
        return short(case)
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
