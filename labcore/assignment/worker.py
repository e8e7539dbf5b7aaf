"""What runs in the sandbox: a notebook's statements, then the calls that the judge sends. Nobody trusts its answers.

`sandbox` copies this file and `wire` to where labcore's right functions are not.

    python worker.py PACKAGES SECONDS BYTES PROCESSES
"""

import linecache
import os
import pathlib
import shutil
import sys
import tempfile
import traceback
from types import SimpleNamespace

HERE = pathlib.Path(__file__).resolve().parent
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
    import numpy
    exec(source, own := {"np": numpy})
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
    """Train with the notebook's parts; keep what those calls of `backward` were handed whose numbers are watched."""
    seen, losses = SimpleNamespace(calls=0, steps=[], last=[]), []

    def forward(x, params, *more, **named):
        seen.last = params
        return names["forward"](x, params, *more, **named)

    def backward(trace, y, params, *more, **named):
        if seen.steps and len(seen.steps[-1]) == 3:
            seen.steps[-1].append(copied(params))
        if seen.calls in watched:
            seen.steps.append([copied(trace[0]), copied(y), copied(params)])
        seen.calls += 1
        return names["backward"](trace, y, params, *more, **named)

    others = {name: lambda *given, name=name, **named: names[name](*given, **named)
              for name in ("initial", "loss", "loss_gradient", "update", "sigmoid", "sigmoid_slope", "momentum")}
    parts = SimpleNamespace(forward=forward, backward=backward, **others)
    predict = names["train"](x, y, parts, losses=losses, setting=setting)
    runs.append((seen, losses))
    return _result(predict), len(runs) - 1


def seen(number):
    """Return what was seen of a run: how many calls, the steps, the last parameters, the first and the last loss."""
    run, losses = runs[number]
    return run.calls, run.steps, run.last, losses[:1] + losses[-1:]


def copied(value):
    import numpy
    return [copied(part) for part in value] if isinstance(value, (list, tuple)) else numpy.array(value)


def described(error):
    """Return an exception as `labcore.checks.calling.RemoteError` takes it."""
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("<cell")]
    return {"kinds": [kind.__name__ for kind in type(error).__mro__], "text": str(error)[:500],
            "line": ["", *lines][-1] or ""}


def answer(message):
    """Return the answer to a message as bytes, ("value", ...) or ("error", ...)."""
    import wire
    try:
        command, *given = wire.load(message)
        return wire.dump(("value", globals()[command](*given)))
    except BaseException as error:
        return wire.dump(("error", described(error)))


def main():
    import resource  # not on Windows
    sys.path = [str(HERE), *sys.path, *filter(None, sys.argv[1].split(os.pathsep))]
    reading, writing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):  # what a notebook prints, and asks for
        os.dup2(nothing, number)
    seconds, size, processes = map(int, sys.argv[2:])
    for name, most in (("CPU", seconds), ("AS", size), ("FSIZE", 2**24), ("NPROC", processes)):
        try:
            resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most) if most else (-1, -1))
        except (ValueError, OSError):  # macOS has no limit of memory
            pass
    os.chdir(own := tempfile.mkdtemp())
    os.environ |= {"HOME": own, "MPLCONFIGDIR": own, "IPYTHONDIR": own, "MPLBACKEND": "agg"}
    for path in HERE.glob("fontlist*.json"):
        shutil.copy(path, own)
    while size := int.from_bytes(reading.read(8)):
        message = answer(reading.read(size))
        writing.write(len(message).to_bytes(8) + message)
        writing.flush()


if __name__ == "__main__":
    main()
