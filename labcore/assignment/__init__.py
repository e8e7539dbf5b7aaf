"""The lab: data and settings in variants, the judge that grades notebooks, and a look at one before it is handed in."""

from .notebook import preflight
from .variants import PROBLEMS, of_student, problem, settings

__all__ = ["PROBLEMS", "grade", "of_student", "preflight", "problem", "settings"]


def grade(*given, **named):
    try:
        from .grading import grade
    except ImportError as error:
        raise ValueError(f"grading needs more ({error}): pip install labcore[grading]") from None
    return grade(*given, **named)
