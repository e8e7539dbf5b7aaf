"""Calling a reader's function so that whatever it does is an answer: an exception, None, NaN, an endless loop.

On Linux a check runs as a whole in a forked child, which ends when a call has used `SECONDS` of its own CPU time; the
verdict comes back through a pipe. Elsewhere (in the browser there is no fork, on macOS it isn't safe) it runs here,
under a trace that looks at the clock. While the reader's function runs, labcore's functions refuse to.

A function with an attribute `remote = True` is called here, and nothing watches it: it asks another process. It takes
the arguments of the function there, by keyword too, and

- returns its result; one that is callable, or has a method `update`, as another remote function (`Foreign` for what
  can't travel);
- raises `RemoteError(**describe(error))` for an exception there, with kinds ("TimeoutError",) for one that was stopped;
- does to its arguments what was done to them there (``mine[...] = theirs``), and warns again with `warnings.warn`.

With that every check takes remote functions. A BaseException of another kind passes through all checks.
"""

import contextlib
import copy
import functools
import inspect
import io
import os
import re
import signal
import sys
import time
import traceback
import types
import warnings

import numpy as np

from . import wire
from .results import arrays, close, parts, short
from .verdict import NotRight, Verdict

SECONDS = 5.0  #: of CPU time that a call may take
WAITING = 6  #: so many times as long it may wait, as time.sleep does
PRINTED = 20_000  #: characters that are passed on of what a function prints
FORKS = sys.platform == "linux"
_parent = None  #: in a forked child, the end of the pipe to whom it answers


def check(what):
    """Make a function that raises NotRight into a check, which returns a Verdict and never raises.

    It returns the sentence of a right answer, or that sentence and the name of a remark. `what` may name its arguments.
    A check whose inputs are drawn has an argument `seed`; if that is None, a seed is drawn, which a wrong answer shows.
    """
    def decorate(function):
        signature = inspect.signature(function)

        @functools.wraps(function)
        def answer(*args, **kwargs):
            title, seed = function.__name__, None
            try:
                given = signature.bind(*args, **kwargs)
                given.apply_defaults()
                values = given.arguments
                if values.get("seed", 0) is None:
                    values["seed"] = seed = int(np.random.default_rng().integers(100_000))
                title = what.format(**{name: getattr(value, "__name__", value) for name, value in values.items()})
                theirs = [value for value in values.values() if callable(value)]
                forks = FORKS and not _parent and theirs and not any(getattr(one, "remote", False) for one in theirs)
                fields = (_in_child if forks else _judged)(lambda: function(*given.args, **given.kwargs))
            except Exception as error:
                fields = _unreadable(error)
            right, sentence, mistake, shown = fields
            if seed is not None and not right and "input" in dict(shown):
                shown = (*shown, ("repeat", f"seed={seed}"))
            return Verdict(right, title, sentence, mistake, shown)

        return answer

    return decorate


def _judged(judge):
    """Return (right, sentence, mistake, shown) of a check's function."""
    try:
        sentence, mistake = [*parts(judge()), ""][:2]
        return True, sentence, mistake, ()
    except NotRight as wrong:
        return False, wrong.sentence, wrong.mistake, wrong.shown
    except BaseException as error:  # a name that isn't one, or an object that can't even be looked at
        if isinstance(error, KeyboardInterrupt) and not _parent:
            raise
        return _unreadable(error)


def _unreadable(error):
    return False, f"The check can't read what it was given: {_text(error)}.", "unreadable", ()


def _text(error):
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


# ---- the child ----

class _Passing(io.TextIOBase):
    """Standard output of the child: what is printed there is printed by its parent."""
    left = PRINTED

    def write(self, text):
        if self.left > 0:
            _parent.send_bytes(wire.dump(["print", text[:self.left]]))
            self.left -= len(text)
        return len(text)


