"""What runs in the sandbox: a notebook's statements, then the calls that the judge sends. Nobody trusts its answers.

They are bytes of msgpack, which makes plain values and runs nothing. Beside what that has, tuples travel, and real
numbers in arrays or in what makes an array of itself:

    >>> from labcore.assignment import worker
    >>> worker.from_bytes(worker.to_bytes([1.5, {"lr": np.arange(3)}]))
    [1.5, {'lr': array([0, 1, 2])}]

`sandbox` copies this file to where labcore's right functions are not.
"""

import linecache
import os
import pathlib
import shutil
import sys
import tempfile
import traceback
from types import SimpleNamespace

import msgpack
import numpy as np

LIMIT = 4_000_000  #: bytes of a message
TUPLE, ARRAY = (msgpack.ExtType(kind, b"") for kind in range(2))


def to_bytes(value):
    """Return a value as bytes; what can't travel goes as its repr, which for checks is no array."""
    data = msgpack.packb(value, default=_marked, strict_types=True, unicode_errors="replace")
    if len(data) > LIMIT:
        raise ValueError(f"{len(data)} bytes are too many: {LIMIT} are read")
    return data


def _marked(value):
    """Return what msgpack doesn't know as {mark: what it is made of}."""
    if isinstance(value, tuple):
        return {TUPLE: list(value)}
    try:
        array = np.asarray(value if hasattr(value, "__array__") else None)
        if array.dtype.kind in "biuf" and array.dtype.itemsize <= 8:
            return {ARRAY: [array.dtype.str, array.shape, array.tobytes()]}
        return repr(value)[:200]
    except Exception:  # an object that can't even be looked at
        return f"a {type(value).__name__}"


def from_bytes(data):
    """Return the value of bytes that `to_bytes` has made; ValueError for others."""
    try:
        return msgpack.unpackb(data[:LIMIT], object_pairs_hook=_unmarked, strict_map_key=False)
    except (LookupError, TypeError) as error:
        raise ValueError(f"no message of this kind: {error}") from None


def _unmarked(pairs):
    if all(type(name) is str for name, _ in pairs):
        return dict(pairs)
    (mark, parts), *more = pairs
    if more or not isinstance(mark, msgpack.ExtType):
        return "a dict whose keys aren't all names"
    return {TUPLE: tuple, ARRAY: _array}[mark](parts)


def _array(parts):
    dtype, shape, data = parts
    array = np.frombuffer(data, dtype).reshape(shape)
    if array.dtype.kind not in "biuf":
        raise ValueError(f"no array of numbers, but of {dtype}")
    return array.copy()[()]  # without axes, it is a scalar


# ---- what the judge asks for ----

names = {"__name__": "__main__", "display": print}  #: of the notebook
handles, runs = [], []


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


def has(name):
    return callable(names.get(name))


def stand_in(name, source):
    """Put a right function in the place of the notebook's."""
    exec(source, own := {})
    names[name] = own[name]


def call(function, given, named):
    """Call a function by its name or number; return its result as `_result` does, and the arguments after it."""
    function = handles[function] if isinstance(function, int) else names[function]
    return _result(function(*given, **named)), given


def _result(result):
    """Return (number, None) of what can be called, or has a method `update`, and (None, value) of others."""
    function = result if callable(result) or isinstance(result, dict) else getattr(result, "update", None)
    if not callable(function):
        return None, result
    handles.append(function)
    return len(handles) - 1, None


def train(x, y, setting, watched):
    """Train with the notebook's parts; keep the parameters at those calls of `backward` whose numbers are watched."""
    run = {"calls": 0, "steps": [], "last": [], "losses": []}
    runs.append(run)

    def forward(x, params, *more, **named):
        run["last"] = params
        return names["forward"](x, params, *more, **named)

    def backward(trace, y, params, *more, **named):
        run["calls"] += 1
        if run["calls"] in watched:
            run["steps"].append([np.array(param) for param in params])
        return names["backward"](trace, y, params, *more, **named)

    parts = SimpleNamespace(**names | {"forward": forward, "backward": backward})
    return _result(names["train"](x, y, parts, losses=run["losses"], setting=SimpleNamespace(**setting)))


def seen():
    """Return what was seen of the last run."""
    return runs[-1] | {"losses": runs[-1]["losses"][-1:]}


def described(error):
    """Return an exception as `labcore.checks.calling.RemoteError` takes it."""
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("<cell")]
    return {"kinds": [kind.__name__ for kind in type(error).__mro__], "text": str(error)[:500],
            "line": ["", *lines][-1] or ""}


def answer(message):
    """Return the answer to a message as bytes: (value, None), or (None, error)."""
    try:
        command, *given = from_bytes(message)
        return to_bytes((globals()[command](*given), None))
    except BaseException as error:
        return to_bytes((None, described(error)))


def main():
    from multiprocessing.connection import Connection  # the browser has none
    asked, answers = (Connection(os.dup(number)) for number in range(2))  # two pipes, in a container
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):  # what a notebook prints, and asks for
        os.dup2(nothing, number)
    os.chdir(own := tempfile.mkdtemp())
    os.environ |= {"HOME": own, "MPLCONFIGDIR": own, "IPYTHONDIR": own, "MPLBACKEND": "agg"}
    for path in pathlib.Path(sys.path[0]).glob("fontlist*.json"):
        shutil.copy(path, own)
    while True:  # until it is ended
        answers.send_bytes(answer(asked.recv_bytes()))


if __name__ == "__main__":
    main()
