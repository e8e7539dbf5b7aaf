"""The reports measured again: each row and claim over many seeds, and a verdict by rule.

``python -m labcore.ledger`` (``make reproduce``) writes `STORED`: 32 seeds for every row of `reports` and every claim
of `claims`.
"""

import json
import pathlib

import numpy as np

from . import claims
from .experiments import DEFAULTS, POINTS, run
from .progress import bar
from .reports import BASE, ROWS
from .results import Table, wilson

STORED = pathlib.Path(__file__).with_name("ledger.json")
SEEDS = range(32)
_LARGER = "its rates act larger than ours, on XOR 21 times: one update for each example, or a sum in place of a mean"
_ONE_POINT = "unexplained: it stays near 0.01, as if it couldn't learn one of its 100 points"
#: why a row or a claim isn't confirmed, by key
WHY = {
    "A XOR: rate 0.3, 19500 epochs":
        "unexplained: at epoch 500 it is ahead of all ours, at 19 500 behind all; its loss is another one, too",
    "A XOR: rate 0.3, as a count, 19500 epochs": "accuracy on 21 points is a multiple of 1/21; this is agreement",
    "B linear: default, 100000 epochs": _ONE_POINT,
    "B XOR: default, 100000 epochs": _LARGER,
    "B linear: rate 0.01, 100000 epochs": _LARGER,
    "B XOR: rate 0.01, 100000 epochs": _LARGER,
    "B linear: rate 0.001, 100000 epochs": _LARGER,
    "B XOR: rate 0.001, 100000 epochs": _LARGER,
    "B linear: rate 0.0001, 100000 epochs": _LARGER,
    "B linear: momentum, 100000 epochs": _ONE_POINT,
    "B linear: AdaGrad, 100000 epochs": _ONE_POINT,
    "B XOR: AdaGrad, 100000 epochs": "a little below the least of ours; chance does that to one number in 16",
    "B linear: tanh, 100000 epochs": _ONE_POINT,
    "C XOR: rate 0.01, 10000 epochs": "a little above the largest of ours; chance does that to one number in 16",
    "C linear: rate 0.001, 10000 epochs":
        "after 10 000 such small steps the accuracy is still a matter of the first weights",
    "C XOR: rate 0.001, 200000 epochs": "a little above the largest of ours; chance does that to one number in 16",
    "E XOR: Adam, 0.01, 400 epochs": "all of it fits rate 0.001 with report E's own Adam",
    "A: rate 10 is unstable":
        "in half of the networks the loss rises now and then; they learn all the same (chapter 8)",
    "B: smaller rates need more epochs": "at rate 0.01 fewer than half get to 95 % in 5000 epochs, at 0.001 one does",
    "B: more units reach the best accuracy earlier": "in 10 000 epochs no network of 2 or of 100 units gets to 100 %",
    "B: more units start from a high loss":
        "Xavier's weights get smaller as layers get wider, and so the start is alike",
    "B: SGD's loss fluctuates, momentum's and AdaGrad's is stable":
        "on the full batch SGD's loss falls, the others' rise at times; one update for each example would fluctuate",
    "B: LeakyReLU is worse than sigmoid at rate 0.1 (linear)": "half of the seeds say so; a single run may say either",
    "B: LeakyReLU is worse than sigmoid at rate 0.1 (XOR)": "its own table has LeakyReLU's XOR loss at 0.00000000",
    "B: linear is best near epoch 2000": "ours get to their best accuracy earlier, half of them by epoch 900",
    "D: LeakyReLU is a little better than ReLU": "for a third of the seeds it isn't: 18 of 32 can't decide",
    "D: SGD is flat at 0.69 until about epoch 4000":
        "12 of 32 leave the plateau between epochs 2000 and 8000, 20 do not",
    "E: rate 0.001 is very slow": "it takes about five times as long, so half of the seeds lie on each side",
    "E: with activations it converges in under 10 epochs": "a third of the seeds do; the median is at 11 or 12",
    "E: without, in 30 to 40": "all take fewer than 30 epochs, with activations and without",
    "E: without activations it is slower": "half of the seeds are, half aren't: a line needs no activation (chapter 1)",
}


def _settings(row):
    return DEFAULTS | BASE[row.report] | row.settings


def measure(rows, seeds=SEEDS):
    """Return {key: {"quantity at epoch": [value for each seed]}} for some `Row`s; what is the same run is run once."""
    groups, found = {}, {}
    for row in rows:
        settings = _settings(row)
        groups.setdefault((row.problem, row.epochs if settings["stop"] else 0, repr(settings)), []).append(row)
    for (problem, _, _), group in groups.items():
        settings = _settings(group[0])
        at = None if settings["stop"] else {epoch for row in group for _, epoch, _ in row.reported}
        runs = run(problem, max(row.epochs for row in group), seeds, at=at, **settings)
        for row in group:
            found[row.key] = {f"{quantity} at {epoch}": [float(f"{value:.6g}") for value in runs.value(quantity, epoch)]
                              for quantity, epoch, _ in row.reported}
    return found