def _in_child(judge):
    """Return what `_judged` does in a forked process, which may be stopped or end itself."""
    from multiprocessing.connection import Pipe  # the browser has none
    ours, theirs = Pipe(duplex=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the kernel's threads: the child doesn't wait for them
        process = os.fork()
    if process == 0:
        try:
            _answer(judge, theirs)
        finally:
            os._exit(0)
    theirs.close()
    stopped = False, "It ended before it was called.", "raises", ()
    ended, wait = stopped, SECONDS
    try:
        while True:
            if not ours.poll(WAITING * wait):
                return stopped
            kind, *message = wire.load(ours.recv_bytes())
            if kind == "verdict":
                return message
            if kind == "call":
                wait, stopped, ended = message
            else:
                print(message[0], end="")
    except EOFError:
        _, status = os.waitpid(process, 0)
        process = None
        return stopped if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF else ended
    finally:
        ours.close()
        if process:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)


def _answer(judge, pipe):
    """Judge in the child and send the verdict."""
    global _parent
    _parent = pipe
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # it ends the process, whatever that catches
    sys.stdout = sys.stderr = _Passing()
    pipe.send_bytes(wire.dump(["verdict", *_judged(judge)]))


# ---- a call ----

def call(function, *arguments, seconds=None, lent=False):
    """Return what the reader's function makes of copies of the arguments, and the texts of its warnings.

    NotRight is raised for all that isn't a result. `lent` says that the reader was handed the functions of `reference`.
    """
    if not callable(function):
        raise NotRight(f"What was handed in is no function: it is {short(function)}. Hand in the function's name, "
                       "without brackets.", "not-a-function")
    given = copy.deepcopy(arguments)
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn"):
        warnings.simplefilter("always")
        try:
            if getattr(function, "remote", False):
                result = function(*given)
            else:
                with _refusing(lent):
                    result = _limited(function, given, seconds or SECONDS, short(arguments))
        except (Exception, SystemExit) as error:
            raise _told(error, short(arguments)) from None
    before, after = arrays(arguments), arrays(given)
    if len(before) != len(after) or not all(map(functools.partial(np.array_equal, equal_nan=True), before, after)):
        if len(before) == len(after) and all(map(close, after, before)):
            raise NotRight("It changes what it was handed, by a rounding error: adding h and taking it off again "
                           "doesn't give the same bits. Keep the old value, and put it back.", "changed-input")
        raise NotRight("It changes what it was handed, in place. Who called it still needs that array: work on a copy, "
                       "or write z = z - 1 and not z -= 1.", "changed-input", input=short(arguments),
                       after=short(given))
    return result, [str(warning.message) for warning in caught]


def _limited(function, arguments, seconds, shown):
    """Call the function for so many seconds at most."""
    late = NotRight(f"It was stopped after {seconds:g} seconds. Does a loop of yours come to its end?", "endless",
                    input=shown)
    if _parent:
        ended = False, "It ended Python itself, as exit or a crash does.", "raises", late.shown
        _parent.send_bytes(wire.dump(["call", seconds, (False, late.sentence, late.mistake, late.shown), ended]))
        signal.setitimer(signal.ITIMER_PROF, seconds)  # it goes on behind the call: an array's repr may be endless too
        return function(*arguments)
    end, before = time.monotonic() + seconds, sys.gettrace()

    def trace(frame, event, _):
        if event == "call" and (frame.f_globals.get("__name__") or "").startswith("numpy"):
            return None  # no look at each of NumPy's lines
        if time.monotonic() > end:
            raise late
        return trace

    sys.settrace(trace)
    try:
        return function(*arguments)
    finally:
        end = float("inf")
        sys.settrace(before)


@contextlib.contextmanager
def _refusing(lent):
    """Let labcore's functions refuse to run: the reader writes them."""
    codes = [(part, part.__code__) for part in _functions(lent)]
    for part, code in codes:
        part.__code__ = _refusal.__code__.replace(co_name=code.co_name, co_freevars=code.co_freevars)
    try:
        yield
    finally:
        for part, code in codes:
            part.__code__ = code


