"""What runs in the sandbox: a notebook's statements, then the calls that the judge sends. Nobody trusts its answers.

They are lines of JSON, which makes plain values and runs nothing. Beside what that has, tuples travel, functions by
their numbers, and real numbers in arrays or in what makes an array of itself.
"""

import json
import linecache
import os
import pathlib
import shutil
import sys
import tempfile
import traceback
from types import SimpleNamespace

import numpy as np

LIMIT = 8_000_000  #: bytes of a message


def to_bytes(value):
    """Return a value as a line; what can't travel goes as its repr, which for checks is no array."""
    line = json.dumps(_marked(value)).encode() + b"\n"
    if len(line) > LIMIT:
        raise ValueError(f"{len(line)} bytes are too many: {LIMIT} are read")
    return line


def _marked(value):
    """Return a value made of what JSON has, with {mark: what it is made of} for what it hasn't."""
    if value is None or type(value) in (bool, int, float, str):
        return value
    if isinstance(value, (list, tuple)):
        parts = [_marked(part) for part in value]
        return {"__tuple__": parts} if isinstance(value, tuple) else parts
    if isinstance(value, dict):
        return {str(name): _marked(part) for name, part in value.items()}
    try:
        function = value if callable(value) else getattr(value, "update", None)  # an optimizer's
        if callable(function):
            handles.append(function)
            return {"__function__": len(handles) - 1}
        array = np.asarray(value if hasattr(value, "__array__") else None)
        if array.dtype.kind in "biuf" and array.dtype.itemsize <= 8:
            return {"__array__": [array.dtype.str, array.shape, array.tobytes().hex()]}
        return repr(value)[:200]
    except Exception:  # an object that can't even be looked at
        return f"a {type(value).__name__}"


def from_bytes(line, function=int):
    """Return the value of a line that `to_bytes` has made, `function(number)` for functions; ValueError for others."""
    made = {"__tuple__": tuple, "__array__": _array, "__function__": function}

    def unmarked(found):
        return next((made[mark](parts) for mark, parts in found.items() if mark in made), found)

    try:
        return json.loads(line, object_hook=unmarked)
    except Exception as error:
        raise ValueError(f"no message of this kind: {error}") from None


def _array(parts):
    dtype, shape, data = parts
    array = np.frombuffer(bytes.fromhex(data), dtype).reshape(shape)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"no array of numbers, but of {dtype}")
    return array.copy()[()]  # without axes, it is a scalar


def run(statements):
    """Run (number of a cell, statement): one that fails stops no other. Return (number, error) of those."""
    failed = []
    for order, (number, source) in enumerate(statements):
        file = f"<cell {number}.{order}>"
        linecache.cache[file] = len(source), None, source.splitlines(True), file
        try:
            exec(compile(source, file, "exec"), names)
        except BaseException as error:
            failed.append((number, described(error)))
    return failed


def call(function, given, named):
    """Call a function by its name or number; return its result, and the arguments after it."""
    return (names[function] if isinstance(function, str) else handles[function])(*given, **named), given


def train(x, y, setting, watched):
    """Train with the notebook's parts, and see what they get: the parameters at the watched calls of `backward`."""
    seen, losses = {"calls": 0, "steps": [], "last": []}, []
    names["__seen__"] = lambda: seen | {"losses": losses[-1:]}

    def forward(x, params, *more, **named):
        seen["last"] = params
        return names["forward"](x, params, *more, **named)

    def backward(trace, y, params, *more, **named):
        seen["calls"] += 1
        if seen["calls"] in watched:
            seen["steps"].append([np.array(param) for param in params])
        return names["backward"](trace, y, params, *more, **named)

    parts = SimpleNamespace(**names | {"forward": forward, "backward": backward})
    return names["train"](x.copy(), y.copy(), parts, losses=losses, setting=SimpleNamespace(**setting))


names = {"__name__": "__main__", "display": print, "__train__": train}  #: of the notebook
handles = []  #: functions that its functions returned


def described(error):
    """Return an exception as `labcore.checks.calling.RemoteError` takes it."""
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("<cell")]
    return {"kinds": [kind.__name__ for kind in type(error).__mro__], "text": str(error)[:500],
            "line": ["", *lines][-1] or ""}


def main():
    asked, answers = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):  # what a notebook prints, and asks for
        os.dup2(nothing, number)
    os.chdir(own := tempfile.mkdtemp())
    os.environ |= {"HOME": own, "MPLCONFIGDIR": own, "IPYTHONDIR": own, "MPLBACKEND": "agg"}
    for path in pathlib.Path(sys.path[0]).glob("fontlist*.json"):
        shutil.copy(path, own)
    for line in asked:
        try:
            command, *given = from_bytes(line)
            answer = to_bytes(({"run": run, "call": call}[command](*given), None))
        except BaseException as error:
            answer = to_bytes((None, described(error)))
        answers.write(answer)
        answers.flush()


if __name__ == "__main__":
    main()
