"""Checks of activations and their slopes."""

import inspect

import numpy as np

from .. import activations
from ..inputs import pick
from .calling import check
from .mistakes import compare, remarks
from .verdict import NotRight

LARGE = np.array([1000.0, -1000.0])
NUMBERS = ("numbers", "A number in place of an array it doesn't take; after z = np.asarray(z, dtype=float) it would.")
OVERFLOW = ("overflow", "At ±1000 exp overflows and NumPy warns of it; the results hold all the same. Held below 709, "
            "as in np.exp(np.minimum(−z, 709)), it would be quiet.")
SIGN = {"sign": "The sign is turned round."}


def _inputs(seed):
    """Return arrays with numbers of both signs, the smallest first; and a number."""
    rng = np.random.default_rng(seed)
    row, more, matrix = rng.uniform(0.3, 3.0, (3, 4)) * [[-1, 1, -1, 1], [-1, -1, 1, 1], [1, 1, 1, -1]]
    return [row[:2], more, matrix.reshape(2, 2)], float(row[3])


def _layer(name, slope):
    """Return labcore's layer of a name; its class names the known mistakes."""
    cls = pick("name", name, activations.known())
    return cls(slope) if "slope" in inspect.signature(cls).parameters else cls()


def _mistakes(layer, slope):
    """Return what goes wrong in the activation of a layer."""
    s = activations.sigmoid
    return {
        "Sigmoid": [
            ("sign", "That is σ(−z): look at the sign in the exponent.", lambda z: s(-z)),
            ("slope", "That is the slope s (1 − s), not the sigmoid itself.", lambda z: s(z) * (1 - s(z))),
            ("overflow", "A large z makes inf divided by inf, which is nan. Divide 1 by 1 + exp(−z) instead.",
             lambda z: np.exp(z) / (1 + np.exp(z))),
            ("base", "Take e to the power of −z, not another base.", lambda z: 1 / (1 + 2.0**-z)),
            ("brackets", "The 1 + belongs below the line: 1 / (1 + exp(−z)).", lambda z: 1 / 1 + np.exp(-z)),
            *[("clipped", f"It holds z between −{c} and {c}; exp takes up to 709.",
               lambda z, c=c: s(np.clip(z, -c, c))) for c in range(1, 16)],
        ],
        "Tanh": [
            ("sigmoid", "That is the sigmoid: tanh lies between −1 and 1.", s),
            ("overflow", "A large z makes inf divided by inf, which is nan. Multiply above and below by exp(−|z|).",
             lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))),
        ],
        "ReLU": [
            ("sign", "It keeps what is below 0: max and not min.", lambda z: np.minimum(z, 0)),
            ("absolute", "That is |z|: below 0 the result is 0.", np.abs),
            ("slope", "That is the slope, 1 above 0. ReLU itself gives z there.", lambda z: np.greater(z, 0)),
        ],
        "LeakyReLU": [
            ("relu", "Below 0 it is 0: that is ReLU. LeakyReLU keeps slope · z.", lambda z: np.maximum(z, 0)),
            ("leak", f"Below 0 it takes another slope than {slope:g} (report B writes 0.1 in its formula and 0.01 in "
             "its code).", lambda z: np.maximum(z, (0.1 if slope != 0.1 else 0.01) * z)),
            ("min", "It takes the smaller of z and slope · z: max and not min.", lambda z: np.minimum(z, slope * z)),
        ],
    }.get(type(layer).__name__, [])


def _slope_mistakes(layer, slope, of):
    """Return what goes wrong in its derivative."""
    s = activations.sigmoid
    return {
        "Sigmoid": [
            ("slope-of-output", "It computes z (1 − z) of the pre-activation. That formula takes the sigmoid's value: "
             "first s = sigmoid(z), then s (1 − s).", lambda z: z * (1 - z)) if of == "input" else
            ("slope-of-input", "It squashes once more what is already the sigmoid's value. Handed s, the slope is "
             "s (1 − s).", lambda a: s(a) * (1 - s(a))),
            ("forward", "That is the sigmoid itself, not its slope.", s),
            ("tanh", "1 − s² is tanh's slope; the sigmoid's is s (1 − s).", lambda v: 1 - v * v),
        ],
        "Tanh": [
            ("slope-of-output", "It computes 1 − x² of the pre-activation; that formula takes tanh's value.",
             lambda z: 1 - z * z) if of == "input" else
            ("slope-of-input", "It squashes once more what is already tanh's value: the slope is 1 − a².",
             lambda a: 1 - np.tanh(a) ** 2),
            ("sigmoid", "s (1 − s) is the sigmoid's slope; tanh's is 1 − a².", lambda v: v * (1 - v)),
        ],
        "ReLU": [
            ("relu-ge", "It is 1 everywhere: ReLU's output is never negative, so output >= 0 is always true. Where the "
             "unit was off, the output is exactly 0: test > 0.", lambda v: np.ones_like(v, dtype=float)),
            ("forward", "That is ReLU itself, not its slope.", lambda v: np.maximum(v, 0)),
        ],
        "LeakyReLU": [
            ("relu", f"Below 0 the slope is {slope:g}, not 0.", lambda v: np.greater(v, 0)),
            ("forward", "That is LeakyReLU itself, not its slope.", lambda v: np.maximum(v, slope * v)),
        ],
    }.get(type(layer).__name__, [])


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
    layer = _layer(name, slope)
    arrays, number = _inputs(seed)
    try:
        warned = compare(f, [(z,) for z in (*arrays, LARGE)], layer.forward, _mistakes(layer, slope), names="z",
                         factors=SIGN)
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
    layer = _layer(name, slope)
    if of not in ("output", "input"):
        raise ValueError(f'of must be "output" or "input"; got {of!r}')
    arrays, number = _inputs(seed)
    inputs = [*arrays, *[LARGE] * (of == "input"), np.array(number)]
    handed = [layer.forward(z) if of == "output" else z for z in inputs]

    def right(value):
        z = next(z for z, one in zip(inputs, handed) if np.array_equal(one, value))
        return layer.backward(z, layer.forward(z), np.ones_like(z))

    compare(f, [(one,) for one in handed[:-1]], right, _slope_mistakes(layer, slope, of), names="az"[of == "input"],
            factors=SIGN | {"half": "It is half of the slope.", "doubled": "It is twice the slope."})
    return remarks("All slopes are right.", (), f, [(*NUMBERS, [(float(handed[-1]),)], right)])