def _functions(lent):
    """Yield the functions and methods that labcore's modules define, but for those of the checks themselves."""
    for name, module in list(sys.modules.items()):
        ours = name.startswith("labcore.checks") and name != "labcore.checks.reference"
        if name.partition(".")[0] == "labcore" and not ours and not (lent and name == "labcore.checks.reference"):
            for part in list(vars(module).values()):
                for one in (part, *vars(part).values()) if isinstance(part, type) else (part,):
                    one = getattr(one, "__func__", one)
                    if isinstance(one, types.FunctionType) and one.__module__ == name:
                        yield one


def _refusal(*_, **__):
    from labcore.checks.calling import refuse  # its code runs among the globals of another module
    refuse()


def refuse():
    """Raise what is said of a function of labcore that the reader's calls."""
    raise NotRight(f"It calls labcore's {sys._getframe(1).f_code.co_name}. The point is to write it yourself, with "
                   "NumPy alone.", "borrowed")


# ---- exceptions ----

class RemoteError(Exception):
    """An exception of another process: the names of its class and bases, its text, and the line of the reader's."""

    def __init__(self, kinds, text="", line=""):
        super().__init__(text)
        self.described = {"kinds": list(kinds), "text": text, "line": line}


def describe(error):
    """Return {"kinds", "text", "line"} of an exception, strings that can travel."""
    if isinstance(error, RemoteError):
        return error.described
    others = (os.path.dirname(os.__file__), os.path.dirname(os.path.dirname(__file__)), os.path.dirname(np.__file__))
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__)
             if frame.line and not frame.filename.startswith(others)]
    try:
        text = str(error)
    except Exception:
        text = ""
    return {"kinds": [kind.__name__ for kind in type(error).__mro__], "text": text, "line": ["", *lines][-1]}


def _told(error, shown):
    """Return the NotRight that says what is known of an exception."""
    kinds, text, line = describe(error).values()
    mistake, sentence = next(told for kind, words, *told in EXPLAINED if kind in kinds and re.search(words, text))
    raised = f"It raised {kinds[0]}{text and ': '}{text}."
    return NotRight(sentence if mistake in ("unwritten", "endless") else f"{raised} {sentence}".strip(), mistake,
                    input=shown if mistake != "unwritten" else None, line=line or None)


#: a kind of exception, words in its text, the name of the mistake, and what is said of it
EXPLAINED = [
    ("NotImplementedError", "", "unwritten",
     "It isn't written yet: it raises NotImplementedError. Put your lines in its place."),
    ("RecursionError", "", "endless", "It calls itself without end (RecursionError)."),
    ("TimeoutError", "", "endless", "It was stopped: it took too long. Does a loop of yours come to its end?"),
    ("ValueError", "matmul|not aligned", "product-order",
     "The sizes beside the @ don't meet: is the product in the wrong order, or a .T too many or too few?"),
    ("ValueError", "broadcast", "broadcast",
     "Two arrays don't fit each other: print their shapes just before that line."),
    ("ValueError", "truth value", "one-number", "if, and, or and max(…) take one number and not an array: np.where(z >= 0, …, …) "
     "and np.maximum(z, 0) decide for each."),
    ("TypeError", "only (length-1|size-1|0-dim|integer scalar)", "one-number",
     "math.exp, float and int take one number and not an array: np.exp takes each."),
    ("TypeError", "bitwise_xor|for \\^", "power", "In Python ^ is no power: write z ** 2."),
    ("ValueError", "values to unpack", "unpack", "The line takes another number of things than there are: print len(…)."),
    ("Exception", "casting", "integer",
     "It writes decimal numbers into an array of whole ones. Begin with z = np.asarray(z, dtype=float)."),
    ("UnboundLocalError", "", "unbound", "A name that a function assigns to is its own. To change the variable of the "
     "function around, say nonlocal first; or keep it in self."),
    ("TypeError", "positional argument", "arguments", "Look at the arguments in its def line."),
    ("BaseException", "", "raises", ""),
]
