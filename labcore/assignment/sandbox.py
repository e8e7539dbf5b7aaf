"""A process in which a notebook runs and then answers calls: with limits, and with walls where the system has them.

It has the installed packages, and of labcore a copy of what the lab's notebook imports, without anything that gives
right functions away. What it sends is read as values (`checks.wire`) and nothing else.
"""

import contextlib
import inspect
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

from .. import losses
from ..checks import wire
from ..checks.exceptions import RemoteError
from ..checks.results import arrays

LABCORE = pathlib.Path(losses.__file__).resolve().parent
#: where packages are, and where the libraries of Python itself may be
PACKAGES = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
SYSTEM = ("/usr", "/lib", "/lib64", "/bin", "/sbin", "/nix")
BYTES, PROCESSES = 2 * 2**30, 64
ABSENT = "isn't there while the notebook is graded"
PYTHON = getattr(sys, "_base_executable", None) or sys.executable

#: the labcore of a sandbox: the text of its files, or where it is
FILES = {
    "__init__.py": f"def __getattr__(name):\n    raise AttributeError(f'labcore.{{name}} ' + {ABSENT!r})\n",
    "assignment/__init__.py": "from .variants import PROBLEMS, problem, settings\n",
    "checks.py": "class Verdict:\n    mistake = sentence = what = ''\n    right, shown = True, ()\n\n\n"
                 "def __getattr__(name):\n    return lambda *given, **named: Verdict()\n",
    "network.py": "class Network:\n    pass\n", "training.py": "class History:\n    pass\n",
    "losses.py": f"import numpy as np\n\n\n{inspect.getsource(losses.classify)}",
    "plots.py": "from .visual.plots import *\n", "visual/__init__.py": "",
    **{name: LABCORE / name for name in ("assignment/variants.py", "data.py", "inputs.py", "visual/plots.py")},
}


class Gone(BaseException):
    """The process has ended, or was ended after its time; the text says why."""


def fill(world):
    """Put into a folder what a sandbox has."""
    for name, text in FILES.items():
        (goal := world / "labcore" / name).parent.mkdir(parents=True, exist_ok=True)
        goal.write_text(text if isinstance(text, str) else text.read_text(encoding="utf-8"), encoding="utf-8")
    for path in ("assignment/worker.py", "assignment/walls.sh", "checks/wire.py"):
        shutil.copy(LABCORE / path, world)
    fonts = world / f"fontlist-v{font_manager.FontManager.__version__}.json"
    font_manager.json_dump(font_manager.fontManager, fonts)  # to look for them takes matplotlib seconds


def ways(world, image, seconds):
    """Yield (what it is, command, options of Popen): how a worker may be started, the best first."""
    flags, packages = [PYTHON, "-I", "-S", "-B"], os.pathsep.join(PACKAGES)
    if image:
        program = shutil.which("docker") or shutil.which("podman") or "docker"
        yield "a container", [
            program, "run", "--rm", "--interactive", "--network=none", "--read-only", "--tmpfs=/tmp:size=64m",
            "--user=65534:65534", "--cap-drop=ALL", "--security-opt=no-new-privileges", f"--memory={BYTES}",
            f"--pids-limit={PROCESSES}", *(f"--volume={world / name}:/world/{name}:ro" for name in (
                "labcore", "worker.py", "wire.py")), image, "timeout", "--signal=KILL", str(seconds),
            "python", "-I", "-B", "/world/worker.py", ""], {}
        return
    base = pathlib.Path(sys.base_prefix).resolve()
    whole = [*base.glob("lib/*/*-packages/labcore"), *(pathlib.Path(path, "labcore") for path in PACKAGES)]
    seen = [str(base), *PACKAGES, *SYSTEM, *(f"!{path}" for path in whole if path.is_dir())]
    yield "walls", ["unshare", "--user", "--map-root-user", "--mount", "--pid", "--net", "--ipc", "--fork",
                    "--kill-child", "sh", str(world / "walls.sh"), str(world), *seen, "--", *flags, "/world/worker.py",
                    packages], {}
    flags += [str(world / "worker.py"), packages]
    if os.geteuid() == 0:
        yield "another user", flags, {"user": 65534, "group": 65534, "extra_groups": ()}
    yield "limits alone", ["sh", "-c", '"$@"; exit $?', "sh", *flags], {}  # its parent is the shell, not the judge


@contextlib.contextmanager
def sandboxes(seconds=300, image=None):
    """Give (start, way): a function that starts a sandbox, and what the system has around it."""
    if os.name != "posix":
        raise ValueError("grading needs Linux or macOS; on Windows, run it in WSL or in a container")
    with tempfile.TemporaryDirectory(prefix="lab-") as folder:
        world = pathlib.Path(folder).resolve()
        world.chmod(0o755)
        fill(world)
        for way, command, options in ways(world, image, seconds):
            limits = [str(limit) for limit in (seconds, BYTES, 0 if way == "limits alone" else PROCESSES)]

            def start(command=(*command, *limits), options=options):
                return Sandbox(command, options, seconds)

            with contextlib.suppress(OSError, Gone), contextlib.closing(start()) as sandbox:
                if not sandbox.ask("run", [[0, "import numpy, matplotlib.pyplot"]], seconds=60):
                    break
        else:
            raise ValueError(f"no sandbox starts: is {'the image of Dockerfile there' if image else 'matplotlib'}?")
        yield start, way


class Sandbox:
    """One process: `ask` sends it a command, and `function` makes a function of it that any check takes."""

    def __init__(self, command, options, seconds):
        self.seconds, self.end, self.late = seconds, time.monotonic() + seconds, False
        self.socket, theirs = socket.socketpair()
        self.reading = self.socket.makefile("rb")
        threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"), "1")
        with theirs:
            self.process = subprocess.Popen(
                command, stdin=theirs, stdout=theirs, stderr=subprocess.DEVNULL, start_new_session=True, cwd="/",
                env={"PATH": os.environ.get("PATH", os.defpath), "LANG": "C.UTF-8", **threads}, **options)

    def ask(self, command, *given, seconds=None):
        """Return the worker's answer to a command; RemoteError for an exception there, Gone if there is no answer."""
        timer = threading.Timer(min(seconds or self.seconds, self.end - time.monotonic()), self._stop)
        timer.start()
        try:
            message = wire.dump((command, *given))
            self.socket.sendall(len(message).to_bytes(8) + message)
            size = int.from_bytes(self.reading.read(8))
            kind, value = wire.load(self.reading.read(min(size, wire.LIMIT)))
            error = RemoteError(value["kinds"], value["text"], value["line"]) if kind == "error" else None
        except (OSError, ValueError, TypeError, KeyError):
            self.close()
            raise Gone("it took too long" if self.late or self.process.returncode == -signal.SIGXCPU else
                       f"it ended, with status {self.process.returncode}") from None
        finally:
            timer.cancel()
        if error:
            raise error
        return value

    def function(self, handle, title="function"):
        """Return a function, by its name or number in the worker, that a check takes as any other."""
        def remote(*given, **named):
            (number, value), after = self.ask("call", handle, given, named, seconds=self.seconds / 10)
            for mine, theirs in zip(arrays(given), arrays(after)):
                if mine.shape == theirs.shape:
                    mine[...] = theirs  # as it was changed there
            return value if number is None else self.function(int(number))

        remote.remote, remote.__name__ = True, title
        return remote

    def _stop(self):
        self.late = True
        self.close()

    def close(self):
        """End the process and its group."""
        with contextlib.suppress(OSError):
            self.socket.shutdown(socket.SHUT_RDWR)  # who reads is woken
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()
