"""Judging `train`: does it get there on a problem that it hasn't seen, and by training a network?"""

import functools
from types import SimpleNamespace

import numpy as np

from ..checks.calling import check
from ..checks.losses import share_right
from ..checks.reference import forward_pass, gradients
from ..checks.training import reached
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
    rng, names = np.random.default_rng([seed, 1]), ("below", "constant")
    watched = [int(step) for power in range(5) for step in rng.integers(10**power // 2, 5 * 10**power, 5)]
    try:
        x, y, setting, params = fresh(name, seed)
        run = _run(sandbox, x, y, setting, watched, seed)
    except NotRight as wrong:
        if wrong.mistake not in names:
            raise
        (x, y), setting, params = problem(name, variant), settings(variant), None
        run = _run(sandbox, x, y, setting, watched, seed)
    near = x[rng.integers(0, len(x), (2, 60))]
    points = near[0] + rng.random((60, 1)) * (near[1] - near[0]) + rng.normal(0, 0.05, (60, 2))  # between the data
    own = float(np.mean((run.predict(x) - y) ** 2))
    calls, steps, last, losses = sandbox.ask("seen", run.number)
    if params is None or not _same(run, points, params):  # another network than the lab's, such as from other seeds
        if calls < FEW or _same(run, points, last) is None:
            _own_loops(sandbox, x, y, setting, points, own)
        elif not _same(run, points, last):
            raise NotRight("Between the data, predict doesn't answer as the network with the parameters that training "
                           "ended with.", "other-answers")
        elif not _downhill(steps):
            raise NotRight("From step to step the parameters don't go down the gradient.", "no-descent")
    said = [one for one in map(np.asarray, losses[-1:]) if one.size == 1 and one.dtype.kind in "fi"]
    if not said or not abs(said[0].item() - own) <= 0.5 * own + CLOSE:
        raise NotRight("The training is right, but the last of the losses that it appends isn't the network's.",
                       "losses", expected=f"{own:.4g}", got=str(losses[-1:])[:40])
    return "It trains a network, which has enough of the labels right."


def _run(sandbox, x, y, setting, watched, seed=None):
    """Train in the sandbox and return the run; with a seed, raise NotRight unless it reaches its goal."""
    run = SimpleNamespace()

    def train(x, y):
        (handle, value), run.number = sandbox.ask("train", x, y, setting, watched, seconds=sandbox.seconds / 3)
        run.predict = value if handle is None else sandbox.function(int(handle))
        return run.predict

    train.remote = True
    if seed is None:
        train(x, y)
    else:
        reached(train, x, y, False, seed)
    return run


def _same(run, points, params):
    """Return whether the answers of a run are those of the network with these parameters; None if it has others."""
    try:
        return bool(np.abs(run.predict(points) - outputs(points, params)).max() <= CLOSE)
    except (ValueError, TypeError, IndexError, KeyError):
        return None


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


def _own_loops(sandbox, x, y, setting, points, own):
    """Raise NotRight unless a training that calls no parts has answers that only training gives."""
    narrow, short = (_run(sandbox, x, y, SimpleNamespace(**vars(setting) | change), [])
                     for change in ({"hidden": (1, 1)}, {"epochs": 1}))
    # with one unit in each layer answers change along one direction alone, if they do
    slopes = np.hstack([narrow.predict(points + h) - narrow.predict(points - h) for h in 1e-4 * np.eye(2)])
    across = slopes @ np.linalg.svd(slopes)[2][1]
    if np.abs(across).max() > 1e-9 + 0.05 * np.abs(slopes).max():
        raise NotRight("With one unit in each hidden layer, its answers aren't those of such a network.", "no-network")
    if np.mean((short.predict(x) - y) ** 2) < 2 * own + CLOSE:
        raise NotRight("It knows the answers after one epoch: they don't come from training.", "no-training")
