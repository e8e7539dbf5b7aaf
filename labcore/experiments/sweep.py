"""Sweeps: every combination of settings with every seed, as few ensembles as possible, in blocks that fit the cache."""

import functools
import inspect
import itertools
import math
import warnings
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, replace

import numpy as np

from .. import initializers, losses, optimizers
from ..activations import Sigmoid
from ..network import mlp
from .progress import bar
from .statistics import Sweep, label
from ..training import DivergenceWarning, History, steps
from ..validation import MOST_ITEMS, function, items, number, room, shown, table, whole_number

BLOCK_BYTES = 2**19  #: size of one layer's activations in a block; tests/benchmarks/compare.py says what it gains
# glibc gives large pieces of memory back at once, and taking them anew costs an ensemble up to half its time. Freeing
# one this large raises its threshold (mallopt(3), M_MMAP_THRESHOLD); elsewhere it does nothing.
np.empty(2**24, np.uint8)
DEFAULTS = {
    "hidden": (10, 10), "activation": Sigmoid, "output": Sigmoid, "bias": True, "init": initializers.normal,
    "init_scale": 1.0, "bias_init": initializers.zeros, "loss": losses.squared_error, "optimizer": optimizers.SGD,
    "batch_size": None, "shuffle": True, "stop_at_accuracy": None, "stop_at_loss": None,
}


