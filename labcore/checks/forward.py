"""Check of a forward pass."""

import numpy as np

from ..activations import sigmoid
from .judging import Mistake, judge
from .reference import forward_pass, parameters
from .results import numbers
from .running import check
from .verdict import Found


def cases():
    """Return arguments (x, params) from the smallest network to those that tell rows from columns.

    Returns
    -------
    list of (ndarray, list of ndarray)
        The input x (n, d), and [W1, b1, ...]; the same at each call.

    Examples
    --------
    >>> from labcore.checks.forward import cases
    >>> [x.shape for x, _ in cases()]
    [(1, 1), (4, 2), (5, 2), (3, 2)]
    """
    rng = np.random.default_rng(3)
    return [(rng.normal(size=(n, widths[0])), parameters(widths, rng))
            for n, widths in ((1, (1, 1, 1)), (4, (2, 2, 2, 1)), (5, (2, 3, 4, 1)), (3, (2, 10, 10, 1)))]


@check("forward pass")
def forward(f):
    """Check a function f(x, params) that returns the trace [x, a1, ..., ŷ] of a network with sigmoid in every layer.

    x is (n, d); params is [W1, b1, W2, b2, ...], W (n_in, n_out) and b (1, n_out). It is judged by the values of all
    layers, side by side.

    Parameters
    ----------
    f : callable
        The reader's function.

    Returns
    -------
    Verdict
        Right, or which mistake it is and the smallest network that shows it.

    Examples
    --------
    >>> from labcore import checks
    >>> checks.forward(lambda x, params: x @ params[0]).sentence
    'It returns one array, the output. Backpropagation needs every layer: return the list [x, a1, ..., ŷ].'
    """
    def layers_of(trace, case):
        right = forward_pass(*case)
        trace = list(trace) if isinstance(trace, tuple) else trace
        if not isinstance(trace, list):
            numbers(trace, right[-1].shape, case)
            raise Found("It returns one array, the output. Backpropagation needs every layer: return the list [x, a1, "
                        "..., ŷ].", "output-only")
        if len(trace) != len(right):
            raise Found(f"The list has {len(trace)} arrays; {len(right)} are needed: x, and one for each of the "
                        f"{len(right) - 1} layers.", "length")
        return np.hstack([numbers(array, layer.shape, case, f"Entry {k} of the list")
                          for k, (array, layer) in enumerate(zip(trace, right))])

    def planted(**switches):
        return lambda x, params: np.hstack(forward_pass(x, params, **switches))

    def nothing(z):
        return z

    judge(f, cases(), planted(), [
        Mistake("no-bias", "The biases aren't added: x @ W + b.", planted(bias=0.0)),
        Mistake("bias-sign", "The biases are taken off instead of added.", planted(bias=-1.0)),
        Mistake("last-layer", "The hidden layers are right, but the last one lacks its sigmoid.",
                planted(last=nothing)),
        Mistake("no-activation", "There is no sigmoid in any layer: the network is one straight line.",
                planted(hidden=nothing, last=nothing)),
        Mistake("hidden-layers", "Only the last layer has a sigmoid; the hidden ones need it too.",
                planted(hidden=nothing)),
        Mistake("transposed", "A square W was transposed: the product is x @ W, with W of shape (n_in, n_out).",
                planted(flipped=True)),
        Mistake("pre-activation", "The list holds the pre-activations z, and not what the sigmoid makes of them.",
                planted(pre=True)),
        Mistake("twice", "The sigmoid is taken twice in a layer.",
                planted(hidden=lambda z: sigmoid(sigmoid(z)), last=lambda z: sigmoid(sigmoid(z)))),
    ], layers_of, ("x", "params"))
    return "Every layer has the right values, for four networks."

