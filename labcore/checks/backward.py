"""Checks of a backward pass, and of a step of gradient descent made with one."""

import functools
import re

import numpy as np

from .calling import check
from .mistakes import HINTS, edited, part_name
from .networks import checked
from .reference import forward_pass, gradients, update
from .results import NotRight, numbers


def _gradient(x, y, params, lr=None, edits=()):
    """Return the gradients at x, or at its trace; a bias that is 0 isn't there, so its gradient isn't asked for."""
    grads = edited(gradients, *edits)(x if isinstance(x, list) else forward_pass(x, params), y, params)
    return [grad * param.any() for grad, param in zip(grads, params)]


#: name, what to say, and what stands in `gradients` and in its place
MISTAKES = [(name, sentence, functools.partial(_gradient, edits=edits)) for name, sentence, *edits in (
    ("bias-not-summed", "db is that of one row alone: sum the rows.", "delta.sum(axis=0, keepdims=True)", "delta[:1]"),
    ("cross-entropy", "That is cross-entropy's gradient; the loss is squared error: 2 (ŷ − y) / n times ŷ (1 − ŷ).",
     "error * a", "error / 2 if k == len(trace) - 1 else error * a"),
    *((name, f"σ′ {what} layer {', '.join(map(str, layers))}.",
       "a * (1 - a)", f"(a * (1 - a)) ** ({power} if k in {layers} else 1)")
      for name, what, power in (("slope-left-out", "is left out of", 0), ("slope-twice", "is taken twice in", 2))
      for layers in ((1, 2, 3), (1, 2), (1,), (2,), (3,))),
    ("slope-of-wrong-layer", "σ′ is taken at the layer below, not at its own values.", "trace[k],", "trace[k - 1],"),
    ("slope-of-input", "σ′ squashes what is already the sigmoid's value: handed a, the slope is a (1 − a).",
     "a * (1 - a)", "sigmoid(a) * (1 - sigmoid(a))"),
    ("slope-of-output", "It computes z (1 − z) of a pre-activation; that formula takes the sigmoid's value.",
     "a * (1 - a)", "np.log(a / (1 - a)) * (1 - np.log(a / (1 - a)))"),
    ("handed-down", "What goes down is delta @ W.T, after σ′.", "delta @ W.T", "error @ W.T"),
    ("weights-from-error", "dW is a.T @ delta, with the delta after σ′.", "below.T @ delta", "below.T @ error"),
    ("error-averaged", "The error is averaged first: keep a row for each example, a.T @ delta adds them up.",
     "(trace[-1] - y) / y.size", "(0 * y + np.mean(trace[-1] - y))"),
    ("absolute", "The error has lost its sign: it is ŷ − y.", "(trace[-1] - y)", "np.abs(trace[-1] - y)"),
    ("absolute", "The error is squared: it is 2 (ŷ − y).", "2 * (trace[-1] - y)", "(trace[-1] - y) ** 2"),
    ("transposed", "A square W isn't transposed: delta @ W.T.", "W.T", "(W if W.shape[0] == W.shape[1] else W.T)"),
)]


