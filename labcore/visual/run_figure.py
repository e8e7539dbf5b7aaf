"""A run of training, its figure, and its animation, of which only what moves is drawn anew."""

import io
import time
import warnings
from itertools import islice

import numpy as np
from contourpy import contour_generator
from matplotlib import colormaps, rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from ..activations import Sigmoid, Tanh, sigmoid
from ..losses import classify
from ..training import DivergenceWarning
from .plots import BLUE, CLASS_STYLES, CLASSES, STYLE

MOST_EPOCHS = 1_000_000  #: a run that someone forgot comes to an end
SIDE, TILE, GAP = 64, 28, 4  #: numbers a side of the surface, of a unit's map, and between two maps
ANSWERS = colormaps["PuOr"](np.arange(256), bytes=True)  #: orange, white, purple: not the colours of the classes


class Run:
    """`Settings` being carried out: points `x` and `y`, the network `net`, and the `epoch` where training stands.

    Its `curve` lists (epoch, loss) at steps of 1 %, enough for a logarithmic axis; `ended` is a sentence that says why
    training is over, "" while it can go on.

    >>> from labcore.experiments.settings import Settings
    >>> from labcore.visual.run_figure import Run
    >>> run = Run(Settings(lr=1.0))
    >>> run.epoch.number, run.advance(10).epoch.number
    (0, 10)
    """

    def __init__(self, settings):
        self.settings, self.curve, self.ended, self.epoch = settings, [], "", None
        (self.x, self.y), self.net = settings.data(), settings.network()
        self._epochs = settings.steps(self.net, self.x, self.y, epochs=MOST_EPOCHS)
        self.advance()  # to epoch 0

    def advance(self, epochs=1, seconds=np.inf):
        """Train for so many epochs, or until the time is up, but for one epoch at least; return this run."""
        before, end = self.epoch, time.perf_counter() + seconds
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", DivergenceWarning)
            for epoch in islice(self._epochs, epochs):
                self.epoch = epoch
                if epoch.number >= (1.01 * self.curve[-1][0] if self.curve else 1):
                    self.curve.append((epoch.number, float(epoch.loss)))
                if time.perf_counter() > end:
                    break
        if diverged := [str(found.message) for found in caught if found.category is DivergenceWarning]:
            self.ended = diverged[-1].replace("training", "Training", 1)
        elif self.epoch is before and not self.ended:
            self.ended = f"Training ended after {self.epoch.number} epochs, as far as this run goes"
        return self

    def script(self):
        """Return the script that repeats this run up to where it stands."""
        return self.settings.script(self.epoch.number)


