"""Telling mistakes apart: a known mistake is a formula too, so its results are compared with the reader's.

Common factors are taken out first, so that two mistakes at once are found: a sign, ½ or 2, n or 1/n, beside a formula.
"""

import contextlib
import functools
import inspect
import itertools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from .calling import call
from .results import NotRight, close, finite, flat, numbers, short


class Mistake(NamedTuple):
    """A known mistake, for `checks.calls`: its name, what to say, and a formula of the arguments, which may raise."""
    name: str
    sentence: str
    formula: Callable


def family(values, name, sentence, formula):
    """Return mistakes that differ in one value: it stands in the sentence, and is the formula's last argument."""
    return [(name, sentence.format(value), lambda *case, value=value: formula(*case, value)) for value in values]


@functools.cache
def edited(function, *edits):
    """Return a right function with a mistake in its text: what stands there and what in its place, in turn."""
    source, names = inspect.getsource(function), dict(function.__globals__)
    for old, new in zip(edits[::2], edits[1::2]):
        source = source.replace(old, new)
    exec(source, names)
    return names[function.__name__]


#: factors that are easily lost: what they are for n rows, and what is said of them
FACTORS = {
    "sign": (lambda n: -1.0, "The sign is turned round"),
    "half": (lambda n: 0.5, "A factor 2 is missing"),
    "doubled": (lambda n: 2.0, "There is a factor 2 too many"),
    "sum": (lambda n: n, "The 1/n of the mean is missing"),
    "mean-twice": (lambda n: 1 / n, "The 1/n of the mean is in it twice"),
    "zero": (lambda n: 0.0, "It is 0"),
}
PRODUCTS = [how for many in range(4) for how in itertools.combinations(FACTORS, many)]  #: some at once, few before many
#: what is to be added for a gradient
HINTS = {"sign": "ŷ − y and not y − ŷ", "half": "the derivative of (ŷ − y)² is 2 (ŷ − y)", "doubled": "",
         "sum": "the loss is a mean, so its gradient has 1/n too", "mean-twice": "it belongs to the loss alone"}


def compare(function, cases, right, mistakes=(), read=None, names=(), hints=None, loose=0):
    """Run the reader's function on each case, the smallest first; raise NotRight unless all are as `right` has them.

    A case is a tuple of arguments; `names` are what they are called where they are shown, or a function that makes a
    text of them. `right` returns an array, or a list [dW1, db1, ...], and `read(result, case)` the reader's as such.
    The first of `mistakes`, (name, sentence, formula), with the same results is told; `hints` has what is to be added
    for each of `FACTORS` that may stand before it, n being the second argument's length; `loose` is that of `close`.
    """
    results, broken = [], None
    for case in cases:
        truth = right(*case)
        try:
            result = call(function, *case)[0]
            results.append((case, truth, read(result, case) if read else numbers(result, np.shape(truth))))
        except NotRight as wrong:  # but an earlier and smaller case may already have been wrong
            if wrong.mistake not in ("unwritten", "unchanged", "not-a-function", "borrowed"):  # any input shows these
                wrong.shown = {"input": ""} | wrong.shown | {"input": _named(case, names)}
            broken = wrong
            break
    for case, truth, got in results:
        if not close(got, truth, loose):
            shown = {"input": _named(case, names), **_beside(truth, got)}
            name, sentence = next(_explanations(results, mistakes, hints or {}))
            if not name:
                if broken and broken.mistake:  # a larger case shows what it is
                    raise broken
                finite(flat(got), **shown)
            raise NotRight(sentence, name, **shown)
    if broken:
        raise broken


