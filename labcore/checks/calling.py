"""Calling a reader's function so that whatever it does is an answer: an exception, None, NaN, an endless loop.

On Linux a check runs as a whole in a forked child, which the system ends when a call has used `SECONDS` of CPU time.
Elsewhere (in the browser there is no fork, on macOS it isn't safe) it runs here, under a trace that looks at the clock.
A call of labcore's own functions is refused, in a child in its first tenth of a second: the reader writes them.

A function with an attribute `remote = True` is called here, unwatched: it asks another process. It takes arguments by
keyword too, does to them what was done there, and returns the result, a remote function for what is callable or has a
method `update`. It raises `RemoteError` for an exception there; another BaseException passes through all checks.
"""

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
import warnings

import numpy as np

from .results import NotRight, Verdict, arrays, close, parts, short

SECONDS = 5.0  #: of CPU time that a call may take
WAITING = 6  #: so many times as long it may wait, as time.sleep does
PRINTED = 20_000  #: characters that are passed on of what a function prints
FORKS = sys.platform == "linux"
_parent = None  #: in a forked child, the end of the pipe to whom it answers


def check(what):
    """Make a function that raises NotRight into a check, which returns a Verdict and never raises.

    It returns the sentence of a right answer, or that and the name of a remark. `what` may name its arguments. Where
    the check's argument `seed` is None, one is drawn, which a wrong answer shows.
    """
    def decorate(function):
        @functools.wraps(function)
        def answer(*args, **kwargs):
            given = inspect.signature(function).bind(*args, **kwargs)
            given.apply_defaults()
            values = given.arguments
            if drawn := values.get("seed", 0) is None:
                values["seed"] = int(np.random.default_rng().integers(100_000))
            title = what.format(**{name: getattr(value, "__name__", value) for name, value in values.items()})
            remote = {bool(getattr(value, "remote", False)) for value in values.values() if callable(value)}
            said = (_in_child if FORKS and not _parent and remote == {False} else _judged)(function, values)
            if not isinstance(said, NotRight):
                return Verdict(True, title, *parts(said))
            shown = said.shown | ({"repeat": f"seed={values['seed']}"} if drawn and said.shown else {})
            return Verdict(False, title, said.sentence, said.mistake, tuple(shown.items()))

        return answer

    return decorate


def _judged(function, values):
    """Return what a check's function returns, or the NotRight that it raises."""
    try:
        return function(**values)
    except NotRight as wrong:
        return wrong
    except Exception as error:  # a name that isn't one, or an object that can't even be looked at
        what = traceback.format_exception_only(error)[-1].strip()
        return NotRight(f"The check can't read what it was given: {what}.", "unreadable")


class _Passing(io.TextIOBase):
    """Standard output of the child: what is printed there is printed by its parent."""
    left = PRINTED

    def write(self, text):
        if self.left > 0:
            _parent.send(("print", text[:self.left]))
            self.left -= len(text)
        return len(text)


def _in_child(function, values):
    """Return what `_judged` does in a forked process, or the NotRight that says how that ended."""
    from multiprocessing.connection import Pipe  # the browser has none
    global _parent
    ours, theirs = Pipe(duplex=False)
    with warnings.catch_warnings(action="ignore"):  # of the kernel's threads: the child doesn't wait for them
        process = os.fork()
    if process == 0:
        try:
            _parent = theirs
            signal.signal(signal.SIGPROF, signal.SIG_DFL)  # it ends the process, whatever that catches
            sys.stdin, sys.stdout = io.StringIO(), _Passing()
            sys.stderr = sys.stdout
            _parent.send(("answer", _judged(function, values)))
        finally:
            os._exit(0)
    theirs.close()
    late, seconds, stopped = True, SECONDS, NotRight("It was stopped before it was called.", "endless")
    try:
        while ours.poll(WAITING * seconds):
            match ours.recv():
                case "print", text:
                    print(text, end="")
                case "call", seconds, stopped:
                    pass
                case "answer", said:
                    return said
    except EOFError:
        late = False
    finally:
        ours.close()
        os.kill(process, signal.SIGKILL)
        code = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    if late or code == -signal.SIGPROF:
        return stopped
    return NotRight("It ended Python itself, as a crash does.", "raises", **stopped.shown)


