"""A process in which a notebook runs and then answers calls: with limits, and with walls where the system has them.

It has the installed packages, and of labcore a copy of what the lab's notebook imports, without anything that gives
right functions away. What it sends is read as values and nothing else.
"""

import contextlib
import functools
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

from matplotlib import font_manager

from ..checks.calling import RemoteError
from ..checks.results import arrays
from .worker import LIMIT, from_bytes, to_bytes

LABCORE = pathlib.Path(__file__).resolve().parent.parent
#: where packages are, and where the libraries of Python itself may be
PACKAGES = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/nix")
BYTES, PROCESSES = 2 * 2**30, 64
NOBODY = {"user": 65534, "group": 65534, "extra_groups": ()}
ABSENT = "isn't there while the notebook is graded"
PYTHON = getattr(sys, "_base_executable", None) or sys.executable

#: what a sandbox has: a labcore that checks nothing and draws nothing, and what is copied
FILES = {
    "labcore/__init__.py": f"""import sys
from unittest.mock import MagicMock

checks = sys.modules["labcore.checks"] = MagicMock()
plots = sys.modules["labcore.plots"] = MagicMock()


def __getattr__(name):
    raise AttributeError(f"labcore.{{name}} {ABSENT}")
""",
    "labcore/assignment/__init__.py": "from .variants import PROBLEMS, problem, settings\n",
} | {path: (LABCORE / own).read_text(encoding="utf-8") for path, own in {
    "labcore/data.py": "data.py", "labcore/inputs.py": "inputs.py", "worker.py": "assignment/worker.py",
    "labcore/assignment/variants.py": "assignment/variants.py"}.items()}


class Gone(BaseException):
    """The process has ended, or was ended after its time; the text says why."""


def ways(world, image, seconds):
    """Yield (what it is, command, options of Popen): how a worker may be started, the best first."""
    # its parent is the shell and not the judge; macOS has no limit of memory, and the letter for processes is u or p
    limits = f"ulimit -t {seconds}; ulimit -v {BYTES // 1024}; ulimit -f {2**15}; "
    alone = ["sh", "-c", limits + '"$@"; exit $?', "sh"]
    limited = ["sh", "-c", limits + f'ulimit -u {PROCESSES} || ulimit -p {PROCESSES}; "$@"; exit $?', "sh"]
    for program in filter(shutil.which, ("docker", "podman") if image else ()):
        yield "a container", [
            program, "run", "--rm", "--interactive", "--network=none", "--read-only", "--tmpfs=/tmp:size=64m",
            "--user=65534:65534", "--cap-drop=ALL", "--security-opt=no-new-privileges", f"--memory={BYTES}",
            f"--pids-limit={PROCESSES}", f"--volume={world}/worker.py:/world/worker.py:ro",
            f"--volume={world}/labcore:/world/labcore:ro", image, "timeout", "--signal=KILL", str(seconds), *limited,
            "python", "-s", "-B", "/world/worker.py"], {}
    if image:
        return
    worker = [PYTHON, "-s", "-S", "-B", str(world / "worker.py")]
    base = pathlib.Path(sys.base_prefix).resolve()
    seen = {path: path for path in (*SYSTEM, str(base), *PACKAGES, str(world))}
    seen |= {str(whole): str(world / "labcore") for folder in (*base.glob("lib/*/*-packages"), *PACKAGES)
             if (whole := pathlib.Path(folder, "labcore")).is_dir()}
    walls = ["bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev",
             "--size", str(2**26), "--tmpfs", "/tmp"]
    walls += [word for path, what in seen.items() for word in ("--ro-bind-try", what, path)]
    walls += ["--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/"]
    if os.geteuid() == 0:
        yield "walls and another user", [*walls, *limited, *worker], NOBODY
    yield "walls", [*walls, *limited, *worker], {}
    if os.geteuid() == 0:
        yield "another user", [*limited, *worker], NOBODY
    yield "limits alone", [*alone, *worker], {}


@contextlib.contextmanager
def sandboxes(seconds=300, image=None):
    """Give (start, way): a function that starts a sandbox, and what the system has around it."""
    if os.name != "posix":
        raise ValueError("grading needs Linux or macOS; on Windows, run it in WSL or in a container")
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        world = pathlib.Path(folder).resolve()
        world.chmod(0o755)
        for name, text in FILES.items():
            (world / name).parent.mkdir(parents=True, exist_ok=True)
            (world / name).write_text(text, encoding="utf-8")
        fonts = world / f"fontlist-v{font_manager.FontManager.__version__}.json"
        font_manager.json_dump(font_manager.fontManager, fonts)  # to look for them takes matplotlib seconds
        for way, command, options in ways(world, image, seconds):
            given = functools.partial(Sandbox, command, options, seconds), way
            with contextlib.suppress(OSError, Gone), contextlib.closing(given[0]()) as sandbox:
                if not sandbox.ask("run", [[0, "import numpy, matplotlib.pyplot"]], seconds=60):
                    break
        else:
            raise ValueError(f"no sandbox starts: is {'the image of Dockerfile there' if image else 'matplotlib'}?")
        yield given


class Sandbox:
    """One process: `ask` sends it a command, and `function` makes a function of it that any check takes."""

    def __init__(self, command, options, seconds):
        from multiprocessing.connection import Connection  # the browser has none
        self.seconds, self.end, self.late = seconds, time.monotonic() + seconds, False
        self.socket, theirs = socket.socketpair()
        self.worker = Connection(os.dup(self.socket.fileno()))
        with theirs:
            self.process = subprocess.Popen(
                command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1",
                     "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(PACKAGES)}, **options)

    def ask(self, command, *given, seconds=None):
        """Return the worker's answer to a command; RemoteError for an exception there, Gone if there is no answer."""
        timer = threading.Timer(min(seconds or self.seconds, self.end - time.monotonic()), self._stop)
        timer.start()
        try:
            self.worker.send_bytes(to_bytes((command, *given)))
            value, error = from_bytes(self.worker.recv_bytes(LIMIT))
            if error:
                raise RemoteError(**error)
            return value
        except (OSError, EOFError, ValueError, TypeError):
            self.close()
            status = self.process.returncode
            raise Gone("it took too long" if self.late else f"it ended, with status {status}") from None
        finally:
            timer.cancel()

    def function(self, handle, title="function"):
        """Return a function, by its name or number in the worker, that a check takes as any other."""
        @remote
        def call(*given, **named):
            (number, value), after = self.ask("call", handle, given, named, seconds=self.seconds / 10)
            for mine, theirs in zip(arrays(given), arrays(after)):
                if mine.shape == theirs.shape:
                    mine[...] = theirs  # as it was changed there
            return value if number is None else self.function(int(number))

        call.__name__ = title
        return call

    def _stop(self):
        self.late = True
        self.close()

    def close(self):
        """End the process and its group."""
        with contextlib.suppress(OSError), self.socket:
            self.socket.shutdown(socket.SHUT_RDWR)  # who reads is woken
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


def remote(function):
    """Make a function one that checks call unwatched: it asks a sandbox."""
    function.remote = True
    return function
