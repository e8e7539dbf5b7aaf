"""A run as data: what is to be trained, checked in advance, carried out step by step, and told as a script."""

import functools
import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass, field, fields

import numpy as np

import labcore as lab

from .. import activations, data, initializers, losses, optimizers
from ..inputs import items, pick, shown, whole_number
from ..network import as_layer, mlp
from ..training import Epoch, steps
from .statistics import label

#: the module that knows what a setting may be
PARTS = {"problem": data, "activation": activations, "output": activations, "init": initializers,
         "bias_init": initializers, "loss": losses, "optimizer": optimizers}


def part(name, value):
    """Return the part that a typed name stands for; anything else, and other settings, as they are."""
    return pick(name, value, PARTS[name].known()) if name in PARTS and isinstance(value, str) else value


@dataclass(frozen=True, init=False, repr=False)
class Settings:
    """The settings of a run; a choice that can't be is a ValueError of one sentence.

    Parts are given as themselves or by name, values as `mlp` and `steps` take them. A name that isn't below is a
    hyper-parameter of the optimizer. Several seeds are an ensemble, with the order of examples of seed 0; then
    `init_scale` and hyper-parameters may be arrays over it. `dataclasses.replace` changes settings.

    >>> from labcore.experiments.settings import Settings
    >>> settings = Settings(hidden=(4,), optimizer="adam", lr=0.01, beta1=0.8)
    >>> settings
    Settings(hidden=(4,), optimizer=lab.Adam, lr=0.01, beta1=0.8)
    >>> settings.network()
    Network([Dense(2, 4, bias=True), Sigmoid(), Dense(4, 1, bias=True), Sigmoid()], 17 parameters)
    """
    problem: Callable | None = data.generate_xor_easy  #: None for points of one's own
    noise: float | None = 0.0  #: of the points; None for the problem's own
    hidden: tuple = (10, 10)
    activation: type = activations.Sigmoid
    output: type = activations.Sigmoid
    bias: bool = True
    init: Callable = initializers.normal
    init_scale: float = 1.0  #: what initial weights are multiplied by
    bias_init: Callable = initializers.zeros
    loss: Callable = losses.squared_error
    optimizer: type = optimizers.SGD  #: a class
    lr: float | None = None  #: the optimizer's own if left out
    batch_size: int | None = None
    shuffle: bool = True
    seed: int = 0
    stop_at_accuracy: float | None = None
    stop_at_loss: float | None = None
    check_every: int = 1  #: epochs between two looks at the goals
    hyper: dict = field(default_factory=dict)  #: other hyper-parameters of the optimizer

    def __init__(self, hyper=(), **given):
        own = {known.name: part(known.name, given.pop(known.name, known.default)) for known in fields(self)[:-1]}
        own["hyper"] = dict(hyper) | given
        for name, value in own.items():
            object.__setattr__(self, name, value)
        if not callable(self.optimizer):
            raise ValueError(f"optimizer must be a class, with lr=... beside it; got {shown(self.optimizer)}")
        takes = inspect.signature(self.optimizer).parameters
        if unknown := [name for name in self.hyper if name not in takes]:
            known = ", ".join(dict.fromkeys([*own, *takes])).replace(" hyper,", "")
            raise TypeError(f"can't use {label(self.optimizer)} with {', '.join(unknown)}; settings are {known}")
        try:
            self._check()
        except TypeError as error:
            raise ValueError(str(error)) from None

    def _check(self):
        """Raise an error if the run can't begin; what a network or its training is made of, these say themselves."""
        object.__setattr__(self, "hidden", tuple(items("hidden", self.hidden, "(10, 10)")))
        rate = getattr(self._optimizer(), "lr", None)
        object.__setattr__(self, "lr", rate if self.lr is None else self.lr)
        whole_number("check_every", self.check_every)
        ends = as_layer("output", self.output).forward(np.array([[-9.0, 9.0]]))
        loss, gives_shares = losses.check_loss(self.loss), 0 <= ends.min() and ends.max() <= 1
        if loss.probabilities and not gives_shares:
            raise ValueError(f"{label(loss)} takes probabilities; got output {label(self.output)}, which gives any "
                             "number; choose output Sigmoid, or loss sigmoid_cross_entropy")
        if loss.threshold == 0 and gives_shares:
            raise ValueError(f"{label(loss)} has its own sigmoid; got output {label(self.output)}, a second one; "
                             "choose output Identity, or loss binary_cross_entropy")
        if self.problem:
            x, y = self.data()
            self.steps(self.network(), x, y, epochs=1)
            if self.batch_size and self.batch_size > len(x):
                raise ValueError(f"batch_size must be at most {len(x)}, the number of points; got {self.batch_size}; "
                                 f"{len(x)} takes them all at once")

    def _optimizer(self):
        return self.optimizer(**({} if self.lr is None else {"lr": self.lr}) | self.hyper)

    def data(self):
        """Return the points x (n, 2) and their labels y (n, 1), which are the same for all seeds."""
        return self.problem(**self._noise())

    def _noise(self):
        return {} if self.noise is None else {"noise": self.noise}

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
        how = dict(loss=self.loss, optimizer=self._optimizer(), epochs=epochs, batch_size=self.batch_size,
                   shuffle=self.shuffle, seed=0 if np.ndim(self.seed) else self.seed)
        found = steps(net, x, y, **how, **goals)
        return found if self.check_every == 1 or goals == dict.fromkeys(goals) else self._seldom(net, x, y, how)

    def _seldom(self, net, x, y, how):
        """Yield epochs; who has reached a goal at a look stays as it was then, and when all have, training ends."""
        accuracy = np.inf if self.stop_at_accuracy is None else self.stop_at_accuracy
        loss = -np.inf if self.stop_at_loss is None else self.stop_at_loss
        arrived, last, theta = np.zeros(net.members, bool), None, None
        for epoch in steps(net, x, y, **how):
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
        """
        epochs = whole_number("epochs", epochs, 0)
        weights = {"init": self.init} | ({} if self.bias else {"bias": False})
        weights |= {} if self.bias_init is initializers.zeros else {"bias_init": self.bias_init}
        rates = {name: value for name, value in ({"lr": self.lr} | self.hyper).items() if value is not None}
        lines = [
            "import labcore as lab", "", f"x, y = {code(self.problem)}({_arguments(self._noise())})",
            f"net = lab.mlp({[2, *self.hidden, 1]}, hidden={code(self.activation)}, output={code(self.output)},",
            f"              {_arguments(weights)}, seed={self.seed})",
            *["for layer in net.layers[::2]:", f"    layer.W *= {self.init_scale!r}"] * (self.init_scale != 1),
            f"epochs = lab.steps(net, x, y, loss={code(self.loss)},",
            f"                   optimizer={code(self.optimizer)}({_arguments(rates)}),",
            *["                   shuffle=False,"] * (not self.shuffle),
            f"                   batch_size={self.batch_size}, epochs={max(epochs, 1)}, seed={self.seed})",
            *["for epoch in epochs:",
              "    pass  # each epoch has a loss, and net is the network as it is then"] * (epochs > 0),
            *["epoch = next(epochs)  # epoch 0, before the first step"] * (epochs == 0),
            'print(f"epoch {epoch.number}, loss {float(epoch.loss)!r}, accuracy {epoch.accuracy:.4f}")']
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


def read_widths(text):
    """Return the hidden widths that were written: whole numbers with -, a comma or a space between, or none."""
    words = re.split(r"[-,\s]+", text.strip().lower())
    if words != ["none"] and not all(word.isdecimal() for word in words):
        raise ValueError("hidden units are whole numbers with - between, one a layer, as 10-10, or none; got "
                         f"{shown(text)}")
    return () if words == ["none"] else tuple(map(int, words))
