"""Sweeps: every combination of settings with every seed, as few ensembles as possible, in blocks that fit the cache."""

import functools
import itertools
import warnings
from concurrent.futures import BrokenExecutor
from dataclasses import fields, replace

import numpy as np

from ..inputs import items, shown, table, whole_number
from ..training import DivergenceWarning
from .settings import Settings, part
from .statistics import Sweep

BLOCK_BYTES = 2**19  #: size of one layer's activations in a block; tests/benchmarks/compare.py says what it gains
#: the axes that vary slowest, before problems and hyper-parameters
FIELDS = [known.name for known in fields(Settings) if known.name not in ("problem", "lr", "hyper")]


def sweep(problems, *, epochs, seeds=range(20), every=1, at=None, record=None, base=None, executor=None, progress=None,
          **settings):
    """Train every combination of settings with every seed, and return the `Sweep`.

    A list is an axis of the grid, anything else holds for all: ``sweep({"XOR": (x, y)}, lr=[0.1, 1.0], epochs=5000)``
    compares two rates. A wrong setting is an error before anything is run; an exception while it is run is kept in
    `Sweep.errors`, and an interrupt ends what is running and returns what is finished.

    Parameters
    ----------
    problems : dict of {name: (x, y)}
        Points and labels as `steps` takes them, or a function of `labcore.data`, or its name, which then draws each
        seed its own.
    epochs : int
        How often all examples are gone through.
    seeds : iterable of int, default range(20)
        A network for each, with the initial weights that the seed gives in `mlp`.
    every, at : int, iterable of int
        Which epochs are recorded: 0, every, 2 · every, ..., or those `at`.
    record : dict of {name: function}, optional
        What to record besides loss and accuracy: functions (net, x, y) that return a number for each network.
    base : Settings, optional
        What is varied; the defaults of `Settings` if left out.
    executor : concurrent.futures.Executor, optional
        Where blocks are run; here, one after the other, if left out. The result is the same to the bit.
    progress : callable, optional
        Wraps the blocks as they finish, as ``tqdm`` does, which is the default on a terminal.
    **settings
        Names of `Settings`, or hyper-parameters of the optimizer.

    Examples
    --------
    >>> lab.sweep({"XOR": lab.generate_xor_easy()}, lr=[0.1, 1.0], epochs=10, seeds=range(2)).at("loss").round(2)
    array([[0.31, 0.31, 0.31],
           [0.25, 0.25, 0.25]])
    """
    if not isinstance(problems, dict) or not problems:
        raise TypeError(f'problems must be a dict such as {{"XOR": (x, y)}}; got {shown(problems)}')
    if {"problem", "seed"} & settings.keys():
        raise TypeError("problem and seed are no settings of a sweep; it has sweep(problems, seeds=range(20))")
    epochs, every = whole_number("epochs", epochs), whole_number("every", every)
    seeds = tuple(whole_number("each seed", seed, 0) for seed in items("seeds", seeds, "range(20)"))
    if at is None and epochs % every or not seeds:
        raise ValueError(f"epochs must be a multiple of every, and seeds at least one; got {epochs}, {every}, {seeds}")
    record = record or {}
    due = range(0, epochs + 1, every) if at is None else sorted({whole_number("each of at", n, 0, epochs) for n in at})
    problems = {name: _points(name, given, seeds) for name, given in problems.items()}
    axes = {name: [part(name, one) for one in value] if isinstance(value, list) else [part(name, value)]
            for name, value in settings.items()}
    axes = {"problem": list(problems)} | axes
    if empty := [name for name, values in axes.items() if not values]:
        raise ValueError(f"{empty[0]} is an empty list; a list is an axis of the grid and needs a value")
    order = [name for name in FIELDS if name in axes] + [name for name in axes if name not in FIELDS]
    grid = [dict(zip(order, values)) for values in itertools.product(*(axes[name] for name in order))]
    make = functools.partial(replace, base) if base else Settings
    described = [make(**setting | {"problem": None}) for setting in grid]
    shared = [name for name, values in axes.items() if len(values) > 1 and (name == "init_scale" or name not in FIELDS)
              and all(isinstance(value, (int, float)) and not isinstance(value, bool) for value in values)]

    def block(members):
        """Return some (index of the setting, place of the seed) that differ in shared numbers alone, and their task."""
        first, places = members[0][0], [place for _, place in members]
        x, y = problems[grid[first]["problem"]]
        x, y = (x, y) if x.ndim == 2 else (x[places], y[places])
        numbers = {name: np.array([grid[i][name] for i, _ in members], float) for name in shared}
        return members, (replace(described[first], seed=[seeds[k] for k in places], **numbers), x, y, due, record)

    groups, blocks = {}, []
    for i, setting in enumerate(grid):
        key = tuple(id(value) for name, value in setting.items() if name not in shared)
        groups.setdefault(key, []).extend((i, place) for place in range(len(seeds)))
    for members in groups.values():
        _, (first, x, y, *_) = block(members[:1])
        _start(first, x, y, due)  # a wrong setting is an error here, before anything has run
        size = -(-block_size(min(x.shape[-2], first.batch_size or np.inf), first.hidden) // (4 if executor else 1))
        blocks += [block(members[start:start + size]) for start in range(0, len(members), size)]
    records = {name: np.full((len(grid), len(due), len(seeds)), np.nan) for name in ("loss", "accuracy", *record)}
    errors, missing = [None] * len(grid), np.ones((len(grid), len(seeds)), bool)
    try:
        for members, outcome in _outcomes(blocks, block, executor, progress or functools.partial(bar, unit="block")):
            index, place = np.transpose(members)
            if isinstance(outcome, Exception):
                errors[index[0]] = outcome
                continue
            missing[index, place] = False
            for name, rows in outcome.items():
                records[name][index, :, place] = rows.T
    except KeyboardInterrupt:
        pass  # what is finished is kept; the rest says so below
    for i in np.flatnonzero(missing.any(1)):
        errors[i] = errors[i] or "interrupted"
        for values in records.values():
            values[i] = np.nan
    varied = [name for name, values in axes.items() if len(values) > 1] or ["problem"]
    return Sweep([{name: setting[name] for name in varied} for setting in grid], seeds, np.array(due), records, errors)


def _points(name, given, seeds):
    """Return the x and the y of a problem, with an axis for the seeds in front where each has its own."""
    given = part("problem", given)
    if callable(given):
        return tuple(np.stack(arrays) for arrays in zip(*(given(seed=seed) for seed in seeds)))
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise TypeError(f"problems must hold pairs (x, y); got {shown(name)}: {shown(given)}")
    return tuple(table(axis, array, (None, None), "a row for each example") for axis, array in zip("xy", given))


def block_size(rows, hidden):
    """Return how many networks, at least one, have `BLOCK_BYTES` of activations in their widest layer."""
    return max(1, BLOCK_BYTES // (8 * rows * max(hidden, default=1)))


def bar(things, **how):
    """Return the things with tqdm's bar around them; without, where no terminal is, or no tqdm, as in the browser."""
    try:
        from tqdm import tqdm
    except ImportError:
        return things
    return tqdm(things, disable=None, leave=False, **how)


def _start(settings, x, y, due):
    """Return the network and the generator of its epochs, which has checked everything and run nothing."""
    net = settings.network(x.shape[-1], y.shape[-1])
    return net, settings.steps(net, x, y, epochs=max(due[-1], 1))


def _run(settings, x, y, due, record):
    """Train the networks of a block; return {name: (epochs, members)}. Any process can do it."""
    def row():
        return epoch.loss, epoch.accuracy, *(measure(net, x, y) for measure in record.values())

    rows, wanted = [], set(due)
    net, epochs = _start(settings, x, y, due)
    with warnings.catch_warnings(), np.errstate(all="ignore"):  # what diverges is counted in the table
        warnings.simplefilter("ignore", DivergenceWarning)
        for epoch in epochs:
            if epoch.number in wanted:
                rows.append(row())
            if len(rows) == len(due):
                break
        rows += [row()] * (len(due) - len(rows))  # all have arrived or diverged, and stay as they are
    return dict(zip(("loss", "accuracy", *record), map(np.array, zip(*rows))))


def _outcomes(blocks, block, executor, progress):
    """Yield (members, records or an exception) in order; a block that fails is tried again setting by setting."""
    futures = [executor.submit(_run, *task) for _, task in blocks] if executor else [None] * len(blocks)
    try:
        for (members, task), future in zip(progress(blocks), futures):
            try:
                yield members, future.result() if future else _run(*task)
            except Exception as error:
                indices = dict.fromkeys(i for i, _ in members)
                alone = [block([member for member in members if member[0] == i]) for i in indices]
                if len(alone) > 1 or isinstance(error, BrokenExecutor):  # a broken pool is not the setting's fault
                    yield from _outcomes(alone, block, None, iter)
                else:
                    yield members, error
    except (KeyboardInterrupt, GeneratorExit):
        processes = getattr(executor, "_processes", None) or {}  # a pool would first finish what it has been handed
        for process in list(processes.values()):
            process.terminate()
        for future in filter(None, () if processes else futures):
            future.cancel()
        raise
