"""A playground: choose a network, watch it learn in the browser, and take the script of the run away.

What trains and draws is JavaScript: `random.js` draws what NumPy draws, `engine.js` is labcore's networks, losses and
optimizers, `settings.js` a run as data, `playground.js` what is seen. Chapter 14's page holds the same files.
"""

import pathlib
import re

import anywidget
import traitlets

from ...experiments.settings import PARTS, Settings, part
from ...inputs import shown

FOLDER = pathlib.Path(__file__).parent
FILES = ("random.js", "engine.js", "settings.js", "playground.js")
STYLE = (FOLDER / "playground.css").read_text(encoding="utf-8")
#: settings that the playground shares with `Settings`, hyper-parameters of the optimizer left out, and its own
SHARED = ("problem", "noise", "hidden", "activation", "output", "bias", "init", "init_scale", "loss", "optimizer", "lr",
          "batch_size", "seed")
OWN = ("data_seed", "test", "features", "points", "penalty", "penalty_rate", "weights", "hide")


def module():
    """Return the front end as one ES module: its files end to end, without what they import from each other."""
    text = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in FILES)
    return re.sub(r"^import [^;]*;\n", "", text, flags=re.MULTILINE)


class Playground(anywidget.AnyWidget):
    """The playground as a widget; `settings` follow what is done there, and `epoch`, `loss` and `script` at a pause."""
    _esm, _css = module(), STYLE
    settings = traitlets.Dict().tag(sync=True)
    epoch = traitlets.Int(0).tag(sync=True)
    loss = traitlets.Float(None, allow_none=True).tag(sync=True)
    script = traitlets.Unicode().tag(sync=True)

    def __init__(self, **settings):
        super().__init__(settings=as_data(settings))

    def __repr__(self):
        hidden = self.settings.get("hidden", [10, 10])
        return f"Playground: {self.settings.get('problem', 'xor')}, {'-'.join(map(str, hidden)) or 'none'}"


def as_data(settings):
    """Return settings as the front end takes them, parts by their names; an error says what can't be."""
    given = {name: value for name, value in settings.items() if name not in OWN}
    elsewhere = {"problem": None} if given.get("problem") == "own" else {}
    if given.get("loss") == "softmax_cross_entropy":  # with the two outputs that it needs, which Settings hasn't
        elsewhere["loss"] = "squared_error"
    run = Settings(**{"lr": 1.0} | given | elsewhere)
    data = {name: value for name, value in settings.items() if name in OWN + SHARED}
    if unknown := set(given) - set(SHARED) - set(run.hyper):
        raise ValueError(f"the playground has no {', '.join(unknown)}; it has {', '.join(SHARED + OWN)}")
    for name in set(PARTS) & set(data):
        names = {known: text for text, known in PARTS[name].known().items()}
        if data[name] != "own":
            chosen = names.get(part(name, data[name]))
            if not chosen:
                raise ValueError(f"{name} must be one of {', '.join(names.values())}; got {shown(data[name])}")
            data[name] = chosen
    return data | ({"hyper": run.hyper} if run.hyper else {})


def playground(**settings):
    """Return a `Playground` at epoch 0.

    It begins with the `settings`, those of `labcore.experiments.settings.Settings` and `OWN`; a learning rate of 1 if
    neither it nor an optimizer is given. `hide` lists settings that aren't shown, as ["features", "hidden"].

    >>> lab.playground(problem="circles", hidden=(8, 8))
    Playground: circles, 8-8
    """
    return Playground(**settings)
