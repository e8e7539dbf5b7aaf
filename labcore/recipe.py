"""A run as data: what is to be trained, checked in advance, carried out step by step, and told as a script."""

import re
import time
import warnings
from dataclasses import dataclass
from itertools import islice
from numbers import Real

from . import activations, data, initializers, losses, optimizers
from .network import mlp
from .training import DivergenceWarning, steps
from .validation import in_range, shown, whole_number

#: each problem's function in labcore, and how many points it gives
PROBLEMS = {"XOR": ("generate_xor_easy", 21), "linear": ("generate_linear", 100),
            "circles": ("generate_circles", 200), "spirals": ("generate_spirals", 200)}
#: what each choice may be, by its name in labcore
CHOICES = {
    "problem": tuple(PROBLEMS),
    "activation": ("Sigmoid", "Tanh", "ReLU", "LeakyReLU", "Identity"),
    "output": ("Sigmoid", "Identity"),
    "loss": ("squared_error", "binary_cross_entropy", "sigmoid_cross_entropy"),
    "optimizer": ("SGD", "Momentum", "AdaGrad", "RMSProp", "Adam", "AdamW"),
    "init": ("normal", "uniform", "xavier_normal", "xavier_uniform", "he_normal", "report_d", "zeros"),
}
MOST_EPOCHS = 1_000_000  #: a run that someone forgot comes to an end


@dataclass(frozen=True)
class Recipe:
    """The settings of a run. Names are those of labcore; a choice that can't be is a ValueError of one sentence."""
    problem: str = "XOR"
    noise: float = 0.0  #: standard deviation of what is added to each coordinate of the points
    hidden: tuple = (10, 10)  #: units in each hidden layer; () for none
    activation: str = "Sigmoid"  #: of the hidden layers
    output: str = "Sigmoid"  #: activation of the last layer
    loss: str = "squared_error"
    optimizer: str = "SGD"
    lr: float = 1.0
    init: str = "normal"
    batch_size: int | None = None  #: None for all points
    seed: int = 0  #: of the weights and of the order of the points; the points are the same for all seeds

    def __post_init__(self):
        try:
            self._check()
        except TypeError as error:
            raise ValueError(str(error)) from None

    def _check(self):
        for name, known in CHOICES.items():
            if (given := getattr(self, name)) not in known:
                raise ValueError(f"{name} must be one of {', '.join(known)}; got {shown(given)}")
        for name in ("noise", "lr"):
            if not isinstance(getattr(self, name), Real):
                raise ValueError(f"{name} must be a number; got {shown(getattr(self, name))}; for example 0.1")
        noise, lr = in_range("noise", self.noise, 0), in_range("lr", self.lr, 0, low_included=False)
        hidden = tuple(whole_number("each hidden width", width) for width in self.hidden)
        seed, n = whole_number("seed", self.seed, 0), PROBLEMS[self.problem][1]
        for name, value in {"noise": noise, "lr": lr, "hidden": hidden, "seed": seed}.items():
            object.__setattr__(self, name, value)
        if self.batch_size is not None and whole_number("batch_size", self.batch_size) > n:
            raise ValueError(f"batch_size must be at most {n}, the number of points of {self.problem}; got "
                             f"{self.batch_size}; {n} takes them all at once")
        loss = getattr(losses, self.loss)
        if loss.probabilities and self.output != "Sigmoid":
            raise ValueError(f"{self.loss} takes probabilities; got output {self.output}, which gives any number; "
                             "choose output Sigmoid, or loss sigmoid_cross_entropy")
        if loss.threshold == 0 and self.output != "Identity":
            raise ValueError(f"{self.loss} takes any number and has its own sigmoid; got output {self.output}, a "
                             "second one; choose output Identity, or loss binary_cross_entropy")

    def data(self):
        """Return the points x (n, 2) and their labels y (n, 1)."""
        return getattr(data, PROBLEMS[self.problem][0])(noise=self.noise)

    def network(self):
        """Return the untrained network."""
        return mlp([2, *self.hidden, 1], hidden=getattr(activations, self.activation),
                   output=getattr(activations, self.output), init=getattr(initializers, self.init), seed=self.seed)

    def steps(self, net, x, y, epochs=MOST_EPOCHS):
        """Return the generator of `labcore.steps` that trains the network on the points."""
        return steps(net, x, y, loss=getattr(losses, self.loss), optimizer=getattr(optimizers, self.optimizer)(self.lr),
                     batch_size=self.batch_size, epochs=epochs, seed=self.seed)

    def script(self, epochs):
        """Return a script that repeats the run up to that epoch, to the last bit."""
        whole_number("epochs", epochs, 0)
        train = ["for epoch in epochs:", "    pass  # each epoch has a loss, and net is the network as it is then"]
        return "\n".join([
            "import labcore as lab", "",
            f"x, y = lab.{PROBLEMS[self.problem][0]}(noise={self.noise!r})",
            f"net = lab.mlp({[2, *self.hidden, 1]}, hidden=lab.{self.activation}, output=lab.{self.output},",
            f"              init=lab.initializers.{self.init}, seed={self.seed})",
            f"epochs = lab.steps(net, x, y, loss=lab.{self.loss},",
            f"                   optimizer=lab.{self.optimizer}(lr={self.lr!r}),",
            f"                   batch_size={self.batch_size}, epochs={max(epochs, 1)}, seed={self.seed})",
            *(train if epochs else ["epoch = next(epochs)  # epoch 0, before the first step"]),
            'print(f"epoch {epoch.number}, loss {float(epoch.loss)!r}, accuracy {epoch.accuracy:.4f}")'])


