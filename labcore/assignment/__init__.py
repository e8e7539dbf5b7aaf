"""The lab: data and settings in variants, the judge that grades notebooks, and a look at one before it is handed in."""

from .variants import PROBLEMS, of_student, problem, settings

__all__ = ["PROBLEMS", "grade", "of_student", "preflight", "problem", "settings"]


def __getattr__(name):  # what students don't need isn't loaded
    if name == "grade":
        from .grading import grade
        return grade
    if name == "preflight":
        from .notebook import preflight
        return preflight
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
