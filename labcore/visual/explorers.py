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
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

from .plots import STYLE, plt
from ..validation import function, instance, items, number, shown, whole_number

MOST_BYTES = 400_000  #: of all pictures of an explorer, as they stand in the page
# ipywidgets gives a screen reader no name for a slider and its index for its value. Each picture puts that right as it
# appears: the same in the built page, in JupyterLab and in the browser, where no script of the site is loaded.
NAME_THE_HANDLES = (
    "this.closest('.explorer').querySelectorAll('.widget-slider').forEach(s=>{const h=s.querySelector('[role=slider]'),"
    "t=c=>s.querySelector(c).textContent;h.ariaLabel=t('.widget-label');h.ariaValueText=t('.widget-readout')})"
)


class Explorer(widgets.VBox):
    """One or two sliders above a picture; `frames` holds the pictures, HTML widgets, by combination of values.

    `explore` makes it.

    Parameters
    ----------
    sliders : list of ipywidgets.SelectionSlider
        One for each choice, the outer first.
    pictures : ipywidgets.Stack
        The pictures, or a stack of stacks of them, linked to the sliders.
    frames : dict of {tuple of str: ipywidgets.HTML}
        The same pictures by the texts of their values.

    Raises
    ------
    TypeError
        If a slider or `pictures` is no widget, or `frames` no dict.

    Examples
    --------
    >>> from labcore.explorers import explore
    >>> def bar(fig, height):
    ...     fig.subplots().bar(["a"], [height])
    ...     return f"A bar of height {height}"
    >>> explorer = explore(bar, height=[1, 2], size=(2, 1), dpi=50)
    >>> list(explorer.frames)
    [('1',), ('2',)]
    """

    def __init__(self, sliders, pictures, frames):
        sliders = [instance("each of sliders", slider, widgets.Widget, "ipywidgets.SelectionSlider") for slider in
                   items("sliders", sliders, "[ipywidgets.SelectionSlider(options=[1, 2])]")]
        instance("pictures", pictures, widgets.Widget, "ipywidgets.Stack")
        self.sliders, self.frames = sliders, instance("frames", frames, dict, "explore")
        super().__init__([*sliders, pictures])
        self.add_class("explorer")

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
    size : (float, float), default (6.4, 3.4)
        Width and height in inches.
    dpi : float, default 100
        Pixels an inch.
    colors : int, default 64
        Colours of all pictures together: few colours make small files.
    **choices : name=list of values, or name={text: value}
        One or two of them, a slider each; ``learning_rate`` is shown as "learning rate".

    Returns
    -------
    Explorer
        Its pictures take at most `MOST_BYTES`.

    Raises
    ------
    TypeError
        If there isn't one choice or two, if `draw` is no function or returns no text, or if a number is none.
    ValueError
        If `size`, `dpi` or `colors` is out of range (a side has 20 to 4000 pixels), if a choice has fewer than
        two values, or two that read alike, if `start` names what is no choice or no value of
        one, or if the pictures would take more than `MOST_BYTES`.

    Examples
    --------
    >>> from labcore.explorers import explore
    >>> def bar(fig, height):
    ...     fig.subplots().bar(["a"], [height])
    ...     return f"A bar of height {height}"
    >>> explore(bar, height=[1, 2], size=(2, 1), dpi=50)
    Explorer: 2 values of height
    """
    if not 1 <= len(choices) <= 2:
        raise TypeError(f"explore needs one or two choices, such as width=[2, 4, 8]; got {len(choices)}")
    function("draw", draw, "a function of a Figure")
    sides = [number("each of size", side, 0) for side in items("size", size, "(6.4, 3.4)")]
    dpi, colors = number("dpi", dpi, 0), whole_number("colors", colors, 2, 256)
    if len(sides) != 2 or not all(20 <= side * dpi <= 4000 for side in sides):
        raise ValueError(f"size must be two numbers that give 20 to 4000 pixels at {dpi:g} dpi; got {shown(size)}")
    if start is not None:
        instance("start", start, dict, "{'width': 2}")
    options = {name: _options(name, values) for name, values in choices.items()}
    first = {name: values[0][1] for name, values in options.items()} | (start or {})
    if unknown := set(first) - set(options):
        names = ", ".join(name if isinstance(name, str) else shown(name) for name in unknown)
        raise ValueError(f"start names {names}; the choices are {', '.join(options)}")
    sliders = [_slider(name, options[name], first[name], max(map(len, options))) for name in options]
    texts, pictures, alts = [], [], []
    for combination in itertools.product(*options.values()):
        pixels, alt = _draw(draw, {name: value for name, (_, value) in zip(options, combination)}, size, dpi)
        texts.append(tuple(text for text, _ in combination))
        pictures.append(pixels)
        alts.append(alt)
    palette = _palette(pictures, colors)
    frames = {text: widgets.HTML(_frame(*picture, palette)) for text, *picture in zip(texts, pictures, alts)}
    total = sum(len(frame.value) for frame in frames.values())
    if total > MOST_BYTES:
        raise ValueError(f"{len(frames)} pictures take {total} bytes of the {MOST_BYTES} that a page can bear: give "
                         "fewer values, a smaller size or dpi, fewer colors, or flat areas instead of shades")
    return Explorer(sliders, _stacks(sliders, list(frames.values())), frames)


def _options(name, values):
    pairs = list(values.items()) if isinstance(values, dict) else [
        (_text(value), value) for value in items(name, values, "[2, 4, 8]")]
    if not all(isinstance(text, str) for text, _ in pairs):
        raise TypeError(f"{name} must be a list, or a dict by the texts to be shown; got {shown(values)}")
    if len(pairs) < 2 or len({text for text, _ in pairs}) < len(pairs):
        raise ValueError(f"{name} needs two or more values that read differently; got {shown(values)}")
    return pairs


def _text(value):
    """Return a value as the slider shows it: −0.5 with a real minus sign."""
    try:
        return f"{value:g}".replace("-", "\N{MINUS SIGN}") if isinstance(value, numbers.Real) else str(value)
    except Exception:  # of a foreign object, or an int too large for a float
        return shown(value)


def _equal(option, value):
    try:
        return option is value or bool(option == value)
    except Exception:  # of a foreign object, or an array
        return False


def _slider(name, options, value, longest):
    index = next((i for i, (_, option) in enumerate(options) if _equal(option, value)), None)
    if index is None:
        raise ValueError(f"start has {name}={shown(value)}; it must be one of {[text for text, _ in options]}")
    return widgets.SelectionSlider(options=options, index=index, description=name.replace("_", " "),
                                   layout={"width": "auto", "max_width": "36rem"},
                                   style={"description_width": f"{0.6 * longest + 0.5}em"})


def _draw(draw, values, size, dpi):
    """Return one picture and its alt text."""
    with plt.rc_context(STYLE):
        figure = Figure(figsize=size, dpi=dpi)
        canvas = FigureCanvasAgg(figure)
        alt = draw(figure, **values)
        if not isinstance(alt, str) or not alt.strip():
            raise TypeError(f"draw must return the picture's alt text, a sentence; got {shown(alt)} for {values}")
        canvas.draw()
    return Image.fromarray(np.asarray(canvas.buffer_rgba())).convert("RGB"), alt


def _palette(pictures, colors):
    """Return one palette for all pictures, so that a colour means the same in each; every 4th row of them will do."""
    rows = np.concatenate([np.asarray(picture)[k % 4::4] for k, picture in enumerate(pictures)])
    return Image.fromarray(rows).quantize(colors, method=Image.Quantize.MAXCOVERAGE, kmeans=1)


def _frame(picture, alt, palette):
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
