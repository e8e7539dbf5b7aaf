"""Pictures and printed lines of data and training. Each picture takes an `ax`, returns it, and never shows it.

Class 0 is a red disc, class 1 a blue square, a wrong answer has a black ring: nothing is said by colour alone, and the
colours (Paul Tol's vibrant scheme, 2021) can be told apart by people with colour-blindness.
"""

import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import LinearSegmentedColormap

from .network import classify

RED, BLUE, GREEN, ORANGE, PURPLE, GREY = "#CC3311", "#0077BB", "#009988", "#EE7733", "#AA3377", "#666666"
CLASS_STYLES = ({"c": RED, "marker": "o", "label": "class 0"}, {"c": BLUE, "marker": "s", "label": "class 1"})
CLASSES = LinearSegmentedColormap.from_list("classes", [RED, "#FFFFFF", BLUE])

#: what the book's figures share: ``plt.rcParams.update(lab.plots.STYLE)``
STYLE = {
    "figure.figsize": (6.4, 3.6), "figure.dpi": 130, "figure.constrained_layout.use": True,
    "figure.facecolor": "white", "axes.facecolor": "white", "savefig.facecolor": "white",
    "axes.spines.top": False, "axes.spines.right": False, "axes.grid": True, "grid.color": "#E6E6E6",
    "axes.axisbelow": True, "axes.titlesize": 11, "font.size": 10, "lines.linewidth": 1.8, "legend.frameon": False,
    "axes.prop_cycle": plt.cycler(color=[BLUE, RED, GREEN, PURPLE], linestyle=["-", "--", "-.", ":"]),
}


def _column(name, labels, n):
    labels = np.asarray(labels)
    if labels.shape not in ((n, 1), (n,)):
        raise ValueError(f"{name} must have a label for each of the {n} rows of x, ({n}, 1); got {labels.shape}")
    return labels.reshape(n)


def _points(x):
    x = np.asarray(x, dtype=float)
    if x.ndim != 2 or x.shape[1] != 2:
        raise ValueError(f"x must have shape (n, 2), points in the plane; got {x.shape}")
    return x


def scatter(x, y, ax=None, wrong=None):
    """Draw points x (n, 2) by class y (n, 1); a black ring around those where `wrong` (n, 1) is true."""
    ax, x = ax or plt.subplots()[1], _points(x)
    y = _column("y", y, len(x))
    for label, style in enumerate(CLASS_STYLES):
        ax.scatter(*x[y == label].T, s=34, edgecolors="white", linewidths=0.6, zorder=3, **style)
    if wrong is not None and (wrong := _column("wrong", wrong, len(x))).any():
        ax.scatter(*x[wrong].T, s=130, facecolors="none", edgecolors="black", linewidths=1.4, zorder=4, label="wrong")
    ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return ax


def show_result(x, y, pred_y, axes=None):
    """Draw the handout's two panels, the ground truth and the predicted classes, and return their axes.

    x is (n, 2); y and pred_y are (n, 1), labels or probabilities, which count as class 1 from 0.5 on.
    """
    left, right = plt.subplots(1, 2, figsize=(7.2, 3.7))[1] if axes is None else axes
    n = len(_points(x))
    truth, predicted = _column("y", y, n) >= 0.5, _column("pred_y", pred_y, n) >= 0.5
    scatter(x, truth, left).set_title("Ground truth")
    wrong = truth != predicted
    scatter(x, predicted, right, wrong).set_title(f"Predict result ({np.count_nonzero(wrong)} wrong)")
    right.figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return left, right


