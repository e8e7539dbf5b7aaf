"""Checks of activations and their slopes."""

import numpy as np

from .. import activations
from ..inputs import pick
from .calling import call, check
from .mistakes import compare, family, remarks
from .results import NotRight

NUMBERS = "numbers", "A number in place of an array it doesn't take; after z = np.asarray(z, dtype=float) it would."
OVERFLOW = "overflow", "At ±1000 exp overflows, NumPy's to inf, math's to an error; take np.exp(np.minimum(−z, 709))."
#: what goes wrong in one activation alone, besides being another one: name, what to say, and a formula of z and right f
MISTAKES = {
    "sigmoid": [
        ("sign", "That is σ(−z): look at the sign in the exponent.", lambda z, f: f(-z)),
        ("overflow", "A large z makes inf / inf: divide 1 by 1 + exp(−z).", lambda z, f: np.exp(z) / (1 + np.exp(z))),
        ("base", "Take e to the power of −z, not another base.", lambda z, f: 1 / (1 + 2.0**-z)),
        ("brackets", "The 1 + belongs below the line: 1 / (1 + exp(−z)).", lambda z, f: 1 / 1 + np.exp(-z)),
        *family(range(1, 14), "clipped", "z is cut to ±{}; exp takes up to 709.", lambda z, f, c: f(np.clip(z, -c, c))),
    ],
    "tanh": [("overflow", "Large z make inf / inf: multiply both by exp(−|z|).", lambda z, f: np.sinh(z) / np.cosh(z))],
    "relu": [("sign", "It keeps what is below 0: max and not min.", lambda z, f: -f(-z)),
             ("absolute", "That is |z|: below 0 the result is 0.", lambda z, f: np.abs(z))],
    "leakyrelu": [("min", "It takes the smaller of z and slope · z: max and not min.", lambda z, f: -f(-z)),
                  *family((0.01, 0.1, 0.2, 0.3), "leak", "Below 0 it takes the slope {}, and another is asked for.",
                          lambda z, f, c: np.maximum(z, c * z))],
}
RELU_GE = "relu-ge", "It is 1 everywhere: where a ReLU is off it gives 0, so test > 0, not >= 0.", np.ones_like


def _layers(name, slope):
    """Return the name of an activation as it is shown, labcore's layer of it, and (name, layer) of the others."""
    cls = pick("name", name, activations.known())
    others = [(other.__name__.lower(), other()) for other in activations.known().values() if other is not cls]
    return cls.__name__.lower(), cls(slope) if cls is activations.LeakyReLU else cls(), others


def _slopes(layer):
    """Return the slope of a layer as a function of what is taken for its output, and as one of its input."""
    return (lambda a: layer.backward(a, a, np.ones_like(a)),
            lambda z: layer.backward(z, layer.forward(z), np.ones_like(z)))


def _inputs(seed):
    """Return arrays with numbers of both signs, the smallest first; one of large numbers; and a single number."""
    rng = np.random.default_rng(seed)
    row, more, matrix = rng.uniform(0.3, 3.0, (3, 4)) * [[-1, 1, -1, 1], [-1, -1, 1, 1], [1, 1, 1, -1]]
    return row[:2], more, matrix.reshape(2, 2), np.array([1000.0, -1000.0]), row[3]


def sigmoid(f, seed=None):
    """Check a function f(z) that gives σ(z) for an array of any shape."""
    return activation("sigmoid", f, seed=seed)


@check("{name}")
def activation(name, f, slope=0.01, seed=None):
    """Check a function f(z), of an array of any shape, that is the activation `name`, as "relu".

    All of `labcore.activations` are known; `slope` is that of LeakyReLU below 0. The seed draws the inputs.
    """
    asked, layer, others = _layers(name, slope)
    *arrays, large, number = _inputs(seed)
    own = [(*told, lambda z, formula=formula: formula(z, layer.forward)) for *told, formula in MISTAKES.get(asked, [])]
    mistakes = [*own, ("slope", "That is the slope, not the activation itself.", _slopes(layer)[1]),
                *[(other, f"That is {other}, not {asked}.", one.forward) for other, one in others]]
    compare(f, [(z,) for z in arrays], layer.forward, mistakes, names="z", hints={"sign": ""})
    try:
        compare(f, [(z,) for z in (*arrays, large)], layer.forward, mistakes, names="z")
        overflows = any("overflow" in text for text in call(f, large)[1])
    except NotRight as wrong:
        overflows = "OverflowError" in wrong.sentence
        if not overflows:
            raise
    return remarks("All values are right, matrices and ±1000 included.", [OVERFLOW] * overflows, f,
                   [(*NUMBERS, [(float(number),)], layer.forward)])


@check("slope of {name}")
def slope(name, f, of="output", slope=0.01, seed=None):
    """Check a function that gives the derivative of the activation `name` where it has the value handed in.

    With `of="output"` f takes the activation's output, as the handout's derivative_sigmoid does; with `of="input"`
    the pre-activation z.
    """
    asked, layer, others = _layers(name, slope)
    takes_z = pick("of", of, {"output": False, "input": True})
    of_output, of_input = _slopes(layer)
    formula = {"sigmoid": "a (1 − a)", "tanh": "1 − a²"}.get(asked, "its slope")
    mistakes = [
        *[RELU_GE] * (asked == "relu"),
        ("slope-of-output", f"It takes z for the activation's value: first a = {asked}(z), then {formula}.", of_output),
        ("slope-of-input", f"It takes {asked} of what is already its value. Handed a, take {formula}.", of_input),
        ("forward", f"That is {asked} itself, not its slope.", layer.forward),
        *[(other, f"That is {other}'s slope, not {asked}'s.", its) for other, one in others for its in _slopes(one)],
    ]
    *arrays, large, number = _inputs(seed)
    inputs = [*arrays, *[large] * takes_z, number]
    *handed, last = inputs if takes_z else map(layer.forward, inputs)
    truths = map(of_input, inputs)  # in the order in which they are asked for: an output alone may not tell the slope
    compare(f, [(one,) for one in handed], lambda value: next(truths), mistakes, names="z" if takes_z else "a",
            hints=dict.fromkeys(("sign", "half", "doubled"), ""))
    return remarks("All slopes are right.", (), f, [(*NUMBERS, [(float(last),)], lambda value: next(truths))])
