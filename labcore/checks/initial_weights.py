"""The check of initial weights: are the units different, the draws the generator's, the spread the law's?"""

import numpy as np

from .. import initializers
from ..inputs import pick
from .calling import call, check
from .mistakes import remarks
from .results import finite, numbers, short
from .verdict import NotRight

#: The sizes of the layers whose spread is measured: 13 500 numbers each. The standard error of their standard deviation
#: is 1 / √(2 · 13 500) = 0.6 % of it, of their mean 1 / √13 500 = 0.9 % of a standard deviation. A right function comes
#: 4 % or 10 % off once in 10¹⁰ draws, and the formulas that are mistaken for a law lie further from it than that.
SIZES = ((150, 90), (60, 225))
SPREAD, CENTRE = 0.04, 0.1
SMALL = (3, 2)  #: for what is shown
TRUNCATED = 0.7737  #: the variance of N(0, 1) without what lies beyond ±2


def _law(below, fan, *others):
    """Return variances, functions of (n_in, n_out), and what is said of them: the right one first, 2 / fan.

    Those with a name besides are right by another convention.
    """
    return (
        (lambda n, m: 2 / fan(n, m), ""),
        (lambda n, m: 4 / fan(n, m)**2, f"That is the variance 2 / {below}: NumPy wants its root."),
        (lambda n, m: 6 / fan(n, m), f"√(6 / {below}) is the limit of a uniform law; a normal one has √(2 / {below})."),
        (lambda n, m: 2 / 3 / fan(n, m), f"√(2 / {below}) is a standard deviation; as a limit of uniform numbers it "
         "must be √3 times as large."),
        (lambda n, m: 1 / fan(n, m), f"The 2 above the line is missing: √(2 / {below})."),
        (lambda n, m: TRUNCATED * 2 / fan(n, m), *CUT),
        *others,
    )


CUT = "It is truncated at two standard deviations, which makes the spread 12 % smaller. Both exist.", "truncated"
XAVIER = _law("(n_in + n_out)", lambda n, m: n + m, (lambda n, m: 2 / n, "That is He's √(2 / n_in)."),
              (lambda n, m: 1 / n, "It is Xavier's by the inputs alone, √(1 / n_in); the paper's counts the outputs "
               "too, √(2 / (n_in + n_out)). Both exist.", "inputs-alone"))
HE = _law("n_in", lambda n, m: n, (lambda n, m: 2 / m, "n_in and n_out are exchanged: it is √(2 / n_in)."),
          (lambda n, m: 4 / m**2, "n_in and n_out are exchanged, and it is the variance: take the root, √(2 / n_in)."),
          (lambda n, m: 2 / (n + m), "That is Xavier's √(2 / (n_in + n_out))."))
NORMAL = ((lambda n, m: 1.0, ""), (lambda n, m: TRUNCATED, *CUT),
          (lambda n, m: 1 / 3, "That is the spread of uniform numbers from −1 to 1; N(0, 1) has 1."))
LAWS = {"normal": NORMAL, **dict.fromkeys(("xavier", "xavier_normal", "xavier_uniform"), XAVIER),
        **dict.fromkeys(("he", "he_normal"), HE)}


def _drawn(f, n_in, n_out, seed):
    given = (n_in, n_out, np.random.default_rng(seed))
    result, _ = call(f, *given)
    return finite(numbers(result, (n_in, n_out), given), short(given))


def _check_units(f, small, weights, seed):
    """Raise NotRight for units that are alike, and for draws that aren't the generator's."""
    shown = {"input": f"{SMALL[0]}, {SMALL[1]}, rng", "got": short(small)}
    for like, mistake, sentence in (
        (0, "zeros", "All weights are 0: every hidden unit does the same and gets the same gradient, for ever."),
        (weights[0, 0], "equal", "All weights are equal: every hidden unit does the same and gets the same gradient, "
         "for ever."),
        (weights[:, :1], "equal-units", "All columns are equal, so every unit of the layer starts the same and stays "
         "the same: draw n_in × n_out numbers."),
        (weights[:1], "equal-units", "All rows are equal, so every input counts the same: draw n_in × n_out numbers."),
        (np.round(weights), "whole", "All weights are whole numbers, many of them equal or 0: draw decimal ones, with "
         "rng.normal or rng.uniform."),
    ):
        if (weights == like).all():
            raise NotRight(sentence, mistake, **shown)
    again, other = _drawn(f, *SMALL, seed), _drawn(f, *SMALL, seed + 1)
    if not np.array_equal(small, again):
        raise NotRight("The same seed gives other weights each time, so no run can be repeated. Draw from rng, not "
                       "from np.random or a generator without a seed.", "global-random", **shown, again=short(again))
    if np.array_equal(small, other):
        raise NotRight("Another seed gives the same weights: rng isn't used. A seed fixed inside gives all layers and "
                       "all runs the same draw.", "same-draw", **shown, again=short(other))


def _check_spread(layers, law):
    """Return (name, what is said) of another convention; NotRight for weights that lie or spread as no law has it."""
    def spreads(variance):
        return all(abs(weights.std() / variance(*weights.shape) ** 0.5 - 1) < SPREAD for weights in layers)

    for weights in layers:
        mean, got = weights.mean(), weights.std()
        given = f"{weights.shape[0]}, {weights.shape[1]}, rng"
        if abs(mean) > CENTRE * got:
            raise NotRight("The weights don't lie around 0: their mean is far from it. (rng.random() is between 0 and "
                           "1: rng.normal and rng.uniform(-a, a) lie around 0.)", "not-centred", input=given,
                           expected="mean near 0", got=f"mean {mean:.3g}, standard deviation {got:.3g}")
        expected = law[0][0](*weights.shape) ** 0.5 if law else got
        if abs(got / expected - 1) >= SPREAD:
            fits = [said for variance, *said in law[1:] if spreads(variance)]
            for said, *name in fits:
                if name:
                    return [(*name, said)]
            raise NotRight(" ".join([f"The standard deviation is {got / expected:.3g} times what the law asks for.",
                                     *[said for said, *_ in fits[:1]]]), "scale", input=given,
                           expected=f"standard deviation {expected:.4g}", got=f"standard deviation {got:.4g}")
    return []


@check("initial weights")
def initial_weights(f, law=None, seed=None):
    """Check a function f(n_in, n_out, rng) that draws the weights W (n_in, n_out) of a layer from the generator rng.

    `law` is the spread that is asked for: "xavier", √(2 / (n_in + n_out)) (Glorot and Bengio, 2010, eq. 12), "he",
    √(2 / n_in) (He et al., 2015, eq. 10), "normal", 1, or that of another function of `labcore.initializers`; None
    takes any. Normal and uniform numbers are both right.

    >>> checks.initial_weights(lambda n_in, n_out, rng: rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)), law="he")
    Right (initial weights). The units differ, the draws are the generator's, and the spread is right (he).
    """
    spread = pick("law", law, initializers.known() | LAWS)
    if callable(spread):  # an initializer of which no mistakes are known
        draw = spread
        spread = [(lambda n, m: draw(np.random.default_rng(0), (20, n, m), n, m).var(), "")]
    before = np.random.get_state()  # a reader's np.random.seed or np.random.randn stays in here
    try:
        small, *layers = (_drawn(f, *size, seed) for size in (SMALL, *SIZES))
        _check_units(f, small, layers[0], seed)
        found = _check_spread(layers, spread)
    finally:
        np.random.set_state(before)
    return remarks("The units differ, the draws are the generator's" + (
        f", and the spread is right ({getattr(law, '__name__', law)})." if law else ", and they lie around 0."), found)
