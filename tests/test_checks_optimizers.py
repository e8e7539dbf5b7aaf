"""labcore.checks: optimizers, initial weights and comparisons as readers write them, wrong and right."""

import functools
import itertools
import time

import numpy as np
import pytest
from test_checks import endless, is_told

import labcore as lab
from labcore.checks import calling, optimizers
from labcore.checks.answers import comparison
from labcore.checks.initial_weights import initial_weights
from labcore.checks.optimizers import optimizer


class Rule:
    """A rule as a student writes it: what it is made with become its attributes, and some plant mistakes."""

    def __init__(self, **how):
        vars(self).update(how)


class Momentum(Rule):
    v, by, ahead, old, new = 0, 1, False, staticmethod(lambda beta: beta), staticmethod(lambda lr, beta: -lr)

    def update(self, theta, grad):
        old, new = self.old(self.beta), self.new(self.lr, self.beta)
        self.v = old * self.v + new * grad
        theta += old * self.v + new * grad if self.ahead else self.by * self.v


class Rooted(Rule):
    """AdaGrad, or RMSProp if it is given a β."""
    n, sign, square, old, new = 0, -1, np.square, staticmethod(lambda beta: beta), staticmethod(lambda beta: 1 - beta)
    quotient = staticmethod(lambda g, n, eps: g / (np.sqrt(n) + eps))

    def update(self, theta, grad):
        old, new = (self.old(self.beta), self.new(self.beta)) if hasattr(self, "beta") else (1, 1)
        self.n = old * self.n + new * self.square(grad)
        return theta + self.sign * self.lr * self.quotient(grad, self.n, self.eps)


class Adam(Rooted):
    """For one array or (with lists=True) for many; what `forgets` returns begins anew at each step."""
    t, corrected, late, stuck, per_array, one_memory, lists, forgets = 0, True, False, False, False, False, False, dict

    def __init__(self, **how):
        super().__init__(m={}, v={}, **how)

    def update(self, theta, grad):
        vars(self).update(self.forgets())
        return self.update_all(theta, grad) if self.lists else self.update_all([theta], [grad])[0]

    def update_all(self, thetas, grads):
        self.t += not (self.late or self.per_array)
        found = []
        for key, (theta, grad) in enumerate(zip(thetas, grads)):
            self.t += self.per_array
            key, t = 0 if self.one_memory else key, 1 if self.stuck else self.t
            m = self.m[key] = self.mean(self.m.get(key, 0), grad, self.old(self.beta1))
            v = self.v[key] = self.mean(self.v.get(key, 0), self.square(grad), self.old(self.beta2))
            if self.corrected:
                m, v = m / (1 - self.beta1**t), v / (1 - self.beta2**t)
            found.append(theta + self.sign * self.lr * self.quotient(m, v, self.eps))
        self.t += self.late
        return found

    def mean(self, before, new, share):
        return share * before + (1 - share) * new


class EpsEarly(Rule):
    m = v = t = 0

    def update(self, theta, grad):
        self.m, self.t = self.beta1 * self.m + (1 - self.beta1) * grad, self.t + 1
        self.v = self.beta2 * self.v + (1 - self.beta2) * grad**2
        rate = self.lr * np.sqrt(1 - self.beta2**self.t) / (1 - self.beta1**self.t)
        return theta - rate * self.m / (np.sqrt(self.v) + self.eps)


class StoredBack(Rule):
    m = v = t = 0
    back, correct = True, staticmethod(np.divide)

    def update(self, theta, g):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * g
        self.v = self.beta2 * self.v + (1 - self.beta2) * g**2
        m, v = self.correct(self.m, 1 - self.beta1**self.t), self.correct(self.v, 1 - self.beta2**self.t)
        if self.back:
            self.m, self.v = m, v
        return theta - self.lr * m / (v**0.5 + self.eps)


class OfWeights(Rule):
    n = 0

    def update(self, theta, g):
        self.n = self.n + theta**2
        return theta - self.lr * g / (np.sqrt(self.n) + self.eps)


class Heavy(Rule):
    """PyTorch's form of momentum, in place; a v that begins as the gradient's own array changes it."""
    v, first = None, staticmethod(np.copy)

    def update(self, theta, grad):
        if self.v is None:
            self.v = self.first(grad)
        else:
            self.v *= self.beta
            self.v += grad
        theta[...] -= self.lr * self.v


