"""The judge of a notebook: its parts, their points, and what a mistake costs."""

import math
import time
from inspect import getsource

from .. import checks
from ..checks import reference
from ..checks.results import Verdict
from .sandbox import ABSENT, Gone, remote
from .training import training


def _descent(update):
    """Make of `update` what the check of optimizers takes."""
    return remote(lambda lr: remote(lambda params, grads: update(params, grads, lr)))


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


#: right functions, which stand in for wrong ones, and `initial`, which is given. They take more arguments than they
#: need: a helper of the student's may have had an option, and be called with it
SOURCES = {name: f"{getsource(reference)}\n\ndef {name}({arguments}, *_, **__):\n    return {right}\n"
           for name, arguments, right in (
               ("sigmoid", "z", "(1 + np.tanh(np.asarray(z, dtype=float) / 2)) / 2"),
               ("sigmoid_slope", "a", "a * (1 - a)"),
               ("forward", "x, params", "PARTS.forward(x, params)"),
               ("loss", "y_hat, y", "np.mean((y_hat - y) ** 2)"),
               ("loss_gradient", "y_hat, y", "PARTS.loss_gradient(y_hat, y)"),
               ("backward", "trace, y, params", "PARTS.backward(trace, y, params)"),
               ("update", "params, grads, lr", "PARTS.update(params, grads, lr)"),
               ("initial", "sizes, rng", "PARTS.initial(sizes, rng)"))}


def ungraded(part, reason):
    """Return the verdict, as that of a check that fails, by which a part has no points until a person has looked."""
    return Verdict(False, part, reason, "unreadable")


def row(part, verdict):
    """Return what is written of a part, as text. Of several mistakes each takes its share of the points."""
    graded, of, names = verdict.mistake != "unreadable", PARTS[part][0], verdict.mistake.split(" + ")
    points = of if verdict else of * math.prod(SHARES.get(name, 0) for name in names)
    return {"part": part, "points": f"{points:g}" if graded else "", "of": of,
            "mistake": (verdict.mistake or "unnamed") if graded and not verdict else "",
            "not graded": "" if graded else verdict.sentence, "sentence": verdict.sentence,
            "told": str(verdict) if graded else f"Not graded: {verdict.sentence}"}


class Judge:
    """What is known of a notebook while it is judged: verdicts by part, and the parts whose points are lost."""

    def __init__(self, start, variant, seed):
        self.start, self.variant, self.seed = start, variant, seed
        self.verdicts, self.lost, self.told = dict.fromkeys(PARTS), [], []

    def judge(self, statements, later):
        """Return the row of each part, and [(cell, error)] of statements that failed. A mistake costs its points once.

        A part is judged with the student's own others, and once more with right ones for those whose points are lost.
        """
        failed, self.sandbox = [], self.start()
        try:
            failed = self._tell("run", statements)
            wrong = [part for part in PARTS if not self._settled(part)]
            if wrong and later:  # mended further down
                self._tell("run", later)
                wrong = [part for part in wrong if self.verdicts[part].mistake == "endless" or not self._settled(part)]
            for part in wrong:
                if not SOURCES.keys() & self.lost or not self._settled(part):
                    self._lose(part)
        except Gone as gone:
            self.verdicts |= {part: ungraded(part, str(gone)) for part, verdict in self.verdicts.items()
                              if not verdict and part not in self.lost}
        finally:
            self.sandbox.close()
        return [row(*one) for one in self.verdicts.items()], failed

    def _tell(self, *command):
        """Tell the sandbox, and each that is started after it."""
        self.told.append(command)
        return self.sandbox.ask(*command)

    def _lose(self, part):
        self.lost.append(part)
        if part in SOURCES:
            self._tell("stand_in", part, SOURCES[part])

    def _settled(self, part):
        """Judge a part with what is in the sandbox now; return whether it is right, or its points are lost for good."""
        try:
            verdict = self._verdict(part, *part.split())
        except Gone:
            if not self.sandbox.late or time.monotonic() > self.sandbox.end:
                raise
            verdict = Verdict(False, part, "It was stopped. Does a loop of yours come to its end?", "endless")
            end, self.sandbox = self.sandbox.end, self.start()
            self.sandbox.end = end
            for command in self.told:
                self.sandbox.ask(*command)
        if ABSENT in verdict.sentence:
            verdict = Verdict(False, part, "It calls labcore for what you were to write.", "borrowed")
        self.verdicts[part] = verdict
        if verdict.mistake == "endless" and " " not in part:  # what needs it isn't to wait for it
            self._lose(part)
        return bool(verdict) or part in self.lost

    def _verdict(self, part, name, problem=None):
        if not self.sandbox.ask("has", name):
            return Verdict(False, name, f"The notebook has no function {name}.", "missing")
        if not problem:
            return PARTS[part][1](self.sandbox.function(name, name), seed=self.seed)
        self.sandbox.ask("stand_in", "initial", SOURCES["initial"])  # it is given
        return training(problem, self.sandbox, self.variant, self.seed)
