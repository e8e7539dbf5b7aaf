"""The check of an optimizer: several steps by the reader's rule and by labcore's, and the mistakes as other paths.

θ doesn't enter any of these rules, only the gradients do: a path is the start and the sum of the steps so far. So a
mistake is a formula of all gradients at once, an array (steps, numbers), and a memory is a matrix product along them.
"""

import copy
import inspect

import numpy as np

from .. import optimizers
from .judging import Mistake, judge
from .running import call, check, close, numbers, short
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


def _parts(value):
    return value if isinstance(value, (list, tuple)) else [value]


def _flat(value):
    return np.concatenate([np.ravel(part) for part in _parts(value)])


def _path(rows):
    """Return θ after each step, (steps, numbers), or (steps,) if it is one number."""
    rows = np.array(rows)
    return rows[:, 0] if rows.shape[1] == 1 else rows


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
        path.append(_flat([numbers(part, like.shape, given) for part, like in zip(_parts(theta), _parts(start))]))
    if any(not np.array_equal(_flat(one), _flat(other)) for one, other in zip(handed, gradients)):
        raise Found("It changes the gradient that it was handed, in place. A memory that begins as v = grad is the "
                    "gradient's own array: take grad.copy().", "changed-input", input=short(given))
    if silent and all(np.array_equal(_flat(start), theta) for theta in path):
        raise Found("It returns nothing and leaves θ as it was. theta = theta - … only gives the name theta to another "
                    "array: write theta -= …, or return the new one.", "unchanged", input=short(given))
    return _path(path)


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


# ---- mistakes ----

def _faded(g, beta):
    """Return what a memory m ← β m + g holds after each step."""
    age = np.subtract.outer(np.arange(len(g)), np.arange(len(g)))
    return np.where(age >= 0, float(beta) ** np.maximum(age, 0), 0) @ g


def _mean(g, beta):
    return (1 - beta) * _faded(g, beta)


def _clock(g):
    return np.arange(1, len(g) + 1)[:, None]


def _mistake(name, sentence, steps):
    """Return a `Mistake` whose formula follows `steps(g, **hyper)`, g and the result (steps, numbers)."""
    def path(hyper, start, gradients):
        return _path(_flat(start) + np.cumsum(steps(np.array([_flat(g) for g in gradients]), **hyper), axis=0))

    return Mistake(name, sentence, path)


def _sgd(g, lr):
    return -lr * g


def _momentum(g, lr, beta):
    return -lr * _faded(g, beta)


def _divided(moments):
    """Return the steps −lr m / (√n + ε), m and n from `moments(g, **betas)`."""
    def steps(g, lr, eps, **betas):
        m, n = moments(g, **betas)
        return -lr * m / (np.sqrt(n) + eps)

    return steps


def _sums(g):
    return g, np.cumsum(g * g, axis=0)


def _mean_squares(g, beta):
    return g, _mean(g * g, beta)


def _corrected(g, beta1, beta2, t=None, square=2):
    t = _clock(g) if t is None else t
    return _mean(g, beta1) / (1 - beta1**t), _mean(g**square, beta2) / (1 - beta2**t)


def _of_any(right):
    return [
        _mistake("sign", "It climbs: the gradient points uphill, so the step is subtracted from θ.",
                 lambda g, **hyper: -right(g, **hyper)),
        _mistake("accumulated", "It adds the gradients up from step to step. Each step takes the new gradient alone: "
                 "begin again with = and not +=.", lambda g, **hyper: right(np.cumsum(g, axis=0), **hyper)),
        _mistake("no-rate", "The step isn't multiplied by the learning rate lr.",
                 lambda g, **hyper: right(g, **hyper | {"lr": 1.0})),
    ]


def _of_quotients(moments):
    """Return the mistakes of all rules that divide by a root."""
    def inside(g, lr, eps, **betas):
        m, n = moments(g, **betas)
        return -lr * m / np.sqrt(n + eps)

    def no_root(g, lr, eps, **betas):
        m, n = moments(g, **betas)
        return -lr * m / (n + eps)

    def no_eps(g, lr, eps, **betas):
        return _divided(moments)(g, lr, 0.0, **betas)

    return [
        _mistake("eps-inside", "ε stands inside the root, √(n + ε); here it is beside it, √n + ε. (Report B has it "
                 "inside. Both exist, but they aren't the same.)", inside),
        _mistake("no-root", "It divides by the squares themselves: take their root.", no_root),
        _mistake("no-eps", "The eps that make was given isn't added to the root: where all gradients are 0, that is "
                 "0 / 0.", no_eps),
    ]


