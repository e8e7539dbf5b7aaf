"""A good call of each public function, by its full name: what bad calls start from. A new function needs one here."""

import argparse
import inspect
import pathlib

import ipywidgets
import numpy as np
from bad_calls import Recipe
from conftest import ACTIVATIONS, LOSSES, OPTIMIZERS
from matplotlib.figure import Figure

import labcore as lab
from labcore import (
    assignment,
    checks,
    claims,
    cli,
    experiments,
    explorers,
    files,
    films,
    grading,
    guards,
    ledger,
    measures,
    network,
    picture,
    playground,
    plots,
    progress,
    recipe,
    reports,
    results,
    sweeps,
    validation,
)

X, Y = lab.generate_xor_easy()
X, Y = X[:6].copy(), Y[:6].copy()
ONE_HOT = np.eye(3)[[0, 1, 2, 0, 1, 2]]
LOGITS = np.linspace(-2, 2, 18).reshape(6, 3)
PROBABILITIES = np.linspace(0.1, 0.9, 6)[:, None]
RECIPES, COSTS = {}, {}


def good(name, *makers, cost=1.0):
    """Enter the recipes of a function; `cost` is how many times as long a call takes as most do."""
    RECIPES[f"labcore.{name}"], COSTS[f"labcore.{name}"] = makers, cost


def entry(full_name, function, /, *, cost=1.0, **given):
    """Enter a function and its good arguments, made anew for each call."""
    good(full_name, lambda: Recipe(function, {key: new(value) for key, value in given.items()}), cost=cost)


def defaults(function):
    """The arguments of a function that have a default, with it: what classes of a kind differ in."""
    return {name: parameter.default for name, parameter in inspect.signature(function).parameters.items()
            if parameter.default is not inspect.Parameter.empty}


def new(value):
    return value.copy() if isinstance(value, (np.ndarray, dict, list)) else value


def net(**how):
    return lab.mlp(**({"sizes": [2, 3, 1]} | how))


def backward():
    made = net()
    return Recipe(made.backward, {"trace": made.forward(X), "dy": np.ones((6, 1))})


def training():
    return {"net": net(), "x": X.copy(), "y": Y.copy(), "loss": lab.squared_error, "optimizer": lab.Momentum(0.5),
            "epochs": 2, "batch_size": 4, "shuffle": True, "seed": 0, "stop_at_accuracy": 0.99, "stop_at_loss": 0.001}


def history(members=()):
    return lab.History(np.full((3, *members), 0.2), np.full((3, *members), 0.5), "2 epochs")


def found(seeds=2):
    return lab.Sweep([{"lr": 0.1}, {"lr": 1.0}], [history((seeds,)), None], [None, "interrupted"], tuple(range(seeds)))


def runs():
    numbers = np.array([[0.5, 0.5], [0.8, 0.6], [1.0, 0.7]])
    return experiments.Runs(np.array([0, 10, 20]), 1 - numbers, numbers, numbers)


def axes():
    return Figure().subplots()


def bar(fig, height):
    fig.subplots().bar(["a"], [height])
    return f"A bar of height {height}"


def alone(name, thing):
    """Enter a method or function without arguments, where only one too many can be wrong."""
    good(name, lambda: Recipe(thing()), cost=8)


def own_folder(suffix):
    return pathlib.Path(f"net{suffix}")


def replaced(path, mode):
    with files.replacing(path, mode) as file:
        file.write(b"whole" if mode == "wb" else "whole")


def saved():
    made = net()
    made.save("net.npz")
    return Recipe(made.load, {"path": "net.npz"})


def set_theta(made):
    def assign(value):
        made.theta = value
    assign.__self__ = made
    return assign


# activations, layers, network
entry("activations.sigmoid", lab.sigmoid, x=np.array([[-1.0, 2.0]]))
for cls in ACTIVATIONS:
    given = defaults(cls)
    if given:
        entry(f"activations.{cls.__name__}", cls, **given)
    else:
        alone(f"activations.{cls.__name__}", lambda cls=cls: cls)
entry("layers.Dense", lab.Dense, n_in=2, n_out=3, bias=True)
alone("layers.Layer", lambda: lab.Layer)
alone("layers.Layer.parameters", lambda: lab.Dense(2, 3).parameters)
good("layers.Layer.bind", *(lambda bias=bias: Recipe(lab.Dense(2, 1, bias).bind, {
    "theta": np.zeros(2 + bias), "grad": np.zeros(2 + bias)}) for bias in (True, False)),
    lambda: Recipe(lab.Tanh().bind, {"theta": np.zeros(0), "grad": np.zeros(0)}))
