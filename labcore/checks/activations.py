"""Checks of activations and their slopes."""

import inspect

import numpy as np

from .. import activations
from ..inputs import pick
from .calling import check
from .mistakes import Mistake, compare

#: from the smallest input to those that tell integers and large numbers apart
INPUTS = (2.0, np.array([-1.0, 0.5, 3.0]), np.array([[1.0, -2.0], [0.25, -0.5]]), np.array([-2, 1, 3]))
LARGE = np.array([1000.0, -1000.0])


def _layer(name, slope):
    """Return labcore's layer of a name; its class names the known mistakes."""
    cls = pick("name", name, activations.known())
    return cls(slope) if "slope" in inspect.signature(cls).parameters else cls()


def _whole(right):
    return Mistake("integer", "Whole numbers went in and whole numbers came out: the result was written into an array "
                   "like the input. Begin with z = np.asarray(z, dtype=float).",
                   lambda z: np.asarray(right(z)).astype(np.asarray(z).dtype))


def _mistakes(layer, slope):
    """Return what goes wrong in the activation of a layer."""
    s = activations.sigmoid
    return {
        "Sigmoid": [
            Mistake("sign", "That is σ(−z): look at the sign in the exponent.", lambda z: s(-z)),
            Mistake("slope", "That is the slope s (1 − s), not the sigmoid itself.", lambda z: s(z) * (1 - s(z))),
            Mistake("overflow", "A large z makes inf divided by inf, which is nan. Divide 1 by 1 + exp(−z) instead.",
                    lambda z: np.exp(z) / (1 + np.exp(z))),
            Mistake("base", "Take e to the power of −z, not another base.", lambda z: 1 / (1 + 2.0**-z)),
            Mistake("brackets", "The 1 + belongs below the line, in brackets: 1 / (1 + exp(−z)).",
                    lambda z: 1 / 1 + np.exp(-z)),
        ],
        "Tanh": [
            Mistake("sigmoid", "That is the sigmoid: tanh lies between −1 and 1.", s),
            Mistake("overflow", "A large z makes inf divided by inf, which is nan. Multiply above and below by "
                    "exp(−|z|).", lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))),
        ],
        "ReLU": [
            Mistake("sign", "It keeps what is below 0: max and not min.", lambda z: np.minimum(z, 0)),
            Mistake("absolute", "That is |z|: below 0 the result is 0.", np.abs),
            Mistake("slope", "That is the slope, 1 above 0. ReLU itself gives z there.", lambda z: np.greater(z, 0)),
        ],
        "LeakyReLU": [
            Mistake("relu", "Below 0 it is 0: that is ReLU. LeakyReLU keeps a little, slope · z.",
                    lambda z: np.maximum(z, 0)),
            Mistake("leak", f"Below 0 it takes another slope than {slope:g} (report B writes 0.1 in its formula and "
                    "0.01 in its code).", lambda z: np.maximum(z, (0.1 if slope != 0.1 else 0.01) * z)),
            Mistake("min", "It takes the smaller of z and slope · z: max and not min.",
                    lambda z: np.minimum(z, slope * z)),
        ],
    }.get(type(layer).__name__, [])


