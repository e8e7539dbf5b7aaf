"""Grade a class that is made up: variants of the lab with planted mistakes, three of them hostile.

    python tests/benchmarks/grade_class.py [--students 200] [--jobs 2] [--seconds 300]
"""

import argparse
import json
import pathlib
import sys
import tempfile
import time

import numpy as np

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "site")]
import build_lab_kit  # noqa: E402

from labcore.assignment import grade, of_student  # noqa: E402
from tests.lab.submissions import FOREVER, GREEDY, KILLER, MISTAKES, changed, with_mistake  # noqa: E402

SECRET = b"of a class that is made up"


def notebook(student, rng):
    """Return a student's notebook, and the mistakes in it: none in two of five, else up to three."""
    made = json.loads(json.dumps(build_lab_kit.notebook(of_student(student, SECRET), solved=True)))
    names = []
    for name in rng.permutation(list(MISTAKES))[:rng.choice(4, p=(0.4, 0.3, 0.2, 0.1))]:
        cell, right, wrong, *_ = MISTAKES[name]
        if next(one for one in made["cells"] if one["id"] == cell)["source"].count(right) == 1:
            made, names = with_mistake(made, cell, right, wrong), [*names, name]
    return made, names


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, value in (("--students", 200), ("--jobs", 2), ("--seconds", 300)):
        parser.add_argument(name, type=int, default=value)
    given = parser.parse_args()
    rng, planted = np.random.default_rng(0), {}
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        (folder / "class").mkdir()
        for number in range(given.students):
            student = f"student-{number:03}"
            made, planted[student] = notebook(student, rng)
            hostile = {given.students // 4 * k: lines for k, lines in ((1, FOREVER), (2, GREEDY), (3, KILLER))}
            if number in hostile:
                made = changed(made, "data", "+" + hostile[number])
            (folder / "class" / f"{student}.ipynb").write_text(json.dumps(made), encoding="utf-8")
        begun = time.perf_counter()
        to = grade(folder / "class", to=folder / "grades", jobs=given.jobs, seconds=given.seconds, secret=SECRET,
                   say=lambda line: None)
        took = time.perf_counter() - begun
        print((to / "summary.md").read_text(encoding="utf-8"))
    print(f"{given.students} notebooks, {sum(map(len, planted.values()))} mistakes planted: {took:.0f} s")


if __name__ == "__main__":
    main()
