"""Check of a forward pass."""

import numpy as np

from .calling import check
from .networks import checked
from .reference import forward_pass, sigmoid
from .results import NotRight, numbers


def _layers(trace, case, found):
    """Make one array of the values of all layers, side by side; what is to be said of a trace without x is `found`."""
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


def _in_all(function):
    return {"hidden": function, "last": function}


def _planted(**mistake):
    return lambda x, params: np.hstack(forward_pass(x, params, **mistake))


#: name, what to say, and how `forward_pass` makes it
MISTAKES = [
    ("no-bias", "The biases aren't added: x @ W + b.", {"bias": 0.0}),
    ("bias-sign", "The biases are taken off instead of added.", {"bias": -1.0}),
    ("last-layer", "The hidden layers are right, but the last one lacks its sigmoid.", {"last": np.array}),
    ("no-activation", "There is no sigmoid in any layer: the network is one straight line.", _in_all(np.array)),
    ("hidden-layers", "Only the last layer has a sigmoid; the hidden ones need it too.", {"hidden": np.array}),
    ("transposed", "A square W was transposed: it is x @ W, with W of shape (n_in, n_out).", {"flipped": True}),
    ("pre-activation", "The list holds the pre-activations z, not what the sigmoid makes of them.", {"pre": True}),
    ("sign-of-z", "Every layer has σ(−z): look at the sign in the sigmoid.", _in_all(lambda z: sigmoid(-z))),
    ("twice", "The sigmoid is taken twice in a layer.", _in_all(lambda z: sigmoid(sigmoid(z)))),
]


@check("forward pass")
def forward(f, columns=False, biases=True, seed=None):
    """Check a function f(x, params) that returns the trace [x, a1, a2, ŷ] of a network with sigmoid in three layers.

    x is (n, d); params is [W1, b1, W2, b2, W3, b3], W (n_in, n_out) and b (1, n_out). With `columns=True` all of them
    are transposed; with `biases=False` params is [W1, W2, W3]. The seed draws them.

    >>> checks.forward(lambda x, params: x @ params[0]).sentence
    'It returns the output alone; every layer is needed: [x, a1, ..., ŷ].'
    """
    return checked(f, columns, biases, seed, names=("x", "params"), prepare=lambda x, params: (x, params),
                   right=_planted(), read=_layers, mistakes=[(*told, _planted(**how)) for *told, how in MISTAKES],
                   said="Every layer has the right values, for four networks.")