def sweep(problems, *, epochs, seeds=range(20), every=1, executor=None, progress=None, **settings):
    """Train every combination of settings with every seed.

    A list is an axis of the grid, anything else holds for all: ``sweep({"XOR": (x, y)}, lr=[0.1, 1.0], epochs=5000)``
    compares two rates. Settings that are numbers of the optimizer, `init_scale` and the seeds share ensembles.

    Parameters
    ----------
    problems : dict of {name: (x, y)}
        Each a problem to learn: x (n, n_in) and y (n, n_out), as `steps` takes them.
    epochs : int
        How often all examples are gone through, a multiple of `every`.
    seeds : iterable of int, default range(20)
        A network for each, with the initial weights that the seed gives in `mlp`.
    every : int, default 1
        Which epochs are recorded: 0, every, 2 · every, ...
    executor : concurrent.futures.Executor, optional
        Where blocks are run; here, one after the other, if left out. The result is the same to the bit.
    progress : callable, optional
        Wraps the blocks as they finish, as ``tqdm`` does; by default tqdm on a terminal, nothing elsewhere.
    **settings
        Names of `labcore.sweeps.DEFAULTS`, or hyper-parameters of the optimizer.

    Returns
    -------
    Sweep
        When interrupted, with what was finished. An exception while a block is run is kept in its `errors`.

    Raises
    ------
    TypeError
        If `problems` is no dict of pairs, if `executor` has no `submit`, if the optimizer has no such hyper-parameter
        or lacks one, or where `mlp` and `steps` raise it. All errors in the settings come before anything is run.
    ValueError
        If `epochs` is no multiple of `every`, if there are no seeds or a list is empty, if settings or records are too
        many to be kept, or where `mlp`, `steps` and the optimizer raise it.

    Examples
    --------
    >>> import labcore as lab
    >>> found = lab.sweep({"XOR": lab.generate_xor_easy()}, lr=[0.1, 1.0], epochs=10, seeds=range(2))
    >>> found.labels()
    ['lr=0.1', 'lr=1']
    >>> found.at("loss").round(2)
    array([[0.31, 0.31, 0.31],
           [0.25, 0.25, 0.25]])
    """
    if not isinstance(problems, dict) or not problems:
        raise TypeError(f'problems must be a dict such as {{"XOR": (x, y)}}; got {shown(problems)}')
    problems = {name: _pair(name, pair) for name, pair in problems.items()}
    epochs, every = whole_number("epochs", epochs), whole_number("every", every)
    seeds = tuple(whole_number("each seed", seed, 0) for seed in items("seeds", seeds, "range(20)"))
    if executor is not None and not callable(getattr(type(executor), "submit", None)):
        raise TypeError(f"executor must be one of concurrent.futures; got {shown(executor)}; leave it out to run here")
    if progress is not None:
        function("progress", progress, "tqdm.tqdm")
    if "problem" in settings:
        raise TypeError("problem is no setting: the problems are the first argument, a dict")
    if epochs % every or not seeds:
        raise ValueError(f"epochs must be a multiple of every, and seeds at least one; got {epochs}, {every}, {seeds}")
    given = {"problem": list(problems)} | settings
    axes = {name: value if isinstance(value, list) else [value] for name, value in (DEFAULTS | given).items()}
    if empty := [name for name, values in axes.items() if not values]:
        raise ValueError(f"{empty[0]} is an empty list; a list is an axis of the grid and needs a value")
    count = math.prod(map(len, axes.values()))
    if count * len(seeds) > MOST_ITEMS:
        raise ValueError(f"{count} settings of {len(seeds)} seeds are more than {MOST_ITEMS} networks; vary fewer")
    room("epochs", (epochs,), (epochs // every + 1, count * len(seeds)))
    varied = [name for name in given if len(axes[name]) > 1] or ["problem"]
    grid = [dict(zip(axes, values)) for values in itertools.product(*axes.values())]
    for setting in grid:  # a wrong setting is an error here, before anything has run
        _start(_Task(*problems[setting["problem"]], setting, {}, [(0, 0, seeds[0])], epochs, every))
    if progress is None:
        progress = functools.partial(bar, unit="block")
    found, errors = [{} for _ in grid], [None] * len(grid)
    try:
        tasks = _tasks(problems, grid, axes, seeds, epochs, every, 4 if executor else 1)
        for task, outcome in _outcomes(tasks, executor, progress):
            for k, (i, place, _) in enumerate(task.members):
                if isinstance(outcome, Exception):
                    errors[i] = outcome
                else:
                    found[i][place] = tuple(column[:, k] for column in outcome)
    except KeyboardInterrupt:
        pass  # what is finished is kept; the rest says so below
    whole = [len(rows) == len(seeds) for rows in found]
    errors = [None if done else error or "interrupted" for done, error in zip(whole, errors)]
    return Sweep([{name: setting[name] for name in varied} for setting in grid],
                 [_history(rows, epochs, every) if done else None for done, rows in zip(whole, found)],
                 errors, seeds)


def block_size(rows, hidden):
    """Return how many networks are trained at once, for batches of so many rows and such hidden widths.

    As many as have `BLOCK_BYTES` bytes of activations, float64, in their widest layer; one at least.

    Parameters
    ----------
    rows : int
        Examples an update.
    hidden : sequence of int
        Units in each hidden layer; may be empty.

    Returns
    -------
    int
        Number of members of an ensemble.

    Raises
    ------
    TypeError
        If `rows` or a width is no whole number.
    ValueError
        If one is below 1.

    Examples
    --------
    >>> from labcore.sweeps import block_size
    >>> block_size(21, (10, 10)), block_size(100, (1000, 1000))
    (312, 1)
    """
    rows = whole_number("rows", rows)
    widths = [whole_number("each of hidden", width) for width in items("hidden", hidden, "(10, 10)")]
    return max(1, BLOCK_BYTES // (8 * rows * max(widths, default=1)))


def _pair(name, pair):
    """Return the x and the y of a problem."""
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise TypeError(f"problems must hold pairs (x, y); got {shown(name)}: {shown(pair)}")
    return tuple(pair)


def _optimizer(setting, **arrays):
    """Return the setting's optimizer; TypeError with the names there are if it has no such hyper-parameter."""
    own = {name: value for name, value in setting.items() if name not in DEFAULTS and name != "problem"}
    function("optimizer", setting["optimizer"], "SGD")
    try:
        return setting["optimizer"](**own | arrays)
    except TypeError as error:
        try:
            known = ", ".join([*DEFAULTS, *inspect.signature(setting["optimizer"]).parameters])
        except (TypeError, ValueError):  # a builtin
            raise TypeError(f"optimizer must be a class such as SGD; got {shown(setting['optimizer'])}") from error
        raise TypeError(f"can't use {label(setting['optimizer'])} with {shown(own)}: {error}; settings are "
                        f"{known}") from error


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def _tasks(problems, grid, axes, seeds, epochs, every, parts):
    """Return the blocks of the sweep, each a `parts`-th of the size that is fastest, so that all workers have some."""
    shared = [name for name, values in axes.items() if all(map(_is_number, values))
              and (name == "init_scale" or name not in DEFAULTS and name != "problem")]
    groups = {}
    for i, setting in enumerate(grid):
        key = tuple(id(value) for name, value in setting.items() if name not in shared)
        groups.setdefault(key, []).extend((i, place, seed) for place, seed in enumerate(seeds))
    tasks = []
    for members in groups.values():
        setting = grid[members[0][0]]
        x, y = problems[setting["problem"]]
        rows = min(np.shape(x)[-2], setting["batch_size"] or np.shape(x)[-2])
        size = -(-block_size(rows, setting["hidden"]) // parts)
        for start in range(0, len(members), size):
            block = members[start:start + size]
            varied = {name: np.array([grid[i][name] for i, _, _ in block], float) for name in shared}
            tasks.append(_Task(x, y, setting, varied, block, epochs, every))
    return tasks


@dataclass
class _Task:
    x: np.ndarray
    y: np.ndarray
    setting: dict  #: what all members share
    varied: dict  #: {name: (members,) array} of what they don't
    members: list  #: (index of the setting, place among the seeds, seed) of each
    epochs: int
    every: int

    def part(self, index):
        """Return the task of the members of one setting."""
        own = np.array([member[0] == index for member in self.members])
        varied = {name: values[own] for name, values in self.varied.items()}
        return replace(self, varied=varied, members=[member for member in self.members if member[0] == index])


def _start(task):
    """Return the epochs of a block, a generator that has checked everything and run nothing."""
    setting, varied = task.setting, dict(task.varied)
    x, y = (table(name, array, (None, None), "a row for each example") for name, array in
            (("x", task.x), ("y", task.y)))
    sizes = [x.shape[-1], *items("hidden", setting["hidden"], "(10, 10)"), y.shape[-1]]
    net = mlp(sizes, seed=[seed for *_, seed in task.members],
              **{name: setting[name] for name in ("output", "bias", "init", "bias_init")}, hidden=setting["activation"])
    scale = varied.pop("init_scale", np.array([number("init_scale", setting["init_scale"])]))
    for name, own, _ in net.blocks():
        if name.startswith("W"):
            with np.errstate(over="ignore"):  # the training says what has diverged
                net.theta[:, own] *= scale[:, None]
    how = {name: setting[name] for name in ("loss", "batch_size", "shuffle", "stop_at_accuracy", "stop_at_loss")}
    return steps(net, task.x, task.y, optimizer=_optimizer(setting, **varied), epochs=task.epochs, **how)


def _run(task):
    """Train a block; return loss and accuracy, each (recorded epochs, members). Any process can run it."""
    rows = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DivergenceWarning)  # counted in the table
        for epoch in _start(task):
            if epoch.number % task.every == 0:
                rows.append((epoch.loss, epoch.accuracy))
    last = (epoch.loss, epoch.accuracy)  # members that stopped early stay as they are
    rows += [last] * (task.epochs // task.every + 1 - len(rows))
    return tuple(np.array(column) for column in zip(*rows))


def _outcomes(tasks, executor, progress):
    """Yield (task, (loss, accuracy) or an exception) in order; a block that fails is tried again setting by setting."""
    futures = [executor.submit(_run, task) for task in tasks] if executor else [None] * len(tasks)
    for task, future in zip(progress(tasks), futures):
        try:
            yield task, future.result() if future else _run(task)
        except Exception as error:
            indices = list(dict.fromkeys(i for i, *_ in task.members))
            alone = [task.part(i) for i in indices] if len(indices) > 1 else [task]
            if len(alone) > 1 or isinstance(error, BrokenExecutor):  # a broken pool is not the setting's fault
                yield from _outcomes(alone, None, lambda tasks: tasks)
            else:
                yield task, error


def _history(rows, epochs, every):
    loss, accuracy = (np.stack([rows[place][k] for place in sorted(rows)], axis=-1) for k in (0, 1))
    lost = np.count_nonzero(~np.isfinite(loss[-1]))
    stopped = f"{epochs} epochs" + (f", {lost} of {len(rows)} diverged" if lost else "")
    return History(loss, accuracy, stopped, every)
