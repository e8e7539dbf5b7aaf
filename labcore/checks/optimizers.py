"""The check of an optimizer: several steps by the reader's rule and by labcore's, and by rules with a known mistake."""

import contextlib
import copy
import functools
import inspect

import numpy as np

from .. import optimizers
from ..inputs import pick
from .calling import call, check
from .mistakes import compare
from .results import NotRight, close, flat, numbers, parts, short

#: what each rule makes of θ and a gradient; its memories begin at 0
RULES = {
    "SGD": "g = grad; theta = theta - lr * g",
    "Momentum": "g = grad; v = beta * v + lr * g; theta = theta - v",
    "AdaGrad": "g = grad; n = n + g * g; theta = theta - lr * g / (np.sqrt(n) + eps)",
    "RMSProp": "g = grad; n = beta * n + (1 - beta) * g * g; theta = theta - lr * g / (np.sqrt(n) + eps)",
    "Adam": "g = grad; m = beta1 * m + (1 - beta1) * g; n = beta2 * n + (1 - beta2) * g * g; t = t + 1; "
            "M = m / (1 - beta1**t); N = n / (1 - beta2**t); theta = theta - lr * M / (np.sqrt(N) + eps)",
}
#: the name, what to say, and what stands in a rule and in its place; it is a mistake in those that it changes
MISTAKES = [
    ("momentum-sign", "It climbs: v ← β v − lr g goes with θ ← θ + v, v ← β v + lr g with θ ← θ − v.", "- v", "+ v"),
    ("sign", "It climbs: the gradient points uphill, so the step is subtracted from θ.", "theta - ", "theta + "),
    ("no-rate", "The step isn't multiplied by the rate lr.", "lr * ", ""),
    ("rate-twice", "The rate lr is in it twice: in the memory and in the step.", "lr", "lr * lr"),
    ("accumulated", "It adds up the gradients: each step takes the new one alone.", "= grad", "= g + grad"),
    ("step-returned", "It returns the step and not the new θ.", "= theta - ", "= "),
    ("step-returned", "It returns the step and not the new θ.", "= theta - ", "= -"),
    ("eps-inside", "ε stands inside the root; here it is √n + ε. Both exist.", ") + eps", " + eps)"),
    ("no-root", "Squares stand below: take their root.", "np.sqrt", ""),
    ("no-eps", "It doesn't use the eps of make.", " + eps", ""),
    ("no-square", "n is made of the gradient itself: square it first, g * g.", "g * g", "g"),
    ("weights", "n is made of θ²: it is made of the gradients' squares.", "g * g", "theta * theta"),
    *(("no-memory", "It forgets from step to step: keep the memory.", "n + g", "g", "beta * v", "0", "beta * n", "0",
       "beta1 * m", "0", "beta2 * n", "0", *clock) for clock in ((), ("t + 1", "1"))),
    ("no-memory", "n is the last square alone: n ← β n + (1 − β) g².", "beta * n + (1 - beta) *", ""),
    ("sum", "n never fades, as in AdaGrad: n ← β n + (1 − β) g².", "beta * n + (1 - beta) *", "n +"),
    ("accumulated", "The memory never fades: multiply v by β first.", "beta * v", "v"),
    ("memory-sign", "The memory brakes: β v has the wrong sign.", "beta * v", "-beta * v"),
    ("momentum-mean", "v is a mean; here it is β v + g. Both exist.", "+ lr", "+ (1 - beta) * lr"),
    ("nesterov", "That is Nesterov's step, which looks ahead; here it is v.", "- v", "- beta * v - lr * g"),
    ("not-a-mean", "What is new comes in whole: it has the weight 1 − β.",
     "(1 - beta) * ", "", "(1 - beta1) * ", "", "(1 - beta2) * ", ""),
    ("betas", "β and 1 − β are exchanged: the old has the weight β.", "+ (1 - ", "+ (",
     "beta * n", "(1 - beta) * n", "beta1 * m", "(1 - beta1) * m", "beta2 * n", "(1 - beta2) * n"),
    ("betas", "β1 and β2 are exchanged: m has β1, v has β2.", "beta1", "other", "beta2", "beta1", "other", "beta2"),
    ("fixed", "It doesn't use the β that make was given, but the usual one.",
     "beta1", "0.9", "beta2", "0.999", "beta", "0.9"),
    ("no-correction", "Divide m by 1 − β1ᵗ and v by 1 − β2ᵗ first.", "**t", "**np.inf"),
    ("multiplied", "It multiplies by 1 − βᵗ where it should divide.", "m /", "m *", "n /", "n *"),
    ("stored-back", "m̂ and v̂ are stored as m and v, and so corrected again and again.", "M", "m", "N", "n"),
    ("t-stuck", "t stays 1: it grows by 1 a step, for β1ᵗ and β2ᵗ.", "t + 1", "1"),
    ("t-from-0", "At the first step it divides by 1 − β⁰ = 0: let t grow before it is used.", "**t", "**(t - 1)"),
    ("t-from-2", "t is one ahead: it is 1 at the first step.", "**t", "**(t + 1)"),
    ("eps-early", "ε is added before the correction; here it stands beside √v̂. Both exist.",
     "(N) + eps", "(N) + eps / np.sqrt(1 - beta2**t)"),
]
#: the same for lists of arrays, as if each were one number
OF_LISTS = [
    ("t-per-array", "t grows with each array of the list: let it grow once, before the loop over them.",
     "**t", "**((t - 1) * size + 1 + np.arange(size))"),
    ("one-memory", "All arrays of the list share one memory: keep one for each.", "**t", "**np.ceil(t / size)"),
    ("one-memory", "All arrays of the list share one memory: keep one for each."),
]