good("layers.Layer.forward", lambda: Recipe(net().layers[0].forward, {"x": X.copy()}),
     lambda: Recipe(net(seed=[1, 2]).layers[0].forward, {"x": X.copy()}), lambda: Recipe(lab.Layer().forward, {"x": X}),
     lambda: Recipe(lab.Dense(2, 3).forward, {"x": X}),
     *(lambda cls=cls: Recipe(cls().forward, {"x": X.copy()}) for cls in ACTIVATIONS))
good("layers.Layer.backward", lambda: Recipe(net().layers[0].backward, {
    "x": X.copy(), "y": X @ np.ones((2, 3)), "dy": np.ones((6, 3)), "needs_dx": True}),
    lambda: Recipe(lab.Layer().backward, {"x": X, "y": X, "dy": X}),
    *(lambda cls=cls: Recipe(cls().backward, {"x": X.copy(), "y": cls().forward(X) + 0.0, "dy": X + 1,
                                              "needs_dx": True}) for cls in ACTIVATIONS))
entry("network.Network", lab.Network, layers=[lab.Dense(2, 1), lab.Sigmoid], theta=np.zeros(3))
good("network.Network.theta", lambda: Recipe(set_theta(net()), {"value": np.zeros(13)}),
     lambda: Recipe(set_theta(net(seed=[1, 2])), {"value": np.zeros((2, 13))}))
good("network.Network.member", lambda: Recipe(net(seed=[1, 2, 3]).member, {"index": 1}),
     lambda: Recipe(net(seed=[[1], [2]]).member, {"index": (1, 0)}))
alone("network.Network.blocks", lambda: net().blocks)
good("network.Network.forward", lambda: Recipe(net().forward, {"x": X.copy()}),
     lambda: Recipe(net(seed=[1, 2]).forward, {"x": X.copy()}))


good("network.Network.backward", backward)
good("network.Network.predict", lambda: Recipe(net().predict, {"x": X.copy()}),
     lambda: Recipe(net(seed=[1, 2]).predict, {"x": X.copy()}))
good("network.Network.classify", lambda: Recipe(net().classify, {"x": X.copy(), "threshold": 0.5}))
good("network.Network.save", lambda: Recipe(net().save, {"path": own_folder(".npz")}), cost=4)
good("files.replacing", lambda: Recipe(replaced, {"path": own_folder(".npz"), "mode": "wb"}), cost=4)
good("network.Network.load", saved, cost=6)
good("network.as_layer", lambda: Recipe(network.as_layer, {"name": "hidden", "layer": lab.Tanh}, quiet=("name",)))
entry("network.classify", lab.classify, output=PROBABILITIES, threshold=0.5)
entry("network.mlp", lab.mlp, sizes=[2, 3, 1], hidden=lab.Tanh, output=lab.Sigmoid, bias=True,
      init=lab.initializers.normal, bias_init=lab.initializers.zeros, seed=[1, 2])

# initializers, data, the assignment
for name, draw in vars(lab.initializers).items():
    if inspect.isfunction(draw) and not name.startswith("_"):
        good(f"initializers.{name}", lambda draw=draw: Recipe(draw, {
            "rng": np.random.default_rng(0), "shape": (2, 3), "n_in": 2, "n_out": 3, **defaults(draw)}))
entry("data.generate_linear", lab.generate_linear, n=5, seed=0, noise=0.1)
entry("data.generate_xor_easy", lab.generate_xor_easy, noise=0.1, seed=0)
entry("data.generate_circles", lab.generate_circles, n=6, noise=0.1, seed=0)
entry("data.generate_spirals", lab.generate_spirals, n=6, noise=0.1, turns=1.5, seed=0)
entry("assignment.Settings", assignment.Settings, hidden=(9, 9), lr=1.0, epochs=100, seed=1)
entry("assignment.settings", assignment.settings, variant=7)
entry("assignment.problem", assignment.problem, name="xor", variant=7)

# losses, gradient check, optimizers, training
for loss in LOSSES:
    many = loss.labels == "one-hot"
    entry(f"losses.{loss.__name__}", loss, prediction=LOGITS if many else PROBABILITIES, target=ONE_HOT if many else Y)