def decision_boundary(net, x, y, ax=None, threshold=0.5, margin=0.15, resolution=121, shades=256):
    """Draw a network's output over the plane, the line where its class changes, and the points.

    x is (n, 2) and y (n, 1); the picture reaches `margin` beyond them. `threshold` is the output at which the class
    changes: 0.5 for probabilities, 0 for logits. Few `shades`, an even number, make bands and a small file.
    """
    if (net.n_in, net.n_out, net.members) != (2, 1, ()):
        raise ValueError(f"decision_boundary needs one network with 2 inputs and 1 output; got {net!r}; "
                         "net.member(0) is one of an ensemble")
    ax, x = ax or plt.subplots()[1], _points(x)
    sides = [np.linspace(low - margin, high + margin, resolution) for low, high in zip(x.min(0), x.max(0))]
    grid = np.stack(np.meshgrid(*sides), axis=-1)
    output = net.predict(grid.reshape(-1, 2)).reshape(resolution, resolution)
    reach = max(np.abs(output - threshold).max(), 1e-9) if threshold != 0.5 else 0.5
    ax.imshow(output, origin="lower", extent=(*sides[0][[0, -1]], *sides[1][[0, -1]]), alpha=0.55,
              cmap=CLASSES.resampled(shades), vmin=threshold - reach, vmax=threshold + reach, interpolation="bilinear")
    if output.min() < threshold < output.max():
        ax.contour(*sides, output, levels=[threshold], colors="black", linewidths=1.6)
    ax.grid(False)
    y = _column("y", y, len(x))
    return scatter(x, y, ax, wrong=classify(net.predict(x), threshold)[:, 0] != (y >= 0.5))


def learning_curve(history, ax=None, what="loss", label=None, log=True, **style):
    """Draw `what`, "loss" or "accuracy", by epoch: a line, or an ensemble's median with the band of its quartiles.

    With `log` the axes are logarithmic: both for the loss, the epochs for the accuracy. `style` goes to ``ax.plot``.
    """
    if what not in ("loss", "accuracy"):
        raise ValueError(f"what must be 'loss' or 'accuracy'; got {what!r}")
    ax, values = ax or plt.subplots()[1], getattr(history, what)
    values = values.reshape(len(values), -1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of an epoch at which all have diverged
        low, middle, high = np.nanquantile(values, (0.25, 0.5, 0.75), axis=1)
    first = 1 if log else 0  # a logarithmic axis has no epoch 0
    line, = ax.plot(history.epochs[first:], middle[first:], label=label, **style)
    if values.shape[1] > 1:
        ax.fill_between(history.epochs[first:], low[first:], high[first:], color=line.get_color(), alpha=0.2, lw=0)
    ax.set(xlabel="epoch", ylabel=what)
    if log:
        ax.set_xscale("log")
        ax.set_yscale("log" if what == "loss" else "linear")
    return ax


def sweep_curves(sweep, ax=None, what="loss", log=True):
    """Draw the learning curve of each setting of a `Sweep`, a median with a band of quartiles, labelled."""
    ax = ax or plt.subplots()[1]
    dashes = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1)), (0, (8, 2)))
    colors = plt.get_cmap("viridis")(np.linspace(0, 0.85, len(sweep.settings)))
    for k, (name, history) in enumerate(zip(sweep.labels(), sweep.histories)):
        if history is not None:
            learning_curve(history, ax, what, label=name, log=log, color=colors[k], linestyle=dashes[k % len(dashes)])
    ax.legend(fontsize=9)
    return ax


def loss_line(epoch, loss):
    """Return the handout's line for one epoch, ``epoch 10000 loss : 0.16234``."""
    return f"epoch {epoch} loss : {loss:.5f}"


def prediction_table(y, prediction, rows=None):
    """Return the handout's test output, a line a sample: ``Iter 91 | Ground truth: 1.0 | Prediction: 0.99834``.

    y and prediction are (n, 1). `rows` picks samples, counted from 0; the lines count from 1, as the handout does.
    """
    prediction = np.asarray(prediction)
    y, prediction = _column("y", y, len(prediction)), _column("prediction", prediction, len(prediction))
    chosen = range(len(y)) if rows is None else rows
    line = f"Iter {{:{len(str(len(y)))}d}} | Ground truth: {{:.1f}} | Prediction: {{:.5f}}"
    return "\n".join(line.format(i + 1, y[i], prediction[i]) for i in chosen)