def _path(text, one_memory, hyper, start, gradients):
    """Return θ after each step of a rule; numbers that share one memory take their steps one after another."""
    theta, path = flat(start).copy(), []
    names = hyper | dict.fromkeys("gmnvt", 0) | {"np": np, "size": theta.size}
    for gradient in gradients:
        for place in range(theta.size) if one_memory else [slice(None)]:
            names |= {"theta": theta[place], "grad": flat(gradient)[place]}
            exec(text, names)
            theta[place] = names["theta"]
        path.append(theta.copy())
    return np.array(path)


def _mistakes(rule, lists):
    """Return (name, what to say, formula) of the mistakes that can be made in a rule."""
    found = {}
    for name, sentence, *edits in MISTAKES + OF_LISTS * lists if rule in RULES else ():
        text, one_memory = RULES[rule], name == "one-memory"
        for old, new in zip(edits[::2], edits[1::2]):
            text = text.replace(old, new)
        if one_memory or text != RULES[rule]:
            found.setdefault((text, one_memory), (name, sentence, functools.partial(_path, text, one_memory)))
    return [*found.values()]


#: other names that books give what make is called with
ALIASES = {"lr": "learning_rate eta alpha rate step_size", "beta": "momentum gamma rho mu decay decay_rate",
           "beta1": "b1 beta_1", "beta2": "b2 beta_2", "eps": "epsilon e"}
#: an ε so large that its place shows, β and 1 − β apart, and other values for the last case, which must be used too
HYPER = {"lr": 0.1, "beta": 0.8, "beta1": 0.6, "beta2": 0.9, "eps": 0.25}
OTHER = {"lr": 0.5, "beta": 0.6, "beta1": 0.8, "beta2": 0.7, "eps": 0.125}


def _cases(names, lists, seed=0):
    """Return (rates, θ, gradients): one number and a step, several steps, matrices.

    Signs change, but all sums and means are positive: without its square, too, a memory has a root.
    """
    rng, cases = np.random.default_rng(seed), []
    for hyper, steps, *shapes in ((HYPER, 1, (1,)), (HYPER, 5, (1,), (1,)), (OTHER, 3, (2, 2), (2,))):
        rates = {name: hyper[name] for name in names}
        start = [np.round(rng.uniform(-3, 3, shape), 2) for shape in shapes]
        gradients = [[np.round((-0.4) ** t * rng.uniform(2, 2.4, shape), 3) for shape in shapes] for t in range(steps)]
        cases.append((rates, start, gradients) if lists else (rates, start[0], [step[0] for step in gradients]))
    return cases


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
    known = inspect.signature(step).parameters if inspect.isfunction(step) or inspect.ismethod(step) else {}
    plain = [one for one in known.values() if one.default is one.empty and one.kind < one.VAR_POSITIONAL]
    theta, handed, path = copy.deepcopy(start), copy.deepcopy(gradients), []
    for t, gradient in enumerate(handed, start=1):
        result = step(theta, gradient, *[t] * (len(plain) == 3))  # some want the number of the step as well
        theta = theta if result is None else result
        if isinstance(start, list) and not (isinstance(theta, (list, tuple)) and len(theta) == len(start)):
            raise NotRight(f"It should give a list of {len(start)} arrays; it gives {short(theta)}.", "shape")
        path.append(flat([numbers(part, like.shape) for part, like in zip(parts(theta), parts(start))]))
    if not all(map(np.array_equal, map(flat, handed), map(flat, gradients))):
        raise NotRight("It changes the gradient that it was handed: for v = grad take grad.copy().", "changed-input")
    if result is None and all(np.array_equal(flat(start), theta) for theta in path):
        raise NotRight("θ stays as it was: write theta -= …, or return the new one.", "unchanged")
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
        try:
            return _follow(mine, start, gradients)
        except ZeroDivisionError:  # of Python's numbers, where NumPy's give nan
            if rule is not optimizers.Adam:
                raise
            return np.nan * np.squeeze([flat(gradient) for gradient in gradients])

    walk.remote = getattr(make, "remote", False)

    wrong = None
    try:
        compare(walk, cases, right, _mistakes(rule.__name__, lists), names=_told)
    except NotRight as told:
        wrong = told
    # an optimizer that was made before may have left its memory
    for case in cases[1:] if not wrong or wrong.mistake in ("", "shape", "raises", "broadcast") else ():
        with contextlib.suppress(NotRight):  # it was told what else is wrong
            alone, second = (call(walk, *case, again)[0] for again in (False, True))
            if not close(second, alone):
                wrong = NotRight("Two optimizers of yours share one memory: keep it in self, from __init__.",
                                 "shared-memory", input=_told(*case), expected=short(right(*case)), got=short(second))
                break
    if wrong:
        raise wrong
    return "All steps are right" + (", and two optimizers keep their memories apart." if len(names) > 1 else ".")
