"""Pictures and printed lines of data and training. Each picture takes an `ax`, returns it, and never shows it.

Class 0 is a red disc, class 1 a blue square, a wrong answer has a black ring: nothing is said by colour alone, and the
colours, the vibrant scheme of Tol (2021), can be told apart by people with colour-blindness: `RED`, `BLUE`, `GREEN`,
`ORANGE`, `PURPLE` and `GREY`.
"""

import contextlib
import warnings

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap

from ..network import Network, classify
from ..validation import instance, items, number, real_numbers, shown, switch, table, whole_number

FARTHEST = 1e100  #: of points: the squares of their distances are floats
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
    labels = real_numbers(name, labels)
    if labels.shape not in ((n, 1), (n,)):
        raise ValueError(f"{name} must have a label for each of the {n} rows of x, ({n}, 1); got {labels.shape}")
    return labels.reshape(n)


def _points(x):
    x = table("x", x, (None, 2), "points in the plane")
    if x.ndim != 2:
        raise ValueError(f"x must have shape (n, 2), points in the plane; got {x.shape}")
    if np.abs(x).max() > FARTHEST:
        raise ValueError(f"x must hold numbers up to {FARTHEST:g}, or matplotlib can't draw them; got "
                         f"{np.abs(x).max():g}")
    return x


@contextlib.contextmanager
def _axes(ax, make=lambda: plt.subplots()[1]):
    """Give the axes to draw on, new ones for None: if drawing fails, their figure isn't left open."""
    if ax is not None:
        yield instance("ax", ax, Axes, "plt.subplots()[1]")
        return
    ax = make()
    try:
        yield ax
    except Exception:
        plt.close(np.ravel(ax)[0].figure)
        raise


def scatter(x, y, ax=None, wrong=None):
    """Draw points x (n, 2) by class y (n, 1); a black ring around those where `wrong` (n, 1) is true.

    Parameters
    ----------
    x : array_like
        Points in the plane, (n, 2).
    y : array_like
        Their classes 0 and 1, (n, 1) or (n,).
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    wrong : array_like of bool, optional
        Which of them get a ring, (n, 1) or (n,).

    Returns
    -------
    matplotlib.axes.Axes
        With a label for each class, for a legend.

    Raises
    ------
    TypeError
        If one of the three holds anything but real numbers, or `ax` is no Axes.
    ValueError
        If `x` has another shape or isn't finite, or `y` or `wrong` has another length.

    Examples
    --------
    >>> x, y = lab.generate_xor_easy()
    >>> ax = lab.plots.scatter(x, y)
    >>> ax.get_legend_handles_labels()[1]
    ['class 0', 'class 1']
    """
    x = _points(x)
    y, wrong = _column("y", y, len(x)), _column("wrong", np.zeros(len(x)) if wrong is None else wrong, len(x)) != 0
    with _axes(ax) as ax:
        for label, style in enumerate(CLASS_STYLES):
            ax.scatter(*x[y == label].T, s=34, edgecolors="white", linewidths=0.6, zorder=3, **style)
        if wrong.any():
            ax.scatter(*x[wrong].T, s=130, facecolors="none", edgecolors="black", linewidths=1.4, zorder=4,
                       label="wrong")
        ax.set(xlabel="$x_1$", ylabel="$x_2$", aspect="equal")
    return ax


