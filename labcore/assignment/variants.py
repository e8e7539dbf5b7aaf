"""The lab's data and settings in variants, so that predictions and losses can't be copied from another class.

Variant 0 is the handout's own. Any other whole number turns the line of the linear problem and the diagonals of XOR.
"""

import hmac
from types import SimpleNamespace

import numpy as np

from ..data import generate_linear, generate_xor_easy
from ..inputs import pick, whole_number


def settings(variant=0, **changes):
    """Return what `train` is to be run with for a variant: a right program learns both problems with it.

    >>> lab.assignment.settings(7, lr=0.1)  # for experiments a value can be changed by its name
    namespace(hidden=(9, 9), lr=0.1, epochs=2200, seed=7)
    """
    variant = whole_number("variant", variant, 0)
    own = {"hidden": (10, 10), "lr": 1.0, "epochs": 2000, "seed": variant}
    if variant > 0:
        rng = np.random.default_rng([variant, 2])
        own |= {"hidden": tuple(rng.integers(8, 15, 2).tolist()), "lr": float(rng.integers(8, 16) / 8),
                "epochs": 100 * int(rng.integers(20, 26))}
    if unknown := changes.keys() - own:
        raise TypeError(f"settings are {', '.join(own)}; got {', '.join(unknown)}")
    return SimpleNamespace(**own | changes)


def of_student(student, secret):
    """Return the variant of a student, a number from 1 to 999 999 that only who has the secret (bytes) can tell."""
    digest = hmac.digest(secret.strip(), student.strip().casefold().encode(errors="surrogateescape"), "sha256")
    return int.from_bytes(digest[:8], "big") % 999_999 + 1


def problem(name, variant=0):
    """Return x (n, 2) and y (n, 1) of the problem "linear" (100 points) or "xor" (21 points) for a variant."""
    original, varied = pick("name", name, PROBLEMS)
    return varied(variant) if whole_number("variant", variant, 0) else original()


def _linear(variant):
    """Points on [0, 1)² and a line near its middle; at least 35 of the 100 points lie on either side."""
    rng = np.random.default_rng([variant, 0])
    while True:
        x = rng.random((100, 2))
        angle, offset = rng.uniform(0, 2 * np.pi), rng.uniform(-0.1, 0.1)
        y = ((x - 0.5) @ [[np.cos(angle)], [np.sin(angle)]] > offset).astype(float)
        if 35 <= y.sum() <= 65:
            return x, y


def _xor(variant):
    """The handout's 21 points, turned about their middle and shifted, half of the variants with labels swapped."""
    x, y = generate_xor_easy()
    rng = np.random.default_rng([variant, 1])
    angle = rng.uniform(-np.pi / 4, np.pi / 4)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (x - 0.5) @ turn + 0.5 + rng.uniform(-0.2, 0.2, 2), np.abs(y - rng.integers(0, 2))


#: name: the handout's own problem, and one for each other variant
PROBLEMS = {"linear": (generate_linear, _linear), "xor": (generate_xor_easy, _xor)}
