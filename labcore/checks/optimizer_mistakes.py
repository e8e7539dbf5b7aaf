"""The mistakes that are made in an optimizer, as the paths that they take.

θ doesn't enter any of these rules, only the gradients do: a path is the start less lr times the sum of the steps so
far. So a mistake is a formula of all gradients at once, an array g (steps, numbers), and a memory is a matrix product
along them. The formula gives the steps; or m and n of a step m / (√n + ε), of rules that divide by a root.
"""

from functools import partial

import numpy as np

from .results import flat


def path_of(rows):
    """Return θ after each step, (steps, numbers), or (steps,) if it is one number."""
    rows = np.array(rows)
    return rows[:, 0] if rows.shape[1] == 1 else rows


def _path(formula, quotient=lambda m, n, eps: m / (np.sqrt(n) + eps), rate=lambda lr: lr,
          follow=lambda start, steps: start - np.cumsum(steps, axis=0)):
    """Return a mistake's formula of (rates, start, gradients) from that of (g, **betas), and what else is wrong."""
    def path(hyper, start, gradients):
        betas = {name: value for name, value in hyper.items() if name not in ("lr", "eps")}
        steps = np.asarray(formula(np.array([flat(g) for g in gradients]), **betas))
        if steps.ndim == 3:
            steps = quotient(*steps, hyper["eps"])
        return path_of(follow(flat(start), rate(hyper["lr"]) * steps))

    return path


# ---- what the rules are made of ----

def _faded(g, beta):
    """Return what a memory m ← β m + g holds after each step."""
    age = np.subtract.outer(np.arange(len(g)), np.arange(len(g)))
    return np.where(age >= 0, float(beta) ** np.maximum(age, 0), 0) @ g


def _mean(g, beta):
    return (1 - beta) * _faded(g, beta)


def _stored_back(g, beta):
    """Return a mean that is corrected and kept so."""
    kept = [0 * g[0]]
    for t, one in enumerate(g, start=1):
        kept.append((beta * kept[-1] + (1 - beta) * one) / (1 - beta**t))
    return np.array(kept[1:])


def _of_weights(hyper, start, gradients):
    """Return the path of AdaGrad with θ² in place of g²."""
    path, n = [flat(start)], 0
    for g in gradients:
        n = n + path[-1] ** 2
        path.append(path[-1] - hyper["lr"] * flat(g) / (np.sqrt(n) + hyper["eps"]))
    return path_of(path[1:])


def _clock(g):
    return np.arange(1, len(g) + 1)[:, None]


def _adam(g, beta1, beta2, t=None, ahead=0, square=2, mean=_mean, correct=np.divide):
    t = _clock(g) + ahead if t is None else t
    return correct(mean(g, beta1), 1 - beta1**t), correct(mean(g**square, beta2), 1 - beta2**t)


def _eps_early(g, beta1, beta2):
    """m and v̂ times what the correction of √v is: so ε stands beside √v as it was before."""
    m, v = _adam(g, beta1, beta2)
    scale = 1 - beta2 ** _clock(g)
    return m * np.sqrt(scale), v * scale


#: the rules with known mistakes
RULES = {
    "SGD": lambda g: g,
    "Momentum": _faded,
    "AdaGrad": lambda g: (g, np.cumsum(g * g, axis=0)),
    "RMSProp": lambda g, beta: (g, _mean(g * g, beta)),
    "Adam": _adam,
}


def mistakes(name, lists):
    """Return the mistakes of the rule of that name, and of lists of arrays where `lists` says so."""
    if name not in RULES:
        return []
    rule = RULES[name]
    found = [(*told, _path(formula)) for *told, formula in OWN.get(name, [])]
    found += [(*told, _path(lambda g, change=change, **betas: rule(change(g), **betas), **how))
              for *told, change, how in OF_ANY + OF_ROOTS * (name not in ("SGD", "Momentum"))]
    if name == "Momentum":
        found.insert(0, ("momentum-sign", "It climbs. Two ways of writing are mixed: v ← β v − lr g goes with θ ← θ + "
                         "v (report B), v ← β v + lr g with θ ← θ − v.", _path(rule, rate=np.negative)))
    if name == "AdaGrad":
        found.append(("weights", "n adds up the squares of θ: it is made of the gradients.", _of_weights))
    return found + (_of_lists(name) if lists else [])


#: name, what to say, what is done to the gradients, and what else `_path` takes
OF_ANY = [
    ("sign", "It climbs: the gradient points uphill, so the step is subtracted from θ.", np.array,
     {"rate": np.negative}),
    ("accumulated", "It adds the gradients up from step to step. Each step takes the new gradient alone: begin again "
     "with = and not +=.", lambda g: np.cumsum(g, axis=0), {}),
    ("no-rate", "The step isn't multiplied by the learning rate lr.", np.array, {"rate": lambda lr: 1.0}),
    ("rate-twice", "The rate lr is in it twice: in the memory and in the step.", np.array, {"rate": np.square}),
    *[("step-returned", "It returns the step and not the new θ.", np.array, {"follow": follow})
      for follow in (lambda start, steps: steps, lambda start, steps: -steps)],
]
OF_ROOTS = [
    ("eps-inside", "ε stands inside the root, √(n + ε); here it is beside it, √n + ε. (Report B has it inside. Both "
     "exist, but they aren't the same.)", np.array, {"quotient": lambda m, n, eps: m / np.sqrt(n + eps)}),
    ("no-root", "It divides by the squares themselves: take their root.", np.array,
     {"quotient": lambda m, n, eps: m / (n + eps)}),
    ("no-eps", "It doesn't use the eps that make was given, but none or a small one of its own.", np.array,
     {"quotient": lambda m, n, eps: m / np.sqrt(n)}),
]


