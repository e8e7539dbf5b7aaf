"""The command line, ``python -m labcore``: flags are the names of `Settings`, and parts are typed by their names."""

import argparse
import contextlib
import inspect
import os
import pathlib
import sys
import warnings
from csv import DictWriter

import numpy as np

from . import activations, data, optimizers
from .assignment import command as lab
from .experiments.settings import PARTS, Settings, part, read_widths
from .experiments.statistics import Table
from .experiments.sweep import bar, sweep
from .files import check_place, replacing
from .inputs import number, pick, whole_number
from .training import DivergenceWarning, History
from .visual import plots

#: flags for parts: (the default, help)
FLAGS = {"problem": ("xor", "what to learn"), "activation": ("sigmoid", "of the hidden layers"),
         "output": ("sigmoid", "activation of the last layer"), "loss": ("squared_error", "what to minimize"),
         "optimizer": ("sgd", "how to minimize it"), "init": ("normal", "where weights come from"),
         "bias_init": ("zeros", "where biases come from")}
RATE = 0.5  #: where no --lr is given
INTERRUPTED = 130  #: the exit status that shells give Ctrl-C


class OneLineParser(argparse.ArgumentParser):
    """Parser that says what is wrong in one line, without the usage before it, and leaves with exit status 2."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {' '.join(message.split())}\n")


def arguments_of(classes):
    """Return {argument: (default, names of the classes that take it)} of known activations or optimizers."""
    found = {}
    for name, cls in classes.items():
        for argument in inspect.signature(cls).parameters.values():
            found.setdefault(argument.name, (argument.default, []))[1].append(name)
    return found


def parser():
    """Return the parser of the command line."""
    top = OneLineParser(prog="python -m labcore", description="Train the networks of the book.")
    commands = top.add_subparsers(dest="command", required=True, metavar="{train,sweep,grade,preflight}")
    how = {"formatter_class": argparse.ArgumentDefaultsHelpFormatter, "argument_default": argparse.SUPPRESS}
    train = commands.add_parser(
        "train", help="train one network", **how,
        description="Train one network, and print its losses and predictions. Without flags: XOR at report C's "
                    "settings. Exit status: 0, 1 if training diverged, 2 for a wrong flag or value.")
    grid = commands.add_parser(
        "sweep", help="train every combination of settings with many seeds", **how,
        description="Flags take one or more values; every combination is trained with every seed. Prints a table.")
    hyper = arguments_of(optimizers.known())
    for command, many in ((train, {}), (grid, {"nargs": "+"})):
        for name, (default, what) in FLAGS.items():
            command.add_argument(_flag(name), default=default, metavar="NAME",
                                 help=f"{what}: {', '.join(PARTS[name].known())}", **many)
        command.add_argument("--noise", type=float, help="added to each coordinate; the problem's own if not given")
        command.add_argument("--no-bias", dest="bias", action="store_false", help="layers without biases")
        command.add_argument("--epochs", type=int, default=10_000, help="how often all examples are gone through")
        command.add_argument("--batch-size", type=int, help="examples an update; all if not given", **many)
        command.add_argument("--no-shuffle", dest="shuffle", action="store_false", help="batches as the data lie")
        command.add_argument("--stop-at-accuracy", type=float, metavar="A", help="end as soon as it is reached")
        command.add_argument("--stop-at-loss", type=float, metavar="L", help="end as soon as it is reached")
        command.add_argument("--check-every", type=int, default=1, metavar="N", help="epochs between looks at the two")
        for name, (default, owners) in (arguments_of(activations.known()) | hyper).items():
            kind = {"action": "store_true"} if isinstance(default, bool) else {"type": float, "metavar": "X"}
            kind |= many if name in hyper and "type" in kind else {}
            kind |= {"default": RATE} if name == "lr" else {}
            command.add_argument(_flag(name), help=f"of {', '.join(owners)}", **kind)
    train.add_argument("--hidden", type=int, nargs="+", default=[10, 10], metavar="WIDTH",
                       help="units in each hidden layer")
    train.add_argument("--seed", type=int, default=0, help="of the weights and of the order of examples")
    train.add_argument("--print-every", type=int, metavar="N", help="epochs between loss lines; a tenth if not given")
    train.add_argument("--figures", type=pathlib.Path, metavar="DIR", help="save the figures there")
    train.add_argument("--log-dir", type=pathlib.Path, metavar="DIR", help="write TensorBoard event files there")
    grid.add_argument("--hidden", nargs="+", default="10-10", metavar="W-W", help="such as 4-4 10-10")
    grid.add_argument("--seeds", type=int, default=20, metavar="N", help="seeds 0 to N - 1")
    grid.add_argument("--every", type=int, default=1, metavar="N", help="epochs from one record to the next")
    grid.add_argument("--accuracy", type=float, default=0.9, help="what counts as solved")
    grid.add_argument("--csv", type=pathlib.Path, metavar="FILE", help="write the table there as well")
    lab.add_to(commands)
    return top


def _flag(name):
    return "--" + name.replace("_", "-")


def _with_arguments(how):
    """Return the settings with arguments of activations, as --slope, put into those chosen that take them."""
    def made(name, value):
        cls = part(name, value)
        own = {one: how[one] for one in inspect.signature(cls).parameters if one in how}
        used.update(own)
        return cls(**own) if own else cls

    used = {}
    chosen = {name: [made(name, one) for one in _listed(how[name])] for name in ("activation", "output")}
    chosen = {name: parts if isinstance(how[name], list) else parts[0] for name, parts in chosen.items()}
    return {name: value for name, value in (how | chosen).items() if name not in used}


def _listed(value):
    return value if isinstance(value, list) else [value]


def run_train(how, epochs, print_every=None, figures=None, log_dir=None):
    """Train one network, print its losses and predictions, and return the exit status: 1 if training diverged."""
    settings = Settings(**how)
    x, y = settings.data()
    net, rows = settings.network(), []
    print_every = whole_number("--print-every", max(1, epochs // 10) if print_every is None else print_every)
    steps = bar(settings.steps(net, x, y, epochs=epochs), total=epochs + 1, unit="epoch")
    say = getattr(steps, "write", print)  # above the bar, where there is one
    if figures:
        figures.mkdir(parents=True, exist_ok=True)
    with _event_writer(log_dir) as write, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DivergenceWarning)
        for epoch in steps:
            rows.append((epoch.loss, epoch.accuracy))
            write(epoch)
            if epoch.number % print_every == 0:
                say(plots.loss_line(epoch.number, epoch.loss))
    history = History(*(np.array(column) for column in zip(*rows)), stopped=f"{epoch.number} epochs")
    with np.errstate(all="ignore"):  # of a network that has diverged, which is said below
        if figures:
            _save_figures(figures, net, x, y, settings.loss.threshold, history)
        print(plots.prediction_table(y, net.predict(x)))
        print(f"after {epoch.number} epochs: loss {epoch.loss:.5f}, accuracy {epoch.accuracy:.2%}")
    for warning in caught:
        print(warning.message, file=sys.stderr)
    return int(history.diverged)


@contextlib.contextmanager
def _event_writer(folder):
    """Give a function that records an epoch in TensorBoard's event files, or does nothing without a folder."""
    if folder is None:
        yield lambda epoch: None
        return
    try:
        from tensorboardX import SummaryWriter
    except ImportError:
        raise ValueError("--log-dir needs tensorboardX: pip install tensorboardX") from None
    with SummaryWriter(os.fspath(folder)) as writer:
        def write(epoch):
            writer.add_scalar("loss", epoch.loss, epoch.number)
            writer.add_scalar("accuracy", epoch.accuracy, epoch.number)
        yield write


