"""The mistakes that are made in an optimizer: one rule written out for all five, and what is changed in it."""

import functools

import numpy as np

from .results import flat

#: the rules: what the memories m, of gradients, and n, of their squares, keep and take in at a step, as (old, new)
RULES = {
    "SGD": lambda: ((0, 1), (0, 0)),
    "Momentum": lambda beta: ((beta, 1), (0, 0)),
    "AdaGrad": lambda: ((0, 1), (1, 1)),
    "RMSProp": lambda beta: ((0, 1), (beta, 1 - beta)),
    "Adam": lambda beta1, beta2: ((beta1, 1 - beta1), (beta2, 1 - beta2)),
}
USUAL = {"beta": 0.9, "beta1": 0.9, "beta2": 0.999}


def _path(rule, hyper, start, gradients, lr=float, betas=dict, change=np.array, share=lambda old, new: (old, new),
          square=lambda g, theta: g * g, clock=lambda t, size: t, correct=np.divide, stored=False, ahead=False,
          quotient=lambda m, n, eps, scale: m / (np.sqrt(n) + eps), together=False,
          follow=lambda start, steps: start - cumulated(steps)):
    """Return θ after each step of a rule; the options plant mistakes.

    `lr` and `betas` change the hyper-parameters, `change` the gradients (steps, numbers), `share` what a memory keeps
    and takes in, `square` what n is made of, `quotient` the step, and `ahead` makes it Nesterov's. Adam's memories are
    divided, or what `correct` does, by 1 − βᵗ with t from `clock`, and `stored` so. With `together` all numbers, one
    after another, have one memory. `follow` makes the path of the steps.
    """
    g, theta, m, n, steps = change(np.array([flat(g) for g in gradients])), flat(start), 0, 0, []
    rates, root = betas({name: value for name, value in hyper.items() if name in USUAL}), "eps" in hyper
    (old_m, new_m), (old_n, new_n) = (share(*pair) if pair[0] else pair for pair in RULES[rule](**rates))
    for t, one in enumerate(g.reshape(-1, 1) if together else g, start=1):
        m, n, scale = old_m * m + new_m * one, old_n * n + new_n * square(one, theta), 1
        top, below = old_m * m + one if ahead else m, n
        if rule == "Adam":
            scales = [1 - beta ** clock(t, g.shape[1]) for beta in rates.values()]
            (top, below), scale = map(correct, (m, n), scales), scales[1]
            m, n = (top, below) if stored else (m, n)
        steps.append(lr(hyper["lr"]) * (quotient(top, below, hyper["eps"], scale) if root else top))
        theta = theta - steps[-1]
    return follow(flat(start), np.reshape(steps, g.shape))


def cumulated(g):
    return np.cumsum(g, axis=0)


