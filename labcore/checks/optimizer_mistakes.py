"""The mistakes that are made in an optimizer: one rule written out for all five, and what is changed in it."""

import functools

import numpy as np

from .results import flat

#: the rules: what the memories m, of gradients, and n, of their squares, keep and take in at a step, as (old, new)
RULES = {
    "SGD": lambda: ((0, 1), None),
    "Momentum": lambda beta: ((beta, 1), None),
    "AdaGrad": lambda: ((0, 1), (1, 1)),
    "RMSProp": lambda beta: ((0, 1), (beta, 1 - beta)),
    "Adam": lambda beta1, beta2: ((beta1, 1 - beta1), (beta2, 1 - beta2)),
}
USUAL = {"beta": 0.9, "beta1": 0.9, "beta2": 0.999}


def path_of(rows):
    """Return θ after each step, (steps, numbers), or (steps,) if it is one number."""
    rows = np.array(rows)
    return rows[:, 0] if rows.shape[1] == 1 else rows


def _quotient(m, n, eps, scale):
    return m / (np.sqrt(n) + eps)


def _path(rule, hyper, start, gradients, rates=dict, change=np.array, share=lambda old, new: (old, new),
          square=lambda g, theta: g * g, clock=lambda t, size: t, correct=np.divide, stored=False, quotient=_quotient,
          ahead=False, together=False, follow=lambda start, steps: start - np.cumsum(steps, axis=0)):
    """Return θ after each step of a rule; the options plant mistakes.

    `rates` changes the hyper-parameters, `change` the gradients (steps, numbers), `share` what a memory keeps and takes
    in, `square` what n is made of and `quotient` the step. Adam's memories are divided, or what `correct` does, by
    1 − βᵗ with t from `clock`, and `stored` so. `ahead` is Nesterov's step. With `together` all numbers, one after
    another, have one memory. `follow` makes the path of the steps.
    """
    hyper, g, theta, m, n, steps = rates(hyper), change(np.array([flat(g) for g in gradients])), flat(start), 0, 0, []
    betas = {name: value for name, value in hyper.items() if name in USUAL}
    kept, root = [share(*pair) if pair and pair[0] else pair for pair in RULES[rule](**betas)], "eps" in hyper
    for t, one in enumerate(g.reshape(-1, 1) if together else g, start=1):
        m = kept[0][0] * m + kept[0][1] * one
        n = kept[1][0] * n + kept[1][1] * square(one, theta) if root else 0
        top, below, scale = betas["beta"] * m + one if ahead else m, n, 1
        if rule == "Adam":
            scales = [1 - beta ** clock(t, g.shape[1]) for beta in betas.values()]
            (top, below), scale = map(correct, (m, n), scales), scales[1]
            m, n = (top, below) if stored else (m, n)
        steps.append(hyper["lr"] * (quotient(top, below, hyper["eps"], scale) if root else top))
        theta = theta - steps[-1]
    return path_of(follow(flat(start), np.reshape(steps, g.shape)))


