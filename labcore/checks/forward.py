"""Check of a forward pass."""

import numpy as np

from ..activations import sigmoid
from .calling import check
from .mistakes import Mistake, compare
from .reference import forward_pass
from .results import numbers
from .verdict import NotRight


def cases():
    """Return arguments (x, params) from the smallest network to those that tell rows from columns."""
    rng, found = np.random.default_rng(3), []
    for n, widths in ((1, (1, 1, 1)), (4, (2, 2, 2, 1)), (5, (2, 3, 4, 1)), (3, (2, 10, 10, 1))):
        shapes = [shape for n_in, n_out in zip(widths, widths[1:]) for shape in ((n_in, n_out), (1, n_out))]
        found.append((rng.normal(size=(n, widths[0])), [rng.normal(size=shape) for shape in shapes]))
    return found


def _layers(trace, case):
    """Make one array of the values of all layers, side by side."""
    right = forward_pass(*case)
    if not isinstance(trace, (list, tuple)):
        numbers(trace, right[-1].shape, case)
        raise NotRight("It returns one array, the output. Backpropagation needs every layer: return the list [x, a1, "
                       "..., ŷ].", "output-only")
    if len(trace) != len(right):
        raise NotRight(f"The list has {len(trace)} arrays; {len(right)} are needed: x, and one for each of the "
                       f"{len(right) - 1} layers.", "length")
    return np.hstack([numbers(array, layer.shape, case, f"Entry {k} of the list")
                      for k, (array, layer) in enumerate(zip(trace, right))])


def _planted(**mistake):
    return lambda x, params: np.hstack(forward_pass(x, params, **mistake))


MISTAKES = [
    Mistake("no-bias", "The biases aren't added: x @ W + b.", _planted(bias=0.0)),
    Mistake("bias-sign", "The biases are taken off instead of added.", _planted(bias=-1.0)),
    Mistake("last-layer", "The hidden layers are right, but the last one lacks its sigmoid.", _planted(last=np.array)),
    Mistake("no-activation", "There is no sigmoid in any layer: the network is one straight line.",
            _planted(hidden=np.array, last=np.array)),
    Mistake("hidden-layers", "Only the last layer has a sigmoid; the hidden ones need it too.",
            _planted(hidden=np.array)),
    Mistake("transposed", "A square W was transposed: the product is x @ W, with W of shape (n_in, n_out).",
            _planted(flipped=True)),
    Mistake("pre-activation", "The list holds the pre-activations z, and not what the sigmoid makes of them.",
            _planted(pre=True)),
    Mistake("twice", "The sigmoid is taken twice in a layer.",
            _planted(hidden=lambda z: sigmoid(sigmoid(z)), last=lambda z: sigmoid(sigmoid(z)))),
]


@check("forward pass")
def forward(f):
    """Check a function f(x, params) that returns the trace [x, a1, ..., ŷ] of a network with sigmoid in every layer.

    x is (n, d); params is [W1, b1, W2, b2, ...], W (n_in, n_out) and b (1, n_out).

    >>> checks.forward(lambda x, params: x @ params[0]).sentence
    'It returns one array, the output. Backpropagation needs every layer: return the list [x, a1, ..., ŷ].'
    """
    compare(f, cases(), _planted(), MISTAKES, _layers, ("x", "params"))
    return "Every layer has the right values, for four networks."
