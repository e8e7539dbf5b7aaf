"""Calling a reader's function so that whatever it does is an answer: an exception, None, NaN, an endless loop.

On Linux a check runs as a whole in a forked child, which the system ends when a call has used `SECONDS` of CPU time;
the verdict comes back through a pipe. Elsewhere (in the browser there is no fork, on macOS it isn't safe) it runs here,
under a trace that looks at the clock. While the reader's function runs, labcore's own refuse to.

A function with an attribute `remote = True` is called here, unwatched: it asks another process. It takes the arguments
of the function there, by keyword too, and

- returns its result; one that is callable, or has a method `update`, as another remote function;
- raises `RemoteError(**describe(error))` for an exception there, with kinds ("TimeoutError",) if it was stopped;
- does to its arguments what was done to them there (``mine[...] = theirs``), and warns again with `warnings.warn`.

With that every check takes remote functions. A BaseException of another kind passes through all checks.
"""

import contextlib
import copy
import functools
import inspect
import io
import json
import os
import signal
import sys
import time
import warnings

import numpy as np

from .exceptions import RemoteError, describe, told  # noqa: F401  for those who make remote functions
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
                right, sentence, mistake, shown = (_in_child if forks else _judged)(
                    lambda: function(*given.args, **given.kwargs))
            except Exception as error:
                right, sentence, mistake, shown = _unreadable(error)
            if seed is not None and not right and "input" in dict(shown):
                shown = (*shown, ("repeat", f"seed={seed}"))
            return Verdict(right, title, sentence, mistake, shown)

        return answer

    return decorate


def _judged(judge):
    """Return (right, sentence, mistake, shown) of a check's function."""
    try:
        return True, *[*parts(judge()), ""][:2], ()
    except NotRight as wrong:
        return False, wrong.sentence, wrong.mistake, wrong.shown
    except BaseException as error:  # a name that isn't one, or an object that can't even be looked at
        if not (isinstance(error, Exception) or _parent):
            raise
        return _unreadable(error)


def _unreadable(error):
    text = f": {error}" if str(error) else ""
    return False, f"The check can't read what it was given: {type(error).__name__}{text}.", "unreadable", ()


# ---- the child ----

class _Passing(io.TextIOBase):
    """Standard output of the child: what is printed there is printed by its parent."""
    left = PRINTED

    def write(self, text):
        if self.left > 0:
            _parent.send_bytes(json.dumps(("print", text[:self.left])).encode())
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
    wait, late, ended = SECONDS, None, None
    try:
        while ours.poll(WAITING * wait):
            kind, *message = json.loads(ours.recv_bytes())
            if kind == "verdict":
                return message
            if kind == "call":
                wait, late, ended = message
            else:
                print(*message, end="")
    except EOFError:
        _, status = os.waitpid(process, 0)
        process = None
        if not (os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF):
            return ended
    finally:
        ours.close()
        if process:
            os.kill(process, signal.SIGKILL)
            os.waitpid(process, 0)
    return late


def _answer(judge, pipe):
    """Judge in the child and send the verdict."""
    global _parent
    _parent = pipe
    signal.signal(signal.SIGPROF, signal.SIG_DFL)  # it ends the process, whatever that catches
    sys.stdin, sys.stdout = io.StringIO(), _Passing()
    sys.stderr = sys.stdout
    pipe.send_bytes(json.dumps(("verdict", *_judged(judge))).encode())


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
            raise told(error, short(arguments)) from None
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
        _parent.send_bytes(json.dumps(("call", seconds, *((False, *said, late.shown) for said in (
            (late.sentence, late.mistake), ("It ended Python itself, as a crash does.", "raises"))))).encode())
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
    """Let labcore's functions and methods refuse to run, but for those of the checks: the reader writes them."""
    ours = _ours(lent, len(sys.modules))
    try:
        for part, code in ours:
            part.__code__ = _refusal.__code__.replace(co_name=code.co_name, co_freevars=code.co_freevars)
        yield
    finally:
        for part, code in ours:
            part.__code__ = code


@functools.cache
def _ours(lent, modules):
    """Return those functions with their code, while there are so many modules."""
    found = []
    for name, module in list(sys.modules.items()):
        checks = name.startswith("labcore.checks") and (lent or name != "labcore.checks.reference")
        for part in [] if checks or name.partition(".")[0] != "labcore" else vars(module).values():
            for one in (part, *vars(part).values()) if isinstance(part, type) else (part,):
                one = getattr(one, "__func__", one)
                # a generator's code is of another kind; what it calls refuses
                if inspect.isfunction(one) and one.__module__ == name and not inspect.isgeneratorfunction(one):
                    found.append((one, one.__code__))
    return found


def _refusal(*_, **__):
    from labcore.checks.exceptions import refuse  # its code runs among the names of another module
    refuse()
