"""The playground's picture of a run: a still figure for a page, or a film of which only what moves is drawn anew."""

import io

import numpy as np
from contourpy import contour_generator
from matplotlib import colormaps, rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.ticker import NullFormatter
from PIL import Image

from ..activations import sigmoid
from ..network import classify
from .plots import BLUE, CLASS_STYLES, CLASSES, STYLE
from ..experiments.settings import Run
from ..validation import instance, number

SIDE, TILE, GAP = 64, 28, 4  #: numbers a side of the surface, of a unit's map, and between two maps
ANSWERS = colormaps["PuOr"](np.arange(256), bytes=True)  #: orange, white, purple: not the colours of the classes


class Picture:
    """A `Run` on a matplotlib figure: the output over the plane, the loss, and what each hidden unit answers.

    Parameters
    ----------
    run : Run
        What is shown.
    figure : matplotlib Figure
        Empty; it is given its size, 5.6 inches wide and as high as the layers need.

    Attributes
    ----------
    surface, loss, units : matplotlib Axes
        The three parts.
    moving : list of matplotlib artists
        What `update` changes.

    Raises
    ------
    TypeError
        If `run` is no Run, or `figure` no Figure.

    Examples
    --------
    >>> from matplotlib.figure import Figure
    >>> from labcore.picture import Picture
    >>> from labcore.recipe import Recipe, Run
    >>> picture = Picture(Run(Recipe(hidden=(4, 4))), Figure())
    >>> picture.surface.get_title(loc="left"), len(picture.figure.axes)
    ('Output; wrong answers are ringed', 3)
    """

    def __init__(self, run, figure):
        instance("run", run, Run, "labcore.recipe.Run")
        instance("figure", figure, Figure, "matplotlib.figure.Figure()")
        self.run, self.figure, self.limits, hidden = run, figure, None, run.recipe.hidden
        self.rows, self.columns = len(hidden), max([10, *hidden])
        below = round(0.35 + 4.9 * self.rows / self.columns, 1) if hidden else 0  # inches for the units' maps
        width, height = 5.6, 3.7 + below
        figure.set_layout_engine("none")  # whatever the style says: axes that move would cost half the time
        figure.set_size_inches(width, height)
        with rc_context(STYLE):
            boxes = ((0.65, 0.55 + below, 2.9, 2.9), (4.25, 0.55 + below, 1.2, 2.9),
                     (0.65, 0.05, 4.9, max(below - 0.3, 0.01)))
            self.surface, self.loss, self.units = (
                figure.add_axes((left / width, bottom / height, w / width, h / height)) for left, bottom, w, h in boxes)
            self._prepare(hidden)
        self.update()

    def _prepare(self, hidden):
        x, y = self.run.x, self.run.y
        middle, half = (x.max(0) + x.min(0)) / 2, np.ptp(x, axis=0).max() / 2 + 0.12
        low, high = middle - half, middle + half
        self.sides = [np.linspace(a, b, SIDE) for a, b in zip(low, high)]
        self.grid = np.stack(np.meshgrid(*self.sides), axis=-1).reshape(-1, 2)
        self.extent = (low[0], high[0], low[1], high[1])
        self.image = self.surface.imshow(np.zeros((SIDE, SIDE)), origin="lower", extent=self.extent, cmap=CLASSES,
                                         vmin=0, vmax=1, alpha=0.55, interpolation="bilinear")
        self.border, = self.surface.plot([], [], color="black", lw=1.6)
        self.points = [self.surface.scatter(*x[y[:, 0] == k].T, s=30, edgecolors="white", linewidths=0.6, **style)
                       for k, style in enumerate(CLASS_STYLES)]
        self.rings = self.surface.scatter([], [], s=110, facecolors="none", edgecolors="black", linewidths=1.4)
        self.surface.set(xlim=self.extent[:2], ylim=self.extent[2:], xlabel="$x_1$", ylabel="$x_2$")
        self.surface.locator_params(nbins=5)
        self.curve, = self.loss.plot([], [], color=BLUE, lw=1.8)
        self.loss.set(xscale="log", yscale="log", xlabel="epoch")
        self.loss.yaxis.set_minor_formatter(NullFormatter())
        step = TILE + GAP
        self.tiles = np.full((max(self.rows, 1) * step, self.columns * step, 4), 255, np.uint8)
        self.mosaic = self.units.imshow(self.tiles, interpolation="nearest")
        self.units.set(anchor="NW", xticks=[])
        self.units.set_yticks([TILE / 2 + step * k for k in range(self.rows)], range(1, self.rows + 1))
        self.units.tick_params(length=0)
        titles = {self.surface: "Output; wrong answers are ringed", self.loss: "Loss",
                  self.units: "Answer of each hidden unit, layer by layer" if hidden else ""}
        for axes, title in titles.items():
            axes.set_title(title, loc="left", fontsize=10.5)
        for axes in (self.surface, self.units):
            axes.grid(False)
            axes.spines[:].set_visible(False)
        self.moving = [self.image, self.border, *self.points, self.rings, self.curve, self.mosaic]

    def update(self):
        """Bring the artists to where the run stands; return whether the axes have new limits.

        Returns
        -------
        bool
            Where it is true, what doesn't move has to be drawn anew as well.

        Examples
        --------
        >>> from matplotlib.figure import Figure
        >>> from labcore.picture import Picture
        >>> from labcore.recipe import Recipe, Run
        >>> run = Run(Recipe())
        >>> picture = Picture(run, Figure())
        >>> run.advance(100).epoch.number
        100
        >>> picture.update(), picture.update()
        (True, False)
        """
        run = self.run
        with np.errstate(all="ignore"):  # of a network that diverges
            trace = run.net.forward(self.grid)
            output, answers = trace[-1], run.net.forward(run.x)[-1]
        shown = (sigmoid(output) if run.loss.threshold == 0 else output).reshape(SIDE, SIDE)
        self.image.set_data(shown)
        self.border.set_data(*_lines(*self.sides, shown))
        wrong = classify(answers, run.loss.threshold) != (run.y >= 0.5)
        self.rings.set_offsets(run.x[wrong[:, 0]])
        for row, values in enumerate(trace[2:-1:2]):
            self._fill(row, values)
        self.mosaic.set_data(self.tiles)
        self.curve.set_data(*zip(*run.curve)) if run.curve else None
        return self._rescale()

    def _fill(self, row, values):
        """Colour the maps of one layer, values (SIDE², units): 0 is orange for a sigmoid, white for the others."""
        maps = values.reshape(SIDE, SIDE, -1)[np.ix_(*[np.linspace(0, SIDE - 1, TILE).astype(int)] * 2)][::-1]
        if self.run.recipe.activation != "Sigmoid":
            reach = 1 if self.run.recipe.activation == "Tanh" else np.maximum(np.abs(maps).max((0, 1)), 1e-9)
            maps = maps / (2 * reach) + 0.5
        top, colours = row * (TILE + GAP), ANSWERS[np.nan_to_num(255 * np.clip(maps, 0, 1)).astype(int)]
        for unit in range(maps.shape[-1]):
            left = unit * (TILE + GAP)
            self.tiles[top:top + TILE, left:left + TILE] = colours[:, :, unit]

    def _rescale(self):
        """Let the loss curve's axes reach to whole powers of ten."""
        losses = [loss for _, loss in self.run.curve if 0 < loss < np.inf] or [float(self.run.epoch.loss)]
        low, high = np.floor(np.log10(min(losses))), np.ceil(np.log10(max(losses)))
        limits = np.ceil(np.log10(max(self.run.epoch.number, 10))), low, max(high, low + 1)
        if limits == self.limits or not np.isfinite(limits).all():
            return False
        self.limits = limits
        self.loss.set(xlim=(1, 10 ** limits[0]), ylim=10.0 ** np.array(limits[1:]))
        return True