entry("losses.check_labels", lab.losses.check_labels, loss=lab.binary_cross_entropy, y=Y)
entry("losses.check_loss", lab.losses.check_loss, loss=lab.squared_error)
entry("losses.share_right", lab.losses.share_right, classes=Y, truth=Y)
entry("losses.accuracy", lab.accuracy, prediction=PROBABILITIES, target=Y, threshold=0.5)
entry("gradcheck.GradientCheck", lab.GradientCheck, error=0.5, parameter="W2", index=(3, 0), member=(), backprop=2.0,
      measured=4.0, errors=np.array([0.5]))
for function in (lab.central_difference, lab.check_gradients):
    good(f"gradcheck.{function.__name__}", lambda function=function: Recipe(function, {
        "net": net(), "x": X.copy(), "y": Y.copy(), "loss": lab.squared_error, "h": 1e-5}), cost=3)
good("optimizers.Optimizer", lambda: Recipe(lab.Optimizer, {"lr": 0.1, "beta": 0.5, "eps": 1e-3}, open=True))
RULES = {cls.__name__: defaults(cls) | {"lr": 0.1} for cls in OPTIMIZERS}
for name, hyper in RULES.items():
    entry(f"optimizers.{name}", getattr(lab, name), **hyper)


def rule(name, method, started=True, members=()):
    made = getattr(lab, name)(**RULES[name])
    if started:
        made.update(np.ones((*members, 3)), np.ones((*members, 3)))
    gradient = "grad" if method == "update" else "g"
    return Recipe(getattr(made, method), {"theta": np.ones((*members, 3)), gradient: np.ones((*members, 3))})


good("optimizers.Optimizer.reset", *(lambda name=name: Recipe(rule(name, "reset").call, {"shape": (4, 3)})
                                     for name in RULES),
     lambda: Recipe(lab.SGD(lr=[0.1, 0.2]).reset, {"shape": (2, 3)}))
for method in ("update", "rule"):
    good(f"optimizers.Optimizer.{method}", *(
        lambda name=name, started=started, members=members, method=method: rule(name, method, started, members)
        for name in RULES for started, members in ((True, ()), (method == "rule", (2,)), (False, ()))))
good("optimizers.Adam.decay", lambda: rule("Adam", "decay"), lambda: rule("AdamW", "decay"))
good("training.steps", lambda: Recipe(lab.steps, training(), no_huge=("epochs",)), cost=1.5)
good("training.train", lambda: Recipe(lab.train, training()), cost=1.5)
alone("training.DivergenceWarning", lambda: lab.DivergenceWarning)
entry("training.Epoch", lab.Epoch, number=1, loss=0.2, accuracy=0.5)
entry("training.History", lab.History, loss=np.zeros(3), accuracy=np.zeros(3), stopped="2 epochs", every=1)
good("training.History.epochs_to", lambda: Recipe(history().epochs_to, {"accuracy": 0.5}))

# sweeps and what they find; experiments; the ledger
good("sweeps.sweep", lambda: Recipe(lab.sweep, {
    "problems": {"XOR": (X.copy(), Y.copy())}, "epochs": 2, "seeds": range(2), "every": 1, "lr": [0.1, 1.0],
    "hidden": (3,), "init_scale": 1.0, "batch_size": None, "stop_at_accuracy": None, "executor": None,
    "progress": None, "activation": lab.Tanh, "loss": lab.squared_error, "optimizer": lab.Momentum}), cost=3)
entry("sweeps.block_size", sweeps.block_size, rows=21, hidden=(10, 10))
entry("results.wilson", lab.wilson, successes=18, trials=20, z=1.96)
entry("results.Sweep", lab.Sweep, settings=[{"lr": 0.1}], histories=[history((2,))], errors=[None], seeds=(0, 1))
alone("results.Sweep.labels", lambda: found().labels)
good("results.Sweep.at", lambda: Recipe(found().at, {"what": "loss", "epoch": 2}))
for method in ("epochs_to", "solved", "rows"):
    good(f"results.Sweep.{method}", lambda method=method: Recipe(getattr(found(), method), {"accuracy": 0.5}))
