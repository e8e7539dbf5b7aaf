"""Saving in one go: a file is written beside its goal and takes the goal's place when it is whole."""

import contextlib
import os
import secrets
import shutil


@contextlib.contextmanager
def replacing(path, mode="wb", **settings):
    """Open a file to be written; `path` is that file once the ``with`` block has ended without an error."""
    goal = os.path.realpath(path)  # a link goes on leading there
    part = f"{goal}.{secrets.token_hex(4)}.part"
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