class OneMemory(Momentum):
    def update(self, theta, grad):
        for p, g in zip(theta, grad):
            super().update(p, g)


class NeverReset(Momentum):
    """The memory is the class's."""
    memory = {"v": 0}
    v = property(lambda self: self.memory["v"], lambda self, value: self.memory.update(v=value))


class InClass(NeverReset):
    """Who makes another optimizer sets it to 0."""
    memory = {}

    def __init__(self, **how):
        super().__init__(**how)
        self.v = 0


class SharedArrays(Rule):
    arrays = {}

    def update(self, theta, grad):
        n = self.arrays.setdefault("n", np.zeros_like(theta))
        n *= self.beta
        n += (1 - self.beta) * grad**2
        theta -= self.lr * grad / (np.sqrt(n) + self.eps)


def shared_default(lr, eps, memory=[0]):  # noqa: B006
    def update(theta, grad):
        memory[0] = memory[0] + grad**2
        return theta - lr * grad / (memory[0] ** 0.5 + eps)

    return update


def rebinds(theta, grad):
    theta = theta - 0.1 * grad


def rebinds_in_list(theta, grad):
    for p, g in zip(theta, grad):
        p = p - 0.1 * g


def doubles_gradient(theta, grad):
    grad *= 2
    theta -= grad


def unwritten(theta, grad):
    raise NotImplementedError


#: what the rules with a root do wrong in it
ROOTS = {"eps-inside": lambda g, n, eps: g / np.sqrt(n + eps), "no-root": lambda g, n, eps: g / (n + eps),
         "no-eps": lambda g, n, eps: g / np.sqrt(n)}
momentum, rooted, adam = (functools.partial(functools.partial, kind) for kind in (Momentum, Rooted, Adam))
listed_adam = functools.partial(functools.partial, Adam, lists=True)
OWN, BEFORE = lab.SGD(0.1), Adam(lr=0.1, beta1=0.6, beta2=0.9, eps=0.25)

