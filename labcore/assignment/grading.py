"""The judge: parts of the lab, their points and what a mistake costs, a notebook, a folder of them, and `train`."""

import contextlib
import datetime
import math
import pathlib
import re
import secrets
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from inspect import getsource

import numpy as np

from .. import checks
from ..checks import calling, reference
from ..checks.results import NotRight, Verdict
from ..checks.training import reached
from . import notebook, pages, variants
from .sandbox import ABSENT, Gone, sandboxes

#: part: (points, check, arguments and value of a right one), in the order in which one may need another
PARTS = {
    "sigmoid": (5, checks.sigmoid, "z", "(1 + np.tanh(np.asarray(z, dtype=float) / 2)) / 2"),
    "sigmoid_slope": (5, partial(checks.slope, "sigmoid"), "a", "a * (1 - a)"),
    "forward": (10, checks.forward, "x, params", "forward_pass(x, params)", reference.sigmoid, reference.forward_pass),
    "loss": (5, partial(checks.loss, "squared_error"), "y_hat, y", "np.mean((y_hat - y) ** 2)"),
    "loss_gradient": (5, partial(checks.loss_gradient, "squared_error"), "y_hat, y", "2 * (y_hat - y) / y.size"),
    "backward": (15, checks.backward, "trace, y, params", "gradients(trace, y, params)", reference.gradients),
    "update": (5, partial(checks.optimizer, "sgd", lists=True), "params, grads, lr",
               "update(params, grads, lr)", reference.update),
    "momentum": (5, partial(checks.optimizer, "momentum", lists=True)),
    "train linear": (10, None),  # `training` checks it
    "train xor": (10, None),
}
#: what is checked of a part, if not the function itself
CHECKED = {"update": "lambda lr: lambda params, grads: update(params, grads, lr)"}
#: mistake: the share of a part's points that it leaves; others leave none
SHARES = {"losses": 0.8, "overflow": 0.8} | dict.fromkeys((
    "sign half doubled sum mean-twice mean-over-rows bias-not-summed bias-mean bias-axis bias-both-axes changed-input "
    "integer no-bias last-layer reversed").split(), 0.5)
CLOSE = 0.02  #: outputs as near as that are those of the same network


def right(name, arguments, value, *needed):
    """Return the statement that puts a right function, and no other, into a notebook; it lets other options pass."""
    text = "\n".join(["import numpy as np", *map(getsource, needed), f"own = lambda {arguments}, *_, **__: {value}"])
    return 0, f"__import__('builtins').exec({text!r}, __right__ := {{}})\n{name} = __right__['own']"


INITIAL = right("initial", "sizes, rng", "initial(sizes, rng)", reference.initial)  # it is given


def row(part, verdict):
    """Return what is written of a part, as text. Of several mistakes each takes its share of the points."""
    graded, of, names = verdict.mistake != "unreadable", PARTS[part][0], verdict.mistake.split(" + ")
    points = of if verdict else of * math.prod(SHARES.get(name, 0) for name in names)
    return {"part": part, "points": f"{points:g}" if graded else "", "of": of,
            "mistake": (verdict.mistake or "unnamed") if graded and not verdict else "",
            "not graded": "" if graded else verdict.sentence, "sentence": verdict.sentence,
            "told": str(verdict) if graded else f"Not graded: {verdict.sentence}"}


