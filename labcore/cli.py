"""The command line, ``python -m labcore``: names that were typed become objects here and only here."""

import argparse
import contextlib
import csv
import inspect
import itertools
import os
import pathlib
import sys
import warnings

import numpy as np

from . import activations, data, initializers, losses, optimizers, plots
from .network import mlp
from .progress import bar, say
from .results import Table
from .sweeps import sweep
from .training import DivergenceWarning, History, steps
from .validation import in_range, whole_number

PROBLEMS = {"xor": data.generate_xor_easy, "linear": data.generate_linear, "circles": data.generate_circles,
            "spirals": data.generate_spirals}
ACTIVATIONS = {"sigmoid": activations.Sigmoid, "tanh": activations.Tanh, "relu": activations.ReLU,
               "leaky_relu": activations.LeakyReLU, "identity": activations.Identity}
LOSSES = {"squared_error": losses.squared_error, "bce": losses.binary_cross_entropy,
          "sigmoid_cross_entropy": losses.sigmoid_cross_entropy}
OPTIMIZERS = {"sgd": optimizers.SGD, "momentum": optimizers.Momentum, "adagrad": optimizers.AdaGrad,
              "rmsprop": optimizers.RMSProp, "adam": optimizers.Adam, "adamw": optimizers.AdamW}
INITIALIZERS = {name: getattr(initializers, name) for name in (
    "normal", "uniform", "xavier_normal", "xavier_uniform", "he_normal", "report_d", "zeros")}
#: flags that become arguments of the optimizer when they are given: (type, help)
HYPER = {"lr": (float, "learning rate"), "beta": (float, "memory of momentum and rmsprop"),
         "beta1": (float, "memory of adam for the gradient"), "beta2": (float, "and for its square"),
         "eps": (float, "what keeps adagrad, rmsprop and adam from dividing by 0"),
         "weight_decay": (float, "of adam (in the gradient) and adamw (off the weights)"),
         "nesterov": (bool, "momentum that looks ahead"), "amsgrad": (bool, "adam with the largest square so far"),
         "eps_inside": (bool, "adagrad with eps inside the root")}


class OneLineParser(argparse.ArgumentParser):
    """Says what is wrong in one line, without the usage before it."""

    def error(self, message):
        self.exit(2, f"{self.prog}: {message}\n")


class HelpWithDefaults(argparse.ArgumentDefaultsHelpFormatter):
    """Shows a default only where there is one to show."""

    def _get_help_string(self, action):
        return action.help if action.default in (None, False, [None]) else super()._get_help_string(action)


def hidden_widths(text):
    """Turn ``10-10`` into (10, 10)."""
    try:
        return tuple(int(width) for width in text.split("-"))
    except ValueError:
        raise argparse.ArgumentTypeError(f"widths are whole numbers with - between, as 10-10; got {text!r}") from None