def _of_lists(name):
    """Return the mistakes that only a list of arrays shows, as they are for arrays of one number each."""
    def together(g, **how):  # one array after another
        steps = RULES[name](g.reshape(-1, 1), **how)
        return np.reshape(steps, np.shape(steps)[:-2] + g.shape)

    one = "one-memory", ("All arrays of the list share one memory: what the first left there, the second finds. Keep "
                         "one for each.")
    of_adam = [
        ("t-per-array", "t grows with each array of the list: it counts steps, so let it grow once, before the loop "
         "over the arrays.", lambda g, **betas: _adam(g, **betas, t=1 + np.arange(g.size).reshape(g.shape))),
        (*one, lambda g, **betas: together(g, **betas, t=np.repeat(_clock(g), g.shape[1], axis=0))),
    ]
    known = of_adam * (name == "Adam") + [(*one, together)] * (name != "SGD")
    return [(*told, _path(formula)) for *told, formula in known]


# ---- what goes wrong in one rule alone ----

_MEMORY = ("It remembers nothing between steps: at each of them its memory ({}) is 0 again. Keep it in self, or in the "
           "function around.")
_NO_SQUARE = "{} is made from the gradient itself: square it first, g * g."
_FIXED = "It doesn't use the {} that make was given."

OWN = {
    "Momentum": [
        ("no-memory", _MEMORY.format("v"), lambda g, beta: g),
        ("momentum-mean", "v is a mean, β v + (1 − β) g, so each step is 1 − β times what it is here, v ← β v + g. "
         "Both exist.", _mean),
        ("memory-sign", "The memory brakes: β v has the wrong sign beside the gradient.",
         lambda g, beta: _faded(g, -beta)),
        ("accumulated", "The memory never fades: multiply v by β before the gradient comes in.",
         lambda g, beta: _faded(g, 1)),
        ("nesterov", "That is Nesterov's step, which looks ahead: θ moves by v itself.",
         lambda g, beta: beta * _faded(g, beta) + g),
        ("fixed", _FIXED.format("beta"), lambda g, beta: _faded(g, 0.9)),
    ],
    "AdaGrad": [
        ("no-memory", "n is the last square alone: n ← n + g² is a sum over all steps.", lambda g: (g, g * g)),
        ("no-square", _NO_SQUARE.format("n"), lambda g: (g, np.cumsum(g, axis=0))),
    ],
    "RMSProp": [
        ("no-memory", _MEMORY.format("n"), lambda g, beta: (g, (1 - beta) * g * g)),
        ("no-memory", "n is the last square alone: n ← β n + (1 − β) g².", lambda g, beta: (g, g * g)),
        ("no-square", _NO_SQUARE.format("n"), lambda g, beta: (g, _mean(g, beta))),
        ("sum", "n is a sum that never fades: that is AdaGrad. Here n ← β n + (1 − β) g².",
         lambda g, beta: (g, np.cumsum(g * g, axis=0))),
        ("not-a-mean", "The new square comes in whole; in a mean it has the weight 1 − β.",
         lambda g, beta: (g, _faded(g * g, beta))),
        ("betas", "β and 1 − β are exchanged: the old n has the weight β.",
         lambda g, beta: (g, _mean(g * g, 1 - beta))),
        ("fixed", _FIXED.format("beta"), lambda g, beta: (g, _mean(g * g, 0.9))),
    ],
    "Adam": [
        ("no-correction", "The correction for the start is missing: divide m by 1 − β1ᵗ and v by 1 − β2ᵗ.",
         partial(_adam, t=np.inf)),
        ("multiplied", "It multiplies by 1 − βᵗ where it should divide.", partial(_adam, correct=np.multiply)),
        ("stored-back", "The corrected m̂ and v̂ are stored as m and v, and so corrected again and again: give them "
         "other names.", lambda g, beta1, beta2: (_stored_back(g, beta1), _stored_back(g * g, beta2))),
        ("t-stuck", "t stays 1, so it divides by 1 − β1 and 1 − β2 at every step (as report E does): t grows by 1 a "
         "step, and the powers are β1ᵗ and β2ᵗ.", partial(_adam, t=1)),
        ("t-from-2", "t is one ahead: it is 1 at the first step.", partial(_adam, ahead=1)),
        ("no-square", _NO_SQUARE.format("v"), partial(_adam, square=1)),
        ("betas", "β1 and β2 are exchanged: m fades with β1, v with β2.",
         lambda g, beta1, beta2: _adam(g, beta2, beta1)),
        ("betas", "β and 1 − β are exchanged: the old mean has the weight β, the new gradient 1 − β.",
         partial(_adam, mean=lambda g, beta: _mean(g, 1 - beta))),
        ("no-memory", _MEMORY.format("m and v (but t goes on)"), partial(_adam, mean=lambda g, beta: (1 - beta) * g)),
        ("no-memory", _MEMORY.format("m, v and t"), lambda g, beta1, beta2: (g, g * g)),
        ("eps-early", "ε is added to √v before v is corrected, as the paper's other form has it; here it stands beside "
         "√v̂, v̂ = v / (1 − β2ᵗ). Both exist.", _eps_early),
        ("fixed", _FIXED.format("beta1 and beta2"), lambda g, beta1, beta2: _adam(g, 0.9, 0.999)),
    ],
}
