"""Pictures of networks and of their training, for explorers: few colours, the same places in every picture."""

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..network import classify
from .plots import BLUE, GREY, _points, decision_boundary
from ..validation import instance, number, real_numbers, shown, whole_number


def surface(ax, net, x, y):
    """Draw a network's answers over the plane, in bands, and how many it has right; return its numbers as a text.

    The network has 2 inputs and 1 output, a probability; x is (n, 2) and y (n, 1).

    Parameters
    ----------
    ax : matplotlib Axes
        Where to draw.
    net : Network
        One network, no ensemble.
    x, y : ndarray
        Points (n, 2) and labels (n, 1).

    Returns
    -------
    str
        The least and the largest output at the points, how many are right, and up to five that aren't.

    Raises
    ------
    TypeError
        If `ax` is no Axes, `net` no network, or if `x` or `y` holds anything but real numbers.
    ValueError
        If the network is an ensemble or has other inputs and outputs, or if x and y don't fit.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> import labcore as lab
    >>> from labcore.films import surface
    >>> net = lab.mlp([2, 1])
    >>> net.theta = np.array([4.0, 0.0, -2.0])
    >>> surface(Figure().subplots(), net, np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0], [1.0]]))
    'outputs at the points from 0.12 to 0.88, 2 of 2 right'
    """
    instance("ax", ax, Axes, "Figure().subplots()")
    decision_boundary(net, x, y, ax, resolution=101, shades=6)
    x, n = _points(x), len(x)
    answers, y = net.predict(x), real_numbers("y", y).reshape(n, 1)
    wrong = (classify(answers) != (y >= 0.5))[:, 0]
    right = n - np.count_nonzero(wrong)
    ax.set(xlabel="", ylabel="", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set_title(f"{right} of {n} right", size=13)
    ax.tick_params(labelsize=12)
    text = f"outputs at the points from {answers.min():.2f} to {answers.max():.2f}, {right} of {n} right"
    few = ", ".join(f"({a:.3g}, {b:.3g})" for a, b in x[wrong])
    return f"{text}, all but {few}" if 0 < np.count_nonzero(wrong) <= 5 else text


def surface_and_loss(fig, net, x, y, losses, chosen, epoch, lowest=1e-3):
    """Draw a network after `epoch` epochs beside its loss so far, and say what is to be seen.

    Parameters
    ----------
    fig : matplotlib Figure
        Empty, of 6.4 × 3.4 inches; its title is left to the caller.
    net : Network
        As for `surface`.
    x, y : ndarray
        Points (n, 2) and labels (n, 1).
    losses : {name: (epochs + 1,) array}
        The whole way of each run, drawn in grey.
    chosen : str
        The name of this network's run.
    epoch : int
        Up to where the loss of the chosen run is drawn.
    lowest : float, default 1e-3
        Where the axis of the loss ends.

    Returns
    -------
    str
        The numbers of the picture, for its alt text.

    Raises
    ------
    TypeError
        As `surface` raises it, if `fig` is no Figure, `losses` no dict by name of real numbers, or `epoch` none.
    ValueError
        As `surface` raises it, if the runs have different lengths, or `lowest` isn't between 0 and 1.
    KeyError
        If `chosen` is none of the names.
    IndexError
        If a run has no loss for that epoch.

    Examples
    --------
    >>> import numpy as np
    >>> from matplotlib.figure import Figure
    >>> import labcore as lab
    >>> from labcore.films import surface_and_loss
    >>> x, y = lab.generate_xor_easy()
    >>> net = lab.mlp([2, 2, 1])
    >>> net.theta = np.zeros(net.n_params)
    >>> losses = {"rate 1": np.array([0.3, 0.2, 0.1]), "rate 2": np.array([0.3, 0.1, 0.05])}
    >>> surface_and_loss(Figure(figsize=(6.4, 3.4)), net, x, y, losses, "rate 1", 1)[-66:]
    ' loss 0.200, at the start 0.300; the others then: rate 2 at 0.100.'
    """
    losses, epoch = _losses(losses, chosen, epoch)
    lowest = number("lowest", lowest, 1e-9, 1)
    surface(Figure().subplots(), net, x, y)  # whatever is wrong is said before anything is drawn
    instance("fig", fig, Figure, "matplotlib.figure.Figure()")
    fig.set_layout_engine("none")  # places that are the same in every picture, and half the time
    room = 0.025 + 0.0175 * max(map(len, losses))  # for the names, right of the curves
    left, right = fig.add_axes((0.065, 0.15, 0.361, 0.68)), fig.add_axes((0.535, 0.15, 0.465 - room, 0.68))
    seen = surface(left, net, x, y)
    place, gap = 0.0, lowest ** -0.07  # names are at least so far apart
    for name, loss in sorted(losses.items(), key=lambda run: run[1][-1]):
        place = max(loss[-1], lowest, place * gap)
        look = dict(color=BLUE, weight="bold") if name == chosen else dict(color=GREY)
        right.plot(loss, color="#AAAAAA", lw=1, ls="-")
        right.text(1.5 * len(loss), place, name, va="center", size=11, **look)
    loss = losses[chosen]
    right.plot(loss[:epoch + 1], color=BLUE, lw=2.4, ls="-")
    right.plot(epoch, max(loss[epoch], lowest), "o", color=BLUE, ms=8, clip_on=False)
    right.set(ylim=(lowest, 1), yscale="log")
    right.set_xscale("symlog", linthresh=1)  # a place for epoch 0 beside 1, 10, 100
    right.set_xlim(0, len(loss) - 1)
    for axis, first, end in ((right.xaxis, 1, len(loss)), (right.yaxis, lowest, 1)):
        ticks = [0] * (first == 1) + [10.0 ** k for k in range(-9, 9) if 0.99 * first < 10.0 ** k <= end]
        axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    right.minorticks_off()
    right.set_title(f"loss {_text(loss[epoch])}", size=13)
    right.set_xlabel("epoch", size=12)
    right.tick_params(labelsize=12)
    others = ", ".join(f"{name} at {_text(loss[epoch])}" for name, loss in losses.items() if name != chosen)
    return f"{seen}; loss {_text(loss[epoch])}, at the start {_text(loss[0])}; the others then: {others}."


def _losses(losses, chosen, epoch):
    """Return the losses by name as arrays, and the epoch, once all have been looked at."""
    if not isinstance(losses, dict) or not losses or not all(isinstance(name, str) for name in losses):
        raise TypeError(f'losses must be a dict such as {{"rate 1": [0.3, 0.2]}}; got {shown(losses)}')
    losses = {name: real_numbers("losses", loss) for name, loss in losses.items()}
    lengths = {loss.shape for loss in losses.values()}
    if len(lengths) > 1 or len(next(iter(lengths))) != 1 or next(iter(lengths)) < (2,):
        raise ValueError(f"losses must hold a number for each epoch, (epochs + 1,), for each run; got {shown(lengths)}")
    if not isinstance(chosen, str) or chosen not in losses:
        raise KeyError(f"chosen must be one of {', '.join(losses)}; got {shown(chosen)}")
    epoch = whole_number("epoch", epoch, 0)
    if epoch >= len(losses[chosen]):
        raise IndexError(f"epoch must be one of the {len(losses[chosen])} that have a loss; got {epoch}")
    return losses, epoch


def _text(loss):
    return f"{loss:.3f}" if loss >= 0.01 else f"{loss:.4f}"
