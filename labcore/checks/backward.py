"""Checks of a backward pass, and of a step of gradient descent made with one."""

import numpy as np

from ..activations import sigmoid
from .calling import call, check
from .forward import cases
from .mistakes import Mistake, compare
from .reference import forward_pass, gradients, update
from .results import close, flat, numbers
from .verdict import NotRight


def _examples():
    """Return arguments (x, y, params) of a step, for each network of `cases`."""
    return [(x, np.arange(len(x))[:, None] % 2.0, params) for x, params in cases()]


def _planted(**mistake):
    return lambda trace, y, params: flat(gradients(trace, y, params, **mistake))


def _blocks(case):
    """Return (name, shape) of each gradient."""
    return [(f"{'dW' if k % 2 == 0 else 'db'}{k // 2 + 1}", param.shape) for k, param in enumerate(case[2])]


_right = _planted()

MISTAKES = [
    Mistake("mean-twice", "Your gradient is 4 times too small, and your batch has 4 rows: is the mean taken twice, "
            "once in the loss and once in the layer (as in report E)?",
            lambda trace, y, p: _right(trace, y, p) / len(y)),
    Mistake("sum", "Your gradient is 4 times too large, and your batch has 4 rows: the 1/n of the mean is missing.",
            lambda trace, y, p: _right(trace, y, p) * len(y)),
    Mistake("half", "Everything is half of what it should be: the derivative of (ŷ − y)² is 2 (ŷ − y).",
            _planted(scale=0.5)),
    Mistake("sum", "Two factors are missing: the 2 of the square and the 1/n of the mean.",
            lambda trace, y, p: _right(trace, y, p) * len(y) / 2),
    Mistake("sign", "Every gradient has the wrong sign: the error is ŷ − y, not y − ŷ.", _planted(scale=-1)),
    Mistake("bias-not-summed", "All weights are right. The bias gradient is that of one row alone: sum over the rows.",
            _planted(bias=lambda delta: delta[:1])),
    Mistake("bias-mean", "All weights are right. The bias gradients are n times too small: sum over the rows, since "
            "their mean is already taken in the loss.", _planted(bias=lambda delta: delta.mean(0, keepdims=True))),
    Mistake("bias-axis", "The bias gradient is summed over the wrong axis. A bias serves every row: sum over the rows, "
            "axis=0.", _planted(bias=lambda delta: np.full((1, delta.shape[1]), delta.sum(1)[0]))),
    Mistake("bias-zero", "All weights are right, and the bias gradients are 0: the biases would never learn.",
            _planted(bias=lambda delta: np.zeros((1, delta.shape[1])))),
    Mistake("slope-left-out", "σ′ is left out of every layer.", _planted(slope=np.ones_like)),
    Mistake("slope-of-wrong-layer", "Each σ′ is taken at the value of the layer below. Layer k's slope belongs to its "
            "own output a_k.", _planted(lower=1)),
    Mistake("slope-of-input", "σ′ squashes once more what is already the sigmoid's value: handed a, the slope is a "
            "(1 − a).", _planted(slope=lambda a: sigmoid(a) * (1 - sigmoid(a)))),
    Mistake("slope-of-output", "It computes z (1 − z) of a pre-activation. That formula takes the sigmoid's value.",
            _planted(slope=lambda a: np.log(a / (1 - a)) * (1 - np.log(a / (1 - a))))),
    Mistake("relu-ge", "The slope is taken as 1 wherever the output is >= 0: that is always so.",
            _planted(slope=lambda a: (a >= 0) * 1.0)),
    Mistake("transposed", "Where W is square it isn't transposed on the way back: the error goes down through W.T.",
            _planted(flipped=True)),
    *[Mistake("slope-left-out", f"σ′ is left out of layer {k}: the gradients of that layer and of all below are too "
              "large.", _planted(left_out=k)) for k in (1, 2, 3)],
]