#: the rule, the name that the check should give the mistake, and what is handed in
WRONG = [
    ("sgd", "sign", lambda lr: lambda theta, g: theta + lr * g),
    ("sgd", "accumulated", lambda lr: Momentum(lr=lr, beta=1)),
    ("sgd", "no-rate", lambda lr: lambda theta, g: theta - g),
    ("sgd", "", lambda lr: lambda theta, g: theta - lr * g / 2),
    ("momentum", "no-memory", momentum(old=lambda b: 0)),
    ("momentum", "momentum-sign", momentum(by=-1)),  # v ← β v − lr g and θ ← θ − v
    ("momentum", "momentum-sign", momentum(new=lambda lr, b: lr)),  # v ← β v + lr g and θ ← θ + v
    ("momentum", "momentum-mean", momentum(new=lambda lr, b: -lr * (1 - b))),
    ("momentum", "memory-sign", momentum(old=lambda b: -b)),
    ("momentum", "accumulated", momentum(old=lambda b: 1)),
    ("momentum", "nesterov", momentum(ahead=True)),
    ("momentum", "fixed", momentum(old=lambda b: 0.9)),
    ("momentum", "no-rate", momentum(new=lambda lr, b: -1)),
    ("momentum lists", "one-memory", OneMemory),
    *[(rule, name, rooted(quotient=root)) for rule in ("adagrad", "rmsprop") for name, root in ROOTS.items()],
    *[(rule, "sign", rooted(sign=1)) for rule in ("adagrad", "rmsprop")],
    *[(rule, "no-square", rooted(square=np.array)) for rule in ("adagrad", "rmsprop")],
    ("adagrad", "no-memory", lambda lr, eps: lambda theta, g: theta - lr * g / (np.sqrt(g * g) + eps)),
    ("rmsprop", "no-memory", rooted(old=lambda b: 0)),
    ("rmsprop", "no-memory", rooted(old=lambda b: 0, new=lambda b: 1)),  # n is the last square
    ("rmsprop", "sum", rooted(old=lambda b: 1, new=lambda b: 1)),
    ("rmsprop", "not-a-mean", rooted(new=lambda b: 1)),
    ("rmsprop", "betas", rooted(old=lambda b: 1 - b, new=lambda b: b)),
    ("rmsprop", "fixed", rooted(old=lambda b: 0.9, new=lambda b: 1 - 0.9)),
    *[("adam", name, adam(quotient=root)) for name, root in ROOTS.items()],
    ("adam", "sign", adam(sign=1)),
    ("adam", "no-square", adam(square=np.array)),
    ("adam", "no-correction", adam(corrected=False)),
    ("adam", "t-stuck", adam(stuck=True)),  # report E's
    ("adam lists", "t-stuck", listed_adam(stuck=True)),
    ("adam", "t-from-0", adam(late=True)),
    ("adam", "t-from-0", lambda lr, beta1, beta2, eps: lambda theta, g: theta - lr / (1 - beta1**0) * g),
    ("adam", "t-from-2", adam(t=1)),
    ("adam lists", "t-per-array", listed_adam(per_array=True)),
    ("adam lists", "one-memory", listed_adam(one_memory=True)),
    ("adam lists", "one-memory", listed_adam(one_memory=True, per_array=True)),
    ("adam", "betas", lambda beta1, beta2, **how: Adam(beta1=beta2, beta2=beta1, **how)),
    ("adam", "betas", adam(old=lambda beta: 1 - beta)),
    ("adam", "eps-early", EpsEarly),
    ("adam", "no-memory", adam(forgets=lambda: {"m": {}, "v": {}})),
    ("adam", "no-memory", adam(forgets=lambda: {"m": {}, "v": {}, "t": 0})),
    ("adam", "fixed", lambda lr, beta1, beta2, eps: Adam(lr=lr, beta1=0.9, beta2=0.999, eps=eps)),
    ("momentum", "rate-twice", momentum(by=0.1)),
    ("sgd", "step-returned", lambda lr: lambda theta, g: lr * g),
    ("momentum", "step-returned", lambda lr, beta: lambda theta, g, m=Momentum(lr=lr, beta=beta): [  # noqa: B008
        m.update(theta, g), m.v][1]),
    ("adam", "no-eps", lambda lr, beta1, beta2, eps: Adam(lr=lr, beta1=beta1, beta2=beta2, eps=1e-8)),
    ("adam", "stored-back", StoredBack),
    ("adam", "multiplied", functools.partial(StoredBack, back=False, correct=np.multiply)),
    ("adagrad", "weights", lambda lr, eps: OfWeights(lr=lr, eps=eps)),
    ("momentum", "shared-memory", NeverReset),
    ("adagrad", "shared-memory", shared_default),
    ("momentum", "shared-memory", InClass),
    ("rmsprop", "shared-memory", SharedArrays),
    ("adam", "shared-memory", lambda lr, beta1, beta2, eps: BEFORE),
    # what is broken is an answer, too
    ("sgd", "raises", lambda lr: {}["v"]),
    ("sgd", "raises", lambda lr: lambda theta, g: {}["v"]),
    ("adam", "unwritten", lambda lr, beta1, beta2, eps: None),
    ("sgd", "unwritten", lambda lr: unwritten),
    ("sgd", "unchanged", lambda lr: lambda theta, g: None),
    ("sgd", "unchanged", lambda lr: rebinds),
    ("sgd lists", "unchanged", lambda lr: rebinds_in_list),
    ("sgd", "changed-input", lambda lr: doubles_gradient),
    ("momentum", "changed-input", functools.partial(Heavy, first=lambda grad: grad)),
    ("sgd", "nan", lambda lr: lambda theta, g: theta + g * np.nan),
    ("sgd", "reduced", lambda lr: lambda theta, g: np.sum(theta)),
    ("sgd lists", "shape", lambda lr: lambda theta, g: theta[0]),
    ("sgd lists", "shape", lambda lr: lambda theta, g: [theta[0] - lr * g[0]]),
    ("sgd lists", "unwritten", lambda lr: lambda theta, g: [None] * len(g)),
    ("sgd", "not-numbers", lambda lr: lambda theta, g: "θ"),
    ("sgd", "not-a-rule", lambda lr: 3.0),
    ("momentum", "not-a-function", Momentum()),
    ("momentum", "arguments", lambda speed, beta: None),
    ("sgd", "arguments", lambda theta, grad, lr: theta - lr * grad),
    ("sgd", "arguments", lambda lr: lambda theta, grad, t, u: theta),
    ("adam", "borrowed", lab.Adam),
    ("sgd", "borrowed", lambda lr: OWN),
    ("sgd", "borrowed", lambda lr: lambda theta, g: lab.SGD(lr).update(theta, g)),
    ("sgd", "endless", lambda lr: endless),
    ("sgd", "endless", endless),
    ("lion", "unreadable", Adam),
]


