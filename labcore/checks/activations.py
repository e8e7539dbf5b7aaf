"""Checks of activations and their slopes."""

import numpy as np

from .. import activations
from ..inputs import pick
from .calling import check
from .mistakes import compare, family, remarks
from .results import NotRight

LARGE = np.array([1000.0, -1000.0])
NUMBERS = "numbers", "A number in place of an array it doesn't take; after z = np.asarray(z, dtype=float) it would."
OVERFLOW = "overflow", "At ±1000 exp overflows, and the results hold: np.exp(np.minimum(−z, 709)) is quiet as well."
#: what goes wrong in one activation alone, besides being another one: name, what to say, and a formula of z and right f
MISTAKES = {
    "sigmoid": [
        ("sign", "That is σ(−z): look at the sign in the exponent.", lambda z, f: f(-z)),
        ("overflow", "A large z makes inf / inf, which is nan: divide 1 by 1 + exp(−z) instead.",
         lambda z, f: np.exp(z) / (1 + np.exp(z))),
        ("base", "Take e to the power of −z, not another base.", lambda z, f: 1 / (1 + 2.0**-z)),
        ("brackets", "The 1 + belongs below the line: 1 / (1 + exp(−z)).", lambda z, f: 1 / 1 + np.exp(-z)),
        *family(range(1, 16), "clipped", "It holds z between −{0} and {0}; exp takes up to 709.",
                lambda z, f, c: f(np.clip(z, -c, c))),
    ],
    "tanh": [("overflow", "A large z makes inf / inf, which is nan: multiply above and below by exp(−|z|).",
              lambda z, f: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z)))],
    "relu": [("sign", "It keeps what is below 0: max and not min.", lambda z, f: -f(-z)),
             ("absolute", "That is |z|: below 0 the result is 0.", lambda z, f: np.abs(z))],
    "leakyrelu": [("min", "It takes the smaller of z and slope · z: max and not min.", lambda z, f: -f(-z)),
                  *family((0.01, 0.1, 0.2, 0.3), "leak", "Below 0 it takes the slope {}, and another is asked for.",
                          lambda z, f, c: np.maximum(z, c * z))],
}
SLOPE_MISTAKES = {"relu": [("relu-ge", "It is 1 everywhere: where a ReLU is off it gives 0, so test > 0, not >= 0.",
                            lambda a: np.ones_like(a, dtype=float))]}
SLOPES = {"sigmoid": "a (1 − a)", "tanh": "1 − a²"}  #: formulas of the output


def _layers(name, slope):
    """Return labcore's layer of a name, and the others."""
    cls = pick("name", name, activations.known())
    layer = cls(slope) if cls is activations.LeakyReLU else cls()
    return layer, [other() for other in activations.known().values() if other is not cls]


def _named(layer):
    return type(layer).__name__.lower()


def _slope_of(layer, z, a):
    return layer.backward(z, a, np.ones_like(z, dtype=float))


def _mistakes(layer, others):
    """Return what goes wrong in an activation."""
    f = layer.forward
    return [*[(*told, lambda z, formula=formula: formula(z, f)) for *told, formula in MISTAKES.get(_named(layer), [])],
            ("slope", "That is the slope, not the activation itself.", lambda z: _slope_of(layer, z, f(z))),
            *[(_named(other), f"That is {_named(other)}, not {_named(layer)}.", other.forward) for other in others]]


def _slope_mistakes(layer, others):
    """Return what goes wrong in its derivative: other formulas, and its own of the wrong value."""
    name = _named(layer)
    formula = SLOPES.get(name, "its slope")
    found = [*SLOPE_MISTAKES.get(name, []),
             ("slope-of-output", f"It takes z for the activation's value: first a = {name}(z), then {formula}.",
              lambda v: _slope_of(layer, v, v)),
             ("slope-of-input", f"It takes {name} of what is already its value. Handed a, take {formula}.",
              lambda v: _slope_of(layer, v, layer.forward(v))),
             ("forward", f"That is {name} itself, not its slope.", layer.forward)]
    for other in others:
        told = _named(other), f"That is {_named(other)}'s slope, not {name}'s."
        found += [(*told, lambda v, other=other: _slope_of(other, v, v)),
                  (*told, lambda v, other=other: _slope_of(other, v, other.forward(v)))]
    return found


def _inputs(seed):
    """Return arrays with numbers of both signs, the smallest first; and a number."""
    rng = np.random.default_rng(seed)
    row, more, matrix = rng.uniform(0.3, 3.0, (3, 4)) * [[-1, 1, -1, 1], [-1, -1, 1, 1], [1, 1, 1, -1]]
    return [row[:2], more, matrix.reshape(2, 2)], float(row[3])


def sigmoid(f, seed=None):
    """Check a function f(z) that gives σ(z) for an array of any shape.

    >>> checks.sigmoid(lambda z: (1 + np.tanh(np.asarray(z) / 2)) / 2)
    Right (sigmoid). All values are right, matrices and ±1000 included.
    """
    return activation("sigmoid", f, seed=seed)


@check("{name}")
def activation(name, f, slope=0.01, seed=None):
    """Check a function f(z), of an array of any shape, that is the activation `name`, as "relu".

    All of `labcore.activations` are known; `slope` is that of LeakyReLU below 0. The seed draws the inputs.

    >>> checks.activation("relu", np.abs).sentence
    'That is |z|: below 0 the result is 0.'
    """
    layer, others = _layers(name, slope)
    arrays, number = _inputs(seed)
    try:
        warned = compare(f, [(z,) for z in (*arrays, LARGE)], layer.forward, _mistakes(layer, others), names="z",
                         hints={"sign": ""})
        found = [OVERFLOW] * any("overflow" in text for text in warned)
    except NotRight as wrong:
        if "OverflowError" not in wrong.sentence:
            raise
        found = [("overflow", "But at ±1000 math.exp raises OverflowError, where np.exp gives inf.")]
    return remarks("All values are right, matrices and ±1000 included.", found, f,
                   [(*NUMBERS, [(number,)], layer.forward)])


@check("slope of {name}")
def slope(name, f, of="output", slope=0.01, seed=None):
    """Check a function that gives the derivative of the activation `name` where it has the value handed in.

    With `of="output"` f takes the activation's output, as the handout's derivative_sigmoid does; with `of="input"`
    the pre-activation z.

    >>> checks.slope("sigmoid", lambda z: z * (1 - z), of="input").mistake
    'slope-of-output'
    """
    layer, others = _layers(name, slope)
    if of not in ("output", "input"):
        raise ValueError(f'of must be "output" or "input"; got {of!r}')
    arrays, number = _inputs(seed)
    inputs = [*arrays, *[LARGE] * (of == "input"), np.array(number)]
    handed = [layer.forward(z) if of == "output" else z for z in inputs]

    def right(value):
        z = next(z for z, one in zip(inputs, handed) if np.array_equal(one, value))
        return _slope_of(layer, z, layer.forward(z))

    compare(f, [(one,) for one in handed[:-1]], right, _slope_mistakes(layer, others), names="az"[of == "input"],
            hints=dict.fromkeys(("sign", "half", "doubled"), ""))
    return remarks("All slopes are right.", (), f, [(*NUMBERS, [(float(handed[-1]),)], right)])
