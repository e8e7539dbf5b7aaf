"""Optimizers: a rule a class, each its published formula on two arrays, θ and the gradient g, both (..., P).

Every hyper-parameter may be an array over the ensemble: `SGD(lr=np.array([0.1, 1.0]))` gives two networks a rate each.
It is kept with one more axis at its end, so that it broadcasts against θ.
"""

import functools
import inspect

import numpy as np

from .guards import blame
from .validation import fits, in_range, room, shown, switch, whole_number


def _look_at(theta, grad):
    """Raise an error of one sentence unless both are arrays of float64, and of one shape with an axis or more."""
    for array in (theta, grad):
        if not isinstance(array, np.ndarray) or array.dtype != float or array.ndim == 0:
            raise TypeError(f"theta and its gradient must be arrays of float64, (..., P); got {shown(array)}; "
                            "np.array([0.5, 1.0]) makes one")
    if theta.shape != grad.shape:
        blame("an optimizer", {"theta": theta, "its gradient": grad}, None)
    if not theta.flags.writeable:
        raise ValueError("theta must be an array that can be changed in place; got one that is read-only; take a copy")


def _looked_at(written):
    """Make of a method one that says what it can't take before it changes anything; `guards.bare` gives it back."""
    signature = inspect.signature(written)

    @functools.wraps(written)
    def looked_at(*args, **kwargs):
        self, theta, grad = signature.bind(*args, **kwargs).args
        _look_at(theta, grad)
        if written.__name__ == "update" and self.shape != theta.shape:
            self.reset(theta.shape)
        self._look_at_ensemble(theta.shape)
        if written.__name__ == "rule" and self.memory and self.shape != theta.shape:
            raise ValueError(f"the memory is of shape {self.shape} and theta of {theta.shape}; update, or reset, begins"
                             " anew with another shape")
        with np.errstate(all="ignore"):  # numbers too large for a float become inf
            return written(self, theta, grad)

    return looked_at


class Optimizer:
    """Owner of the clock t and the memory; a subclass writes `rule(theta, g)`, which changes θ in place.

    Parameters
    ----------
    **hyper : float or array_like
        Hyper-parameters, kept as attributes: `lr` and `eps` above 0, those that begin with "beta" in [0, 1), others at
        least 0. An array has the ensemble's shape, or broadcasts to it.

    Raises
    ------
    TypeError
        If one holds anything but real numbers.
    ValueError
        If one is out of its range.

    Examples
    --------
    >>> class SignDescent(lab.Optimizer):
    ...     def rule(self, theta, g):
    ...         theta -= self.lr * np.sign(g)
    >>> theta = np.array([1.0, 2.0])
    >>> SignDescent(lr=0.5).update(theta, np.array([10.0, -0.1]))
    >>> theta.tolist()
    [0.5, 2.5]
    """
    memory = ()  #: names of the arrays like θ that the rule keeps
    shape = None

    def __init_subclass__(cls, **settings):
        """Keep `rule` and `decay` as they are written, for `update`; for all else labcore's own are guarded."""
        super().__init_subclass__(**settings)
        for name in {"rule", "decay"} & set(vars(cls)):
            written = vars(cls)[name]
            setattr(cls, f"_{name}", written)
            if cls.__module__.startswith("labcore."):
                setattr(cls, name, _looked_at(written))

    def __init__(self, **hyper):
        self.hyper = tuple(hyper)
        for name, value in hyper.items():
            high, may_be_0 = (1 if name.startswith("beta") else np.inf), name not in ("lr", "eps")
            value = in_range(name, value, 0, high, low_included=may_be_0)
            setattr(self, name, value[..., None] if np.ndim(value) else value)
        self.shape = None

    def reset(self, shape):
        """Set the clock and the memory to 0, for a θ of this shape.

        Parameters
        ----------
        shape : tuple of int
            Shape of θ, (..., P).

        Raises
        ------
        TypeError
            If `shape` is no tuple of whole numbers.
        ValueError
            If a hyper-parameter is an array that doesn't broadcast to the ensemble's shape, or if a size is below 0 or
            too large for memory.

        Examples
        --------
        >>> optimizer = lab.Adam()
        >>> optimizer.reset((4, 151))
        >>> optimizer.t, optimizer.m.shape
        (0, (4, 151))
        """
        if not isinstance(shape, (tuple, list)) or not shape:
            raise TypeError(f"shape must be a tuple of whole numbers, (..., P); got {shown(shape)}; for example (151,)")
        shape = tuple(whole_number("each of shape", size, 0) for size in shape)
        room("shape", shape)
        self._look_at_ensemble(shape)
        self.shape, self.t = shape, 0
        for name in self.memory:
            setattr(self, name, np.zeros(shape))

    def _look_at_ensemble(self, shape):
        for name in self.hyper:
            own = np.shape(getattr(self, name))[:-1]
            if not fits(own, shape[:-1]):
                raise ValueError(f"{name} must be a number or broadcast to the ensemble's shape {shape[:-1]}; "
                                 f"got shape {own}; mlp(seed=...) with an array of seeds makes an ensemble")

    @_looked_at
    def update(self, theta, grad):
        """Change θ (..., P) in place by one step along the gradient dL/dθ of the same shape.

        With a θ of another shape than the last one the clock and the memory begin anew.

        Parameters
        ----------
        theta, grad : ndarray of float64
            Parameters and their gradient, (..., P).

        Raises
        ------
        NotImplementedError
            As `rule` does.
        TypeError
            If one of the two is no array of float64.
        ValueError
            If their shapes differ, if `theta` can't be written to, or as `reset` does.

        Examples
        --------
        >>> theta = np.array([1.0])
        >>> lab.SGD(lr=0.1).update(theta, np.array([2.0]))
        >>> theta.tolist()
        [0.8]
        """
        self.t += 1
        self._rule(theta, grad)

    def rule(self, theta, g):
        """Change θ in place by the gradient g; the clock `t` stands at 1 in the first step.

        Parameters
        ----------
        theta, g : ndarray of float64
            Parameters and their gradient, (..., P).

        Raises
        ------
        NotImplementedError
            If the subclass has none.
        TypeError
            If one of the two is no array of float64.
        ValueError
            If their shapes differ, if `theta` can't be written to, or if the memory isn't of that shape: `update` sees
            to it.
        """
        raise NotImplementedError(f"{type(self).__name__} has no rule(theta, g); an optimizer needs one")

    _rule = rule

    def __repr__(self):
        given = ", ".join(f"{name}={getattr(self, name)}" for name in self.hyper)
        return f"{type(self).__name__}({given})"