def _explanations(results, mistakes, hints):
    """Yield (name, sentence) of a mistake that fits, factors, both, factors of some gradients; at last with no name."""
    # all cases, or all but the last: two mistakes at once often show the second there alone
    for some in (results, results[:-1]) if len(results) > 2 else (results,):
        cases, truths, found = zip(*some)
        if all(map(close, found, truths)):
            break
        known = [([], truths)]
        for *told, formula in mistakes:
            with contextlib.suppress(Exception), np.errstate(all="ignore"):  # it may have no value here
                values = [flat(formula(*case)).astype(float) for case in cases]
                if not all(map(close, values, truths)):  # or be right here
                    known.append(([told], values))
        for how, (told, values) in itertools.product(PRODUCTS, known):
            if {*how} <= hints.keys() and _fits(how, cases, values, found):
                factors = [(name, f"{FACTORS[name][1]}{hints[name] and ': '}{hints[name]}.") for name in how]
                names, sentences = zip(*factors, *told)
                yield " + ".join(names), " ".join(sentences)
    cases, truths, found = zip(*results)
    if hints and isinstance(truths[0], list):
        yield from _in_part(cases, zip(*truths), zip(*found))
    expected, got = (flat([*map(flat, values)]) for values in (truths, found))
    with np.errstate(all="ignore"):
        ratio = got @ expected / (expected @ expected)
        constant = got.size > 1 and abs(ratio) > 1e-6 and np.allclose(got, ratio * expected, 1e-6, 1e-12)
    yield "", f"Each number is {ratio:.4g} times what it should be." if constant else "It gives another number."


def _fits(how, cases, values, found):
    """Return whether all that was found is a value times these factors."""
    return all(close(got, flat(value) * np.prod([FACTORS[name][0](len(case[:2][-1])) for name in how]))
               for case, value, got in zip(cases, values, found))


def _in_part(cases, truths, found):
    """Yield (name, sentence) if each gradient is right but for factors of its own."""
    parts = {}
    for k, (truth, got) in enumerate(zip(truths, found)):
        fitting = (how for how in PRODUCTS if _fits(how, cases, truth, got))
        parts.setdefault(next(fitting, None), []).append(part_name(k))
    if None not in parts:
        told = " ".join(f"{' and '.join(FACTORS[one][1] for one in how) or 'Right'}: {', '.join(names)}."
                        for how, names in parts.items())
        of_biases = len(parts) == 2 and {name[:2] for name in parts.pop((), [])} == {"dW"}
        name = " + ".join(dict.fromkeys(itertools.chain(*parts)))
        yield (f"bias-{name}".replace("mean-twice", "mean") if of_biases else f"{name}-in-part",
               f"Not all gradients have the same mistake. {told}")


def part_name(k):
    """Return the name of the gradient at a place of the list."""
    return f"{'db' if k % 2 else 'dW'}{k // 2 + 1}"


def _beside(truth, got):
    """Return both as text, with as many digits as it takes to tell them apart."""
    which = ""
    if isinstance(truth, list):  # an error goes down from the last gradient that is wrong
        k = max(k for k in range(len(truth)) if not close(got[k], truth[k]))
        which, truth, got = f" {part_name(k)}", truth[k], got[k]
    texts = [(short(np.asarray(truth), digits), short(got, digits)) for digits in (4, 8, 12)]
    expected, got = next((pair for pair in texts if pair[0] != pair[1]), texts[-1])
    return {f"expected{which}": expected, f"got{which}": got}


def _named(case, names):
    if callable(names):
        return names(*case)
    named = [f"{name} = {short(value)}" for name, value in zip(names, case) if not callable(value)]
    return ", ".join(named) or short(case)


def remarks(sentence, found=(), function=None, others=(), loose=0):
    """Return the sentence of right work and what is to be said besides, and the name of the first of these.

    `found` has (name, sentence); each of `others`, (name, sentence, cases, right, read), is one if it doesn't hold.
    """
    found = [*found]
    for name, said, cases, right, *read in others:
        try:
            compare(function, cases, right, (), *read, loose=loose)
        except NotRight:
            found.append((name, said))
    return " ".join([sentence, *(said for _, said in found)]), found[0][0] if found else ""
