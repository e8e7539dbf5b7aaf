"""Optimizers: one class for each published rule, its formula on two arrays, θ and the gradient g, both (..., P).

Every hyper-parameter may be an array over the ensemble: `SGD(lr=np.array([0.1, 1.0]))` gives two networks a rate each.
It is kept with one more axis at its end, so that it broadcasts against θ.
"""

import numpy as np

from .inputs import check_members, number, parts, switch


class Optimizer:
    """A base class: it counts steps in `t` and keeps the arrays named in `memory`. A subclass writes `rule`.

    Hyper-parameters become attributes of these names, at or above 0 if none of the two lists says otherwise.
    """
    memory = ()  #: names of the arrays like θ that the rule keeps
    positive = ("lr", "eps")  #: hyper-parameters above 0
    below_1 = ("beta", "beta1", "beta2")  #: hyper-parameters in [0, 1)
    shape = None

    def __init__(self, **hyper):
        if taken := {"t", "shape", *self.memory} & set(hyper):
            raise ValueError(f"a hyper-parameter can't be called {taken.pop()}: the optimizer keeps that itself")
        self.hyper = tuple(hyper)
        for name, value in hyper.items():
            high = 1 if name in self.below_1 else np.inf
            value = number(name, value, 0, high, low_included=name not in self.positive, many=True)
            setattr(self, name, value[..., None] if np.ndim(value) else value)

    def reset(self, shape):
        """Set the clock and the memory to 0, for a θ of this shape (..., P)."""
        for name in self.hyper:
            check_members(name, np.shape(getattr(self, name))[:-1], shape[:-1])
        self.shape, self.t = shape, 0
        for name in self.memory:
            setattr(self, name, np.zeros(shape))

    def update(self, theta, grad):
        """Change θ (..., P) in place by one step along the gradient dL/dθ; a θ of another shape begins anew."""
        if self.shape != theta.shape:
            self.reset(theta.shape)
        self.t += 1
        self.rule(theta, grad)

    def rule(self, theta, g):
        """Change θ in place by the gradient g; the clock `t` stands at 1 in the first step."""
        raise NotImplementedError(f"{type(self).__name__} has no rule(theta, g); an optimizer needs one")

    def __repr__(self):
        given = ", ".join(f"{name}={getattr(self, name)}" for name in self.hyper)
        return f"{type(self).__name__}({given})"


class SGD(Optimizer):
    """Gradient descent: θ ← θ − lr g. Stochastic when g comes from a part of the examples."""

    def __init__(self, lr=0.1):
        super().__init__(lr=lr)

    def rule(self, theta, g):
        theta -= self.lr * g


class Momentum(Optimizer):
    """Momentum: v ← β v − lr g, θ ← θ + v (Polyak, 1964, eq. 9).

    With `nesterov=True` θ moves by β v − lr g with the new v: Nesterov (1983) as in Bengio et al. (2013), eq. 7.
    """
    memory = ("v",)

    def __init__(self, lr=0.1, beta=0.9, nesterov=False):
        super().__init__(lr=lr, beta=beta)
        self.nesterov = switch("nesterov", nesterov)

    def rule(self, theta, g):
        step = self.lr * g
        self.v *= self.beta
        self.v -= step
        theta += self.beta * self.v - step if self.nesterov else self.v


class AdaGrad(Optimizer):
    """AdaGrad: s ← s + g², θ ← θ − lr g / (√s + ε), with s the sum of g² (Duchi et al., 2011, fig. 1).

    With `eps_inside=True` it divides by √(s + ε) instead.
    """
    memory = ("sum_g2",)

    def __init__(self, lr=0.1, eps=1e-10, eps_inside=False):
        super().__init__(lr=lr, eps=eps)
        self.eps_inside = switch("eps_inside", eps_inside)

    def rule(self, theta, g):
        self.sum_g2 += g * g
        root = np.sqrt(self.sum_g2 + self.eps) if self.eps_inside else np.sqrt(self.sum_g2) + self.eps
        theta -= self.lr * g / root


class RMSProp(Optimizer):
    """RMSProp: s ← β s + (1 − β) g², θ ← θ − lr g / (√s + ε), with s a mean of g² (Tieleman and Hinton, 2012)."""
    memory = ("mean_g2",)

    def __init__(self, lr=0.01, beta=0.9, eps=1e-8):
        super().__init__(lr=lr, beta=beta, eps=eps)

    def rule(self, theta, g):
        self.mean_g2 += (1 - self.beta) * (g * g - self.mean_g2)
        theta -= self.lr * g / (np.sqrt(self.mean_g2) + self.eps)


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015, algorithm 1): m and v are means of g and g², each divided by 1 − βᵗ.

    weight_decay · θ is added to the gradient; `AdamW` takes it off θ itself. `amsgrad` divides by the largest v so far
    (Reddi et al., 2018, algorithm 2, with the bias correction kept), `maximize` climbs instead.
    """
    memory = ("m", "v", "v_max")
    decoupled = False  #: whether the weight decay stays out of the gradient

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, amsgrad=False, maximize=False):
        super().__init__(lr=lr, beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay)
        self.amsgrad, self.maximize = switch("amsgrad", amsgrad), switch("maximize", maximize)
        self.decays = bool(np.any(self.weight_decay))

    def rule(self, theta, g):
        if self.maximize:
            g = -g
        if self.decoupled:
            theta -= self.lr * self.weight_decay * theta
        elif self.decays:
            g = g + self.weight_decay * theta
        self.m += (1 - self.beta1) * (g - self.m)
        self.v += (1 - self.beta2) * (g * g - self.v)
        v = np.maximum(self.v_max, self.v, out=self.v_max) if self.amsgrad else self.v
        m_scale, v_scale = 1 - _power(self.beta1, self.t), 1 - _power(self.beta2, self.t)
        theta -= (self.lr / m_scale) * self.m / (np.sqrt(v / v_scale) + self.eps)


class AdamW(Adam):
    """Adam with the weight decay taken off θ itself: θ ← θ − lr · weight_decay · θ (Loshchilov and Hutter, 2019)."""
    decoupled = True

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01, amsgrad=False, maximize=False):
        super().__init__(lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)


def _power(beta, t):
    # NumPy's power of an array may differ in the last bit from Python's of a float, which a member trained alone has
    return beta**t if isinstance(beta, float) else np.array([b**t for b in beta.ravel().tolist()]).reshape(beta.shape)


def known():
    """Return {name: class} of the optimizers: each class of this file but the base is one."""
    return parts(__name__, lambda part: isinstance(part, type) and part is not Optimizer)