def verdict(text, values, quantity, n):
    """Return the verdict on a number as printed, from our values over seeds.

    "not reproducible as described" if no network can give it: an accuracy that is no multiple of 1/n, or values that
    are all nan. Otherwise "inside the spread" if it lies between the least and the largest value, give or take half
    a unit of the last digit of its own and of the six that are stored, and "outside" if not. Of 32 seeds, a 33rd of
    the same kind is inside with 31/33 = 94 %.
    """
    number, half = float(text), 0.5 * 10.0 ** -len(text.partition(".")[2])
    values = np.array(values, float)
    if np.isnan(values).all():
        return "not reproducible as described"
    if quantity == "accuracy" and np.abs(np.arange(n + 1) / n - number).min() > half + 1e-12:
        return "not reproducible as described"
    half += 5e-7 * number + 1e-12
    return "inside the spread" if np.nanmin(values) - half <= number <= np.nanmax(values) + half else "outside"


def claim_verdict(holds, some=False):
    """Return the verdict on a claim from a bool for each seed: the Wilson interval of the share against one half.

    With `some`, of a claim that says "may", one seed is enough; without any bools it is a matter of the machine.
    """
    if holds is None:
        return "not measured"
    if some:
        return "holds" if any(holds) else "doesn't hold"
    low, high = wilson(sum(holds), len(holds))
    return "holds" if low > 0.5 else "doesn't hold" if high < 0.5 else "undecided"


def load():
    """Return the stored table: {"rows": {key: {quantity: values}}, "claims": {key: [bool for each seed] or None}}."""
    return json.loads(STORED.read_text(encoding="utf-8"))


def numbers(report, stored):
    """Yield (row, quantity, epoch, text as printed, our values (seeds,), verdict) for each number of a report."""
    for row in ROWS:
        if row.report == report:
            for quantity, epoch, text in row.reported:
                values = np.array(stored["rows"][row.key][f"{quantity} at {epoch}"], float)
                yield row, quantity, epoch, text, values, verdict(text, values, quantity, POINTS[row.problem])


def table(report, stored):
    """Return the ledger of a report as a `Table`: reported, our median and range, and the verdict."""
    lines = []
    for row, quantity, epoch, text, values, found in numbers(report, stored):
        what = quantity if quantity.startswith("epochs") else f"{quantity} at {epoch:,}".replace(",", " ")
        lines.append({"setting": f"{row.problem}, {row.label}", "number": what, "report": text} | _ours(values)
                     | {"verdict": found})
    return Table(lines)


def _ours(values):
    if np.isnan(values).all():
        return {"median": "never", "range": "never"}
    share = np.isnan(values).mean()
    low, middle, high = (f"{value:.0f}" if value >= 100 else f"{value:.3g}"
                         for value in np.nanquantile(values, (0, 0.5, 1)))
    return {"median": middle, "range": f"{low} to {high}" + (f", never {share:.0%}" if share else "")}


def claims_table(report, stored):
    """Return the claims of a report as a `Table`: what was compared, for how many seeds it held, and the verdict."""
    lines = []
    for claim in claims.CLAIMS:
        if claim.report == report:
            holds = stored["claims"][claim.key]
            lines.append({"claim": claim.text, "compared": claim.how,
                          "holds for": "" if holds is None else f"{sum(holds)} of {len(holds)}",
                          "verdict": claim_verdict(holds, claim.some)})
    return Table(lines)


def reasons(report, stored):
    """Return why, for each row and claim of a report that isn't confirmed, as a `Table`; one line a reason."""
    rows = {row.key: f"{row.problem}, {row.label}" for row, *_, found in numbers(report, stored)
            if found != "inside the spread"}
    unsure = {claim.key: claim.text for claim in claims.CLAIMS if claim.report == report
              and claim_verdict(stored["claims"][claim.key], claim.some) in ("doesn't hold", "undecided")}
    lines = {}
    for key, what in (rows | unsure).items():
        lines.setdefault(WHY[key], []).append(what)
    return Table([{"what": "; ".join(whats), "why": why} for why, whats in lines.items()])


def _job(job):
    kind, keys = job
    if kind == "rows":
        return kind, measure([row for row in ROWS if row.key in keys])
    found = next(claim for claim in claims.CLAIMS if claim.key == keys)
    return kind, {keys: found.measure and [bool(holds) for holds in found.measure(SEEDS)]}


def main():
    """Measure everything, a process for each core, the longest runs first, and write the stored table."""
    # not at the top: Python in the browser, where chapter 13 is run too, lacks it
    from concurrent.futures import ProcessPoolExecutor

    groups = {}
    for row in ROWS:
        groups.setdefault((row.problem, repr(_settings(row))), []).append(row)
    longest = sorted(groups.values(), key=lambda rows: -max(row.epochs for row in rows))
    jobs = [("rows", {row.key for row in rows}) for rows in longest]
    jobs += [("claims", claim.key) for claim in claims.CLAIMS]
    table = {"seeds": len(SEEDS), "rows": {}, "claims": {}}
    with ProcessPoolExecutor() as pool:
        for kind, found in bar(pool.map(_job, jobs), total=len(jobs), unit="run"):
            table[kind] |= found
    for kind, things in (("rows", ROWS), ("claims", claims.CLAIMS)):  # in the order of the reports
        table[kind] = {thing.key: table[kind][thing.key] for thing in things}
    text = json.dumps(table, ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"').replace('],"', '],\n"')
    STORED.write_text(text + "\n", encoding="utf-8")
    print(f"wrote {len(table['rows'])} rows and {len(table['claims'])} claims to {STORED.name}")


if __name__ == "__main__":
    main()
