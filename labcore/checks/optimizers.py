"""The check of an optimizer: several steps by the reader's rule and by labcore's."""

import copy
import inspect

import numpy as np

from .. import optimizers
from .judging import judge
from .optimizer_mistakes import flat, mistakes, parts, path_of
from .results import close, numbers, short
from .running import call, check
from .verdict import Found

RULES = {"sgd": (optimizers.SGD, ("lr",)), "momentum": (optimizers.Momentum, ("lr", "beta")),
         "adagrad": (optimizers.AdaGrad, ("lr", "eps")), "rmsprop": (optimizers.RMSProp, ("lr", "beta", "eps")),
         "adam": (optimizers.Adam, ("lr", "beta1", "beta2", "eps"))}
#: an ε so large that its place shows, β and 1 − β apart, and other values for the last case, which must be used too
HYPER = {"lr": 0.1, "beta": 0.8, "beta1": 0.6, "beta2": 0.9, "eps": 0.25}
OTHER = {"lr": 0.5, "beta": 0.6, "beta1": 0.8, "beta2": 0.7, "eps": 0.125}
#: signs that change, but all sums and means positive: without its square, too, a memory has a root
SCALARS = [np.array([g]) for g in (2.0, -1.0, 0.5, 1.5, -0.25)]
MATRICES = list(np.array([[[1.0, 0.5], [3.0, 0.25]], [[-0.5, 0.25], [1.0, -0.125]], [[2.0, -0.25], [-1.0, 1.0]]]))
ONE, MATRIX = np.array([1.0]), np.array([[1.0, -2.0], [0.5, 3.0]])


def _cases(names, lists):
    first, last = ({name: values[name] for name in names} for values in (HYPER, OTHER))
    if not lists:
        return [(first, ONE, SCALARS[:1]), (first, ONE, SCALARS), (last, MATRIX, MATRICES)]
    pairs = [[g, np.array([h])] for g, h in zip(SCALARS, (0.5, 1.0, -0.25))]
    layers = [[g, g[1] / 2] for g in MATRICES]
    return [(first, [ONE], [[SCALARS[0]]]), (first, [ONE, 2 * ONE], pairs), (last, [MATRIX, MATRIX[0]], layers)]


def _told(hyper, start, gradients):
    rates = ", ".join(f"{name}={value:g}" for name, value in hyper.items())
    return f"{rates}; θ = {short(start)}; gradients {', then '.join(map(short, gradients))}"


# ---- the reader's rule ----

def _rule(make, hyper):
    """Return what `make` makes as a function (theta, grad)."""
    rule = make(**hyper)
    if rule is None:
        raise Found("make returns nothing (None): it should return an object with update(theta, grad), or a function.",
                    "unwritten")
    step = getattr(rule, "update", rule)
    if not callable(step):
        raise Found(f"make returns {short(rule)}: it should be an object with update(theta, grad), or a function.",
                    "not-a-rule")
    return step


def _follow(step, hyper, start, gradients):
    """Return the path of θ, whether the rule changes θ in place or returns the new one."""
    given = (hyper, start, gradients)
    theta, handed, path, silent = copy.deepcopy(start), copy.deepcopy(gradients), [], True
    for gradient in handed:
        result = step(theta, gradient)
        theta, silent = (theta, silent) if result is None else (result, False)
        if isinstance(start, list) and not (isinstance(theta, (list, tuple)) and len(theta) == len(start)):
            raise Found(f"With lists=True it should give a list of arrays, {len(start)} here; it gives {short(theta)}.",
                        "shape", input=short(given))
        path.append(flat([numbers(part, like.shape, given) for part, like in zip(parts(theta), parts(start))]))
    if any(not np.array_equal(flat(one), flat(other)) for one, other in zip(handed, gradients)):
        raise Found("It changes the gradient that it was handed, in place. A memory that begins as v = grad is the "
                    "gradient's own array: take grad.copy().", "changed-input", input=short(given))
    if silent and all(np.array_equal(flat(start), theta) for theta in path):
        raise Found("It returns nothing and leaves θ as it was. theta = theta - … only gives the name theta to another "
                    "array: write theta -= …, or return the new one.", "unchanged", input=short(given))
    return path_of(path)


