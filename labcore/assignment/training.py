"""Judging `train`: does it get there on a problem that it hasn't seen, and by training a network?"""

import contextlib

import numpy as np

from ..checks.calling import check
from ..checks.reference import forward_pass
from ..checks.results import NotRight
from ..checks.training import reached
from .variants import problem, settings

CLOSE = 0.02  #: outputs as near as that are those of the same network
FEW = 30  #: a training has so many steps


@check("training on {name}")
def training(name, sandbox, variant, seed):
    """Check the `train` of a sandbox: on a fresh problem, or else on that of the variant it was written with."""
    def train(setting):
        """Return the notebook's train(x, y) with these settings."""
        sandbox.ask("run", [[0, f"__plan__ = {setting!r}, {watched!r}"]])
        return sandbox.function("__train__", share=1 / 3)

    rng = np.random.default_rng([seed, *name.encode()])
    watched = [int(call) for power in range(5) for call in rng.integers(10**power, 5 * 10**power, 5)]
    try:
        x, y, setting = _arrived(train, name, int(rng.integers(1, 10**6)), seed)
    except NotRight as wrong:
        if wrong.mistake not in ("below", "constant"):
            raise
        x, y, setting = _arrived(train, name, variant, seed)
    predict = sandbox.function(-1)  # the last that was returned
    near = x[rng.integers(0, len(x), (2, 60))]
    points = near[0] + rng.random((60, 1)) * (near[1] - near[0]) + rng.normal(0, 0.05, (60, 2))  # between the data
    own, off = float(np.mean((predict(x) - y) ** 2)), np.nan
    calls, steps, last, losses = sandbox.function("__seen__")().values()
    with contextlib.suppress(ValueError, TypeError, IndexError, KeyError):  # of other parameters than a network's
        off = np.abs(predict(points) - forward_pass(points, last)[-1]).max()
    if calls < FEW or np.isnan(off):
        _own_loops(train, x, y, setting, points, own)
    elif off > CLOSE:
        raise NotRight("Between the data, predict doesn't answer as the network with the parameters that training "
                       "ended with.", "other-answers")
    else:
        values = [np.mean((forward_pass(x, params)[-1] - y) ** 2) for params in steps]
        if not np.mean(values[len(values) // 2:]) < np.mean(values[:len(values) // 2]):
            raise NotRight("As its training goes on, the loss doesn't fall.", "no-descent")
    said = [one for one in map(np.asarray, losses) if one.size == 1 and one.dtype.kind in "fi"]
    if not said or not abs(said[0].item() - own) <= 0.5 * own + CLOSE:
        raise NotRight("The training is right, but the last of the losses that it appends isn't the network's.",
                       "losses", expected=f"{own:.4g}", got=str(losses)[:40])
    return "It trains a network, which has enough of the labels right."


def _arrived(train, name, variant, seed):
    """Return x, y and the settings of a variant's problem; NotRight unless training on it reaches its goal."""
    (x, y), setting = problem(name, variant), vars(settings(variant))
    reached(train(setting), x, y, False, seed)
    return x, y, setting


def _own_loops(train, x, y, setting, points, own):
    """Raise NotRight unless a training that calls no parts has answers that only training gives."""
    narrow, short = (train(setting | change)(x, y) for change in ({"hidden": (1, 1)}, {"epochs": 1}))
    # with one unit in each layer answers change along one direction alone, if they do
    slopes = np.hstack([narrow(points + h) - narrow(points - h) for h in 1e-4 * np.eye(2)])
    across = slopes @ np.linalg.svd(slopes)[2][1]
    if np.abs(across).max() > 1e-9 + 0.05 * np.abs(slopes).max():
        raise NotRight("With one unit in each hidden layer, its answers aren't those of such a network.", "no-network")
    if np.mean((short(x) - y) ** 2) < 2 * own + CLOSE:
        raise NotRight("It knows the answers after one epoch: they don't come from training.", "no-training")
