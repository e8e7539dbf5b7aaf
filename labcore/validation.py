"""Checks of what a person hands in. Each error says what was wrong, what was given, and what would do."""

import math
import os
from itertools import islice

import numpy as np

MOST_NUMBERS = 2**28  #: of an array: 2 GB of float64. More is refused before memory is asked for
MOST_ITEMS = 10**6  #: of a list: what has no end, has one here


def shown(value):
    """Return `value` as a short text for an error message.

    Parameters
    ----------
    value : object
        What was handed in.

    Returns
    -------
    str
        Its `repr`, or from 61 characters on its type and the first 40 of them.

    Examples
    --------
    >>> lab.validation.shown("a" * 100)
    "a str that starts 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
    """
    try:
        text = " ".join(repr(value).split())
    except Exception:  # of a foreign object; Python itself refuses to print an int of 4300 digits
        return f"a {type(value).__name__} that can't be shown"
    return text if len(text) <= 60 else f"a {type(value).__name__} that starts {text[:40]}"


def _is_whole(value):
    """Return whether it is an int of Python's or NumPy's; to NumPy a span of time is one, too."""
    return isinstance(value, (int, np.integer)) and not isinstance(value, (bool, np.timedelta64))


def whole_number(name, value, least=1, most=2**63 - 1):
    """Return `value` as an int from `least` to `most`; TypeError or ValueError otherwise.

    Parameters
    ----------
    name : str
        What the error calls it.
    value : int
        A Python or NumPy integer.
    least : int, default 1
        The smallest that will do.
    most : int, default 2**63 - 1
        The largest.

    Returns
    -------
    int
        The number, as Python's own int.

    Raises
    ------
    TypeError
        If it is no integer: 3.0 and True are none.
    ValueError
        If it is below `least` or above `most`.

    Examples
    --------
    >>> lab.validation.whole_number("epochs", 0)
    Traceback (most recent call last):
    ValueError: epochs must be a whole number of at least 1; got 0; for example 10
    """
    is_int = _is_whole(value)
    if is_int and value > most:
        raise ValueError(f"{name} must be a whole number of at most {most}; got {shown(value)}; for example "
                         f"{max(least, min(most, 10))}")
    if not is_int or value < least:
        raise (ValueError if is_int else TypeError)(
            f"{name} must be a whole number of at least {least}; got {shown(value)}; for example {max(least, 10)}")
    return int(value)


def real_numbers(name, value):
    """Return `value` as a new float array; TypeError if it holds anything but real numbers.

    Parameters
    ----------
    name : str
        What the error calls it.
    value : array_like
        Booleans, integers or floats, of any shape; nan and inf pass.

    Returns
    -------
    ndarray of float64
        A copy.

    Raises
    ------
    TypeError
        For text, complex numbers, None, or rows of different lengths.
    ValueError
        If they are more than `MOST_NUMBERS`, or one is too large for a float.

    Examples
    --------
    >>> lab.validation.real_numbers("x", [[0, 1], [True, False]]).tolist()
    [[0.0, 1.0], [1.0, 0.0]]
    """
    try:
        array = np.asarray(value)
    except Exception:  # rows of different lengths, or a foreign object's own trouble
        array = np.asarray(None)
    if array.dtype.kind == "O" and all(isinstance(one, (int, float)) for one in array.flat):  # a whole number of 2**64
        try:
            array = array.astype(float)
        except OverflowError:
            raise ValueError(f"{name} must hold numbers below 1.8e308, the largest float; got {shown(value)}") from None
    if array.dtype.kind not in "iufb":
        raise TypeError(f"{name} must hold real numbers, in rows of one length; got {shown(value)}")
    room(name, array.shape)
    with np.errstate(over="ignore"):  # from a wider kind of float, where it becomes inf
        return array.astype(float, order="C")  # results depend on the numbers, not on how they lie in memory


