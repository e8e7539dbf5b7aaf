"""What runs in the sandbox: the cells of a notebook, and then the calls that the judge sends. Nobody trusts its answers.

`sandbox` copies this file, and `wire`, to where labcore's right functions are not.

    python worker.py SECONDS BYTES PROCESSES
"""

import ast
import linecache
import os
import pathlib
import resource
import shutil
import signal
import sys
import tempfile
import traceback
import warnings
from types import SimpleNamespace

DEFINING = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign)


class Late(BaseException):
    """The time is over; no Exception, so that a student's ``except Exception`` lets it pass."""


def ring(*_):
    raise Late


class Worker:
    """A notebook's namespace, and the commands that the judge may send."""

    def __init__(self):
        from IPython.core.interactiveshell import InteractiveShell
        from traitlets.config import Config

        self.shell = InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
        self.names, self.handles, self.runs = self.shell.user_ns, [], []

    def run(self, cells, seconds, definitions=False):
        """Run cells, pairs (number, source), a statement at a time: an import that fails stops no other line.

        With `definitions` only those. Return (number, error) of what failed.
        """
        failed = []
        for number, source in cells:
            name = f"<cell {number}>"
            signal.setitimer(signal.ITIMER_PROF, seconds, 0.2)
            try:
                linecache.cache[name] = len(source), None, source.splitlines(True), name
                for statement in ast.parse(self.shell.transform_cell(source)).body:
                    if definitions and (not isinstance(statement, DEFINING) or isinstance(statement, ast.Assign) and any(
                            isinstance(part, ast.Call) for part in ast.walk(statement))):
                        continue
                    try:
                        exec(compile(ast.Module([statement], []), name, "exec"), self.names)
                    except Late:
                        raise
                    except BaseException as error:
                        failed.append((number, described(error)))
            except BaseException as error:  # it took too long, or doesn't parse
                failed.append((number, described(error)))
        return failed

    def kinds(self, names):
        """Return {name: whether it is there, and can be called}."""
        return {name: callable(self.names[name]) for name in names if name in self.names}

    def stand_in(self, sources):
        """Put right functions in the place of the notebook's: {name: source}."""
        import numpy
        for name, source in sources.items():
            exec(source, own := {"np": numpy})
            self.names[name] = own[name]

    def call(self, function, given, named):
        """Call a function by its name or number; return its result, or the number of one that can be called, and more."""
        function = self.handles[function] if isinstance(function, int) else self.names[function]
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            return self._result(function(*given, **named)), given, [str(warning.message) for warning in caught[:9]]

    def _result(self, result):
        """Return (handle, value): a result that can be called, or whose method `update` can, gets a handle."""
        function = getattr(result, "update", None) if not callable(result) and not isinstance(result, dict) else result
        if not callable(function):
            return None, result
        self.handles.append(function)
        return len(self.handles) - 1, None

    def train(self, x, y, setting, watched):
        """Train with the notebook's parts, and keep what the calls of `backward` whose numbers are watched were handed."""
        run, names, losses = SimpleNamespace(calls=0, steps=[], last=[]), self.names, []

        def forward(x, params, *more, **named):
            run.last = params
            return names["forward"](x, params, *more, **named)

        def backward(trace, y, params, *more, **named):
            if run.steps and len(run.steps[-1]) == 3:
                run.steps[-1].append(copied(params))
            if run.calls in watched:
                run.steps.append([copied(trace[0]), copied(y), copied(params)])
            run.calls += 1
            return names["backward"](trace, y, params, *more, **named)

        others = {name: lambda *given, name=name, **named: names[name](*given, **named)
                  for name in ("initial", "loss", "loss_gradient", "update", "sigmoid", "sigmoid_slope", "momentum")}
        parts = SimpleNamespace(forward=forward, backward=backward, **others)
        predict = names["train"](x, y, parts, losses=losses, setting=setting)
        self.runs.append((run, losses))
        return self._result(predict), len(self.runs) - 1

    def seen(self, number):
        """Return what was seen of a training run: how many calls, the steps, the last parameters, the losses."""
        run, losses = self.runs[number]
        return run.calls, run.steps, run.last, losses[:1] + losses[-1:]


def copied(value):
    """Return lists of arrays, as they are now."""
    import numpy
    return [copied(part) for part in value] if isinstance(value, (list, tuple)) else numpy.array(value)


def described(error):
    """Return what `labcore.checks.calling.RemoteError` takes: kinds, text and the student's line."""
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if frame.filename.startswith("<cell")]
    if isinstance(error, Late):
        return {"kinds": ["TimeoutError"], "text": "", "line": [*lines, ""][-1] or ""}
    return {"kinds": [kind.__name__ for kind in type(error).__mro__], "text": str(error)[:500],
            "line": ["", *lines][-1] or ""}


def answer(worker, message):
    """Return the answer to a message as bytes: ("value", ...) or ("error", ...), in the time that it gives."""
    import wire
    try:
        seconds, command, *given = wire.load(message)
        signal.setitimer(signal.ITIMER_PROF, seconds, 0.2)
        try:
            return wire.dump(("value", getattr(worker, command)(*given)))
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except BaseException as error:
        return wire.dump(("error", described(error)))


def main():
    reading, writing = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nothing = os.open(os.devnull, os.O_RDWR)
    for number in range(3):  # what a notebook prints, and asks for
        os.dup2(nothing, number)
    seconds, size, processes = map(int, sys.argv[1:])
    for name, most in (("CPU", seconds), ("AS", size), ("FSIZE", 2**24), ("NPROC", processes), ("CORE", 0)):
        if most or name == "CORE":
            try:
                resource.setrlimit(getattr(resource, f"RLIMIT_{name}"), (most, most))
            except (ValueError, OSError):  # macOS has no limit of memory
                pass
    here, own = pathlib.Path(__file__).resolve().parent, tempfile.mkdtemp()
    os.environ |= {"HOME": own, "MPLCONFIGDIR": own, "IPYTHONDIR": own, "MPLBACKEND": "agg"}
    for path in (here / "fonts").glob("*.json"):
        shutil.copy(path, own)
    os.chdir(own)
    sys.path[:0] = [str(here), str(here / "packages")]
    sys.dont_write_bytecode = True
    signal.signal(signal.SIGPROF, ring)
    worker = Worker()
    while size := int.from_bytes(reading.read(8)):
        message = answer(worker, reading.read(size))
        writing.write(len(message).to_bytes(8) + message)
        writing.flush()


if __name__ == "__main__":
    main()
