"""Saving in one go: a file is written beside its goal and takes the goal's place when it is whole."""

import contextlib
import os
import secrets
import stat
import time

from .validation import file_name

PATIENCE = (0.01, 0.05, 0.2, 0.5)  #: seconds between tries where Windows lets nobody replace a file that is being read


@contextlib.contextmanager
def replacing(path, mode="wb", **settings):
    """Open a file to be written, for a ``with`` block; `path` is that file once the block has ended without an error.

    Until then, and after an error of any kind, an interrupt included, `path` is as it was, and nothing else is left in
    its folder; who reads it meanwhile, or writes it too, meets one whole file or another. Only a process that is killed
    can leave its unfinished ``….part`` behind, which may be deleted. What is written is on the disk before it takes the
    place of what was there, so that a power failure spares one of the two.

    A symbolic link stays, and the file that it leads to is replaced. A file keeps its permissions, a new one has those
    of the umask; a file that may not be written is not replaced either. Other hard links to it keep the old content. A
    device or a pipe, as ``/dev/stdout``, has nothing to be replaced, and is written as it is.

    Parameters
    ----------
    path : str or path-like
        Where the file is to be. Its folder has to exist, and to be writable.
    mode : {"wb", "w"}, default "wb"
        Bytes or text.
    **settings
        Those of `open`: `encoding`, `newline`.

    Yields
    ------
    file
        As `open` gives it.

    Raises
    ------
    TypeError
        If `path` is no path.
    ValueError
        If `mode` is another, or if no file can have that name.
    OSError
        If it can't be written; the error names `path`.

    Examples
    --------
    >>> import os, tempfile
    >>> from labcore.files import replacing
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = os.path.join(folder, "numbers.txt")
    ...     with replacing(path, "w", encoding="utf-8") as file:
    ...         written = file.write("1 2 3")
    ...     try:
    ...         with replacing(path, "w", encoding="utf-8") as file:
    ...             written = file.write("4 5" + 6)
    ...     except TypeError:
    ...         print(open(path, encoding="utf-8").read(), os.listdir(folder))
    1 2 3 ['numbers.txt']
    """
    path = file_name("path", path)
    if mode not in ("wb", "w"):
        raise ValueError(f"mode must be 'wb' or 'w', since the file is written anew; got {mode!r}")
    old = _status(path)
    if not os.path.basename(path) or old and not stat.S_ISREG(old.st_mode):  # a folder is open's error
        with open(path, mode, **settings) as file:
            yield file
        return
    if old:
        os.close(os.open(path, os.O_WRONLY))  # PermissionError for a file that is protected; it isn't changed
    goal = os.path.realpath(path)
    # a name of its own, that none can foresee, for each writer; cut, since the longest names have no room for more
    part = os.path.join(os.path.dirname(goal), f"{os.path.basename(goal)[:40]}.{secrets.token_hex(8)}.part")
    try:
        with open(part, mode.replace("w", "x"), **settings) as file:
            if old and stat.S_IMODE(os.fstat(file.fileno()).st_mode) != stat.S_IMODE(old.st_mode):
                os.chmod(part, stat.S_IMODE(old.st_mode))  # before there is anything in it to be read
            yield file
            file.flush()
            os.fsync(file.fileno())
        _replace(part, goal)
    except OSError as error:
        if part in (error.filename, error.filename2):  # the file that was asked for is the one to be named
            raise OSError(error.errno, error.strerror, path) from error
        raise
    finally:
        with contextlib.suppress(OSError):  # as a rule: it has been renamed
            os.remove(part)


def _status(path):
    try:
        return os.stat(path)
    except FileNotFoundError:  # other errors are those of a name that can't be a file's
        return None


def _replace(part, goal):
    for pause in PATIENCE if os.name == "nt" else ():
        with contextlib.suppress(PermissionError):
            return os.replace(part, goal)
        time.sleep(pause)
    os.replace(part, goal)
