"""The check of initial weights: are the units different, the draws the generator's, the spread the law's?"""

import numpy as np

from .results import finite, numbers, short
from .running import call, check
from .verdict import Found

#: The sizes of the layer whose spread is measured: 13 500 numbers. The standard error of their standard deviation is
#: 1 / √(2 · 13 500) = 0.6 % of it, of their mean 1 / √13 500 = 0.9 % of a standard deviation. A right function comes
#: 4 % or 10 % off once in 10¹⁰ draws, and the formulas that are mistaken for a law lie further from it than that.
N_IN, N_OUT = 150, 90
SPREAD, CENTRE = 0.04, 0.1
SMALL = (3, 2)  #: for what is shown


class _Generator(np.random.Generator):
    """A generator that can be shown; `call` hands a plain copy of it on."""

    def __init__(self, seed):
        super().__init__(np.random.PCG64(seed))
        self.seed = seed

    def __repr__(self):
        return f"np.random.default_rng({self.seed})"


def _drawn(f, n_in, n_out, seed=0):
    given = (n_in, n_out, _Generator(seed))
    result, _ = call(f, *given)
    weights = numbers(result, (n_in, n_out), given)
    finite(weights, given)
    return weights


def _known(law):
    """Return the standard deviation that a law asks for, and [(another one, how it comes about)]."""
    n_in, n_out, both = N_IN, N_OUT, N_IN + N_OUT
    others = {
        "xavier": [(2 / both, "That is the variance 2 / (n_in + n_out): NumPy wants its root, the standard deviation."),
                   ((6 / both)**0.5, "√(6 / (n_in + n_out)) is the limit of a uniform law; a normal one has "
                                     "√(2 / (n_in + n_out))."),
                   ((2 / both / 3)**0.5, "√(2 / (n_in + n_out)) is a standard deviation; as a limit of uniform numbers "
                                         "it must be √3 times as large."),
                   ((1 / both)**0.5, "The 2 above the line is missing: √(2 / (n_in + n_out))."),
                   ((2 / n_in)**0.5, "That is He's √(2 / n_in)."),
                   ((1 / n_in)**0.5, "That is √(1 / n_in); Xavier's counts the outputs, too: √(2 / (n_in + n_out)).")],
        "he": [(2 / n_in, "That is the variance 2 / n_in: NumPy wants its root, the standard deviation."),
               ((2 / n_out)**0.5, "n_in and n_out are exchanged: it is √(2 / n_in)."),
               (2 / n_out, "n_in and n_out are exchanged, and it is the variance: take the root, √(2 / n_in)."),
               ((6 / n_in)**0.5, "√(6 / n_in) is the limit of a uniform law; a normal one has √(2 / n_in)."),
               ((2 / n_in / 3)**0.5, "√(2 / n_in) is a standard deviation; as a limit of uniform numbers it must be √3 "
                                     "times as large."),
               ((1 / n_in)**0.5, "The 2 above the line is missing: √(2 / n_in)."),
               ((2 / both)**0.5, "That is Xavier's √(2 / (n_in + n_out)).")],
        "normal": [((1 / 3)**0.5, "That is the spread of uniform numbers from −1 to 1; N(0, 1) has 1.")],
    }
    return {"xavier": (2 / both)**0.5, "he": (2 / n_in)**0.5, "normal": 1.0}[law], others[law]


def _spread(weights, law):
    expected, others = _known(law)
    got = weights.std()
    if abs(got / expected - 1) < SPREAD:
        return
    std, reason = min(others, key=lambda other: abs(np.log(got / other[0])))
    sentence = f"The standard deviation is {got / expected:.3g} times what the law asks for."
    raise Found(f"{sentence} {reason}" if abs(got / std - 1) < SPREAD else sentence, "scale",
                input=f"{N_IN}, {N_OUT}, rng", expected=f"standard deviation {expected:.4g}",
                got=f"standard deviation {got:.4g}")


def _look(f, law):
    small, weights = _drawn(f, *SMALL), _drawn(f, N_IN, N_OUT)
    shown = {"input": f"{SMALL[0]}, {SMALL[1]}, rng", "got": short(small)}
    if not weights.any():
        raise Found("All weights are 0: every hidden unit does the same and gets the same gradient, for ever.", "zeros",
                    **shown)
    if (weights == weights.flat[0]).all():
        raise Found("All weights are equal: every hidden unit does the same and gets the same gradient, for ever.",
                    "equal", **shown)
    if (weights == weights[:, :1]).all():
        raise Found("All columns are equal, so every unit of the layer starts the same and stays the same: draw "
                    "n_in × n_out numbers.", "equal-units", **shown)
    if (weights == weights[:1]).all():
        raise Found("All rows are equal, so every input counts the same: draw n_in × n_out numbers.", "equal-units",
                    **shown)
    again, other = _drawn(f, *SMALL), _drawn(f, *SMALL, seed=1)
    if not np.array_equal(small, again):
        raise Found("The same seed gives other weights each time, so no run can be repeated. Draw from rng, not from "
                    "np.random or a generator without a seed.", "global-random", **shown, again=short(again))
    if np.array_equal(small, other):
        raise Found("Another seed gives the same weights: rng isn't used. A seed fixed inside gives all layers and all "
                    "runs the same draw.", "same-draw", **shown, again=short(other))
    mean, std = weights.mean(), weights.std()
    if abs(mean) > CENTRE * std:
        raise Found("The weights don't lie around 0: their mean is far from it. (rng.random() is between 0 and 1: "
                    "rng.normal and rng.uniform(-a, a) lie around 0.)", "not-centred", input=f"{N_IN}, {N_OUT}, rng",
                    expected="mean near 0", got=f"mean {mean:.3g}, standard deviation {std:.3g}")
    if law is not None:
        _spread(weights, law)


@check("initial weights")
def initial_weights(f, law=None):
    """Check a function that draws the initial weights of a layer.

    Parameters
    ----------
    f : callable
        ``f(n_in, n_out, rng)`` → W (n_in, n_out), drawn from the `numpy.random.Generator` rng.
    law : {None, "xavier", "he", "normal"}
        The spread that is asked for: a standard deviation of √(2 / (n_in + n_out)) (Glorot and Bengio, 2010, eq. 12),
        √(2 / n_in) (He et al., 2015, eq. 10) or 1, normal or uniform. None takes any.

    Returns
    -------
    Verdict
        Right, or what is wrong: equal units, a seed that isn't used, a mean or a spread that isn't the law's.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore import checks
    >>> checks.initial_weights(lambda n_in, n_out, rng: rng.normal(0, np.sqrt(2 / n_in), (n_in, n_out)), law="he")
    Right (initial weights). The units differ, the draws are the generator's, and the spread is right (he).
    >>> checks.initial_weights(lambda n_in, n_out, rng: np.zeros((n_in, n_out))).mistake
    'zeros'
    """
    if law not in (None, "xavier", "he", "normal"):
        raise ValueError(f'law must be None, "xavier", "he" or "normal"; got {law!r}')
    before = np.random.get_state()  # a reader's np.random.seed or np.random.randn stays in here
    try:
        _look(f, law)
    finally:
        np.random.set_state(before)
    return "The units differ, the draws are the generator's" + (
        f", and the spread is right ({law})." if law else ", and they lie around 0.")
