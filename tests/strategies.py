"""Hypothesis's strategies: networks, data and settings of optimizers at random, of all that labcore has."""

import inspect
import itertools
from dataclasses import dataclass

import numpy as np
from conftest import ACTIVATIONS, LOSSES
from hypothesis import strategies as st

import labcore as lab

SEEDS = st.integers(0, 2**32 - 1)
ENSEMBLES = st.sampled_from([(), (1,), (3,), (2, 2)])
#: arguments of activations, by name; one that isn't here keeps its default
ARGUMENTS = {"slope": st.just(0.0) | st.floats(1e-6, 0.99)}


def powers_of_10(low, high):
    return st.floats(low, high).map(lambda exponent: 10**exponent)


@st.composite
def activations(draw, classes=ACTIVATIONS):
    cls = draw(st.sampled_from(classes))
    return cls(**{name: draw(ARGUMENTS[name]) for name in inspect.signature(cls).parameters if name in ARGUMENTS})


@st.composite
def stacks(draw, n_out=None, last=(), classes=ACTIVATIONS, least=1):
    """Draw layers in a row: up to four dense ones, with a bias or not, each with none to two activations behind it."""
    widths = draw(st.lists(st.integers(1, 6), min_size=least + 1, max_size=5))
    layers = []
    for lower, upper in itertools.pairwise([*widths[:-1], n_out or widths[-1]]):
        layers += [lab.Dense(lower, upper, draw(st.booleans())), *draw(st.lists(activations(classes), max_size=2))]
    return [*layers, *last]


def network(layers, members, seed, gain=1.0):
    """Return a network with normal weights, of a size that keeps numbers about as large from layer to layer."""
    net = lab.Network(layers, np.zeros((*members, lab.Network(layers).n_params)))
    net.theta = np.random.default_rng(seed).standard_normal(net.theta.shape)
    for layer in net.layers:
        if isinstance(layer, lab.Dense):
            layer.W *= gain / layer.n_in**0.5
    return net


def targets(rng, loss, shape):
    """Return targets that the loss takes, also soft ones and numbers where it takes these."""
    if loss.labels == "binary":
        return rng.integers(0, 2, shape).astype(float)
    if loss.labels == "one-hot":
        rows = rng.dirichlet(np.ones(shape[-1]), shape[:-1])
        return rows if rng.integers(2) else np.eye(shape[-1])[rows.argmax(-1)]
    return rng.uniform(-1, 2, shape)


EVERY_ROW = slice(None)


@dataclass
class Case:
    """A network, or an ensemble, with what it is to learn; Hypothesis shows it when a test fails."""
    net: lab.Network
    x: np.ndarray
    y: np.ndarray
    loss: object

    def gradient(self, rows=EVERY_ROW):
        """Return loss and gradient on those examples."""
        trace = self.net.forward(self.x[..., rows, :])
        value, dy = self.loss(trace[-1], self.y[..., rows, :])
        return value, self.net.backward(trace, dy).copy()


@st.composite
def cases(draw, members=ENSEMBLES, losses=LOSSES, **how):
    loss, members, seed = draw(st.sampled_from(losses)), draw(members), draw(SEEDS)
    n, n_out = draw(st.integers(1, 12)), draw(st.integers(2 if loss.labels == "one-hot" else 1, 3))
    layers = draw(stacks(n_out, [lab.Sigmoid()] if loss.probabilities else [], **how))
    net, rng = network(layers, members, seed, draw(st.floats(0.25, 2))), np.random.default_rng(seed + 1)
    own = members if draw(st.booleans()) else ()  # data for each member, or for all
    return Case(net, rng.uniform(-1.5, 1.5, (*own, n, net.n_in)), targets(rng, loss, (*own, n, n_out)), loss)


def hyper(name):
    """Return a strategy for a hyper-parameter by its name: the ranges are those that `Optimizer` knows names by."""
    if name.startswith("beta"):
        return st.floats(0, 0.999)
    return {"lr": powers_of_10(-4, 3), "eps": powers_of_10(-12, -2)}.get(name, st.floats(0, 0.5))


@st.composite
def arguments_of(draw, cls, members=()):
    """Draw an optimizer's arguments: numbers, or arrays that broadcast to the ensemble."""
    arguments = {}
    for name, parameter in inspect.signature(cls).parameters.items():
        if parameter.default is not parameter.empty and draw(st.booleans()):
            continue
        if isinstance(parameter.default, bool):
            arguments[name] = draw(st.booleans())
            continue
        shapes = itertools.product(*[(1, size) for size in members])
        shape = draw(st.sampled_from([(), *shapes, *[members[k:] for k in range(1, len(members))]]))
        values = [draw(hyper(name)) for _ in range(int(np.prod(shape)))]
        arguments[name] = np.reshape(values, shape) if shape else values[0]
    return arguments


def of_member(arguments, members, index):
    """Return the arguments of an optimizer for one member of the ensemble alone."""
    return {name: value if isinstance(value, bool) else float(np.broadcast_to(value, members)[index])
            for name, value in arguments.items()}


@st.composite
def schedules(draw, n):
    """Draw how `steps` trains on n examples."""
    return {"epochs": draw(st.integers(1, 6)), "batch_size": draw(st.integers(1, n + 2)),
            "shuffle": draw(st.booleans()), "seed": draw(SEEDS), "stop_at_loss": draw(st.none() | st.floats(0, 1)),
            "stop_at_accuracy": draw(st.none() | st.floats(0, 1))}
