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

from . import activations, data, initializers, losses, optimizers
from .files import replacing
from .network import mlp
from .experiments.progress import bar, say
from .experiments.statistics import Table
from .experiments.sweep import sweep
from .training import DivergenceWarning, History, steps
from .visual import plots
from .validation import MOST_ITEMS, file_name, instance, items, number, room, shown, whole_number

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
    """Parser that says what is wrong in one line, without the usage before it.

    Examples
    --------
    >>> from labcore.cli import OneLineParser
    >>> OneLineParser(prog="train").parse_args([])
    Namespace()
    """

    def error(self, message):
        """Print the message to stderr and leave with exit status 2.

        Parameters
        ----------
        message : str
            What is wrong.

        Raises
        ------
        SystemExit
            Always.

        Examples
        --------
        >>> import contextlib
        >>> import io
        >>> from labcore.cli import OneLineParser
        >>> with contextlib.redirect_stderr(io.StringIO()) as said:
        ...     OneLineParser(prog="train").error("no such flag")
        Traceback (most recent call last):
            ...
        SystemExit: 2
        >>> said.getvalue().strip()
        'train: no such flag'
        """
        said = message if isinstance(message, str) else shown(message)
        self.exit(2, f"{self.prog}: {' '.join(said.split())}\n")


class HelpWithDefaults(argparse.ArgumentDefaultsHelpFormatter):
    """Formatter of help that shows a default only where there is one to show, 0 included.

    Examples
    --------
    >>> from labcore.cli import HelpWithDefaults, OneLineParser
    >>> parser = OneLineParser(prog="train", formatter_class=HelpWithDefaults)
    >>> action = parser.add_argument("--seeds", default=20, help="how many")
    >>> "how many (default: 20)" in parser.format_help()
    True
    """

    def _get_help_string(self, action):
        nothing = action.default is None or action.default is False or action.default == [None]
        return action.help if nothing else super()._get_help_string(action)


def hidden_widths(text):
    """Turn ``10-10`` into (10, 10).

    Parameters
    ----------
    text : str
        Whole numbers with - between.

    Returns
    -------
    tuple of int
        Units in each hidden layer.

    Raises
    ------
    argparse.ArgumentTypeError
        For any other text; `argparse` makes one line of it.

    Examples
    --------
    >>> from labcore.cli import hidden_widths
    >>> hidden_widths("10-4")
    (10, 4)
    """
    widths = text.split("-") if isinstance(text, str) else [""]
    if not all(width.isdecimal() and len(width) < 19 for width in widths):
        raise argparse.ArgumentTypeError(f"widths are whole numbers with - between, as 10-10; got {shown(text)}")
    return tuple(map(int, widths))


