"""The lab's commands: ``python -m labcore grade`` for instructors, ``python -m labcore preflight`` for students."""

import argparse
import pathlib

from . import grade, preflight


def add_to(commands):
    """Add both to a parser's commands."""
    judge = commands.add_parser("grade", help="grade the lab's notebooks", argument_default=argparse.SUPPRESS,
                                description="Run each notebook in a sandbox and judge its functions by their answers.")
    judge.add_argument("folder", type=pathlib.Path, help="has a notebook, or a folder with one, for each student")
    judge.add_argument("--to", type=pathlib.Path, metavar="OUT", help="new folder; grades-DATE beside it if not given")
    judge.add_argument("--jobs", type=int, metavar="N", help="notebooks side by side (2)")
    judge.add_argument("--seconds", type=int, metavar="S", help="that a notebook may take (300)")
    judge.add_argument("--seed", type=int, metavar="N", help="draws the inputs; a new one if not given")
    judge.add_argument("--container", dest="image", metavar="IMAGE", help="run notebooks in it, by Docker or Podman")
    own = judge.add_mutually_exclusive_group()
    own.add_argument("--variant", type=int, metavar="N", help="that the notebooks were given")
    own.add_argument("--secret-file", type=pathlib.Path, metavar="FILE", help="that students' variants were made with")
    looking = commands.add_parser("preflight", help="say what of the lab's notebook would not be graded",
                                    description="Nothing is run. Exit status: 1 if there is such a thing.")
    looking.add_argument("notebook", type=pathlib.Path)


def run(folder=None, notebook=None, secret_file=None, **how):
    """Grade a folder, or look at a notebook before that; return the exit status: 1 if something would not be graded."""
    if folder:
        secret = secret_file.read_bytes() if secret_file else None
        print(f"The grades are in {grade(folder, secret=secret, **how)}")
        return 0
    found = preflight(notebook)
    print("\n".join(found) or "Nothing was found that would not be graded.")
    return int(bool(found))
