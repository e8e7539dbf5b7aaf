"""Training: a loop over epochs that the reader can see, and a function that drains it into a history."""

import copy
import warnings
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from . import losses, optimizers
from .guards import bare
from .network import Network, classify
from .validation import features, fits, instance, number, room, shown, switch, targets, whole_number


class DivergenceWarning(RuntimeWarning):
    """A loss that is no longer a finite number.

    Examples
    --------
    >>> import warnings
    >>> x, y = lab.generate_xor_easy()
    >>> net = lab.mlp([2, 10, 1], hidden=lab.Identity, output=lab.Identity)
    >>> with warnings.catch_warnings(record=True) as caught:
    ...     warnings.simplefilter("always")
    ...     history = lab.train(net, x, y, loss=lab.squared_error,
    ...                         optimizer=lab.SGD(lr=100), epochs=100)
    >>> caught[0].category.__name__, history.diverged.tolist()
    ('DivergenceWarning', True)
    """


class Epoch(NamedTuple):
    """Where training stands: epochs done so far, and the loss and accuracy (...) of the network as it is now.

    Parameters
    ----------
    number : int
        How many epochs are done: 0 for the untrained network.
    loss : float or ndarray
        The loss on all examples, for each network.
    accuracy : float or ndarray
        The share of examples classified right, for each network.

    Examples
    --------
    >>> epoch = lab.Epoch(0, 0.25, 0.5)
    >>> epoch.number, epoch.loss, epoch.accuracy
    (0, 0.25, 0.5)
    """
    number: int
    loss: np.ndarray
    accuracy: np.ndarray