@pytest.mark.parametrize("rule, mistake, make", WRONG)
def test_a_wrong_optimizer_is_caught_and_its_mistake_named(rule, mistake, make, monkeypatch):
    monkeypatch.setattr(calling, "SECONDS", 0.3 if mistake == "endless" else 5)
    name, _, lists = rule.partition(" ")
    is_told(optimizer(name, make, bool(lists)), mistake)


class MomentumOfLists(Rule):
    memory = itertools.repeat(0)

    def update(self, theta, grad):
        self.memory = [self.beta * v - self.lr * g for v, g in zip(self.memory, grad)]
        for i, v in enumerate(self.memory):
            theta[i] = theta[i] + v


def adam_single(**rates):
    rule = Adam(**{name: np.float32(value) for name, value in rates.items()})
    return lambda theta, grad: rule.update(theta.astype(np.float32), grad.astype(np.float32)).astype(np.float32)


class NumberByNumber(Adam):
    def update(self, theta, grad):
        indices = list(np.ndindex(theta.shape))
        new = self.update_all([float(theta[i]) for i in indices], [float(grad[i]) for i in indices])
        for i, number in zip(indices, new):
            theta[i] = number
        return theta


class AverageOfSquares(Rule):
    n = 0.0

    def __call__(self, theta, grad):
        self.n = self.n + (1 - self.beta) * (grad * grad - self.n)
        return theta - np.divide(self.lr * grad, self.eps + self.n**0.5)


def listed(make):
    """Make an optimizer of lists from one of arrays."""
    def make_list(**rates):
        rules = [make(**rates), make(**rates)]  # no list has more
        return lambda theta, grad: tuple(rule.update(p, g) for rule, p, g in zip(rules, theta, grad))

    return make_list


RIGHT = [
    ("sgd", lambda lr: lambda theta, g: theta - lr * g),
    ("SGD", lambda lr: lambda theta, g: np.subtract(theta, lr * g, out=theta)),
    ("sgd lists", lambda lr: lambda theta, g: [p - lr * d for p, d in zip(theta, g)]),
    ("sgd", lambda learning_rate: lambda theta, g: theta - learning_rate * g),
    ("sgd", lambda lr: lambda theta, g, t: theta - lr * g / (1 if t > 0 else 0)),
    ("adam", lambda eta, b1, b2, epsilon: Adam(lr=eta, beta1=b1, beta2=b2, eps=epsilon)),
    ("momentum", lambda alpha, momentum: Momentum(lr=alpha, beta=momentum)),
    ("momentum", Momentum),
    ("momentum", momentum(new=lambda lr, b: lr, by=-1)),
    ("momentum", Heavy),
    ("momentum lists", MomentumOfLists),
    ("AdaGrad", Rooted),
    ("rmsprop", Rooted),
    ("rmsprop", AverageOfSquares),
    ("rmsprop lists", listed(Rooted)),
    ("adam", Adam),
    ("adam", adam_single),
    ("adam", NumberByNumber),
    ("adam lists", listed_adam()),
    ("adam lists", listed(Adam)),
]


@pytest.mark.parametrize("rule, make", RIGHT)
def test_a_right_optimizer_passes_however_it_is_written(rule, make):
    name, _, lists = rule.partition(" ")
    started = time.process_time()
    verdict = optimizer(name, make, bool(lists))
    assert verdict, verdict
    assert time.process_time() - started < 1  # a fifth of that, on a machine with nothing else to do


@pytest.mark.parametrize("lists", [False, True])
@pytest.mark.parametrize("name", optimizers.RULES)
def test_the_known_mistakes_can_be_told_apart(name, lists):
    rates = [rate for rate in ("lr", "beta", "beta1", "beta2", "eps") if rate in vars(getattr(lab, name)(0.1))]
    cases = optimizers._cases(rates, lists)
    with np.errstate(all="ignore"):
        known = [(mistake, np.concatenate([formula(*case).ravel() for case in cases]))
                 for mistake, _, formula in optimizers._mistakes(name, lists)]
    for i, (one, path) in enumerate(known):
        assert np.isfinite(path).all() == (one != "t-from-0"), one
        for other, another in known[:i]:
            same = {one, other} == {"sign", "momentum-sign"}  # for momentum, all of it
            assert np.allclose(path, another) == same, (one, other)


