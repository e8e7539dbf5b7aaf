"""Print the grades in the gradebook of a course of nbgrader's as JSON: student, cell, points.

    python tests/lab/read_grades.py FOLDER        in the environment of site/lab/requirements.txt
"""

import json
import pathlib
import sys

from nbgrader.api import Gradebook

with Gradebook(f"sqlite:///{pathlib.Path(sys.argv[1]).resolve()}/gradebook.db") as gradebook:
    print(json.dumps({
        submission.student.id: {grade.name: [grade.auto_score, grade.max_score]
                                for notebook in submission.notebooks for grade in notebook.grades}
        for submission in gradebook.assignment_submissions("lab")}))
