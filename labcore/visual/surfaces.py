"""A network's answers over the plane, and its loss beside them: few colours, the same places in every figure."""

from .plots import BLUE, GREY, draw_output


def surface(ax, net, x, y):
    """Draw a network's answers over the plane, in bands, and how many it has right; return its numbers as a text.

    The network has 2 inputs and 1 output, a probability; x is (n, 2) and y (n, 1).

    >>> net = lab.mlp([2, 1])
    >>> net.theta = [4.0, 0.0, -2.0]
    >>> from labcore.visual.surfaces import surface
    >>> surface(lab.plots.plt.figure().subplots(), net, np.array([[0.0, 0.0], [1.0, 0.0]]), np.array([[0.0], [1.0]]))
    'outputs at the points from 0.12 to 0.88, 2 of 2 right'
    """
    _, answers, wrong = draw_output(net, x, y, ax, resolution=101, shades=6)
    n, n_wrong = len(wrong), wrong.sum()
    ax.set(xlabel="", ylabel="", xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    ax.set_title(f"{n - n_wrong} of {n} right", size=13)
    ax.tick_params(labelsize=12)
    text = f"outputs at the points from {answers.min():.2f} to {answers.max():.2f}, {n - n_wrong} of {n} right"
    few = ", ".join(f"({a:.3g}, {b:.3g})" for a, b in x[wrong])
    return f"{text}, all but {few}" if 0 < n_wrong <= 5 else text


def surface_and_loss(fig, net, x, y, losses, chosen, epoch, lowest=1e-3):
    """Draw the `surface` of a network after `epoch` epochs beside its loss so far; return what is to be seen.

    `fig` is empty, of 6.4 × 3.4 inches; its title is left to the caller. `losses` has an array (epochs + 1,) for each
    run, drawn in grey; that of the `chosen` one, which is this network's, up to the epoch. Their axis ends at `lowest`.
    """
    loss = losses[chosen]
    now = {name: _text(run[epoch]) for name, run in losses.items()}
    fig.set_layout_engine("none")  # places that are the same in every figure, and half the time
    names_width = 0.025 + 0.0175 * max(map(len, losses))  # right of the curves
    left = fig.add_axes((0.065, 0.15, 0.361, 0.68))
    right = fig.add_axes((0.535, 0.15, 0.465 - names_width, 0.68))
    seen = surface(left, net, x, y)
    place, gap = 0.0, lowest ** -0.07  # names are at least so far apart
    for name, run in sorted(losses.items(), key=lambda item: item[1][-1]):
        place = max(run[-1], lowest, place * gap)
        look = {"color": BLUE, "weight": "bold"} if name == chosen else {"color": GREY}
        right.plot(run, color="#AAAAAA", lw=1, ls="-")
        right.text(1.5 * len(run), place, name, va="center", size=11, **look)
    right.plot(loss[:epoch + 1], color=BLUE, lw=2.4, ls="-")
    right.plot(epoch, max(loss[epoch], lowest), "o", color=BLUE, ms=8, clip_on=False)
    right.set(ylim=(lowest, 1), yscale="log")
    right.set_xscale("symlog", linthresh=1)  # a place for epoch 0 beside 1, 10, 100
    right.set_xlim(0, len(loss) - 1)
    for axis, first, end in ((right.xaxis, 1, len(loss)), (right.yaxis, lowest, 1)):
        ticks = [0] * (first == 1) + [10.0 ** k for k in range(-9, 9) if 0.99 * first < 10.0 ** k <= end]
        axis.set_ticks(ticks, [f"{tick:g}" for tick in ticks])
    right.minorticks_off()
    right.set_title(f"loss {now[chosen]}", size=13)
    right.set_xlabel("epoch", size=12)
    right.tick_params(labelsize=12)
    others = ", ".join(f"{name} at {value}" for name, value in now.items() if name != chosen)
    return f"{seen}; loss {now[chosen]}, at the start {_text(loss[0])}; the others then: {others}."


def _text(loss):
    return f"{loss:.3f}" if loss >= 0.01 else f"{loss:.4f}"