class Run:
    """A recipe being carried out: its points, its network, and where training stands."""

    def __init__(self, recipe):
        self.recipe, self.loss = recipe, getattr(losses, recipe.loss)
        self.x, self.y = recipe.data()
        self.net = recipe.network()
        self._steps = recipe.steps(self.net, self.x, self.y)
        self.epoch = next(self._steps)
        self.curve = []  #: (epoch, loss) at steps of 1 %, enough for a logarithmic axis
        self.ended = ""  #: why training is over, a sentence

    def advance(self, epochs=1, seconds=float("inf")):
        """Train for so many epochs, or until the time is up, but for one epoch at least; return this run."""
        end = time.perf_counter() + seconds
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DivergenceWarning)
            for epoch in islice(self._steps, epochs):
                self.epoch = epoch
                if not self.curve or self.epoch.number >= 1.01 * self.curve[-1][0]:
                    self.curve.append((self.epoch.number, float(self.epoch.loss)))
                if time.perf_counter() > end:
                    break
        if caught:
            self.ended = str(caught[-1].message).replace("training", "Training", 1)
        elif self.epoch.number == MOST_EPOCHS:
            self.ended = f"Training ended after {MOST_EPOCHS} epochs, as far as a run goes"
        return self

    def script(self):
        """Return the script that repeats this run up to where it stands."""
        return self.recipe.script(self.epoch.number)


def widths_text(hidden):
    """Return hidden widths as people write them: 10-10, or none."""
    return "-".join(map(str, hidden)) or "none"


def read_widths(text):
    """Return the tuple of hidden widths that was written."""
    if text.strip().lower() == "none":
        return ()
    if not re.fullmatch(r"\s*\d+([-,\s]+\d+)*\s*", text):
        raise ValueError(f"hidden units are whole numbers with - between, one a layer, as 10-10, or none; got {text!r}")
    return tuple(map(int, re.findall(r"\d+", text)))


def read_batch_size(text):
    """Return the batch size that was written, None for all."""
    if text.strip().lower() == "all":
        return None
    if not re.fullmatch(r"\s*-?\d+\s*", text):
        raise ValueError(f"batch_size must be a whole number, or all; got {text!r}")
    return int(text)
