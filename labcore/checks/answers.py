"""Checks of an answer: a predicted number or word, or any function against the right one."""

import inspect
import re

import numpy as np

from .calling import check
from .mistakes import compare
from .results import short
from .verdict import NotRight


def _given(mine):
    if mine is None or mine is ...:
        raise NotRight("There is no answer yet. Put yours in the place of None, and run the cell again.", "unwritten")


def _words(text):
    return re.split(r"[\s,;]+", text.strip().casefold())


@check("prediction")
def number(mine, measured, rtol=0.01):
    """Check a predicted number against the one that was measured, off by the share `rtol` of it at most.

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
        raise NotRight(f"{short(mine)} is no number.", "not-numbers") from None
    if not abs(mine - measured) <= rtol * abs(measured) + 1e-12:
        sentence = "The measured number is another."
        if measured and abs(mine + measured) <= rtol * abs(measured):
            sentence = "The size is right, the sign isn't."
        elif any(abs(mine - factor * measured) <= rtol * abs(factor * measured) for factor in (0.5, 2)):
            sentence = f"It is about {mine / measured:.2g} times what was measured: a factor of 2 too many or too few?"
        raise NotRight(sentence, "", predicted=short(mine), measured=short(measured))
    return f"You predicted {short(mine)}, and {short(measured)} was measured."


@check("prediction")
def choice(mine, right):
    """Check a predicted word, or True or False, against what was measured; case, commas and spaces don't count.

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
