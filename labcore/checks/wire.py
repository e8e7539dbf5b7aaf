"""Values as bytes that another process may read without trust: JSON with arrays in base64, no pickle.

    >>> from labcore.checks import wire
    >>> wire.load(wire.dump([1.5, {"lr": np.arange(3)}]))
    [1.5, {'lr': array([0, 1, 2])}]

What travels: None, bool, int, float, str, lists, tuples, dicts with str keys, SimpleNamespace, NumPy's arrays and
scalars of real numbers, what makes such an array of itself (as other libraries' tensors do), and generators of random
numbers (PCG64) with their state. Anything else arrives as `Foreign`: the name of its type and how it was shown, which
a check tells as no array. `load` raises ValueError for all that `dump` doesn't write, and looks at the size first.
"""

import base64
import json
import re
from dataclasses import dataclass
from types import SimpleNamespace

import numpy as np

LIMIT = 64_000_000  #: bytes of a message
DEEPEST = 20  #: lists in lists


@dataclass(frozen=True, repr=False)
class Foreign:
    """What couldn't travel: the name of its type, and the first 200 characters of its repr."""
    kind: str
    text: str

    def __repr__(self):
        return self.text or f"a {self.kind}"


def dump(value):
    """Return a value as bytes."""
    return json.dumps(_plain(value, 0)).encode()


def _plain(value, depth):
    """Return a value in JSON's types: all but the simplest as an object that says its kind."""
    def inner(values):
        return [_plain(one, depth + 1) for one in values]

    if value is None or isinstance(value, (bool, int, float, str)) and not isinstance(value, np.generic):
        return value if type(value) in (bool, int, float, str, type(None)) else _foreign(value)
    if isinstance(value, (list, tuple, dict, SimpleNamespace)) and depth < DEEPEST:
        if isinstance(value, (list, tuple)):
            return inner(value) if isinstance(value, list) else {"kind": "tuple", "parts": inner(value)}
        entries = value if isinstance(value, dict) else vars(value)
        if all(type(key) is str for key in entries):
            kind = "dict" if isinstance(value, dict) else "namespace"
            return {"kind": kind, "names": list(entries), "parts": inner(entries.values())}
    if isinstance(value, np.random.Generator) and isinstance(value.bit_generator, np.random.PCG64):
        return {"kind": "generator", "state": value.bit_generator.state}
    if isinstance(value, Foreign):
        return {"kind": "foreign", "type": value.kind, "text": value.text}
    if hasattr(value, "__array__") and not isinstance(value, type):
        try:
            array = np.asarray(value)
        except Exception:
            return _foreign(value)
        if array.dtype.kind in "biuf" and array.dtype.itemsize <= 8 and array.nbytes <= LIMIT // 2:
            data = base64.b64encode(np.ascontiguousarray(array).tobytes()).decode()
            return {"kind": "scalar" if isinstance(value, np.generic) else "array", "dtype": array.dtype.str,
                    "shape": array.shape, "data": data}
    return _foreign(value)


def _foreign(value):
    try:
        text = repr(value)[:200]
    except Exception:  # an object that can't be shown
        text = ""
    return {"kind": "foreign", "type": type(value).__name__[:200], "text": text}


def load(data):
    """Return the value of bytes that `dump` has made; ValueError for others."""
    if len(data) > LIMIT:
        raise ValueError(f"a message of {len(data)} bytes; at most {LIMIT} are read")
    try:
        return _value(json.loads(data))
    except (KeyError, TypeError, AttributeError, RecursionError, OverflowError, MemoryError) as error:
        raise ValueError(f"no message of this kind: {error}") from None


def _value(plain):
    """Return what JSON's types stand for."""
    if isinstance(plain, list):
        return [_value(one) for one in plain]
    if not isinstance(plain, dict):
        return plain
    kind = plain["kind"]
    if kind == "tuple":
        return tuple(map(_value, plain["parts"]))
    if kind in ("dict", "namespace"):
        entries = {str(name): _value(one) for name, one in zip(plain["names"], plain["parts"], strict=True)}
        return entries if kind == "dict" else SimpleNamespace(**entries)
    if kind == "generator":
        bits = np.random.PCG64(0)
        bits.state = plain["state"]
        return np.random.Generator(bits)
    if kind == "foreign":
        return Foreign(str(plain["type"]), str(plain["text"]))
    if kind not in ("array", "scalar") or not re.fullmatch(r"[<>|][biuf][1248]", plain["dtype"]):
        raise ValueError(f"no kind of value: {str(kind)[:40]}")
    numbers = np.frombuffer(base64.b64decode(plain["data"], validate=True), plain["dtype"]).reshape(plain["shape"])
    return numbers.copy() if kind == "array" else numbers[()]