ANY, MEMORIES, ROOTS = (*RULES,), ("Momentum", "AdaGrad", "RMSProp", "Adam"), ("AdaGrad", "RMSProp", "Adam")
MEANS = "RMSProp", "Adam"
#: of which rule or rules, the name, what to say, and how `_path` makes it
MISTAKES = [
    ("Momentum", "momentum-sign", "It climbs: v ← β v − lr g goes with θ ← θ + v, and v ← β v + lr g with θ ← θ − v.",
     {"lr": np.negative}),
    (ANY, "sign", "It climbs: the gradient points uphill, so the step is subtracted from θ.", {"lr": np.negative}),
    (ANY, "no-rate", "The step isn't multiplied by the rate lr.", {"lr": lambda lr: 1.0}),
    (ANY, "rate-twice", "The rate lr is in it twice: in the memory and in the step.", {"lr": np.square}),
    (ANY, "accumulated", "It adds up the gradients: each step takes the new one alone.", {"change": cumulated}),
    (ANY, "step-returned", "It returns the step and not the new θ.", {"follow": lambda start, steps: steps}),
    (ANY, "step-returned", "It returns the step and not the new θ.", {"follow": lambda start, steps: -steps}),
    (ROOTS, "eps-inside", "ε stands inside the root; here it is √n + ε. Both exist.",
     {"quotient": lambda m, n, eps, scale: m / np.sqrt(n + eps)}),
    (ROOTS, "no-root", "Squares stand below: take their root.", {"quotient": lambda m, n, eps, scale: m / (n + eps)}),
    (ROOTS, "no-eps", "It doesn't use the eps of make.", {"quotient": lambda m, n, eps, scale: m / np.sqrt(n)}),
    (ROOTS, "no-square", "n is made of the gradient itself: square it first, g * g.", {"square": lambda g, theta: g}),
    ("AdaGrad", "weights", "n adds up θ²: it is made of the gradients.", {"square": lambda g, theta: theta * theta}),
    (MEMORIES, "no-memory", "It forgets from step to step: keep the memory.", {"share": lambda old, new: (0, new)}),
    ("RMSProp", "no-memory", "n is the last square alone: n ← β n + (1 − β) g².", {"share": lambda old, new: (0, 1)}),
    ("Adam", "no-memory", "It forgets from step to step: keep m, v and t.",
     {"share": lambda old, new: (0, new), "clock": lambda t, size: 1}),
    ("RMSProp", "sum", "n never fades, as in AdaGrad: n ← β n + (1 − β) g².", {"share": lambda old, new: (1, 1)}),
    ("Momentum", "accumulated", "The memory never fades: multiply v by β first.", {"share": lambda old, new: (1, 1)}),
    ("Momentum", "memory-sign", "The memory brakes: β v has the wrong sign.", {"share": lambda old, new: (-old, new)}),
    ("Momentum", "momentum-mean", "v is a mean; here β v + g. Both exist.", {"share": lambda old, new: (old, 1 - old)}),
    ("Momentum", "nesterov", "That is Nesterov's step, which looks ahead: θ moves by v itself.", {"ahead": True}),
    (MEANS, "not-a-mean", "What is new comes in whole: it has the weight 1 − β.", {"share": lambda old, new: (old, 1)}),
    (MEANS, "betas", "β and 1 − β are exchanged: the old has the weight β.", {"share": lambda old, new: (new, old)}),
    ("Adam", "betas", "β1 and β2 are exchanged: m fades with β1, v with β2.",
     {"betas": lambda betas: {"beta1": betas["beta2"], "beta2": betas["beta1"]}}),
    (("Momentum", *MEANS), "fixed", "It doesn't use the β that make was given, but the usual one.",
     {"betas": lambda betas: {name: USUAL[name] for name in betas}}),
    ("Adam", "no-correction", "Divide m by 1 − β1ᵗ and v by 1 − β2ᵗ first.", {"clock": lambda t, size: np.inf}),
    ("Adam", "multiplied", "It multiplies by 1 − βᵗ where it should divide.", {"correct": np.multiply}),
    ("Adam", "stored-back", "m̂ and v̂ are stored as m and v, and so corrected again and again.", {"stored": True}),
    ("Adam", "t-stuck", "t stays 1: it grows by 1 a step, for β1ᵗ and β2ᵗ.", {"clock": lambda t, size: 1}),
    ("Adam", "t-from-2", "t is one ahead: it is 1 at the first step.", {"clock": lambda t, size: t + 1}),
    ("Adam", "eps-early", "ε is added to √v before the correction; here it stands beside √v̂. Both exist.",
     {"quotient": lambda m, n, eps, scale: m / (np.sqrt(n) + eps / np.sqrt(scale))}),
]
#: the same for lists of arrays, as if each were one number
OF_LISTS = [
    ("Adam", "t-per-array", "t grows with each array of the list: let it grow once, before the loop over them.",
     {"clock": lambda t, size: (t - 1) * size + 1 + np.arange(size)}),
    ("Adam", "one-memory", "All arrays of the list share one memory: keep one for each.",
     {"together": True, "clock": lambda t, size: (t - 1) // size + 1}),
    (MEMORIES, "one-memory", "All arrays of the list share one memory: keep one for each.", {"together": True}),
]


def mistakes(rule, lists):
    """Return the mistakes of the rule of that name, and of lists of arrays where `lists` says so."""
    return [(name, sentence, functools.partial(_path, rule, **how))
            for rules, name, sentence, how in MISTAKES + OF_LISTS * lists if rule in rules]
