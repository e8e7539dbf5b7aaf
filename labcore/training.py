"""Training: a loop over epochs that the reader can see, and a function that drains it into a history."""

import copy
import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from . import optimizers
from .inputs import features, number, pick, shown, switch, targets, whole_number
from .losses import check_labels, check_loss, share_right
from .network import Network

# glibc gives large pieces of memory back at once, and taking them anew costs an ensemble up to half its time. Freeing
# one this large raises its threshold (mallopt(3), M_MMAP_THRESHOLD); elsewhere it does nothing.
np.empty(2**24, np.uint8)


class DivergenceWarning(RuntimeWarning):
    """A loss that is no longer a finite number."""


class Epoch(NamedTuple):
    """Where training stands: epochs done so far, and the loss and accuracy (...) of the network as it is now."""
    number: int
    loss: np.ndarray
    accuracy: np.ndarray


@dataclass
class History:
    """What training recorded: row t is the network after t · `every` epochs, row 0 the untrained one.

    `loss` and `accuracy` are (epochs + 1, ...), the axes after the first being the ensemble's; `stopped` says after how
    many epochs training ended, and how many members had diverged by then.
    """
    loss: np.ndarray
    accuracy: np.ndarray
    stopped: str
    every: int = 1

    @property
    def diverged(self):
        """Which members (...) ended with a loss that is no finite number."""
        return ~np.isfinite(self.loss[-1])

    @property
    def epochs(self):
        """Epoch numbers of the rows."""
        return np.arange(len(self.loss)) * self.every

    def epochs_to(self, accuracy):
        """Return the first recorded epoch (...) with at least that accuracy; nan where there is none."""
        reached = self.accuracy >= number("accuracy", accuracy)
        return np.where(reached.any(0), reached.argmax(0) * self.every, np.nan)[()]

    def __repr__(self):
        many = f" of {self.diverged.size} networks, medians" if self.diverged.ndim else ""
        return (f"History{many}: loss {np.median(self.loss[-1]):.5f}, accuracy {np.median(self.accuracy[-1]):.4g}; "
                f"{self.stopped}")


def epochs(net, x, y, *, loss, optimizer, epochs, batch_size=None, shuffle=True, seed=0,
           stop_at_accuracy=None, stop_at_loss=None):
    """Train epoch by epoch: yield an `Epoch` before the first epoch and after each.

    What is yielded is measured on all examples with the network as it is at that moment: after a `break` the network
    is the one just reported. In an ensemble a member that has reached its goal, or has diverged (DivergenceWarning),
    stays as it is while the others go on unchanged. Every error comes at the call, before anything is changed.

    >>> net, (x, y) = lab.mlp([2, 10, 10, 1]), lab.generate_xor_easy()
    >>> for epoch in lab.epochs(net, x, y, loss="binary_cross_entropy", optimizer=lab.SGD(lr=0.5), epochs=5000):
    ...     if epoch.accuracy == 1:
    ...         break
    >>> bool(epoch.number < 5000 and (net.classify(x) == y).all())
    True

    Parameters
    ----------
    x, y : array_like
        Inputs (n, n_in) and targets (n, n_out); axes before are the ensemble's.
    loss : function or str
        The loss to minimize: a function of `labcore.losses` or its name.
    optimizer : Optimizer, type or str
        A copy of it is used, with its clock and memory at 0. A class or its name, as "adam", has the class's defaults.
    batch_size : int, optional
        Examples per update: all of them if left out, 1 for one at a time.
    shuffle : bool, default True
        Whether batches are drawn anew each epoch, from `seed`, for all members alike.
    stop_at_accuracy, stop_at_loss : float, optional
        Goals that end training.
    """
    if not isinstance(net, Network):
        raise TypeError(f"net must be a Network; got {shown(net)}; mlp([2, 10, 10, 1]) makes one")
    loss, optimizer = check_loss(loss), copy.copy(pick(
        "optimizer", optimizer, optimizers.known(), lambda one: isinstance(one, optimizers.Optimizer),
        "an instance such as SGD(lr=0.5)"))
    x = features(x, net)
    y = check_labels(loss, targets(y, x, net))
    epochs, n = whole_number("epochs", epochs), x.shape[-2]
    batch_size = n if batch_size is None else min(whole_number("batch_size", batch_size), n)
    accuracy_goal = np.inf if stop_at_accuracy is None else number("stop_at_accuracy", stop_at_accuracy, 0, 1.001)
    loss_goal = -np.inf if stop_at_loss is None else number("stop_at_loss", stop_at_loss, 0)
    output = net.predict(x)
    if loss.probabilities and not ((output >= 0) & (output <= 1)).all():
        raise ValueError(f"{loss.__name__} takes probabilities; got outputs from {output.min():.3g} to "
                         f"{output.max():.3g}; end the network in Sigmoid, or use sigmoid_cross_entropy on logits")
    optimizer.reset(net.theta.shape)
    rng = np.random.default_rng(whole_number("seed", seed, 0))
    order = (lambda: rng.permutation(n)) if switch("shuffle", shuffle) else (lambda: np.arange(n))
    return _train(net, x, y, loss, optimizer, epochs, batch_size, order, accuracy_goal, loss_goal)


