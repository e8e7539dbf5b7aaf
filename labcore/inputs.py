"""What a person hands in, looked at once: an error says what was wrong, what was given, and what would do."""

import contextlib
import sys

import numpy as np


def shown(value):
    """Return a value as a short text for an error."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"a {type(value).__name__} that starts {text[:40]}"


def whole_number(name, value, least=1, most=np.inf):
    """Return `value` as an int from `least` to `most`."""
    is_int = isinstance(value, (int, np.integer)) and not isinstance(value, bool)
    if not is_int or not least <= value <= most:
        limits = f"at least {least}" + (f" and at most {most}" if most < np.inf else "")
        raise (ValueError if is_int else TypeError)(f"{name} must be a whole number of {limits}; got {shown(value)}; "
                                                    f"for example {min(max(least, 10), most)}")
    return int(value)


def real_numbers(name, value):
    """Return `value` as a new float array, in C order: results depend on the numbers, not on how they lie in memory."""
    try:
        array = np.asarray(value)
    except ValueError:  # rows of different lengths
        array = np.asarray(None)
    if array.dtype.kind not in "iufb":
        raise TypeError(f"{name} must hold real numbers, in rows of one length; got {shown(value)}")
    return array.astype(float, order="C")


def number(name, value, low=-np.inf, high=np.inf, low_included=True, many=False):
    """Return a number as a float, or `many` as an array, from `low` to below `high`."""
    array = real_numbers(name, value)
    if array.ndim and not many:
        raise TypeError(f"{name} must be a single number; got {shown(value)}; for example 0.1")
    above = array >= low if low_included and low > -np.inf else array > low
    if isinstance(value, bool) or array.size == 0 or not (above & (array < high)).all():
        raise ValueError(f"{name} must lie in {'[' if low_included else '('}{low:g}, {high:g}); got {shown(value)}; "
                         f"for example {0.1 if high > 1 else 0.9}")
    return float(array) if array.ndim == 0 else array


def switch(name, value):
    """Return True or False; a text such as "no" is neither."""
    if not isinstance(value, (bool, np.bool_)):
        raise TypeError(f"{name} must be True or False; got {shown(value)}")
    return bool(value)


def items(name, value, example):
    """Return what a list, tuple, range or array holds, as a list."""
    if isinstance(value, (str, bytes, dict)) or not hasattr(value, "__iter__"):
        raise TypeError(f"{name} must be a list or another sequence; got {shown(value)}; for example {example}")
    return list(value)


def generator(seed):
    """Return `numpy.random.default_rng` of a seed; a Generator as it is."""
    return seed if isinstance(seed, np.random.Generator) else np.random.default_rng(whole_number("seed", seed, 0))


def check_members(name, shape, members):
    """Raise ValueError unless an array of this shape broadcasts to the ensemble's without enlarging it."""
    if len(shape) > len(members) or any(a not in (1, b) for a, b in zip(shape[::-1], members[::-1])):
        raise ValueError(f"{name} must be one for all networks, or one for each of the ensemble {members}; got "
                         f"{shape}; mlp(seed=...) with an array of seeds makes an ensemble")


def table(name, value, shape, meaning):
    """Return `value` as finite floats whose last two axes are `shape`, where None stands for any number."""
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


def features(x, net):
    """Return `x` as finite floats of shape (..., n, n_in) for a network or an ensemble."""
    x = table("x", x, (None, net.n_in), "a column for each input of the network")
    check_members("x", x.shape[:-2], net.members)
    return x


def targets(y, x, net):
    """Return `y` as finite floats of shape (..., n, n_out), a row for each row of `x`."""
    y = table("y", y, (x.shape[-2], net.n_out), "a row for each row of x and a column for each output of the network")
    check_members("y", y.shape[:-2], net.members)
    return y


def parts(module, is_one):
    """Return {name: part} of what a module itself defines and `is_one` takes: a new one is known from its first day."""
    return {name: part for name, part in vars(sys.modules[module]).items()
            if getattr(part, "__module__", "") == module and name[0] != "_" and is_one(part)}


def pick(name, value, known, is_one=lambda value: True, what="a part"):
    """Return the part that was handed in: itself, or its name (case, "_" and "-" don't matter), or its class."""
    def plain(text):
        return text.replace("_", "").replace("-", "").casefold()

    part = {plain(one): part for one, part in known.items()}.get(plain(value)) if isinstance(value, str) else value
    if part is None and value is not None:
        raise ValueError(f"{name} must be one of {', '.join(known)}; got {shown(value)}")
    if isinstance(part, type) and not is_one(part):
        with contextlib.suppress(TypeError):  # it needs arguments
            part = part()
    if not is_one(part):
        raise TypeError(f"{name} must be {what}; got {shown(value)}; there are {', '.join(known)}")
    return part
