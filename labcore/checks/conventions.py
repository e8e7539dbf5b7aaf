"""Other conventions for the same network: examples in columns, no biases, gradients in a dict or in two lists."""

import re

import numpy as np

from .verdict import NotRight

#: (columns, biases), the name, and what is asked
OTHERS = [
    ((True, True), "columns", "Do you keep examples in columns? Then it is right: x is (d, n) and W (n_out, n_in). "
     "Here they stand in rows, x @ W + b; with columns=True this check takes yours."),
    ((False, False), "no-biases", "Do you leave out the biases, as the handout does? Then it is right. Here params has "
     "six arrays, W and b of each layer; with biases=False this check takes yours."),
]


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
        if wrong.mistake in ("unwritten", "not-a-function", "borrowed", "endless") or columns or not biases:
            raise
        for other, name, question in OTHERS:
            try:
                by(*other, known=False)
            except NotRight:
                continue
            raise NotRight(question, name) from None
        raise


def _as(f, made):
    made.remote = getattr(f, "remote", False)
    return made


def _in_columns(f):
    return _as(f, lambda *given: _turn(f(*_turn(given))))


def _turn(value):
    """Return a value whose matrices are transposed: views, so that a change in place is seen."""
    if isinstance(value, dict):
        return {name: _turn(one) for name, one in value.items()}
    return [*map(_turn, value)] if isinstance(value, (list, tuple)) else value.T if hasattr(value, "T") else value


def _without_biases(f, at):
    def bare(*given):
        params, weights = given[at], given[at][::2]
        found = f(*given[:at], weights, *given[at + 1:])
        if isinstance(found, (list, tuple)) and len(found) == len(weights):  # gradients or new weights
            return [array for pair in zip(found, params[1::2]) for array in pair]
        return found

    return _as(f, bare)


def listed(grads, many):
    """Return gradients as a list [dW1, db1, ...], from a dict or lists of dW and of db too, and {name: remark}."""
    if isinstance(grads, np.ndarray) and grads.dtype == object:
        grads = list(grads)
    if isinstance(grads, dict):
        places = {key: (re.findall(r"\d+", str(key))[-1:], "b" in str(key).casefold()) for key in grads}
        return [grads[key] for key in sorted(grads, key=places.get)], {
            "dict": "They come in a dict; the lab asks for a list [dW1, db1, ...]."}
    if isinstance(grads, (list, tuple)) and len(grads) == 2 and all(
            isinstance(half, (list, tuple)) and len(half) == many // 2 for half in grads):
        return [array for pair in zip(*grads) for array in pair], {
            "two-lists": "They come in two lists; the lab asks for one, [dW1, db1, ...]."}
    return grads, {}
