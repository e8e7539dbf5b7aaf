"""The check of initial weights: are the units different, the draws the generator's, the spread the law's?"""

import numpy as np

from .. import initializers
from ..inputs import pick
from .calling import call, check
from .results import finite, numbers, short
from .verdict import NotRight

#: The sizes of the layer whose spread is measured: 13 500 numbers. The standard error of their standard deviation is
#: 1 / √(2 · 13 500) = 0.6 % of it, of their mean 1 / √13 500 = 0.9 % of a standard deviation. A right function comes
#: 4 % or 10 % off once in 10¹⁰ draws, and the formulas that are mistaken for a law lie further from it than that.
N_IN, N_OUT = 150, 90
SPREAD, CENTRE = 0.04, 0.1
SMALL = (3, 2)  #: for what is shown


def _law(below, variance, *others):
    """Return the variance 2 / below, and pairs of another one and how it comes about."""
    return (
        variance,
        (variance**2, f"That is the variance 2 / {below}: NumPy wants its root, the standard deviation."),
        (3 * variance, f"√(6 / {below}) is the limit of a uniform law; a normal one has √(2 / {below})."),
        (variance / 3, f"√(2 / {below}) is a standard deviation; as a limit of uniform numbers it must be √3 times as "
         "large."),
        (variance / 2, f"The 2 above the line is missing: √(2 / {below})."),
        *others,
    )


XAVIER = _law("(n_in + n_out)", 2 / (N_IN + N_OUT), (2 / N_IN, "That is He's √(2 / n_in)."),
              (1 / N_IN, "That is √(1 / n_in); Xavier's counts the outputs, too: √(2 / (n_in + n_out))."))
HE = _law("n_in", 2 / N_IN, (2 / N_OUT, "n_in and n_out are exchanged: it is √(2 / n_in)."),
          ((2 / N_OUT)**2, "n_in and n_out are exchanged, and it is the variance: take the root, √(2 / n_in)."),
          (2 / (N_IN + N_OUT), "That is Xavier's √(2 / (n_in + n_out))."))
LAWS = {"xavier": XAVIER, "xavier_normal": XAVIER, "xavier_uniform": XAVIER, "he": HE, "he_normal": HE,
        "normal": (1.0, (1 / 3, "That is the spread of uniform numbers from −1 to 1; N(0, 1) has 1."))}


def _drawn(f, n_in, n_out, seed=0):
    given = (n_in, n_out, np.random.default_rng(seed))
    result, _ = call(f, *given)
    return finite(numbers(result, (n_in, n_out), given), short(given))


def _check_units(f, small, weights):
    """Raise NotRight for units that are alike, and for draws that aren't the generator's."""
    shown = {"input": f"{SMALL[0]}, {SMALL[1]}, rng", "got": short(small)}
    for like, mistake, sentence in (
        (0, "zeros", "All weights are 0: every hidden unit does the same and gets the same gradient, for ever."),
        (weights[0, 0], "equal", "All weights are equal: every hidden unit does the same and gets the same gradient, "
         "for ever."),
        (weights[:, :1], "equal-units", "All columns are equal, so every unit of the layer starts the same and stays "
         "the same: draw n_in × n_out numbers."),
        (weights[:1], "equal-units", "All rows are equal, so every input counts the same: draw n_in × n_out numbers."),
    ):
        if (weights == like).all():
            raise NotRight(sentence, mistake, **shown)
    again, other = _drawn(f, *SMALL), _drawn(f, *SMALL, seed=1)
    if not np.array_equal(small, again):
        raise NotRight("The same seed gives other weights each time, so no run can be repeated. Draw from rng, not "
                       "from np.random or a generator without a seed.", "global-random", **shown, again=short(again))
    if np.array_equal(small, other):
        raise NotRight("Another seed gives the same weights: rng isn't used. A seed fixed inside gives all layers and "
                       "all runs the same draw.", "same-draw", **shown, again=short(other))


def _check_spread(weights, spread):
    """Raise NotRight for weights that don't lie around 0, or don't spread as the law has it, if there is one."""
    given, mean, got = f"{N_IN}, {N_OUT}, rng", weights.mean(), weights.std()
    if abs(mean) > CENTRE * got:
        raise NotRight("The weights don't lie around 0: their mean is far from it. (rng.random() is between 0 and 1: "
                       "rng.normal and rng.uniform(-a, a) lie around 0.)", "not-centred", input=given,
                       expected="mean near 0", got=f"mean {mean:.3g}, standard deviation {got:.3g}")
    expected = got if spread is None else spread[0] ** 0.5
    if abs(got / expected - 1) >= SPREAD:
        sentence = f"The standard deviation is {got / expected:.3g} times what the law asks for."
        distances = [(abs(got / variance**0.5 - 1), reason) for variance, reason in spread[1:]]
        reasons = [reason for distance, reason in sorted(distances) if distance < SPREAD]
        raise NotRight(" ".join([sentence, *reasons[:1]]), "scale", input=given,
                       expected=f"standard deviation {expected:.4g}", got=f"standard deviation {got:.4g}")


@check("initial weights")
def initial_weights(f, law=None):
    """Check a function f(n_in, n_out, rng) that draws the weights W (n_in, n_out) of a layer from the generator rng.

    `law` is the spread that is asked for: "xavier", √(2 / (n_in + n_out)) (Glorot and Bengio, 2010, eq. 12), "he",
    √(2 / n_in) (He et al., 2015, eq. 10), "normal", 1, or that of another function of `labcore.initializers`; None
    takes any. Normal and uniform numbers are both right.

    >>> checks.initial_weights(lambda n_in, n_out, rng: rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)), law="he")
    Right (initial weights). The units differ, the draws are the generator's, and the spread is right (he).
    """
    spread = pick("law", law, initializers.known() | LAWS)
    if callable(spread):  # an initializer of which no mistakes are known
        spread = (spread(np.random.default_rng(0), (20, N_IN, N_OUT), N_IN, N_OUT).var(),)
    before = np.random.get_state()  # a reader's np.random.seed or np.random.randn stays in here
    try:
        small, weights = _drawn(f, *SMALL), _drawn(f, N_IN, N_OUT)
        _check_units(f, small, weights)
        _check_spread(weights, spread)
    finally:
        np.random.set_state(before)
    return "The units differ, the draws are the generator's" + (
        f", and the spread is right ({getattr(law, '__name__', law)})." if law else ", and they lie around 0.")
