"""What the checks of a network share: the networks, and other conventions; and the check of a forward pass."""

import contextlib
import functools

import numpy as np

from .calling import call, check
from .mistakes import compare, edited, remarks
from .reference import forward_pass
from .results import NotRight, close, flat, numbers

#: examples and widths, from the smallest to those that tell rows from columns; the last is one that f needn't take
NETWORKS = [(1, (1, 1, 1, 1)), (4, (2, 2, 2, 1)), (5, (2, 3, 4, 1)), (3, (2, 10, 10, 1)), (4, (2, 3, 1))]
DEPTH = "depth", "It is written for three layers: a loop over zip(params[::2], params[1::2]) takes any number."
#: other conventions, (columns, biases): what is asked, and the name
OTHERS = {
    (True, True): ("Do you keep examples in columns? Then it is right, and columns=True takes it.", "columns"),
    (False, False): ("Do you leave out the biases? Then it is right, and biases=False takes it.", "no-biases"),
}


def checked(f, columns, biases, seed, names, right, read, mistakes, said, hints=None):
    """Return what is said of a right f; NotRight asks where it is right by another convention.

    f takes what is called `names`; `read(result, case, found)` makes of its result what `right` returns, and puts
    {name: remark} into `found`. The rest is as in `compare`, and `said` of a right function.
    """
    def judged(columns, biases, mistakes=(), hints=None):
        mine, found = _as_here(f, names.index("params"), columns, biases), {}
        *deep, shallow = _cases(seed, biases, names)
        reading = functools.partial(read, found=found)
        compare(mine, deep, right, mistakes, reading, names, hints, loose=1e-4)  # as float32 may be off
        first, second = (flat(reading(call(mine, *deep[1])[0], deep[1])) for _ in range(2))
        if not close(second, first):
            raise NotRight("Called twice it gives two answers: begin each call with zeros.", "accumulated")
        if np.abs(first - flat(right(*deep[1]))).max() > 1e-10 * np.abs(first).max():
            found["rounded"] = "They agree to some digits only, as finite differences or float32 do."
        return remarks(f"{said}, for four networks.", found.items(), mine, [(*DEPTH, [shallow], right, reading)], 1e-4)

    try:
        return judged(columns, biases, mistakes, hints)
    except NotRight as wrong:
        if columns or not biases or wrong.mistake in ("unwritten", "not-a-function", "borrowed", "endless"):
            raise
        for other, question in OTHERS.items():
            with contextlib.suppress(NotRight):
                judged(*other)
                wrong = NotRight(*question)
                break
        raise wrong from None


def _cases(seed, biases, names):
    """Return what f is handed for each of the networks."""
    rng, found = np.random.default_rng(seed), []
    for n, widths in NETWORKS:
        params = [array for n_in, n_out in zip(widths, widths[1:])
                  for array in (rng.normal(size=(n_in, n_out)) / n_in**0.5, rng.normal(size=(1, n_out)) * biases)]
        x, y = rng.normal(size=(n, widths[0])), (np.arange(n)[:, None] + n) % 2.0
        case = {"x": x, "y": y, "params": params, "lr": 0.3 + n / 10, "trace": forward_pass(x, params)}
        found.append(tuple(case[name] for name in names))
    return found


def _as_here(f, at, columns, biases):
    """Return a function of another convention as one of this; `at` is the place of params."""
    def turned(*given):
        given = _turn(given) if columns else given
        params, found = given[at], f(*given[:at], given[at][:: 1 if biases else 2], *given[at + 1:])
        if not biases and isinstance(found, (list, tuple)) and len(found) == len(params) // 2:  # of the weights alone
            found = [array for pair in zip(found, params[1::2]) for array in pair]
        return _turn(found) if columns else found

    turned.remote = getattr(f, "remote", False)
    return turned if columns or not biases else f


def _turn(value):
    """Return a value whose matrices are transposed: views, so that a change in place is seen."""
    if isinstance(value, dict):
        return {name: _turn(one) for name, one in value.items()}
    return [*map(_turn, value)] if isinstance(value, (list, tuple)) else value.T if hasattr(value, "T") else value


def _side_by_side(trace, case, found):
    """Make one array of the values of all layers; a trace without x is `found`."""
    right = forward_pass(*case)
    if not isinstance(trace, (list, tuple)):
        numbers(trace, right[-1].shape)
        raise NotRight("It returns the output alone; every layer is needed: [x, a1, ..., ŷ].", "output-only")
    if len(trace) == len(right) - 1 and np.shape(trace[0]) == right[1].shape:
        found["without-x"] = "The list begins with a1; the lab's has x before it, for the gradient of W1."
        trace = [case[0], *trace]
    if len(trace) != len(right):
        raise NotRight(f"The list has {len(trace)} arrays, {len(right)} are needed: x and one a layer.", "length")
    return np.hstack([numbers(array, layer.shape, f"Entry {k} of the list is")
                      for k, (array, layer) in enumerate(zip(trace, right))])


def _layers(x, params, edits=()):
    return np.hstack(edited(forward_pass, *edits)(x, params))


#: name, what to say, and what stands in `forward_pass` and in its place
MISTAKES = [
    ("no-bias", "The biases aren't added: x @ W + b.", " + b", ""),
    ("bias-sign", "The biases are taken off instead of added.", " + b", " - b"),
    ("last-layer", "The last layer lacks its sigmoid.", "return trace", "return [*trace[:-1], trace[-2] @ W + b]"),
    ("no-activation", "There is no sigmoid in any layer: the network is one straight line.", "sigmoid", ""),
    ("hidden-layers", "Only the last layer has a sigmoid; the hidden ones need it too.",
     "sigmoid", "", "return trace", "return [*trace[:-1], sigmoid(trace[-1])]"),
    ("transposed", "A square W was transposed: it is x @ W.", "@ W", "@ (W.T if W.shape[0] == W.shape[1] else W)"),
    ("pre-activation", "The list holds the pre-activations z, not what the sigmoid makes of them.",
     "return trace", "return [x, *(np.log(a / (1 - a)) for a in trace[1:])]"),
    ("sign-of-z", "Every layer has σ(−z): look at its sign.", "(trace[-1] @ W + b", "(-trace[-1] @ W - b"),
    ("twice", "The sigmoid is taken twice in a layer.", "(trace[-1] @ W + b", "(sigmoid(trace[-1] @ W + b)"),
]


@check("forward pass")
def forward(f, columns=False, biases=True, seed=None):
    """Check a function f(x, params) that returns the trace [x, a1, a2, ŷ] of a network with sigmoid in three layers.

    x is (n, d); params is [W1, b1, W2, b2, W3, b3], W (n_in, n_out) and b (1, n_out). With `columns=True` all of them
    are transposed; with `biases=False` params is [W1, W2, W3]. The seed draws them.
    """
    mistakes = [(name, sentence, functools.partial(_layers, edits=edits)) for name, sentence, *edits in MISTAKES]
    return checked(f, columns, biases, seed, ("x", "params"), _layers, _side_by_side, mistakes,
                   "Every layer has the right values")