def parser():
    """Return the parser of the command line, with its two commands ``train`` and ``sweep``.

    Returns
    -------
    OneLineParser
        It leaves with exit status 2 where a flag or its type is wrong.

    Examples
    --------
    >>> from labcore.cli import parser
    >>> args = parser().parse_args(["train", "--lr", "0.1"])
    >>> args.command, args.problem, args.lr, args.hidden
    ('train', 'xor', 0.1, [10, 10])
    """
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
    """Train one network as the flags of ``train`` say, and print its losses and predictions.

    Parameters
    ----------
    args : argparse.Namespace
        What `parser` made of the flags.

    Returns
    -------
    int
        The exit status: 0, or 1 if training diverged.

    Raises
    ------
    ValueError, TypeError
        For values that can't be, as `mlp`, `steps` and the optimizers raise them; for a hyper-parameter that the
        optimizer doesn't take, a slope without ``leaky_relu``, or ``--log-dir`` without tensorboardX.
    OSError
        If a figure or event file can't be written.

    Examples
    --------
    >>> import contextlib
    >>> import io
    >>> from labcore.cli import parser, run_train
    >>> with contextlib.redirect_stdout(io.StringIO()) as printed:
    ...     status = run_train(parser().parse_args(["train", "--epochs", "10"]))
    >>> status, printed.getvalue().splitlines()[0]
    (0, 'epoch 0 loss : 0.35513')
    """
    instance("args", args, argparse.Namespace, "parser().parse_args(['train'])")
    x, y = PROBLEMS[args.problem]()
    hidden, output = _activations(args, [args.activation], [args.output])
    _look_at_widths(args.hidden)
    _look_at_path("--figures", args.figures)
    _look_at_path("--log-dir", args.log_dir)
    room("--epochs", (whole_number("--epochs", args.epochs),))
    net = mlp([x.shape[1], *args.hidden, y.shape[1]], hidden=hidden[0], output=output[0], bias=not args.no_bias,
              init=INITIALIZERS[args.init], bias_init=INITIALIZERS[args.bias_init], seed=args.seed)
    loss = LOSSES[args.loss]
    optimizer = OPTIMIZERS[args.optimizer](**_hyper(args, [args.optimizer]))
    accuracy_goal, loss_goal = args.stop_at_accuracy, args.stop_at_loss
    if accuracy_goal is not None:
        number("--stop-at-accuracy", accuracy_goal, 0, 1.001)
    if loss_goal is not None:
        number("--stop-at-loss", loss_goal, 0)
    check_every = whole_number("--check-every", args.check_every)
    print_every = max(1, args.epochs // 10) if args.print_every is None else args.print_every
    print_every = whole_number("--print-every", print_every)
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


def _look_at_widths(hidden):
    widths = [2, *(whole_number("--hidden", width) for width in hidden), 1]
    room("--hidden", *itertools.pairwise(widths))


def _look_at_path(flag, path, folder=True):
    """Raise ValueError before anything is trained if nothing can be written there."""
    if path is None:
        return
    try:
        place = pathlib.Path(file_name(flag, path))
        above = next(part for part in (place, *place.absolute().parents) if part.exists())
    except (TypeError, ValueError, OSError):
        kind = "folder" if folder else "file"
        raise ValueError(f"{flag} must be the name of a {kind}; got {shown(str(path))}") from None
    if folder and not above.is_dir() or not folder and (place.is_dir() or not place.absolute().parent.is_dir()):
        raise ValueError(f"{flag} can't be written: {shown(str(above))} is a {'folder' if above.is_dir() else 'file'}")
    if not os.access(above, os.W_OK):
        raise ValueError(f"{flag} can't be written: {shown(str(above))} is read-only")


def _activations(args, *names):
    """Return lists of activations for lists of names, with the slope that was given; ValueError if none has one."""
    chosen = list(itertools.chain(*names))
    if args.slope is not None and "leaky_relu" not in chosen:
        raise ValueError(f"--slope is leaky_relu's; got --slope {args.slope:g} with {', '.join(chosen)}")
    if args.slope is not None:
        number("--slope", args.slope, 0, 1)
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
            with replacing(folder / f"{name}.png") as file:
                ax.figure.savefig(file, format="png")
            plots.plt.close(ax.figure)
            print(f"saved {folder / name}.png")


def run_sweep(args):
    """Train every combination of the flags' values with every seed, and print the table.

    Parameters
    ----------
    args : argparse.Namespace
        What `parser` made of the flags.

    Returns
    -------
    int
        The exit status: 0, or 1 if a setting has failed.

    Raises
    ------
    ValueError, TypeError
        For values that can't be, as `sweep` raises them; for a hyper-parameter that an optimizer doesn't take, or a
        slope without ``leaky_relu``.
    OSError
        If the file of ``--csv`` can't be written.

    Examples
    --------
    >>> from labcore.cli import parser, run_sweep
    >>> flags = "sweep --lr 0.1 1 --epochs 10 --seeds 2 --accuracy 1"
    >>> status = run_sweep(parser().parse_args(flags.split()))
    lr   ≥ 100 %  95 % interval  median epochs to it  loss    quartiles         diverged
    0.1  0/2      0.00 to 0.66   never                0.3085  0.3077 to 0.3094  0
    1    0/2      0.00 to 0.66   never                0.2498  0.2489 to 0.2507  0
    >>> status
    0
    """
    def objects(table, names):
        return [table[name] for name in names]

    instance("args", args, argparse.Namespace, "parser().parse_args(['sweep'])")
    number("--accuracy", args.accuracy, 0, 1.001)
    seeds = whole_number("--seeds", args.seeds, 1, MOST_ITEMS)
    for hidden in args.hidden:
        _look_at_widths(hidden)
    _look_at_path("--csv", args.csv, folder=False)
    hyper = _hyper(args, args.optimizer)
    hidden, output = _activations(args, args.activation, args.output)
    found = sweep({name: PROBLEMS[name]() for name in args.problem}, epochs=args.epochs, seeds=range(seeds),
                  every=args.every, hidden=args.hidden, activation=hidden, output=output, shuffle=not args.no_shuffle,
                  loss=objects(LOSSES, args.loss),
                  optimizer=objects(OPTIMIZERS, args.optimizer), init=objects(INITIALIZERS, args.init),
                  bias_init=objects(INITIALIZERS, args.bias_init), bias=not args.no_bias, batch_size=args.batch_size,
                  stop_at_accuracy=args.stop_at_accuracy, stop_at_loss=args.stop_at_loss, **hyper)
    table = Table(found.rows(args.accuracy))
    print(table)
    if args.csv:
        with replacing(args.csv, "w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, table.names)
            writer.writeheader()
            writer.writerows(table.rows)
        print(f"wrote {args.csv}")
    return 0 if not any(found.errors) else 1


def main(arguments=None):
    """Run a command; return its exit status.

    Parameters
    ----------
    arguments : list of str, optional
        The words after ``python -m labcore``; those of the process if left out.

    Returns
    -------
    int
        0; 1 if training diverged or a setting of a sweep failed; 2 for a value that can't be, said in a line on stderr.

    Raises
    ------
    TypeError
        If `arguments` is no list of text.
    SystemExit
        With status 2 where `parser` refuses a flag, with 0 after ``--help``.

    Examples
    --------
    >>> import contextlib
    >>> import io
    >>> from labcore.cli import main
    >>> with contextlib.redirect_stderr(io.StringIO()) as said:
    ...     status = main(["train", "--epochs", "0"])
    >>> status, said.getvalue().strip()[:72]
    (2, 'python -m labcore train: --epochs must be a whole number of at least 1; ')
    """
    if arguments is not None:
        arguments = items("arguments", arguments, '["train"]')
        if not all(isinstance(word, str) for word in arguments):
            raise TypeError(f"arguments must be a list of text; got {shown(arguments)}; for example ['train']")
    for word in sys.argv[1:] if arguments is None else arguments:
        if word.startswith("--") and word.endswith("=--"):  # argparse makes an empty list of it, past its checks
            parser().error(f"argument {word[:-3]}: expected a value; got '--'")
    args = parser().parse_args(arguments)
    try:
        return {"train": run_train, "sweep": run_sweep}[args.command](args)
    except (ValueError, TypeError, OSError) as error:
        print(f"python -m labcore {args.command}: {error}".replace("\n", " "), file=sys.stderr)
        return 2