steps = epochs  #: the older name


def _train(net, x, y, loss, optimizer, epochs, batch_size, order, accuracy_goal, loss_goal):
    theta, n, accuracy_of, trace, dy = net.theta, y.shape[-2], share_right(y, loss.threshold), None, None
    stopped, any_stopped, frozen_theta = np.zeros(net.members, bool), False, theta.copy()
    for epoch in range(epochs + 1):
        with np.errstate(all="ignore"):  # an overflow is reported below, once and by name
            if epoch and batch_size == n:  # the measuring pass below has run forward already: its trace is used
                optimizer.update(theta, net.backward(trace, dy))
            elif epoch:
                rows = order()
                for start in range(0, n, batch_size):
                    batch = rows[start:start + batch_size]
                    # x[..., batch, :] lies otherwise in memory: a member would differ in the last bit from one alone
                    part = net.forward(x.take(batch, axis=-2))
                    optimizer.update(theta, net.backward(part, loss(part[-1], y.take(batch, axis=-2))[1]))
            if any_stopped:
                theta[stopped] = frozen_theta[stopped]
            trace = net.forward(x)
            value, dy = loss(trace[-1], y)
            accuracy = accuracy_of(trace[-1])
            finite = value - value == 0  # inf - inf and nan - nan aren't 0
            still_training = finite & (accuracy < accuracy_goal) & (value > loss_goal)
        if not (still_training.all() if net.members else still_training):  # .all() of a scalar is slow
            just_stopped = ~(still_training | stopped)
            frozen_theta[just_stopped] = theta[just_stopped]
            stopped, any_stopped = stopped | just_stopped, True
            _warn_of(just_stopped & ~finite, epoch)
        yield Epoch(epoch, value, accuracy)
        if any_stopped and stopped.all():
            return


def _warn_of(diverged, epoch):
    if not diverged.any():
        return
    who = "training" if not diverged.ndim else ", ".join(
        f"member {place[0] if len(place) == 1 else tuple(place)}" for place in np.argwhere(diverged).tolist())
    warnings.warn(f"{who} diverged at epoch {epoch}: the loss is no longer finite; a smaller lr usually helps",
                  DivergenceWarning, stacklevel=3)


def train(net, x, y, *, epochs, **settings):
    """Train as `epochs` does, with the same arguments, and return the `History`."""
    rows = [(epoch.loss, epoch.accuracy) for epoch in steps(net, x, y, epochs=epochs, **settings)]
    loss, accuracy = (np.array(column) for column in zip(*rows))
    done, lost = len(rows) - 1, np.count_nonzero(~np.isfinite(loss[-1]))
    stopped = f"{done} epochs" if done == epochs else f"stopped after {done} of {epochs} epochs"
    return History(loss, accuracy, stopped + (f", {lost} of {loss[-1].size} diverged" if lost else ""))
