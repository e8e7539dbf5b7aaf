"""Whatever labcore writes: a whole file or the one before, whenever it is stopped, and nothing beside it."""

import ast
import errno
import functools
import io
import multiprocessing
import os
import pathlib
import random
import signal
import stat
import tempfile
import threading
import time
from unittest import mock

import numpy as np
import pytest

import labcore as lab
from labcore import cli, files
from labcore.experiments import claims, ledger
from labcore.files import replacing

FORK = pytest.mark.skipif(not hasattr(os, "fork"), reason="Windows has neither fork nor SIGKILL")


def save_network(folder, version):
    lab.mlp([2, 20, 1], seed=version).save(folder / "net.npz")


def save_table(folder, version):
    line = f"sweep --epochs 2 --seeds 2 --lr {version + 1} --csv {folder / 'table.csv'}"
    cli.run_sweep(cli.parser().parse_args(line.split()))


def save_figures(folder, version):
    with mock.patch.dict(lab.plots.STYLE, {"savefig.dpi": 20}):  # as fast as can be
        cli.run_train(cli.parser().parse_args(f"train --epochs 2 --seed {version} --figures {folder}".split()))


def save_ledger(folder, version):
    nothing = {"ROWS": [], "SEEDS": range(version), "STORED": folder / "ledger.json"}  # all of it takes an hour
    with mock.patch.multiple(ledger, **nothing), mock.patch.object(claims, "CLAIMS", []):
        ledger.main()


WRITERS = {"network": save_network, "table of a sweep": save_table, "figures": save_figures, "ledger": save_ledger}
every_writer = pytest.mark.parametrize("save", WRITERS.values(), ids=list(WRITERS))


