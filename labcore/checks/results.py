"""What a check answers, and how it reads what a reader's function returned: is it an array of numbers, near another?"""

import html
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True, repr=False)
class Verdict:
    """The answer of a check. It is true where the work is right, so `assert checks.sigmoid(mine)` reads as it should.

    `mistake` is the short name of a known mistake, or of a remark on right work; "" if there is none. `shown` holds the
    lines that show it, pairs such as ("expected", "0.5").
    """
    right: bool
    what: str
    sentence: str
    mistake: str = ""
    shown: tuple = ()

    def __bool__(self):
        return self.right

    def __repr__(self):
        width = max((len(name) for name, _ in self.shown), default=0)
        return "\n".join([f"{'Right' if self.right else 'Not yet'} ({self.what}). {self.sentence}",
                          *(f"    {name:{width}} {text}" for name, text in self.shown)])

    def _repr_html_(self):
        rows = "".join(f"<tr><th scope='row'>{html.escape(name)}</th><td><code>{html.escape(text)}</code></td></tr>"
                       for name, text in self.shown)
        kind, word = ("right", "Right") if self.right else ("not-yet", "Not yet")
        return (f"<div class='verdict {kind}'><p><strong>{word}</strong> ({html.escape(self.what)}). "
                f"{html.escape(self.sentence)}</p>{rows and f'<table>{rows}</table>'}</div>")


class NotRight(BaseException):
    """Something is wrong with the reader's work; it becomes the verdict. Lines to show by name, `shown`.

    It isn't an Exception, so that the reader's own `except Exception` lets it pass.
    """

    def __init__(self, sentence, mistake="", **shown):
        super().__init__(sentence)
        self.sentence, self.mistake, self.shown = sentence, mistake, shown


def parts(value):
    """Return a list or tuple as it is, and one array as a list of it."""
    return value if isinstance(value, (list, tuple)) else [value]


def arrays(value):
    """Return the arrays in nested lists, in order."""
    if isinstance(value, (list, tuple)):
        return [array for part in value for array in arrays(part)]
    return [value] if isinstance(value, np.ndarray) else []


def flat(value):
    """Return the numbers of an array, or of a list of arrays, as one vector."""
    return np.concatenate([np.ravel(part) for part in parts(value)] or [[]])


def numbers(result, shape, what="It returns", known=()):
    """Return a result as an array of float64 (or the reader's float32) of that shape; NotRight says what it is instead.

    With `what` the sentence begins; `known` has (mistake, hint) for some wrong shapes. NaN and inf pass here.
    """
    if result is None:
        raise NotRight(f"{what} nothing (None). Write the lines that are missing, and end with return.", "unwritten")
    try:
        array = np.asarray(result)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    real = array.dtype.kind in "biuf"
    if real and array.shape == shape:
        return array if array.dtype == np.float32 else array.astype(float)
    if isinstance(result, tuple):
        raise NotRight(f"{what} {len(result)} things, with a comma between. One array is asked for.", "tuple")
    if not real:
        raise NotRight(f"{what} {short(result)}, which isn't an array of numbers.", "not-numbers")
    reduced = "reduced", "An axis is gone, summed or maximized over: np.max(x, 0) does that, np.maximum(x, 0) doesn't."
    usual = {(): reduced, shape[1:]: reduced, shape[::-1]: ("transposed", "That is the transpose."),
             shape[:1]: ("flat", "A column has two axes: keep both, with keepdims=True or reshape(-1, 1).")}
    if shape[1:] == (1,):
        usual[shape[:1] * 2] = "spread", f"({shape[0]},) met {shape}: NumPy spread it. y.reshape(-1, 1) is a column."
    other = ("shape", "") if shape else ("not-reduced", "One number is asked for, the mean of them all.")
    mistake, hint = (usual | dict(known)).get(array.shape, other)
    raise NotRight(f"{what} an array of shape {array.shape}; it should be {shape}. {hint}".strip(), mistake)


def finite(array, what="It returns", **shown):
    """Return an array; NotRight where it has NaN or inf, with lines to show."""
    if not np.isfinite(array).all():
        which = "nan" if np.isnan(array).any() else "inf"
        raise NotRight(f"{what} {which}: was it a division by 0, a log of 0, or exp of a large number?", "nan",
                       **shown or {"got": short(array)})
    return array


def close(got, expected, loose=0):
    """Return whether two arrays, or lists of them, are equal, nan to nan, up to single precision, or to `loose`."""
    got, expected = flat(got), flat(expected).astype(float)
    # numbers in double precision may still come of some in float32, or of finite differences
    rtol, atol = (1e-4, 1e-5) if got.dtype == np.float32 else (1e-5, 1e-6)
    with np.errstate(all="ignore"):
        scale = max(np.nanmax(np.abs(expected), initial=0), 0.01)
        return got.size == expected.size and np.allclose(got, expected, max(rtol, loose), max(atol, loose) * scale,
                                                         equal_nan=True)


def short(value, digits=4):
    """Return a value as one short line: an array's numbers to so many digits, a large array by its shape."""
    if isinstance(value, np.ndarray):
        return np.array2string(value, precision=digits, separator=", ").replace("\n", "") if value.size <= 12 else (
            f"an array of shape {value.shape} that starts {value.flat[0]:.{digits}g}, {value.flat[1]:.{digits}g}")
    if isinstance(value, (float, np.floating)):
        return f"{value:.4g}"
    if isinstance(value, np.random.Generator):
        return "rng"
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