def parser():
    top = OneLineParser(prog="python -m labcore", description="Train the networks of the book.")
    commands = top.add_subparsers(dest="command", required=True, metavar="{train,sweep}")
    train = commands.add_parser(
        "train", help="train one network", formatter_class=HelpWithDefaults,
        description="Train one network, and print its losses and predictions. Without flags: XOR at report C's "
                    "settings. Exit status: 0, 1 if training diverged, 2 for a wrong flag or value.")
    grid = commands.add_parser(
        "sweep", help="train every combination of settings with many seeds", formatter_class=HelpWithDefaults,
        description="Flags take one or more values; every combination is trained with every seed. Prints a table.")
    for command, many in ((train, {}), (grid, {"nargs": "+"})):
        def choice(flag, table, default, what, command=command, many=many):
            command.add_argument(flag, choices=table, default=[default] if many else default, help=what, **many)

        choice("--problem", PROBLEMS, "xor", "what to learn")
        choice("--activation", ACTIVATIONS, "sigmoid", "of the hidden layers")
        choice("--output", ACTIVATIONS, "sigmoid", "activation of the last layer")
        command.add_argument("--slope", type=float, metavar="S", help="of leaky_relu below 0; 0.01 if not given")
        choice("--loss", LOSSES, "squared_error", "what to minimize")
        choice("--optimizer", OPTIMIZERS, "sgd", "how to minimize it")
        choice("--init", INITIALIZERS, "normal", "where weights come from")
        choice("--bias-init", INITIALIZERS, "zeros", "where biases come from")
        command.add_argument("--no-bias", action="store_true", help="layers without biases, as in the handout")
        command.add_argument("--epochs", type=int, default=10_000, help="how often all examples are gone through")
        command.add_argument("--batch-size", type=int, default=[None] if many else None,
                             help="examples an update; all if not given", **many)
        command.add_argument("--no-shuffle", action="store_true", help="batches in the order of the data, always")
        command.add_argument("--stop-at-accuracy", type=float, metavar="A", help="end as soon as it is reached")
        command.add_argument("--stop-at-loss", type=float, metavar="L", help="end as soon as it is reached")
        for name, (kind, what) in HYPER.items():
            default = argparse.SUPPRESS if name != "lr" else [0.5] if many else 0.5
            how = {"action": "store_true"} if kind is bool else {"type": kind, "metavar": "X", **many}
            command.add_argument("--" + name.replace("_", "-"), default=default, help=what, **how)
    train.add_argument("--hidden", type=int, nargs="+", default=[10, 10], metavar="WIDTH",
                       help="units in each hidden layer")
    train.add_argument("--seed", type=int, default=0, help="of the weights and of the order of examples")
    train.add_argument("--print-every", type=int, metavar="N", help="epochs between loss lines; a tenth if not given")
    train.add_argument("--check-every", type=int, default=1, metavar="N", help="epochs between looks at the two goals")
    train.add_argument("--figures", type=pathlib.Path, metavar="DIR", help="save the figures there")
    train.add_argument("--log-dir", type=pathlib.Path, metavar="DIR", help="write TensorBoard event files there")
    grid.add_argument("--hidden", type=hidden_widths, nargs="+", default=[(10, 10)], metavar="W-W",
                      help="such as 4-4 10-10")
    grid.add_argument("--seeds", type=int, default=20, metavar="N", help="seeds 0 to N - 1")
    grid.add_argument("--every", type=int, default=1, metavar="N", help="epochs from one record to the next")
    grid.add_argument("--accuracy", type=float, default=0.9, help="what counts as solved")
    grid.add_argument("--csv", type=pathlib.Path, metavar="FILE", help="write the table there as well")
    return top