def in_range(name, value, low, high=np.inf, low_included=True):
    """Return a number, or an array of them, that lies between `low` and `high` (excluded).

    Parameters
    ----------
    name : str
        What the error calls it.
    value : float or array_like
        What was handed in; of an array every entry must lie there.
    low : float
        The lower end.
    high : float, default np.inf
        The upper end, itself not allowed; none if left out.
    low_included : bool, default True
        Whether `low` itself is allowed.

    Returns
    -------
    float or ndarray of float64
        A float for a single number.

    Raises
    ------
    TypeError
        If it holds anything but real numbers.
    ValueError
        If an entry lies outside or is nan, if there is no entry, or if it is True or False.

    Examples
    --------
    >>> lab.validation.in_range("beta", 0.9, 0, 1)
    0.9
    >>> lab.validation.in_range("lr", 0, 0, low_included=False)
    Traceback (most recent call last):
    ValueError: lr must lie in (0, inf); got 0; for example 0.1
    """
    array = real_numbers(name, value)
    above = array >= low if low_included else array > low
    if isinstance(value, (bool, np.bool_)) or array.size == 0 or not (above & (array < high)).all():
        raise ValueError(f"{name} must lie in {'[' if low_included else '('}{low:g}, {high:g}); got {shown(value)}; "
                         f"for example {0.1 if high > 1 else 0.9}")
    return float(array) if array.ndim == 0 else array


def number(name, value, low=-np.inf, high=np.inf, low_included=True):
    """Return `value` as a float between `low` and `high` (excluded).

    Parameters
    ----------
    name : str
        What the error calls it.
    value : float
        What was handed in.
    low : float, default -np.inf
        The lower end.
    high : float, default np.inf
        The upper end, itself not allowed.
    low_included : bool, default True
        Whether `low` itself is allowed; minus infinity never is.

    Returns
    -------
    float
        The number.

    Raises
    ------
    TypeError
        If it is no single real number.
    ValueError
        If it lies outside, or is nan, True or False.

    Examples
    --------
    >>> lab.validation.number("noise", [0.1, 0.2])
    Traceback (most recent call last):
    TypeError: noise must be a single number; got [0.1, 0.2]; for example 0.1
    """
    if np.ndim(real_numbers(name, value)):
        raise TypeError(f"{name} must be a single number; got {shown(value)}; for example 0.1")
    return in_range(name, value, low, high, low_included and low > -np.inf)


def room(name, *shapes):
    """Check that arrays of these shapes aren't larger than any machine's memory.

    Parameters
    ----------
    name : str
        What the error calls it.
    *shapes : tuple of int
        Shapes that arrays are about to have.

    Raises
    ------
    TypeError
        If one is no tuple of whole numbers.
    ValueError
        If one has more than `MOST_NUMBERS` numbers.

    Examples
    --------
    >>> lab.validation.room("n", (10**15, 2))
    Traceback (most recent call last):
    ValueError: n is too large: an array of shape (1000000000000000, 2) has more than 268435456 numbers; take fewer
    """
    for shape in shapes:
        if not isinstance(shape, tuple) or not all(map(_is_whole, shape)):
            raise TypeError(f"{name} must have a shape of whole numbers; got {shown(shape)}; for example (2, 3)")
        if math.prod(shape) > MOST_NUMBERS:
            raise ValueError(f"{name} is too large: an array of shape {shown(tuple(shape))} has more than "
                             f"{MOST_NUMBERS} numbers; take fewer")


def items(name, value, example):
    """Return what a list, tuple, range or other iterable holds, as a list.

    Parameters
    ----------
    name : str
        What the error calls it.
    value : iterable
        What was handed in; text and dicts don't do.
    example : str
        What would do.

    Returns
    -------
    list
        The items.

    Raises
    ------
    TypeError
        If it can't be gone through.
    ValueError
        If it has more than `MOST_ITEMS`.

    Examples
    --------
    >>> lab.validation.items("seeds", 20, "range(20)")
    Traceback (most recent call last):
    TypeError: seeds must be a list or another sequence; got 20; for example range(20)
    """
    try:
        found = None if isinstance(value, (str, bytes, dict)) else list(islice(value, MOST_ITEMS + 1))
    except Exception:  # of a foreign object
        found = None
    if found is None:
        raise TypeError(f"{name} must be a list or another sequence; got {shown(value)}; for example {example}")
    if len(found) > MOST_ITEMS:
        raise ValueError(f"{name} must have at most {MOST_ITEMS} items; got {shown(value)}; for example {example}")
    return found


