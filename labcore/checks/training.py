"""Check of a whole training run: does the network that comes out of it know the problem?"""

import numpy as np

from .. import data
from .reference import PARTS
from .results import finite, numbers, short
from .running import call, check
from .verdict import Found

PROBLEMS = {"linear": data.generate_linear, "xor": data.generate_xor_easy}
SECONDS = 60.0  #: how long a training may take
GOAL = 0.9  #: the share of right labels that the handout asks for


def _trained(train, x, y, parts):
    """Return the outputs (n, 1) for x of the network that the reader's function trains on x and y."""
    lent = tuple(vars(PARTS).values())
    predict, _ = call(train, x, y, *([PARTS] if parts else []), seconds=SECONDS, parts=lent)
    if not callable(predict):
        numbers(predict, y.shape, (x, y))
        raise Found("It returns numbers. Return a function predict(x), so that other points can be asked for as well.",
                    "no-predict")
    order = np.random.default_rng(0).permutation(len(x))  # an answer that only knows their order is none
    result, _ = call(predict, x[order], parts=lent)
    outputs = numbers(result, y.shape, (x[order],), "predict(x)")
    finite(outputs, (x[order],), "predict(x)")
    return outputs, y[order]


def _share_right(outputs, y):
    return float(np.mean((outputs > 0.5) == (y > 0.5)))


@check("training")
def training(train, problem="linear", parts=False):
    """Check a function train(x, y) that trains a network and returns a function predict(x) with outputs (n, 1).

    `problem` is "linear", "xor" or a pair (x, y). 90 % of the labels have to be right: counted here, on x in another
    order. Trained on the labels turned round, it has to answer the other way. With `parts=True` train(x, y, parts) is
    handed right functions forward, loss_gradient, backward, update and initial, to put together.

    Parameters
    ----------
    train : callable
        The reader's function; it and what it returns may take a minute each.
    problem : {"linear", "xor"} or (ndarray, ndarray), default "linear"
        Points (n, d) and labels (n, 1).
    parts : bool, default False
        Whether `train` is handed the parts.

    Returns
    -------
    Verdict
        Right, with the share of right labels, or what may be wrong.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore import checks
    >>> def train(x, y):
    ...     guess = y.mean()
    ...     return lambda points: np.full((len(points), 1), guess)
    >>> checks.training(train).mistake
    'constant'
    """
    if isinstance(problem, str) and problem not in PROBLEMS:
        raise ValueError(f"problem must be one of {', '.join(PROBLEMS)} or a pair (x, y); got {problem!r}")
    x, y = PROBLEMS[problem]() if isinstance(problem, str) else problem
    outputs, truth = _trained(train, x, y, parts)
    share = _share_right(outputs, truth)
    shown = {"accuracy": f"{share:.4g}, and {GOAL:g} is asked for"}
    if share < GOAL:
        if np.ptp(outputs) < 1e-3 and not 0.02 < outputs.flat[0] < 0.98:
            raise Found(f"Every point gets the same output, {short(float(outputs.flat[0]))}, at the end of the "
                        "sigmoid: the loss has grown. Is the sign of the update or of ŷ − y turned round, or the "
                        "rate far too large?", "sign", **shown)
        if np.ptp(outputs) < 1e-3:
            raise Found(f"Every point gets the same output, {short(float(outputs.flat[0]))}. Do all weights begin "
                        "equal, or at 0? Then all units stay alike. Or has it not been trained for long enough to "
                        "leave the plateau?", "constant", **shown)
        if share <= 1 - GOAL:
            raise Found("Nearly every label is wrong, so it has learned the opposite: look at the signs, of the update "
                        "and of ŷ − y.", "sign", **shown)
        raise Found("It has learned something, and not enough. Print the loss every 500 epochs: does it still fall "
                    "(more epochs), stand still (another rate, another seed) or jump (a smaller rate)?", "below",
                    **shown)
    turned, truth = _trained(train, x, 1 - y, parts)
    if _share_right(turned, truth) < GOAL:
        raise Found("Trained on the same points with the labels turned round, it doesn't answer the other way: does it "
                    "use the y that it is handed?", "not-learned",
                    accuracy=f"{_share_right(turned, truth):.4g} on turned labels")
    return f"{share:.0%} of the {len(y)} labels are right, and enough of them when the labels are turned round."