def run_train(args):
    x, y = PROBLEMS[args.problem]()
    hidden, output = _activations(args, [args.activation], [args.output])
    net = mlp([x.shape[1], *args.hidden, y.shape[1]], hidden=hidden[0], output=output[0], bias=not args.no_bias,
              init=INITIALIZERS[args.init], bias_init=INITIALIZERS[args.bias_init], seed=args.seed)
    loss = LOSSES[args.loss]
    optimizer = OPTIMIZERS[args.optimizer](**_hyper(args, [args.optimizer]))
    accuracy_goal, loss_goal = args.stop_at_accuracy, args.stop_at_loss
    if accuracy_goal is not None:
        in_range("--stop-at-accuracy", accuracy_goal, 0, 1.001)
    check_every = whole_number("--check-every", args.check_every)
    print_every = whole_number("--print-every", args.print_every or max(1, args.epochs // 10))
    epochs = steps(net, x, y, loss=loss, optimizer=optimizer, epochs=args.epochs, batch_size=args.batch_size,
                   shuffle=not args.no_shuffle, seed=args.seed)
    rows = []
    with _event_writer(args.log_dir) as write, warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", DivergenceWarning)
        for epoch in bar(epochs, total=args.epochs + 1, unit="epoch"):
            rows.append((epoch.loss, epoch.accuracy))
            write(epoch)
            if epoch.number % print_every == 0:
                say(plots.loss_line(epoch.number, epoch.loss))
            if epoch.number % check_every == 0 and (accuracy_goal is not None and epoch.accuracy >= accuracy_goal
                                                    or loss_goal is not None and epoch.loss <= loss_goal):
                break
    history = History(*(np.array(column) for column in zip(*rows)), stopped=f"{epoch.number} epochs")
    with np.errstate(all="ignore"):  # of a network that has diverged, which is said below
        print(plots.prediction_table(y, net.predict(x)))
        print(f"after {epoch.number} epochs: loss {epoch.loss:.5f}, accuracy {epoch.accuracy:.2%}")
        if args.figures:
            _save_figures(args.figures, net, x, y, loss.threshold, history)
    for warning in caught:
        print(warning.message, file=sys.stderr)
    return 1 if history.diverged else 0


def _activations(args, *names):
    """Return lists of activations for lists of names, with the slope that was given; ValueError if none has one."""
    chosen = list(itertools.chain(*names))
    if args.slope is not None and "leaky_relu" not in chosen:
        raise ValueError(f"--slope is leaky_relu's; got --slope {args.slope:g} with {', '.join(chosen)}")
    table = ACTIVATIONS if args.slope is None else ACTIVATIONS | {"leaky_relu": activations.LeakyReLU(args.slope)}
    return [[table[name] for name in group] for group in names]


def _hyper(args, chosen):
    """Return the optimizer's arguments that were given; ValueError if one of the chosen doesn't take them."""
    given = {name: value for name, value in vars(args).items() if name in HYPER}
    for optimizer in chosen:
        known = inspect.signature(OPTIMIZERS[optimizer]).parameters
        for name in given:
            if name not in known:
                raise ValueError(f"{optimizer} takes {', '.join('--' + own.replace('_', '-') for own in known)}; "
                                 f"got --{name.replace('_', '-')}")
    return given


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
    folder.mkdir(parents=True, exist_ok=True)
    with plots.plt.rc_context(plots.STYLE | {"backend": "agg"}):
        figures = {"result": plots.show_result(x, y, net.classify(x, threshold))[0],
                   "learning_curve": plots.learning_curve(history)}
        if not history.diverged:
            figures["boundary"] = plots.decision_boundary(net, x, y, threshold=threshold)
        for name, ax in figures.items():
            ax.figure.savefig(folder / f"{name}.png")
            plots.plt.close(ax.figure)
            print(f"saved {folder / name}.png")


def run_sweep(args):
    def objects(table, names):
        return [table[name] for name in names]

    in_range("--accuracy", args.accuracy, 0, 1.001)
    hyper = _hyper(args, args.optimizer)
    hidden, output = _activations(args, args.activation, args.output)
    found = sweep({name: PROBLEMS[name]() for name in args.problem}, epochs=args.epochs, seeds=range(args.seeds),
                  every=args.every, hidden=args.hidden, activation=hidden, output=output, shuffle=not args.no_shuffle,
                  loss=objects(LOSSES, args.loss),
                  optimizer=objects(OPTIMIZERS, args.optimizer), init=objects(INITIALIZERS, args.init),
                  bias_init=objects(INITIALIZERS, args.bias_init), bias=not args.no_bias, batch_size=args.batch_size,
                  stop_at_accuracy=args.stop_at_accuracy, stop_at_loss=args.stop_at_loss, **hyper)
    table = Table(found.rows(args.accuracy))
    print(table)
    if args.csv:
        with open(args.csv, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, table.names)
            writer.writeheader()
            writer.writerows(table.rows)
        print(f"wrote {args.csv}")
    return 0 if not any(found.errors) else 1


def main(arguments=None):
    """Run a command; return its exit status."""
    args = parser().parse_args(arguments)
    try:
        return {"train": run_train, "sweep": run_sweep}[args.command](args)
    except (ValueError, TypeError, OSError) as error:
        print(f"python -m labcore {args.command}: {error}".replace("\n", " "), file=sys.stderr)
        return 2