def test_a_check_asked_twice_says_the_same():
    for make, name in ((NeverReset, "momentum"), (shared_default, "adagrad"), (lambda **how: BEFORE, "adam")):
        assert [optimizer(name, make).mistake for _ in range(3)] == ["shared-memory"] * 3


# ---- initial weights ----

def normal(std):
    """Return an initializer that draws from N(0, std(n_in, n_out)²)."""
    return lambda n_in, n_out, rng: rng.normal(0, std(n_in, n_out), (n_in, n_out))


def uniform(limit):
    return lambda n_in, n_out, rng: rng.uniform(-limit(n_in, n_out), limit(n_in, n_out), (n_in, n_out))


def cut(rng, n, m):
    """Return numbers from N(0, 1), drawn anew beyond ±2."""
    drawn = rng.normal(size=(n, m))
    while (far := np.abs(drawn) > 2).any():
        drawn[far] = rng.normal(size=np.count_nonzero(far))
    return drawn


def seeds_everything(n_in, n_out, rng):
    np.random.seed(1)
    return np.random.randn(n_in, n_out)


he = normal(lambda n, m: (2 / n) ** 0.5)
#: the name of the mistake, the law that is asked for, and what is handed in
WRONG_WEIGHTS = [
    ("zeros", None, lambda n, m, rng: np.zeros((n, m))),
    ("equal", None, lambda n, m, rng: np.full((n, m), 0.5)),
    ("equal", None, lambda n, m, rng: rng.normal() * np.ones((n, m))),
    ("equal-units", None, lambda n, m, rng: np.tile(rng.normal(size=(n, 1)), m)),
    ("equal-units", None, lambda n, m, rng: np.ones((n, 1)) * rng.normal(size=m)),
    ("same-draw", None, lambda n, m, rng: he(n, m, np.random.default_rng(0))),
    ("same-draw", None, seeds_everything),
    ("global-random", None, lambda n, m, rng: np.random.randn(n, m)),
    ("global-random", None, lambda n, m, rng: he(n, m, np.random.default_rng())),
    ("not-centred", None, lambda n, m, rng: rng.random((n, m))),
    ("scale", "he", normal(lambda n, m: 2 / n)),
    ("scale", "he", normal(lambda n, m: (2 / m) ** 0.5)),
    ("scale", "he", uniform(lambda n, m: (2 / n) ** 0.5)),
    ("scale", "xavier", normal(lambda n, m: 2 / (n + m))),
    ("scale", "xavier", he),
    ("scale", "normal", normal(lambda n, m: 0.1)),
    ("transposed", None, lambda n, m, rng: he(m, n, rng)),
    ("reduced", None, lambda n, m, rng: rng.normal(size=m)),
    ("whole", None, lambda n, m, rng: rng.integers(-3, 4, (n, m))),
    ("scale", "he", normal(lambda n, m: (2 / n) ** 0.5 if n > 100 else 1.0)),
    ("scale", "he", normal(lambda n, m: 150 / n * (2 / 150) ** 0.5)),
    ("unwritten", None, lambda n, m, rng: None),
    ("raises", None, lambda n, m, rng: rng.nothing()),
    ("nan", None, lambda n, m, rng: np.full((n, m), np.nan)),
    ("borrowed", None, lambda n, m, rng: lab.initializers.he_normal(rng, (n, m), n, m)),
    ("unreadable", "lecun", he),
]
RIGHT_WEIGHTS = [
    ("he", he),
    ("He", uniform(lambda n, m: (6 / n) ** 0.5)),
    ("he", lambda n, m, rng: [[rng.normal() * (2 / n) ** 0.5 for _ in range(m)] for _ in range(n)]),
    ("xavier", lambda n, m, rng: rng.standard_normal((n, m)) * np.sqrt(2 / (n + m))),
    ("xavier_uniform", uniform(lambda n, m: (6 / (n + m)) ** 0.5)),
    ("xavier", lambda n, m, rng: (2 * rng.random((n, m)) - 1) * np.sqrt(6 / (n + m))),
    ("normal", lambda n, m, rng: rng.standard_normal((n, m), dtype=np.float32)),
    ("uniform", uniform(lambda n, m: 1)),
    (None, uniform(lambda n, m: 1)),
    (None, lambda n, m, rng: he(n, m, np.random.default_rng(rng.integers(2**31)))),
]


