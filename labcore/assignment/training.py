"""Judging `train`: does it reach the goal on a problem that it hasn't seen, and by training a network?"""

import functools
from types import SimpleNamespace

import numpy as np

from .. import checks
from ..checks.calling import check
from ..checks.verdict import NotRight
from . import right_parts as right
from .variants import problem, settings

CLOSE = 0.02  #: two trained networks are one if their outputs are as near as that
FEW = 30  #: steps that are a training at least


@functools.cache
def fresh(name, seed):
    """Return (x, y, setting, parameters) of a problem drawn from a seed, on which the lab's own training gets there."""
    rng = np.random.default_rng([seed, *name.encode()])
    while True:
        variant = int(rng.integers(1, 10**6))
        (x, y), setting = problem(name, variant), settings(variant)
        params = [right.trained(x, labels, setting) for labels in (y, 1 - y)]
        if all(np.mean((right.forward(x, each)[-1] > 0.5) == (labels > 0.5)) > 0.95
               for each, labels in zip(params, (y, 1 - y))):
            return x, y, setting, params[0]


@check("training on {name}")
def training(name, sandbox, variant, seed):
    """Check the `train` of a sandbox: on a fresh problem, or else on the student's own, which it was written with."""
    rng = np.random.default_rng([seed, 1])
    own = *problem(name, variant), settings(variant), None
    for x, y, setting, params in (fresh(name, seed), own):
        runs = []
        verdict = checks.training(_trainer(sandbox, setting, _watched(rng), runs), (x, y))
        if verdict or verdict.mistake not in ("below", "constant", "not-learned"):
            break
    if not verdict:
        raise NotRight(verdict.sentence, verdict.mistake, **dict(verdict.shown))
    _see_training(sandbox, x, y, setting, params, runs[0], rng)
    _see_losses(sandbox, x, y, runs[0])
    return verdict.sentence


def _watched(rng):
    """Return numbers of steps, some of every order of magnitude."""
    return sorted({int(step) for power in range(5) for step in rng.integers(10**power // 2, 5 * 10**power, 5)})


def _trainer(sandbox, setting, watched, runs):
    def train(x, y):
        (handle, value), number = sandbox.ask("train", x, y, setting, watched, seconds=sandbox.seconds / 3)
        if handle is None:
            return value
        runs.append(SimpleNamespace(number=number, predict=sandbox.function(int(handle))))
        return runs[-1].predict

    train.remote = True
    return train


def _see_training(sandbox, x, y, setting, params, run, rng):
    """Raise NotRight unless the answers between the data are those of a network, and it was trained."""
    near = x[rng.integers(0, len(x), (2, 60))]
    points = near[0] + rng.random((60, 1)) * (near[1] - near[0]) + rng.normal(0, 0.05, (60, 2))
    outputs = run.predict(points)
    if params is not None and _same(outputs, points, params):
        return  # of the network that the lab asks for
    calls, steps, last, _ = sandbox.ask("seen", run.number)
    if calls >= FEW:
        if not _same(outputs, points, last):
            raise NotRight("Between the data, predict doesn't answer as the network with the parameters that training "
                           "ended with.", "other-answers")
        if not _downhill(steps):
            raise NotRight("The parameters don't move down the gradient from step to step.", "no-descent")
        return
    # it has loops of its own: with one unit in a layer its answers are a network's if they change along one direction
    narrow, short = (SimpleNamespace(**vars(setting) | change) for change in ({"hidden": (1, 1)}, {"epochs": 1}))
    trained = []
    for one in (narrow, short):
        _trainer(sandbox, one, [], trained)(x, y)
    slopes = np.hstack([trained[0].predict(points + h) - trained[0].predict(points - h) for h in 1e-4 * np.eye(2)])
    steep = slopes[np.argsort(np.hypot(*slopes.T))[-20:]]
    across = steep @ np.linalg.svd(steep)[2][1]
    if np.abs(across).max() > 0.05 * np.abs(steep).max() or not steep.any():
        raise NotRight("With one unit in each hidden layer its answers aren't those of such a network.", "no-network")
    if np.mean((trained[1].predict(x) > 0.5) == (y > 0.5)) >= 0.9:
        raise NotRight("It knows the answers after one epoch: they don't come from training.", "no-training")


def _same(outputs, points, params):
    """Return whether the outputs are those of the network with these parameters."""
    try:
        own = right.forward(points, [np.asarray(part, dtype=float) for part in params])[-1]
        return np.shape(outputs) == own.shape and np.abs(outputs - own).max() <= CLOSE
    except (ValueError, TypeError, IndexError):  # it has others
        return False


def _downhill(steps):
    """Return whether most of the steps that were seen go down the gradient, and the loss falls over all of them."""
    try:
        down, values = [], []
        for x, y, before, *after in steps:
            trace = right.forward(x, before)
            values.append(right.loss(trace[-1], y))
            if after:
                down.append(sum(np.sum(grad * (new - old)) for grad, old, new in
                                zip(right.backward(trace, y, before), before, after[0])))
        return len(down) > 2 and np.mean(np.array(down) < 0) > 0.6 and values[-1] < values[0]
    except (ValueError, TypeError, IndexError):
        return False


def _see_losses(sandbox, x, y, run):
    """Raise NotRight unless the losses that were appended end where the network's own loss is."""
    *_, ends = sandbox.ask("seen", run.number)
    own = right.loss(run.predict(x), y)
    if not isinstance(ends, list) or len(ends) < 2:
        raise NotRight("The training is right, but it appends nothing to losses.", "no-losses")
    try:
        last = float(np.squeeze(ends[-1]))
    except (ValueError, TypeError):
        raise NotRight("The training is right, but what it appends to losses are no numbers.", "losses") from None
    if not abs(last - own) <= 0.5 * own + CLOSE:
        raise NotRight("The training is right, but the last of its losses isn't the network's.", "losses",
                       expected=f"{own:.4g}", got=f"{last:.4g}")
