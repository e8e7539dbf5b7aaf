"""Checks of an answer: a predicted number or word, or any function against the right one."""

import inspect
import re

import numpy as np

from .judging import judge
from .running import check, short
from .verdict import Found


def _given(mine):
    if mine is None or mine is ...:
        raise Found("There is no answer yet. Put yours in the place of None, and run the cell again.", "unwritten")


def _words(text):
    return re.split(r"[\s,;]+", text.strip().casefold())


@check("prediction")
def number(mine, measured, rtol=0.01):
    """Check a predicted number against the one that was measured, with a relative tolerance."""
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
    """Check a predicted word, or True or False, against what was measured."""
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
    """
    names = tuple(inspect.signature(f).parameters) if inspect.isfunction(f) else ()
    judge(f, cases, lambda *given: np.asarray(right(*given), dtype=float), mistakes, names=names)
    return f"It agrees in {len(cases)} cases." if len(cases) > 1 else "It agrees."
