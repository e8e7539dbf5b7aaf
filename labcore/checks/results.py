"""Reading what a reader's function returned: whether it is an array of numbers, near another, and how it is shown."""

import numpy as np

from .verdict import Found


def same(one, other):
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other, equal_nan=True) if one.dtype.kind == "f" else np.array_equal(one, other)
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    return True


def leaves(value):
    """Return the arrays in nested lists, in order."""
    if isinstance(value, (list, tuple)):
        return [leaf for part in value for leaf in leaves(part)]
    return [value] if isinstance(value, np.ndarray) else []


def numbers(result, shape, given, name="It"):
    """Return a result as a finite float array of that shape; Found says what it is instead. `given`: the arguments.

    Parameters
    ----------
    result : object
        What a function returned.
    shape : tuple of int
        What its shape should be.
    given : tuple
        The arguments that it was called with, to be shown.
    name : str, default "It"
        How a sentence about it begins.

    Returns
    -------
    ndarray
        Of float64, or float32 where the reader works in it. Whether it is finite, `finite` says.

    Raises
    ------
    Found
        If it is None, no array of numbers, or of another shape.

    Examples
    --------
    >>> from labcore.checks.results import numbers
    >>> numbers([1, 2], (2,), ())
    array([1., 2.])
    >>> numbers(None, (2,), ())
    Traceback (most recent call last):
        ...
    labcore.checks.verdict.Found: It returns nothing (None). Write the lines that are missing, and end with return.
    """
    if result is None:
        raise Found(f"{name} returns nothing (None). Write the lines that are missing, and end with return.",
                    "unwritten")
    try:
        array = np.asarray(result)
        if array.dtype.kind not in "biuf":
            raise TypeError
        array = array if array.dtype == np.float32 else array.astype(float)
    except (TypeError, ValueError):
        array = None
    if isinstance(result, tuple) and (array is None or array.shape != shape):
        raise Found(f"{name} returns {len(result)} things, with a comma between. One array is asked for.", "tuple")
    if array is None:
        raise Found(f"{name} returns {short(result)}, which isn't an array of numbers.", "not-numbers")
    if array.shape != shape:
        raise Found(f"{name} returns an array of shape {array.shape}; it should be {shape}. {_shape_hint(array, shape)}"
                    .strip(), _shape_mistake(array.shape, shape), input=short(given))
    return array


def finite(array, given, name="It"):
    """Raise Found where an array has NaN or inf.

    Parameters
    ----------
    array : ndarray
        What a function returned.
    given : tuple
        The arguments that it was called with, to be shown.
    name : str, default "It"
        How the sentence about it begins.

    Raises
    ------
    Found
        For the first of both that it has, NaN before inf.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.checks.results import finite
    >>> from labcore.checks.verdict import Found
    >>> finite(np.array([1.0, 2.0]), ())
    >>> try:
    ...     finite(np.array([1.0, np.inf]), ())
    ... except Found as found:
    ...     print(found.mistake)
    nan
    """
    if not np.isfinite(array).all():
        raise Found(f"{name} returns {'nan' if np.isnan(array).any() else 'inf'}. Which operation made it: a division "
                    "by 0, a log of 0, or exp of a large number?", "nan", input=short(given), got=short(array))


def _shape_mistake(got, shape):
    if len(shape) == 2 and got == (shape[0], shape[0]) and shape[1] == 1:
        return "spread"
    if len(shape) == 2 and got == shape[:1]:
        return "flat"
    return "transposed" if got == shape[::-1] else "shape"


def _shape_hint(array, shape):
    if not shape:
        return "One number is asked for."
    return {"spread": f"({shape[0]},) met ({shape[0]}, 1), and NumPy spread them: reshape the labels to a column.",
            "flat": "A column has two axes: keep both, with keepdims=True or reshape(-1, 1).",
            "transposed": "That is the transpose.", "shape": ""}[_shape_mistake(array.shape, shape)]


def close(got, expected):
    """Return whether two arrays are equal, nan to nan, up to the rounding of the type that the reader works in.

    Parameters
    ----------
    got, expected : array_like
        The reader's, and the right one.

    Returns
    -------
    bool
        Whether the shapes are the same and all numbers within 1e-7 of their size, or 1e-4 in float32.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.checks.results import close
    >>> close(0.1 + 0.2, 0.3), close(0.301, 0.3), close(np.float32(0.3), 0.300001)
    (True, False, True)
    """
    got, expected = np.asarray(got), np.asarray(expected, dtype=float)
    rtol, atol = (1e-4, 1e-5) if got.dtype == np.float32 else (1e-7, 1e-10)
    with np.errstate(all="ignore"):
        scale = max(np.nanmax(np.abs(expected), initial=0), 1e-3)
        return got.shape == expected.shape and np.allclose(got, expected, rtol, atol * scale, equal_nan=True)


def short(value, digits=4):
    """Return a value as a short text: numbers to so many digits, large arrays by their shape.

    Parameters
    ----------
    value : object
        An array, a number, a function, or a list or tuple of them; of anything else, its repr.
    digits : int, default 4
        Digits of an array's numbers.

    Returns
    -------
    str
        One line.

    Examples
    --------
    >>> import numpy as np
    >>> from labcore.checks.results import short
    >>> short(np.array([1 / 3, 2.0])), short(np.zeros((4, 4))), short(len)
    ('[0.3333, 2.    ]', 'an array of shape (4, 4) that starts 0, 0', 'len')
    """
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=digits, separator=", ").replace("\n", "") if value.size <= 12 else (
            f"an array of shape {value.shape} that starts {value.flat[0]:.{digits}g}, {value.flat[1]:.{digits}g}")
    if isinstance(value, (float, np.floating)):
        return f"{value:.4g}"
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return ", ".join(map(short, value))
    if isinstance(value, list):
        if len(value) > 2 and all(isinstance(array, np.ndarray) for array in value):
            return f"{len(value)} arrays of shapes {', '.join(str(array.shape) for array in value)}"
        return f"[{', '.join(map(short, value))}]"
    if callable(value):
        return getattr(value, "__name__", type(value).__name__)
    text = repr(value)
    return text if len(text) <= 60 else f"a {type(value).__name__} that starts {text[:40]}"
