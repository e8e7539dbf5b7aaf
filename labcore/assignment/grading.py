"""The judge: parts of the lab, their points and what a mistake costs, a student's notebook, and a folder of them."""

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

from .. import checks
from ..checks import reference
from ..checks.results import Verdict
from . import notebook, pages
from .sandbox import ABSENT, Gone, sandboxes
from .training import training
from .variants import of_student

#: part: (points, check, arguments and value of a right one), in the order in which one may need another
PARTS = {
    "sigmoid": (5, checks.sigmoid, "z", "(1 + np.tanh(np.asarray(z, dtype=float) / 2)) / 2"),
    "sigmoid_slope": (5, partial(checks.slope, "sigmoid"), "a", "a * (1 - a)"),
    "forward": (10, checks.forward, "x, params", "forward_pass(x, params)"),
    "loss": (5, partial(checks.loss, "squared_error"), "y_hat, y", "np.mean((y_hat - y) ** 2)"),
    "loss_gradient": (5, partial(checks.loss_gradient, "squared_error"), "y_hat, y", "loss_gradient(y_hat, y)"),
    "backward": (15, checks.backward, "trace, y, params", "gradients(trace, y, params)"),
    "update": (5, partial(checks.optimizer, "sgd", lists=True), "params, grads, lr", "update(params, grads, lr)"),
    "momentum": (5, partial(checks.optimizer, "momentum", lists=True)),
    "train linear": (10, training),
    "train xor": (10, training),
}
#: what is checked of a part, if not the function itself
CHECKED = {"update": "lambda lr: lambda params, grads: update(params, grads, lr)"}
#: mistake: the share of a part's points that it leaves; others leave none
SHARES = {"losses": 0.8, "overflow": 0.8} | dict.fromkeys((
    "sign half doubled sum mean-twice mean-over-rows bias-not-summed bias-mean bias-axis bias-both-axes changed-input "
    "integer no-bias last-layer reversed").split(), 0.5)


def right(name, arguments, value):
    """Return the statement that puts a right function into a notebook; it lets an option of the student's own pass."""
    own = f"lambda {arguments}, *_, **__: {value}"
    return 0, f"exec({getsource(reference)!r}, __right__ := {{}})\n{name} = eval({own!r}, __right__)"


INITIAL = right("initial", "sizes, rng", "initial(sizes, rng)")  # it is given


def row(part, verdict):
    """Return what is written of a part, as text. Of several mistakes each takes its share of the points."""
    graded, of, names = verdict.mistake != "unreadable", PARTS[part][0], verdict.mistake.split(" + ")
    points = of if verdict else of * math.prod(SHARES.get(name, 0) for name in names)
    return {"part": part, "points": f"{points:g}" if graded else "", "of": of,
            "mistake": (verdict.mistake or "unnamed") if graded and not verdict else "",
            "not graded": "" if graded else verdict.sentence, "sentence": verdict.sentence,
            "told": str(verdict) if graded else f"Not graded: {verdict.sentence}"}


class Sheet:
    """What is known of a student's notebook: a row for each part, its points, remarks, and its cells.

    `variant` is the student's, None for the notebook's own. Whatever a notebook does, there is a sheet.
    """

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
        self.rows = [row(part, self.verdicts[part]) for part in PARTS]
        points = [row["points"] for row in self.rows]
        self.points = "not graded" if "" in points else f"{sum(map(float, points)):g}"

    def _judge(self, statements, later):
        """Find the verdict of each part. A mistake costs its points once.

        A part is judged with the student's own others, and once more with right ones for those whose points are lost.
        """
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
        check, (name, *problem) = PARTS[part][1], part.split()
        wanted = 0, f"assert callable({name})\n__checked__ = {CHECKED.get(name, name)}"
        if self.sandbox.ask("run", [wanted]):
            verdict = Verdict(False, name, f"The notebook has no function {name}.", "missing")
        elif problem:
            verdict = check(*problem, self.sandbox, self.variant, self.seed)
        else:
            verdict = check(self.sandbox.function("__checked__"), seed=self.seed)
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
        return Sheet(student, found[student], start, of_student(student, secret) if secret else variant, seed)

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
