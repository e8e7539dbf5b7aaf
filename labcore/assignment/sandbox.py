"""A process in which a notebook runs and then answers calls: with limits, and with walls where the system has them.

Of labcore it has a copy of what the lab's notebook imports, and nothing that gives right functions away.
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
import time

from matplotlib import font_manager

from ..checks.calling import RemoteError
from ..checks.results import arrays
from .worker import LIMIT, from_bytes, to_bytes

BYTES, PROCESSES = 2 * 2**30, 64
NOBODY = {"user": 65534, "group": 65534, "extra_groups": ()}
PACKAGES = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
WORKER = ("-s", "-B", "-m", "labcore.assignment.worker")
ABSENT = "isn't there while the notebook is graded"

#: what a sandbox has of labcore: copies of these, and a package that checks nothing and draws nothing
COPIED = {"data.py", "inputs.py", "assignment", "__init__.py", "notebook.py", "variants.py", "worker.py"}
STUB = f"""import sys
from unittest.mock import MagicMock
checks, plots = (sys.modules.setdefault(f"labcore.{{name}}", MagicMock()) for name in ("checks", "plots"))
def __getattr__(name):
    raise AttributeError(f"labcore.{{name}} {ABSENT}")
"""


class Gone(BaseException):
    """The process has ended, or was ended after its time; the text says why."""


def ways(world, image, seconds):
    """Yield (what it is, command, options of Popen): how a worker may be started, the best first."""
    # its parent is the shell and not the judge; macOS has no limit of memory, and the letter for processes is u or p
    limits = f"ulimit -t {seconds}; ulimit -v {BYTES // 1024}; ulimit -f {2**15}; "
    few = f"ulimit -u {PROCESSES} || ulimit -p {PROCESSES}; "
    alone, limited = (["sh", "-c", lines + '"$@"; exit $?', "sh"] for lines in (limits, limits + few))
    if image:
        for program in ("docker", "podman"):
            yield "a container", [
                program, "run", "--rm", "--interactive", "--network=none", "--read-only", "--tmpfs=/tmp:size=64m",
                "--user=65534:65534", "--cap-drop=ALL", "--security-opt=no-new-privileges", f"--memory={BYTES}",
                f"--pids-limit={PROCESSES}", f"--volume={world}/labcore:/world/labcore:ro", "--workdir=/world", image,
                "timeout", "--signal=KILL", str(seconds), *limited, "python", *WORKER], {}
        return
    worker = [getattr(sys, "_base_executable", None) or sys.executable, "-S", *WORKER]
    base = pathlib.Path(sys.base_prefix).resolve()  # Python's own libraries may be there, or in a system's folder
    seen = [(path, path) for path in ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/nix", base, *PACKAGES, world)]
    seen += [(world / "labcore", whole) for folder in (*base.glob("lib/*/*-packages"), *PACKAGES)
             if (whole := pathlib.Path(folder, "labcore")).is_dir()]
    walls = ["bwrap", "--unshare-all", "--die-with-parent", "--cap-drop", "ALL", "--proc", "/proc", "--dev", "/dev",
             "--size", str(2**26), "--tmpfs", "/tmp", *(word for pair in seen for word in ("--ro-bind-try", *pair)),
             "--remount-ro", "/proc", "--remount-ro", "/dev", "--remount-ro", "/"]
    yield "walls and another user", [*walls, *limited, *worker], NOBODY  # only for root
    yield "walls", [*walls, *limited, *worker], {}
    yield "another user", [*limited, *worker], NOBODY
    yield "limits alone", [*alone, *worker], {}


@contextlib.contextmanager
def sandboxes(seconds, image):
    """Give (start, way): a function that starts a sandbox, and what the system has around it."""
    if os.name != "posix":
        raise ValueError("grading needs Linux or macOS; on Windows, run it in WSL or in a container")
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        world = pathlib.Path(folder).resolve()
        world.chmod(0o755)
        shutil.copytree(pathlib.Path(__file__).resolve().parent.parent, world / "labcore",
                        ignore=lambda _, names: {*names} - COPIED)
        (world / "labcore" / "__init__.py").write_text(STUB)
        fonts = world / f"fontlist-v{font_manager.FontManager.__version__}.json"
        font_manager.json_dump(font_manager.fontManager, fonts)  # to look for them takes matplotlib seconds
        for way, command, options in ways(world, image, seconds):
            given = functools.partial(Sandbox, command, seconds, cwd=world, **options), way
            with contextlib.suppress(OSError, Gone, RemoteError), contextlib.closing(given[0]()) as sandbox:
                if not sandbox.ask("run", [[0, "import numpy, matplotlib.pyplot"]], seconds=60):
                    break
        else:
            raise ValueError(f"no sandbox starts: is {'the image of Dockerfile there' if image else 'matplotlib'}?")
        yield given


class Sandbox:
    """A process with a worker: `ask` sends it a command, `function` makes a function of it that any check takes."""

    def __init__(self, command, seconds, **options):
        self.seconds, self.end, self.told = seconds, time.monotonic() + seconds, []
        environment = {"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", "OMP_NUM_THREADS": "1",
                       "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": os.pathsep.join(PACKAGES)}
        self.popen = functools.partial(subprocess.Popen, command, stderr=subprocess.DEVNULL, start_new_session=True,
                                       env=environment, **options)
        self._start()

    def _start(self):
        self.socket, theirs = socket.socketpair()
        with theirs:
            self.process = self.popen(stdin=theirs, stdout=theirs)

    def ask(self, *command, seconds=None):
        """Return the worker's answer to a command; RemoteError for an exception there, Gone if there is no answer.

        One that takes too long, while there is time left, is an exception, too. Another process takes over then.
        """
        end, line = min(time.monotonic() + (seconds or self.seconds), self.end), bytearray()
        try:
            self.socket.settimeout(end - time.monotonic())
            self.socket.sendall(to_bytes(command))
            while len(line) < LIMIT and not line.endswith(b"\n"):
                self.socket.settimeout(end - time.monotonic())
                line += self.socket.recv(2**16) or b"\n"  # which is no answer: it has ended
            value, error = from_bytes(line, self.function)
            if error:
                raise RemoteError(**error)
        except (OSError, ValueError, TypeError):
            self.close()
            late = time.monotonic() >= end
            if not late or end == self.end:
                raise Gone("it took too long" if late else f"it ended, with status {self.process.returncode}") from None
            self._start()
            told, self.told = self.told, []
            for earlier in told:
                self.ask(*earlier)
            raise RemoteError(["TimeoutError"]) from None
        if command[0] == "run":
            self.told.append(command)
        return value

    def function(self, handle, share=0.1, **more):
        """Return the worker's function of a name or number, to be called with `more` too, for a share of the time."""
        def function(*given, **named):
            value, after = self.ask("call", handle, given, more | named, seconds=share * self.seconds)
            for mine, theirs in zip(arrays(given), arrays(after)):
                if mine.shape == theirs.shape:
                    mine[...] = theirs  # as it was changed there
            return value

        function.remote = True  # checks call it unwatched
        return function

    def close(self):
        """End the process and its group."""
        self.socket.close()
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