def _look_at(make, names):
    if not callable(make):
        raise Found(f"make should be a function or a class that makes an optimizer; it is {short(make)}. Hand in its "
                    "name, without brackets.", "not-a-function")
    try:
        inspect.signature(make).bind(**dict.fromkeys(names))
    except ValueError:  # no signature that Python can read
        pass
    except TypeError as error:
        called = ", ".join(f"{name}=…" for name in names)
        raise Found(f"It is called as make({called}): {error}.", "arguments") from None


# ---- the check ----

@check("{name}")
def optimizer(name, make, lists=False):
    """Check an optimizer, one of "sgd", "momentum", "adagrad", "rmsprop" and "adam".

    Parameters
    ----------
    name : {"sgd", "momentum", "adagrad", "rmsprop", "adam"}
        The rule, as labcore's class of that name writes it, ε beside the root.
    make : callable
        A class or function, called with the hyper-parameters that the rule has by keyword: ``lr``; ``beta`` (momentum
        and RMSProp), ``beta1`` and ``beta2`` (Adam); ``eps`` (the rules with a root). It returns an object with
        ``update(theta, grad)``, or a function ``(theta, grad)``. Either changes theta in place or returns the new one,
        and leaves grad as it is.
    lists : bool, default False
        Whether theta and grad are lists of arrays; otherwise each is one array.

    Returns
    -------
    Verdict
        Right, or which mistake it is and the fewest steps that show it.

    Examples
    --------
    >>> from labcore import checks
    >>> checks.optimizer("sgd", lambda lr: lambda theta, grad: theta - lr * grad)
    Right (sgd). All steps are right.
    >>> checks.optimizer("sgd", lambda lr: lambda theta, grad: theta + lr * grad).mistake
    'sign'
    """
    if name not in RULES:
        raise ValueError(f"name must be one of {', '.join(RULES)}; got {name!r}")
    rule, names = RULES[name]
    cases = _cases(names, lists)

    def right(hyper, start, gradients):
        theta, path, mine = flat(start), [], rule(**hyper)
        for gradient in gradients:
            mine.update(theta, flat(gradient))
            path.append(theta.copy())
        return path_of(path)

    def walk(hyper, start, gradients):
        return _follow(_rule(make, hyper), hyper, start, gradients)

    def walk_second(hyper, start, gradients):
        one, two = _rule(make, hyper), _rule(make, hyper)
        _follow(one, hyper, start, gradients[::-1])
        return _follow(two, hyper, start, gradients)

    def look_apart(case):
        alone, second = (call(path, *case)[0] for path in (walk, walk_second))
        if not close(second, alone):
            raise Found("Two optimizers of yours share one memory: after the first has run, the second doesn't begin "
                        "at 0. Keep it in self, set in __init__, and not in the class, a global or a default argument.",
                        "shared-memory", input=short(case), expected=short(right(*case)), got=short(second))

    try:
        _look_at(make, names)
        try:
            judge(walk, cases, right, mistakes(name, lists))
        except Found as found:
            if found.mistake in ("", "shape", "raises", "broadcast"):  # one made before this may have left its memory
                _quietly(look_apart, cases[1:])
            raise
        look_apart(cases[1])
    except Found as found:
        raise _explained(found, name, cases) from None
    return "All steps are right" + (", and two optimizers keep their memories apart." if len(names) > 1 else ".")


def _quietly(look, cases):
    """Run a second look at something wrong already, where the only answer of interest is "shared-memory"."""
    for case in cases:
        try:
            look(case)
        except Found as found:
            if found.mistake == "shared-memory":
                raise


def _explained(found, name, cases):
    """Return the Found in the terms of optimizers; what a walk itself found comes out of `call` as a cause."""
    cause = found.__context__ if found.mistake == "raises" else None
    shown = dict(found.shown)
    if isinstance(cause, Found):
        found, shown = cause, shown | dict(cause.shown)
    elif name == "adam" and (isinstance(cause, ZeroDivisionError)
                             or found.mistake == "nan" and shown.get("input") == short(cases[0])):
        found = Found("At the first step it divides by 1 − β⁰ = 0: t counts from 1, so let it grow before it is used.",
                      "t-from-0")
    told = {short(case): _told(*case) for case in cases}
    return Found(found.sentence, found.mistake, **{key: told.get(text, text) for key, text in shown.items()})
