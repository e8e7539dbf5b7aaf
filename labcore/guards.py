"""Guards of functions of arrays: compute first, and look at what was handed in only if that fails."""

import functools
import inspect

import numpy as np

from .validation import MOST_NUMBERS, room, shown, switch


def guarded(function, complain=None):
    """Make a function of arrays quiet about overflow, and tell in a sentence what it can't compute with.

    What is handed in is looked at only when the computation has failed, so that it costs nothing otherwise.

    Parameters
    ----------
    function : callable
        A function of arrays. `bare` gives it back.
    complain : callable, optional
        Takes the arguments by name and the error, and raises a better one, or returns if it knows none; `blame` if left
        out.

    Returns
    -------
    callable
        A function of the same arguments, which raises TypeError if one of them is no array of real numbers, and
        ValueError if their shapes don't fit.

    Examples
    --------
    >>> @lab.guards.guarded
    ... def add(x, y):
    ...     return x + y
    >>> add(np.ones(2), np.ones(3))
    Traceback (most recent call last):
    ValueError: add can't compute with x of shape (2,), y of shape (3,)
    """
    signature = inspect.signature(function)

    def guard(*args, **kwargs):
        for value in (*args, *kwargs.values()):
            if isinstance(value, np.ndarray) and value.size > MOST_NUMBERS:
                room("an array", value.shape)
        try:
            with np.errstate(all="ignore"):  # numbers too large for a float become inf
                return function(*args, **kwargs)
        except NotImplementedError:
            raise
        except Exception as error:
            given = signature.bind(*args, **kwargs).arguments
            if complain:
                complain(given, error)
                raise
            blame(function.__name__, {name: value for name, value in given.items() if name != "self"}, error)

    functools.update_wrapper(guard, function)
    guard.__code__ = guard.__code__.replace(co_name=function.__name__)  # so that a trace of calls has its name
    return guard


def bare(function):
    """Return what a guarded function or method computes, for the library's own use: where all arguments are known.

    Parameters
    ----------
    function : callable
        One that was decorated, or any other.

    Returns
    -------
    callable
        What was decorated, bound to the same object; any other function as it is.

    Examples
    --------
    >>> from labcore.guards import bare
    >>> bare(lab.sigmoid)(np.zeros(2)).tolist(), bare(len) is len
    ([0.5, 0.5], True)
    """
    written = getattr(function, "__wrapped__", function)
    owner = getattr(function, "__self__", None)
    return written if owner is None or written is function else written.__get__(owner)


def blame(what, given, error):
    """Raise an error of one sentence about the arguments with which a computation has failed.

    Parameters
    ----------
    what : str
        What was computed.
    given : dict of {str: object}
        The arguments by name; those that were handed in as True or False may be anything that counts as such.
    error : Exception
        What NumPy said, or None.

    Raises
    ------
    TypeError
        If one of them holds anything but real numbers.
    ValueError
        If all are arrays.

    Examples
    --------
    >>> lab.guards.blame("forward", {"x": None}, None)
    Traceback (most recent call last):
    TypeError: x must be an array of real numbers; got None; np.asarray makes one
    """
    for name, value in given.items():
        if name == "needs_dx":
            switch(name, value)
        elif not isinstance(value, np.ndarray) or value.dtype.kind not in "iufb":
            raise TypeError(f"{name} must be an array of real numbers; got {shown(value)}; "
                            "np.asarray makes one") from error
    shapes = ", ".join(f"{name} of shape {value.shape}" for name, value in given.items() if name != "needs_dx")
    raise ValueError(f"{what} can't compute with {shapes}") from error