ANY, MEMORIES, ROOTS = (*RULES,), ("Momentum", "AdaGrad", "RMSProp", "Adam"), ("AdaGrad", "RMSProp", "Adam")
UPHILL = {"rates": lambda hyper: hyper | {"lr": -hyper["lr"]}}
#: of which rules, the name, what to say, and how `_path` makes it
MISTAKES = [
    (["Momentum"], "momentum-sign", "It climbs: v ← β v − lr g goes with θ ← θ + v, and v ← β v + lr g with θ ← θ − v.",
     UPHILL),
    (ANY, "sign", "It climbs: the gradient points uphill, so the step is subtracted from θ.", UPHILL),
    (ANY, "accumulated", "It adds up the gradients; each step takes the new one alone: begin again with = and not +=.",
     {"change": lambda g: np.cumsum(g, axis=0)}),
    (ANY, "no-rate", "The step isn't multiplied by the rate lr.", {"rates": lambda hyper: hyper | {"lr": 1.0}}),
    (ANY, "rate-twice", "The rate lr is in it twice: in the memory and in the step.",
     {"rates": lambda hyper: hyper | {"lr": hyper["lr"] ** 2}}),
    *[(ANY, "step-returned", "It returns the step and not the new θ.", {"follow": follow})
      for follow in (lambda start, steps: steps, lambda start, steps: -steps)],
    (ROOTS, "eps-inside", "ε stands inside the root, √(n + ε); here it is beside it, √n + ε. Both exist.",
     {"quotient": lambda m, n, eps, scale: m / np.sqrt(n + eps)}),
    (ROOTS, "no-root", "It divides by the squares themselves: take their root.",
     {"quotient": lambda m, n, eps, scale: m / (n + eps)}),
    (ROOTS, "no-eps", "It doesn't use the eps that make was given, but none or a small one of its own.",
     {"quotient": lambda m, n, eps, scale: m / np.sqrt(n)}),
    (ROOTS, "no-square", "The memory below the line is made from the gradient itself: square it first, g * g.",
     {"square": lambda g, theta: g}),
    (["AdaGrad"], "weights", "n adds up the squares of θ: it is made of the gradients.",
     {"square": lambda g, theta: theta * theta}),
    (MEMORIES, "no-memory", "It remembers nothing between steps: keep the memory in self, or in the function around.",
     {"share": lambda old, new: (0, new)}),
    (["RMSProp"], "no-memory", "n is the last square alone: n ← β n + (1 − β) g².", {"share": lambda old, new: (0, 1)}),
    (["Adam"], "no-memory", "It remembers nothing between steps, t neither: keep m, v and t in self.",
     {"share": lambda old, new: (0, new), "clock": lambda t, size: 1}),
    (["RMSProp"], "sum", "n is a sum that never fades, as in AdaGrad; here n ← β n + (1 − β) g².",
     {"share": lambda old, new: (1, 1)}),
    (["Momentum"], "accumulated", "The memory never fades: multiply v by β before the gradient comes in.",
     {"share": lambda old, new: (1, 1)}),
    (["Momentum"], "memory-sign", "The memory brakes: β v has the wrong sign beside the gradient.",
     {"share": lambda old, new: (-old, new)}),
    (["Momentum"], "momentum-mean", "v is a mean, β v + (1 − β) g; here it is v ← β v + g. Both exist.",
     {"share": lambda old, new: (old, 1 - old)}),
    (["Momentum"], "nesterov", "That is Nesterov's step, which looks ahead: θ moves by v itself.", {"ahead": True}),
    (["RMSProp", "Adam"], "not-a-mean", "What is new comes in whole; in a mean it has the weight 1 − β.",
     {"share": lambda old, new: (old, 1)}),
    (["RMSProp", "Adam"], "betas", "β and 1 − β are exchanged: the old memory has the weight β.",
     {"share": lambda old, new: (new, old)}),
    (["Adam"], "betas", "β1 and β2 are exchanged: m fades with β1, v with β2.",
     {"rates": lambda hyper: hyper | {"beta1": hyper["beta2"], "beta2": hyper["beta1"]}}),
    (["Momentum", "RMSProp", "Adam"], "fixed", "It doesn't use the β that make was given, but the usual one.",
     {"rates": lambda hyper: {name: USUAL.get(name, value) for name, value in hyper.items()}}),
    (["Adam"], "no-correction", "The correction for the start is missing: divide m by 1 − β1ᵗ and v by 1 − β2ᵗ.",
     {"clock": lambda t, size: np.inf}),
    (["Adam"], "multiplied", "It multiplies by 1 − βᵗ where it should divide.", {"correct": np.multiply}),
    (["Adam"], "stored-back", "m̂ and v̂ are stored as m and v, and corrected again and again: give them other names.",
     {"stored": True}),
    (["Adam"], "t-stuck", "t stays 1: it grows by 1 at each step, and the powers are β1ᵗ and β2ᵗ.",
     {"clock": lambda t, size: 1}),
    (["Adam"], "t-from-2", "t is one ahead: it is 1 at the first step.", {"clock": lambda t, size: t + 1}),
    (["Adam"], "eps-early", "ε is added to √v before the correction; here it stands beside √v̂. Both exist.",
     {"quotient": lambda m, n, eps, scale: m / (np.sqrt(n) + eps / np.sqrt(scale))}),
]
ONE_MEMORY = "one-memory", "All arrays of the list share one memory: keep one for each."
#: the same for lists of arrays, as if each were one number
OF_LISTS = [
    (["Adam"], "t-per-array", "t grows with each array of the list: let it grow once, before the loop over them.",
     {"clock": lambda t, size: (t - 1) * size + 1 + np.arange(size)}),
    (["Adam"], *ONE_MEMORY, {"together": True, "clock": lambda t, size: (t - 1) // size + 1}),
    (MEMORIES, *ONE_MEMORY, {"together": True}),
]


def mistakes(rule, lists):
    """Return the mistakes of the rule of that name, and of lists of arrays where `lists` says so."""
    return [(name, sentence, functools.partial(_path, rule, **how))
            for rules, name, sentence, how in MISTAKES + OF_LISTS * lists if rule in rules]
