"""Checks of activations and their slopes."""

import inspect

import numpy as np

from .. import activations
from ..inputs import pick
from .calling import check
from .mistakes import Mistake, compare, remarks
from .verdict import NotRight

LARGE = np.array([1000.0, -1000.0])
NUMBERS = ("numbers", "For a number in place of an array it doesn't work: z = np.asarray(z, dtype=float) first takes "
           "both.")
WHOLE = ("integer", "Of whole numbers it makes whole numbers again, as the input's copy holds them: z = np.asarray(z, "
         "dtype=float) first takes them too.")


def _inputs(seed):
    """Return arrays with numbers of both signs, a row first, then a matrix; and a number and whole ones."""
    rng = np.random.default_rng(seed)
    size = rng.uniform(0.3, 3.0, (3, 4))
    signs = np.array([[-1, 1, -1, 1], [1, -1, -1, 1], [1, 1, 1, -1]])
    row, matrix, more = size * signs
    return [row[:2], more[:3], matrix.reshape(2, 2)], (float(size[0, 1]), rng.permutation([-2, 1, 3]))


def _layer(name, slope):
    """Return labcore's layer of a name; its class names the known mistakes."""
    cls = pick("name", name, activations.known())
    return cls(slope) if "slope" in inspect.signature(cls).parameters else cls()


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
            *[Mistake("clipped", f"It holds z between −{c} and {c}: exp may have up to 709.",
                      lambda z, c=c: s(np.clip(z, -c, c))) for c in range(1, 16)],
        ],
        "Tanh": [
            Mistake("sigmoid", "That is the sigmoid: tanh lies between −1 and 1.", s),
            Mistake("overflow", "A large z makes inf divided by inf, which is nan. Multiply above and below by "
                    "exp(−|z|).", lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))),
        ],
        "ReLU": [
            Mistake("sign", "It keeps what is below 0: max and not min.", lambda z: np.minimum(z, 0)),
            Mistake("absolute", "That is |z|: below 0 the result is 0.", np.abs),
            Mistake("softplus", "That is log(1 + eᶻ), a smooth relative.", lambda z: np.logaddexp(0, z)),
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


def _slope_mistakes(layer, slope, of):
    """Return what goes wrong in its derivative."""
    s = activations.sigmoid
    return {
        "Sigmoid": [
            Mistake("slope-of-output", "It computes z (1 − z) of the pre-activation. That formula takes the sigmoid's "
                    "value: first s = sigmoid(z), then s (1 − s).", lambda z: z * (1 - z)) if of == "input" else
            Mistake("slope-of-input", "It squashes once more what is already the sigmoid's value. Handed s, the slope "
                    "is s (1 − s).", lambda a: s(a) * (1 - s(a))),
            Mistake("plus", "It adds: s (1 − s), not s (1 + s).", lambda v: v * (1 + v)),
            Mistake("square", "It lost a factor: s (1 − s), not 1 − s or 1 − s².", lambda v: 1 - v),
            Mistake("square", "1 − a² is tanh's slope; the sigmoid's is s (1 − s).", lambda v: 1 - v * v),
            Mistake("forward", "That is the sigmoid itself, not its slope.", s),
        ],
        "Tanh": [
            Mistake("slope-of-output", "It computes 1 − x² of the pre-activation; that formula takes tanh's value.",
                    lambda z: 1 - z * z) if of == "input" else
            Mistake("slope-of-input", "It squashes once more what is already tanh's value: the slope is 1 − a².",
                    lambda a: 1 - np.tanh(a) ** 2),
            Mistake("sigmoid", "s (1 − s) is the sigmoid's slope; tanh's is 1 − a².", lambda v: v * (1 - v)),
            Mistake("square", "It lost the square: tanh's slope is 1 − a².", lambda v: 1 - v),
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


def sigmoid(f, seed=None):
    """Check a function f(z) that gives σ(z) for a number or an array of any shape.

    >>> checks.sigmoid(lambda z: (1 + np.tanh(np.asarray(z) / 2)) / 2)
    Right (sigmoid). All values are right, matrices and ±1000 included.
    """
    return activation("sigmoid", f, seed=seed)


@check("{name}")
def activation(name, f, slope=0.01, seed=None):
    """Check a function f(z), of a number or an array of any shape, that is the activation `name`, as "relu".

    All of `labcore.activations` are known; `slope` is that of LeakyReLU below 0. The seed draws the inputs.

    >>> checks.activation("relu", np.abs).sentence
    'That is |z|: below 0 the result is 0.'
    """
    layer = _layer(name, slope)
    arrays, others = _inputs(seed)
    said, found = "All values are right, matrices and ±1000 included.", []
    try:
        warned = compare(f, [(z,) for z in (*arrays, LARGE)], layer.forward, _mistakes(layer, slope), names="z",
                         factors={"sign": "The sign is turned round."})
        if any("overflow" in text for text in warned):
            found = [("overflow", "At ±1000 exp overflows and NumPy warns of it; the results hold all the same. Held "
                      "below 709, as in np.exp(np.minimum(−z, 709)), it would be quiet.")]
    except NotRight as wrong:
        if "OverflowError" not in wrong.sentence:
            raise
        said, found = "All values are right.", [("overflow", "At ±1000 math.exp raises OverflowError: np.exp doesn't.")]
    return remarks(said, found, f, [(*kind, [(z,)], layer.forward) for kind, z in zip((NUMBERS, WHOLE), others)])


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
    arrays, others = _inputs(seed)
    handed = {(layer.forward(z) if of == "output" else z).tobytes(): z for z in (*arrays, LARGE, *map(np.array, others))}

    def right(value):
        z = np.asarray(handed[np.asarray(value).tobytes()], dtype=float)
        return layer.backward(z, layer.forward(z), np.ones_like(z))

    def cases(*inputs):
        return [((layer.forward(z) if of == "output" else z),) for z in inputs]

    compare(f, cases(*arrays, *[LARGE] * (of == "input")), right, _slope_mistakes(layer, slope, of),
            names="az"[of == "input"], factors={
                "sign": "The sign is turned round: the slope of a rising curve is never negative.",
                "half": "It is half of the slope.", "doubled": "It is twice the slope."})
    return remarks("All slopes are right.", (), f, [(*said, cases(z), right) for said, z in zip((NUMBERS, WHOLE), others)
                                                   if of == "input" or said is NUMBERS])