entry("results.label", results.label, value=(10, 10))
entry("results.Table", results.Table, rows=[{"rate": "0.1", "loss": "0.25"}, {"rate": "1"}])
entry("experiments.Runs", experiments.Runs, epochs=np.arange(2), loss=np.zeros((2, 2)), accuracy=np.zeros((2, 2)),
      agreement=np.zeros((2, 2)))
good("experiments.Runs.epochs_to", lambda: Recipe(runs().epochs_to, {"accuracy": 0.75}))
good("experiments.Runs.value", lambda: Recipe(runs().value, {"quantity": "accuracy", "epoch": 10}),
     lambda: Recipe(runs().value, {"quantity": "epochs to 100 %", "epoch": 10}))
entry("experiments.problem_data", experiments.problem_data, problem="linear", seeds=range(2))
good("experiments.run", lambda: Recipe(experiments.run, {
    "problem": "XOR", "epochs": 2, "seeds": range(2), "at": [0, 2], "optimizer": lab.SGD(0.1), "hidden": (3,),
    "every": 1, "stop": 1.0, "activation": lab.Tanh}), cost=3)
good("measures.train", lambda: Recipe(measures.train, {
    "report": "E", "problem": "XOR", "epochs": 2, "seeds": range(2), "every": 1, "at": [0, 2], "hidden": (3,)}), cost=3)
entry("measures.sooner", measures.sooner, a=np.array([10.0, np.nan]), b=np.array([60.0, 20.0]), factor=5.0)
good("measures.rises", lambda: Recipe(measures.rises, {"runs": runs()}))
entry("measures.report_a_loss", measures.report_a_loss, prediction=PROBABILITIES, target=Y)
entry("claims.Claim", claims.Claim, report="A", text="it learns", how="it is looked at", measure=None, some=False)
entry("reports.Row", reports.Row, report="E", problem="XOR", label="short", epochs=2, reported=(("loss", 2, "0.2"),),
      settings={"hidden": (3,)}, command="")
good("ledger.measure", lambda: Recipe(ledger.measure, {"rows": [
    reports.Row("E", "XOR", "short", 2, (("loss", 2, "0.2"),), {"hidden": (3,)})], "seeds": range(2)}), cost=4)
entry("ledger.verdict", ledger.verdict, text="0.25", values=[0.2, 0.3], quantity="loss", n=21)
entry("ledger.claim_verdict", ledger.claim_verdict, holds=[True, False], some=False)
alone("ledger.load", lambda: ledger.load)
alone("ledger.main", lambda: (lambda *args, **kwargs: ledger.main(1, *args, **kwargs)))  # never run: it takes an hour
STORED = ledger.load()
for function in ("numbers", "table", "claims_table", "reasons"):
    good(f"ledger.{function}", lambda function=function: Recipe(getattr(ledger, function), {
        "report": "D", "stored": dict(STORED)}), cost=4)

# plots, films, explorers, playground
good("plots.scatter", lambda: Recipe(plots.scatter, {"x": X.copy(), "y": Y.copy(), "ax": None, "wrong": Y > 0}),
     lambda: Recipe(plots.scatter, {"x": X.copy(), "y": Y.copy(), "ax": axes(), "wrong": Y > 0}), cost=20)
good("plots.show_result", lambda: Recipe(plots.show_result, {
    "x": X.copy(), "y": Y.copy(), "pred_y": PROBABILITIES.copy(), "axes": None}), cost=30)
good("plots.decision_boundary", lambda: Recipe(plots.decision_boundary, {
    "net": net(), "x": X.copy(), "y": Y.copy(), "ax": None, "threshold": 0.5, "margin": 0.15, "resolution": 9,
    "shades": 6}), cost=30)
good("plots.learning_curve", lambda: Recipe(plots.learning_curve, {
    "history": history(), "ax": None, "what": "loss", "label": "one", "log": True, "lw": 2.0}),
    lambda: Recipe(plots.learning_curve, {"history": history((2,)), "ax": axes(), "what": "accuracy", "log": False}),
    cost=20)
good("plots.sweep_curves", lambda: Recipe(plots.sweep_curves, {"sweep": found(), "ax": None, "what": "loss",
                                                               "log": True}), cost=30)
entry("plots.loss_line", plots.loss_line, epoch=10, loss=0.25)
entry("plots.prediction_table", plots.prediction_table, y=Y, prediction=PROBABILITIES, rows=[0, 2])
good("films.surface", lambda: Recipe(films.surface, {"ax": axes(), "net": net(), "x": X.copy(), "y": Y.copy()}),
     cost=30)
