"""Make the instructor's kit of the lab from book/lab/lab.ipynb: what students get, and what an instructor keeps.

    python site/build_lab_kit.py [--variant NUMBER | --students FILE --secret-file FILE] [--to FOLDER]

The kit holds no solution in `student`, the executed solution in `solution`, and in `grading` what grades it elsewhere,
on Gradescope or in a container. With `--students`, a file with an id a line, each gets a notebook with a variant of its
own.
"""

import argparse
import pathlib
import re
import shutil

import labcore_wheel
import nbformat
from nbclient import NotebookClient

from labcore.assignment import of_student

SITE = pathlib.Path(__file__).resolve().parent
ROOT, LAB = SITE.parent, SITE / "lab"
SOLUTION = re.compile(r"^( *)### BEGIN SOLUTION\n.*?### END SOLUTION$", re.MULTILINE | re.DOTALL)
STUB = r'\1raise NotImplementedError("Not written yet: put your lines in place of this one.")'


def notebook(variant, solved):
    """Return the notebook of a variant without outputs, with its solutions or without."""
    made = nbformat.read(ROOT / "book" / "lab" / "lab.ipynb", as_version=4)
    for cell in made.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
            cell.source = re.sub(r"^VARIANT = 0", f"VARIANT = {variant}", cell.source, flags=re.MULTILINE)
    tagged = {cell.id: cell.metadata.pop("tags", []) for cell in made.cells}
    if solved:
        for cell in made.cells:
            cell.source = re.sub(r"^ *### (BEGIN|END) SOLUTION\n?", "", cell.source, flags=re.MULTILINE).rstrip()
        return made
    made.cells = [cell for cell in made.cells if "solution" not in tagged[cell.id]]
    for cell in made.cells:
        cell.source = ("*Write your answer in place of this line.*" if "answer" in tagged[cell.id] else
                       SOLUTION.sub(STUB, cell.source))
    return made


def build(kit, variant, students, secret):
    """Make the kit in a folder that is empty or isn't there."""
    if kit.exists() and any(kit.iterdir()):
        raise SystemExit(f"{kit} isn't empty: move it away, or name another folder with --to.")
    for name in ("student", "solution"):
        (kit / name).mkdir(parents=True)
    shutil.copytree(LAB / "grading", kit / "grading")
    shutil.copy2(LAB / "student-README.md", kit / "student" / "README.md")
    labcore_wheel.build(kit / "student")  # it has the checks
    shutil.copy2(next((kit / "student").glob("*.whl")), kit / "grading")
    template = (LAB / "report-template.md").read_text(encoding="utf-8")
    variants = {"": variant} | {student: of_student(student, secret) for student in students}
    for student, own in variants.items():
        folder = kit / "student" / student
        folder.mkdir(exist_ok=True)
        if student or not students:
            nbformat.write(notebook(own, solved=False), folder / "lab.ipynb")
            (folder / "report-template.md").write_text(template.replace("@VARIANT@", str(own)), encoding="utf-8")
    solution = notebook(variant, solved=True)
    NotebookClient(solution, timeout=300, kernel_name="python3", record_timing=False).execute()
    nbformat.write(solution, kit / "solution" / "lab.ipynb")


def whole_number(text):
    """Return a number from 0 on, for argparse."""
    if not text.isdecimal():
        raise argparse.ArgumentTypeError(f"VARIANT is a whole number from 0 on; got {text!r}")
    return int(text)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--variant", type=whole_number, default=0, metavar="NUMBER", help="changes data and settings")
    parser.add_argument("--students", type=pathlib.Path, metavar="FILE", help="ids, a line each: a variant for each")
    parser.add_argument("--secret-file", type=pathlib.Path, metavar="FILE", help="what those variants are made with")
    parser.add_argument("--to", type=pathlib.Path, default=ROOT / "_build" / "lab-kit", metavar="FOLDER",
                        help="what to make: a folder that is empty or isn't there")
    given = parser.parse_args()
    if (given.students is None) != (given.secret_file is None):
        parser.error("--students and --secret-file belong together")
    students = given.students.read_text(encoding="utf-8").split() if given.students else []
    if wrong := [student for student in students if not re.fullmatch(r"[\w.@+-]*\w[\w.@+-]*", student)]:
        parser.error(f"an id is made of letters, digits and . @ + - _; got {wrong[0]!r}")
    build(given.to.resolve(), given.variant, students, given.secret_file.read_bytes() if students else b"")
    print(f"The kit is made. Open {given.to} and read grading/README.md.")


if __name__ == "__main__":
    main()
