"""Checks of a backward pass, and of a step of gradient descent made with one."""

import numpy as np

from .calling import call, check
from .conventions import as_written, listed
from .forward import DEPTH, FLAT, NETWORKS, cases
from .mistakes import compare, remarks
from .reference import forward_pass, gradients, sigmoid, update
from .results import close, flat, numbers
from .verdict import NotRight


def _blocks(case):
    """Return (name, shape) of each gradient."""
    return [(f"{'dW' if k % 2 == 0 else 'db'}{k // 2 + 1}", param.shape) for k, param in enumerate(case[2])]


def _without(*layers):
    return lambda k, a: 1.0 if k in layers else a * (1 - a)


#: name, what to say, and how `gradients` makes it
MISTAKES = [
    ("bias-not-summed", "All weights are right. The bias gradient is that of one row alone: sum over the rows.",
     {"bias": lambda delta: delta[:1]}),
    ("cross-entropy", "That is the gradient of cross-entropy, whose σ′ cancels in the last layer. The loss here is the "
     "mean squared error: 2 (ŷ − y) / n times ŷ (1 − ŷ).",
     {"error": lambda p, y: (p - y) / len(y), "slope": _without(3)}),
    *[("slope-left-out", f"σ′ is left out of {which}.", {"slope": _without(*layers)}) for which, layers in (
        ("every layer", (1, 2, 3)), ("all hidden layers: only the last one has it", (1, 2)),
        *[(f"layer {k}: the gradients of that layer and of all below are too large", (k,)) for k in (1, 2, 3)])],
    ("slope-twice", "σ′ is taken twice in every layer.", {"slope": lambda k, a: (a * (1 - a)) ** 2}),
    *[("slope-twice", f"σ′ is taken twice in layer {k}.",
       {"slope": lambda j, a, k=k: (a * (1 - a)) ** (1 + (j == k))}) for k in (1, 2, 3)],
    ("slope-of-wrong-layer", "Each σ′ is taken at the value of the layer below. Layer k's slope belongs to its own "
     "output a_k.", {"lower": 1}),
    ("slope-of-input", "σ′ squashes once more what is already the sigmoid's value: handed a, the slope is a (1 − a).",
     {"slope": lambda k, a: sigmoid(a) * (1 - sigmoid(a))}),
    ("slope-of-output", "It computes z (1 − z) of a pre-activation. That formula takes the sigmoid's value.",
     {"slope": lambda k, a: np.log(a / (1 - a)) * (1 - np.log(a / (1 - a)))}),
    ("handed-down", "The error that goes down is the one that arrived, before σ′: it is delta @ W.T, with the delta of "
     "which dW is made.", {"down": lambda delta, W, arrived: arrived @ W.T}),
    ("weights-from-error", "dW is made of the error that arrived, before σ′: it is a.T @ delta, with the delta that "
     "goes down.", {"weights": lambda below, delta, arrived: below.T @ arrived}),
    ("error-averaged", "The error is averaged over the examples before anything else, so all have the same: keep a row "
     "for each, 2 (ŷ − y) / n, and let a.T @ delta add them up.",
     {"error": lambda p, y: np.full_like(p, 2 * np.mean(p - y))}),
    ("absolute", "The error has lost its sign: ŷ − y, not |ŷ − y| or (ŷ − y)².",
     {"error": lambda p, y: 2 * np.abs(p - y) / len(y)}),
    ("absolute", "The error is squared: the derivative of (ŷ − y)² is 2 (ŷ − y).",
     {"error": lambda p, y: (p - y) ** 2 / len(y)}),
    ("transposed", "Where W is square it isn't transposed on the way back: the error goes down through W.T.",
     {"down": lambda delta, W, arrived: delta @ (W if W.shape[0] == W.shape[1] else W.T)}),
]
FACTORS = {
    "sign": "Every gradient has the wrong sign: the error is ŷ − y, not y − ŷ.",
    "half": "A factor 2 is missing: the derivative of (ŷ − y)² is 2 (ŷ − y).",
    "doubled": "There is a factor 2 too many: (ŷ − y)² gives one, 2 (ŷ − y).",
    "sum": "The 1/n of the mean is missing: everything is n times too large.",
    "mean-twice": "Everything is n times too small: is the mean taken twice, once in the loss and once in the layer "
                  "(as in report E)?",
}


def _read(grads, case, found):
    """Make one array of a list of gradients; NotRight says which entry has another shape."""
    params = case[2]
    grads, said = listed(grads, len(params))
    found.update(said)
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
    return flat([_like(grad, name, shape, len(case[1])) for grad, (name, shape) in zip(grads, _blocks(case))])