def _read(grads, case):
    """Make one array of a list of gradients; NotRight says which entry has another shape."""
    n, params = len(case[1]), case[2]
    if isinstance(grads, np.ndarray) and grads.dtype != object:
        grads = [grads]
    if not isinstance(grads, (list, tuple)):
        numbers(grads, (), case)
        raise NotRight("It returns no list. Return [dW1, db1, dW2, db2, ...], in the order of params.", "length")
    if len(grads) != len(params):
        raise NotRight(f"The list has {len(grads)} arrays and params has {len(params)}: a gradient for each, in their "
                       "order.", "length")
    shapes = [param.shape for param in params]
    from_the_top = [shape for k in range(len(shapes) - 2, -1, -2) for shape in shapes[k:k + 2]]
    if shapes != from_the_top and [np.shape(grad) for grad in grads] in (from_the_top, shapes[::-1]):
        raise NotRight("The gradients come in the order in which they were found, the last layer first. Return them in "
                       "the order of params.", "reversed")
    return flat([_bias_like(grad, name, shape, n) if k % 2 else numbers(grad, shape, None, name)
                 for k, (grad, (name, shape)) in enumerate(zip(grads, _blocks(case)))])


def _bias_like(grad, name, wanted, n):
    """Return a bias gradient as an array of shape (1, width), from one of shape (width,) as well."""
    shape = np.shape(grad)
    if shape == (n, wanted[1]) and n > 1:
        raise NotRight(f"{name} has a row for each of the {n} examples. A bias serves every row: sum over the rows, "
                       "axis=0.", "bias-not-summed")
    if shape in ((n, 1), (n,)) and shape not in (wanted, wanted[1:]):
        raise NotRight(f"{name} has shape {shape}: it is summed over the wrong axis. Sum over the rows, axis=0.",
                       "bias-axis")
    return numbers(np.reshape(grad, wanted) if shape == wanted[1:] else grad, wanted, None, name)


@check("backward pass")
def backward(f):
    """Check a function f(trace, y, params) that returns [dW1, db1, ...], the gradients of the mean squared error.

    The network has sigmoid in every layer; trace is [x, a1, ..., ŷ] with (n, width) each, y (n, 1), and params
    [W1, b1, ...]. A gradient has the shape of its parameter. Where several are wrong, the last is shown: an error goes
    down from there.

    >>> checks.backward(lambda trace, y, params: []).sentence
    'The list has 0 arrays and params has 4: a gradient for each, in their order.'
    """
    examples = [(forward_pass(x, params), y, params) for x, y, params in _examples()]
    compare(f, examples, _right, MISTAKES, _read, ("trace", "y", "params"), _blocks)
    first, second = (_read(call(f, *examples[1])[0], examples[1]) for _ in range(2))
    if not close(second, first):
        raise NotRight("Called twice with the same arguments it gives two answers: is the last gradient still in the "
                       "array that it adds to? Begin each call with zeros.", "accumulated")
    return "All gradients are right, for four networks."


def _moved(x, y, params, lr, **mistake):
    return flat(update(params, gradients(forward_pass(x, params), y, params, **mistake), lr))


STEP_MISTAKES = [
    Mistake("sign", "It walks uphill: θ ← θ − lr · gradient.", lambda x, y, params, lr: _moved(x, y, params, -lr)),
    Mistake("updated-before", "The last layer is right, those below aren't: W is updated before the error goes down "
            "through it. First all gradients, then all updates.",
            lambda x, y, params, lr: _moved(x, y, params, lr, changed=lr)),
    Mistake("no-rate", "The step is the whole gradient: the rate lr is left out.",
            lambda x, y, params, lr: _moved(x, y, params, 1.0)),
    Mistake("unchanged", "The parameters come back as they went in.", lambda x, y, params, lr: flat(params)),
    Mistake("gradients", "It returns the gradients: take lr times each off its parameter.",
            lambda x, y, params, lr: _right(forward_pass(x, params), y, params)),
    Mistake("mean-twice", "The step is n times too small, and your batch has n rows: is the mean taken twice?",
            lambda x, y, params, lr: _moved(x, y, params, lr / len(y))),
    Mistake("sum", "The step is n times too large: the 1/n of the mean is missing.",
            lambda x, y, params, lr: _moved(x, y, params, lr * len(y))),
]


@check("gradient step")
def step(f):
    """Check a function f(x, y, params, lr) that returns the params after one step of gradient descent.

    The network and its loss are those of `backward`.

    >>> checks.step(lambda x, y, params, lr: params).sentence
    'The parameters come back as they went in.'
    """
    compare(f, [(*example, 0.7) for example in _examples()], _moved, STEP_MISTAKES, _read, ("x", "y", "params", "lr"),
            lambda case: [(name[1:], shape) for name, shape in _blocks(case)])
    return "The new parameters are right, for four networks."
