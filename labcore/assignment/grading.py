"""Grading a folder of notebooks side by side: ``python -m labcore grade FOLDER``."""

import concurrent.futures
import datetime
import pathlib
import re
import secrets
import tempfile
from dataclasses import dataclass, field

from . import notebook, pages
from .judging import PARTS, Judge, row, ungraded
from .sandbox import sandboxes
from .variants import of_student


@dataclass
class Sheet:
    """What is known of a student's notebook."""
    student: str
    rows: list = field(default_factory=list)
    remarks: list = field(default_factory=list)
    cells: list = field(default_factory=list)

    @property
    def points(self):
        """The points of all parts, "not graded" if one isn't."""
        points = [row["points"] for row in self.rows]
        return "not graded" if "" in points else f"{sum(map(float, points)):g}"


def submissions(folder):
    """Return {student: notebooks}; what stands in the folder, a notebook or a folder with one, names the student."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name[0] != ".":
            found.setdefault(path.name, []).extend(
                one for one in sorted(path.rglob("*.ipynb")) if ".ipynb_checkpoints" not in one.parts)
        elif path.suffix == ".ipynb":
            found.setdefault(path.stem, []).append(path)
    return found


def _sheet(student, paths, start, variant, seed):
    """Return the sheet of a student; whatever a notebook does, there is one."""
    sheet = Sheet(student)
    try:
        if len(paths) != 1:
            raise ValueError(f"there are {len(paths)} notebooks" if paths else "there is no notebook")
        cells = sheet.cells = notebook.read(paths[0])
        said = re.search(r"^VARIANT *= *(\d{1,9})", "\n".join(cell.source for cell in cells), re.MULTILINE)
        said = int(said[1]) if said else 0
        if variant not in (None, said):
            sheet.remarks.append(f"The notebook's VARIANT is {said}; this student's is {variant}.")
        sheet.remarks += notebook.remarks(cells)
        sheet.rows, failed = Judge(start, said if variant is None else variant, seed).judge(
            *notebook.statements(cells))
        sheet.remarks += [f"Cell {number} ended with {error['kinds'][0]}: {error['text']}" for number, error in failed]
    except Exception as error:  # of a notebook that nobody has thought of
        reason = str(error) if type(error) is ValueError else f"the judge failed ({type(error).__name__}: {error})"
        sheet.rows = [row(part, ungraded(part, reason)) for part in PARTS]
    return sheet


def grade(folder, to=None, jobs=2, image=None, seed=None, secret=None, variant=None, seconds=300, say=print):
    """Grade the notebooks in a folder; return the folder `to` with the grades, which must not be there before.

    `image` is a container's, to run them in, `seed` draws the inputs (a new one if None), `secret` (bytes) gives each
    student a variant and `variant` all the same, `seconds` is what a notebook may take, `say` hears how it goes.
    """
    folder = pathlib.Path(folder).resolve()
    to = pathlib.Path(to or folder.parent / f"grades-{datetime.date.today()}").resolve()
    if to.exists():
        raise ValueError(f"{to} is there already, and grades are never written over: name another folder with --to")
    found, seed, sheets = submissions(folder), secrets.randbelow(10**9) if seed is None else seed, []
    if not found:
        raise ValueError(f"{folder} has no notebooks, and no folders with one each")
    with sandboxes(seconds, image) as (start, way), concurrent.futures.ThreadPoolExecutor(jobs) as pool:
        say(f"Around each notebook: {way}.")
        for done in concurrent.futures.as_completed([
                pool.submit(_sheet, student, paths, start, of_student(student, secret) if secret else variant, seed)
                for student, paths in found.items()]):
            sheets.append(sheet := done.result())
            say(f"{len(sheets)} of {len(found)}: {sheet.student}, {sheet.points}")
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{to.name}.", dir=to.parent) as part:
        whole = pathlib.Path(part, to.name)
        pages.write(whole, sorted(sheets, key=lambda sheet: sheet.student), seed, way)
        whole.rename(to)
    return to