class SGD(Optimizer):
    """Gradient descent: θ ← θ − lr g. Stochastic when g comes from a part of the examples.

    Parameters
    ----------
    lr : float or array_like
        Learning rate η, above 0.

    Raises
    ------
    TypeError, ValueError
        As `Optimizer` does.

    Examples
    --------
    >>> lab.SGD(lr=[0.1, 1.0])  # for an ensemble of two: a rate each
    SGD(lr=[[0.1]
     [1. ]])
    """

    def __init__(self, lr):
        super().__init__(lr=lr)

    def rule(self, theta, g):
        theta -= self.lr * g


class Momentum(Optimizer):
    """Momentum: v ← β v − lr g, θ ← θ + v (Polyak, 1964, eq. 9; report B writes it so).

    With `nesterov=True` θ moves by β v − lr g with the new v: Nesterov (1983) as in Bengio et al. (2013), eq. 7.

    Parameters
    ----------
    lr : float or array_like
        Learning rate η, above 0.
    beta : float or array_like, default 0.9
        Share of v that is kept, in [0, 1).
    nesterov : bool, default False
        Whether to look ahead.

    Raises
    ------
    TypeError, ValueError
        As `Optimizer` does.

    Examples
    --------
    >>> theta, optimizer = np.array([1.0]), lab.Momentum(lr=0.1, beta=0.5)
    >>> for _ in range(2):
    ...     optimizer.update(theta, np.array([1.0]))
    >>> theta.round(5).tolist()
    [0.75]
    """
    memory = ("v",)

    def __init__(self, lr, beta=0.9, nesterov=False):
        super().__init__(lr=lr, beta=beta)
        self.nesterov = switch("nesterov", nesterov)

    def rule(self, theta, g):
        step = self.lr * g
        self.v *= self.beta
        self.v -= step
        theta += self.beta * self.v - step if self.nesterov else self.v


class AdaGrad(Optimizer):
    """AdaGrad: n ← n + g², θ ← θ − lr g / (√n + ε) (Duchi et al., 2011, fig. 1); or / √(n + ε), as in report B.

    Parameters
    ----------
    lr : float or array_like
        Learning rate η, above 0.
    eps : float or array_like, default 1e-10
        The ε that keeps from dividing by 0, above 0.
    eps_inside : bool, default False
        Whether ε stands below the root.

    Raises
    ------
    TypeError, ValueError
        As `Optimizer` does.

    Examples
    --------
    >>> theta = np.array([0.0, 0.0])
    >>> # the first step is lr, whatever g is
    >>> lab.AdaGrad(lr=0.1).update(theta, np.array([5.0, 0.01]))
    >>> theta.round(5).tolist()
    [-0.1, -0.1]
    """
    memory = ("n",)

    def __init__(self, lr, eps=1e-10, eps_inside=False):
        super().__init__(lr=lr, eps=eps)
        self.eps_inside = switch("eps_inside", eps_inside)

    def rule(self, theta, g):
        self.n += g * g
        theta -= self.lr * g / (np.sqrt(self.n + self.eps) if self.eps_inside else np.sqrt(self.n) + self.eps)


