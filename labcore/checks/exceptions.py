"""What is said of an exception in a reader's function."""

import os
import re
import traceback

import numpy as np

from .verdict import NotRight


class RemoteError(Exception):
    """An exception of another process: the names of its class and bases, its text, and the line of the reader's."""

    def __init__(self, kinds, text="", line=""):
        super().__init__(text)
        self.described = {"kinds": list(kinds), "text": text, "line": line}


def describe(error):
    """Return {"kinds", "text", "line"} of an exception, strings that can travel."""
    if isinstance(error, RemoteError):
        return error.described
    others = tuple(map(os.path.dirname, (os.__file__, os.path.dirname(__file__), np.__file__)))
    lines = [frame.line for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith(others)]
    kinds = [kind.__name__ for kind in type(error).__mro__]
    return {"kinds": kinds, "text": str(error), "line": ["", *lines][-1] or ""}


def told(error, shown):
    """Return the NotRight that says what is known of an exception; `shown` is the input."""
    kinds, text, line = describe(error).values()
    mistake, sentence = next(said for kind, words, *said in EXPLAINED if kind in kinds and re.search(words, text))
    if mistake == "unwritten":
        return NotRight(sentence, mistake)
    return NotRight(f"It raised {kinds[0]}{text and ': '}{text}. {sentence}".strip(), mistake, input=shown,
                    **{"line": line} if line else {})


#: a kind of exception, words in its text, the name of the mistake, and what is said of it
EXPLAINED = [
    ("NotImplementedError", "", "unwritten", "It isn't written yet: put your lines in the place of the raise."),
    ("RecursionError", "", "endless", "It calls itself without end."),
    ("TimeoutError", "", "endless", "It was stopped. Does a loop of yours come to its end?"),
    ("ValueError", "matmul|not aligned", "product-order", "The sizes beside the @ don't meet: another order, or a .T?"),
    ("ValueError", "broadcast", "broadcast", "Two arrays don't fit: print their shapes just before that line."),
    ("ValueError", "truth value", "one-number",
     "if, and, or, max(…) take one number, not an array: np.where(z >= 0, …, …) and np.maximum(z, 0) decide for each."),
    ("TypeError", "only (length-1|size-1|0-dim)", "one-number", "math.exp, float take one number: np.exp takes each."),
    ("TypeError", "bitwise_xor|for \\^", "power", "In Python ^ is no power: write z ** 2."),
    ("ValueError", "values to unpack", "unpack", "There are more things or fewer than names: print len(…)."),
    ("Exception", "casting", "integer", "It writes decimals into whole numbers: begin with np.asarray(z, float)."),
    ("UnboundLocalError", "", "unbound", "To change a variable of the function around, say nonlocal; or use self."),
    ("TypeError", "(positional|keyword) argument", "arguments", "Look at the arguments in its def line."),
    ("BaseException", "", "raises", ""),
]