def _slope_mistakes(layer, slope, of, right):
    """Return what goes wrong in its derivative."""
    s = activations.sigmoid
    return {
        "Sigmoid": [
            Mistake("slope-of-output", "It computes z (1 − z) of the pre-activation. That formula takes the sigmoid's "
                    "value: first s = sigmoid(z), then s (1 − s).", lambda z: z * (1 - z)) if of == "input" else
            Mistake("slope-of-input", "It squashes once more what is already the sigmoid's value. Handed s, the slope "
                    "is s (1 − s).", lambda a: s(a) * (1 - s(a))),
            Mistake("sign", "The slope of a rising curve is never negative: s (1 − s), not s (s − 1).",
                    lambda v: -right(v)),
            Mistake("forward", "That is the sigmoid itself, not its slope.", s),
        ],
        "Tanh": [
            Mistake("slope-of-output", "It computes 1 − x² of the pre-activation; that formula takes tanh's value.",
                    lambda z: 1 - z * z) if of == "input" else
            Mistake("slope-of-input", "It squashes once more what is already tanh's value: the slope is 1 − a².",
                    lambda a: 1 - np.tanh(a) ** 2),
            Mistake("sigmoid", "s (1 − s) is the sigmoid's slope; tanh's is 1 − a².", lambda v: v * (1 - v)),
        ],
        "ReLU": [
            Mistake("relu-ge", "It is 1 everywhere: ReLU's output is never negative, so output >= 0 is always true. "
                    "Where the unit was off, the output is exactly 0: test > 0.",
                    lambda v: np.ones_like(v, dtype=float)),
            Mistake("forward", "That is ReLU itself, not its slope.", lambda v: np.maximum(v, 0)),
        ],
        "LeakyReLU": [
            Mistake("relu", f"Below 0 the slope is {slope:g}, not 0.", lambda v: np.greater(v, 0)),
            Mistake("forward", "That is LeakyReLU itself, not its slope.", lambda v: np.maximum(v, slope * v)),
        ],
    }.get(type(layer).__name__, [])


def sigmoid(f):
    """Check a function f(z) that gives σ(z) for a number or an array of any shape.

    >>> checks.sigmoid(lambda z: (1 + np.tanh(np.asarray(z) / 2)) / 2)
    Right (sigmoid). All values are right, whole numbers, matrices and ±1000 included.
    """
    return activation("sigmoid", f)


@check("{name}")
def activation(name, f, slope=0.01):
    """Check a function f(z), of a number or an array of any shape, that is the activation `name`, as "relu".

    All of `labcore.activations` are known; `slope` is that of LeakyReLU below 0.

    >>> checks.activation("relu", np.abs).sentence
    'That is |z|: below 0 the result is 0.'
    """
    layer = _layer(name, slope)
    warned = compare(f, [(z,) for z in (*INPUTS, LARGE)], layer.forward,
                     [*_mistakes(layer, slope), _whole(layer.forward)], names="z")
    if any("overflow" in text for text in warned):
        return ("All values are right. At ±1000 exp overflows and NumPy warns of it; the results hold all the same. "
                "Held below 709, as in np.exp(np.minimum(−z, 709)), it would be quiet.", "overflow")
    return "All values are right, whole numbers, matrices and ±1000 included."


@check("slope of {name}")
def slope(name, f, of="output", slope=0.01):
    """Check a function that gives the derivative of the activation `name` where it has the value handed in.

    With `of="output"` f takes the activation's output, as the handout's derivative_sigmoid does; with `of="input"`
    the pre-activation z.

    >>> checks.slope("sigmoid", lambda z: z * (1 - z), of="input").mistake
    'slope-of-output'
    """
    layer = _layer(name, slope)
    if of not in ("output", "input"):
        raise ValueError(f'of must be "output" or "input"; got {of!r}')
    if of == "input":
        pairs = [(z, z) for z in (*INPUTS, LARGE)]
    else:  # outputs with the inputs they are of; 0.5 first, where it is known of what
        halves = [z for z in (0.0, np.arctanh(0.5), 0.5) if np.isclose(layer.forward(z), 0.5)]
        pairs = [*[(z, 0.5) for z in halves[:1]], *[(z, layer.forward(z)) for z in INPUTS[:3]]]

    def right(value):
        z = next(np.asarray(z, dtype=float) for z, handed in pairs if np.array_equal(handed, value))
        return layer.backward(z, layer.forward(z), np.ones_like(z))

    compare(f, [(handed,) for _, handed in pairs], right, [*_slope_mistakes(layer, slope, of, right), _whole(right)],
            names="a" if of == "output" else "z")
    return "All slopes are right."
