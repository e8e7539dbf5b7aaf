"""A run as data: what is to be trained, checked in advance, carried out step by step, and told as a script."""

import re
import time
import warnings
from dataclasses import dataclass
from itertools import islice

from .. import activations, data, initializers, losses, optimizers
from ..network import mlp
from ..training import DivergenceWarning, steps
from ..validation import instance, items, number, one_of, real_numbers, shown, whole_number

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
MOST_WIDTH, MOST_DEPTH = 10_000, 20  #: hidden units a layer, and layers


@dataclass(frozen=True)
class Recipe:
    """The settings of a run. Names are those of labcore; a choice that can't be is a ValueError of one sentence.

    Parameters
    ----------
    problem : {"XOR", "linear", "circles", "spirals"}, default "XOR"
        What is to be learned.
    noise : float, default 0.0
        Standard deviation of what is added to each coordinate of the points.
    hidden : tuple of int, default (10, 10)
        Units in each hidden layer; () for none.
    activation : {"Sigmoid", "Tanh", "ReLU", "LeakyReLU", "Identity"}, default "Sigmoid"
        Of the hidden layers.
    output : {"Sigmoid", "Identity"}, default "Sigmoid"
        Activation of the last layer.
    loss : {"squared_error", "binary_cross_entropy", "sigmoid_cross_entropy"}, default "squared_error"
        The second takes an output of Sigmoid, the third one of Identity.
    optimizer : {"SGD", "Momentum", "AdaGrad", "RMSProp", "Adam", "AdamW"}, default "SGD"
        With its own defaults for all but the rate.
    lr : float, default 1.0
        The learning rate, above 0.
    init : {"normal", "uniform", "xavier_normal", "xavier_uniform", "he_normal", "report_d", "zeros"}, default "normal"
        Where weights come from; biases start at 0.
    batch_size : int, optional
        Examples an update; None for all points.
    seed : int, default 0
        Of the weights and of the order of the points; the points are the same for all seeds.

    Raises
    ------
    ValueError
        If a choice isn't one of those above, a number is of the wrong kind or out of range, a batch is larger than the
        problem, or loss and output don't fit each other.

    Examples
    --------
    >>> from labcore.recipe import Recipe
    >>> recipe = Recipe(hidden=(4,), optimizer="Adam", lr=0.01)
    >>> recipe.problem, recipe.optimizer, recipe.seed
    ('XOR', 'Adam', 0)
    >>> Recipe(lr=0)
    Traceback (most recent call last):
        ...
    ValueError: lr must lie in (0, inf); got 0; for example 0.1
    """
    problem: str = "XOR"
    noise: float = 0.0
    hidden: tuple = (10, 10)
    activation: str = "Sigmoid"
    output: str = "Sigmoid"
    loss: str = "squared_error"
    optimizer: str = "SGD"
    lr: float = 1.0
    init: str = "normal"
    batch_size: int | None = None
    seed: int = 0

    def __post_init__(self):
        try:
            self._check()
        except TypeError as error:
            raise ValueError(str(error)) from None

    def _check(self):
        for name, known in CHOICES.items():
            one_of(name, getattr(self, name), known)
        for name in ("noise", "lr"):
            try:
                single = real_numbers(name, getattr(self, name)).ndim == 0
            except TypeError:
                single = False
            if not single:
                raise ValueError(f"{name} must be a number; got {shown(getattr(self, name))}; for example 0.1")
        noise, lr = number("noise", self.noise, 0), number("lr", self.lr, 0, low_included=False)
        widths = items("hidden", self.hidden, "(10, 10)")
        hidden = tuple(whole_number("each hidden width", width, 1, MOST_WIDTH) for width in widths[:MOST_WIDTH])
        if len(widths) > MOST_DEPTH:
            raise ValueError(f"hidden must have at most {MOST_DEPTH} layers; got {len(widths)}; for example (10, 10)")
        if noise > 1e300:
            raise ValueError(f"noise must leave the points finite; got {noise:g}; for example 0.1")
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
        """Return the points x (n, 2) and their labels y (n, 1).

        Returns
        -------
        x : ndarray
            Points, n = 21 for XOR, 100 for linear, 200 for circles and spirals.
        y : ndarray
            Labels 0 or 1.

        Examples
        --------
        >>> from labcore.recipe import Recipe
        >>> x, y = Recipe(problem="circles").data()
        >>> x.shape, y.shape
        ((200, 2), (200, 1))
        """
        return getattr(data, PROBLEMS[self.problem][0])(noise=self.noise)

    def network(self):
        """Return the untrained network.

        Returns
        -------
        Network
            With 2 inputs and 1 output, and the weights of the recipe's seed.

        Examples
        --------
        >>> from labcore.recipe import Recipe
        >>> Recipe(hidden=(4,)).network()
        Network([Dense(2, 4, bias=True), Sigmoid(), Dense(4, 1, bias=True), Sigmoid()], 17 parameters)
        """
        return mlp([2, *self.hidden, 1], hidden=getattr(activations, self.activation),
                   output=getattr(activations, self.output), init=getattr(initializers, self.init), seed=self.seed)

    def steps(self, net, x, y, epochs=MOST_EPOCHS):
        """Return the generator of `labcore.steps` that trains the network on the points.

        Parameters
        ----------
        net : Network
            Trained in place.
        x, y : ndarray
            Points (n, 2) and labels (n, 1).
        epochs : int, default MOST_EPOCHS
            Where the generator ends.

        Returns
        -------
        iterator of Epoch
            The untrained network's first.

        Raises
        ------
        TypeError, ValueError
            As `labcore.steps` raises them.

        Warns
        -----
        DivergenceWarning
            As `labcore.steps` does.

        Examples
        --------
        >>> from labcore.recipe import Recipe
        >>> recipe = Recipe()
        >>> [epoch.number for epoch in recipe.steps(recipe.network(), *recipe.data(), epochs=2)]
        [0, 1, 2]
        """
        return steps(net, x, y, loss=getattr(losses, self.loss), optimizer=getattr(optimizers, self.optimizer)(self.lr),
                     batch_size=self.batch_size, epochs=epochs, seed=self.seed)

    def script(self, epochs):
        """Return a script that repeats the run up to that epoch, to the last bit.

        Parameters
        ----------
        epochs : int
            Where the script stops, 0 for the untrained network.

        Returns
        -------
        str
            Python that needs labcore alone; it prints the epoch, the loss and the accuracy.

        Raises
        ------
        TypeError, ValueError
            If `epochs` is no whole number, or below 0.

        Examples
        --------
        >>> from labcore.recipe import Recipe
        >>> print(Recipe().script(10))
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
    """A recipe being carried out: its points, its network, and where training stands.

    Parameters
    ----------
    recipe : Recipe
        What is to be trained.

    Attributes
    ----------
    x, y : ndarray
        Points (n, 2) and labels (n, 1).
    net : Network
        As it is after the present epoch.
    loss : callable
        The recipe's function of `labcore.losses`.
    epoch : Epoch
        The present one: its number, loss and accuracy.
    curve : list of (int, float)
        Epoch and loss at steps of 1 %, enough for a logarithmic axis.
    ended : str
        Why training is over, a sentence; "" while it can go on.

    Raises
    ------
    TypeError
        If `recipe` is something else.

    Examples
    --------
    >>> from labcore.recipe import Recipe, Run
    >>> run = Run(Recipe())
    >>> run.epoch.number, run.advance(10).epoch.number
    (0, 10)
    >>> [epoch for epoch, _ in run.curve]
    [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]
    """

    def __init__(self, recipe):
        instance("recipe", recipe, Recipe, "Recipe()")
        self.recipe, self.loss = recipe, getattr(losses, recipe.loss)
        self.x, self.y = recipe.data()
        self.net = recipe.network()
        self._steps = recipe.steps(self.net, self.x, self.y)
        self.curve, self.ended, self.epoch = [], "", None
        self._go_on(1, float("inf"))
        self.curve = []

    def advance(self, epochs=1, seconds=float("inf")):
        """Train for so many epochs, or until the time is up, but for one epoch at least; return this run.

        Parameters
        ----------
        epochs : int, default 1
            How many at most.
        seconds : float, default inf
            After how long no further epoch is begun.

        Returns
        -------
        Run
            This one. When training is over, `ended` says why, and nothing is trained.

        Raises
        ------
        TypeError
            If `epochs` is no whole number, or `seconds` no number.
        ValueError
            If `epochs` is below 1, or `seconds` below 0 or nan.

        Examples
        --------
        >>> from labcore.recipe import Recipe, Run
        >>> run = Run(Recipe())
        >>> run.advance(5).advance(5).epoch.number
        10
        >>> run.advance(1000, seconds=0).epoch.number
        11
        """
        epochs, time_limit = whole_number("epochs", epochs), real_numbers("seconds", seconds)
        if time_limit.ndim or not time_limit >= 0:
            raise ValueError(f"seconds must be a number of at least 0; got {shown(seconds)}; for example 0.1")
        return self._go_on(epochs, float(time_limit))

    def _go_on(self, epochs, seconds):
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
        """Return the script that repeats this run up to where it stands.

        Returns
        -------
        str
            As `Recipe.script` writes it.

        Examples
        --------
        >>> from labcore.recipe import Recipe, Run
        >>> print(Run(Recipe()).advance(3).script().splitlines()[7])
                           batch_size=None, epochs=3, seed=0)
        """
        return self.recipe.script(self.epoch.number)


def widths_text(hidden):
    """Return hidden widths as people write them: 10-10, or none.

    Parameters
    ----------
    hidden : sequence of int
        Units in each hidden layer.

    Returns
    -------
    str
        What `read_widths` reads.

    Raises
    ------
    TypeError
        If a width is no whole number.
    ValueError
        If one is below 1.

    Examples
    --------
    >>> from labcore.recipe import widths_text
    >>> widths_text((8, 4)), widths_text(())
    ('8-4', 'none')
    """
    widths = [whole_number("each hidden width", width) for width in items("hidden", hidden, "(10, 10)")]
    return "-".join(map(str, widths)) or "none"


def read_widths(text):
    """Return the tuple of hidden widths that was written.

    Parameters
    ----------
    text : str
        Whole numbers with -, a comma or a space between, or "none".

    Returns
    -------
    tuple of int
        Units in each hidden layer.

    Raises
    ------
    TypeError
        If it is no text.
    ValueError
        For any other text.

    Examples
    --------
    >>> from labcore.recipe import read_widths
    >>> read_widths("8-4"), read_widths("8, 4"), read_widths("none")
    ((8, 4), (8, 4), ())
    """
    if instance("text", text, str, "'10-10'").strip().lower() == "none":
        return ()
    numbers = re.findall(r"\d+", text)
    if not re.fullmatch(r"\s*\d+([-,\s]+\d+)*\s*", text) or max(map(len, numbers)) > 18:
        raise ValueError("hidden units are whole numbers with - between, one a layer, as 10-10, or none; got "
                         f"{shown(text)}")
    return tuple(map(int, numbers))


def read_batch_size(text):
    """Return the batch size that was written, None for all.

    Parameters
    ----------
    text : str
        A whole number, or "all".

    Returns
    -------
    int or None
        Examples an update. Whether there are as many, `Recipe` says.

    Raises
    ------
    TypeError
        If it is no text.
    ValueError
        For any other text.

    Examples
    --------
    >>> from labcore.recipe import read_batch_size
    >>> read_batch_size("5"), read_batch_size("all")
    (5, None)
    """
    if instance("text", text, str, "'all'").strip().lower() == "all":
        return None
    if not re.fullmatch(r"\s*-?\d{1,18}\s*", text):
        raise ValueError(f"batch_size must be a whole number, or all; got {shown(text)}")
    return int(text)