def found(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@functools.cache
def written(save, version):
    """Return what a writer leaves when nothing is in its way, {name: bytes}, the first file that it writes first."""
    with tempfile.TemporaryDirectory() as folder, mock.patch.object(os, "replace", wraps=os.replace) as replace:
        save(pathlib.Path(folder), version)
        files = found(pathlib.Path(folder))
        return {os.path.basename(call.args[1]): files[os.path.basename(call.args[1])] for call in replace.mock_calls}


def first_size(save):
    return len(next(iter(written(save, 2).values())))


def put(folder, contents):
    for name, content in contents.items():
        (folder / name).write_bytes(content)


def test_every_place_that_writes_a_file_is_tried_here():
    """In labcore nothing but `replacing` opens a file to be written, and what takes a file is inside of it."""
    places = []
    for path in sorted(pathlib.Path(lab.__file__).parent.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        blocks = [node for node in ast.walk(tree) if isinstance(node, ast.With) and any(
            getattr(getattr(item.context_expr, "func", None), "id", "") == "replacing" for item in node.items)]
        places += [path.name] * len(blocks)
        safe = {id(inner) for block in blocks for inner in ast.walk(block)}
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and path.name != "files.py"):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            modes = [arg.value for arg in [*call.args, *(keyword.value for keyword in call.keywords)]
                     if isinstance(arg, ast.Constant) and isinstance(arg.value, str)]
            writes = name in ("write_text", "write_bytes", "savez", "savez_compressed", "savetxt", "savefig", "imsave",
                              "tofile", "dump", "to_csv", "mkstemp", "NamedTemporaryFile")
            writes |= name == "open" and any(set(mode) & set("wax+") and len(mode) <= 3 for mode in modes)
            assert not writes or id(call) in safe, f"{path.name}, line {call.lineno}: {ast.unparse(call)}"
    assert places == ["cli.py", "cli.py", "ledger.py", "network.py"] and len(WRITERS) == len(places)


class Disk(io.FileIO):
    """A file on a disk that has room for so many bytes, and then does something."""

    def __init__(self, path, room, then):
        super().__init__(path, "x")
        self.room, self.then = room, then

    def write(self, data):
        part = bytes(data)[:self.room]
        self.room -= len(part)
        return super().write(part) if part else self.then()


def disk(room, then):
    """Patch what `replacing` opens files with."""
    def opened(path, mode, **settings):
        raw = io.BufferedWriter(Disk(path, room, then))
        return raw if "b" in mode else io.TextIOWrapper(raw, **settings)

    return mock.patch.object(files, "open", opened, create=True)


def fails(error):
    def fail(*args, **settings):
        raise error

    return fail


FULL = OSError(errno.ENOSPC, "No space left on device")
MOMENTS = {
    "as it is opened": lambda size, fail: mock.patch.object(files, "open", fail, create=True),
    "at the first byte": lambda size, fail: disk(0, fail),
    "half-way": lambda size, fail: disk(size // 2, fail),
    "at the last byte": lambda size, fail: disk(size - 1, fail),
    "as it is brought to the disk": lambda size, fail: mock.patch.object(os, "fsync", fail),
    "as it takes its place": lambda size, fail: mock.patch.object(os, "replace", fail),
}


ERRORS = [FULL, KeyboardInterrupt(), MemoryError(), UnicodeError("\N{BUG}")]
# each error at each moment of one writer, and the first at each moment of the others
FAILURES = [(save, when, error) for save in WRITERS for when in MOMENTS
            for error in (ERRORS if save == "network" else ERRORS[:1])]


@pytest.mark.parametrize("save, when, error", FAILURES, ids=str)
def test_a_failure_leaves_what_was_there_and_nothing_else(save, when, error, tmp_path):
    save, when, new, old = WRITERS[save], MOMENTS[when], tmp_path / "new", tmp_path / "old"
    for folder, before in ((new, {}), (old, written(save, 1))):
        folder.mkdir()
        put(folder, before)
        with when(first_size(save), fails(error)), pytest.raises(type(error)) as caught:
            save(folder, 2)
        assert caught.value is error or error in (caught.value.__context__, caught.value.__cause__)
        assert found(folder) == before


@every_writer
def test_without_a_failure_all_of_it_is_new(save, tmp_path):
    put(tmp_path, written(save, 1))
    save(tmp_path, 2)
    assert found(tmp_path) == written(save, 2)
    assert all(content != written(save, 1)[name] for name, content in written(save, 2).items())


@FORK
@pytest.mark.parametrize("when", MOMENTS.values(), ids=list(MOMENTS))
@every_writer
def test_a_process_that_is_killed_leaves_what_was_there(save, when, tmp_path):
    put(tmp_path, written(save, 1))
    size = first_size(save)

    def killed():
        with when(size, lambda *args, **settings: os.kill(os.getpid(), signal.SIGKILL)):
            save(tmp_path, 2)

    child = forked(killed)
    child.join()
    assert child.exitcode == -signal.SIGKILL
    after = found(tmp_path)
    left = after.keys() - written(save, 1).keys()
    assert len(left) <= 1 and all(name.endswith(".part") for name in left)
    assert {name: content for name, content in after.items() if name not in left} == written(save, 1)


def forked(function, *args):
    child = multiprocessing.get_context("fork").Process(target=function, args=args)
    child.start()
    return child


def save_again_and_again(path, version, times=10**9):
    net = lab.mlp([200, 200, 1])
    for _ in range(times):
        net.theta[:] = version
        net.save(path)
        version += 10


def version_of(path):
    """Return the number that the whole of a saved network consists of."""
    theta = lab.mlp([200, 200, 1]).load(path).theta
    assert (theta == theta[0]).all()
    return int(theta[0])


@FORK
def test_kills_at_any_moment_leave_one_whole_file(tmp_path):
    path, rng, versions, middle = tmp_path / "net.npz", random.Random(0), [0], 0
    save_again_and_again(path, 0, times=1)
    for _ in range(25):
        child = forked(save_again_and_again, path, versions[-1])
        time.sleep(rng.uniform(0.02, 0.06))
        child.kill()
        child.join()
        versions.append(version_of(path))
        parts = [part for part in tmp_path.iterdir() if part != path]
        middle += len(parts)
        for part in parts:
            part.unlink()
    assert versions == sorted(versions) and len(set(versions)) > 1 and middle > 0  # it did save, and was stopped at it


@FORK
def test_many_processes_may_write_one_file_while_others_read_it(tmp_path):
    path = tmp_path / "net.npz"
    save_again_and_again(path, 0, times=1)
    children, seen = [forked(save_again_and_again, path, own, 12) for own in range(1, 5)], set()
    while any(child.is_alive() for child in children):
        seen.add(version_of(path) % 10)
    assert [child.exitcode for child in children] == [0] * 4
    assert version_of(path) in range(111, 115) and seen <= set(range(5)) and len(seen) > 1
    assert list(tmp_path.iterdir()) == [path]


def test_many_threads_may_write_one_file(tmp_path):
    path = tmp_path / "net.npz"
    threads = [threading.Thread(target=save_again_and_again, args=(path, own, 5)) for own in range(1, 5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert version_of(path) in range(41, 45) and list(tmp_path.iterdir()) == [path]


@FORK
@every_writer
def test_a_limit_of_the_system_is_an_error_that_leaves_what_was_there(save, tmp_path):
    import resource  # Windows has none

    put(tmp_path, written(save, 1))

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (32, 32))
        with pytest.raises(OSError, match="File too large"), mock.patch("builtins.print"):
            save(tmp_path, 2)

    child = forked(limited)
    child.join()
    assert child.exitcode == 0 and found(tmp_path) == written(save, 1)


def write(path, text="new"):
    with replacing(path, "w", encoding="utf-8") as file:
        file.write(text)


def test_all_is_on_the_disk_before_it_takes_its_place(tmp_path):
    done, fsync, replace = [], os.fsync, os.replace
    with mock.patch.object(os, "fsync", lambda fd: done.append(os.fstat(fd).st_size) or fsync(fd)), \
            mock.patch.object(os, "replace", lambda *paths: done.append("replaced") or replace(*paths)):
        write(tmp_path / "a.txt", "x" * 5)  # few enough to wait in Python's buffer until they are asked for
    assert done == [5, "replaced"]


def test_a_link_stays_and_what_it_leads_to_is_replaced(tmp_path):
    (tmp_path / "there").mkdir()
    goal, link, chain = tmp_path / "there/goal.txt", tmp_path / "link.txt", tmp_path / "chain.txt"
    try:
        link.symlink_to("there/goal.txt")
        chain.symlink_to(link)
    except OSError:
        pytest.skip("this system lets nobody make links")
    for path, text in ((link, "leads to nothing yet"), (chain, "replaced")):
        write(path, text)
        assert goal.read_text(encoding="utf-8") == text and link.is_symlink() and chain.is_symlink()
    assert [path.name for path in (tmp_path / "there").iterdir()] == ["goal.txt"] and len(list(tmp_path.iterdir())) == 3
    (tmp_path / "round.txt").symlink_to("round.txt")
    with pytest.raises(OSError, match="round.txt"):
        write(tmp_path / "round.txt")
    assert (tmp_path / "round.txt").is_symlink()


@pytest.mark.skipif(os.name == "nt", reason="Windows has other permissions")
def test_permissions_are_those_of_the_umask_or_of_the_file_before(tmp_path):
    path, during = tmp_path / "a.txt", []
    for umask in (0o022, 0o077):
        before = os.umask(umask)
        try:
            write(path)
        finally:
            os.umask(before)
        assert stat.S_IMODE(path.stat().st_mode) == 0o666 & ~umask
        path.unlink()
    for mode in (0o600, 0o664, 0o755):
        write(path)
        path.chmod(mode)
        with replacing(path) as file:
            during.append(stat.S_IMODE(os.fstat(file.fileno()).st_mode))  # not even for a moment can others read it
        assert stat.S_IMODE(path.stat().st_mode) == mode == during[-1]


def test_a_file_that_is_protected_is_not_replaced(tmp_path):
    path = tmp_path / "a.txt"
    write(path, "old")
    path.chmod(0o444)
    # root may write all the same, so it is told what others are
    refused = fails(PermissionError(errno.EACCES, "Permission denied", str(path)))
    with mock.patch.object(os, "open", refused) if os.access(path, os.W_OK) else mock.patch("builtins.print"):
        with pytest.raises(PermissionError, match="a.txt"):
            write(path)
    path.chmod(0o644)
    assert path.read_text(encoding="utf-8") == "old" and list(tmp_path.iterdir()) == [path]


@FORK
def test_a_pipe_is_written_as_it_is(tmp_path):
    """A pipe of the test's own stands for all that is no file: with a bug here, root would replace a real device."""
    net, pipe, got = lab.mlp([2, 3, 1], seed=3), tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    net.save(pipe)
    reader.join(10)
    assert stat.S_ISFIFO(pipe.stat().st_mode) and list(tmp_path.iterdir()) == [pipe]
    (tmp_path / "got.npz").write_bytes(got[0])
    assert np.array_equal(lab.mlp([2, 3, 1]).load(tmp_path / "got.npz").theta, net.theta)


@pytest.mark.parametrize("name", ["a.npz", "n" * 255, "\N{GREEK SMALL LETTER THETA}" * 120, " ", "a b%s{0}\n.npz"],
                         ids=["short", "as long as can be", "not ASCII", "a blank", "odd"])
@pytest.mark.parametrize("kind", [str, pathlib.Path, os.fsencode])
def test_any_name_will_do_that_the_system_takes(name, kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    if os.name == "nt" and not name.isalnum():
        pytest.skip("a name that Windows doesn't take")
    net = lab.mlp([2, 3, 1], seed=3)
    net.save(kind(name))
    net.save(kind(name))
    assert os.listdir() == [name]
    assert np.array_equal(lab.mlp([2, 3, 1]).load(kind(name)).theta, net.theta)


@pytest.mark.parametrize("name", ["folder", "folder/", "nowhere/a.npz", "nowhere/", "file/a.npz", "n" * 300])
def test_an_error_names_the_file_that_was_asked_for(name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder").mkdir()
    write("file", "old")
    with pytest.raises(OSError) as caught:
        lab.mlp([2, 1]).save(name)
    assert caught.value.filename == name and ".part" not in str(caught.value)
    assert sorted(os.listdir()) == ["file", "folder"] and os.listdir("folder") == []


@pytest.mark.parametrize("path, error, message", [
    (None, TypeError, "path must be the name of a file, a str or a pathlib.Path; got None; for example 'net.npz'"),
    (1, TypeError, "path must be the name of a file.*got 1"),
    (True, TypeError, "path must be the name of a file.*got True"),
    (io.BytesIO(), TypeError, "path must be the name of a file.*got <_io.BytesIO"),
    ("", ValueError, "path must be the name of a file; got ''"),
    ("a\0b", ValueError, "path must be the name of a file"),
    ("\ud800", ValueError, "path must be the name of a file"),
], ids=["None", "1", "True", "a file", "empty", "null", "surrogate"])
def test_what_is_no_path_is_refused(path, error, message, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    net = lab.mlp([2, 1])
    for method in (net.save, net.load):
        with pytest.raises(error, match=message):
            method(path)
    assert os.listdir() == []


def test_only_new_files_are_written(tmp_path):
    write(tmp_path / "a.txt", "old")
    for mode in ("a", "r", "r+", "x", "wt", ""):
        with pytest.raises(ValueError, match="mode must be 'wb' or 'w'"), replacing(tmp_path / "a.txt", mode):
            pass
    assert found(tmp_path) == {"a.txt": b"old"}


@pytest.mark.parametrize("tries", [1, 3, 5, 6])
def test_windows_is_asked_again_while_somebody_reads_the_file(tries, tmp_path):
    path, replace, calls = str(tmp_path / "a.txt"), os.replace, []
    write(path, "old")

    def busy(*paths):
        calls.append(paths)
        if len(calls) < tries:
            raise PermissionError(errno.EACCES, "Access is denied", paths[0], None, paths[1])
        replace(*paths)

    with mock.patch.object(files.os, "name", "nt"), mock.patch.object(os, "replace", busy), \
            mock.patch.object(time, "sleep"):
        if tries <= len(files.PATIENCE) + 1:
            write(path)
        else:
            with pytest.raises(PermissionError, match="Access is denied: '.*a.txt'$"):
                write(path)
    assert len(calls) == min(tries, 5) and found(tmp_path) == {"a.txt": b"new" if tries < 6 else b"old"}