good("films.surface_and_loss", lambda: Recipe(films.surface_and_loss, {
    "fig": Figure(figsize=(6.4, 3.4)), "net": net(), "x": X.copy(), "y": Y.copy(), "losses": {
        "rate 1": np.array([0.3, 0.2, 0.1]), "rate 2": np.array([0.3, 0.1, 0.05])}, "chosen": "rate 1", "epoch": 1,
    "lowest": 1e-3}), cost=50)
good("explorers.explore", lambda: Recipe(explorers.explore, {
    "draw": bar, "start": {"height": 2}, "size": (2, 1), "dpi": 50, "colors": 8, "height": [1, 2]}), cost=50)


good("explorers.Explorer", lambda: Recipe(explorers.Explorer, {
    "sliders": [ipywidgets.SelectionSlider(options=["1", "2"])], "pictures": ipywidgets.Stack([]), "frames": {}}),
     cost=30)
good("picture.Picture", lambda: Recipe(picture.Picture, {"run": SHORT_RUN, "figure": Figure()}), cost=60)
alone("picture.Picture.update", lambda: PICTURE.update)
good("picture.Film", lambda: Recipe(picture.Film, {"run": SHORT_RUN, "dpi": 50}), cost=60)
alone("picture.Film.png", lambda: FILM.png)
SETTINGS = {"problem": "XOR", "noise": 0.1, "hidden": (4,), "activation": "Sigmoid", "output": "Sigmoid", "loss":
            "squared_error", "optimizer": "SGD", "lr": 1.0, "init": "normal", "batch_size": 5, "seed": 0}
SHORT_RUN = recipe.Run(recipe.Recipe(hidden=(4,)))
FILM = picture.Film(SHORT_RUN, dpi=50)
PICTURE = FILM.picture
PLAY = playground.Playground(hidden=(2,))
entry("recipe.Recipe", recipe.Recipe, **SETTINGS)
for name in ("playground.Playground", "playground.playground"):
    good(name, lambda name=name: Recipe(getattr(playground, name.split(".")[1]), dict(SETTINGS)), cost=60)
for name in ("train", "pause", "step", "reset", "show_code", "close"):
    alone(f"playground.Playground.{name}", lambda name=name: getattr(PLAY, name))
alone("recipe.Recipe.data", lambda: recipe.Recipe().data)
alone("recipe.Recipe.network", lambda: recipe.Recipe().network)
good("recipe.Recipe.steps", lambda: Recipe(recipe.Recipe().steps, {"net": net(), "x": X.copy(), "y": Y.copy(),
                                                                   "epochs": 2}, no_huge=("epochs",)))
entry("recipe.Recipe.script", recipe.Recipe().script, epochs=3)
good("recipe.Run", lambda: Recipe(recipe.Run, {"recipe": recipe.Recipe(hidden=(4,))}))
good("recipe.Run.advance", lambda: Recipe(recipe.Run(recipe.Recipe(hidden=(4,))).advance, {
    "epochs": 2, "seconds": 0.001}, quiet=("seconds",)), lambda: Recipe(
        recipe.Run(recipe.Recipe(hidden=(4,))).advance, {"epochs": 2, "seconds": 0.001}, quiet=("epochs",)))
alone("recipe.Run.script", lambda: recipe.Run(recipe.Recipe()).script)
entry("recipe.widths_text", recipe.widths_text, hidden=(8, 4))
entry("recipe.read_widths", recipe.read_widths, text="8-4")
entry("recipe.read_batch_size", recipe.read_batch_size, text="5")

# checks of what to validate, of a reader's work; the command line; progress
#: the library's own words to its checks, which no one else hands in
OWN = ("name", "least", "most", "low", "high", "low_included", "example", "known", "kind", "shape", "members",
       "meaning", "n_in", "n_out", "what", "function", "given", "error")
