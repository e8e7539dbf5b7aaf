"""What the checks of a network share: the networks, and other conventions: examples in columns, no biases."""

import functools

import numpy as np

from .mistakes import compare, remarks
from .results import NotRight

NETWORKS = [(1, (1, 1, 1, 1)), (4, (2, 2, 2, 1)), (5, (2, 3, 4, 1)), (3, (2, 10, 10, 1))]  #: examples and widths
FLAT = [(4, (2, 3, 1))]  #: what a function for three layers needn't take
DEPTH = ("depth", "It is written for three layers: a loop over zip(params[::2], params[1::2]) takes any number.")
#: other conventions, (columns, biases): the name, and what is asked
OTHERS = {
    (True, True): ("columns", "Do you keep examples in columns? Then it is right, and columns=True takes it."),
    (False, False): ("no-biases", "Do you leave out the biases? Then it is right, and biases=False takes it."),
}


def checked(f, columns, biases, seed, *, names, prepare, right, read, mistakes, said, hints=None, also=None):
    """Return what is said of a right function of a network; NotRight asks where it is right by another convention.

    `prepare(x, params)` makes the arguments, which are called `names`; `read(result, case, found)` makes of the result
    what `right` returns, and adds {name: remark} to `found`, as `also(f, case, read, found)` does at the end. The rest
    is as in `compare`, and `said` of a right function.
    """
    def by(columns, biases, mistakes=(), hints=None):
        mine, found = _as_here(f, names.index("params"), columns, biases), {}
        deep, flat = ([prepare(*case) for case in _cases(seed, biases, networks)] for networks in (NETWORKS, FLAT))
        few = functools.partial(read, found=found)
        compare(mine, deep, right, mistakes, few, names, hints)
        if also:
            also(mine, deep[1], few, found)
        return remarks(said, found.items(), mine, [(*DEPTH, flat, right, few)])

    try:
        return by(columns, biases, mistakes, hints)
    except NotRight as wrong:
        if columns or not biases or wrong.mistake in ("unwritten", "not-a-function", "borrowed", "endless"):
            raise
        for other, (name, question) in OTHERS.items():
            try:
                by(*other)
            except NotRight:
                continue
            raise NotRight(question, name) from None
        raise


def _cases(seed, biases, networks):
    """Return (x, params) from the smallest network to those that tell rows from columns."""
    rng, found = np.random.default_rng(seed), []
    for n, widths in networks:
        params = [array for n_in, n_out in zip(widths, widths[1:])
                  for array in (rng.normal(size=(n_in, n_out)) / n_in**0.5, rng.normal(size=(1, n_out)) * biases)]
        found.append((rng.normal(size=(n, widths[0])), params))
    return found


def _as_here(f, at, columns, biases):
    """Return a function of another convention as one of this; `at` is the place of params."""
    def turned(*given):
        given = _turn(given) if columns else given
        params, found = given[at], f(*given[:at], given[at][:: 1 if biases else 2], *given[at + 1:])
        if not biases and isinstance(found, (list, tuple)) and len(found) == len(params) // 2:  # of the weights alone
            found = [array for pair in zip(found, params[1::2]) for array in pair]
        return _turn(found) if columns else found

    turned.remote = getattr(f, "remote", False)
    return turned if columns or not biases else f


def _turn(value):
    """Return a value whose matrices are transposed: views, so that a change in place is seen."""
    if isinstance(value, dict):
        return {name: _turn(one) for name, one in value.items()}
    return [*map(_turn, value)] if isinstance(value, (list, tuple)) else value.T if hasattr(value, "T") else value
