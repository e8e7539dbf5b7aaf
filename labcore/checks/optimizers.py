"""The check of an optimizer: several steps by the reader's rule and by labcore's."""

import copy
import inspect

import numpy as np

from .. import optimizers
from ..inputs import pick
from .calling import call, check
from .mistakes import compare
from .optimizer_mistakes import mistakes
from .results import NotRight, close, flat, numbers, parts, short

#: other names that books give what make is called with
ALIASES = {"lr": "learning_rate eta alpha rate step_size", "beta": "momentum gamma rho mu decay decay_rate",
           "beta1": "b1 beta_1", "beta2": "b2 beta_2", "eps": "epsilon e"}
#: an ε so large that its place shows, β and 1 − β apart, and other values for the last case, which must be used too
HYPER = {"lr": 0.1, "beta": 0.8, "beta1": 0.6, "beta2": 0.9, "eps": 0.25}
OTHER = {"lr": 0.5, "beta": 0.6, "beta1": 0.8, "beta2": 0.7, "eps": 0.125}
#: signs that change, but all sums and means positive: without its square, too, a memory has a root
SCALARS = np.array([[2.0], [-1.0], [0.5], [1.5], [-0.25]])
MATRICES = np.array([[[1.0, 0.5], [3.0, 0.25]], [[-0.5, 0.25], [1.0, -0.125]], [[2.0, -0.25], [-1.0, 1.0]]])
STARTS = np.array([1.0]), np.array([2.0]), np.array([[1.0, -2.0], [0.5, 3.0]])


def _cases(names, lists, seed=0):
    """Return (rates, θ, gradients): one number and a step, several steps, matrices; near the numbers above."""
    rng = np.random.default_rng(seed)
    first, last = ({name: values[name] for name in names} for values in (HYPER, OTHER))
    one, two, matrix, scalars, matrices = (array * np.round(rng.uniform(1, 1.2, array.shape), 2)
                                           for array in (*STARTS, SCALARS, MATRICES))
    if not lists:
        return [(first, one, scalars[:1]), (first, one, scalars), (last, matrix, matrices)]
    pairs = [[g, np.array([h])] for g, h in zip(scalars, (0.5, 1.0, -0.25))]
    layers = [[g, g[1] / 2] for g in matrices]
    return [(first, [one], [[scalars[0]]]), (first, [one, two], pairs), (last, [matrix, matrix[0]], layers)]


def _told(hyper, start, gradients):
    rates = ", ".join(f"{name}={value:g}" for name, value in hyper.items())
    return f"{rates}; θ = {short(start)}; gradients {', then '.join(map(short, gradients))}"


def _rule(make, hyper):
    """Return what `make` makes as a function (theta, grad)."""
    if not callable(make):
        raise NotRight(f"{short(make)} is no function or class: hand in its name, without brackets.", "not-a-function")
    known = inspect.signature(make).parameters
    rule = make(**{next((other for other in ALIASES[name].split() if name not in known and other in known), name): value
                   for name, value in hyper.items()})
    step = getattr(rule, "update", rule)
    if not callable(step):
        raise NotRight(f"make returns {short(rule)}: it should be an object with update(theta, grad), or a function.",
                       "unwritten" if rule is None else "not-a-rule")
    return step


def _follow(step, start, gradients):
    """Return θ after each step, whether the rule changes it in place or returns the new one."""
    numbered = False
    if inspect.isfunction(step) or inspect.ismethod(step):  # some want the number of the step as well
        numbered = sum(one.default is one.empty for one in inspect.signature(step).parameters.values()) == 3
    theta, handed, path, silent = copy.deepcopy(start), copy.deepcopy(gradients), [], True
    for t, gradient in enumerate(handed, start=1):
        result = step(theta, gradient, *[t] * numbered)
        theta, silent = (theta, silent) if result is None else (result, False)
        if isinstance(start, list) and not (isinstance(theta, (list, tuple)) and len(theta) == len(start)):
            raise NotRight(f"It should give a list of {len(start)} arrays; it gives {short(theta)}.", "shape")
        path.append(flat([numbers(part, like.shape) for part, like in zip(parts(theta), parts(start))]))
    if not all(map(np.array_equal, map(flat, handed), map(flat, gradients))):
        raise NotRight("It changes the gradient that it was handed: for v = grad take grad.copy().", "changed-input")
    if silent and all(np.array_equal(flat(start), theta) for theta in path):
        raise NotRight("It returns nothing and leaves θ as is: write theta -= …, or return the new one.", "unchanged")
    return np.squeeze(path)


@check("{name}")
def optimizer(name, make, lists=False, seed=None):
    """Check an optimizer, as "sgd" or "adam": the rule as `labcore.optimizers` has it, ε beside the root.

    `make`, a class or function, is called by keyword with the rule's hyper-parameters among lr, beta, beta1, beta2 and
    eps. It returns an object with ``update(theta, grad)`` or a function ``(theta, grad)``, which changes theta in place
    or returns the new one, and leaves grad as it is. With `lists=True` both are lists of arrays, otherwise arrays.

    >>> checks.optimizer("sgd", lambda lr: lambda theta, grad: theta - lr * grad)
    Right (sgd). All steps are right.
    """
    rule = pick("name", name, optimizers.known())
    names = [name for name in inspect.signature(rule).parameters if name in HYPER]
    cases = _cases(names, lists, seed)

    def right(hyper, start, gradients):
        return _follow(rule(**hyper).update, flat(start), [flat(gradient) for gradient in gradients])

    def walk(hyper, start, gradients, second=False):
        *others, mine = [_rule(make, hyper) for _ in range(1 + second)]
        for other in others:
            _follow(other, start, gradients[::-1])
        return _follow(mine, start, gradients)

    walk.remote = getattr(make, "remote", False)

    def share_memory(case):
        alone, second = call(walk, *case)[0], call(walk, *case, True)[0]
        if not close(second, alone):
            raise NotRight("Two optimizers of yours share one memory: keep it in self, from __init__.", "shared-memory",
                           input=_told(*case), expected=short(right(*case)), got=short(second))

    try:
        compare(walk, cases, right, mistakes(rule.__name__, lists), names=_told)
    except NotRight as wrong:
        # one made before this may have left its memory
        for case in cases[1:] if wrong.mistake in ("", "shape", "raises", "broadcast") else ():
            try:
                share_memory(case)
            except NotRight as other:
                if other.mistake == "shared-memory":
                    raise
        if rule is optimizers.Adam and ("ZeroDivisionError" in wrong.sentence or (
                wrong.mistake == "nan" and wrong.shown["input"] == _told(*cases[0]))):
            raise NotRight("At the first step it divides by 1 − β⁰ = 0: let t grow before it is used.", "t-from-0",
                           **wrong.shown) from None
        raise
    share_memory(cases[1])
    return "All steps are right" + (", and two optimizers keep their memories apart." if len(names) > 1 else ".")
