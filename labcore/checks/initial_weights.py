"""The check of initial weights: are the units different, the draws the generator's, the spread the law's?"""

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


def _spreads(draw, sizes=SIZES):
    """Return the standard deviations of labcore's initializer, from so many numbers that they are 0.1 % off."""
    return np.array([draw(np.random.default_rng(0), (30, *size), *size).std() for size in sizes])


def _conventions(layers, draw):
    """Return (name, what is said) of another convention that the weights follow; NotRight if they aren't the law's."""
    def fits(others):
        return np.allclose(others, spreads, rtol=SPREAD, atol=0)

    spreads, law = np.array([weights.std() for weights in layers]), _spreads(draw)
    if fits(law):
        return []
    exchanged, (n_in, n_out) = _spreads(draw, [size[::-1] for size in SIZES]), np.transpose(SIZES)
    known = [  # what is taken for the law, and what to say; with a name it is right as well
        (0.8796 * law, "It is truncated at ±2: 12 % less spread. Both exist.", "truncated"),
        (law * np.sqrt((1 + n_out / n_in) / 2), "Xavier's by n_in alone, √(1 / n_in), exists too.", "inputs-alone"),
        (law**2, "That is the variance: NumPy wants its root."),
        (exchanged, "n_in and n_out are exchanged."),
        (exchanged**2, "n_in and n_out are exchanged, and it is the variance: take the root."),
        (law * 3**0.5, "That is the limit of uniform numbers, √3 times the standard deviation."),
        (law / 3**0.5, "As a limit of uniform numbers the standard deviation must be √3 times as large."),
        (law / 2**0.5, "A factor 2 is missing under the root."),
        *[(_spreads(other), f"That is the law {name}.") for name, other in initializers.known().items()],
    ]
    said, *name = next((told for others, *told in known if fits(others)), [""])
    if name:
        return [(*name, said)]
    raise NotRight(f"The law asks for other standard deviations. {said}".strip(), "scale",
                   input="{}, {}, rng; {}, {}, rng".format(*np.ravel(SIZES)), expected=short(law), got=short(spreads))


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
                   f"({getattr(law, '__name__', law)}).", _conventions(layers, draw))