@calling.check("training on {name}")
def training(name, sandbox, variant, seed):
    """Check the `train` of a sandbox: on a fresh problem, or else on that of the variant it was written with."""
    rng = np.random.default_rng([seed, *name.encode()])
    watched = [int(call) for power in range(5) for call in rng.integers(10**power, 5 * 10**power, 5)]
    train = partial(sandbox.function, "__train__", share=1 / 3, watched=watched)
    for chosen in (int(rng.integers(1, 10**6)), variant):
        (x, y), setting = variants.problem(name, chosen), vars(variants.settings(chosen))
        try:
            reached(train(setting=setting), x, y, False, seed)
            break
        except NotRight as wrong:
            if chosen == variant or wrong.mistake not in ("below", "constant"):
                raise
    predict = sandbox.function(-1)  # the last that was returned
    near = x[rng.integers(0, len(x), (2, 60))]
    points = near[0] + rng.random((60, 1)) * (near[1] - near[0]) + rng.normal(0, 0.05, (60, 2))  # between the data
    given = x.copy(), y.copy()  # what a notebook makes of its arguments stays its own
    own, off = float(np.mean((predict(x.copy()) - y) ** 2)), np.nan
    seen = sandbox.function("__seen__")()
    with contextlib.suppress(ValueError, TypeError, IndexError, KeyError):  # of other parameters than a network's
        off = np.abs(predict(points.copy()) - reference.forward_pass(points, seen["last"])[-1]).max()
    if seen["calls"] < 30 or np.isnan(off):  # it goes without the parts: has it answers that only training gives?
        narrow, short = (train(setting=setting | change)(*given) for change in ({"hidden": (1, 1)}, {"epochs": 1}))
        slopes = np.hstack([narrow(points + h) - narrow(points - h) for h in 1e-4 * np.eye(2)])
        across = slopes @ np.linalg.svd(slopes)[2][1]  # with one unit in each layer, they have one direction
        if np.abs(across).max() > 1e-9 + 0.05 * np.abs(slopes).max():
            raise NotRight("With one unit in each hidden layer, its answers aren't such a network's.", "no-network")
        if np.mean((short(x.copy()) - y) ** 2) < 2 * own + CLOSE:
            raise NotRight("It knows the answers after one epoch: they don't come from training.", "no-training")
    elif off > CLOSE:
        raise NotRight("Between the data, predict doesn't answer as the network that was trained.", "other-answers")
    else:
        values = [np.mean((reference.forward_pass(x, params)[-1] - y) ** 2) for params in seen["steps"]]
        if not np.mean(values[len(values) // 2:]) < np.mean(values[:len(values) // 2]):
            raise NotRight("As its training goes on, the loss doesn't fall.", "no-descent")
    said = [one for one in map(np.asarray, seen["losses"]) if one.size == 1 and one.dtype.kind in "fi"]
    if not said or not abs(said[0].item() - own) <= 0.5 * own + CLOSE:
        raise NotRight("The training is right, but the last of the losses that it appends isn't the network's.",
                       "losses", expected=f"{own:.4g}", got=str(seen["losses"])[:40])
    return "It trains a network, which has enough of the labels right."


class Sheet:
    """What is known of a student's notebook, whatever it does: a row for each part, its points, remarks, its cells."""

    def __init__(self, student, paths, start, variant, seed):
        self.student, self.seed = student, seed
        self.cells, self.remarks, self.verdicts, self.lost = [], [], {}, []
        try:
            if len(paths) != 1:
                raise ValueError(f"there are {len(paths)} notebooks" if paths else "there is no notebook")
            self.cells = notebook.read(*paths)
            said = re.search(r"^VARIANT *= *(\d{1,9})", "\n".join(cell.source for cell in self.cells), re.MULTILINE)
            said = int(said[1]) if said else 0
            self.variant = said if variant is None else variant
            if said != self.variant:
                self.remarks.append(f"The notebook's VARIANT is {said}; this student's is {variant}.")
            self.remarks += notebook.remarks(self.cells)
            with contextlib.closing(start()) as self.sandbox:
                self._judge(*notebook.statements(self.cells))
        except (Gone, Exception) as error:
            known = type(error) in (Gone, ValueError)  # others are of a notebook that nobody has thought of
            reason = str(error) if known else f"the judge failed ({type(error).__name__}: {error})"
            self.verdicts |= {part: Verdict(False, part, reason, "unreadable") for part in PARTS
                              if part not in self.lost and not self.verdicts.get(part)}
        self.rows = [{"student": student} | row(part, self.verdicts[part]) for part in PARTS]
        points = [row["points"] for row in self.rows]
        self.points = "not graded" if "" in points else f"{sum(map(float, points)):g}"

    def _judge(self, statements, later):
        """Judge each part with the student's own others, and once more with right ones for those that lost points."""
        failed = self.sandbox.ask("run", [*statements, INITIAL])
        self.remarks += [f"Cell {number} ended with {error['kinds'][0]}: {error['text']}" for number, error in failed]
        wrong = [part for part in PARTS if not self._settled(part)]
        if wrong and later:  # mended further down
            self.sandbox.ask("run", [*later, INITIAL])
            wrong = [part for part in wrong if self.verdicts[part].mistake == "endless" or not self._settled(part)]
        for part in wrong:
            if not any(PARTS[lost][2:] for lost in self.lost) or not self._settled(part):
                self._lose(part)

    def _settled(self, part):
        """Judge a part with what is in the sandbox now; return whether it is right, or its points are lost for good."""
        name, *problem = part.split()
        wanted = 0, f"assert callable({name})\n__checked__ = {CHECKED.get(name, name)}"
        if self.sandbox.ask("run", [wanted]):
            verdict = Verdict(False, name, f"The notebook has no function {name}.", "missing")
        elif problem:
            verdict = training(*problem, self.sandbox, self.variant, self.seed)
        else:
            verdict = PARTS[part][1](self.sandbox.function("__checked__"), seed=self.seed)
        if ABSENT in verdict.sentence:
            verdict = Verdict(False, part, "It calls labcore for what you were to write.", "borrowed")
        self.verdicts[part] = verdict
        if verdict.mistake == "endless" and not problem:  # what needs it isn't to wait for it
            self._lose(part)
        return bool(verdict) or part in self.lost

    def _lose(self, part):
        self.lost.append(part)
        if own := PARTS[part][2:]:
            self.sandbox.ask("run", [right(part, *own)])


def submissions(folder):
    """Return {student: notebooks}; what stands in the folder, a notebook or a folder with one, names the student."""
    found = {}
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name[0] != ".":
            found.setdefault(path.name, []).extend(
                one for one in sorted(path.rglob("*.ipynb")) if ".ipynb_checkpoints" not in one.parts)
        elif path.suffix == ".ipynb":
            found.setdefault(path.stem, []).append(path)
    return found


def grade(folder, to=None, jobs=2, image=None, seed=None, secret=None, variant=None, seconds=300, say=print):
    """Grade the notebooks in a folder; return the folder `to` with the grades, which must not be there before.

    `image` is a container's, to run them in, `seed` draws the inputs (a new one if None), `secret` (bytes) gives each
    student a variant and `variant` all the same, `seconds` is what a notebook may take, `say` hears how it goes.
    """
    folder = pathlib.Path(folder).resolve()
    to = pathlib.Path(to or folder.parent / f"grades-{datetime.date.today()}").resolve()
    if to.exists():
        raise ValueError(f"{to} is there already, and grades are never written over: name another folder with --to")
    found, sheets = submissions(folder), []
    if not found:
        raise ValueError(f"{folder} has no notebooks, and no folders with one each")
    seed = secrets.randbelow(10**9) if seed is None else seed

    def judged(student):
        return Sheet(student, found[student], start, variants.of_student(student, secret) if secret else variant, seed)

    with sandboxes(seconds, image) as (start, way), ThreadPoolExecutor(jobs) as pool:
        say(f"Around each notebook: {way}.")
        for sheet in pool.map(judged, sorted(found)):
            sheets.append(sheet)
            say(f"{len(sheets)} of {len(found)}: {sheet.student}, {sheet.points}")
    to.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=f"{to.name}.", dir=to.parent) as part:
        whole = pathlib.Path(part, to.name)
        pages.write(whole, sheets, seed, way)
        whole.rename(to)
    return to
