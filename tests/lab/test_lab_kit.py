"""The lab's kit: what is in it, for students and for who grades."""

import pathlib
import sys
import zipfile
from unittest import mock

import nbformat
import pytest

from labcore.assignment import of_student

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "site"))
import build_lab_kit  # noqa: E402


def make(*arguments):
    """Call the script."""
    with mock.patch.object(sys, "argv", ["build_lab_kit.py", *map(str, arguments)]):
        build_lab_kit.main()


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """Make a kit once, with notebooks for two students."""
    folder = tmp_path_factory.mktemp("lab") / "kit"
    (folder.parent / "ids").write_text("student-017\nstudent-018\n")
    (folder.parent / "secret").write_bytes(b"one")
    make("--variant", 7, "--students", folder.parent / "ids", "--secret-file", folder.parent / "secret", "--to", folder)
    return folder


def test_students_get_no_solution(kit):
    notebook = nbformat.read(kit / "student" / "student-017" / "lab.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    for word in ("SOLUTION", "HIDDEN", "velocities", "np.exp", "plateau", "straight_forward"):
        assert word not in text
    assert text.count("raise NotImplementedError(") == 13 and text.count("*Write your answer") == 5
    assert f"VARIANT = {of_student('student-017', b'one')}" in text
    assert all(set(cell.metadata) <= {"mystnb"} for cell in notebook.cells)
    with zipfile.ZipFile(next((kit / "student").glob("labcore-*.whl"))) as wheel:
        assert {"labcore/checks/__init__.py", "labcore/assignment/worker.py"} <= set(wheel.namelist())


def test_the_solution_was_run_for_the_variant(kit):
    notebook = nbformat.read(kit / "solution" / "lab.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    shown = "".join(output.get("text", "") for cell in code for output in cell.outputs)
    assert "seed=7" in shown and shown.count("accuracy") == 2 and shown.count("Right (") == 10
    assert "### " not in "\n".join(cell.source for cell in code)


def test_nothing_names_a_folder_of_this_machine(kit):
    for path in kit.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert str(ROOT).encode() not in content and str(kit.parent).encode() not in content, path


@pytest.mark.parametrize("arguments, said", [(["--variant=-1"], "whole number"), (["--variant=seven"], "whole number"),
                                             (["--students=README.md"], "belong together")])
def test_what_is_no_variant_is_refused(tmp_path, capsys, arguments, said):
    with pytest.raises(SystemExit):
        make(*arguments, "--to", tmp_path / "kit")
    assert said in capsys.readouterr().err and not (tmp_path / "kit").exists()


def test_a_kit_is_not_replaced(kit):
    with pytest.raises(SystemExit, match="move it away"):
        make("--to", kit)
    assert (kit / "solution").exists()