def call(function, *arguments, seconds=None):
    """Return what the reader's function makes of copies of the arguments, and the texts of its warnings."""
    if not callable(function):
        raise NotRight(f"{short(function)} is no function: hand in its name, without brackets.", "not-a-function")
    given, shown = copy.deepcopy(arguments), short(arguments)
    with warnings.catch_warnings(record=True, action="always") as caught, np.errstate(all="warn"):
        try:
            remote = getattr(function, "remote", False)
            result = function(*given) if remote else _watched(function, given, seconds or SECONDS, shown)
        except (Exception, SystemExit) as error:
            raise told(error, shown) from None
    before, after = arrays(arguments), arrays(given)
    if [array.tobytes() for array in before] != [array.tobytes() for array in after]:
        how = ("by a rounding error: + h and − h don't give the same bits. Keep the old value, and put it back."
               if close(after, before) else "in place. Work on a copy, or write z = z - 1 and not z -= 1.")
        raise NotRight(f"It changes what it was handed, {how}", "changed-input", input=shown, after=short(given))
    return result, [str(warning.message) for warning in caught]


def _watched(function, arguments, seconds, shown):
    """Call the function for so many seconds at most, and refuse calls of labcore's."""
    def watch(frame, event, _):
        module = frame.f_globals.get("__name__") or ""
        if event == "call" and re.match(r"labcore\.(?!checks)|labcore\.checks\.reference", module):
            taken.append(NotRight(f"It calls labcore's {frame.f_code.co_name}: write it with NumPy alone.", "borrowed"))
            raise taken[0]
        if event == "call" and module.startswith("numpy"):
            return None  # no look at each of NumPy's lines
        if time.monotonic() > end:
            if not _parent:
                raise stopped
            sys.setprofile(None)  # who borrows does so early, and calls are faster unwatched
        return watch

    stopped = NotRight(f"It was stopped after {seconds:g} seconds. Does a loop of yours come to its end?", "endless",
                       input=shown)
    taken, end = [], time.monotonic() + (0.1 if _parent else seconds)
    set_watch, before = (sys.setprofile, sys.getprofile()) if _parent else (sys.settrace, sys.gettrace())
    if _parent:
        _parent.send(("call", seconds, stopped))
        signal.setitimer(signal.ITIMER_PROF, seconds)  # it goes on behind the call: a repr may be endless too
    try:
        set_watch(watch)
        return function(*arguments)
    finally:
        set_watch(before)
        if taken:  # the reader's own except may have caught it
            raise taken[0]


class RemoteError(Exception):
    """An exception of another process: the names of its kinds ("TimeoutError" if it was stopped), text, and line."""

    def __init__(self, kinds, text="", line=""):
        super().__init__(kinds, text, line)


def told(error, shown):
    """Return the NotRight that says what is known of an exception; `shown` is the input."""
    others = tuple(map(os.path.dirname, (os.__file__, os.path.dirname(__file__), np.__file__)))
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(others)]
    here = [kind.__name__ for kind in type(error).__mro__], str(error), ["", *lines][-1]
    kinds, text, line = error.args if isinstance(error, RemoteError) else here
    mistake, sentence = next(said for kind, words, *said in EXPLAINED if kind in kinds and re.search(words, text))
    if mistake == "unwritten" or kinds[0] == "TimeoutError":
        return NotRight(sentence, mistake)
    return NotRight(f"It raised {kinds[0]}{text and ': '}{text}. {sentence}".strip(), mistake, input=shown,
                    **{"line": line} if line else {})


#: a kind of exception, words in its text, the name of the mistake, and what is said of it
EXPLAINED = [
    ("NotImplementedError", "", "unwritten", "It isn't written yet: put your lines in the place of the raise."),
    ("RecursionError", "", "endless", "It calls itself without end."),
    ("TimeoutError", "", "endless", "It was stopped. Does a loop of yours come to its end?"),
    ("ValueError", "matmul|not aligned", "product-order", "The sizes beside the @ don't meet: another order, or a .T?"),
    ("ValueError", "broadcast", "broadcast", "Two arrays don't fit: print their shapes just before that line."),
    ("ValueError", "truth value", "one-number",
     "if, and, or, max(…) take one number, not an array: np.where(z >= 0, …, …) and np.maximum(z, 0) decide for each."),
    ("TypeError", "only (length-1|size-1|0-dim)", "one-number", "math.exp, float take one number: np.exp takes each."),
    ("TypeError", "bitwise_xor|for \\^", "power", "In Python ^ is no power: write z ** 2."),
    ("ValueError", "values to unpack", "unpack", "There are more things or fewer than names: print len(…)."),
    ("Exception", "casting", "integer", "It writes decimals into whole numbers: begin with np.asarray(z, float)."),
    ("UnboundLocalError", "", "unbound", "To change a variable of the function around, say nonlocal; or use self."),
    ("TypeError", "(positional|keyword) argument", "arguments", "Look at the arguments in its def line."),
    ("BaseException", "", "raises", ""),
]