class RMSProp(Optimizer):
    """RMSProp: n ← β n + (1 − β) g², θ ← θ − lr g / (√n + ε) (Tieleman and Hinton, 2012, lecture 6.5).

    Parameters
    ----------
    lr : float or array_like, default 0.01
        Learning rate η, above 0.
    beta : float or array_like, default 0.9
        Share of n that is kept, in [0, 1).
    eps : float or array_like, default 1e-8
        The ε that keeps from dividing by 0, above 0.

    Raises
    ------
    TypeError, ValueError
        As `Optimizer` does.

    Examples
    --------
    >>> theta = np.array([0.0])
    >>> # the first step is lr / √(1 − β)
    >>> lab.RMSProp(lr=0.1).update(theta, np.array([3.0]))
    >>> theta.round(5).tolist()
    [-0.31623]
    """
    memory = ("n",)

    def __init__(self, lr=0.01, beta=0.9, eps=1e-8):
        super().__init__(lr=lr, beta=beta, eps=eps)

    def rule(self, theta, g):
        self.n += (1 - self.beta) * (g * g - self.n)
        theta -= self.lr * g / (np.sqrt(self.n) + self.eps)


class Adam(Optimizer):
    """Adam (Kingma and Ba, 2015, algorithm 1): m and v are means of g and g², each divided by 1 − βᵗ.

    Parameters
    ----------
    lr : float or array_like, default 0.001
        Learning rate η, above 0.
    beta1, beta2 : float or array_like, default 0.9 and 0.999
        Shares of m and of v that are kept, in [0, 1).
    eps : float or array_like, default 1e-8
        The ε that keeps from dividing by 0, above 0.
    weight_decay : float or array_like, default 0.0
        This times θ is added to the gradient (report D); AdamW does it the other way. At least 0.
    amsgrad : bool, default False
        Whether to use the largest v so far (Reddi et al., 2018, algorithm 2, with the bias correction kept).
    maximize : bool, default False
        Whether to climb instead.

    Raises
    ------
    TypeError, ValueError
        As `Optimizer` does.

    Examples
    --------
    >>> theta = np.array([0.0, 0.0])
    >>> # the first step is lr, whatever g is
    >>> lab.Adam(lr=0.1).update(theta, np.array([5.0, -0.01]))
    >>> theta.round(5).tolist()
    [-0.1, 0.1]
    """
    memory = ("m", "v", "v_max")

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.0, amsgrad=False, maximize=False):
        super().__init__(lr=lr, beta1=beta1, beta2=beta2, eps=eps, weight_decay=weight_decay)
        self.amsgrad, self.maximize = switch("amsgrad", amsgrad), switch("maximize", maximize)
        self.decays = bool(np.any(self.weight_decay))

    def decay(self, theta, g):
        """Return the gradient with the weight decay in it.

        Parameters
        ----------
        theta, g : ndarray of float64
            Parameters and their gradient, (..., P).

        Returns
        -------
        ndarray of float64
            The gradient that the means are made of, g + weight_decay · θ; `AdamW` changes θ instead.

        Raises
        ------
        TypeError, ValueError
            As `rule` does.

        Examples
        --------
        >>> lab.Adam(weight_decay=0.1).decay(np.array([2.0]), np.array([1.0])).tolist()
        [1.2]
        """
        return g + self.weight_decay * theta

    def rule(self, theta, g):
        if self.maximize:
            g = -g
        if self.decays:
            g = self._decay(theta, g)
        self.m += (1 - self.beta1) * (g - self.m)
        self.v += (1 - self.beta2) * (g * g - self.v)
        v = np.maximum(self.v_max, self.v, out=self.v_max) if self.amsgrad else self.v
        m_scale, v_scale = 1 - _power(self.beta1, self.t), 1 - _power(self.beta2, self.t)
        theta -= (self.lr / m_scale) * self.m / (np.sqrt(v / v_scale) + self.eps)


def _power(beta, t):
    """Return betaᵗ. NumPy's power of an array may differ from Python's of a float in the last bit, so each has that."""
    return beta**t if isinstance(beta, float) else np.array([b**t for b in beta.ravel().tolist()]).reshape(beta.shape)


class AdamW(Adam):
    """Adam with the weight decay taken off θ itself: θ ← θ − lr · weight_decay · θ (Loshchilov and Hutter, 2019).

    Parameters
    ----------
    lr, beta1, beta2, eps : float or array_like, optional
        Those of `Adam`, with its defaults.
    weight_decay : float or array_like, default 0.01
        Share of θ, times lr, that is taken off at each step; at least 0.
    amsgrad, maximize : bool, default False
        Those of `Adam`.

    Raises
    ------
    TypeError, ValueError
        As `Optimizer` does.

    Examples
    --------
    >>> theta = np.array([1.0])
    >>> lab.AdamW(lr=0.1, weight_decay=0.5).update(theta, np.array([0.0]))
    >>> theta.tolist()
    [0.95]
    """

    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01, amsgrad=False, maximize=False):
        super().__init__(lr, beta1, beta2, eps, weight_decay, amsgrad, maximize)

    def decay(self, theta, g):
        theta -= self.lr * self.weight_decay * theta
        return g
