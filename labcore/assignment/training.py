"""Judging `train`: does it get there on a problem that it hasn't seen, and by training a network?"""

import functools
from types import SimpleNamespace

import numpy as np

from .. import checks
from ..checks.calling import check
from ..checks.losses import share_right
from ..checks.reference import forward_pass, gradients
from ..checks.training import GOAL
from ..checks.verdict import NotRight
from .right_parts import outputs, trained
from .variants import problem, settings

CLOSE = 0.02  #: outputs as near as that are those of the same network
FEW = 30  #: a training has so many steps


@functools.cache
def fresh(name, seed):
    """Return (x, y, setting, parameters) of a problem drawn from a seed, on which the lab's own training gets there."""
    rng = np.random.default_rng([seed, *name.encode()])
    while True:
        variant = int(rng.integers(1, 10**6))
        (x, y), setting = problem(name, variant), settings(variant)
        params, turned = (trained(x, labels, setting) for labels in (y, 1 - y))
        if share_right(outputs(x, params), y) > 0.95 and share_right(outputs(x, turned), 1 - y) > 0.95:
            return x, y, setting, params


@check("training on {name}")
def training(name, sandbox, variant, seed):
    """Check the `train` of a sandbox: on a fresh problem, or else on that of the variant it was written with."""
    rng, runs = np.random.default_rng([seed, 1]), []
    watched = [int(step) for power in range(5) for step in rng.integers(10**power // 2, 5 * 10**power, 5)]
    for x, y, setting, params in (fresh(name, seed), (*problem(name, variant), settings(variant), None)):
        runs = []
        verdict = checks.training(_trainer(sandbox, setting, watched, runs), (x, y))
        if verdict or verdict.mistake not in ("below", "constant", "not-learned"):
            break
    if not verdict:
        raise NotRight(verdict.sentence, verdict.mistake, **dict(verdict.shown))
    run, near = runs[0], x[rng.integers(0, len(x), (2, 60))]
    points = near[0] + rng.random((60, 1)) * (near[1] - near[0]) + rng.normal(0, 0.05, (60, 2))  # between the data
    calls, steps, last, losses = sandbox.ask("seen", run.number)
    if params is None or not _same(run, points, params):  # another network than the lab's, such as from other seeds
        if calls < FEW:
            _own_loops(sandbox, x, y, setting, points)
        elif not _same(run, points, last):
            raise NotRight("Between the data, predict doesn't answer as the network with the parameters that training "
                           "ended with.", "other-answers")
        elif not _downhill(steps):
            raise NotRight("From step to step the parameters don't go down the gradient.", "no-descent")
    own = float(np.mean((run.predict(x) - y) ** 2))
    if not losses or not abs(float(np.squeeze(losses[-1])) - own) <= 0.5 * own + CLOSE:
        raise NotRight("The training is right, but the last of the losses that it appends isn't the network's.", "losses",
                       expected=f"{own:.4g}", got=str(losses[-1:])[:40])
    return verdict.sentence


def _trainer(sandbox, setting, watched, runs):
    """Return a function train(x, y) that trains in the sandbox, and adds each run to `runs`."""
    def train(x, y):
        (handle, value), number = sandbox.ask("train", x, y, setting, watched, seconds=sandbox.seconds / 3)
        if handle is None:
            return value
        runs.append(SimpleNamespace(number=number, predict=sandbox.function(int(handle))))
        return runs[-1].predict

    train.remote = True
    return train


def _same(run, points, params):
    """Return whether the answers of a run are those of the network with these parameters."""
    try:
        return bool(np.abs(run.predict(points) - outputs(points, params)).max() <= CLOSE)
    except (ValueError, TypeError, IndexError):  # it isn't of this form
        return False


def _downhill(steps):
    """Return whether most of the steps that were seen go down the gradient, and the loss falls from first to last."""
    down, values = [], []
    for x, y, before, *after in steps:
        trace = forward_pass(x, before)
        values.append(np.mean((trace[-1] - y) ** 2))
        if after:
            moves = zip(gradients(trace, y, before), before, after[0])
            down.append(sum(np.sum(grad * (new - old)) for grad, old, new in moves) < 0)
    return np.mean(down) > 0.6 and values[-1] < values[0]


def _own_loops(sandbox, x, y, setting, points):
    """Raise NotRight unless a training that calls no parts has answers that only training gives."""
    runs = []
    for change in ({"hidden": (1, 1)}, {"epochs": 1}):
        _trainer(sandbox, SimpleNamespace(**vars(setting) | change), [], runs)(x, y)
    # one unit in each layer lets answers change along one direction alone
    slopes = np.hstack([runs[0].predict(points + h) - runs[0].predict(points - h) for h in 1e-4 * np.eye(2)])
    across = slopes @ np.linalg.svd(slopes)[2][1]
    if not slopes.any() or np.abs(across).max() > 0.05 * np.abs(slopes).max():
        raise NotRight("With one unit in each hidden layer, its answers aren't those of such a network.", "no-network")
    if share_right(runs[1].predict(x), y) >= GOAL:
        raise NotRight("It knows the answers after one epoch: they don't come from training.", "no-training")
