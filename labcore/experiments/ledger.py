"""The reports measured again, each row and conclusion over many seeds, with a verdict by rule.

``python -m labcore.experiments.ledger`` (``make reproduce``) writes `STORED`, and goes on where it was interrupted.
"""

import hashlib
import json
import pathlib
import shutil
import signal
import sys

import numpy as np

from ..files import replacing
from . import conclusions
from .reports import POINTS, RECORDS, RIVALS, ROWS, run
from .statistics import Table, sign_test
from .sweep import bar

HERE = pathlib.Path(__file__).parent
STORED = HERE / "ledger.json"
KEPT = HERE.parents[1] / "_build/reproduce"  #: parts of an unfinished run
SEEDS = range(32)
INSIDE = "inside the spread"


def runs_of(rows):
    """Return lists of rows that are one run each; a run to a goal ends where the report's has ended."""
    groups = {}
    for row in rows:
        goal = row.settings.stop_at_accuracy and row.epochs
        groups.setdefault((row.problem, repr(row.settings), goal), []).append(row)
    return list(groups.values())


def measure(rows, seeds=SEEDS):
    """Return {key: {"quantity at epoch": [value for each seed]}} for rows.

    Values have six digits; an epoch that never came is nan.
    """
    found = {}
    for group in runs_of(rows):
        settings, wanted = group[0].settings, [one for row in group for one in row.reported]
        at = {"at": {epoch for _, epoch, _ in wanted}}
        how = {"every": settings.check_every} if settings.stop_at_accuracy else at
        how["record"] = {what: RECORDS[what] for what, *_ in wanted if what in RECORDS}
        runs = run(group[0].problem, settings, max(row.epochs for row in group), seeds, **how)
        for row in group:
            values = {f"{quantity} at {epoch}": runs.value(quantity, epoch)[0] if quantity in runs.records else
                      runs.epochs_to(1.0)[0] for quantity, epoch, _ in row.reported}
            found[row.key] = {name: [float(f"{one:.6g}") for one in value] for name, value in values.items()}
    return found


def verdict(text, values, quantity, n):
    """Return the verdict on a number as printed, from our values over seeds, for a problem of n examples.

    "not reproducible as described" if no network can give it: an accuracy that is no multiple of 1/n, or values that
    are all nan. Otherwise "inside the spread" if it lies between the least and the largest value, give or take half
    a unit of the last digit of its own and of the six that are stored, and "outside" if not. Of 32 seeds, a 33rd of
    the same kind is inside with 31/33 = 94 %.
    """
    number, half = float(text), 0.5 * 10.0 ** -len(text.partition(".")[2])
    count = np.abs(np.arange(n + 1) / n - number).min() <= half + 1e-12
    if np.isnan(values).all() or quantity == "accuracy" and not count:
        return "not reproducible as described"
    half += 5e-7 * abs(number) + 1e-12
    return INSIDE if np.nanmin(values) - half <= number <= np.nanmax(values) + half else "outside"


def load():
    """Return the stored table: {"seeds": 32, "rows": {key: {quantity: values}}, "claims": {key: bools or None}}."""
    return json.loads(STORED.read_text(encoding="utf-8"))


def numbers(report, stored):
    """Yield (row, quantity, epoch, text as printed, our values (seeds,), verdict) for each number of a report."""
    for row in ROWS:
        for quantity, epoch, text in row.reported if row.report == report else ():
            values = np.array(stored["rows"][row.key][f"{quantity} at {epoch}"], float)
            yield row, quantity, epoch, text, values, verdict(text, values, quantity, POINTS[row.problem])


def table(report, stored):
    """Return the ledger of a report as a `Table`: reported, our median and range, the verdict, and why it's outside."""
    lines = []
    for row, quantity, epoch, text, values, found in numbers(report, stored):
        what = quantity if quantity.startswith("epochs") else f"{quantity} at {epoch:,}".replace(",", " ")
        share, none = np.isnan(values).mean(), "never" if quantity == what else "diverged"
        line = {"setting": f"{row.problem}, {row.label}", "number": what, "report": text, "median": none, "range": none}
        if share < 1:
            low, line["median"], high = (f"{value:.0f}" if abs(value) >= 100 else f"{value:.3g}"
                                         for value in np.nanquantile(values, (0, 0.5, 1)))
            line["range"] = f"{low} to {high}" + (f", {none} {share:.0%}" if share else "")
        lines.append(line | {"verdict": found, "why": row.why if found != INSIDE else ""})
    return Table(lines)