def _lines(x, y, z):
    """Return the x and y of the lines where z is one half, with nan between two lines."""
    if not (np.isfinite(z).all() and z.min() < 0.5 < z.max()):
        return [], []
    lines = contour_generator(x, y, z).lines(0.5)
    return np.concatenate([part for line in lines for part in (line, [[np.nan, np.nan]])]).T


class Film:
    """PNGs of a run's picture, one after the other; only what moves is drawn anew.

    Parameters
    ----------
    run : Run
        What is shown.
    dpi : float, default 100
        Pixels an inch.

    Raises
    ------
    TypeError
        If `run` is no Run, or `dpi` no number.
    ValueError
        If `dpi` isn't between 10 and 1000.

    Examples
    --------
    >>> from labcore.picture import Film
    >>> from labcore.recipe import Recipe, Run
    >>> film = Film(Run(Recipe(hidden=(4,))), dpi=50)
    >>> film.picture.rows, film.picture.columns
    (1, 10)
    """

    def __init__(self, run, dpi=100):
        self.figure = Figure(dpi=number("dpi", dpi, 10, 1000), facecolor="white")
        self.canvas = FigureCanvasAgg(self.figure)
        self.picture, self.still = Picture(run, self.figure), None

    def _show_what_moves(self, visible):
        for artist in self.picture.moving:
            artist.set_visible(visible)

    def png(self):
        """Return the picture of where the run stands.

        Returns
        -------
        bytes
            A PNG file.

        Examples
        --------
        >>> from labcore.picture import Film
        >>> from labcore.recipe import Recipe, Run
        >>> Film(Run(Recipe(hidden=(4,))), dpi=50).png()[1:4]
        b'PNG'
        """
        if self.picture.update() or self.still is None:
            self._show_what_moves(False)  # set_animated would do, but not for images in matplotlib 3.8
            self.canvas.draw()
            self.still = self.canvas.copy_from_bbox(self.figure.bbox)
            self._show_what_moves(True)
        self.canvas.restore_region(self.still)
        for artist in self.picture.moving:
            artist.axes.draw_artist(artist)
        file = io.BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB").save(file, "PNG", compress_level=1)
        return file.getvalue()
