"""One bad call: made, watched and judged. tests/bad_recipes.py has the good calls that it starts from."""

import contextlib
import dis
import importlib
import inspect
import io
import os
import pathlib
import random
import re
import signal
import types
import warnings
from dataclasses import dataclass, field

import matplotlib.pyplot as plt
import numpy as np
import pytest
from bad_values import OFTEN, Callback, mutations, raising
from conftest import global_random_state
from numpydoc.docscrape import NumpyDocString

import labcore as lab
from labcore.checks import Verdict

resource = pytest.importorskip("resource", reason="limits of time and memory are those of Unix")
STATUS = pathlib.Path("/proc/self/statm")
HOME = str(pathlib.Path(lab.__file__).parent)
MEMORY = 3 * 2**30  #: bytes that a call may add: more than labcore lets an array have, less than a huge one needs
SECONDS = 5  #: what a call may take
#: what NumPy, Python and matplotlib say in labcore's place
NOT_OURS = re.compile(r"ufunc|operands could not|matmul:|setting an array element|cannot reshape|unsupported operand|"
                      r"object has no attribute|object is not|not supported between|has no len|NoneType' object|"
                      r"out of bounds|could not convert|invalid literal|truth value")
#: Python's own words for a wrong number of arguments, or a name that isn't one
BINDING = re.compile(r"^\S+\(\) (takes|missing|got an unexpected|got multiple|got some positional)")
#: written anew by each backward pass: not part of a network's state
SCRATCH = {"grad", "dW", "db"}


@dataclass
class Recipe:
    """A good call: what is called, its arguments by name, and what may be done to them."""
    call: object
    given: dict = field(default_factory=dict)
    positional: tuple = ()  #: for functions of *args
    open: bool = False  #: takes **settings of any name
    no_huge: tuple = ()  #: arguments that may well be huge, as a run that ends sooner
    quiet: tuple = ()  #: arguments that are left alone


class Hang(BaseException):
    """The call took too long."""


class Misbehaved(AssertionError):
    """The call did what no call may do."""


def _ring(number, frame):
    raise Hang


