"""A run as data: what is to be trained, checked in advance, carried out step by step, and told as a script."""

import functools
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields

import numpy as np

import labcore as lab

from .. import activations, data, initializers, losses, optimizers
from ..inputs import items, number, pick, shown, switch, whole_number
from ..network import as_layer, mlp
from ..training import Epoch, steps
from . import _until  # noqa: F401
from .statistics import label

#: the module that knows what a setting may be
PARTS = {"problem": data, "activation": activations, "output": activations, "init": initializers,
         "bias_init": initializers, "loss": losses, "optimizer": optimizers}


def part(name, value):
    """Return the part that a typed name stands for; anything else, and other settings, as they are."""
    return pick(name, value, PARTS[name].known()) if name in PARTS else value


@dataclass(frozen=True, init=False, repr=False)
class Settings:
    """The settings of a run; one that can't be is a ValueError of one sentence.

    Parts are given as themselves or by name, in capitals or not. A name that isn't below is a hyper-parameter of the
    optimizer: ``Settings(activation="tanh", optimizer="adam", beta1=0.8)``. `dataclasses.replace` changes settings.

    Parameters
    ----------
    problem : function of labcore.data, default generate_xor_easy
        What is to be learned; None for points of one's own.
    noise : float, default 0.0
        Standard deviation of what is added to each coordinate of the points; None for the problem's own.
    hidden : tuple of int, default (10, 10)
        Units in each hidden layer; () for none.
    activation, output : Layer, default Sigmoid
        Of the hidden layers, and of the last one.
    bias : bool, default True
        Whether layers have biases.
    init, bias_init : function of labcore.initializers, default normal and zeros
        Where weights and biases come from.
    init_scale : float, default 1.0
        What the initial weights are multiplied by.
    loss : function of labcore.losses, default squared_error
        What is made smaller.
    optimizer : Optimizer, default SGD
        How: a class, or an instance whose hyper-parameters are taken over.
    lr : float, optional
        The learning rate; the optimizer's own default if left out.
    batch_size : int, optional
        Examples an update; None for all.
    shuffle : bool, default True
        Whether batches are drawn anew each epoch.
    seed : int, default 0
        Of the weights and of the order of the points. Several seeds are an ensemble, with the order of seed 0; then
        `init_scale` and hyper-parameters may be arrays over it.
    stop_at_accuracy, stop_at_loss : float, optional
        Goals that end training.
    check_every : int, default 1
        How many epochs lie between two looks at the goals.

    Examples
    --------
    >>> from labcore.experiments.settings import Settings
    >>> settings = Settings(hidden=(4,), optimizer="adam", lr=0.01)
    >>> settings
    Settings(hidden=(4,), optimizer=lab.Adam, lr=0.01)
    >>> settings.network()
    Network([Dense(2, 4, bias=True), Sigmoid(), Dense(4, 1, bias=True), Sigmoid()], 17 parameters)
    """
    problem: Callable | None = data.generate_xor_easy
    noise: float | None = 0.0
    hidden: tuple = (10, 10)
    activation: type = activations.Sigmoid
    output: type = activations.Sigmoid
    bias: bool = True
    init: Callable = initializers.normal
    init_scale: float = 1.0
    bias_init: Callable = initializers.zeros
    loss: Callable = losses.squared_error
    optimizer: type = optimizers.SGD
    lr: float | None = None
    batch_size: int | None = None
    shuffle: bool = True
    seed: int = 0
    stop_at_accuracy: float | None = None
    stop_at_loss: float | None = None
    check_every: int = 1
    hyper: dict = field(default_factory=dict)  #: other hyper-parameters of the optimizer

    def __init__(self, hyper=(), **given):
        own = {known.name: part(known.name, given.pop(known.name, known.default)) for known in fields(self)[:-1]}
        hyper = dict(hyper) | given
        if isinstance(own["optimizer"], optimizers.Optimizer):
            instance, own["optimizer"] = own["optimizer"], type(own["optimizer"])
            parameters = inspect.signature(type(instance)).parameters.values()
            hyper = {p.name: getattr(instance, p.name) for p in parameters
                     if getattr(instance, p.name) != p.default} | hyper
            own["lr"] = hyper.pop("lr", None) if own["lr"] is None else own["lr"]
        known = [*own, *inspect.signature(own["optimizer"]).parameters]
        if unknown := [name for name in hyper if name not in known[len(own):]]:
            raise TypeError(f"can't use {label(own['optimizer'])} with {', '.join(unknown)}; settings are "
                            f"{', '.join(dict.fromkeys(known))}")
        for name, value in (own | {"hyper": hyper}).items():
            object.__setattr__(self, name, value)
        try:
            self._check()
        except TypeError as error:
            raise ValueError(str(error)) from None

    def _check(self):
        def given(name, check, *args, **how):
            value = getattr(self, name)
            if value is not None and not np.ndim(value):  # arrays over an ensemble are looked at below, and in mlp
                object.__setattr__(self, name, check(name, value, *args, **how))

        widths = items("hidden", self.hidden, "(10, 10)")
        object.__setattr__(self, "hidden", tuple(whole_number("each hidden width", width) for width in widths))
        for name in ("bias", "shuffle"):
            given(name, switch)
        for name, least in (("seed", 0), ("check_every", 1), ("batch_size", 1)):
            given(name, whole_number, least)
        given("init_scale", number)
        given("noise", number, 0)
        given("lr", number, 0, low_included=False)
        given("stop_at_accuracy", number, 0, 1.001)
        given("stop_at_loss", number, 0)
        optimizer = self._optimizer()
        object.__setattr__(self, "lr", getattr(optimizer, "lr", None) if self.lr is None else self.lr)
        n = len(self.data()[0]) if self.problem else np.inf
        if self.batch_size is not None and self.batch_size > n:
            raise ValueError(f"batch_size must be at most {n}, the number of points; got {self.batch_size}; {n} "
                             "takes them all at once")
        self._check_output()

    def _check_output(self):
        """Raise ValueError if loss and output don't fit each other."""
        ends = as_layer("output", self.output).forward(np.array([[-9.0, 9.0]]))
        loss, output, is_share = losses.check_loss(self.loss), label(self.output), 0 <= ends.min() and ends.max() <= 1
        if loss.probabilities and not is_share:
            raise ValueError(f"{label(loss)} takes probabilities; got output {output}, which gives any number; choose "
                             "output Sigmoid, or loss sigmoid_cross_entropy")
        if loss.threshold == 0 and is_share:
            raise ValueError(f"{label(loss)} takes any number and has its own sigmoid; got output {output}, a second "
                             "one; choose output Identity, or loss binary_cross_entropy")

    def _optimizer(self):
        rate = {} if self.lr is None else {"lr": self.lr}
        return self.optimizer(**rate | self.hyper)

    def data(self):
        """Return the points x (n, 2) and their labels y (n, 1), which are the same for all seeds."""
        return self.problem(**self._noise())

    def _noise(self):
        takes_it = self.noise is not None and "noise" in inspect.signature(self.problem).parameters
        return {"noise": self.noise} if takes_it else {}

    def network(self, n_in=2, n_out=1):
        """Return the untrained network, or the ensemble of several seeds."""
        net = mlp([n_in, *self.hidden, n_out], hidden=self.activation, output=self.output, bias=self.bias,
                  init=self.init, bias_init=self.bias_init, seed=self.seed)
        with np.errstate(over="ignore"):  # the training says what has diverged
            for layer in net.layers[::2]:
                layer.W *= np.asarray(self.init_scale)[..., None, None]
        return net

    def steps(self, net, x, y, *, epochs):
        """Return the generator of `labcore.steps` that trains a network on points."""
        goals = {"stop_at_accuracy": self.stop_at_accuracy, "stop_at_loss": self.stop_at_loss}
        seldom = self.check_every > 1 and any(goal is not None for goal in goals.values())
        found = steps(net, x, y, loss=self.loss, optimizer=self._optimizer(), epochs=epochs,
                      batch_size=self.batch_size, shuffle=self.shuffle, seed=0 if np.ndim(self.seed) else self.seed,
                      **{} if seldom else goals)
        return self._looked_at(net, found) if seldom else found

    def _looked_at(self, net, epochs):
        """Yield epochs; who has reached a goal at a look stays as it was then, and when all have, training ends."""
        accuracy = np.inf if self.stop_at_accuracy is None else self.stop_at_accuracy
        loss = -np.inf if self.stop_at_loss is None else self.stop_at_loss
        arrived, last, theta = np.zeros(net.members, bool), None, None
        for epoch in epochs:
            if arrived.any():
                net.theta[arrived] = theta[arrived]
                epoch = Epoch(epoch.number, *(np.where(arrived, then, now) for then, now in zip(last[1:], epoch[1:])))
            yield epoch
            if epoch.number % self.check_every == 0:
                arrived, last, theta = (epoch.accuracy >= accuracy) | (epoch.loss <= loss), epoch, net.theta.copy()
                if arrived.all():
                    return

    def script(self, epochs):
        """Return a script that repeats the run up to that epoch, 0 for the untrained network, to the last bit.

        It has no goals: where the run ended at one, that epoch is where the script ends.

        Examples
        --------
        >>> from labcore.experiments.settings import Settings
        >>> print(Settings(lr=1.0).script(10))
        import labcore as lab
        <BLANKLINE>
        x, y = lab.generate_xor_easy(noise=0.0)
        net = lab.mlp([2, 10, 10, 1], hidden=lab.Sigmoid, output=lab.Sigmoid,
                      init=lab.initializers.normal, seed=0)
        epochs = lab.steps(net, x, y, loss=lab.squared_error,
                           optimizer=lab.SGD(lr=1.0),
                           batch_size=None, epochs=10, seed=0)
        for epoch in epochs:
            pass  # each epoch has a loss, and net is the network as it is then
        print(f"epoch {epoch.number}, loss {float(epoch.loss)!r}, accuracy {epoch.accuracy:.4f}")
        """
        epochs = whole_number("epochs", epochs, 0)
        weights = {} if self.bias else {"bias": False}
        weights |= {} if self.bias_init is initializers.zeros else {"bias_init": self.bias_init}
        rates = {name: value for name, value in ({"lr": self.lr} | self.hyper).items() if value is not None}
        lines = [
            "import labcore as lab", "", f"x, y = {code(self.problem)}({_arguments(self._noise())})",
            f"net = lab.mlp({[2, *self.hidden, 1]}, hidden={code(self.activation)}, output={code(self.output)},",
            f"              {_arguments({'init': self.init} | weights | {'seed': self.seed})})",
            f"epochs = lab.steps(net, x, y, loss={code(self.loss)},",
            f"                   optimizer={code(self.optimizer)}({_arguments(rates)}),",
            f"                   batch_size={self.batch_size}, epochs={max(epochs, 1)}, seed={self.seed}"
            + (")" if self.shuffle else ", shuffle=False)")]
        if self.init_scale != 1:
            lines[5:5] = ["for layer in net.layers[::2]:", f"    layer.W *= {self.init_scale!r}"]
        lines += (["for epoch in epochs:", "    pass  # each epoch has a loss, and net is the network as it is then"]
                  if epochs else ["epoch = next(epochs)  # epoch 0, before the first step"])
        lines.append('print(f"epoch {epoch.number}, loss {float(epoch.loss)!r}, accuracy {epoch.accuracy:.4f}")')
        return "\n".join(["import functools"] * ("functools." in "".join(lines)) + lines)

    def __repr__(self):
        given = {known.name: (getattr(self, known.name), known.default) for known in fields(self)[:-1]}
        differs = {name: value for name, (value, default) in given.items() if code(value) != code(default)}
        return f"Settings({_arguments(differs | self.hyper)})"


