"""The lab's kit: what is in it, and that nbgrader's own autograder gives the points that each notebook deserves."""

import json
import os
import pathlib
import re
import shutil
import subprocess
import zipfile

import nbformat
import pytest

from .submissions import CHANGES, MISTAKES, borrowing, cell, changing, filled, printing, with_mistake

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
SCRIPTS = ROOT / "_build" / "lab-env" / ("Scripts" if os.name == "nt" else "bin")
PYTHON = SCRIPTS / ("python.exe" if os.name == "nt" else "python")
VARIANT = 7
POINTS = {"test-sigmoid": 5, "test-slope": 5, "test-forward": 10, "test-loss": 5, "test-loss-gradient": 5,
          "test-backward": 15, "test-update": 5, "test-momentum": 5, "test-training-linear": 10,
          "test-training-xor": 10}
#: a package beside the notebook that finds everything right
SHADOW = """from unittest import mock
import sys
sys.modules["labcore.assignment.grading"] = sys.modules["labcore.checks"] = mock.MagicMock()
"""

pytestmark = pytest.mark.skipif(not PYTHON.exists() and os.environ.get("LAB_TESTS") != "required",
                                reason="no environment with nbgrader: make lab-kit makes it")


def run(*command, **options):
    """Start a command in the lab's environment; no thread of one matrix product takes the other's core."""
    environment = {"PATH": os.pathsep.join([str(SCRIPTS), os.environ["PATH"]]), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([PYTHON, *map(str, command)], text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                            env=os.environ | environment, **options)


def finished(process):
    """Return what a command printed; it must have succeeded."""
    said, _ = process.communicate()
    assert process.returncode == 0, said
    return said


@pytest.fixture(scope="module")
def kit(tmp_path_factory):
    """Make the kit once."""
    folder = tmp_path_factory.mktemp("lab") / "kit"
    finished(run(ROOT / "site" / "build_lab_kit.py", "--variant", VARIANT, "--to", folder))
    return folder


@pytest.fixture(scope="module")
def submissions(kit):
    """Return the notebooks that are handed in, by student."""
    untouched, solution = (nbformat.read(kit / part / "lab.ipynb", as_version=4) for part in ("student", "solution"))
    right = filled(untouched, solution)
    handed_in = {"solution": solution, "untouched": untouched, "borrowed": borrowing(right), "shadow": untouched,
                 "printed": printing(right)}
    handed_in |= {f"mistake-{name}": with_mistake(right, *change[:3]) for name, change in MISTAKES.items()}
    return handed_in | {f"changed-{name}": changing(untouched, lines) for name, lines in CHANGES.items()}


@pytest.fixture(scope="module")
def graded(kit, submissions, tmp_path_factory):
    """Grade all notebooks, half of them in each of two copies of the course; return points and graded notebooks."""
    courses, points, notebooks = [], {}, {}
    for half in range(2):
        course = tmp_path_factory.mktemp("course") / "grading"
        shutil.copytree(kit / "grading", course)
        for name in sorted(submissions)[half::2]:
            folder = course / "submitted" / name / "lab"
            folder.mkdir(parents=True)
            nbformat.write(submissions[name], folder / "lab.ipynb")
            if name == "shadow":
                (folder / "labcore").mkdir()
                (folder / "labcore" / "__init__.py").write_text(SHADOW)
        courses.append((course, run("-m", "nbgrader", "autograde", "lab", cwd=course)))
    for course, grading in courses:
        finished(grading)
        points |= json.loads(finished(run(ROOT / "tests" / "lab" / "read_grades.py", course)))
        notebooks |= {path.parent.parent.name: nbformat.read(path, as_version=4)
                      for path in course.glob("autograded/*/lab/lab.ipynb")}
    return points, notebooks


def autograded(graded, student):
    """Return the points that a student got for each test cell."""
    return {name: graded[0][student][name][0] for name in POINTS}


def answer(graded, student, name):
    """Return what a graded test cell shows."""
    outputs = cell(graded[1][student], name).outputs
    return "".join(output.get("evalue", "") + output.get("text", "") for output in outputs)


def test_the_points_are_those_of_the_assignment(graded):
    points = {name: most for name, (_, most) in graded[0]["solution"].items()}
    assert sum(points.values()) == 100
    assert {name: most for name, most in points.items() if name.startswith("test-")} == POINTS
    table = re.findall(r"^\| (?:[1-7]\. .+) \| ([\d +]+) \| (?:by|≥)", (ROOT / "book/lab/assignment.md").read_text(
        encoding="utf-8"), re.MULTILINE)
    assert [int(number) for row in table for number in row.split(" + ")] == list(points.values())


def test_the_solution_gets_all_points(graded):
    assert autograded(graded, "solution") == POINTS
    others = {name: got for name, (got, _) in graded[0]["solution"].items() if name not in POINTS}
    assert set(others.values()) == {None}, "left to a person"


def test_the_untouched_notebook_gets_none(graded):
    assert {got for got, _ in graded[0]["untouched"].values()} == {0}
    assert "It isn't written yet" in answer(graded, "untouched", "test-sigmoid")


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_costs_the_points_of_its_part_and_no_others(graded, name):
    lost = MISTAKES[name][3]
    assert autograded(graded, f"mistake-{name}") == {test: 0 if test in lost else most for test, most in POINTS.items()}
    assert all("Not yet" in answer(graded, f"mistake-{name}", test) for test in lost)


def test_a_borrowed_backward_pass_is_refused(graded):
    assert autograded(graded, "borrowed") == POINTS | {"test-backward": 0}
    assert "It calls labcore's" in answer(graded, "borrowed", "test-backward")


@pytest.mark.parametrize("name", CHANGES)
def test_changed_checks_give_no_points(graded, name):
    assert {got for got, _ in graded[0][f"changed-{name}"].values()} == {0}
    assert "changed in this notebook" in answer(graded, f"changed-{name}", "test-sigmoid")


def test_a_package_beside_the_notebook_does_not_stand_in_for_labcore(graded):
    assert {got for got, _ in graded[0]["shadow"].values()} == {0}


def test_what_is_printed_gives_no_points(graded):
    assert autograded(graded, "printed") == POINTS | {"test-training-linear": 0, "test-training-xor": 0}
    assert "Every point gets the same output" in answer(graded, "printed", "test-training-xor")


def test_students_get_no_solution_and_no_hidden_test(kit):
    assert {path.name for path in kit.iterdir()} == {"student", "solution", "grading", "report-template.md"}
    notebook = nbformat.read(kit / "student" / "lab.ipynb", as_version=4)
    text = "\n".join(cell.source for cell in notebook.cells)
    for word in ("SOLUTION", "HIDDEN", "grading", "sys.modules", "velocities", "np.exp", "plateau"):
        assert word not in text
    assert text.count("raise NotImplementedError(") == 13
    assert f"VARIANT = {VARIANT}" in text
    with zipfile.ZipFile(next((kit / "student").glob("labcore-*.whl"))) as wheel:
        assert "labcore/checks/__init__.py" in wheel.namelist()


def test_the_solution_was_run_for_the_variant(kit):
    notebook = nbformat.read(kit / "solution" / "lab.ipynb", as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))
    shown = "".join(output.get("text", "") for cell in code for output in cell.outputs)
    assert "seed=7" in shown and shown.count("accuracy") == 2
    text = "\n".join(cell.source for cell in notebook.cells)
    assert "### " not in text.replace("#### ", "") and "grading" not in text


def test_nothing_names_a_folder_of_this_machine(kit):
    for path in kit.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert str(ROOT).encode() not in content and str(kit.parent).encode() not in content, path


def test_a_kit_with_grades_is_not_replaced(kit):
    (kit / "grading" / "submitted").mkdir()
    process = run(ROOT / "site" / "build_lab_kit.py", "--to", kit)
    said, _ = process.communicate()
    (kit / "grading" / "submitted").rmdir()
    assert process.returncode == 1 and "move it away" in said
    assert (kit / "solution").exists()


@pytest.mark.parametrize("variant", ["-1", "seven", "1.5"])
def test_a_variant_that_is_no_number_is_refused(tmp_path, variant):
    process = run(ROOT / "site" / "build_lab_kit.py", f"--variant={variant}", "--to", tmp_path / "kit")
    said, _ = process.communicate()
    assert process.returncode == 2 and "whole number" in said and not (tmp_path / "kit").exists()
