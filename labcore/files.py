"""Saving in one go: a file is written beside its goal and takes the goal's place when it is whole.

And reading arrays without trust in their size.
"""

import contextlib
import errno
import os
import secrets
import shutil

import numpy as np


def check_place(path):
    """Raise OSError unless a file can be written at `path`: before the work whose result it will hold."""
    part = _beside(path)[1]
    open(part, "wb").close()
    os.remove(part)


def _beside(path):
    """Return the file that a path leads to, and one beside it to be written first."""
    goal = os.path.realpath(path)  # a link goes on leading there
    if os.path.isdir(goal):
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), os.fspath(path))
    return goal, f"{goal}.{secrets.token_hex(4)}.part"


@contextlib.contextmanager
def replacing(path, mode="wb", **settings):
    """Open a file to be written; `path` is that file once the ``with`` block has ended without an error."""
    goal, part = _beside(path)
    try:
        with open(part, mode, **settings) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            shutil.copymode(goal, part)
        os.replace(part, goal)
    finally:
        with contextlib.suppress(FileNotFoundError):  # as a rule: it has been renamed
            os.remove(part)


def unpacked(file, **most):
    """Return the named arrays of an npz file, of at most so many bytes each; nothing is unpickled.

    A file of a megabyte can unpack to gigabytes, so what each array's header announces is looked at first. One that
    is larger comes as nan in its shape, which takes no memory.
    """
    found = []
    with np.load(file, allow_pickle=False) as archive:
        for name, limit in most.items():
            with archive.zip.open(f"{name}.npy") as member:
                np.lib.format.read_magic(member)
                shape, _, dtype = np.lib.format.read_array_header_1_0(member)
            announced = np.broadcast_to(np.nan, shape)
            found.append(archive[name] if announced.size * dtype.itemsize <= limit else announced)
    return found