@pytest.mark.parametrize("mistake, law, f", WRONG_WEIGHTS)
def test_wrong_initial_weights_are_caught_and_their_mistake_named(mistake, law, f):
    is_told(initial_weights(f, law), mistake)


@pytest.mark.parametrize("law, remark, f", [
    ("xavier", "inputs-alone", normal(lambda n, m: n**-0.5)),
    ("xavier", "inputs-alone", uniform(lambda n, m: (3 / n) ** 0.5)),
    ("he", "truncated", lambda n, m, rng: cut(rng, n, m) * (2 / n) ** 0.5),
    ("normal", "truncated", lambda n, m, rng: cut(rng, n, m)),
])
def test_weights_of_another_convention_are_right_and_told_so(law, remark, f):
    verdict = initial_weights(f, law)
    assert verdict and verdict.mistake == remark


@pytest.mark.parametrize("law, f", RIGHT_WEIGHTS)
def test_right_initial_weights_pass(law, f):
    assert initial_weights(f, law), initial_weights(f, law)


def test_right_initial_weights_pass_for_many_seeds():
    for seed in range(100):
        draw = functools.partial(lambda seed, n, m, rng: he(n, m, np.random.default_rng([seed, rng.integers(2**31)])),
                                 seed)
        assert initial_weights(draw, "he"), seed


# ---- comparisons ----

MORE, LESS = [0.95, 0.9, 1.0, 0.93, 0.97, 0.96], [0.8, 0.85, 0.82, 0.9, 0.75, 0.7]
MIXED, MOSTLY_LESS = [0.96, 0.8, 1.0, 0.95, 0.9, 0.97], [0.8, 0.85, 0.82, 0.9, 0.75, 0.99]
NEVER = [np.nan] * 6
#: the name of the mistake, "" for none, and what is handed in
COMPARISONS = [
    ("single-run", "a > b", 0.95, [0.9]),
    ("single-run", "a > b", MORE[:4], LESS[:4]),
    ("single-run", "no difference shown", [0.95], [0.9]),
    ("overclaim", "a > b", MORE, MOSTLY_LESS),  # 5 of 6 seeds
    ("overclaim", "a < b", MORE, MIXED),
    ("overclaim", "a > b", [1.0] * 9 + [0.9], [1.0] * 8 + [0.9, 0.8]),  # ties
    ("contrary", "a < b", MORE, LESS),
    ("contrary", "a<b", NEVER, [100, 200, 150, 90, 80, 120]),  # never is later
    ("underclaim", "No difference shown", MORE, LESS),
    ("claim", "a is better", MORE, LESS),
    ("unwritten", None, MORE, LESS),
    ("unwritten", "a > b", None, LESS),
    ("not-numbers", "a > b", "many", LESS),
    ("shape", "a > b", [MORE, MORE], LESS),
    ("seeds", "a > b", MORE, LESS[:5]),
    ("", "a > b", MORE, LESS),
    ("", "a<b", np.array([100, 200, 150, 90, 80]), (np.nan, 900, 700, 300, 400)),
    ("", "no difference shown", MORE, MIXED),
    ("", "no difference shown", NEVER[:5], NEVER[:5]),
]


@pytest.mark.parametrize("mistake, claim, a, b", COMPARISONS)
def test_a_conclusion_is_right_or_its_mistake_is_named(mistake, claim, a, b):
    verdict = comparison(claim, a, b)
    assert bool(verdict) == (mistake == "") and verdict.mistake == mistake, verdict


def test_the_numbers_behind_a_comparison_are_shown():
    verdict = comparison("a > b", MORE, MOSTLY_LESS)
    assert dict(verdict.shown) == {"medians": "a 0.955, b 0.835", "seeds": "a > b in 5, a < b in 1 of 6 seeds",
                                   "share of a < b": "between 3% and 56%", "support": "no difference shown"}
    assert dict(comparison("a < b", NEVER, range(6)).shown)["medians"] == "a never, b 2.5"
