"""The lab: one variant of data and settings for each class, and what its hidden tests use while it is graded."""

from .variants import PROBLEMS, problem, settings

__all__ = ["PROBLEMS", "problem", "settings"]
