"""Checks of what a person hands in. Each error says what was wrong, what was given, and what would do."""

import numpy as np


def shown(value):
    """Return `value` as a short text for an error message."""
    text = repr(value)
    return text if len(text) <= 60 else f"a {type(value).__name__} that starts {text[:40]}"


def whole_number(name, value, least=1):
    """Return `value` as an int of at least `least`; TypeError or ValueError otherwise."""
    is_int = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_int or value < least:
        raise (ValueError if is_int else TypeError)(
            f"{name} must be a whole number of at least {least}; got {shown(value)}; for example {max(least, 10)}")
    return int(value)


def real_numbers(name, value):
    """Return `value` as a new float array; TypeError if it holds anything but real numbers."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in "iufb":
        raise TypeError(f"{name} must hold real numbers, in rows of one length; got {shown(value)}")
    return array.astype(float)


def in_range(name, value, low, high=np.inf, low_included=True):
    """Return a number, or an array of them, that lies between `low` and `high` (excluded)."""
    array = real_numbers(name, value)
    above = array >= low if low_included else array > low
    if isinstance(value, bool) or array.size == 0 or not (above & (array < high)).all():
        raise ValueError(f"{name} must lie in {'[' if low_included else '('}{low:g}, {high:g}); got {shown(value)}; "
                         f"for example {0.1 if high > 1 else 0.9}")
    return float(array) if array.ndim == 0 else array


def fits(shape, members):
    """Return whether an array of this shape broadcasts to the ensemble's shape without enlarging it."""
    return len(shape) <= len(members) and all(a in (1, b) for a, b in zip(shape[::-1], members[::-1]))


def table(name, value, shape, meaning):
    """Return `value` as finite floats whose last two axes are `shape`; a None in it may be any number above 0."""
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
    """Return `x` as finite floats of shape (..., n, n_in)."""
    return table("x", x, (None, n_in), "a column for each input of the network")


def targets(y, x, n_out):
    """Return `y` as finite floats of shape (..., n, n_out), a row for each row of `x`."""
    return table("y", y, (x.shape[-2], n_out), "a row for each row of x and a column for each output of the network")
