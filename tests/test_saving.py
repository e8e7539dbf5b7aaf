"""Whatever labcore writes is a whole file or the one before. What `load` refuses is in test_bad_input.py."""

import ast
import errno
import os
import pathlib
from unittest import mock

import numpy as np
import pytest

import labcore as lab
from labcore.files import replacing

FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [FULL, KeyboardInterrupt(), MemoryError()], ids=lambda error: type(error).__name__)
@pytest.mark.parametrize("when", ["half-way", "fsync", "replace"])
def test_a_save_that_fails_leaves_what_was_there_and_nothing_else(when, error, tmp_path):
    path = tmp_path / "net.npz"
    lab.mlp([2, 3, 1], seed=1).save(path)
    before = path.read_bytes()

    def write(file, **arrays):
        file.write(before[:len(before) // 2])
        raise error

    place = (np, "savez", write) if when == "half-way" else (os, when, mock.Mock(side_effect=error))
    with mock.patch.object(*place), pytest.raises(type(error)):
        lab.mlp([2, 3, 1], seed=2).save(path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_a_place_that_isnt_there_is_named(tmp_path):
    with pytest.raises(OSError, match="nowhere"):
        lab.mlp([2, 1]).save(tmp_path / "nowhere/net.npz")
    assert list(tmp_path.iterdir()) == []


def test_a_chapter_is_stored_whole_or_not_at_all(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(pathlib.Path(lab.__file__).parents[1] / "site")
    import run_notebooks

    path = tmp_path / "a.ipynb"
    path.write_text(before := '{"cells": [], "metadata": {"mine": 1}, "nbformat": 4, "nbformat_minor": 5}')
    monkeypatch.setattr(run_notebooks, "NotebookClient", mock.Mock())
    monkeypatch.setattr(os, "fsync", mock.Mock(side_effect=FULL))
    with pytest.raises(OSError, match="No space left"):
        run_notebooks.run(path)
    assert path.read_text() == before and list(tmp_path.iterdir()) == [path]


def test_text_and_its_permissions(tmp_path):
    path = tmp_path / "a.txt"
    path.write_text("old", encoding="utf-8")
    path.chmod(0o600)
    with replacing(path, "w", encoding="utf-8") as file:
        file.write("θ")
        assert path.read_text(encoding="utf-8") == "old"
    assert path.read_text(encoding="utf-8") == "θ" and (os.name == "nt" or path.stat().st_mode & 0o777 == 0o600)


def test_all_that_labcore_writes_goes_through_replacing():
    """Networks, the ledger, tables and figures: no other call in labcore opens a file to write it.

    The pages of grades go to a new folder, which gets its name when all are there; the sandbox's files are nobody's.
    """
    pages, sandbox = (pathlib.Path(lab.__file__).parent / "assignment" / name for name in ("pages.py", "sandbox.py"))
    writers = {"write_text", "write_bytes", "savez", "savetxt", "savefig", "imsave", "tofile", "dump", "to_csv"}
    for path in set(pathlib.Path(lab.__file__).parent.rglob("*.py")) - {pages, sandbox}:
        tree, safe = ast.parse(path.read_text(encoding="utf-8")), set()
        for block in (node for node in ast.walk(tree) if isinstance(node, ast.With)):
            if "replacing(" in "".join(ast.unparse(item) for item in block.items):
                safe.update(map(id, ast.walk(block)))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call) and path.name != "files.py"):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            writes = name in writers or name == "open" and "'w" in ast.unparse(call)
            assert not writes or id(call) in safe, f"{path.name}, line {call.lineno}: {ast.unparse(call)}"
