"""The judge of a notebook: its parts, their points, and what a named mistake costs."""

import inspect
from dataclasses import dataclass

from .. import checks
from ..checks.verdict import Verdict
from .notebook import GRADED, split
from .right_parts import SOURCES
from .sandbox import ABSENT, Gone
from .training import training


def _descent(update):
    """Make an optimizer of `update`, as the check takes one."""
    def descent(lr):
        def step(params, grads):
            return update(params, grads, lr)

        step.remote = True
        return step

    descent.remote = True
    return descent


def _with(check, *first, **more):
    """Return a check with its first arguments, on the inputs that a seed gives."""
    def judge(function, seed):
        seeded = {"seed": seed} if "seed" in inspect.signature(check).parameters else {}
        return check(*first, function, **more, **seeded)

    return judge


#: part: (points, check), in the order in which one may need another
PARTS = {
    "sigmoid": (5, _with(checks.sigmoid)),
    "sigmoid_slope": (5, _with(checks.slope, "sigmoid", of="output")),
    "forward": (10, _with(checks.forward)),
    "loss": (5, _with(checks.loss, "squared_error")),
    "loss_gradient": (5, _with(checks.loss_gradient, "squared_error")),
    "backward": (15, _with(checks.backward)),
    "update": (5, lambda f, seed: _with(checks.optimizer, "sgd", lists=True)(_descent(f), seed)),
    "momentum": (5, _with(checks.optimizer, "momentum", lists=True)),
    "train linear": (10, "linear"),
    "train xor": (10, "xor"),
}
#: mistake: the share of a part's points that is kept; none for others
SHARES = dict.fromkeys(("sign", "half", "sum", "mean-twice", "mean-over-rows", "bias-not-summed", "bias-mean", "bias-axis",
                        "changed-input", "integer", "no-bias", "last-layer", "slope-left-out", "reversed"), 0.5) \
    | dict.fromkeys(("losses", "no-losses", "overflow"), 0.8)
HOPELESS = {"missing", "unwritten", "endless"}


@dataclass
class Grade:
    """What a part got: a verdict, or why there is none."""
    part: str
    of: int
    verdict: Verdict | None = None
    reason: str = ""

    @property
    def points(self):
        """Points, or None if it isn't graded."""
        if self.verdict is None:
            return None
        return self.of * (1 if self.verdict else SHARES.get(self.verdict.mistake, 0))

    @property
    def mistake(self):
        return "" if self.verdict is None or self.verdict else self.verdict.mistake or "unnamed"


def judge(start, cells, variant, seed):
    """Return the grade of each part of a notebook, and [(number of a cell, error)] of what failed when it ran."""
    verdicts, decided, failed, reason = {}, [], [], ""

    def look(part):
        """Judge a part with the functions that are in the sandbox now; return whether it is right."""
        name = part.split()[0]
        if not sandbox.ask("kinds", [name]).get(name):
            verdicts[part] = Verdict(False, name, f"There is no function {name} in the notebook.", "missing")
        elif name == "train":
            used = {verdicts[each].mistake for each in ("forward", "backward", "update") if each not in decided}
            if used & HOPELESS:  # it would fail with them; they are replaced before it is judged again
                verdicts[part] = Verdict(False, name, "It needs parts that aren't there.", "missing")
                return False
            sandbox.ask("stand_in", {"initial": SOURCES["initial"]})  # it is given
            verdicts[part] = training(PARTS[part][1], sandbox, variant, seed)
        else:
            verdicts[part] = PARTS[part][1](sandbox.function(name, name), seed)
        if ABSENT in verdicts[part].sentence:
            verdicts[part] = Verdict(False, name, "It calls labcore for what you were to write.", "borrowed")
        return bool(verdicts[part])

    first, rest = split(cells)
    sandbox = start()
    try:
        failed = sandbox.ask("run", first, sandbox.seconds / 5)
        wrong = [part for part in PARTS if not look(part)]
        if wrong and rest:  # a function that was mended further down
            failed += sandbox.ask("run", rest, sandbox.seconds / 5, True)
            wrong = [part for part in wrong if not look(part)]
        for part in wrong:  # a mistake costs its points once: those before it, whose points are lost, are replaced
            if (not decided or not look(part)) and part in GRADED:
                sandbox.ask("stand_in", {part: SOURCES[part]})
            if not verdicts[part]:
                decided.append(part)
    except Gone as gone:
        reason = str(gone)
    finally:
        sandbox.close()
    return [Grade(part, of, verdicts.get(part)) if part in decided or verdicts.get(part) or not reason
            else Grade(part, of, reason=reason) for part, (of, _) in PARTS.items()], failed
