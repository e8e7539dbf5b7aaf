"""Explorers: sliders that move ready-made pictures, in Jupyter and in the built page alike, with no kernel behind them.

Every combination of the choices is drawn ahead. Sliders and pictures are then linked in the front end alone.
"""

import base64
import html
import io
import itertools
import numbers

import ipywidgets as widgets
import numpy as np
from matplotlib import rc_context
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from ..inputs import shown
from .plots import STYLE

MOST_BYTES = 400_000  #: of all pictures of an explorer, as they stand in the page
# ipywidgets gives a screen reader no name for a slider and its index for its value. Each picture puts that right as it
# appears: the same in the built page, in JupyterLab and in the browser, where no script of the site is loaded.
NAME_THE_HANDLES = (
    "this.closest('.explorer').querySelectorAll('.widget-slider').forEach(s=>{const h=s.querySelector('[role=slider]'),"
    "t=c=>s.querySelector(c).textContent;h.ariaLabel=t('.widget-label');h.ariaValueText=t('.widget-readout')})"
)


class Explorer(widgets.VBox):
    """One or two sliders above a picture; `frames` holds the pictures, HTML widgets, by the texts of their values."""

    def __init__(self, sliders, pictures, frames):
        super().__init__([*sliders, pictures], _dom_classes=("explorer",))
        self.sliders, self.frames = sliders, frames

    def __repr__(self):  # short and the same every time: nbval compares it
        axes = " × ".join(f"{len(slider.options)} values of {slider.description}" for slider in self.sliders)
        return f"Explorer: {axes}"


def explore(draw, *, start=None, size=(6.4, 3.4), dpi=100, colors=64, **choices):
    """Draw every combination of the choices and return sliders that show them.

    Parameters
    ----------
    draw : callable
        ``draw(fig, **values)`` draws one combination on an empty matplotlib Figure and returns its alt text, a
        sentence that says what is to be seen. Axes need fixed limits, or they jump from picture to picture.
    start : dict, optional
        The values shown first, in print, and without JavaScript; otherwise the first of each choice.
    size, dpi, colors : (float, float), float, int
        Width and height in inches, pixels an inch, and colours of all pictures together: few make small files.
    **choices : name=list of values, or name={text: value}
        One or two of them, a slider each; ``learning_rate`` is shown as "learning rate".

    Examples
    --------
    >>> def bar(fig, height):
    ...     fig.subplots().bar(["a"], [height])
    ...     return f"A bar of height {height}"
    >>> lab.explore(bar, height=[1, 2], size=(2, 1), dpi=50)
    Explorer: 2 values of height
    """
    if not 1 <= len(choices) <= 2:
        raise TypeError(f"explore needs one or two choices, such as width=[2, 4, 8]; got {len(choices)}")
    options = {name: _options(name, values) for name, values in choices.items()}
    start = start or {}
    if unknown := [name for name in start if name not in options]:
        raise ValueError(f"start names {', '.join(map(str, unknown))}; the choices are {', '.join(options)}")
    longest = max(map(len, options))
    sliders = [_slider(name, pairs, start.get(name, pairs[0][1]), longest) for name, pairs in options.items()]
    alts, pictures = {}, []
    for combination in itertools.product(*options.values()):
        texts, values = zip(*combination)
        picture, alts[texts] = _picture(draw, dict(zip(options, values)), size, dpi)
        pictures.append(picture)
    palette = _palette(pictures, colors)
    frames = {texts: widgets.HTML(_image(picture, alts[texts], palette)) for texts, picture in zip(alts, pictures)}
    total = sum(len(frame.value) for frame in frames.values())
    if total > MOST_BYTES:
        raise ValueError(f"{len(frames)} pictures take {total} bytes of the {MOST_BYTES} that a page can bear: give "
                         "fewer values, a smaller size or dpi, fewer colors, or flat areas instead of shades")
    return Explorer(sliders, _stacks(sliders, list(frames.values())), frames)


def _options(name, values):
    """Return the (text, value) pairs of a choice; −0.5 has a real minus sign."""
    pairs = list(values.items()) if isinstance(values, dict) else [
        (f"{value:g}".replace("-", "−") if isinstance(value, numbers.Real) else str(value), value) for value in values]
    if len(pairs) < 2 or len({text for text, _ in pairs}) < len(pairs):
        raise ValueError(f"{name} needs two or more values that read differently; got {shown(values)}")
    return pairs


def _slider(name, options, value, longest):
    texts, values = zip(*options)
    if value not in values:
        raise ValueError(f"start has {name}={shown(value)}; it must be one of {list(texts)}")
    return widgets.SelectionSlider(options=options, index=values.index(value), description=name.replace("_", " "),
                                   layout={"width": "auto", "max_width": "36rem"},
                                   style={"description_width": f"{0.6 * longest + 0.5}em"})


def _picture(draw, values, size, dpi):
    """Return one picture and its alt text; an error in `draw` says for which values."""
    with rc_context(STYLE):
        figure = Figure(figsize=size, dpi=dpi)
        canvas = FigureCanvasAgg(figure)
        try:
            alt = draw(figure, **values)
            canvas.draw()
        except Exception as error:
            error.add_note(f"explore was drawing the picture for {values}")
            raise
    if not isinstance(alt, str) or not alt.strip():
        raise TypeError(f"draw must return the picture's alt text, a sentence; got {shown(alt)} for {values}")
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB"), alt


def _palette(pictures, colors):
    """Return one palette for all pictures, so that a colour means the same in each; every 4th row of them will do."""
    rows = np.concatenate([np.asarray(picture)[k % 4::4] for k, picture in enumerate(pictures)])
    return Image.fromarray(rows).quantize(colors, method=Image.Quantize.MAXCOVERAGE, kmeans=1)


def _image(picture, alt, palette):
    """Return one picture as an HTML image with its alt text."""
    file = io.BytesIO()
    picture.quantize(palette=palette, dither=Image.Dither.NONE).save(file, "PNG", optimize=True)
    data = base64.b64encode(file.getvalue()).decode()
    return (f'<img alt="{html.escape(alt)}" width="{picture.width}" height="{picture.height}" '
            f'style="max-width:100%;height:auto" onload="{NAME_THE_HANDLES}" src="data:image/png;base64,{data}">')


def _stacks(sliders, frames):
    """Return a stack of the frames, or a stack of stacks, linked to the sliders without a kernel."""
    outer, *inner = sliders
    if inner:
        size = len(inner[0].options)
        frames = [_stacks(inner, frames[k:k + size]) for k in range(0, len(frames), size)]
    stack = widgets.Stack(frames, selected_index=outer.index)
    widgets.jslink((outer, "index"), (stack, "selected_index"))
    return stack