@contextlib.contextmanager
def limited(seconds=SECONDS):
    """Time for one call, by the clock and by the processor (labcore's checks set the first alarm themselves)."""
    kept = {number: signal.signal(number, _ring) for number in (signal.SIGALRM, signal.SIGPROF)}
    signal.setitimer(signal.ITIMER_REAL, 3 * seconds)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.setitimer(signal.ITIMER_PROF, 0)
        for number, handler in kept.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def little_memory():
    """Let this process have no more than it has now and `MEMORY`: a huge array is an error at once."""
    if not STATUS.exists():  # macOS has no such limit: there a huge array is only asked for
        yield
        return
    kept = resource.getrlimit(resource.RLIMIT_AS)
    now = int(STATUS.read_text().split()[0]) * resource.getpagesize()
    resource.setrlimit(resource.RLIMIT_AS, (now + MEMORY, kept[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, kept)


def state(thing, seen=None):
    """Return what can be compared of an object of labcore, NumPy or Python, its parts included."""
    seen = {} if seen is None else seen
    if id(thing) in seen:
        return seen[id(thing)]
    seen[id(thing)] = len(seen)
    if isinstance(thing, np.ndarray):
        small = thing.size < 10**6 and thing.dtype.kind in "biufc"
        return thing.shape, thing.dtype.str, thing.strides, bytes(np.asarray(thing).tobytes()) if small else None
    if type(thing) in (list, tuple, set):
        return type(thing).__name__, [state(part, seen) for part in thing]
    if type(thing) is dict:
        return [(str(key)[:99] if type(key) is str else id(key), state(part, seen)) for key, part in thing.items()
                if key not in SCRATCH]
    if isinstance(thing, (plt.Axes, plt.Figure)):
        return len(thing.get_children())
    if isinstance(thing, (types.MethodType, types.FunctionType)) and hasattr(thing, "__self__"):
        return state(thing.__self__, seen)
    if isinstance(thing, np.random.Generator):
        return str(thing.bit_generator.state)
    if type(thing).__module__.startswith("labcore.") and not hasattr(thing, "traits"):
        return type(thing).__name__, state(vars(thing), seen) if hasattr(thing, "__dict__") else None
    return thing if type(thing) in (int, float, str, bool, bytes, type(None)) else id(thing)


def raised_by_labcore(error):
    """Whether the error comes from a `raise` statement of labcore, not from within an expression of it."""
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    code = trace.tb_frame.f_code
    return code.co_filename.startswith(HOME) and code.co_code[trace.tb_lasti] == dis.opmap["RAISE_VARARGS"]


def raised_where(error):
    trace = error.__traceback__
    while trace.tb_next:
        trace = trace.tb_next
    return trace.tb_frame.f_code


def documented(thing):
    """Return the names of the exceptions, and of the warnings, that the docstring says are raised."""
    doc = NumpyDocString(inspect.getdoc(thing) or "")
    raised, warned = ({name.strip() for part in doc[section] for name in part.type.split(",")}
                      for section in ("Raises", "Warns"))
    return raised, warned


def _class_of(name):
    module, _, name = name.rpartition(".")
    home = importlib.import_module(module) if module else __import__("builtins")
    return getattr(home, name, None) or getattr(importlib.import_module("labcore.checks.verdict"), name)


def judge(error, recipe, thing):
    """Raise Misbehaved unless the error is one that the docstring names, in labcore's own words."""
    if isinstance(error, TypeError) and (not raised_where(error).co_filename.startswith(HOME) or
                                         BINDING.search(str(error)) and not raised_by_labcore(error)):
        return  # Python's own: wrong number of arguments, or a name that isn't one
    if isinstance(error, Callback) and raised_where(error) is raising.__code__:
        return  # a function that was handed in, and its own error
    raised, _ = documented(thing)
    kinds = tuple(map(_class_of, raised))
    if not isinstance(error, kinds):
        raise Misbehaved(f"{type(error).__name__} is not among {sorted(raised)}")
    if isinstance(error, OSError) and error.strerror:
        return
    if isinstance(error, SystemExit):
        return
    text = str(error)
    if not raised_by_labcore(error):
        raise Misbehaved("the error isn't raised by labcore itself")
    if len(text) < 12 or " " not in text or NOT_OURS.search(text.split("; got")[0]) or len(text) > 1500:
        raise Misbehaved("the message is no sentence of labcore's")


def bad_arguments(recipe, rng, number):
    """Return (what was done, args, kwargs) of a call with one argument or several gone wrong."""
    args, given, done = list(recipe.positional), dict(recipe.given), []
    places = [place for place in (*range(len(args)), *given) if place not in recipe.quiet]
    kind = rng.random()
    if number == 0 or not places and kind < 0.5 or kind < 0.02:
        return "an unknown name", args, given | {rng.choice(["x_", "lr_", "foo", "self_"]): rng.choice([1, None, "a"])}
    if number == 1 or not places or kind < 0.04:
        return "an argument too many", [*args, *given.values(), 1, 2, 3], {}
    if kind < 0.06 and given:
        gone = rng.choice(list(given))
        return f"no {gone}", args, {name: value for name, value in given.items() if name != gone}
    for _ in range(rng.choice([1, 1, 1, 1, 2, 3])):
        place = rng.choice(places)
        value = recipe.positional[place] if isinstance(place, int) else recipe.given[place]
        far, near = mutations(value, huge=place not in recipe.no_huge)
        chosen = near if near and rng.random() < 0.5 else far
        some = [name for name in chosen if name in OFTEN] if rng.random() < 0.3 else []
        name = rng.choice(some or list(chosen))
        new = chosen[name](rng)
        if isinstance(place, int):
            args[place] = new
        else:
            given[place] = new
        done.append(f"{place}: {name}")
    return "; ".join(done), args, given


def files():
    return sorted((str(path), path.stat().st_size) for path in pathlib.Path(".").rglob("*"))


def make(name, thing, recipe_of, case, limit=SECONDS):
    """Make one bad call of the function `name`, that of the random state `case`; return whether it was refused.

    The present folder is an empty one. Misbehaved says what went wrong, with what it takes to make the call again.
    """
    rng = random.Random(case)
    recipe = recipe_of()
    what, args, given = bad_arguments(recipe, rng, int(case.split()[-1]))
    _, warned = documented(thing)
    before, listed, figures = state([recipe.call, args, given]), files(), plt.get_fignums()
    drawn = global_random_state()
    errors, printed = io.StringIO(), io.StringIO()
    result, error, wrong = None, None, ""
    with warnings.catch_warnings(), limited(limit), contextlib.redirect_stderr(errors), \
            contextlib.redirect_stdout(printed):
        warnings.simplefilter("error")
        for category in warned:
            warnings.simplefilter("ignore", getattr(lab, category))
        try:
            result = recipe.call(*args, **given)
            if inspect.isgenerator(result):
                for _ in zip(range(4), result):
                    pass
                result.close()
        except Hang:
            wrong = f"it hangs for {limit} s of computing"
        except Exception as raised:
            error = raised
        except SystemExit as raised:
            error = raised
    if error is not None:
        try:
            judge(error, recipe, thing)
        except Misbehaved as found:
            wrong = str(found)
        if not wrong and state([recipe.call, args, given]) != before:
            wrong = "an argument, or what the method belongs to, was changed before it failed"
        if not wrong and files() != listed:
            wrong = "it left a file"
        if not wrong and plt.get_fignums() != figures:
            wrong = "it left a figure open"
    if not wrong and global_random_state() != drawn:
        wrong = "NumPy's global random state was changed"
    if what == "an unknown name" and error is None and not recipe.open and not isinstance(result, Verdict):
        wrong = wrong or "it takes a name that it doesn't know"
    if not wrong and errors.getvalue() and not isinstance(error, SystemExit):
        wrong = f"it printed to stderr: {errors.getvalue()!r}"
    plt.close("all")
    for path in sorted(pathlib.Path(".").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    if wrong:
        said = "" if error is None else f"; it raised {type(error).__name__}: {str(error)[:300]} {_place(error)}"
        raise Misbehaved(f"{name} with {what}: {wrong}{said}; again: BAD_CALL='{case}'")
    return error is not None


def _place(error):
    lines, trace = [], error.__traceback__
    while trace:
        lines.append(f"{os.path.basename(trace.tb_frame.f_code.co_filename)}:{trace.tb_lineno}")
        trace = trace.tb_next
    return " > ".join(lines[1:])

