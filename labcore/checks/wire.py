"""Values as bytes that another process may read without trust: JSON with arrays in base64, no pickle.

    >>> from labcore.checks import wire
    >>> wire.load(wire.dump([1.5, {"lr": np.arange(3)}]))
    [1.5, {'lr': array([0, 1, 2])}]

What travels: None, bool, int, float, str, lists, tuples, dicts with str keys, SimpleNamespace, and real numbers in
arrays, NumPy's scalars or what makes an array of itself. Anything else arrives as `Foreign`, which checks tell as no
array. `load` raises ValueError for all that `dump` doesn't write.
"""

import base64
import json
import re
from types import SimpleNamespace

import numpy as np

LIMIT = 64_000_000  #: bytes of a message
DEEPEST = 20  #: lists in lists


class Foreign:
    """What couldn't travel: the name of its type, and the first 200 characters of its repr."""

    def __init__(self, kind, text):
        self.kind, self.text = kind, text

    def __repr__(self):
        return self.text or f"a {self.kind}"


def dump(value):
    """Return a value as bytes."""
    return json.dumps(_plain(value, 0)).encode()


def _plain(value, depth):
    """Return a value in JSON's types: all but the simplest as {kind: what it is made of}."""
    if type(value) in (bool, int, float, str, type(None)):
        return value
    if isinstance(value, (list, tuple)) and depth < DEEPEST:
        return {"list" if isinstance(value, list) else "tuple": [_plain(one, depth + 1) for one in value]}
    if isinstance(value, (dict, SimpleNamespace)) and depth < DEEPEST:
        entries = value if isinstance(value, dict) else vars(value)
        if all(type(name) is str for name in entries):
            return {"dict" if entries is value else "namespace": {name: _plain(one, depth + 1)
                                                                  for name, one in entries.items()}}
    try:
        array = np.asarray(value if hasattr(value, "__array__") else None)
        if array.dtype.kind in "biuf" and array.dtype.itemsize <= 8 and array.nbytes <= LIMIT // 2:
            return {"scalar" if isinstance(value, np.generic) else "array":
                    [array.dtype.str, array.shape, base64.b64encode(array.tobytes()).decode()]}
        text = repr(value)[:200]
    except Exception:  # an object that can't even be looked at
        text = ""
    return {"foreign": [type(value).__name__[:200], text]}


def load(data):
    """Return the value of bytes that `dump` has made; ValueError for others."""
    if len(data) > LIMIT:
        raise ValueError(f"a message of {len(data)} bytes; at most {LIMIT} are read")
    try:
        return _value(json.loads(data))
    except (LookupError, TypeError, AttributeError, RecursionError, OverflowError, MemoryError) as error:
        raise ValueError(f"no message of this kind: {error}") from None


def _value(plain):
    """Return what JSON's types stand for."""
    if not isinstance(plain, (dict, list)):
        return plain
    (kind, parts), = plain.items()
    if kind in ("list", "tuple"):
        return [*map(_value, parts)] if kind == "list" else tuple(map(_value, parts))
    if kind in ("dict", "namespace"):
        entries = {name: _value(one) for name, one in parts.items()}
        return entries if kind == "dict" else SimpleNamespace(**entries)
    if kind == "foreign":
        return Foreign(*map(str, parts))
    dtype, shape, data = parts
    if kind not in ("array", "scalar") or not re.fullmatch(r"[<>|][biuf][1248]", dtype):
        raise ValueError(f"no kind of value: {kind[:40]}")
    numbers = np.frombuffer(base64.b64decode(data, validate=True), dtype).reshape(shape)
    return numbers.copy() if kind == "array" else numbers[()]
