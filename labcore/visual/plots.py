"""Figures and printed lines of data and training.

What draws takes an `ax`, makes a new figure where there is none, returns the axes, and never shows them.

Class 0 is a red disc, class 1 a blue square, a wrong answer has a black ring: nothing is said by colour alone, and the
colours, the vibrant scheme of Tol (2021), can be told apart by people with colour-blindness: `RED`, `BLUE`, `GREEN`,
`ORANGE`, `PURPLE` and `GREY`.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from ..inputs import number, real_numbers, shown, table, whole_number
from ..losses import classify
from ..network import Network
from ..training import History

RED, BLUE, GREEN, ORANGE, PURPLE, GREY = "#CC3311", "#0077BB", "#009988", "#EE7733", "#AA3377", "#666666"
CLASS_STYLES = ({"c": RED, "marker": "o", "label": "class 0"}, {"c": BLUE, "marker": "s", "label": "class 1"})
CLASSES = LinearSegmentedColormap.from_list("classes", [RED, "#FFFFFF", BLUE])
DASHES = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1)), (0, (8, 2)))

#: what the book's figures share: ``plt.rcParams.update(lab.plots.STYLE)``
STYLE = {
    "figure.figsize": (6.4, 3.6), "figure.dpi": 130, "figure.constrained_layout.use": True,
    "figure.facecolor": "white", "axes.facecolor": "white", "savefig.facecolor": "white",
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#E6E6E6",
    "axes.axisbelow": True, "axes.titlesize": 11, "font.size": 10, "lines.linewidth": 1.8, "legend.frameon": False,
    "axes.prop_cycle": plt.cycler(color=[BLUE, RED, GREEN, PURPLE], linestyle=["-", "--", "-.", ":"]),
}


def scatter(x, y, ax=None, wrong=None):
    """Draw points x (n, 2) by class y (n, 1); a black ring around those where `wrong` (n, 1) is true."""
    x = _points(x)
    y = _column("y", y, len(x))
    wrong = _column("wrong", np.zeros(len(x)) if wrong is None else wrong, len(x)) != 0
    ax = plt.subplots()[1] if ax is None else ax
    for label, style in enumerate(CLASS_STYLES):
        ax.scatter(*x[y == label].T, s=34, edgecolors="white", linewidths=0.6, zorder=3, **style)
    if wrong.any():
        ax.scatter(*x[wrong].T, s=130, facecolors="none", edgecolors="black", linewidths=1.4, zorder=4, label="wrong")
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return ax


def show_result(x, y, pred_y, axes=None):
    """Draw the handout's two panels, the ground truth and the predicted classes, and return their axes.

    Both y and `pred_y` are labels (n, 1), or probabilities, which count as class 1 from 0.5 on.

    >>> x, y = lab.generate_xor_easy()
    >>> left, right = lab.plots.show_result(x, y, np.zeros((21, 1)))
    >>> right.get_title()
    'Predict result (10 wrong)'
    """
    n = len(_points(x))
    truth, predicted = _column("y", y, n) >= 0.5, _column("pred_y", pred_y, n) >= 0.5
    wrong = truth != predicted
    left, right = plt.subplots(1, 2, figsize=(7.2, 3.7))[1] if axes is None else axes
    scatter(x, truth, left).set_title("Ground truth")
    scatter(x, predicted, right, wrong).set_title(f"Predict result ({np.count_nonzero(wrong)} wrong)")
    right.figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return left, right


def decision_boundary(net, x, y, ax=None, threshold=0.5, margin=0.15, resolution=121, shades=256):
    """Draw a network's output over the plane, the line where its class changes, and the points.

    The network has 2 inputs and 1 output, whose class changes at the `threshold`: 0.5 for probabilities, 0 for logits.
    Points x (n, 2) that it has wrong, by their classes y (n, 1), are ringed. The figure reaches beyond them as far
    as `margin` says, with `resolution` grid points a side; few `shades`, an even number, make bands and a small file.
    """
    return draw_output(net, x, y, ax, threshold, margin, resolution, shades)[0]


def draw_output(net, x, y, ax=None, threshold=0.5, margin=0.15, resolution=121, shades=256):
    """Draw as `decision_boundary` does; return the axes, the outputs (n, 1) at the points, and which (n,) are wrong."""
    if not isinstance(net, Network) or (net.n_in, net.n_out, net.members) != (2, 1, ()):
        raise ValueError(f"decision_boundary needs one network with 2 inputs and 1 output; got {net!r}; "
                         "net.member(0) is one of an ensemble")
    x, threshold, margin = _points(x), number("threshold", threshold), number("margin", margin, 0)
    y, resolution = _column("y", y, len(x)), whole_number("resolution", resolution, 2, 2000)
    sides = [np.linspace(low - margin, high + margin, resolution) for low, high in zip(x.min(0), x.max(0))]
    grid = np.stack(np.meshgrid(*sides), axis=-1).reshape(-1, 2)
    output, answers = net.predict(grid).reshape(resolution, resolution), net.predict(x)
    if not np.abs(output).max() <= 1e100:  # as far as matplotlib can draw; nan is no number either
        raise ValueError(f"the network must give numbers up to 1e100 to be drawn; got {np.abs(output).max():g}; "
                         "has it diverged?")
    wrong = classify(answers, threshold)[:, 0] != (y >= 0.5)
    reach = max(np.abs(output - threshold).max(), 1e-9) if threshold != 0.5 else 0.5
    ax = plt.subplots()[1] if ax is None else ax
    ax.imshow(output, origin="lower", extent=[end for side in sides for end in side[[0, -1]]], alpha=0.55,
              cmap=CLASSES.resampled(shades), vmin=threshold - reach, vmax=threshold + reach, interpolation="bilinear")
    if output.min() < threshold < output.max():
        ax.contour(*sides, output, levels=[threshold], colors="black", linewidths=1.6)
    ax.grid(False)
    return scatter(x, y, ax, wrong), answers, wrong


def learning_curve(history, ax=None, what="loss", label=None, log=True, **style):
    """Draw `what`, "loss" or "accuracy", by epoch: a line, or an ensemble's median with the band of its quartiles.

    `log` makes axes logarithmic: both for the loss, the epochs for the accuracy. `label`, the name in a legend, and
    `style` go to ``ax.plot``.
    """
    if what not in ("loss", "accuracy"):
        raise ValueError(f"what must be 'loss' or 'accuracy'; got {shown(what)}")
    if not isinstance(history, History):
        raise TypeError(f"history must be a History; got {shown(history)}; train returns one")
    values, epochs = getattr(history, what), history.epochs
    values = values.reshape(len(values), -1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of an epoch at which all have diverged
        low, middle, high = np.nanquantile(values, (0.25, 0.5, 0.75), axis=1)
    log = log and len(epochs) > 1  # a run that stood still from the start has one point, at epoch 0
    drawn = slice(1 if log else 0, None)  # a logarithmic axis has no epoch 0
    ax = plt.subplots()[1] if ax is None else ax
    line, = ax.plot(epochs[drawn], middle[drawn], label=label, **style)
    if values.shape[1] > 1:
        ax.fill_between(epochs[drawn], low[drawn], high[drawn], color=line.get_color(), alpha=0.2, lw=0)
    ax.set(xlabel="epoch", ylabel=what)
    if log:
        ax.set(xscale="log", yscale="log" if what == "loss" else "linear")
    return ax


def sweep_curves(sweep, ax=None, what="loss", log=True):
    """Draw the learning curve of each setting of a `Sweep`, with a legend; a setting that failed has no line."""
    names = sweep.labels()
    colors = plt.get_cmap("viridis")(np.linspace(0, 0.85, len(names)))
    ax = plt.subplots()[1] if ax is None else ax
    for k, (name, history) in enumerate(zip(names, sweep.histories)):
        if history is not None:
            learning_curve(history, ax, what, name, log, color=colors[k], linestyle=DASHES[k % len(DASHES)])
    ax.legend(fontsize=9)
    return ax


def loss_line(epoch, loss):
    """Return the handout's line for one epoch.

    >>> lab.plots.loss_line(10000, 0.162341)
    'epoch 10000 loss : 0.16234'
    """
    return f"epoch {epoch} loss : {loss:.5f}"


def prediction_table(y, prediction, rows=None):
    """Return the handout's test output, a line a sample; `rows` says which, counted from 0, where not all are wanted.

    >>> print(lab.plots.prediction_table([[1], [0]], [[0.998341], [0.2]]))
    Iter 1 | Ground truth: 1.0 | Prediction: 0.99834
    Iter 2 | Ground truth: 0.0 | Prediction: 0.20000
    """
    n = np.size(prediction)
    y, prediction = _column("y", y, n), _column("prediction", prediction, n)
    return "\n".join(f"Iter {i + 1:{len(str(n))}d} | Ground truth: {y[i]:.1f} | Prediction: {prediction[i]:.5f}"
                     for i in (range(n) if rows is None else rows))


def _points(x):
    x = table("x", x, (None, 2), "points in the plane")
    if x.ndim != 2:
        raise ValueError(f"x must have shape (n, 2), points in the plane; got {x.shape}")
    return x


def _column(name, labels, n):
    labels = real_numbers(name, labels)
    if labels.shape not in ((n, 1), (n,)):
        raise ValueError(f"{name} must have a label for each of the {n} rows of x, ({n}, 1); got {labels.shape}")
    return labels.reshape(n)
