"""What the reports conclude (``reports.json``), and how each claim is asked of the seeds."""

from dataclasses import dataclass, field, replace

import numpy as np

from . import reports
from .statistics import smaller

#: what is measured of each setting and seed, (settings, seeds), from a `Sweep`
QUANTITIES = {
    "epochs to": lambda found, accuracy: found.epochs_to(accuracy),
    "accuracy": lambda found: found.value("accuracy"),
    "best accuracy": lambda found: found.records["accuracy"].max(1),
    "below 90 %": lambda found: (~(found.value("accuracy") >= 0.9)).astype(float),  # or diverged
    "loss": lambda found: found.value("loss"),
    "mean loss from epoch 1": lambda found: found.records["loss"][:, 1:].mean(1),
    "fall of the loss": lambda found: found.value("loss", 0) - found.value("loss"),
    "drift of the loss": lambda found, since: np.abs(np.nan_to_num(found.value("loss") - found.value("loss", since))),
    "rises of the loss": lambda found: (~(np.diff(found.records["loss"], axis=1) <= 0)).sum(1),  # or it is no number
    "epoch of the best accuracy": lambda found: found.epochs[found.records["accuracy"].argmax(1)],
    # the first 200 epochs only find the plateau
    "epoch off the plateau": lambda found, loss: found.first((found.records["loss"] < loss)
                                                             & (found.epochs[:, None] >= 200)),
    # the mean of e² is the square of the mean of |e| only if all |e| are equal: ½ each
    "outputs off one half": lambda found: np.maximum(np.abs(found.value("loss") - 0.25),
                                                     np.abs(found.value("distance") - 0.5)),
    "slope by epoch": lambda found: found.records["slope"][0],
}


@dataclass(frozen=True)
class Claim:
    """A claim in our words, and how it is asked: settings are trained, and a quantity is compared, seed by seed.

    Of each of the `pairs` of settings the first has to be smaller, `factor` times; or all have to lie `within` bounds.
    With `rates`, settings are so many rates of each optimizer, which takes its best. What isn't trained is a matter of
    the machine. `why` says why the claim isn't confirmed, where it isn't.
    """
    report: str
    key: str
    text: str
    how: str
    problem: str = ""
    epochs: int = 0  #: the report's own, or more where it names none
    changes: dict = field(default_factory=dict)  #: of the report's setting; lists are compared
    record: str = ""  #: what is recorded besides loss and accuracy
    quantity: list = ()  #: a name above, and its arguments
    pairs: list = ((0, 1),)
    within: list = ()
    factor: float = 1.0
    rates: int = 1
    why: str = ""

    def measure(self, seeds):
        """Return an outcome for each seed, as `sign_test` takes them, without the report's stopping rule, or None."""
        if not self.quantity:
            return None
        base = replace(reports.BASE[self.report], stop_at_accuracy=None, check_every=1)
        record = {name: function for name, function in reports.RECORDS.items() if name == self.record}
        how = {"every": 10, "record": record} | reports.named(self.changes)
        found = reports.run(self.problem, base, self.epochs, seeds, **how)
        name, *given = self.quantity
        values = QUANTITIES[name](found, *given)
        if self.within:
            low, high = self.within
            return np.where(((values >= low) & (values <= high)).all(0), 1.0, -1.0)
        if self.rates > 1:
            values = values.reshape(-1, self.rates, len(seeds))
            best = np.quantile(np.nan_to_num(values, nan=np.inf), 0.75, axis=2).argmin(1)  # where most seeds learn
            values = values[np.arange(len(values)), best]
        budget = self.epochs if name == "epochs to" else np.inf
        outcomes = np.array([smaller(values[i], values[k], self.factor, budget) for i, k in self.pairs])
        return np.where((outcomes == -1).any(0), -1.0, outcomes.min(0))  # against, if one of several is


CLAIMS = [Claim(**claim) for claim in reports.STORED["claims"]]