def _like(grad, name, wanted, n):
    """Return a gradient as an array of that shape, a bias's from one of shape (width,) as well."""
    shape, rows = np.shape(grad), "Sum over the rows, axis=0."
    if name[1] == "W":
        if shape == (wanted[1], wanted[1]) != wanted:
            raise NotRight(f"{name} has shape {shape}: it is made of the layer's own output. It takes the values of "
                           "the layer below, a.T @ delta.", "own-output")
    elif shape == wanted[1:] or shape == () and wanted[1] == 1:
        grad = np.reshape(grad, wanted)
    elif shape == (n, wanted[1]) and n > 1:
        raise NotRight(f"{name} has a row for each of the {n} examples. A bias serves every row. {rows}",
                       "bias-not-summed")
    elif shape != wanted and np.size(grad) == 1:
        raise NotRight(f"{name} is one number, summed over both axes; each unit has a bias of its own. {rows}",
                       "bias-both-axes")
    elif shape != wanted and shape in ((n, 1), (n,)):
        raise NotRight(f"{name} has shape {shape}: it is summed over the wrong axis. {rows}", "bias-axis")
    return numbers(grad, wanted, None, name)


def _checked(f, as_case, right, mistakes, factors, names, read, columns, biases, seed):
    """Return what is said of a right function; the others make the cases and what they are compared with."""
    def judge(f, biases, known=True):
        found = {}

        def few(grads, case):
            return read(grads, case, found)

        def truth(*case):  # without biases theirs are 0
            return right(*case) * (biases or flat([np.full(shape, name[1] == "W") for name, shape in _blocks(case)]))

        examples, shallow = ([as_case(x, (np.arange(len(x))[:, None] + len(x)) % 2.0, params)
                              for x, params in cases(seed, biases, networks)] for networks in (NETWORKS, FLAT))
        compare(f, examples, truth, mistakes if known else [], few, names, _blocks, factors if known else ())
        first, second = (few(call(f, *examples[1])[0], examples[1]) for _ in range(2))
        if not close(second, first):
            raise NotRight("Called twice with the same arguments it gives two answers: is the last gradient still in "
                           "the array that it adds to? Begin each call with zeros.", "accumulated")
        if np.abs(first - truth(*examples[1])).max() > 1e-10 * np.abs(first).max():
            found["rounded"] = ("They agree to some digits only, as finite differences or float32 do. Backpropagation "
                                "gives all, in one pass.")
        return remarks("All gradients are right, for four networks.", found.items(), f, [(*DEPTH, shallow, truth, few)])

    return as_written(judge, f, 2, columns, biases)


@check("backward pass")
def backward(f, columns=False, biases=True, seed=None):
    """Check a function f(trace, y, params) that returns [dW1, db1, ...], the gradients of the mean squared error.

    The network has sigmoid in three layers; trace is [x, a1, a2, ŷ] with (n, width) each, y (n, 1), and params
    [W1, b1, W2, b2, W3, b3]. A gradient has the shape of its parameter. Where several are wrong, the last is shown: an
    error goes down from there. `columns`, `biases` and `seed` are those of `forward`.

    >>> checks.backward(lambda trace, y, params: []).sentence
    'The list has 0 arrays and params has 6: a gradient for each, in their order.'
    """
    def planted(**mistake):
        return lambda trace, y, params: flat(gradients(trace, y, params, **mistake))

    return _checked(f, lambda x, y, params: (forward_pass(x, params), y, params), planted(),
                    [(*told, planted(**how)) for *told, how in MISTAKES], FACTORS, ("trace", "y", "params"), _read,
                    columns, biases, seed)


def _gradient(x, y, params, lr, **mistake):
    """Return the gradient of which a right step is made, a multiple of lr."""
    return flat(gradients(forward_pass(x, params), y, params, **mistake))


def _each_alone(x, y, params, lr):
    """Return the gradient that seems to be behind a step after each example."""
    new = params
    for one, label in zip(x[:, None], y[:, None]):
        new = update(new, gradients(forward_pass(one, new), label, new), lr)
    return (flat(params) - flat(new)) / lr


STEP_MISTAKES = [
    ("updated-before", "The last layer is right, those below aren't: W is updated before the error goes down through "
     "it. First all gradients, then all updates.", lambda *case: _gradient(*case, changed=case[3])),
    ("no-rate", "The step is the whole gradient: the rate lr is left out.", lambda *case: _gradient(*case) / case[3]),
    ("unchanged", "The parameters come back as they went in.", lambda *case: 0 * flat(case[2])),
    ("gradients", "It returns the gradients: take lr times each off its parameter.",
     lambda *case: (flat(case[2]) - _gradient(*case)) / case[3]),
    ("each-example", "It takes a step after each example. One step is asked for, by the mean over all of them.",
     _each_alone),
    *[(*told, lambda *case, how=how: _gradient(*case, **how)) for *told, how in MISTAKES],
]


@check("gradient step")
def step(f, columns=False, biases=True, seed=None):
    """Check a function f(x, y, params, lr) that returns the params after one step of gradient descent.

    The network and its loss are those of `backward`. What is compared and shown is the gradient behind the step: what
    was taken off the parameters, divided by lr.

    >>> checks.step(lambda x, y, params, lr: params).sentence
    'The parameters come back as they went in.'
    """
    rng = np.random.default_rng(seed)

    def taken_off(new, case, found):
        return (flat(case[2]) - _read(new, case, found)) / case[3]

    return _checked(f, lambda *example: (*example, round(rng.uniform(0.3, 0.9), 2)), _gradient, STEP_MISTAKES,
                    FACTORS | {"sign": "It walks uphill: θ ← θ − lr · gradient."}, ("x", "y", "params", "lr"),
                    taken_off, columns, biases, seed)
