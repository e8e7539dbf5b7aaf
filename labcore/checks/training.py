"""Check of a whole training run: does the network that comes out of it know the problem?"""

import runpy

import numpy as np

from .. import data
from ..inputs import pick
from ..losses import accuracy
from . import reference
from .calling import call, check
from .results import NotRight, close, finite, numbers, short

PARTS = runpy.run_path(reference.__file__)["PARTS"]  #: what may be lent: copies aren't refused
GOAL = 0.9  #: the share of right labels that the handout asks for


def _trained(train, x, y, parts, seed):
    """Return the outputs (n, 1) for x of the network that the reader's function trains on x and y."""
    predict, _ = call(train, x, y, *[PARTS] * parts, seconds=60)
    if not callable(predict):
        numbers(predict, y.shape)
        raise NotRight("It returns numbers. Return a function predict(x), to ask for other points too.", "no-predict")
    order = np.random.default_rng(seed).permutation(len(x))  # an answer that only knows their order is none
    first, outputs = (numbers(call(predict, points)[0], y.shape, "predict(x) returns") for points in (x, x[order]))
    if not close(outputs, first[order]):
        raise NotRight("A point's output depends on its place: has a bias a row for each example?", "order",
                       input=short((x[order],)))
    return finite(outputs, "predict(x) returns"), y[order]


def reached(train, x, y, parts, seed):
    """Return the share of labels that are right after training; NotRight says why it isn't enough of them."""
    outputs, truth = _trained(train, x, y, parts, seed)
    share, first, equal = accuracy(outputs, truth), float(outputs.flat[0]), np.ptp(outputs) < 0.05
    if share >= GOAL:
        return share
    every = f"Every point gets nearly {short(first)}"
    mistake, sentence = next(told for why, *told in [
        (equal and not 0.02 < first < 0.98, "sign", f"{every}: is a sign turned round, or the rate far too large?"),
        (equal, "constant", f"{every}: do all weights begin equal, or does it stop before it leaves the plateau?"),
        (share <= 1 - GOAL, "sign", "Nearly every label is wrong: look at the signs, of the update and of ŷ − y."),
        (True, "below", "It has learned something, and not enough. Does the loss still fall (more epochs), stand still "
                        "(another rate, another seed) or jump (a smaller rate)?")] if why)
    raise NotRight(sentence, mistake, accuracy=f"{share:.4g}, and {GOAL:g} is asked for")


@check("training")
def training(train, problem="linear", parts=False, seed=None):
    """Check a function train(x, y) that trains a network and returns a function predict(x) with outputs (n, 1).

    `problem` is one of labcore's, such as "linear" or "xor", or a pair (x, y) with x (n, d) and y (n, 1). 90 % of the
    labels have to be right: counted here, on x in another order. Trained on the labels turned round, it has to answer
    the other way. With `parts=True` train(x, y, parts) is handed right functions forward, loss_gradient, backward,
    update and initial, to put together. Each call may take a minute.
    """
    problem = pick("problem", problem, data.known())
    x, y = problem() if callable(problem) else problem
    share = reached(train, x, y, parts, seed)
    turned = accuracy(*_trained(train, x, 1 - y, parts, seed))
    if turned < GOAL:
        raise NotRight("With the labels turned round it doesn't answer the other way: does it use its y?",
                       "not-learned", accuracy=f"{turned:.4g} on turned labels")
    return f"{share:.0%} of the {len(y)} labels are right, and enough of them when the labels are turned round."
