"""Pictures of networks and of their training, for explorers: few colours, the same places in every picture."""

import numpy as np

from .network import classify
from .plots import BLUE, GREY, decision_boundary


def surface(ax, net, x, y):
    """Draw a network's answers over the plane, in bands, and how many it has right; return its numbers as a text.

    The network has 2 inputs and 1 output, a probability; x is (n, 2) and y (n, 1).
    """
    decision_boundary(net, x, y, ax, resolution=101, shades=6)
    answers, n = net.predict(x), len(y)
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
    losses : {name: (epochs + 1,) array}
        The whole way of each run, drawn in grey; `chosen` is the name of this network's.
    epoch : int
        Up to where the loss of the chosen run is drawn.
    lowest : float
        Where the axis of the loss ends.

    Returns
    -------
    str
        The numbers of the picture, for its alt text.
    """
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


def _text(loss):
    return f"{loss:.3f}" if loss >= 0.01 else f"{loss:.4f}"
