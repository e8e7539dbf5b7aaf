"""The check of initial weights: are the units different, the draws the generator's, the spread the law's?"""

import functools

import numpy as np

from .. import initializers
from ..inputs import pick
from .calling import call, check
from .mistakes import remarks
from .results import NotRight, finite, numbers, short

#: The sizes of the layers whose spread is measured: 13 500 numbers each. The standard error of their standard deviation
#: is 1 / √(2 · 13 500) = 0.6 % of it, of their mean 1 / √13 500 = 0.9 % of a standard deviation. A right function comes
#: 4 % or 10 % off once in 10¹⁰ draws, and the formulas that are mistaken for a law lie further from it than that.
SIZES = ((150, 90), (60, 225))
SPREAD, CENTRE = 0.04, 0.1
SMALL = (3, 2)  #: for what is shown
ALIASES = {"xavier": initializers.xavier_normal, "he": initializers.he_normal}
#: what is taken for the variance v(n_in, n_out) that a law asks for, and what to say; with a name it is right as well
MISTAKEN = [
    (lambda v, n, m: 0.7737 * v(n, m), "It is truncated at ±2: 12 % less spread. Both exist.", "truncated"),
    (lambda v, n, m: v(n, m) ** 2, "That is the variance: NumPy wants its root."),
    (lambda v, n, m: v(m, n), "n_in and n_out are exchanged."),
    (lambda v, n, m: v(m, n) ** 2, "n_in and n_out are exchanged, and it is the variance: take the root."),
    (lambda v, n, m: 3 * v(n, m), "That is the limit of uniform numbers, √3 times the standard deviation."),
    (lambda v, n, m: v(n, m) / 3, "As a limit of uniform numbers the standard deviation must be √3 times as large."),
    (lambda v, n, m: v(n, m) / 2, "A factor 2 is missing under the root."),
]
BY_INPUTS = [(lambda v, n, m: 1 / n, "It is Xavier's by the inputs alone, √(1 / n_in). Both exist.", "inputs-alone")]
#: all elements of weights are equal to those of that part: the name of the mistake, and what to say
ALIKE = [
    (lambda weights: 0, "zeros", "All weights are 0: all units do the same, and get the same gradient, for ever."),
    (lambda weights: weights[0, 0], "equal", "All weights are equal: all units do the same for ever."),
    (lambda weights: weights[:, :1], "equal-units", "All columns are equal, so all units do the same for ever."),
    (lambda weights: weights[:1], "equal-units", "All rows are equal: draw n_in × n_out numbers."),
    (np.round, "whole", "All weights are whole numbers: draw decimal ones, with rng.normal or rng.uniform."),
]


@functools.cache
def _variance(draw, n_in, n_out):
    """Return the variance of an initializer of labcore, from so many numbers that it is a fifth of a percent off."""
    return draw(np.random.default_rng(0), (30, n_in, n_out), n_in, n_out).var()


def _drawn(f, n_in, n_out, seed):
    return finite(numbers(call(f, n_in, n_out, np.random.default_rng(seed))[0], (n_in, n_out)))


def _check_units(f, small, weights, seed):
    """Raise NotRight for units that are alike, and for draws that aren't the generator's."""
    shown = {"input": f"{SMALL[0]}, {SMALL[1]}, rng", "got": short(small)}
    for part, mistake, sentence in ALIKE:
        if (weights == part(weights)).all():
            raise NotRight(sentence, mistake, **shown)
    again, other = _drawn(f, *SMALL, seed), _drawn(f, *SMALL, seed + 1)
    if not np.array_equal(small, again):
        raise NotRight("The same seed gives other weights: draw from rng alone, not from np.random.", "global-random",
                       **shown, again=short(again))
    if np.array_equal(small, other):
        raise NotRight("Another seed gives the same weights: draw from rng.", "same-draw", **shown, again=short(other))


def _check_spread(layers, draw):
    """Return (name, what is said) of another convention; NotRight for weights that lie or spread as no law has it."""
    def off(weights, variance):
        return abs(weights.std() - variance(*weights.shape) ** 0.5)

    def fits(variance):
        return all(off(weights, variance) < SPREAD * weights.std() for weights in layers)

    right = functools.partial(_variance, draw)
    for weights in layers:
        if abs(weights.mean()) > CENTRE * weights.std():
            raise NotRight("The weights don't lie around 0, as those of rng.normal and rng.uniform(-a, a) do.",
                           "not-centred", input="{}, {}, rng".format(*weights.shape), got=f"mean {weights.mean():.3g}")
    if draw is None or fits(right):
        return []
    known = BY_INPUTS * ("xavier" in str(draw)) + MISTAKEN
    known += [(lambda v, n, m, other=other: _variance(other, n, m), f"That is the law {name}.")
              for name, other in initializers.known().items()]
    said, *name = next((said for formula, *said in known if fits(functools.partial(formula, right))), [""])
    if name:
        return [(*name, said)]
    worst = max(layers, key=functools.partial(off, variance=right))
    got, expected = worst.std(), right(*worst.shape) ** 0.5
    raise NotRight(f"The standard deviation is {got / expected:.3g} times what the law asks for. {said}".strip(),
                   "scale", input="{}, {}, rng".format(*worst.shape), expected=f"{expected:.4g}", got=f"{got:.4g}")


@check("initial weights")
def initial_weights(f, law=None, seed=None):
    """Check a function f(n_in, n_out, rng) that draws the weights W (n_in, n_out) of a layer from the generator rng.

    `law` is the spread that is asked for: "xavier", √(2 / (n_in + n_out)) (Glorot and Bengio, 2010, eq. 12), "he",
    √(2 / n_in) (He et al., 2015, eq. 10), "normal", 1, or that of another function of `labcore.initializers`; None
    takes any. Normal and uniform numbers are both right.

    >>> checks.initial_weights(lambda n_in, n_out, rng: rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)), law="he")
    Right (initial weights). The units differ, the draws are the generator's, and the spread is right (he).
    """
    draw = pick("law", law, initializers.known() | ALIASES)
    before = np.random.get_state()  # a reader's np.random.seed or np.random.randn stays in here
    try:
        small, *layers = (_drawn(f, *size, seed) for size in (SMALL, *SIZES))
        _check_units(f, small, layers[0], seed)
        found = _check_spread(layers, draw)
    finally:
        np.random.set_state(before)
    return remarks("The units differ, the draws are the generator's" + (
        f", and the spread is right ({getattr(law, '__name__', law)})." if law else ", and they lie around 0."), found)
