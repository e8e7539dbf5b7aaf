"""The reports measured again: each row and claim over many seeds, and a verdict by rule.

``python -m labcore.ledger`` (``make reproduce``) writes `STORED`: 32 seeds for every row of `reports` and every claim
of `claims`.
"""

import json
import pathlib
import re

import numpy as np

from . import claims
from .runs import DEFAULTS, POINTS, run
from ..files import replacing
from .progress import bar
from .reports import BASE, ROWS, Row
from .statistics import Table, wilson
from ..validation import instance, items, one_of, real_numbers, room, shown, switch, whole_number

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
    one_of("report", row.report, BASE)
    return DEFAULTS | BASE[row.report] | row.settings


def measure(rows, seeds=SEEDS):
    """Return {key: {"quantity at epoch": [value for each seed]}} for some rows (`Row`); what is one run is run once.

    Parameters
    ----------
    rows : iterable of Row
        Rows of `labcore.reports.ROWS`.
    seeds : sequence of int, default range(32)
        One network for each.

    Returns
    -------
    dict
        As in the stored table under "rows"; values to six digits, nan for an epoch that never came.

    Raises
    ------
    TypeError
        If `rows` is no sequence of rows, or as `labcore.experiments.run` raises it.
    ValueError
        As `labcore.experiments.run` raises it, and for a row of another report.

    Examples
    --------
    >>> from labcore import ledger, reports
    >>> rows = [row for row in reports.ROWS if row.report == "E" and row.problem == "linear"]
    >>> {key: list(found)[:2] for key, found in ledger.measure(rows, seeds=range(2)).items()}
    {'E linear: Adam, 0.01, 400 epochs': ['loss at 20', 'accuracy at 20']}
    """
    groups, found = {}, {}
    for row in items("rows", rows, "labcore.reports.ROWS"):
        settings = _settings(instance("each of rows", row, Row, "labcore.reports.Row"))
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

    Parameters
    ----------
    text : str
        The number as the report prints it: its digits say how exact it is.
    values : array_like
        Ours, one for each seed, nan for never.
    quantity : str
        "accuracy" is looked at as a count; any other isn't.
    n : int
        Examples of the problem.

    Returns
    -------
    str
        One of the three verdicts.

    Raises
    ------
    TypeError
        If `text` or `quantity` is no text, `values` hold anything but real numbers, or `n` is no whole number.
    ValueError
        If `text` is no number, there are no values, or `n` is below 1 or too large for memory.

    Examples
    --------
    >>> from labcore.ledger import verdict
    >>> verdict("0.25", [0.2, 0.3], "loss", 21), verdict("0.5", [0.2, 0.3], "loss", 21)
    ('inside the spread', 'outside')
    >>> verdict("0.99", [0.9, 1.0], "accuracy", 21)
    'not reproducible as described'
    """
    if not isinstance(text, str) or not isinstance(quantity, str):
        raise TypeError(f"text and quantity must be texts; got {shown(text)} and {shown(quantity)}; for example '0.25'")
    if not re.fullmatch(r"-?\d{1,15}(\.\d{0,15})?", text):
        raise ValueError(f"text must be a number as a report prints it; got {shown(text)}; for example '0.25'")
    number, half = float(text), 0.5 * 10.0 ** -len(text.partition(".")[2])
    values, n = real_numbers("values", values), whole_number("n", n)
    room("n", (n + 1,))
    if values.size == 0:
        raise ValueError("values must hold a number for each seed; got none")
    if np.isnan(values).all():
        return "not reproducible as described"
    if quantity == "accuracy" and np.abs(np.arange(n + 1) / n - number).min() > half + 1e-12:
        return "not reproducible as described"
    half += 5e-7 * number + 1e-12
    return "inside the spread" if np.nanmin(values) - half <= number <= np.nanmax(values) + half else "outside"


def claim_verdict(holds, some=False):
    """Return the verdict on a claim from a bool for each seed: the Wilson interval of the share against one half.

    With `some`, of a claim that says "may", one seed is enough; without any bools it is a matter of the machine.

    Parameters
    ----------
    holds : list of bool or None
        Whether it holds, for each seed.
    some : bool, default False
        Whether the claim says "may".

    Returns
    -------
    str
        "holds" if the 95 % interval lies above one half, "doesn't hold" if below, "undecided" otherwise; "not measured"
        for None.

    Raises
    ------
    TypeError
        If `holds` is no sequence of bools, or `some` neither true nor false.
    ValueError
        For an empty list, unless `some` is set.

    Examples
    --------
    >>> from labcore.ledger import claim_verdict
    >>> claim_verdict([True] * 30 + [False] * 2), claim_verdict([True, False]), claim_verdict([False, True], some=True)
    ('holds', 'undecided', 'holds')
    """
    if holds is None:
        return "not measured"
    holds, some = [switch("each of holds", one) for one in items("holds", holds, "[True, False]")], switch("some", some)
    if some:
        return "holds" if any(holds) else "doesn't hold"
    if not holds:
        raise ValueError("holds must say for one seed at least whether the claim holds; got an empty list")
    low, high = wilson(sum(holds), len(holds))
    return "holds" if low > 0.5 else "doesn't hold" if high < 0.5 else "undecided"


def load():
    """Return the stored table: {"rows": {key: {quantity: values}}, "claims": {key: [bool for each seed] or None}}.

    Returns
    -------
    dict
        With the number of seeds under "seeds" besides.

    Raises
    ------
    FileNotFoundError
        If ``ledger.json`` isn't beside the module.

    Examples
    --------
    >>> from labcore import ledger
    >>> stored = ledger.load()
    >>> stored["seeds"], len(stored["rows"]), len(stored["claims"])
    (32, 71, 37)
    """
    return json.loads(STORED.read_text(encoding="utf-8"))


def _entry(stored, *keys):
    """Return what the stored table has below these keys."""
    for key in keys:
        if not isinstance(stored, dict):
            raise TypeError(f"stored must be the table that load() returns; got {shown(stored)} in the "
                            f"place of {key!r}")
        if key not in stored:
            raise KeyError(f"the stored table has no {key!r}; make reproduce measures it anew")
        stored = stored[key]
    return stored


def numbers(report, stored):
    """Yield (row, quantity, epoch, text as printed, our values (seeds,), verdict) for each number of a report.

    Parameters
    ----------
    report : {"A", "B", "C", "D", "E"}
        The report's letter.
    stored : dict
        The table that `load` returns.

    Yields
    ------
    tuple
        (Row, str, int, str, ndarray, str).

    Raises
    ------
    TypeError, ValueError
        For another report, or a table that isn't like the one that `load` returns.
    KeyError
        If the table lacks a row of the report.

    Examples
    --------
    >>> from labcore import ledger
    >>> row, quantity, epoch, text, values, found = next(ledger.numbers("A", ledger.load()))
    >>> row.key, quantity, epoch, text, values.shape, found
    ('A linear: rate 0.3, 3500 epochs', 'loss', 500, '0.09334', (32,), 'inside the spread')
    """
    one_of("report", report, BASE)
    for row in ROWS:
        if row.report == report:
            for quantity, epoch, text in row.reported:
                values = real_numbers("values", _entry(stored, "rows", row.key, f"{quantity} at {epoch}"))
                yield row, quantity, epoch, text, values, verdict(text, values, quantity, POINTS[row.problem])


def table(report, stored):
    """Return the ledger of a report as a `Table`: reported, our median and range, and the verdict.

    Parameters
    ----------
    report : {"A", "B", "C", "D", "E"}
        The report's letter.
    stored : dict
        The table that `load` returns.

    Returns
    -------
    Table
        A line for each number of the report.

    Raises
    ------
    TypeError, ValueError
        For another report, or a table that isn't like the one that `load` returns.
    KeyError
        If the stored table lacks a row of the report.

    Examples
    --------
    >>> from labcore import ledger
    >>> line = ledger.table("D", ledger.load()).rows[0]
    >>> line["setting"], line["report"], line["median"], line["verdict"]
    ('XOR, Adam, LeakyReLU, 0.01', '100', '200', 'inside the spread')
    """
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
    """Return the claims of a report as a `Table`: what was compared, for how many seeds it held, and the verdict.

    Parameters
    ----------
    report : {"A", "B", "C", "D", "E"}
        The report's letter.
    stored : dict
        The table that `load` returns.

    Returns
    -------
    Table
        A line for each claim of the report.

    Raises
    ------
    TypeError, ValueError
        For another report, or a table that isn't like the one that `load` returns.
    KeyError
        If the stored table lacks a claim of the report.

    Examples
    --------
    >>> from labcore import ledger
    >>> line = ledger.claims_table("C", ledger.load()).rows[2]
    >>> line["claim"], line["holds for"], line["verdict"]
    ('raising the rate to 1 cures it', '30 of 32', 'holds')
    """
    lines = []
    one_of("report", report, BASE)
    for claim in claims.CLAIMS:
        if claim.report == report:
            holds = _entry(stored, "claims", claim.key)
            holds = holds if holds is None else items("holds", holds, "[True, False]")
            lines.append({"claim": claim.text, "compared": claim.how,
                          "holds for": "" if holds is None else f"{sum(holds)} of {len(holds)}",
                          "verdict": claim_verdict(holds, claim.some)})
    return Table(lines)


def reasons(report, stored):
    """Return why, for each row and claim of a report that isn't confirmed, as a `Table`; one line a reason.

    Parameters
    ----------
    report : {"A", "B", "C", "D", "E"}
        The report's letter.
    stored : dict
        The table that `load` returns.

    Returns
    -------
    Table
        What isn't confirmed, and why.

    Raises
    ------
    TypeError, ValueError
        For another report, or a table that isn't like the one that `load` returns.
    KeyError
        If the stored table lacks a row or claim, or `WHY` a reason.

    Examples
    --------
    >>> from labcore import ledger
    >>> ledger.reasons("D", ledger.load()).rows[0]["why"]
    "for a third of the seeds it isn't: 18 of 32 can't decide"
    """
    rows = {row.key: f"{row.problem}, {row.label}" for row, *_, found in numbers(report, stored)
            if found != "inside the spread"}
    unsure = {claim.key: claim.text for claim in claims.CLAIMS if claim.report == report
              and claim_verdict(_entry(stored, "claims", claim.key), claim.some) in ("doesn't hold", "undecided")}
    lines = {}
    for key, what in (rows | unsure).items():
        lines.setdefault(_entry(WHY, key), []).append(what)
    return Table([{"what": "; ".join(whats), "why": why} for why, whats in lines.items()])


def _job(job):
    kind, keys = job
    if kind == "rows":
        return kind, measure([row for row in ROWS if row.key in keys])
    found = next(claim for claim in claims.CLAIMS if claim.key == keys)
    return kind, {keys: found.measure and [bool(holds) for holds in found.measure(SEEDS)]}


def main():
    """Measure everything, a process for each core, the longest runs first, and write the stored table.

    It writes `STORED` anew and prints how much it holds; ``make reproduce`` calls it.

    Raises
    ------
    OSError
        If the file can't be written.

    Examples
    --------
    >>> from labcore import ledger
    >>> ledger.main()  # doctest: +SKIP
    """
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
    with replacing(STORED, "w", encoding="utf-8") as file:
        file.write(text + "\n")
    print(f"wrote {len(table['rows'])} rows and {len(table['claims'])} claims to {STORED.name}")


if __name__ == "__main__":
    main()
