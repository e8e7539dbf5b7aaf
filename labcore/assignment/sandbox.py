"""A process in which a notebook runs and then answers calls: with limits, and walls around it where the system has them.

It has a copy of what the lab's notebook imports, without anything that gives right functions away, and Python packages
that `HAS` names. What it sends is read as values (`checks.wire`) and nothing else.
"""

import contextlib
import importlib.metadata
import inspect
import os
import pathlib
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import warnings

import numpy as np

from .. import losses
from ..checks import wire
from ..checks.calling import RemoteError

HERE, LABCORE = pathlib.Path(__file__).resolve().parent, pathlib.Path(losses.__file__).resolve().parent
HAS = ("ipython", "ipywidgets", "matplotlib", "numpy", "tqdm")  #: packages, and those that they need
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/nix")  #: where Python's own libraries may be
BYTES, PROCESSES = 2 * 2**30, 64
ABSENT = "isn't there while the notebook is graded"

#: the labcore of the sandbox: its files, or their text
FILES = {
    "__init__.py": f"def __getattr__(name):\n    raise AttributeError(f'labcore.{{name}} ' + {ABSENT!r})\n",
    "assignment/__init__.py": "from .variants import PROBLEMS, problem, settings\n",
    "checks.py": "class Verdict:\n    right, what, sentence, mistake, shown = True, '', '', '', ()\n\n"
                 "def __getattr__(name):\n    return lambda *given, **named: Verdict()\n",
    "network.py": "class Network:\n    pass\n", "training.py": "class History:\n    pass\n",
    "losses.py": f"import numpy as np\n\n{inspect.getsource(losses.classify)}",
    "plots.py": "from .visual.plots import *\n", "visual/__init__.py": "",
    **{name: LABCORE / name for name in ("assignment/variants.py", "data.py", "inputs.py", "visual/plots.py")},
}


class Gone(BaseException):
    """The process has ended, or was ended; the text says why. No check's answer, so no Exception."""


def packages():
    """Return the paths of files and folders of the packages in `HAS` and of all that they need."""
    found, todo = {}, [*HAS]
    while todo:
        name = re.match(r"[\w.-]+", todo.pop())[0].lower().replace("_", "-")
        with contextlib.suppress(importlib.metadata.PackageNotFoundError):
            if name not in found:
                package = importlib.metadata.distribution(name)
                tops = {file.parts[0] for file in package.files or ()} - {"..", "__pycache__"}
                found[name] = [pathlib.Path(package.locate_file(top)) for top in tops]
                todo += [need for need in package.requires or () if "extra ==" not in need]
    return [path for paths in found.values() for path in paths]


def fill(world):
    """Copy into a folder what a sandbox has."""
    for name, text in FILES.items():
        (goal := world / "labcore" / name).parent.mkdir(parents=True, exist_ok=True)
        goal.write_text(text if isinstance(text, str) else text.read_text(encoding="utf-8"), encoding="utf-8")
    for path in (HERE / "worker.py", HERE / "walls.sh", wire.__file__):
        shutil.copy(path, world)
    (world / "packages").mkdir()
    for path in packages():
        if path.is_dir():
            shutil.copytree(path, world / "packages" / path.name, copy_function=linked, dirs_exist_ok=True,
                            ignore=shutil.ignore_patterns("tests"))
        elif path.exists():
            linked(path, world / "packages" / path.name)
    (world / "fonts").mkdir()  # found once: it takes matplotlib seconds
    subprocess.run([python(), "-I", "-S", "-c", f"import sys; sys.path.insert(0, {str(world / 'packages')!r}); "
                    "import matplotlib.font_manager"], env={"MPLCONFIGDIR": str(world / "fonts")}, capture_output=True)


def linked(source, goal):
    """Give a file a second name, as that is faster than a copy; copy it where that can't be."""
    try:
        os.link(source, goal)
    except OSError:
        shutil.copy2(source, goal)


def python():
    return getattr(sys, "_base_executable", None) or sys.executable


def kinds(world, image):
    """Yield (kind, command, options of Popen), the best first: how a worker may be started."""
    flags = [python(), "-I", "-S", "-B", str(world / "worker.py")]
    if image:
        program = shutil.which("docker") or shutil.which("podman")
        if not program:
            raise ValueError("--container needs Docker or Podman, and neither is on the PATH")
        yield "a container", [
            program, "run", "--rm", "--interactive", "--network=none", "--read-only", "--tmpfs=/tmp:size=64m",
            "--user=65534:65534", "--cap-drop=ALL", "--security-opt=no-new-privileges", f"--memory={BYTES}",
            f"--pids-limit={PROCESSES}", *(f"--volume={world / name}:/world/{name}:ro" for name in (
                "labcore", "worker.py", "wire.py")), image, "python", "-I", "-B", "/world/worker.py"], {}
        return
    walls = ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--net", "--ipc", "--fork", "--kill-child",
             "sh", str(world / "walls.sh"), str(world), str(pathlib.Path(sys.base_prefix).resolve()), *SYSTEM, "--"]
    if shutil.which("unshare"):
        yield "walls", [*walls, *flags[:-1], "/world/worker.py"], {}
    if os.geteuid() == 0:
        yield "another user", flags, {"user": 65534, "group": 65534, "extra_groups": ()}
    yield "limits alone", ["sh", "-c", '"$@"; exit $?', "sh", *flags], {}  # its parent is the shell, not the judge


