"""Other conventions for the same network: examples in columns, no biases, gradients in a dict or in two lists."""

import re

import numpy as np

from .verdict import NotRight

ASKED = {
    (True, True): "Do you keep examples in columns? Then it is right: W is (n_out, n_in) and x (d, n). Here they stand "
                  "in rows, x @ W + b; with columns=True this check takes yours.",
    (False, False): "Do you leave out the biases, as the handout does? Then it is right. Here params has six arrays, W "
                    "and b of each layer; with biases=False this check takes yours.",
    (True, False): "Do you keep examples in columns, and leave out the biases? Then it is right; with columns=True and "
                   "biases=False this check takes yours.",
}


def as_written(judge, f, at, columns, biases):
    """Return judge(function, biases), the sentence of right work, for a function of the convention that is asked for.

    If it isn't right and would be by another one, NotRight asks about that. `at` is the place of params.
    """
    def by(columns, biases, **how):
        function = f if biases else _without_biases(f, at)
        return judge(_in_columns(function) if columns else function, biases, **how)

    try:
        return by(columns, biases)
    except NotRight as wrong:
        if wrong.mistake not in ("unwritten", "not-a-function", "borrowed", "endless") and biases and not columns:
            for other, question in ASKED.items():
                try:
                    by(*other, known=False)
                except NotRight:
                    continue
                raise NotRight(question, "columns" if other[0] else "no-biases") from None
        raise


def _in_columns(f):
    def turned(*given):
        return _turn(f(*_turn(given)))

    turned.remote = getattr(f, "remote", False)
    return turned


def _turn(value):
    """Return a value whose matrices are transposed: views, so that a change in place is seen."""
    if isinstance(value, np.ndarray):
        return value.T
    if isinstance(value, dict):
        return {name: _turn(one) for name, one in value.items()}
    return type(value)(map(_turn, value)) if isinstance(value, (list, tuple)) else value


def _without_biases(f, at):
    def bare(*given):
        params = given[at]
        found = f(*[one[::2] if one is params else one for one in given])
        if isinstance(found, (list, tuple)) and len(found) == len(params) // 2:  # gradients or new weights
            return [array for pair in zip(found, params[1::2]) for array in pair]
        return found

    bare.remote = getattr(f, "remote", False)
    return bare


def listed(grads, many):
    """Return gradients as one list [dW1, db1, ...], from a dict or lists of dW and of db too, and (name, what to say).

    The latter is None for a list.
    """
    if isinstance(grads, np.ndarray) and grads.dtype == object:
        grads = list(grads)
    if isinstance(grads, dict):
        def place(key):
            digits = re.findall(r"\d+", str(key))
            return int(digits[-1]) if digits else 0, "b" in str(key).casefold()

        return [grads[key] for key in sorted(grads, key=place)], ("dict", "They come in a dict; the lab asks for a list "
                                                                  "[dW1, db1, ...].")
    if isinstance(grads, (list, tuple)) and len(grads) == 2 and all(
            isinstance(half, (list, tuple)) and len(half) == many // 2 for half in grads):
        return [array for pair in zip(*grads) for array in pair], (
            "two-lists", "They come in two lists; the lab asks for one, [dW1, db1, ...].")
    return grads, None
