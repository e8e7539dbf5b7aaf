"""Telling mistakes apart: a known mistake is a formula too, so its results are compared with the reader's.

Common factors are taken out first, so that two mistakes at once are found: a sign, ½ or 2, n or 1/n, beside a formula.
"""

import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .calling import call
from .results import close, finite, flat, numbers, short
from .verdict import NotRight


class Mistake(NamedTuple):
    """A known mistake: its short name, what to say to the reader, and what it gives instead of the right value.

    `formula` has the arguments of the right function, and may raise where it has no value. `checks.calls` takes some;
    tables of mistakes hold them as plain tuples.
    """
    name: str
    sentence: str
    formula: Callable


#: factors that are easily lost, of n rows, and what is said where some arrays alone have them
FACTORS = {"sign": lambda n: -1.0, "half": lambda n: 0.5, "doubled": lambda n: 2.0, "sum": lambda n: n,
           "mean-twice": lambda n: 1 / n, "zero": lambda n: 0.0}
IN_PART = {"sign": "the wrong sign", "half": "half of their size", "doubled": "twice their size",
           "sum": "n times their size", "mean-twice": "a size n times too small", "zero": "the value 0"}


def compare(function, cases, right, mistakes=(), read=None, names=(), blocks=None, factors=(), loose=0):
    """Run the reader's function on each case, the smallest first; raise NotRight unless all are as `right` has them.

    A case is a tuple of arguments; `names` are what they are called where the input is shown, or a function that makes
    a text of them. The first of `mistakes` that gives the same results is told; `factors` has a sentence for each of
    `FACTORS` that may stand before it, where n is the length of the second argument. `read(result, case)` makes an
    array of what the function returned, where it needn't be one already; `blocks(case)` then gives (name, shape) of
    each part of that array, so that the last wrong one is shown. Return the warnings that were given.
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
        if not close(got, expected, loose):
            parts = [*zip(blocks(case), _split(expected, blocks(case)), _split(got, blocks(case)))] if blocks else []
            # an error goes down from the last block that is wrong
            which, *pair = next(((f" {name}", truth, mine) for (name, _), truth, mine in reversed(parts)
                                 if not close(mine, truth)), ("", expected, got))
            shown = {"input": _named(case, names), **_beside(which, *pair)}
            for name, sentence in _explanations(results, mistakes, factors, blocks):
                raise NotRight(sentence, name, **shown)
            if broken and broken.mistake:  # a larger case shows what it is
                raise broken
            finite(got, names(*case) if callable(names) else short(case))
            raise NotRight(_ratio(results), **shown)
    if broken:
        raise broken
    return warned


def _explanations(results, mistakes, factors, blocks):
    """Yield (name, sentence) of what fits the results: a mistake, factors, both at once, factors of some blocks."""
    # all cases, or all but the last: two mistakes at once often show the second there alone
    for some in (results, results[:-1]) if len(results) > 2 else (results,):
        cases, truths, found = zip(*some)
        if all(map(close, found, truths)):
            return
        known = [(told, [_value(formula, case) for case in cases]) for *told, formula in mistakes]
        known = [(told, values) for told, values in known if not all(map(close, values, truths))]  # or it is right here
        for how in _products(factors):
            for told, values in [([], truths)] * bool(how) + known:
                if all(close(got, value * _scale(how, case)) for case, value, got in zip(cases, values, found)):
                    names, sentences = zip(*((name, factors[name]) for name in how), *[told] * bool(told))
                    yield " + ".join(names), " ".join(sentences)
    if blocks and factors:
        yield from _in_part(results, blocks)


def _products(names):
    """Return the ways to take some factors at once, few before many, none against its contrary."""
    chosen = (how for many in range(4) for how in itertools.combinations(names, many))
    return [how for how in chosen if not ({"half", "doubled"} <= {*how} or {"sum", "mean-twice"} <= {*how})]


def _scale(how, case):
    return np.prod([FACTORS[name](len(case[:2][-1])) for name in how])


def _in_part(results, blocks):
    """Yield (name, sentence) if each block is right but for factors of its own."""
    split = [(case, _split(expected, blocks(case)), _split(got, blocks(case))) for case, expected, got in results]
    found = {}
    for k, (block, _) in enumerate(blocks(results[0][0])):
        fits = (how for how in _products(FACTORS)
                if all(close(got[k], expected[k] * _scale(how, case)) for case, expected, got in split))
        found.setdefault(next(fits, None), []).append(block)
    if None not in found:
        told = "; ".join(f"{' and '.join(IN_PART[one] for one in how) or 'right'}: {', '.join(names)}"
                         for how, names in found.items())
        of_biases = len(found) == 2 and {name[:2] for name in found.pop((), [])} == {"dW"}
        name = " + ".join(dict.fromkeys(itertools.chain(*found)))
        yield (f"bias-{name}".replace("mean-twice", "mean") if of_biases else f"{name}-in-part",
               f"Not all gradients have the same mistake. {told[0].upper()}{told[1:]}.")


def _split(values, blocks):
    """Return the blocks of an array."""
    ends = np.cumsum([int(np.prod(shape)) for _, shape in blocks])
    return [part.reshape(shape) for part, (_, shape) in zip(np.split(values, ends[:-1]), blocks)]


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


def _ratio(results):
    """Say what can be said of an error that fits no known mistake."""
    expected, got = (flat([np.ravel(result[k]) for result in results]) for k in (1, 2))
    with np.errstate(all="ignore"):
        ratios = np.asarray(got, dtype=float) / expected
    known = ratios[np.isfinite(ratios) & (np.abs(expected) > 1e-12)]
    if known.size > 1 and np.ptp(known) < 1e-6 * np.abs(known).max():
        return f"Each number is {known[0]:.4g} times what it should be."
    return "It gives another number."


def remarks(sentence, found=(), function=None, others=()):
    """Return the sentence of right work and what is to be said besides, and the name of the first of these.

    `found` has (name, sentence); each of `others`, (name, sentence, cases, right, read), is one if it doesn't hold.
    """
    found = [*found]
    for name, said, cases, right, *read in others:
        try:
            compare(function, cases, right, (), *read)
        except NotRight as wrong:
            if wrong.mistake == "borrowed":
                raise
            found.append((name, said))
    return " ".join([sentence, *(said for _, said in found)]), found[0][0] if found else ""
