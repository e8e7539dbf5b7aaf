"""The judge of a notebook: its parts, their points, and what a mistake costs."""

from dataclasses import dataclass

from .. import checks
from ..checks.verdict import Verdict
from .right_parts import SOURCES
from .sandbox import ABSENT, Gone
from .training import training


def _descent(update):
    """Make of `update` what the check of optimizers takes."""
    def descent(lr):
        def step(params, grads):
            return update(params, grads, lr)

        step.remote = True
        return step

    descent.remote = True
    return descent


#: part: (points, check), in the order in which one may need another
PARTS = {
    "sigmoid": (5, checks.sigmoid),
    "sigmoid_slope": (5, lambda f, seed: checks.slope("sigmoid", f, seed=seed)),
    "forward": (10, checks.forward),
    "loss": (5, lambda f, seed: checks.loss("squared_error", f, seed=seed)),
    "loss_gradient": (5, lambda f, seed: checks.loss_gradient("squared_error", f, seed=seed)),
    "backward": (15, checks.backward),
    "update": (5, lambda f, seed: checks.optimizer("sgd", _descent(f), lists=True, seed=seed)),
    "momentum": (5, lambda f, seed: checks.optimizer("momentum", f, lists=True, seed=seed)),
    "train linear": (10, None),
    "train xor": (10, None),
}
#: mistake: the share of a part's points that it leaves; others leave none
SHARES = {"losses": 0.8, "overflow": 0.8} | dict.fromkeys((
    "sign half doubled sum mean-twice mean-over-rows bias-not-summed bias-mean bias-axis bias-both-axes changed-input "
    "integer no-bias last-layer reversed").split(), 0.5)


@dataclass
class Grade:
    """What a part got: a verdict, or the reason why there is none."""
    part: str
    of: int
    verdict: Verdict | None
    reason: str = ""

    @property
    def points(self):
        """Points, or None if it isn't graded."""
        return None if self.verdict is None else self.of * (self.verdict.right or SHARES.get(self.verdict.mistake, 0))

    @property
    def mistake(self):
        return "" if self.verdict is None or self.verdict else self.verdict.mistake or "unnamed"


def judge(start, statements, later, variant, seed):
    """Return the grade of each part of a notebook, and (number of a cell, error) of what failed when it ran.

    `later` are definitions that stand behind the first of each function. A mistake costs its points once: a part is
    judged with the student's own others, and once more with right ones for those whose points are lost.
    """
    verdicts, decided = dict.fromkeys(PARTS), []

    def look(part):
        """Judge a part with what is in the sandbox now; return whether it is right."""
        name, _, problem = part.partition(" ")
        if not sandbox.ask("has", name):
            verdict = Verdict(False, name, f"The notebook has no function {name}.", "missing")
        elif problem:
            sandbox.ask("stand_in", "initial", SOURCES["initial"])  # it is given
            verdict = training(problem, sandbox, variant, seed)
        else:
            verdict = PARTS[part][1](sandbox.function(name, name), seed=seed)
        if ABSENT in verdict.sentence:
            verdict = Verdict(False, name, "It calls labcore for what you were to write.", "borrowed")
        verdicts[part] = verdict
        return bool(verdict)

    reason, failed, sandbox = "", [], start()
    try:
        failed = sandbox.ask("run", statements)
        wrong = [part for part in PARTS if not look(part)]
        if wrong and later:  # mended further down
            sandbox.ask("run", later)
            wrong = [part for part in wrong if not look(part)]
        for part in wrong:
            if not decided or not look(part):
                decided.append(part)
                if part in SOURCES:
                    sandbox.ask("stand_in", part, SOURCES[part])
    except Gone as gone:
        reason = str(gone)
    finally:
        sandbox.close()
    def grade(part, verdict):
        if verdict is not None and verdict.mistake == "unreadable":  # the check failed: a person looks
            return Grade(part, PARTS[part][0], None, verdict.sentence.rstrip("."))
        known = verdict is not None and (verdict.right or part in decided or not reason)
        return Grade(part, PARTS[part][0], verdict if known else None, "" if known else reason)

    return [grade(*each) for each in verdicts.items()], failed
