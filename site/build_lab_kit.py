"""Make the instructor's kit of the lab from book/lab/lab.ipynb, with nbgrader: what students get and what grades them.

    python site/build_lab_kit.py [--variant NUMBER] [--to FOLDER]

Run it in the environment of site/lab/requirements.txt; `make lab-kit VARIANT=7` does. The kit holds no solution in
`student`, the executed solution in `solution`, and in `grading` a course of nbgrader's with one assignment, `lab`.
"""

import argparse
import os
import pathlib
import re
import shutil
import subprocess
import sys

import labcore_wheel
import nbformat

SITE = pathlib.Path(__file__).resolve().parent
ROOT, LAB = SITE.parent, SITE / "lab"
VARIANT = re.compile(r"^VARIANT = \d+", re.MULTILINE)


def write_source(variant, path):
    """Write the notebook with solutions for a variant, without outputs."""
    notebook = nbformat.read(ROOT / "book" / "lab" / "lab.ipynb", as_version=4)
    replaced = 0
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.source, times = VARIANT.subn(f"VARIANT = {variant}", cell.source)
            cell.outputs, cell.execution_count, replaced = [], None, replaced + times
    assert replaced == 1, "the notebook has one cell that sets VARIANT"
    path.parent.mkdir(parents=True)
    nbformat.write(notebook, path)


def nbgrader(command, folder):
    """Run a command of nbgrader for the assignment, in the folder of the course; show what it said if it fails."""
    path = os.pathsep.join([str(pathlib.Path(sys.executable).parent), os.environ["PATH"]])  # nbgrader calls alembic
    done = subprocess.run([sys.executable, "-m", "nbgrader", command, "lab"], cwd=folder, capture_output=True,
                          env=os.environ | {"PATH": path}, text=True)
    if done.returncode:
        raise SystemExit(f"nbgrader {command} failed:\n{done.stdout}{done.stderr}")


def tidy_solution(path):
    """Take out of the executed solution what is for nbgrader alone: the marks of solutions, and hidden tests."""
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        assert not any(output.output_type == "error" for output in cell.get("outputs", ())), cell.source
        cell.source = re.sub(r"### BEGIN HIDDEN TESTS\n.*?### END HIDDEN TESTS\n", "", cell.source, flags=re.DOTALL)
        cell.source = re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", cell.source, flags=re.MULTILINE).rstrip()
        cell.metadata.pop("execution", None)  # the hours at which it ran
    nbformat.write(notebook, path)


def build(variant, kit):
    """Make the kit for a variant in the folder `kit`; replace an earlier one, but nothing else and no submissions."""
    if kit.exists() and any(kit.iterdir()):
        if not (kit / "grading" / "nbgrader_config.py").exists() or (kit / "grading" / "submitted").exists():
            raise SystemExit(f"{kit} has more in it than a new kit: move it away, or name another folder with --to.")
        shutil.rmtree(kit)
    student, solution, grading = (kit / name for name in ("student", "solution", "grading"))
    write_source(variant, grading / "source" / "lab" / "lab.ipynb")
    shutil.copy2(LAB / "nbgrader_config.py", grading)
    shutil.copy2(LAB / "requirements.txt", grading)
    shutil.copy2(LAB / "grading-README.md", grading / "README.md")
    nbgrader("generate_assignment", grading)
    nbgrader("generate_solution", grading)
    shutil.copytree(grading / "release" / "lab", student)
    shutil.copy2(LAB / "student-README.md", student / "README.md")
    labcore_wheel.build(student, "--no-build-isolation")  # it has the checks
    shutil.move(grading / "solution" / "lab", solution)
    (grading / "solution").rmdir()
    tidy_solution(solution / "lab.ipynb")
    template = (LAB / "report-template.md").read_text(encoding="utf-8")
    for folder in (kit, student):
        (folder / "report-template.md").write_text(template.replace("@VARIANT@", str(variant)), encoding="utf-8")


def whole_number(text):
    """Return a number from 0 on, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"VARIANT is a whole number from 0 on; got {text!r}")
    return int(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variant", type=whole_number, default=0, metavar="NUMBER", help="changes data and settings")
    parser.add_argument("--to", type=pathlib.Path, default=ROOT / "_build" / "lab-kit", metavar="FOLDER",
                        help="what to make; an earlier kit there is replaced")
    given = parser.parse_args()
    build(given.variant, given.to.resolve())
    print(f"The kit of variant {given.variant} is made. Open {given.to} and read grading/README.md.")


if __name__ == "__main__":
    main()
