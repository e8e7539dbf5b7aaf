"""What the hidden tests of the lab's notebook use while it is graded: checks that the notebook hasn't changed.

A test cell takes labcore out of `sys.modules`, imports this module anew and hands over what it took out. `referee` then
compares the two. Python has no walls inside a process, so who wants to can still get round this: a look at the notebook
remains the grader's.
"""

import functools
import inspect
import sys
import types

import numpy as np

from .. import checks


def _sigmoid(z):
    return (1 + np.tanh(z / 2)) / 2


def _sigmoid_slope(a):
    return a * (1 - a)


def _forward(x, params):
    trace = [x]
    for W, b in zip(params[::2], params[1::2]):
        trace.append((1 + np.tanh((trace[-1] @ W + b) / 2)) / 2)
    return trace


def _loss(y_hat, y):
    return float(np.mean((y_hat - y) ** 2))


def _loss_gradient(y_hat, y):
    return 2 * (y_hat - y) / y.size


def _backward(trace, y, params):
    grads, error = [], 2 * (trace[-1] - y) / y.size
    for k in range(len(params) // 2, 0, -1):
        error = error * trace[k] * (1 - trace[k])
        grads = [trace[k - 1].T @ error, error.sum(axis=0, keepdims=True), *grads]
        error = error @ params[2 * k - 2].T
    return grads


def _update(params, grads, lr):
    return [param - lr * grad for param, grad in zip(params, grads)]


#: right functions by the notebook's names for them; with another home than labcore, or a check would refuse them
RIGHT = {f.__name__[1:]: types.FunctionType(f.__code__, {"__name__": "right", "__builtins__": __builtins__, "np": np})
         for f in (_sigmoid, _sigmoid_slope, _forward, _loss, _loss_gradient, _backward, _update)}


def referee(taken, namespace, *judged):
    """Return labcore's checks by name, for functions of a notebook whose ``globals()`` are `namespace`.

    While such a check runs, the other functions of `RIGHT` stand in for the notebook's own: a mistake costs its points
    once; those of the names `judged` stay. `taken` is what was taken out of `sys.modules`, by name. AssertionError if a
    function of the checks is another than after the fresh import, or if they find a wrong function right.

    >>> from labcore.assignment import grading
    >>> referee = grading.referee({}, {"sigmoid": np.tanh}, "sigmoid")
    >>> bool(referee.sigmoid(np.tanh))
    False
    """
    if changed := next(filter(None, (_changed(name, module) for name, module in taken.items())), None):
        raise AssertionError(f"The checks were changed in this notebook: {changed} isn't what labcore has. "
                             "(If you have updated labcore itself meanwhile, restart the kernel.)")
    if checks.sigmoid(np.tanh):
        raise AssertionError("The checks find a wrong function right: NumPy or Python was changed in this notebook.")
    right = {name: function for name, function in RIGHT.items() if name not in judged}
    return types.SimpleNamespace(**{name: _lending(check, namespace, right) for name, check in vars(checks).items()
                                    if inspect.isfunction(check)})


def _lending(check, namespace, right):
    """Make a check that runs with the functions `right` in the namespace, and puts back what was there."""
    @functools.wraps(check)
    def lent(*args, **kwargs):
        own = {name: namespace[name] for name in right if name in namespace}
        namespace.update(right)
        try:
            return check(*args, **kwargs)
        finally:
            for name in right:
                namespace.pop(name)
            namespace.update(own)

    return lent


def _changed(name, module):
    """Return the first function of a module of the checks that is another than after the fresh import, or None."""
    fresh = sys.modules.get(name)
    if not name.startswith("labcore.checks") or fresh is None:
        return None
    for place, code in _codes(fresh).items():
        if _codes(module).get(place) != code:
            return f"{name}.{place}"
    return None


def _codes(thing):
    """Return the compiled code of the functions in a module or class, and of the classes in it, by name."""
    codes = {}
    for name, value in getattr(thing, "__dict__", {}).items():
        if inspect.isfunction(value):
            codes[name] = inspect.unwrap(value).__code__
        elif inspect.isclass(value) and not inspect.isclass(thing):
            codes.update({f"{name}.{inner}": code for inner, code in _codes(value).items()})
    return codes
