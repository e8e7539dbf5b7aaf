"""Calling a reader's function so that whatever it does is an answer: an exception, None, NaN, an endless loop."""

import copy
import functools
import inspect
import re
import signal
import sys
import threading
import time
import traceback
import warnings

import numpy as np

from .results import arrays, close, parts, short
from .verdict import NotRight, Verdict

SECONDS = 5.0  #: how long a call may take


def check(what):
    """Make a function that raises NotRight into a check, which returns a Verdict and never raises.

    It returns the sentence of a right answer, or that sentence and the name of a remark. `what` may name its arguments.
    """
    def decorate(function):
        signature = inspect.signature(function)

        @functools.wraps(function)
        def answer(*args, **kwargs):
            title = function.__name__
            try:
                given = signature.bind(*args, **kwargs)
                given.apply_defaults()
                title = what.format(**{name: getattr(value, "__name__", value)
                                       for name, value in given.arguments.items()})
                return Verdict(True, title, *parts(function(*args, **kwargs)))
            except NotRight as wrong:
                return Verdict(False, title, wrong.sentence, wrong.mistake, wrong.shown)
            except Exception as error:  # a name that isn't one, or an object that can't even be looked at
                return Verdict(False, title, f"The check can't read what it was given: {_text(error)}.", "unreadable")

        return answer

    return decorate


def _text(error):
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def call(function, *arguments, seconds=None, lent=()):
    """Return what the reader's function makes of copies of the arguments, and the texts of its warnings.

    NotRight is raised for all that isn't a result. `lent` are functions of labcore that the reader was handed.
    """
    if not callable(function):
        raise NotRight(f"What was handed in is no function: it is {short(function)}. Hand in the function's name, "
                       "without brackets.", "not-a-function")
    given, seconds = copy.deepcopy(arguments), seconds or SECONDS
    late = NotRight(f"It was stopped after {seconds:g} seconds. Does a loop of yours come to its end?", "endless",
                    input=short(arguments))
    with warnings.catch_warnings(record=True) as caught, np.errstate(all="warn"):
        warnings.simplefilter("always")
        try:
            result = _traced(function, given, seconds, late, {part.__code__ for part in lent})
        except NotImplementedError:
            raise NotRight("It isn't written yet: it raises NotImplementedError. Put your lines in its place.",
                           "unwritten") from None
        except RecursionError:
            raise NotRight("It calls itself without end (RecursionError).", "endless", input=short(arguments)) from None
        except (Exception, SystemExit) as error:
            mistake, sentence = next(told for kind, words, *told in EXPLAINED
                                     if isinstance(error, kind) and re.search(words, str(error)))
            raise NotRight(f"It raised {_text(error)}. {sentence}".strip(), mistake, input=short(arguments)) from None
    before, after = arrays(arguments), arrays(given)
    if len(before) != len(after) or not all(map(functools.partial(np.array_equal, equal_nan=True), before, after)):
        if len(before) == len(after) and all(map(close, after, before)):
            raise NotRight("It changes what it was handed, by a rounding error: adding h and taking it off again "
                           "doesn't give the same bits. Keep the old value, and put it back.", "changed-input")
        raise NotRight("It changes what it was handed, in place. Who called it still needs that array: work on a copy, "
                       "or write z = z - 1 and not z -= 1.", "changed-input", input=short(arguments),
                       after=short(given))
    return result, [str(warning.message) for warning in caught]


def _traced(function, arguments, seconds, late, allowed):
    """Call the function under a trace, which raises `late` in time, and sees whether it calls labcore's functions.

    A trace can't end a loop that catches all; where there is an alarm clock (not on Windows, not in the browser) it
    rings besides, again and again.
    """
    end = time.monotonic() + seconds
    clock = hasattr(signal, "setitimer") and threading.current_thread() is threading.main_thread()

    def ring(number, frame):
        # not while this function itself tidies up: the alarm would then never be switched off
        if time.monotonic() > end and frame.f_code is not _traced.__code__:
            raise late

    def trace(frame, event, _):
        if event == "call":
            module, caller = (each.f_globals.get("__name__") or "" for each in (frame, frame.f_back))
            if module.startswith("numpy") or module == __name__:
                return None  # no look at each of NumPy's lines, only at whom it calls; nor at the alarm's
            if module.startswith("labcore."):
                if any(each.f_code in allowed for each, _ in traceback.walk_stack(frame)):
                    return None  # what was lent may call labcore, and comes to its end
                ours = module.startswith("labcore.checks.") and module != "labcore.checks.reference"
                if not (ours and caller.startswith("labcore.")):  # by itself, or handed to a check
                    raise NotRight(f"It calls labcore's {frame.f_code.co_name}. The point is to write it yourself, "
                                   "with NumPy alone.", "borrowed")
        if time.monotonic() > end:
            raise late
        return trace

    before = sys.gettrace()
    handler = signal.signal(signal.SIGALRM, ring) if clock else None
    if clock:
        signal.setitimer(signal.ITIMER_REAL, seconds, 0.1)
    sys.settrace(trace)
    try:
        return function(*arguments)
    finally:
        end = float("inf")
        sys.settrace(before)
        if clock:
            signal.setitimer(signal.ITIMER_REAL, 0)
            signal.signal(signal.SIGALRM, handler)


#: a kind of exception, words in its text, the name of the mistake, and what is said of it
EXPLAINED = [
    (ValueError, "matmul|not aligned", "product-order",
     "The sizes beside the @ don't meet: is the product in the wrong order, or a .T too many or too few?"),
    (ValueError, "broadcast", "broadcast",
     "Two arrays don't fit each other: print their shapes just before that line."),
    (Exception, "casting", "integer",
     "It writes decimal numbers into an array of whole ones. Begin with z = np.asarray(z, dtype=float)."),
    (UnboundLocalError, "", "unbound", "A name that a function assigns to is its own. To change the variable of the "
     "function around, say nonlocal first; or keep it in self."),
    (TypeError, "positional argument", "arguments", "Look at the arguments in its def line."),
    (BaseException, "", "raises", ""),
]