for function, given in {
    validation.shown: {"value": "a"}, validation.whole_number: {"name": "epochs", "value": 3, "least": 1, "most": 9},
    validation.real_numbers: {"name": "x", "value": X}, validation.number: {
        "name": "lr", "value": 0.5, "low": 0.0, "high": 1.0, "low_included": True},
    validation.in_range: {"name": "lr", "value": 0.5, "low": 0.0, "high": 1.0, "low_included": True},
    validation.items: {"name": "seeds", "value": [1, 2], "example": "range(20)"},
    validation.one_of: {"name": "what", "value": "loss", "known": ("loss", "accuracy")},
    validation.instance: {"name": "net", "value": 1, "kind": int, "example": "int()"},
    validation.function: {"name": "draw", "value": len, "example": "len"},
    validation.switch: {"name": "bias", "value": True}, validation.generator: {"seed": 0},
    validation.file_name: {"name": "path", "value": "net.npz"},
    validation.fits: {"shape": (8, 1), "members": (8, 16)},
    validation.table: {"name": "x", "value": X, "shape": (None, 2), "meaning": "points in the plane"},
    validation.features: {"x": X, "n_in": 2}, validation.targets: {"y": Y, "x": X, "n_out": 1},
    guards.bare: {"function": len}, guards.guarded: {"function": len, "complain": None},
    guards.blame: {"what": "forward", "given": {"x": X}, "error": None},
}.items():
    quiet = OWN + (("x",) if function is validation.targets else ())  # its x is what `features` has returned
    name = f"{function.__module__.removeprefix('labcore.')}.{function.__name__}"
    good(name, lambda function=function, given=given, quiet=quiet: Recipe(function, dict(given), quiet=quiet))
good("validation.room", lambda: Recipe(validation.room, {"name": "n"}, ((2, 3),), quiet=("name", 0)))
good("progress.bar", lambda: Recipe(progress.bar, {"things": [1, 2], "total": 2}, open=True))  # tqdm's settings
entry("progress.say", progress.say, line="a line")
entry("cli.hidden_widths", cli.hidden_widths, text="10-4")
alone("cli.parser", lambda: cli.parser)
alone("cli.OneLineParser", lambda: lambda *args, **kwargs: cli.OneLineParser("train", *args, **kwargs))
entry("cli.OneLineParser.error", cli.OneLineParser(prog="train").error, message="no such flag")
alone("cli.HelpWithDefaults", lambda: lambda *args, **kwargs: cli.HelpWithDefaults("train", *args, **kwargs))
for command in ("train", "sweep"):
    good(f"cli.run_{command}", lambda command=command: Recipe(getattr(cli, f"run_{command}"), {
        "args": arguments(command)}), cost=10)
good("cli.main", lambda: Recipe(cli.main, {"arguments": ["train", "--epochs", "2", "--hidden", "3"]}), cost=10)


def arguments(command):
    flags = {"train": ["--epochs", "2"], "sweep": ["--epochs", "2", "--seeds", "2"]}[command]
    return argparse.Namespace(**vars(cli.parser().parse_args([command, *flags])))


good("grading.referee", lambda: Recipe(grading.referee, {}, ({"math": np}, {"sigmoid": np.tanh}, "sigmoid")), cost=60)
for name, given in {
    "sigmoid": {}, "forward": {}, "backward": {}, "step": {}, "accuracy": {}, "initial_weights": {"law": "he"},
    "activation": {"name": "leaky_relu", "slope": 0.1}, "slope": {"name": "tanh", "of": "input", "slope": 0.1},
    "loss": {"name": "squared_error"}, "loss_gradient": {"name": "squared_error"},
}.items():
    entry(f"checks.{name}", getattr(checks, name), f=np.tanh, cost=15, **given)
entry("checks.optimizer", checks.optimizer, name="sgd", cost=30, lists=False,
      make=lambda lr: lambda theta, grad: theta - lr * grad)
entry("checks.training", checks.training, train=lambda x, y: lambda points: np.full((len(points), 1), 0.5),
      problem="linear", parts=False, cost=15)
entry("checks.number", checks.number, mine=0.25, measured=0.26, rtol=0.01)
entry("checks.choice", checks.choice, mine="falls", right="falls")
entry("checks.comparison", checks.comparison, claim="a > b", a=[0.9] * 6, b=[0.5] * 6)
entry("checks.calls", checks.calls, f=lambda x: 2 * x, right=lambda x: x + x, cases=[(1.0,), (3.0,)],
      mistakes=[checks.Mistake("half", "The 2 is missing.", lambda x: x)], cost=3)
entry("checks.Mistake", checks.Mistake, name="half", sentence="The 2 is missing.", formula=lambda x: x)
entry("checks.Verdict", checks.Verdict, right=True, what="sigmoid", sentence="Right.", mistake="", shown=())
