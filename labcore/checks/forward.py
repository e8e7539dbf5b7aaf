"""Check of a forward pass."""

import numpy as np

from .calling import check
from .conventions import as_written
from .mistakes import compare, remarks
from .reference import forward_pass, sigmoid
from .results import numbers
from .verdict import NotRight

NETWORKS = [(1, (1, 1, 1, 1)), (4, (2, 2, 2, 1)), (5, (2, 3, 4, 1)), (3, (2, 10, 10, 1))]  #: examples and widths
FLAT = [(4, (2, 3, 1))]  #: what a function for three layers needn't take
DEPTH = ("depth", "It is written for three layers: a loop over zip(params[::2], params[1::2]) takes any number.")


def cases(seed, biases=True, networks=NETWORKS):
    """Return arguments (x, params) from the smallest network to those that tell rows from columns."""
    rng, found = np.random.default_rng(seed), []
    for n, widths in networks:
        params = [array for n_in, n_out in zip(widths, widths[1:])
                  for array in (rng.normal(size=(n_in, n_out)) / n_in**0.5, rng.normal(size=(1, n_out)) * biases)]
        found.append((rng.normal(size=(n, widths[0])), params))
    return found


def _layers(trace, case, found):
    """Make one array of the values of all layers, side by side; what is to be said of a trace without x is `found`."""
    right = forward_pass(*case)
    if not isinstance(trace, (list, tuple)):
        numbers(trace, right[-1].shape, case)
        raise NotRight("It returns one array, the output. Backpropagation needs every layer: return the list [x, a1, "
                       "..., ŷ].", "output-only")
    if len(trace) == len(right) - 1 and np.shape(trace[0]) == right[1].shape:
        found["without-x"] = "The list begins with a1; the lab's has x before it, for the gradient of W1."
        trace = [case[0], *trace]
    if len(trace) != len(right):
        raise NotRight(f"The list has {len(trace)} arrays; {len(right)} are needed: x, and one for each of the "
                       f"{len(right) - 1} layers.", "length")
    return np.hstack([numbers(array, layer.shape, case, f"Entry {k} of the list")
                      for k, (array, layer) in enumerate(zip(trace, right))])


def _planted(**mistake):
    return lambda x, params: np.hstack(forward_pass(x, params, **mistake))


MISTAKES = [(name, sentence, _planted(**how)) for name, sentence, how in [
    ("no-bias", "The biases aren't added: x @ W + b.", {"bias": 0.0}),
    ("bias-sign", "The biases are taken off instead of added.", {"bias": -1.0}),
    ("last-layer", "The hidden layers are right, but the last one lacks its sigmoid.", {"last": np.array}),
    ("no-activation", "There is no sigmoid in any layer: the network is one straight line.",
     {"hidden": np.array, "last": np.array}),
    ("hidden-layers", "Only the last layer has a sigmoid; the hidden ones need it too.", {"hidden": np.array}),
    ("transposed", "A square W was transposed: the product is x @ W, W of shape (n_in, n_out).", {"flipped": True}),
    ("pre-activation", "The list holds the pre-activations z, and not what the sigmoid makes of them.", {"pre": True}),
    ("sign-of-z", "Every layer has σ(−z): look at the sign in the sigmoid.",
     {"hidden": lambda z: sigmoid(-z), "last": lambda z: sigmoid(-z)}),
    ("twice", "The sigmoid is taken twice in a layer.",
     {"hidden": lambda z: sigmoid(sigmoid(z)), "last": lambda z: sigmoid(sigmoid(z))}),
]]


@check("forward pass")
def forward(f, columns=False, biases=True, seed=None):
    """Check a function f(x, params) that returns the trace [x, a1, a2, ŷ] of a network with sigmoid in three layers.

    x is (n, d); params is [W1, b1, W2, b2, W3, b3], W (n_in, n_out) and b (1, n_out). With `columns=True` all of them
    are transposed; with `biases=False` params is [W1, W2, W3]. The seed draws them.

    >>> checks.forward(lambda x, params: x @ params[0]).sentence
    'It returns one array, the output. Backpropagation needs every layer: return the list [x, a1, ..., ŷ].'
    """
    def judge(f, biases, known=True):
        found = {}

        def read(trace, case):
            return _layers(trace, case, found)

        compare(f, cases(seed, biases), _planted(), MISTAKES if known else [], read, ("x", "params"))
        return remarks("Every layer has the right values, for four networks.", found.items(), f,
                       [(*DEPTH, cases(seed, biases, FLAT), _planted(), read)])

    return as_written(judge, f, 1, columns, biases)