def code(value):
    """Return a value as a script spells it: ``lab.Tanh``, ``lab.LeakyReLU(0.2)``, ``lab.initializers.normal``, 0.5."""
    if isinstance(value, functools.partial):
        return f"functools.partial({code(value.func)}, {_arguments(value.keywords)})"
    text = getattr(value, "__name__", None) or repr(value)
    package, _, module = getattr(value, "__module__", "").partition(".")
    if package != "labcore":
        return text
    return f"lab.{text}" if hasattr(lab, text.partition("(")[0]) else f"lab.{module}.{text}"


def _arguments(values):
    return ", ".join(f"{name}={code(value)}" for name, value in values.items())


def widths_text(hidden):
    """Return hidden widths as people write them: 10-10, or none."""
    return "-".join(map(str, hidden)) or "none"


def read_widths(text):
    """Return the tuple of hidden widths that was written: whole numbers with -, a comma or a space between, or none.

    >>> from labcore.experiments.settings import read_widths
    >>> read_widths("8-4"), read_widths("8, 4"), read_widths("none")
    ((8, 4), (8, 4), ())
    """
    if text.strip().lower() == "none":
        return ()
    if not re.fullmatch(r"\s*\d+([-,\s]+\d+)*\s*", text):
        raise ValueError("hidden units are whole numbers with - between, one a layer, as 10-10, or none; got "
                         f"{shown(text)}")
    return tuple(map(int, re.findall(r"\d+", text)))


def read_batch_size(text):
    """Return the batch size that was written: a whole number, or None for "all"."""
    if text.strip().lower() == "all":
        return None
    if not re.fullmatch(r"\s*-?\d+\s*", text):
        raise ValueError(f"batch_size must be a whole number, or all; got {shown(text)}")
    return int(text)
