"""The judge of a notebook: its parts, their points, and what a mistake costs."""

import time
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


class Judge:
    """What is known of a notebook while it is judged: verdicts by part, and the parts whose points are lost."""

    def __init__(self, start, statements, later, variant, seed):
        self.start, self.given, self.variant, self.seed = start, [statements, later], variant, seed
        self.verdicts, self.decided, self.ran, self.failed, self.reason = dict.fromkeys(PARTS), [], [], [], ""

    def judge(self):
        """Return the grade of each part. A mistake costs its points once.

        A part is judged with the student's own others, and once more with right ones for those whose points are lost.
        """
        self.sandbox = self.start()
        try:
            self.failed = self._run(self.given[0])
            wrong = [part for part in PARTS if not self._right(part)]
            if wrong and self.given[1]:  # mended further down
                self._run(self.given[1])
                wrong = [part for part in wrong if self.verdicts[part].mistake == "endless" or not self._right(part)]
            for part in wrong:
                if not self.decided or not self._right(part):
                    self.decided.append(part)
                    self._stand_in(part)
        except Gone as gone:
            self.reason = str(gone)
        finally:
            self.sandbox.close()
        return [self._grade(part, verdict) for part, verdict in self.verdicts.items()]

    def _run(self, statements):
        self.ran.append(statements)
        return self.sandbox.ask("run", statements)

    def _stand_in(self, part):
        if part in SOURCES:
            self.sandbox.ask("stand_in", part, SOURCES[part])

    def _right(self, part):
        """Judge a part with what is in the sandbox now; return whether it is right."""
        try:
            verdict = self._verdict(part, *part.split())
        except Gone:
            if not self.sandbox.late or time.monotonic() > self.sandbox.end:
                raise
            verdict = Verdict(False, part, "It was stopped. Does a loop of yours come to its end?", "endless")
            self._start_again()
        if ABSENT in verdict.sentence:
            verdict = Verdict(False, part, "It calls labcore for what you were to write.", "borrowed")
        self.verdicts[part] = verdict
        return bool(verdict)

    def _verdict(self, part, name, problem=None):
        if not self.sandbox.ask("has", name):
            return Verdict(False, name, f"The notebook has no function {name}.", "missing")
        if not problem:
            return PARTS[part][1](self.sandbox.function(name, name), seed=self.seed)
        for other, verdict in self.verdicts.items():
            if verdict is not None and verdict.mistake == "endless" and " " not in other and other not in self.decided:
                return verdict  # it is trained with that part; another training holds nothing back
        self._stand_in("initial")  # it is given
        return training(problem, self.sandbox, self.variant, self.seed)

    def _start_again(self):
        """Run the notebook in another sandbox, in what is left of its time."""
        end, self.sandbox = self.sandbox.end, self.start()
        self.sandbox.end = end
        for statements in self.ran:
            self.sandbox.ask("run", statements)
        for part in self.decided:
            self._stand_in(part)

    def _grade(self, part, verdict):
        if verdict is not None and verdict.mistake == "unreadable":  # the check failed: a person looks
            return Grade(part, PARTS[part][0], None, verdict.sentence.rstrip("."))
        known = verdict is not None and (verdict.right or part in self.decided or not self.reason)
        return Grade(part, PARTS[part][0], verdict if known else None, "" if known else self.reason)
