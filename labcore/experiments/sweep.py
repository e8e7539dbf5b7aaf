"""Sweeps: every combination of settings with every seed, as few ensembles as possible, in blocks that fit the cache."""

import functools
import itertools
import warnings
from concurrent.futures import BrokenExecutor
from dataclasses import dataclass, fields, replace

import numpy as np

from ..inputs import items, shown, table, whole_number
from ..training import DivergenceWarning
from .settings import Settings, part
from .statistics import Sweep

BLOCK_BYTES = 2**19  #: size of one layer's activations in a block; tests/benchmarks/compare.py says what it gains
# glibc gives large pieces of memory back at once, and taking them anew costs an ensemble up to half its time. Freeing
# one this large raises its threshold (mallopt(3), M_MMAP_THRESHOLD); elsewhere it does nothing.
np.empty(2**24, np.uint8)
#: the axes that vary slowest, before problems and hyper-parameters
FIELDS = [known.name for known in fields(Settings) if known.name not in ("problem", "lr", "hyper")]


def sweep(problems, *, epochs, seeds=range(20), every=1, at=None, record=None, base=None, executor=None, progress=None,
          **settings):
    """Train every combination of settings with every seed.

    A list is an axis of the grid, anything else holds for all: ``sweep({"XOR": (x, y)}, lr=[0.1, 1.0], epochs=5000)``
    compares two rates. Numbers of the optimizer, `init_scale` and the seeds share ensembles.

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
        Names of `Settings`, or hyper-parameters of the optimizer. A wrong one is an error before anything is run.

    Returns
    -------
    Sweep
        When interrupted, with what was finished. An exception while a block is run is kept in its `errors`.

    Examples
    --------
    >>> lab.sweep({"XOR": lab.generate_xor_easy()}, lr=[0.1, 1.0], epochs=10, seeds=range(2)).at("loss").round(2)
    array([[0.31, 0.31, 0.31],
           [0.25, 0.25, 0.25]])
    """
    if not isinstance(problems, dict) or not problems:
        raise TypeError(f'problems must be a dict such as {{"XOR": (x, y)}}; got {shown(problems)}')
    if own := {"problem", "seed"} & settings.keys():
        raise TypeError(f"{own.pop()} is no setting of a sweep: problems are the first argument, a dict, and seeds are "
                        "seeds=range(20)")
    epochs, every = whole_number("epochs", epochs), whole_number("every", every)
    seeds = tuple(whole_number("each seed", seed, 0) for seed in items("seeds", seeds, "range(20)"))
    if at is None and epochs % every or not seeds:
        raise ValueError(f"epochs must be a multiple of every, and seeds at least one; got {epochs}, {every}, {seeds}")
    due = range(0, epochs + 1, every) if at is None else sorted({whole_number("each of at", n, 0, epochs) for n in at})
    problems = {name: _points(name, given, seeds) for name, given in problems.items()}
    axes = {name: [part(name, one) for one in value] if isinstance(value, list) else [part(name, value)]
            for name, value in settings.items()}
    axes = {"problem": list(problems)} | axes
    if empty := [name for name, values in axes.items() if not values]:
        raise ValueError(f"{empty[0]} is an empty list; a list is an axis of the grid and needs a value")
    order = [name for name in FIELDS if name in axes] + [name for name in axes if name not in FIELDS]
    grid = [dict(zip(order, values)) for values in itertools.product(*(axes[name] for name in order))]
    described = [_described(base, setting) for setting in grid]
    shared = [name for name, values in axes.items() if len(values) > 1 and all(map(_is_number, values))
              and (name == "init_scale" or name not in FIELDS)]

    def task(members):
        """Return the block of some (index of the setting, place of the seed) that differ in shared numbers alone."""
        first, places = members[0][0], [place for _, place in members]
        x, y = problems[grid[first]["problem"]]
        x, y = (x, y) if x.ndim == 2 else (x[places], y[places])
        numbers = {name: np.array([grid[i][name] for i, _ in members], float) for name in shared}
        how = replace(described[first], seed=[seeds[place] for place in places], **numbers)
        return _Task(how, x, y, due, record or {}, members)

    groups = {}
    for i, setting in enumerate(grid):
        key = tuple(id(value) for name, value in setting.items() if name not in shared)
        groups.setdefault(key, []).extend((i, place) for place in range(len(seeds)))
    blocks = []
    for members in groups.values():
        first = task(members[:1])
        first.start()  # a wrong setting is an error here, before anything has run
        n = first.x.shape[-2]
        size = -(-block_size(min(n, first.how.batch_size or n), first.how.hidden) // (4 if executor else 1))
        blocks += [task(members[start:start + size]) for start in range(0, len(members), size)]
    records = {name: np.full((len(grid), len(due), len(seeds)), np.nan) for name in ("loss", "accuracy", *first.record)}
    errors, missing = [None] * len(grid), np.ones((len(grid), len(seeds)), bool)
    try:
        for done, outcome in _outcomes(blocks, task, executor, progress or functools.partial(bar, unit="block")):
            index, place = np.transpose(done.members)
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


def _described(base, setting):
    """Return the `Settings` of a point of the grid."""
    setting = {name: value for name, value in setting.items() if name != "problem"} | {"problem": None}
    return replace(base, **setting) if base else Settings(**setting)


def _points(name, given, seeds):
    """Return the x and the y of a problem, with an axis for the seeds in front where each has its own."""
    given = part("problem", given)
    if callable(given):
        return tuple(np.stack(arrays) for arrays in zip(*(given(seed=seed) for seed in seeds)))
    if not isinstance(given, (tuple, list)) or len(given) != 2:
        raise TypeError(f"problems must hold pairs (x, y); got {shown(name)}: {shown(given)}")
    return tuple(table(axis, array, (None, None), "a row for each example") for axis, array in zip("xy", given))


def _is_number(value):
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def block_size(rows, hidden):
    """Return how many networks are trained at once, for batches of so many rows and such hidden widths.

    As many as have `BLOCK_BYTES` bytes of activations in their widest layer, one at least: ``block_size(21, (10, 10))``
    is 312.
    """
    return max(1, BLOCK_BYTES // (8 * rows * max(hidden, default=1)))


def bar(things, **how):
    """Return the things with tqdm's bar around them; without, where no terminal is, or no tqdm, as in the browser."""
    try:
        from tqdm import tqdm
    except ImportError:
        return things
    return tqdm(things, disable=None, leave=False, **how)


@dataclass
class _Task:
    """A block: settings of an ensemble, its points, the epochs to record, and (setting, place of the seed) of each."""
    how: Settings
    x: np.ndarray
    y: np.ndarray
    due: list
    record: dict
    members: list

    def start(self):
        """Return the network and the generator of its epochs, which has checked everything and run nothing."""
        net = self.how.network(self.x.shape[-1], self.y.shape[-1])
        return net, self.how.steps(net, self.x, self.y, epochs=max(self.due[-1], 1))

    def run(self):
        """Train; return {name: (epochs, members)}. Any process can do it."""
        def row():
            return epoch.loss, epoch.accuracy, *(measure(net, self.x, self.y) for measure in self.record.values())

        rows, due = [], set(self.due)
        net, epochs = self.start()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DivergenceWarning)  # counted in the table
            for epoch in epochs:
                if epoch.number in due:
                    rows.append(row())
                if len(rows) == len(due):
                    break
        rows += [row()] * (len(due) - len(rows))  # all have arrived or diverged, and stay as they are
        return dict(zip(("loss", "accuracy", *self.record), map(np.array, zip(*rows))))


def _outcomes(blocks, task, executor, progress):
    """Yield (block, records or an exception) in order; a block that fails is tried again setting by setting."""
    futures = [executor.submit(_Task.run, block) for block in blocks] if executor else [None] * len(blocks)
    for block, future in zip(progress(blocks), futures):
        try:
            yield block, future.result() if future else block.run()
        except Exception as error:
            indices = dict.fromkeys(i for i, _ in block.members)
            alone = [task([member for member in block.members if member[0] == i]) for i in indices]
            if len(alone) > 1 or isinstance(error, BrokenExecutor):  # a broken pool is not the setting's fault
                yield from _outcomes(alone, task, None, iter)
            else:
                yield block, error