def one_of(name, value, known):
    """Return `value` if it is one of the known texts.

    Parameters
    ----------
    name : str
        What the error calls it.
    value : str
        What was handed in.
    known : iterable of str
        What would do.

    Returns
    -------
    str
        The same text.

    Raises
    ------
    TypeError
        If it is no text.
    ValueError
        If it is another.

    Examples
    --------
    >>> lab.validation.one_of("what", "lost", ["loss", "accuracy"])
    Traceback (most recent call last):
    ValueError: what must be one of loss, accuracy; got 'lost'
    """
    known = list(known)
    if not isinstance(value, str) or value not in known:
        raise (ValueError if isinstance(value, str) else TypeError)(
            f"{name} must be one of {', '.join(map(str, known))}; got {shown(value)}")
    return value


def instance(name, value, kind, example):
    """Return `value` if it is of this class.

    Parameters
    ----------
    name : str
        What the error calls it.
    value : object
        What was handed in.
    kind : type
        What it has to be, a class or a subclass of it.
    example : str
        What makes one.

    Returns
    -------
    object
        The same object.

    Raises
    ------
    TypeError
        If it is of another class.

    Examples
    --------
    >>> lab.validation.instance("net", [2, 3, 1], lab.Network, "mlp([2, 10, 10, 1])")
    Traceback (most recent call last):
    TypeError: net must be a Network; got [2, 3, 1]; mlp([2, 10, 10, 1]) makes one
    """
    if not issubclass(type(value), kind):
        raise TypeError(f"{name} must be a {kind.__name__}; got {shown(value)}; {example} makes one")
    return value


def function(name, value, example):
    """Return `value` if it can be called.

    Parameters
    ----------
    name : str
        What the error calls it.
    value : callable
        What was handed in.
    example : str
        What would do.

    Returns
    -------
    callable
        The same function.

    Raises
    ------
    TypeError
        If it can't be called.

    Examples
    --------
    >>> lab.validation.function("init", "xavier", "labcore.initializers.normal")
    Traceback (most recent call last):
    TypeError: init must be a function; got 'xavier'; for example labcore.initializers.normal
    """
    if not callable(value):
        raise TypeError(f"{name} must be a function; got {shown(value)}; for example {example}")
    return value


def switch(name, value):
    """Return True or False for what counts as such.

    Parameters
    ----------
    name : str
        What the error calls it.
    value : bool
        What was handed in; numbers, None and the like count as Python has it.

    Returns
    -------
    bool
        The switch.

    Raises
    ------
    TypeError
        If it is neither true nor false, as an array.

    Examples
    --------
    >>> lab.validation.switch("bias", np.ones(2))
    Traceback (most recent call last):
    TypeError: bias must be True or False; got array([1., 1.])
    """
    try:
        return bool(value)
    except Exception:
        raise TypeError(f"{name} must be True or False; got {shown(value)}") from None


def generator(seed):
    """Return `numpy.random.default_rng` of a seed.

    Parameters
    ----------
    seed : int, sequence of int or numpy.random.Generator
        Where random numbers are drawn from.

    Returns
    -------
    numpy.random.Generator
        A new one, or the one that was handed in.

    Raises
    ------
    TypeError
        If it is none of them: None would give other numbers each time.
    ValueError
        If a number is below 0.

    Examples
    --------
    >>> lab.validation.generator(None)
    Traceback (most recent call last):
    TypeError: seed must be a whole number of at least 0, or a Generator; got None; for example 0
    """
    if isinstance(seed, np.random.Generator):
        return seed
    numbers = list(seed) if isinstance(seed, (list, tuple, range)) and len(seed) < 100 else [seed]
    if not numbers or not all(map(_is_whole, numbers)):
        raise TypeError(f"seed must be a whole number of at least 0, or a Generator; got {shown(seed)}; for example 0")
    if min(numbers) < 0:
        raise ValueError(f"seed must be a whole number of at least 0; got {shown(seed)}; for example 0")
    return np.random.default_rng(numbers if len(numbers) > 1 else int(numbers[0]))


def fits(shape, members):
    """Return whether an array of this shape broadcasts to the ensemble's shape without enlarging it.

    Parameters
    ----------
    shape : tuple of int
        Shape of the array.
    members : tuple of int
        Shape of the ensemble.

    Returns
    -------
    bool
        True also for (): one value for all.

    Examples
    --------
    >>> lab.validation.fits((8, 1), (8, 16)), lab.validation.fits((8,), (8, 16))
    (True, False)
    """
    return len(shape) <= len(members) and all(a in (1, b) for a, b in zip(shape[::-1], members[::-1]))