_MEMORY = ("It remembers nothing between steps: at each of them its memory ({}) is 0 again. Keep it in self, or in the "
           "function around.")
_NO_SQUARE = "{} is made from the gradient itself: square it first, g * g."
_FIXED = "It doesn't use the {} that make was given."


def _mistakes(name, lists):
    steps = {"sgd": _sgd, "momentum": _momentum, "adagrad": _divided(_sums), "rmsprop": _divided(_mean_squares),
             "adam": _divided(_corrected)}[name]
    moments = {"adagrad": _sums, "rmsprop": _mean_squares, "adam": _corrected}.get(name)
    found = {"sgd": [], "momentum": _of_momentum(), "adagrad": _of_adagrad(), "rmsprop": _of_rmsprop(),
             "adam": _of_adam()}[name] + _of_any(steps) + (_of_quotients(moments) if moments else [])
    return found + (_of_lists(name, steps) if lists else [])


def _of_momentum():
    return [
        _mistake("momentum-sign", "It climbs. Two ways of writing are mixed: v ← β v − lr g goes with θ ← θ + v "
                 "(report B), v ← β v + lr g with θ ← θ − v.", lambda g, lr, beta: lr * _faded(g, beta)),
        _mistake("no-memory", _MEMORY.format("v"), lambda g, lr, beta: -lr * g),
        _mistake("momentum-mean", "v is a mean, β v + (1 − β) g, so each step is 1 − β times what it should be: "
                 "v ← β v + g.", lambda g, lr, beta: -lr * _mean(g, beta)),
        _mistake("memory-sign", "The memory brakes: β v has the wrong sign beside the gradient.",
                 lambda g, lr, beta: -lr * _faded(g, -beta)),
        _mistake("accumulated", "The memory never fades: multiply v by β before the gradient comes in.",
                 lambda g, lr, beta: -lr * _faded(g, 1)),
        _mistake("nesterov", "That is Nesterov's step, which looks ahead: θ moves by v itself.",
                 lambda g, lr, beta: -lr * (beta * _faded(g, beta) + g)),
        _mistake("fixed", _FIXED.format("beta"), lambda g, lr, beta: -lr * _faded(g, 0.9)),
    ]


def _of_adagrad():
    return [
        _mistake("no-memory", "n is the last square alone: n ← n + g² is a sum over all steps.",
                 _divided(lambda g: (g, g * g))),
        _mistake("no-square", _NO_SQUARE.format("n"), _divided(lambda g: (g, np.cumsum(g, axis=0)))),
    ]


def _of_rmsprop():
    return [
        _mistake("no-memory", _MEMORY.format("n"), _divided(lambda g, beta: (g, (1 - beta) * g * g))),
        _mistake("no-memory", "n is the last square alone: n ← β n + (1 − β) g².",
                 _divided(lambda g, beta: (g, g * g))),
        _mistake("no-square", _NO_SQUARE.format("n"), _divided(lambda g, beta: (g, _mean(g, beta)))),
        _mistake("sum", "n is a sum that never fades: that is AdaGrad. Here n ← β n + (1 − β) g².",
                 _divided(lambda g, beta: _sums(g))),
        _mistake("not-a-mean", "The new square comes in whole; in a mean it has the weight 1 − β.",
                 _divided(lambda g, beta: (g, _faded(g * g, beta)))),
        _mistake("betas", "β and 1 − β are exchanged: the old n has the weight β.",
                 _divided(lambda g, beta: (g, _mean(g * g, 1 - beta)))),
        _mistake("fixed", _FIXED.format("beta"), _divided(lambda g, beta: (g, _mean(g * g, 0.9)))),
    ]