class RunFigure:
    """A `Run` on an empty matplotlib figure: the output over the plane, the loss, and what each hidden unit answers.

    The figure is made 5.6 inches wide and as high as the layers need; `surface`, `loss` and `units` are its axes, and
    `moving` lists the artists that `update` changes.
    """

    def __init__(self, run, figure):
        self.run, self.drawn, self.limits = run, None, None
        hidden = run.settings.hidden
        self.rows, self.columns = len(hidden), max([10, *hidden])
        below = round(0.35 + 4.9 * self.rows / self.columns, 1) if hidden else 0  # inches for the units' maps
        width, height = 5.6, 3.7 + below
        figure.set_layout_engine("none")  # whatever the style says: axes that move would cost half the time
        figure.set_size_inches(width, height)
        with rc_context(STYLE):
            self.surface, self.loss, self.units = (
                figure.add_axes((left / width, bottom / height, w / width, h / height)) for left, bottom, w, h in (
                    (0.65, 0.55 + below, 2.9, 2.9), (4.25, 0.55 + below, 1.2, 2.9),
                    (0.65, 0.05, 4.9, max(below - 0.3, 0.01))))
            self.curve, = self.loss.plot([], [], color=BLUE, lw=1.8)
            self.loss.set(xscale="log", yscale="log", xlabel="epoch")
            self.loss.tick_params(which="minor", labelbottom=False, labelleft=False)  # 3.8 names all of a lone decade
            self.moving = [*self._prepare_surface(), self.curve, *self._prepare_units()]
            for axes, title in ((self.surface, "Output; wrong answers are ringed"), (self.loss, "Loss"),
                                (self.units, "Answer of each hidden unit, layer by layer" if hidden else "")):
                axes.set_title(title, loc="left", fontsize=10.5)
        self.update()

    def _prepare_surface(self):
        x, y, axes = self.run.x, self.run.y, self.surface
        middle, half = (x.max(0) + x.min(0)) / 2, np.ptp(x, axis=0).max() / 2 + 0.12
        (left, bottom), (right, top) = middle - half, middle + half
        self.sides = np.linspace(left, right, SIDE), np.linspace(bottom, top, SIDE)
        self.grid = np.stack(np.meshgrid(*self.sides), axis=-1).reshape(-1, 2)
        self.image = axes.imshow(np.zeros((SIDE, SIDE)), origin="lower", extent=(left, right, bottom, top),
                                 cmap=CLASSES, vmin=0, vmax=1, alpha=0.55, interpolation="bilinear")
        self.border, = axes.plot([], [], color="black", lw=1.6)
        points = [axes.scatter(*x[y[:, 0] == k].T, s=30, edgecolors="white", linewidths=0.6, **style)
                  for k, style in enumerate(CLASS_STYLES)]
        self.rings = axes.scatter([], [], s=110, facecolors="none", edgecolors="black", linewidths=1.4)
        axes.set(xlim=(left, right), ylim=(bottom, top), xlabel="$x_1$", ylabel="$x_2$")
        axes.locator_params(nbins=5)
        axes.grid(False)
        axes.spines[:].set_visible(False)
        return [self.image, self.border, *points, self.rings]

    def _prepare_units(self):
        rows, step, columns = max(self.rows, 1), TILE + GAP, self.columns
        self.maps = np.full((rows, step, columns, step, 4), 255, np.uint8)
        self.mosaic = self.units.imshow(self.maps.reshape(rows * step, columns * step, 4), interpolation="nearest")
        self.units.set(anchor="NW", xticks=[])
        self.units.set_yticks([TILE / 2 + step * k for k in range(self.rows)], range(1, self.rows + 1))
        self.units.tick_params(length=0)
        self.units.grid(False)
        self.units.spines[:].set_visible(False)
        return [self.mosaic]

    def update(self):
        """Bring the artists to where the run stands; return whether the axes have new limits."""
        run, threshold = self.run, self.run.settings.loss.threshold
        if self.drawn is run.epoch:
            return False
        self.drawn = run.epoch
        with np.errstate(all="ignore"):  # of a network that diverges
            trace, answers = run.net.forward(self.grid), run.net.forward(run.x)[-1]
            output = (sigmoid(trace[-1]) if threshold == 0 else trace[-1]).reshape(SIDE, SIDE)
        self.image.set_data(output)
        self.border.set_data(*_lines(*self.sides, output))
        self.rings.set_offsets(run.x[(classify(answers, threshold) != (run.y >= 0.5))[:, 0]])
        for row, values in enumerate(trace[2:-1:2]):
            self._fill(row, values)
        self.mosaic.set_data(self.maps.reshape(self.mosaic.get_array().shape))
        self.curve.set_data(*np.reshape(run.curve, (-1, 2)).T)
        return self._rescale()

    def _fill(self, row, values):
        """Colour the maps of one layer, values (SIDE², units): 0 is orange for a sigmoid, white for the others."""
        places, layer = np.linspace(0, SIDE - 1, TILE).astype(int), self.run.net.layers[2 * row + 1]
        maps = values.reshape(SIDE, SIDE, -1)[np.ix_(places, places)][::-1]
        if not isinstance(layer, Sigmoid):
            reach = 1 if isinstance(layer, Tanh) else np.maximum(np.abs(maps).max((0, 1)), 1e-9)
            maps = maps / (2 * reach) + 0.5
        colours = ANSWERS[np.nan_to_num(255 * np.clip(maps, 0, 1)).astype(int)]
        self.maps[row, :TILE, :maps.shape[-1], :TILE] = colours.transpose(0, 2, 1, 3)

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


class Animation:
    """PNGs of a run's figure, one after the other; only what moves is drawn anew."""

    def __init__(self, run, dpi=100):
        self.canvas = FigureCanvasAgg(Figure(dpi=dpi, facecolor="white"))
        self.run_figure, self.still = RunFigure(run, self.canvas.figure), None

    def png(self):
        """Return the figure of where the run stands, as the bytes of a PNG file."""
        if self.run_figure.update() or self.still is None:
            for artist in self.run_figure.moving:
                artist.set_visible(False)  # set_animated would do, but not for images in matplotlib 3.8
            self.canvas.draw()
            self.still = self.canvas.copy_from_bbox(self.canvas.figure.bbox)
        self.canvas.restore_region(self.still)
        for artist in self.run_figure.moving:
            artist.set_visible(True)
            artist.axes.draw_artist(artist)
        file = io.BytesIO()
        Image.fromarray(np.asarray(self.canvas.buffer_rgba())).convert("RGB").save(file, "PNG", compress_level=1)
        return file.getvalue()