def show_result(x, y, pred_y, axes=None):
    """Draw the handout's two panels, the ground truth and the predicted classes, and return their axes.

    Parameters
    ----------
    x : array_like
        Points in the plane, (n, 2).
    y, pred_y : array_like
        The truth and the prediction, (n, 1): labels or probabilities, which count as class 1 from 0.5 on.
    axes : pair of matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.

    Returns
    -------
    tuple of matplotlib.axes.Axes
        The left one and the right one, whose title counts the wrong answers.

    Raises
    ------
    TypeError
        If one of the three holds anything but real numbers, or `axes` are no Axes.
    ValueError
        If `x` has another shape or isn't finite, `y` or `pred_y` has another length, or `axes` aren't two.

    Examples
    --------
    >>> x, y = lab.generate_xor_easy()
    >>> left, right = lab.plots.show_result(x, y, np.zeros((21, 1)))
    >>> right.get_title()
    'Predict result (10 wrong)'
    """
    n = len(_points(x))
    truth, predicted = _column("y", y, n) >= 0.5, _column("pred_y", pred_y, n) >= 0.5
    if axes is not None:
        axes = [instance("each of axes", ax, Axes, "plt.subplots(1, 2)[1]")
                for ax in items("axes", axes, "(left, right)")]
        if len(axes) != 2:
            raise ValueError(f"axes must be two, for the truth and for the prediction; got {len(axes)}")
    left, right = plt.subplots(1, 2, figsize=(7.2, 3.7))[1] if axes is None else axes
    scatter(x, truth, left).set_title("Ground truth")
    wrong = truth != predicted
    scatter(x, predicted, right, wrong).set_title(f"Predict result ({np.count_nonzero(wrong)} wrong)")
    right.figure.legend(*right.get_legend_handles_labels(), loc="outside lower center", ncols=3)
    return left, right


def decision_boundary(net, x, y, ax=None, threshold=0.5, margin=0.15, resolution=121, shades=256):
    """Draw a network's output over the plane, the line where its class changes, and the points.

    Parameters
    ----------
    net : Network
        One network with 2 inputs and 1 output.
    x, y : array_like
        Points (n, 2) and their classes (n, 1).
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    threshold : float, default 0.5
        The output at which the class changes: 0.5 for probabilities, 0 for logits.
    margin : float, default 0.15
        How far the picture reaches beyond the points, in units of x.
    resolution : int, default 121
        Points of the grid along each side.
    shades : int, default 256
        Colours of the output. Few, an even number, make bands and a small file.

    Returns
    -------
    matplotlib.axes.Axes
        With rings around the points that the network has wrong.

    Raises
    ------
    TypeError
        If `net` is no network, `ax` no Axes, a count no whole number, or if another holds anything but real numbers.
    ValueError
        If the network is an ensemble or has other inputs and outputs, `x` has another shape, `y` another length, or a
        number is out of range: `margin` is at least 0, `resolution` 2 to 2000, `shades` 2 to 256.

    Examples
    --------
    >>> x, y = lab.generate_linear()
    >>> ax = lab.plots.decision_boundary(lab.mlp([2, 3, 1]), x, y, resolution=31)
    >>> ax.get_xlabel(), ax.get_ylabel()
    ('$x_1$', '$x_2$')
    """
    instance("net", net, Network, "mlp([2, 10, 10, 1])")
    if (net.n_in, net.n_out, net.members) != (2, 1, ()):
        raise ValueError(f"decision_boundary needs one network with 2 inputs and 1 output; got {net!r}; "
                         "net.member(0) is one of an ensemble")
    x, threshold = _points(x), number("threshold", threshold, -FARTHEST, FARTHEST)
    y, margin = _column("y", y, len(x)), number("margin", margin, 0, FARTHEST)
    resolution, shades = whole_number("resolution", resolution, 2, 2000), whole_number("shades", shades, 2, 256)
    sides = [np.linspace(low - margin, high + margin, resolution) for low, high in zip(x.min(0), x.max(0))]
    grid = np.stack(np.meshgrid(*sides), axis=-1)
    output = net.predict(grid.reshape(-1, 2)).reshape(resolution, resolution)
    wrong = classify(net.predict(x), threshold)[:, 0] != (y >= 0.5)
    if not np.abs(output).max() <= FARTHEST:
        raise ValueError(f"the network must give numbers up to {FARTHEST:g} to be drawn; got {np.abs(output).max():g}; "
                         "has it diverged?")
    reach = max(np.abs(output - threshold).max(), 1e-9) if threshold != 0.5 else 0.5
    extent = [float(end) for side in sides for end in side[[0, -1]]]
    if extent[0] == extent[1] or extent[2] == extent[3]:
        raise ValueError(f"margin must be above 0 where all points have the same place on an axis; got {margin:g}")
    with _axes(ax) as ax:
        ax.imshow(output, origin="lower", extent=extent, alpha=0.55, cmap=CLASSES.resampled(shades),
                  vmin=threshold - reach, vmax=threshold + reach, interpolation="bilinear")
        if output.min() < threshold < output.max():
            ax.contour(*sides, output, levels=[threshold], colors="black", linewidths=1.6)
        ax.grid(False)
        return scatter(x, y, ax, wrong=wrong)