def judged(report, stored):
    """Return (claim, its `Comparison`, or None of what isn't measured) for each conclusion of a report."""
    found = [(claim, stored["claims"][claim.key]) for claim in conclusions.CLAIMS if claim.report == report]
    return [(claim, outcomes and sign_test(np.array(outcomes, float))) for claim, outcomes in found]


def claims_table(report, stored):
    """Return a report's conclusions as a `Table`: what was asked, how many seeds said so, the verdict, and why not."""
    return Table([{"claim": claim.text, "asked": claim.how, "seeds": found.counts if found else "",
                   "verdict": found.verdict if found else "not measured", "why": claim.why}
                  for claim, found in judged(report, stored)])


def rivals(report, stored):
    """Return how many numbers of a report each setting that could have printed them has inside its spread."""
    found = {}
    for row in RIVALS:
        if row.report == report:
            values = stored["rows"][row.key]
            inside = [verdict(text, np.array(values[f"{what} at {epoch}"], float), what, POINTS[row.problem]) == INSIDE
                      for what, epoch, text in row.reported]
            found.setdefault(row.rival, []).extend(inside)
    return {name: (sum(inside), len(inside)) for name, inside in found.items()}


def by_chance(report, stored):
    """Return how many of a report's numbers an honest run would have outside, by leaving one seed out.

    Each of our seeds takes the report's place in turn: its value, printed with as many digits, is judged by the others.
    """
    expected = 0.0
    for row, quantity, _, text, values, _ in numbers(report, stored):
        digits, n = len(text.partition(".")[2]), POINTS[row.problem]
        expected += np.mean([verdict(f"{value:.{digits}f}", np.delete(values, k), quantity, n) != INSIDE
                             for k, value in enumerate(values) if np.isfinite(value)])
    return expected


def _asked(key):
    outcomes = next(claim for claim in conclusions.CLAIMS if claim.key == key).measure(SEEDS)
    return {key: outcomes if outcomes is None else [None if np.isnan(one) else int(one) for one in outcomes]}


def kept_in():
    """Return the folder for parts of this state: of what is asked, of the files that answer, and of NumPy."""
    files = [*sorted(HERE.parent.glob("*.py")), *sorted(HERE.glob("*.py")), HERE / "reports.json"]
    state = [np.__version__, *SEEDS, *(path.read_bytes() for path in files)]
    return KEPT / hashlib.sha256(repr(state).encode()).hexdigest()[:16]


def part(task, folder):
    """Return what is measured of a claim's key, or of rows that are one run; a part that is kept isn't run again."""
    name = task if isinstance(task, str) else " ".join(row.key for row in task)
    path = folder / f"{hashlib.sha256(name.encode()).hexdigest()[:16]}.json"
    if path.exists():
        return json.loads(path.read_text(encoding="utf-8"))
    found = _asked(task) if isinstance(task, str) else measure(task, SEEDS)
    with replacing(path, "w", encoding="utf-8") as file:
        json.dump(found, file)
    return found


def main():
    """Measure everything, a process for each core, the longest runs first, and write the stored table."""
    # Python in the browser, where chapter 13 is run too, lacks both
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor, as_completed

    found, claims, folder = {}, [claim.key for claim in conclusions.CLAIMS], kept_in()
    folder.mkdir(parents=True, exist_ok=True)
    tasks = [*claims, *sorted(runs_of(ROWS + RIVALS), key=lambda rows: -max(row.epochs for row in rows))]
    if kept := len(list(folder.glob("*.json"))):
        print(f"{kept} of {len(tasks)} parts are there from an unfinished run")
    with ProcessPoolExecutor(initializer=signal.signal, initargs=(signal.SIGINT, signal.SIG_IGN)) as pool:
        try:
            parts = [pool.submit(part, task, folder) for task in tasks]
            for one in bar(as_completed(parts), total=len(tasks), unit="part"):
                found |= one.result()
        except KeyboardInterrupt:
            for process in multiprocessing.active_children():
                process.terminate()
            print(f"interrupted: {len(list(folder.glob('*.json')))} of {len(tasks)} parts are kept in {folder}; "
                  "the next run goes on from there", file=sys.stderr)
            sys.exit(130)
    stored = {"seeds": len(SEEDS), "rows": {row.key: found[row.key] for row in ROWS + RIVALS},
              "claims": {key: found[key] for key in claims}}
    text = json.dumps(stored, ensure_ascii=False, separators=(",", ":")).replace('},"', '},\n"').replace('],"', '],\n"')
    with replacing(STORED, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    shutil.rmtree(KEPT)  # the next run measures again
    print(f"wrote {len(stored['rows'])} rows and {len(stored['claims'])} claims to {STORED.name}")


if __name__ == "__main__":
    main()
