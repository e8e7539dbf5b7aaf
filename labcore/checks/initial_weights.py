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
#: what is taken for the variance v(n_in, n_out) that a law asks for, and what to say; with a name it is right as well
MISTAKEN = [
    (lambda v, n, m: 0.7737 * v(n, m), "It is truncated at ±2: 12 % less spread. Both exist.", "truncated"),
    (lambda v, n, m: v(n, m) * (n + m) / (2 * n), "Xavier's by n_in alone, √(1 / n_in), exists too.", "inputs-alone"),
    (lambda v, n, m: v(n, m) ** 2, "That is the variance: NumPy wants its root."),
    (lambda v, n, m: v(m, n), "n_in and n_out are exchanged."),
    (lambda v, n, m: v(m, n) ** 2, "n_in and n_out are exchanged, and it is the variance: take the root."),
    (lambda v, n, m: 3 * v(n, m), "That is the limit of uniform numbers, √3 times the standard deviation."),
    (lambda v, n, m: v(n, m) / 3, "As a limit of uniform numbers the standard deviation must be √3 times as large."),
    (lambda v, n, m: v(n, m) / 2, "A factor 2 is missing under the root."),
]
#: the name of a mistake, what to say, and what then holds for all weights, those of the same seed, and those of another
BAD_DRAWS = [
    ("zeros", "All weights are 0: all units do the same, and get the same gradient, for ever.", lambda w, *_: w == 0),
    ("equal", "All weights are equal: all units do the same for ever.", lambda w, *_: w == w[0, 0]),
    ("equal-units", "All columns are equal, so all units do the same for ever.", lambda w, *_: w == w[:, :1]),
    ("equal-units", "All rows are equal: draw n_in × n_out numbers.", lambda w, *_: w == w[:1]),
    ("whole", "All weights are whole numbers: draw others, as by rng.normal.", lambda w, *_: w == np.round(w)),
    ("global-random", "The same seed gives others: use rng, not np.random.", lambda w, again, _: np.any(w != again)),
    ("same-draw", "Another seed gives the same weights: draw from rng.", lambda w, _, other: w == other),
    ("not-centred", "They don't lie around 0, as rng.normal's do.", lambda w, *_: abs(w.mean()) > CENTRE * w.std()),
]


@functools.cache
def _variance(draw, n_in, n_out):
    """Return the variance of an initializer of labcore, from so many numbers that it is a fifth of a percent off."""
    return draw(np.random.default_rng(0), (30, n_in, n_out), n_in, n_out).var()


def _conventions(spreads, draw):
    """Return (name, what is said) of another convention that the spreads follow; NotRight if they aren't the law's."""
    variance = functools.partial(_variance, draw)

    def fits(formula):
        return np.allclose(np.sqrt([formula(variance, *size) for size in SIZES]), spreads, rtol=SPREAD, atol=0)

    if fits(lambda v, n, m: v(n, m)):
        return []
    laws = [(lambda v, n, m, other=other: _variance(other, n, m), f"That is the law {name}.")
            for name, other in initializers.known().items()]
    said, *name = next((told for formula, *told in MISTAKEN + laws if fits(formula)), [""])
    if name:
        return [(*name, said)]
    raise NotRight(f"The law asks for other standard deviations. {said}".strip(), "scale",
                   input="{}, {}, rng; {}, {}, rng".format(*np.ravel(SIZES)),
                   expected=short(np.sqrt([variance(*size) for size in SIZES])), got=short(np.array(spreads)))


@check("initial weights")
def initial_weights(f, law=None, seed=None):
    """Check a function f(n_in, n_out, rng) that draws the weights W (n_in, n_out) of a layer from the generator rng.

    `law` is the spread that is asked for: "xavier", √(2 / (n_in + n_out)) (Glorot and Bengio, 2010, eq. 12), "he",
    √(2 / n_in) (He et al., 2015, eq. 10), "normal", 1, or that of another function of `labcore.initializers`; None
    takes any. Normal and uniform numbers are both right.

    >>> checks.initial_weights(lambda n_in, n_out, rng: rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)), law="he")
    Right (initial weights). The units differ, the draws are the generator's, and the spread is right (he).
    """
    draw = pick("law", law, initializers.known() | {"xavier": initializers.xavier_normal, "he": initializers.he_normal})
    sizes, seeds = (SMALL, SIZES[0], SIZES[0], *SIZES), (seed, seed, seed + 1, seed, seed)
    before = np.random.get_state()  # a reader's np.random.seed or np.random.randn stays in here
    try:
        small, again, other, *layers = [finite(numbers(call(f, *size, np.random.default_rng(one))[0], size))
                                        for size, one in zip(sizes, seeds)]
    finally:
        np.random.set_state(before)
    for mistake, sentence, holds in BAD_DRAWS:
        if np.all(holds(layers[0], again, other)):
            raise NotRight(sentence, mistake, input="{}, {}, rng".format(*SMALL), got=short(small))
    if law is None:
        return "The units differ, the draws are the generator's, and they lie around 0."
    return remarks("The units differ, the draws are the generator's, and the spread is right "
                   f"({getattr(law, '__name__', law)}).", _conventions([weights.std() for weights in layers], draw))