def _look_at_quantity(what):
    if not isinstance(what, str) or what not in ("loss", "accuracy"):
        raise ValueError(f"what must be 'loss' or 'accuracy'; got {shown(what)}")


def learning_curve(history, ax=None, what="loss", label=None, log=True, **style):
    """Draw `what`, "loss" or "accuracy", by epoch: a line, or an ensemble's median with the band of its quartiles.

    Parameters
    ----------
    history : History
        What `train` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    what : {"loss", "accuracy"}, default "loss"
        Which of the two.
    label : str, optional
        Its name in a legend.
    log : bool, default True
        Whether axes are logarithmic: both for the loss, the epochs for the accuracy.
    **style
        Settings of the line, which go to ``ax.plot``.

    Returns
    -------
    matplotlib.axes.Axes
        Where it was drawn.

    Raises
    ------
    TypeError
        If `history` has no such record, `ax` is no Axes, or `log` neither true nor false.
    ValueError
        If `what` is neither, or if matplotlib doesn't take the label or the style.

    Examples
    --------
    >>> loss, accuracy = np.array([0.3, 0.2, 0.1]), np.array([0.5, 0.9, 1.0])
    >>> history = lab.History(loss, accuracy, "2 epochs")
    >>> ax = lab.plots.learning_curve(history, label="one seed")
    >>> ax.get_xscale(), ax.get_ylabel()
    ('log', 'loss')
    """
    _look_at_quantity(what)
    log = switch("log", log)
    try:
        values, epochs = real_numbers(what, getattr(history, what)), real_numbers("epochs", history.epochs)
    except Exception:
        raise TypeError(f"history must be a History; got {shown(history)}; train returns one") from None
    if values.ndim == 0 or values.size == 0 or epochs.shape != values.shape[:1]:
        raise ValueError(f"history must have an epoch for each {what}; got {epochs.shape} and {values.shape}")
    values = values.reshape(len(values), -1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # of an epoch at which all have diverged
        low, middle, high = np.nanquantile(values, (0.25, 0.5, 0.75), axis=1)
    log = log and len(epochs) > 1  # a run that stood still from the start has one point, at epoch 0
    first = 1 if log else 0  # a logarithmic axis has no epoch 0
    with _axes(ax) as ax:
        before = list(ax.lines)
        try:
            line, = ax.plot(epochs[first:], middle[first:], label=label, **style)
        except Exception as error:
            for line in ax.lines[len(before):]:
                line.remove()
            raise ValueError(f"matplotlib doesn't take the label {shown(label)} or the style {shown(style)}") from error
        if values.shape[1] > 1:
            ax.fill_between(epochs[first:], low[first:], high[first:], color=line.get_color(), alpha=0.2, lw=0)
        ax.set(xlabel="epoch", ylabel=what)
        if log:
            ax.set_xscale("log")
            ax.set_yscale("log" if what == "loss" else "linear")
    return ax


def sweep_curves(sweep, ax=None, what="loss", log=True):
    """Draw the learning curve of each setting of a `Sweep`, a median with a band of quartiles, labelled.

    Parameters
    ----------
    sweep : Sweep
        What `labcore.sweep` returned.
    ax : matplotlib.axes.Axes, optional
        Where to draw; a new figure if left out.
    what : {"loss", "accuracy"}, default "loss"
        Which of the two.
    log : bool, default True
        Whether axes are logarithmic, as in `learning_curve`.

    Returns
    -------
    matplotlib.axes.Axes
        With a legend; a setting that failed has no line.

    Raises
    ------
    TypeError
        If `sweep` is no Sweep, `ax` no Axes, or `log` neither true nor false.
    ValueError
        If `what` is neither.

    Examples
    --------
    >>> problems = {"XOR": lab.generate_xor_easy()}
    >>> found = lab.sweep(problems, epochs=10, seeds=range(3), lr=[0.1, 1.0])
    >>> ax = lab.plots.sweep_curves(found)
    >>> [text.get_text() for text in ax.get_legend().get_texts()]
    ['lr=0.1', 'lr=1']
    """
    try:
        names, histories = sweep.labels(), list(sweep.histories)
    except Exception:
        raise TypeError(f"sweep must be a Sweep; got {shown(sweep)}; labcore.sweep returns one") from None
    dashes = ("-", "--", "-.", ":", (0, (5, 1)), (0, (1, 1)), (0, (3, 1, 1, 1)), (0, (8, 2)))
    colors = plt.get_cmap("viridis")(np.linspace(0, 0.85, len(names)))
    _look_at_quantity(what)
    log = switch("log", log)
    with _axes(ax) as ax:
        for k, (name, history) in enumerate(zip(names, histories)):
            if history is not None:
                learning_curve(history, ax, what, label=name, log=log, color=colors[k],
                               linestyle=dashes[k % len(dashes)])
        ax.legend(fontsize=9)
    return ax


def loss_line(epoch, loss):
    """Return the handout's line for one epoch.

    Parameters
    ----------
    epoch : int
        Epochs done so far.
    loss : float
        The loss by then.

    Returns
    -------
    str
        With five decimals.

    Raises
    ------
    TypeError
        If `epoch` is no whole number, or `loss` no single number.
    ValueError
        If `epoch` is below 0.

    Examples
    --------
    >>> lab.plots.loss_line(10000, 0.162341)
    'epoch 10000 loss : 0.16234'
    """
    epoch, loss = whole_number("epoch", epoch, 0), real_numbers("loss", loss)
    if loss.ndim:
        raise TypeError(f"loss must be a single number; got shape {loss.shape}; for example 0.25")
    return f"epoch {epoch} loss : {loss:.5f}"


def prediction_table(y, prediction, rows=None):
    """Return the handout's test output, a line a sample.

    Parameters
    ----------
    y, prediction : array_like
        Labels and outputs, (n, 1) or (n,).
    rows : iterable of int, optional
        Which samples, counted from 0; all if left out. The lines count from 1, as the handout does.

    Returns
    -------
    str
        Lines without a last line break.

    Raises
    ------
    TypeError
        If one of the two holds anything but real numbers, or `rows` no whole numbers.
    ValueError
        If the two have different lengths or several columns, or if there is no such row.

    Examples
    --------
    >>> print(lab.plots.prediction_table([[1], [0]], [[0.998341], [0.2]]))
    Iter 1 | Ground truth: 1.0 | Prediction: 0.99834
    Iter 2 | Ground truth: 0.0 | Prediction: 0.20000
    """
    prediction = real_numbers("prediction", prediction)
    if prediction.ndim == 0:
        raise ValueError("prediction must have a number for each sample, (n, 1); got shape ()")
    y, prediction = _column("y", y, len(prediction)), _column("prediction", prediction, len(prediction))
    chosen = range(len(y)) if rows is None else [
        whole_number("each of rows", row, 0, len(y) - 1) for row in items("rows", rows, "[0, 1]")]
    line = f"Iter {{:{len(str(len(y)))}d}} | Ground truth: {{:.1f}} | Prediction: {{:.5f}}"
    return "\n".join(line.format(i + 1, y[i], prediction[i]) for i in chosen)
