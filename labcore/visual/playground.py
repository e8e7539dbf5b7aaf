"""A playground for notebooks: choose a network, watch it learn, and take the script of the run away."""

import asyncio
import html
import pathlib

import ipywidgets as widgets

from ..experiments.settings import PARTS, Settings, code, read_batch_size, read_widths
from ..experiments.statistics import label
from .run_figure import Animation, Run

MOST_LAYERS, MOST_UNITS = 4, 16  #: as many as can be seen
#: what can be chosen, and what it is called
LABELS = {"problem": "Problem", "noise": "Noise", "hidden": "Hidden units", "activation": "Activation",
          "output": "Output", "loss": "Loss", "optimizer": "Optimizer", "lr": "Rate (lr)", "init": "Initial weights",
          "batch_size": "Batch size", "seed": "Seed"}
STYLE_SHEET = pathlib.Path(__file__).with_suffix(".css").read_text(encoding="utf-8")
# widgets.Image has no alt text of its own
NAME_THE_PICTURE = """<img src="data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7" alt=""
onload="setTimeout(() => {this.closest('.playground').querySelector('img.picture').alt =
'The output over the plane with the points, the loss by epoch, and a map of each hidden unit'}, 1000)">"""


class Playground(widgets.VBox):
    """Settings, buttons and the figure of a run; `run` is the present one, `choices` and `buttons` are by name."""
    training = None  #: the one playground that trains: a cell that is run again leaves no second loop behind

    def __init__(self, **given):
        self.task, self.given = None, {"lr": 1.0} | given
        settings = Settings(**self.given)
        self.choices = {name: _control(name, getattr(settings, name)) for name in LABELS}
        actions = {"Train": self.train, "Pause": self.pause, "Step": self.step, "Reset": self.reset,
                   "Show code": self.show_code}
        self.buttons = {name: widgets.Button(description=name, layout={"width": "auto"}) for name in actions}
        self.buttons["Train"].button_style = "primary"
        for control in self.choices.values():
            control.observe(self._handler(self.reset), "value")
        for name, button in self.buttons.items():
            button.on_click(self._handler(actions[name]))
        self.status, self.message, self.code = (widgets.HTML(layout={"margin": "0"}) for _ in range(3))
        self.picture = widgets.Image(format="png").add_class("picture")
        self._start(settings)
        note = widgets.HTML("<p>A new setting starts again at epoch 0.</p>", layout={"margin": "0"})
        grid = widgets.Box([*self.choices.values(), note]).add_class("choices")
        row = widgets.Box([*self.buttons.values()], layout={"flex_flow": "row wrap", "margin": "8px 0 0 -2px"})
        left, right = (widgets.VBox(column, layout={"flex": flex, "min_width": "0", "overflow": "visible"})
                       for column, flex in (([grid, row, self.status, self.message], "1 1 250px"),
                                            ([self.picture], "2 1 300px")))
        both = widgets.Box([left, right], layout={"flex_flow": "row wrap", "width": "100%"})
        style = widgets.HTML(f"<style>{STYLE_SHEET}</style>{NAME_THE_PICTURE}", layout={"display": "none"})
        super().__init__([style, both, self.code], _dom_classes=("playground", "needs-kernel"))

    def __repr__(self):
        settings = self.run.settings
        problem = {part: name for name, part in _known("problem").items()}.get(settings.problem, "own problem")
        return f"Playground: {problem}, {label(settings.hidden) or 'none'}"

    def _handler(self, action):
        """Return a handler that says what goes wrong: no one sees the traceback of a callback."""
        def handle(_):
            try:
                self._say("")
                action()
            except ValueError as error:
                self._say(f"{error}. The run stays as it was.")
            except Exception as error:
                self._say(f"Something went wrong: {type(error).__name__}: {error}")
        return handle

    def _say(self, sentence):
        self.message.value = f'<div role="alert">{html.escape(sentence)}</div>' if sentence else ""

    def _start(self, settings):
        if len(settings.hidden) > MOST_LAYERS or max(settings.hidden, default=0) > MOST_UNITS:
            raise ValueError(f"the playground has room for {MOST_LAYERS} hidden layers of {MOST_UNITS} units; got "
                             f"{label(settings.hidden) or 'none'}; take fewer")
        run = Run(settings)
        self.run, self.animation, self.code.value = run, Animation(run), ""
        self._show()

    def _show(self):
        self.picture.value = self.animation.png()
        self._tell()

    def _tell(self):
        epoch, n = self.run.epoch, len(self.run.x)
        cells = {"epoch": epoch.number, "loss": f"{epoch.loss:.5f}",
                 f"accuracy, {round(epoch.accuracy * n)} of {n}": f"{epoch.accuracy:.1%}"}
        live = "off" if self.task else "polite"  # a screen reader hears where training stands when it pauses
        self.status.value = (f'<div role="status" aria-live="{live}">' + "".join(
            f"<div><small>{name}</small> {value}</div>" for name, value in cells.items()) + "</div>")
        if self.run.ended:
            self._say(f"{self.run.ended}.")

    def train(self):
        """Train in slices of 45 ms, with a picture after each, while the notebook goes on answering."""
        if self.task:
            return
        if Playground.training:
            Playground.training.pause()
        self.task, Playground.training = asyncio.get_running_loop().create_task(self._train()), self

    async def _train(self):
        try:
            while not self.run.ended:
                # at most 6 % further each time: it moves evenly along the loss curve's logarithmic axis
                self.run.advance(1 + self.run.epoch.number // 16, seconds=0.045)
                self._show()
                await asyncio.sleep(0.01)
        except Exception as error:
            self._say(f"Training stopped: {type(error).__name__}: {error}")
        self._idle()

    def _idle(self):
        self.task = Playground.training = None
        self._tell()

    def pause(self):
        """Stop training; it is between two slices when anyone can ask."""
        if self.task:
            self.task.cancel()
            self._idle()

    def step(self):
        """Train for one epoch."""
        self.pause()
        self.run.advance()
        self._show()

    def reset(self):
        """Begin again at epoch 0 with what is chosen now; if that can't be, keep the run and raise ValueError."""
        self.pause()
        chosen = {name: control.value for name, control in self.choices.items()}
        chosen["hidden"], chosen["batch_size"] = read_widths(chosen["hidden"]), read_batch_size(chosen["batch_size"])
        self._start(Settings(**self.given | chosen))

    def show_code(self):
        """Show the script that repeats the run up to its present epoch."""
        self.code.value = (f"<p>This script repeats the run up to epoch {self.run.epoch.number}, to the last bit.</p>"
                           f'<pre tabindex="0" aria-label="Script">{html.escape(self.run.script())}</pre>')

    def close(self):
        """Pause, and close the widgets."""
        if getattr(self, "task", None):
            self.pause()
        super().close()


def _known(name):
    """Return {name: part} of what can be chosen for one output and labels 0 and 1."""
    return {text: part for text, part in PARTS[name].known().items() if getattr(part, "labels", None) != "one-hot"}


def _control(name, value):
    """Return the widget of a setting, by its kind."""
    named = {"description": LABELS[name]}
    if name in PARTS:
        options = {part: text.replace("_", " ") for text, part in _known(name).items()}
        options.setdefault(value, code(value))  # an instance of one's own, as lab.LeakyReLU(0.2)
        return widgets.Dropdown(options=[(text, part) for part, text in options.items()], value=value, **named)
    if name == "seed":
        return widgets.IntText(value, **named)
    if name in ("noise", "lr"):
        return widgets.FloatText(value, step=0.01 if name == "noise" else 0.1, **named)
    text, others = ((label(value) or "none", ["none", "2", "4", "10-10", "8-8-8"]) if name == "hidden" else
                    ("all" if value is None else str(value), ["all", "1", "5", "10"]))
    return widgets.Combobox(value=text, options=others, continuous_update=False, **named)


def playground(**settings):
    """Return a `Playground` at epoch 0. Another one that trains pauses.

    It begins with the `settings`, those of `labcore.experiments.settings.Settings`; a learning rate of 1 if left out.

    >>> lab.playground(problem="circles", hidden=(8, 8))
    Playground: circles, 8-8
    """
    if Playground.training:
        Playground.training.pause()
    return Playground(**settings)
