"""Telling mistakes apart: a known mistake is a formula too, so its results are compared with the reader's.

Common factors are taken out first, so that two mistakes at once are found: a sign, ½ or 2, n or 1/n, beside a formula.
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .calling import call
from .results import close, finite, flat, numbers, short
from .verdict import NotRight


@dataclass(frozen=True)
class Mistake:
    """A known mistake: its short name, what to say to the reader, and what it gives instead of the right value.

    `formula` has the arguments of the right function, and may raise where it has no value. `checks.calls` takes some.
    """
    name: str
    sentence: str
    formula: Callable


#: factors that are easily lost, of n rows, and what is said where only some arrays have them
FACTORS = {"sign": lambda n: -1.0, "half": lambda n: 0.5, "doubled": lambda n: 2.0, "sum": lambda n: n,
           "mean-twice": lambda n: 1 / n}
IN_PART = {"sign": "the wrong sign", "half": "half of their size", "doubled": "twice their size",
           "sum": "n times their size", "mean-twice": "a size n times too small", "zero": "the value 0"}


def compare(function, cases, right, mistakes=(), read=None, names=(), blocks=None, factors=None,
            loose=0):
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
            which, here = _wrong_block(got, expected, blocks(case)) if blocks else ("", (expected, got))
            shown = {"input": _named(case, names), **_beside(which, *here)}
            for name, sentence in _explanations(results, right, mistakes, factors or {}, blocks):
                raise NotRight(sentence, name, **shown)
            if broken and broken.mistake:  # a larger case shows what it is
                raise broken
            finite(got, names(*case) if callable(names) else short(case))
            raise NotRight(_ratio(results), **shown)
    if broken:
        raise broken
    return warned


def _explanations(results, right, mistakes, factors, blocks):
    """Yield (name, sentence) of what fits the results: a mistake, factors, both at once, factors of some blocks."""
    # all cases, or all but the last: two mistakes at once often show the second there alone
    for some in (results, results[:-1]) if len(results) > 2 else (results,):
        cases, truths, found = zip(*some)
        if all(map(close, found, truths)):
            return
        known = [(each, [_value(each.formula, case) for case in cases]) for each in mistakes]
        known = [(each, values) for each, values in known if not all(map(close, values, truths))]  # or it is right here
        for how in _products(factors):
            scales = [_scale(how, case) for case in cases]
            for mistake, values in [(None, truths)] * bool(how) + known:
                if all(close(got, value * scale) for got, value, scale in zip(found, values, scales)):
                    told = [(name, factors[name]) for name in how] + [(each.name, each.sentence) for each in [mistake]
                                                                      if each]
                    yield " + ".join(name for name, _ in told), " ".join(sentence for _, sentence in told)
    if blocks and factors:
        yield from _in_part(results, blocks)


def _products(names):
    """Return the ways to take some factors at once, few before many, none against its contrary."""
    chosen = (how for many in range(4) for how in itertools.combinations(names, many))
    return [how for how in chosen if not ({"half", "doubled"} <= {*how} or {"sum", "mean-twice"} <= {*how})]


def _scale(how, case):
    return np.prod([FACTORS[name](len(case[1])) for name in how])


def _in_part(results, blocks):
    """Yield (name, sentence) if each block is right but for factors of its own."""
    found = {}
    for k, (block, _) in enumerate(blocks(results[0][0])):
        pairs = [(case, _split(expected, blocks(case))[k], _split(got, blocks(case))[k])
                 for case, expected, got in results]
        ways = [(how, [_scale(how, case) for case, _, _ in pairs]) for how in _products(FACTORS)]
        ways.append((("zero",), [0.0] * len(pairs)))
        how = next((how for how, scales in ways if all(close(got, expected * scale) for (_, expected, got), scale
                                                       in zip(pairs, scales))), None)
        if how is None:
            return
        found.setdefault(how, []).append(block)
    told = [f"{', '.join(names)} {'has' if len(names) == 1 else 'have'} {' and '.join(IN_PART[one] for one in how)}"
            for how, names in found.items() if how]
    kinds = {name[:-1] for how, names in found.items() if how for name in names}
    name = " + ".join(dict.fromkeys(one for how in found for one in how))
    yield (f"bias-{name}".replace("mean-twice", "mean") if kinds == {"db"} and len(found) == 2 else f"{name}-in-part",
           f"{', '.join(found[()])} {'is' if len(found[()]) == 1 else 'are'} right. " * (() in found)
           + "; ".join(told) + ".")


def _split(values, blocks):
    """Return the blocks of an array."""
    ends = np.cumsum([int(np.prod(shape)) for _, shape in blocks])
    return [part.reshape(shape) for part, (_, shape) in zip(np.split(values, ends[:-1]), blocks)]


def _wrong_block(got, expected, blocks):
    """Return the name and (expected, got) of the last block that is wrong: an error goes down from there."""
    for (name, _), truth, mine in reversed([*zip(blocks, _split(expected, blocks), _split(got, blocks))]):
        if not close(mine, truth):
            return f" {name}", (truth, mine)
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
    """Return the sentence of right work and what is to be said besides: `found`, and the `others` that don't hold.

    `found` has (name, sentence); each of the others is (name, sentence, cases, right) and what else `compare` takes.
    """
    found = [*found]
    for name, said, cases, right, *more in others:
        try:
            compare(function, cases, right, (), *more)
        except NotRight as wrong:
            if wrong.mistake == "borrowed":
                raise
            found.append((name, said))
    return " ".join([sentence, *(said for _, said in found)]), found[0][0] if found else ""
