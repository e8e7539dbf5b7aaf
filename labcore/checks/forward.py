"""Check of a forward pass."""

import numpy as np

from .calling import check
from .conventions import as_written
from .mistakes import Mistake, compare, remarks
from .reference import forward_pass, sigmoid
from .results import numbers
from .verdict import NotRight

DEEP = ("depth", "It is written for three layers: a loop over zip(params[::2], params[1::2]) takes any number.")


def cases(seed, biases=True, layers=3):
    """Return arguments (x, params) from the smallest network to those that tell rows from columns."""
    rng, found = np.random.default_rng(seed), []
    networks = [(1, (1, 1, 1, 1)), (4, (2, 2, 2, 1)), (5, (2, 3, 4, 1)), (3, (2, 10, 10, 1))]
    for n, widths in networks if layers == 3 else [(4, (2, 3, 1))]:
        shapes = [shape for n_in, n_out in zip(widths, widths[1:]) for shape in ((n_in, n_out), (1, n_out))]
        found.append((rng.normal(size=(n, widths[0])), [rng.normal(size=shape) * (biases or k % 2 == 0)
                                                        for k, shape in enumerate(shapes)]))
    return found


def _layers(trace, case, found=None):
    """Make one array of the values of all layers, side by side; (name, what to say) of a trace without x is found."""
    right = forward_pass(*case)
    if not isinstance(trace, (list, tuple)):
        numbers(trace, right[-1].shape, case)
        raise NotRight("It returns one array, the output. Backpropagation needs every layer: return the list [x, a1, "
                       "..., ŷ].", "output-only")
    if len(trace) == len(right) - 1 and np.shape(trace[0]) == right[1].shape and found is not None:
        found["without-x"] = "The list begins with a1; the lab's has x before it, for the gradient of W1."
        trace = [case[0], *trace]
    if len(trace) != len(right):
        raise NotRight(f"The list has {len(trace)} arrays; {len(right)} are needed: x, and one for each of the "
                       f"{len(right) - 1} layers.", "length")
    return np.hstack([numbers(array, layer.shape, case, f"Entry {k} of the list")
                      for k, (array, layer) in enumerate(zip(trace, right))])


def _planted(**mistake):
    return lambda x, params: np.hstack(forward_pass(x, params, **mistake))


def _softmax(z):
    return np.exp(z) / np.exp(z).sum(axis=1, keepdims=True)


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
    Mistake("sign-of-z", "Every layer has σ(−z): look at the sign in the sigmoid.",
            _planted(hidden=lambda z: sigmoid(-z), last=lambda z: sigmoid(-z))),
    *[Mistake("other-activation", f"The hidden layers have {name} in place of the sigmoid.", _planted(hidden=function))
      for name, function in (("tanh", np.tanh), ("ReLU", lambda z: np.maximum(z, 0)))],
    *[Mistake("other-activation", f"All layers have {name} in place of the sigmoid.",
              _planted(hidden=function, last=function))
      for name, function in (("tanh", np.tanh), ("ReLU", lambda z: np.maximum(z, 0)))],
    Mistake("softmax", "The last layer has softmax, which is 1 for one output. It has a sigmoid.", _planted(last=_softmax)),
    Mistake("twice", "The sigmoid is taken twice in a layer.",
            _planted(hidden=lambda z: sigmoid(sigmoid(z)), last=lambda z: sigmoid(sigmoid(z)))),
]


@check("forward pass")
def forward(f, columns=False, biases=True, seed=None):
    """Check a function f(x, params) that returns the trace [x, a1, a2, ŷ] of a network with sigmoid in every layer.

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
                       [(*DEEP, cases(seed, biases, 2), _planted(), read)])

    return as_written(judge, f, 1, columns, biases)