def _read(grads, case, found):
    """Return gradients as a list of arrays in the shapes of params, from a dict or two lists too."""
    params = case[2]
    if isinstance(grads, np.ndarray) and grads.dtype == object:
        grads = list(grads)
    if isinstance(grads, dict):
        found["dict"] = "They come in a dict; the lab asks for a list [dW1, db1, ...]."
        places = {key: (re.findall(r"\d+", str(key))[-1:], "b" in str(key).casefold()) for key in grads}
        grads = [grads[key] for key in sorted(grads, key=places.get)]
    if not isinstance(grads, (list, tuple)):
        numbers(grads, ())
        raise NotRight("It returns no list. Return [dW1, db1, dW2, db2, ...], in the order of params.", "length")
    if len(grads) == 2 and all(isinstance(half, (list, tuple)) and len(half) == len(params) // 2 for half in grads):
        found["two-lists"] = "They come in two lists; the lab asks for one, [dW1, db1, ...]."
        grads = [array for pair in zip(*grads) for array in pair]
    if len(grads) != len(params):
        raise NotRight(f"It has {len(grads)} arrays, params has {len(params)}: one for each, in order.", "length")
    if params[0].shape != params[-2].shape == np.shape(grads[0]):
        raise NotRight("The gradients come with the last layer first. Return them in the order of params.", "reversed")
    return [_like(grad, part_name(k), param.shape, len(case[1])) for k, (grad, param) in enumerate(zip(grads, params))]


def _like(grad, name, wanted, n):
    """Return a gradient as an array of that shape, a bias's from one of shape (units,) as well; n rows make it."""
    shape, units = np.shape(grad), wanted[1]
    known = {(units, units): ("own-output", "It is made of the layer's own output; it takes the layer below's.")}
    if name[1] == "b":
        if shape == (units,) or shape == () and units == 1:
            grad = np.reshape(grad, wanted)
        hint = "A unit has one bias for all rows: sum over axis=0."
        known = dict.fromkeys([(n, 1), (n,)], ("bias-axis", hint))
        known |= dict.fromkeys([(1, 1), (1,), ()], ("bias-both-axes", hint)) | {(n, units): ("bias-not-summed", hint)}
    return numbers(grad, wanted, f"{name} is", known)


@check("backward pass")
def backward(f, columns=False, biases=True, seed=None):
    """Check a function f(trace, y, params) that returns [dW1, db1, ...], the gradients of the mean squared error.

    The network has sigmoid in three layers; trace is [x, a1, a2, ŷ] with (n, width) each, y (n, 1), and params
    [W1, b1, W2, b2, W3, b3]. A gradient has the shape of its parameter. Where several are wrong, the last is shown: an
    error goes down from there. `columns`, `biases` and `seed` are those of `forward`.
    """
    return checked(f, columns, biases, seed, ("trace", "y", "params"), _gradient, _read, MISTAKES,
                   "All gradients are right", HINTS)


def _taken_off(new, case, found=None):
    """Return the gradients that seem to be behind a step."""
    return [(old - one) / case[3] for old, one in zip(case[2], _read(new, case, found))]


def _each_alone(x, y, params, lr):
    for one, label in zip(x[:, None], y[:, None]):
        params = update(params, _gradient(one, label, params), lr)
    return params


#: what goes wrong in a step alone: name, what to say, and what it returns
STEP_MISTAKES = [
    ("updated-before", "W is updated before the error goes down through it: all gradients come first.",
     lambda x, y, params, lr: update(params, _gradient(x, y, params, lr, (
         "delta @ W.T", f"delta @ (W - {lr} * below.T @ delta).T")), lr)),
    ("no-rate", "The rate lr is left out.", lambda x, y, params, lr: update(params, _gradient(x, y, params), 1)),
    ("unchanged", "The parameters come back as they went in.", lambda x, y, params, lr: params),
    ("gradients", "It returns the gradients: take lr times each off its parameter.", _gradient),
    ("each-example", "It takes a step after each example; one step is asked for, by their mean.", _each_alone),
]


@check("gradient step")
def step(f, columns=False, biases=True, seed=None):
    """Check a function f(x, y, params, lr) that returns the params after one step of gradient descent.

    The network and its loss are those of `backward`. What is compared and shown is the gradient behind the step: what
    was taken off the parameters, divided by lr.
    """
    own = [(*told, lambda *case, new=new: _taken_off(new(*case), case)) for *told, new in STEP_MISTAKES]
    return checked(f, columns, biases, seed, ("x", "y", "params", "lr"), _gradient, _taken_off, own + MISTAKES,
                   "All gradients are right", HINTS | {"sign": "it walks uphill, and θ ← θ − lr · gradient goes down"})