@contextlib.contextmanager
def sandboxes(seconds=300, image=None):
    """Give (start, kind): a function that starts a sandbox, and the kind that the system has."""
    if os.name != "posix":
        raise ValueError("Grading needs Linux or macOS: on Windows, run it in WSL or in a container")
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        world = pathlib.Path(folder).resolve()
        world.chmod(0o755)
        fill(world)
        for kind, command, options in kinds(world, image):
            def start(command=command, options=options, kind=kind):
                limits = map(str, (seconds, BYTES, 0 if kind == "limits alone" else PROCESSES))
                return Sandbox([*command, *limits], options, seconds)

            try:
                with contextlib.closing(start()) as sandbox:
                    if not sandbox.ask("run", [[0, "import numpy, matplotlib.pyplot"]], 60):
                        break
            except (OSError, Gone, RemoteError):
                continue
        else:
            raise ValueError("No sandbox starts: does " + ("the container's image have Python and the packages?" if image
                             else f"{python()} -c 'import IPython, matplotlib' work?"))
        yield start, kind


class Sandbox:
    """One process: `ask` sends it a command, and `function` makes a function of it that any check takes."""

    def __init__(self, command, options, seconds):
        self.seconds, self.end = seconds, time.monotonic() + seconds
        self.socket, theirs = socket.socketpair()
        with theirs:
            self.process = subprocess.Popen(
                command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1",
                     "OMP_NUM_THREADS": "1"}, **options)

    def ask(self, command, *given, seconds=None):
        """Return the worker's answer to a command; RemoteError for an exception there, Gone if there is no answer."""
        message = wire.dump((seconds or self.seconds, command, *given))
        try:
            self._wait()
            self.socket.sendall(len(message).to_bytes(8) + message)
            size = int.from_bytes(self._read(8))
            kind, value = wire.load(self._read(size))
            if kind == "error":
                error = RemoteError(**{name: value[name] for name in ("kinds", "text", "line")})
        except TimeoutError:
            raise Gone(f"it took longer than {self.seconds} seconds") from None
        except OSError:
            raise Gone(self._why()) from None
        except (ValueError, TypeError, KeyError):
            raise Gone("what it sent can't be read") from None
        if kind == "error":
            raise error
        return value

    def _wait(self):
        self.socket.settimeout(max(self.end - time.monotonic(), 1e-3))

    def _read(self, size):
        if size > wire.LIMIT:
            raise ValueError
        data = bytearray()
        while len(data) < size:
            self._wait()
            data += (part := self.socket.recv(min(size - len(data), 2**20)))
            if not part:
                raise ConnectionError
        return bytes(data)

    def _why(self):
        """Return how it came to its end."""
        try:
            status = self.process.wait(2)
        except subprocess.TimeoutExpired:
            return "it closed the line to the judge"
        if status in (-signal.SIGXCPU, 128 + signal.SIGXCPU) or time.monotonic() > self.end:
            return f"it took longer than {self.seconds} seconds"
        return f"its process ended, with status {status}"

    def function(self, handle, title="function"):
        """Return a function, by its name or number in the worker, that a check takes as any other."""
        def remote(*given, **named):
            (number, value), after, warned = self.ask("call", handle, given, named, seconds=self.seconds / 15)
            put_back(given, after)
            for text in warned:
                warnings.warn(str(text), stacklevel=2)
            return value if number is None else self.function(int(number))

        remote.remote, remote.__name__ = True, title
        return remote

    def close(self):
        """End the process and all of its group."""
        self.socket.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def put_back(mine, theirs):
    """Do to arguments what was done to them in the worker."""
    if isinstance(mine, np.ndarray) and isinstance(theirs, np.ndarray) and mine.shape == theirs.shape:
        mine[...] = theirs
    elif isinstance(mine, (list, tuple)) and isinstance(theirs, (list, tuple)):
        if len(mine) == len(theirs):
            for one, other in zip(mine, theirs):
                put_back(one, other)
        elif isinstance(mine, list):
            mine[:] = theirs
