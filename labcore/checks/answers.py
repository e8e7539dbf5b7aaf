"""Checks of an answer: a predicted number or word, or any function against the right one."""

import inspect
import re

import numpy as np

from .judging import judge
from .results import short
from .running import check
from .verdict import Found


def _given(mine):
    if mine is None or mine is ...:
        raise Found("There is no answer yet. Put yours in the place of None, and run the cell again.", "unwritten")


def _words(text):
    return re.split(r"[\s,;]+", text.strip().casefold())


@check("prediction")
def number(mine, measured, rtol=0.01):
    """Check a predicted number against the one that was measured, with a relative tolerance.

    Parameters
    ----------
    mine : float or str
        The prediction; None or ... for none yet.
    measured : float
        What came out.
    rtol : float, default 0.01
        How far off it may be, as a share of what was measured.

    Returns
    -------
    Verdict
        Right, or what is wrong: no answer, no number, another sign, a factor of 2, another number.

    Examples
    --------
    >>> from labcore import checks
    >>> checks.number(0.25, 0.2501)
    Right (prediction). You predicted 0.25, and 0.2501 was measured.
    >>> checks.number(-0.25, 0.2501)
    Not yet (prediction). The size is right, the sign isn't.
        predicted -0.25
        measured  0.2501
    """
    _given(mine)
    try:
        mine, measured = float(mine), float(measured)
    except (TypeError, ValueError):
        raise Found(f"{short(mine)} is no number.", "not-numbers") from None
    if not abs(mine - measured) <= rtol * abs(measured) + 1e-12:
        sentence = "The measured number is another."
        if measured and abs(mine + measured) <= rtol * abs(measured):
            sentence = "The size is right, the sign isn't."
        elif any(abs(mine - factor * measured) <= rtol * abs(factor * measured) for factor in (0.5, 2)):
            sentence = f"It is about {mine / measured:.2g} times what was measured: a factor of 2 too many or too few?"
        raise Found(sentence, "", predicted=short(mine), measured=short(measured))
    return f"You predicted {short(mine)}, and {short(measured)} was measured."


@check("prediction")
def choice(mine, right):
    """Check a predicted word, or True or False, against what was measured.

    Parameters
    ----------
    mine : str or bool
        The prediction; None or ... for none yet. Case, commas and spaces don't count.
    right : str or bool
        What came out.

    Returns
    -------
    Verdict
        Right, or that it came out otherwise.

    Examples
    --------
    >>> from labcore import checks
    >>> checks.choice("Falls", "falls")
    Right (prediction). You predicted Falls, and so it is.
    >>> checks.choice(None, True)
    Not yet (prediction). There is no answer yet. Put yours in the place of None, and run the cell again.
    """
    _given(mine)
    if isinstance(right, str):
        same = isinstance(mine, str) and _words(mine) == _words(right)
    else:
        same = mine == right
    if not same:
        raise Found("It came out otherwise.", "", predicted=str(mine), measured=str(right))
    return f"You predicted {mine}, and so it is."


@check("your function")
def calls(f, right, cases, mistakes=()):
    """Check any function against the right one on cases, tuples of arguments of which the smallest comes first.

    Known mistakes are told by name: `Mistake(name, sentence, formula)`.

    Parameters
    ----------
    f : callable
        The reader's function.
    right : callable
        The right one, of the same arguments; it returns a number or an array.
    cases : sequence of tuple
        The arguments of each call.
    mistakes : sequence of Mistake, default ()
        What is compared with a wrong result.

    Returns
    -------
    Verdict
        Right, or which mistake it is and the smallest case that shows it.

    Examples
    --------
    >>> from labcore import checks
    >>> half = checks.Mistake("half", "The 2 is missing.", lambda x: x)
    >>> checks.calls(lambda x: x, lambda x: 2 * x, [(1.0,), (3.0,)], [half])
    Not yet (your function). The 2 is missing.
        input    x = 1
        expected 2.
        got      1.
    """
    names = tuple(inspect.signature(f).parameters) if inspect.isfunction(f) else ()
    judge(f, cases, lambda *given: np.asarray(right(*given), dtype=float), mistakes, names=names)
    return f"It agrees in {len(cases)} cases." if len(cases) > 1 else "It agrees."
