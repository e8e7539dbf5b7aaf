"""The lab's kit: what is in it, for students and for who grades."""

import pathlib
import subprocess
import sys
import zipfile

import nbformat
import pytest

from labcore.assignment import of_student

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent


def make(*arguments):
    """Call the script; return its exit status and what it said."""
    done = subprocess.run([sys.executable, ROOT / "site" / "build_lab_kit.py", *map(str, arguments)], text=True,
                          stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    return done.returncode, done.stdout


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """Make a kit once, with notebooks for two students."""
    folder = tmp_path_factory.mktemp("lab") / "kit"
    (folder.parent / "ids").write_text("student-017\nstudent-018\n")
    (folder.parent / "secret").write_bytes(b"one")
    status, said = make("--variant", 7, "--students", folder.parent / "ids", "--secret-file", folder.parent / "secret",
                        "--to", folder)
    assert status == 0, said
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
        assert {"labcore/checks/__init__.py", "labcore/assignment/walls.sh"} <= set(wheel.namelist())


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
def test_what_is_no_variant_is_refused(tmp_path, arguments, said):
    assert make(*arguments, "--to", tmp_path / "kit")[0] == 2
    assert said in make(*arguments, "--to", tmp_path / "kit")[1] and not (tmp_path / "kit").exists()


def test_a_kit_is_not_replaced(kit):
    status, said = make("--to", kit)
    assert status == 1 and "move it away" in said and (kit / "solution").exists()