def _save_figures(folder, net, x, y, threshold, history):
    with plots.plt.rc_context(plots.STYLE | {"backend": "agg"}):
        figures = {"result": plots.show_result(x, y, net.classify(x, threshold))[0],
                   "learning_curve": plots.learning_curve(history)}
        if not history.diverged:
            figures["boundary"] = plots.decision_boundary(net, x, y, threshold=threshold)
        for name, ax in figures.items():
            with replacing(folder / f"{name}.png") as file:
                ax.figure.savefig(file, format="png")
            plots.plt.close(ax.figure)
            print(f"saved {folder / name}.png")


def run_sweep(how, epochs, seeds, every, accuracy, csv=None):
    """Train every combination with every seed, write and print the table; return the exit status: 1 if one failed.

    After an interrupt, the status is 130. What is finished is printed and goes to a file of its own: the one that was
    named holds whole tables only.
    """
    number("--accuracy", accuracy, 0, 1.001)
    if csv:
        check_place(csv)
    names = {name: name for name in data.known()}
    problems = {pick("problem", name, names): Settings(problem=name, noise=how["noise"]).data()
                for name in _listed(how.pop("problem"))}
    how = {"hidden": [read_widths(text) for text in _listed(how.pop("hidden"))]} | how
    seeds = range(whole_number("--seeds", seeds))
    found = sweep(problems, epochs=epochs, seeds=seeds, every=every, **how)
    rows = [row for row, error in zip(found.rows(accuracy), found.errors) if error != "interrupted"]
    table, interrupted = Table(rows), len(rows) < len(found.errors)
    if csv and interrupted:
        csv = csv.with_name(f"{csv.stem}-interrupted{csv.suffix}") if rows else None
    try:
        if csv:
            with replacing(csv, "w", newline="", encoding="utf-8") as file:
                writer = DictWriter(file, table.names)
                writer.writeheader()
                writer.writerows(rows)
    finally:  # on a full disk, at least the screen has it
        print(table)
    if csv:
        print(f"wrote {csv}")
    if interrupted:
        print(f"interrupted: {len(rows)} of {len(found.errors)} settings are finished", file=sys.stderr)
        return INTERRUPTED
    return int(any(found.errors))


def main(arguments=None):
    """Run a command; return its exit status: 0, 1 for divergence or a failed setting, 2 for a value that can't be,
    130 after an interrupt.

    What is wrong is said in a line on stderr; where the parser refuses a flag, SystemExit brings the status.
    """
    how = vars(parser().parse_args(arguments))
    command = how.pop("command")
    own = ("epochs", "print_every", "figures", "log_dir") if command == "train" else (
        "epochs", "seeds", "every", "accuracy", "csv")
    try:
        if command in ("grade", "preflight"):
            return lab.run(**how)
        own = {name: how.pop(name) for name in own if name in how}
        return {"train": run_train, "sweep": run_sweep}[command](_with_arguments({"noise": None} | how), **own)
    except (ValueError, TypeError, OSError, MemoryError) as error:
        print(f"python -m labcore {command}: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print(f"python -m labcore {command}: interrupted", file=sys.stderr)
        return INTERRUPTED