def table(name, value, shape, meaning):
    """Return `value` as finite floats whose last two axes are `shape`; a None in it may be any number above 0.

    Parameters
    ----------
    name : str
        What the error calls it.
    value : array_like
        What was handed in.
    shape : tuple of (int or None)
        The two sizes that are wanted.
    meaning : str
        What rows and columns are, for the error.

    Returns
    -------
    ndarray of float64
        A copy, of shape (..., rows, columns).

    Raises
    ------
    TypeError
        If it holds anything but real numbers.
    ValueError
        If it is empty, has another shape, or holds nan or inf: the first such place is named.

    Examples
    --------
    >>> lab.validation.table("x", [[1, 2]], (None, 2), "points in the plane").shape
    (1, 2)
    """
    array = real_numbers(name, value)
    if array.size == 0:
        raise ValueError(f"{name} is empty, with shape {array.shape}; at least one row is needed: {meaning}")
    if array.ndim < 2 or any(want not in (None, got) for want, got in zip(shape, array.shape[-2:])):
        wanted = ", ".join("n" if size is None else str(size) for size in shape)
        cures = {(shape[0],): f"{name}.reshape(-1, 1) makes it a column", (shape[1],): f"one row is {name}[None, :]"}
        raise ValueError(f"{name} must have shape ({wanted}), {meaning}; got {array.shape}; "
                         + cures.get(array.shape, f"check {name}.shape before the call"))
    if not np.isfinite(array).all():
        at = tuple(np.argwhere(~np.isfinite(array))[0].tolist())
        raise ValueError(f"{name} must be finite; got {name}{list(at)} = {array[at]}; remove or replace such rows")
    return array


def features(x, n_in):
    """Return `x` as finite floats of shape (..., n, n_in).

    Parameters
    ----------
    x : array_like
        Inputs, a row for each example.
    n_in : int
        How many columns the network takes.

    Returns
    -------
    ndarray of float64
        A copy.

    Raises
    ------
    TypeError, ValueError
        As `table` does.

    Examples
    --------
    >>> lab.validation.features([0.5, 0.4], 2)
    Traceback (most recent call last):
    ValueError: x must have shape (n, 2), a column for each input of the network; got (2,); one row is x[None, :]
    """
    return table("x", x, (None, n_in), "a column for each input of the network")


def targets(y, x, n_out):
    """Return `y` as finite floats of shape (..., n, n_out), a row for each row of `x`.

    Parameters
    ----------
    y : array_like
        Labels or other targets.
    x : ndarray
        Inputs (..., n, n_in) that they belong to.
    n_out : int
        How many outputs the network has.

    Returns
    -------
    ndarray of float64
        A copy.

    Raises
    ------
    TypeError, ValueError
        As `table` does.

    Examples
    --------
    >>> x, y = lab.generate_xor_easy()
    >>> lab.validation.targets(y, x, 1).shape
    (21, 1)
    """
    return table("y", y, (x.shape[-2], n_out), "a row for each row of x and a column for each output of the network")


def file_name(name, value):
    """Return the name of a file as text.

    Parameters
    ----------
    name : str
        What the error calls it.
    value : str, bytes or path-like
        What was handed in. Whether there is such a file isn't asked.

    Returns
    -------
    str
        The name, for functions of `os`.

    Raises
    ------
    TypeError
        If it is no path: a number, None, or a file that is open.
    ValueError
        If it is empty or holds a null character, so that no file can have that name.

    Examples
    --------
    >>> import pathlib
    >>> lab.validation.file_name("path", pathlib.Path("net.npz"))
    'net.npz'
    >>> lab.validation.file_name("path", 3)
    Traceback (most recent call last):
    TypeError: path must be the name of a file, a str or a pathlib.Path; got 3; for example 'net.npz'
    """
    try:
        path = os.fsdecode(value)
    except Exception:  # a foreign object's own trouble, too
        raise TypeError(f"{name} must be the name of a file, a str or a pathlib.Path; got {shown(value)}; for example "
                        "'net.npz'") from None
    try:
        known = bool(path) and b"\0" not in os.fsencode(path)
    except UnicodeEncodeError:
        known = False
    if not known:
        raise ValueError(f"{name} must be the name of a file; got {shown(value)}; for example 'net.npz'")
    return path