def _of_adam():
    def forgets(g, beta1, beta2):
        return (1 - beta1) * g / (1 - beta1 ** _clock(g)), (1 - beta2) * g * g / (1 - beta2 ** _clock(g))

    def eps_first(g, lr, beta1, beta2, eps):  # ε beside √v before the correction
        m, v = _corrected(g, beta1, beta2)
        return -lr * m / (np.sqrt(v) + eps / np.sqrt(1 - beta2 ** _clock(g)))

    return [
        _mistake("no-correction", "The correction for the start is missing: divide m by 1 − β1ᵗ and v by 1 − β2ᵗ.",
                 _divided(lambda g, **betas: _corrected(g, **betas, t=np.inf))),
        _mistake("t-stuck", "t stays 1, so it divides by 1 − β1 and 1 − β2 at every step (as report E does): t "
                 "grows by 1 a step, and the powers are β1ᵗ and β2ᵗ.",
                 _divided(lambda g, **betas: _corrected(g, **betas, t=1))),
        _mistake("t-from-2", "t is one ahead: it is 1 at the first step.",
                 _divided(lambda g, **betas: _corrected(g, **betas, t=_clock(g) + 1))),
        _mistake("no-square", _NO_SQUARE.format("v"), _divided(lambda g, **betas: _corrected(g, **betas, square=1))),
        _mistake("betas", "β1 and β2 are exchanged: m fades with β1, v with β2.",
                 _divided(lambda g, beta1, beta2: _corrected(g, beta2, beta1))),
        _mistake("betas", "β and 1 − β are exchanged: the old mean has the weight β, the new gradient 1 − β.",
                 _divided(lambda g, beta1, beta2: (_mean(g, 1 - beta1) / (1 - beta1 ** _clock(g)),
                                                   _mean(g * g, 1 - beta2) / (1 - beta2 ** _clock(g))))),
        _mistake("no-memory", _MEMORY.format("m and v (but t goes on)"), _divided(forgets)),
        _mistake("no-memory", _MEMORY.format("m, v and t"), _divided(lambda g, **betas: (g, g * g))),
        _mistake("eps-early", "ε is added to √v before v is corrected: it belongs beside √v̂, v̂ = v / (1 − β2ᵗ).",
                 eps_first),
        _mistake("fixed", _FIXED.format("beta1 and beta2"),
                 _divided(lambda g, **betas: _corrected(g, beta1=0.9, beta2=0.999))),
    ]


def _of_lists(name, steps):
    """Return the mistakes that only a list of arrays shows."""
    def together(g, **hyper):  # the arrays, of one number each, in one row after another
        return steps(g.reshape(-1, 1), **hyper).reshape(g.shape)

    def adam_together(g, lr, eps, **betas):
        t = np.repeat(_clock(g), g.shape[1], axis=0)
        return _divided(lambda g, **b: _corrected(g, **b, t=t))(g.reshape(-1, 1), lr, eps, **betas).reshape(g.shape)

    def per_array(hyper, start, gradients):
        def moments(g, **betas):
            index = np.repeat(np.arange(len(start)), [part.size for part in start])
            return _corrected(g, **betas, t=(_clock(g) - 1) * len(start) + index + 1)

        return _mistake("", "", _divided(moments)).formula(hyper, start, gradients)

    one = "All arrays of the list share one memory: what the first left there, the second finds. Keep one for each."
    found = [] if name == "sgd" else [_mistake("one-memory", one, together)]
    if name == "adam":
        found = [Mistake("t-per-array", "t grows with each array of the list: it counts steps, so let it grow once, "
                         "before the loop over the arrays.", per_array),
                 _mistake("one-memory", one, adam_together), *found]
    return found


# ---- the check ----

@check("{name}")
def optimizer(name, make, lists=False):
    """Check an optimizer, one of "sgd", "momentum", "adagrad", "rmsprop" and "adam".

    Parameters
    ----------
    name : str
        The rule, as labcore's class of that name writes it, ε beside the root.
    make : callable
        A class or function, called with the hyper-parameters that the rule has by keyword: ``lr``; ``beta`` (momentum
        and RMSProp), ``beta1`` and ``beta2`` (Adam); ``eps`` (the rules with a root). It returns an object with
        ``update(theta, grad)``, or a function ``(theta, grad)``. Either changes theta in place or returns the new one,
        and leaves grad as it is.
    lists : bool
        Whether theta and grad are lists of arrays; otherwise each is one array.
    """
    if name not in RULES:
        raise ValueError(f"name must be one of {', '.join(RULES)}; got {name!r}")
    rule, names = RULES[name]
    cases = _cases(names, lists)

    def right(hyper, start, gradients):
        theta, path, mine = _flat(start), [], rule(**hyper)
        for gradient in gradients:
            mine.update(theta, _flat(gradient))
            path.append(theta.copy())
        return _path(path)

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
            judge(walk, cases, right, _mistakes(name, lists))
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
