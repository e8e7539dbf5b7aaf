"""Calling a reader's function so that whatever it does is an answer: an exception, None, NaN, an endless loop.

On Linux a check runs as a whole in a forked child, which the system ends when a call has used `SECONDS` of CPU time;
the verdict comes back through a pipe. Elsewhere (in the browser there is no fork, on macOS it isn't safe) it runs here,
under a trace that looks at the clock. While the reader's function runs, labcore's own refuse to.

A function with an attribute `remote = True` is called here, unwatched: it asks another process. With the arguments of
the function there, by keyword too, it returns its result (another remote function for what is callable or has a method
`update`), raises `RemoteError(**describe(error))` for an exception there, with kinds ("TimeoutError",) if stopped, and
does to its arguments what was done to them there. A BaseException of another kind passes through all checks.
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
import traceback
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
            given = signature.bind(*args, **kwargs)
            given.apply_defaults()
            values = given.arguments
            if drawn := values.get("seed", 0) is None:
                values["seed"] = int(np.random.default_rng().integers(100_000))
            title = what.format(**{name: getattr(value, "__name__", value) for name, value in values.items()})
            theirs = [value for value in values.values() if callable(value)]
            forks = FORKS and not _parent and theirs and not any(getattr(one, "remote", False) for one in theirs)
            right, sentence, mistake, shown = (_in_child if forks else _judged)(functools.partial(function, **values))
            if drawn and shown:
                shown = shown | {"repeat": f"seed={values['seed']}"}
            return Verdict(right, title, sentence, mistake, tuple(shown.items()))

        return answer

    return decorate


def _judged(judge):
    """Return (right, sentence, mistake, shown) of a check's function."""
    try:
        return True, *[*parts(judge()), ""][:2], {}
    except NotRight as wrong:
        return _wrong(wrong)
    except Exception as error:  # a name that isn't one, or an object that can't even be looked at
        what = traceback.format_exception_only(error)[-1].strip()
        return _wrong(NotRight(f"The check can't read what it was given: {what}.", "unreadable"))


def _wrong(wrong):
    return False, wrong.sentence, wrong.mistake, wrong.shown


# ---- the child: it sends ("print", text), ("call", seconds, input) before each call, and what `_judged` returns ----

def _send(*message):
    _parent.send_bytes(json.dumps(message).encode())


class _Passing(io.TextIOBase):
    """Standard output of the child: what is printed there is printed by its parent."""
    left = PRINTED

    def write(self, text):
        if self.left > 0:
            _send("print", text[:self.left])
            self.left -= len(text)
        return len(text)


def _in_child(judge):
    """Return what `_judged` does, by a forked process, which may be stopped or end itself."""
    from multiprocessing.connection import Pipe  # the browser has none
    global _parent
    ours, theirs = Pipe(duplex=False)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of the kernel's threads: the child doesn't wait for them
        process = os.fork()
    if process == 0:
        try:
            _parent = theirs
            signal.signal(signal.SIGPROF, signal.SIG_DFL)  # it ends the process, whatever that catches
            sys.stdin, sys.stdout = io.StringIO(), _Passing()
            sys.stderr = sys.stdout
            _send("verdict", *_judged(judge))
        finally:
            os._exit(0)
    theirs.close()
    seconds, shown, late = SECONDS, "", True
    try:
        while ours.poll(WAITING * seconds):
            kind, *message = json.loads(ours.recv_bytes())
            if kind == "verdict":
                return message
            if kind == "call":
                seconds, shown = message
            else:
                print(*message, end="")
    except EOFError:
        late = False
    finally:
        ours.close()
        os.kill(process, signal.SIGKILL)
        status = os.waitpid(process, 0)[1]
    if late or os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGPROF:
        return _wrong(_stopped(seconds, shown))
    return _wrong(NotRight("It ended Python itself, as a crash does.", "raises", input=shown))


# ---- a call ----

def call(function, *arguments, seconds=None, lent=False):
    """Return what the reader's function makes of copies of the arguments, and the texts of its warnings.

    NotRight is raised for what isn't one. `lent` says that the reader was handed the functions of `reference`.
    """
    if not callable(function):
        raise NotRight(f"{short(function)} is no function: hand in its name, without brackets.", "not-a-function")
    given, shown = copy.deepcopy(arguments), short(arguments)
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn"):
        warnings.simplefilter("always")
        try:
            if getattr(function, "remote", False):
                result = function(*given)
            else:
                with _refusing(lent):
                    result = _limited(function, given, seconds or SECONDS, shown)
        except (Exception, SystemExit) as error:
            raise told(error, shown) from None
    before, after = arrays(arguments), arrays(given)
    if [array.tobytes() for array in before] != [array.tobytes() for array in after]:
        how = ("by a rounding error: + h and − h don't give the same bits. Keep the old value, and put it back."
               if close(after, before) else "in place. Work on a copy, or write z = z - 1 and not z -= 1.")
        raise NotRight(f"It changes what it was handed, {how}", "changed-input", input=shown, after=short(given))
    return result, [str(warning.message) for warning in caught]


def _stopped(seconds, shown):
    return NotRight(f"It was stopped after {seconds:g} seconds. Does a loop of yours come to its end?", "endless",
                    input=shown)


def _limited(function, arguments, seconds, shown):
    """Call the function for so many seconds at most."""
    if _parent:
        _send("call", seconds, shown)
        signal.setitimer(signal.ITIMER_PROF, seconds)  # it goes on behind the call: an array's repr may be endless too
        return function(*arguments)
    end, before = time.monotonic() + seconds, sys.gettrace()

    def trace(frame, event, _):
        if event == "call" and (frame.f_globals.get("__name__") or "").startswith("numpy"):
            return None  # no look at each of NumPy's lines
        if time.monotonic() > end:
            raise _stopped(seconds, shown)
        return trace

    sys.settrace(trace)
    try:
        return function(*arguments)
    finally:
        end = float("inf")
        sys.settrace(before)


@contextlib.contextmanager
def _refusing(lent):
    """Let labcore's functions refuse to run, but for those of the checks: the reader writes them."""
    ours = _ours(lent, len(sys.modules))
    try:
        for function, code in ours:
            function.__code__ = _refusal.__code__.replace(co_name=code.co_name, co_freevars=code.co_freevars)
        yield
    finally:
        for function, code in ours:
            function.__code__ = code


@functools.cache
def _ours(lent, modules):
    """Return those functions and methods with their code, while there are so many modules."""
    found = []
    for name, module in list(sys.modules.items()):
        checks = name.startswith("labcore.checks") and (lent or name != "labcore.checks.reference")
        for part in [] if checks or not name.startswith("labcore.") else vars(module).values():
            for one in (part, *vars(part).values()) if isinstance(part, type) else (part,):
                one = getattr(one, "__func__", one)
                # a generator's code is of another kind; what it calls refuses
                if inspect.isfunction(one) and one.__module__ == name and not inspect.isgeneratorfunction(one):
                    found.append((one, one.__code__))
    return found


def _refusal(*_, **__):
    import sys  # its code runs among the names of another module

    from labcore.checks.verdict import NotRight
    raise NotRight(f"It calls labcore's {sys._getframe().f_code.co_name}: write it with NumPy alone.", "borrowed")
