"""The mistakes that are made in an optimizer, as the paths that they take.

θ doesn't enter any of these rules, only the gradients do: a path is the start and the sum of the steps so far. So a
mistake is a formula of all gradients at once, an array g (steps, numbers), and a memory is a matrix product along them.
"""

import numpy as np

from .mistakes import Mistake


def parts(value):
    """Return θ or a gradient as a list of arrays."""
    return value if isinstance(value, (list, tuple)) else [value]


def flat(value):
    """Return θ or a gradient as one vector."""
    return np.concatenate([np.ravel(part) for part in parts(value)])


def path_of(rows):
    """Return θ after each step, (steps, numbers), or (steps,) if it is one number."""
    rows = np.array(rows)
    return rows[:, 0] if rows.shape[1] == 1 else rows


def _path(steps):
    """Return the formula of a path from `steps(g, **hyper)`, of the shape of g."""
    def path(hyper, start, gradients):
        return path_of(flat(start) + np.cumsum(steps(np.array([flat(g) for g in gradients]), **hyper), axis=0))

    return path


def _mistake(name, sentence, steps):
    return Mistake(name, sentence, _path(steps))


# ---- the rules and what they are made of ----

def _faded(g, beta):
    """Return what a memory m ← β m + g holds after each step."""
    age = np.subtract.outer(np.arange(len(g)), np.arange(len(g)))
    return np.where(age >= 0, float(beta) ** np.maximum(age, 0), 0) @ g


def _mean(g, beta):
    return (1 - beta) * _faded(g, beta)


def _clock(g):
    return np.arange(1, len(g) + 1)[:, None]


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


#: of the rules that divide by a root, what stands above it and in it
MOMENTS = {"AdaGrad": _sums, "RMSProp": _mean_squares, "Adam": _corrected}
#: of each rule with known mistakes, its steps
STEPS = {"SGD": _sgd, "Momentum": _momentum, **{name: _divided(moments) for name, moments in MOMENTS.items()}}


def mistakes(name, lists):
    """Return the mistakes of the rule of that name, and of lists of arrays where `lists` says so."""
    if name not in STEPS:
        return []
    found = OWN[name] + _of_any(STEPS[name]) + (_of_quotients(MOMENTS[name]) if name in MOMENTS else [])
    return found + (_of_lists(name, STEPS[name]) if lists else [])


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

    return [
        _mistake("eps-inside", "ε stands inside the root, √(n + ε); here it is beside it, √n + ε. (Report B has it "
                 "inside. Both exist, but they aren't the same.)", inside),
        _mistake("no-root", "It divides by the squares themselves: take their root.", no_root),
        _mistake("no-eps", "The eps that make was given isn't added to the root: where all gradients are 0, that is "
                 "0 / 0.", lambda g, eps, **hyper: _divided(moments)(g, eps=0.0, **hyper)),
    ]


def _of_lists(name, steps):
    """Return the mistakes that only a list of arrays shows."""
    def together(g, **hyper):  # the arrays, of one number each, in one row after another
        return steps(g.reshape(-1, 1), **hyper).reshape(g.shape)

    def adam_together(g, **hyper):
        t = np.repeat(_clock(g), g.shape[1], axis=0)
        return _divided(lambda g, **betas: _corrected(g, **betas, t=t))(g.reshape(-1, 1), **hyper).reshape(g.shape)

    def per_array(hyper, start, gradients):
        index = np.repeat(np.arange(len(start)), [part.size for part in start])
        return _path(_divided(lambda g, **betas: _corrected(g, **betas, t=(_clock(g) - 1) * len(start) + index + 1)))(
            hyper, start, gradients)

    one = "All arrays of the list share one memory: what the first left there, the second finds. Keep one for each."
    found = [] if name == "SGD" else [_mistake("one-memory", one, together)]
    if name == "Adam":
        found = [Mistake("t-per-array", "t grows with each array of the list: it counts steps, so let it grow once, "
                         "before the loop over the arrays.", per_array),
                 _mistake("one-memory", one, adam_together), *found]
    return found


# ---- what goes wrong in one rule alone ----

def _forgets(g, beta1, beta2):
    return (1 - beta1) * g / (1 - beta1 ** _clock(g)), (1 - beta2) * g * g / (1 - beta2 ** _clock(g))


def _exchanged_weights(g, beta1, beta2):
    return _mean(g, 1 - beta1) / (1 - beta1 ** _clock(g)), _mean(g * g, 1 - beta2) / (1 - beta2 ** _clock(g))


def _eps_early(g, lr, beta1, beta2, eps):  # ε beside √v before the correction
    m, v = _corrected(g, beta1, beta2)
    return -lr * m / (np.sqrt(v) + eps / np.sqrt(1 - beta2 ** _clock(g)))


_MEMORY = ("It remembers nothing between steps: at each of them its memory ({}) is 0 again. Keep it in self, or in the "
           "function around.")
_NO_SQUARE = "{} is made from the gradient itself: square it first, g * g."
_FIXED = "It doesn't use the {} that make was given."

OWN = {
    "SGD": [],
    "Momentum": [
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
    ],
    "AdaGrad": [
        _mistake("no-memory", "n is the last square alone: n ← n + g² is a sum over all steps.",
                 _divided(lambda g: (g, g * g))),
        _mistake("no-square", _NO_SQUARE.format("n"), _divided(lambda g: (g, np.cumsum(g, axis=0)))),
    ],
    "RMSProp": [
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
    ],
    "Adam": [
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
                 _divided(_exchanged_weights)),
        _mistake("no-memory", _MEMORY.format("m and v (but t goes on)"), _divided(_forgets)),
        _mistake("no-memory", _MEMORY.format("m, v and t"), _divided(lambda g, **betas: (g, g * g))),
        _mistake("eps-early", "ε is added to √v before v is corrected: it belongs beside √v̂, v̂ = v / (1 − β2ᵗ).",
                 _eps_early),
        _mistake("fixed", _FIXED.format("beta1 and beta2"),
                 _divided(lambda g, **betas: _corrected(g, beta1=0.9, beta2=0.999))),
    ],
}