@dataclass
class History:
    """What training recorded: row t is the network after t · `every` epochs, row 0 the untrained one.

    Parameters
    ----------
    loss : ndarray
        The loss on all examples, (epochs + 1, ...), the axes after the first being the ensemble's.
    accuracy : ndarray
        The share of examples classified right, of the same shape.
    stopped : str
        After how many epochs training ended, and how many members had diverged by then.
    every : int, default 1
        Epochs from one row to the next.

    Examples
    --------
    >>> loss, accuracy = np.array([0.3, 0.2, 0.1]), np.array([0.5, 0.9, 1.0])
    >>> history = lab.History(loss, accuracy, "20 epochs", every=10)
    >>> history
    History: loss 0.10000, accuracy 1; 20 epochs
    >>> history.epochs.tolist(), history.diverged.tolist()
    ([0, 10, 20], False)
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
        """Return the first recorded epoch (...) with at least that accuracy; nan where there is none.

        Parameters
        ----------
        accuracy : float
            The share of examples to be classified right, from 0 to 1.

        Returns
        -------
        float or ndarray of float64
            An epoch for each network.

        Raises
        ------
        TypeError, ValueError
            If `accuracy` is no number, or not finite.

        Examples
        --------
        >>> loss, accuracy = np.array([0.3, 0.2, 0.1]), np.array([0.5, 0.9, 1.0])
        >>> history = lab.History(loss, accuracy, "20 epochs", every=10)
        >>> float(history.epochs_to(0.9))
        10.0
        """
        reached = self.accuracy >= number("accuracy", accuracy)
        return np.where(reached.any(0), reached.argmax(0) * self.every, np.nan)[()]

    def __repr__(self):
        many = f" of {self.diverged.size} networks, medians" if self.diverged.ndim else ""
        return (f"History{many}: loss {np.median(self.loss[-1]):.5f}, accuracy {np.median(self.accuracy[-1]):.4g}; "
                f"{self.stopped}")


def steps(net, x, y, *, loss, optimizer, epochs, batch_size=None, shuffle=True, seed=0,
          stop_at_accuracy=None, stop_at_loss=None):
    """Train epoch by epoch: yield an `Epoch` before the first epoch and after each.

    What is yielded is measured on all examples with the network as it is at that moment: after a `break` the network
    is the one just reported. In an ensemble a member that has reached its goal, or has diverged, stays as it is while
    the others go on unchanged; training ends when the last has stopped. Every error comes at the call, before anything
    is changed.

    Parameters
    ----------
    net : Network
        Trained in place.
    x, y : array_like
        Inputs (n, n_in), and labels 0 and 1 (n, n_out) (one-hot rows for `softmax_cross_entropy`); axes before are the
        ensemble's.
    loss : function of labcore.losses
        What is made smaller.
    optimizer : Optimizer
        A copy of it is used, with its clock and memory at 0.
    epochs : int
        How often the examples are gone through, at least 1.
    batch_size : int, optional
        Examples per update: all of them if left out, 1 for one at a time.
    shuffle : bool, default True
        Whether batches are drawn anew each epoch.
    seed : int, default 0
        Where their order comes from, for all members alike.
    stop_at_accuracy, stop_at_loss : float, optional
        Goals that end training.

    Returns
    -------
    iterator of Epoch
        At most epochs + 1 of them; each step of it trains for one epoch.

    Raises
    ------
    TypeError
        If `net`, `loss` or `optimizer` is something else, `x` or `y` holds anything but real numbers, or a count is no
        integer.
    ValueError
        If the data are empty, not finite, of another shape than network and ensemble take, or no labels that the loss
        takes; if a number is out of range; or if the loss takes probabilities and the network gives others.

    Warns
    -----
    DivergenceWarning
        If a loss is no longer finite, with the epoch and the members.

    Examples
    --------
    >>> net, (x, y) = lab.mlp([2, 10, 10, 1]), lab.generate_xor_easy()
    >>> for epoch in lab.steps(net, x, y, loss=lab.binary_cross_entropy,
    ...                        optimizer=lab.SGD(lr=0.5), epochs=5000):
    ...     if epoch.accuracy == 1:
    ...         break
    >>> bool(epoch.number < 5000 and (net.classify(x) == y).all())
    True
    """
    instance("net", net, Network, "mlp([2, 10, 10, 1])")
    loss = losses.check_loss(loss)
    if not issubclass(type(optimizer), optimizers.Optimizer):
        known = ", ".join(sorted(c.__name__ for c in vars(optimizers).values() if isinstance(c, type)))
        raise TypeError(f"optimizer must be an instance such as SGD(lr=0.5); got {shown(optimizer)}; there are {known}")
    x = features(x, net.n_in)
    y = losses.check_labels(loss, targets(y, x, net.n_out))
    epochs, n = whole_number("epochs", epochs), x.shape[-2]
    batch_size = n if batch_size is None else min(whole_number("batch_size", batch_size), n)
    accuracy_goal = np.inf if stop_at_accuracy is None else number("stop_at_accuracy", stop_at_accuracy, 0, 1.001)
    loss_goal = -np.inf if stop_at_loss is None else number("stop_at_loss", stop_at_loss, 0)
    for name, array in {"x": x, "y": y}.items():
        if not fits(array.shape[:-2], net.members):
            raise ValueError(f"{name} must have two axes, or those of the ensemble {net.members} before them; "
                             f"got {array.shape}")
    output = net.predict(x)
    if loss.probabilities and not ((output >= 0) & (output <= 1)).all():
        raise ValueError(f"{loss.__name__} takes probabilities; got outputs from {output.min():.3g} to "
                         f"{output.max():.3g}; end the network in Sigmoid, or use sigmoid_cross_entropy on logits")
    optimizer = copy.copy(optimizer)
    optimizer.reset(net.theta.shape)
    rng = np.random.default_rng(whole_number("seed", seed, 0))
    order = (lambda: rng.permutation(n)) if switch("shuffle", shuffle) else (lambda: np.arange(n))
    return _epochs(net, x, y, loss, optimizer, epochs, batch_size, order, accuracy_goal, loss_goal)


def _epochs(net, x, y, loss, optimizer, epochs, batch_size, order, accuracy_goal, loss_goal):
    theta, truth, n, trace, dy = net.theta, classify(y), y.shape[-2], None, None
    threshold = loss.threshold
    # what they are handed fits, and errors of the arithmetic are looked for below: so without another look each time
    forward, backward, update, loss = map(bare, (net.forward, net.backward, optimizer.update, loss))
    stopped, kept, any_stopped = np.zeros(net.members, bool), theta.copy(), False
    for epoch in range(epochs + 1):
        with np.errstate(all="ignore"):  # an overflow is reported below, once and by name
            if epoch and batch_size == n:
                update(theta, backward(trace, dy))
            elif epoch:
                rows = order()
                for start in range(0, n, batch_size):
                    batch = rows[start:start + batch_size]
                    # members' own data as x[..., batch, :] would lie otherwise in memory: other last bits than alone
                    part = forward(x.take(batch, axis=-2))
                    update(theta, backward(part, loss(part[-1], y.take(batch, axis=-2))[1]))
            if any_stopped:
                theta[stopped] = kept[stopped]
            trace = forward(x)
            value, dy = loss(trace[-1], y)
            accuracy = losses.share_right(classify(trace[-1], threshold), truth)
            goes_on = (value - value == 0) & (accuracy < accuracy_goal) & (value > loss_goal)  # nan - nan is not 0
        if not (goes_on.all() if net.members else goes_on):  # .all() of a scalar costs more than this line
            any_stopped, new = True, ~(goes_on | stopped)
            kept[new] = theta[new]
            stopped |= new
            lost = new & ~np.isfinite(value)
            if lost.any():
                who = ", ".join(f"member {i[0] if len(i) == 1 else tuple(i)}" for i in np.argwhere(lost).tolist())
                warnings.warn(f"{who if net.members else 'training'} diverged at epoch {epoch}: the loss is no longer "
                              "finite; a smaller lr usually helps", DivergenceWarning, stacklevel=2)
        yield Epoch(epoch, value, accuracy)
        if any_stopped and stopped.all():
            return


def train(net, x, y, *, epochs, **settings):
    """Train as `steps` does, with the same arguments, and return the `History`.

    Divergence ends training with a `DivergenceWarning`; the history up to it is returned as ever.

    Parameters
    ----------
    net : Network
        Trained in place.
    x, y : array_like
        Inputs (n, n_in) and labels (n, n_out); axes before are the ensemble's.
    epochs : int
        How often the examples are gone through, at least 1; each is kept, so their number has an end (see `steps`).
    **settings
        The others of `steps`: `loss` and `optimizer`, which it needs, and `batch_size`, `shuffle`, `seed`,
        `stop_at_accuracy` and `stop_at_loss`.

    Returns
    -------
    History
        Loss and accuracy before the first epoch and after each.

    Raises
    ------
    TypeError, ValueError
        As `steps` does.

    Warns
    -----
    DivergenceWarning
        If a loss is no longer finite, with the epoch and the members.

    Examples
    --------
    >>> net, (x, y) = lab.mlp([2, 10, 10, 1], seed=range(4)), lab.generate_xor_easy()
    >>> history = lab.train(net, x, y, loss=lab.binary_cross_entropy,
    ...                     optimizer=lab.SGD(lr=0.5), epochs=100)
    >>> history.loss.shape, history.stopped
    ((101, 4), '100 epochs')
    """
    room("epochs", (whole_number("epochs", epochs), *instance("net", net, Network, "mlp([2, 10, 10, 1])").members))
    rows = [(epoch.loss, epoch.accuracy) for epoch in steps(net, x, y, epochs=epochs, **settings)]
    loss, accuracy = (np.array(column) for column in zip(*rows))
    done, lost = len(rows) - 1, np.count_nonzero(~np.isfinite(loss[-1]))
    stopped = f"{done} epochs" if done == epochs else f"stopped after {done} of {epochs} epochs"
    return History(loss, accuracy, stopped + (f", {lost} of {loss[-1].size} diverged" if lost else ""))
