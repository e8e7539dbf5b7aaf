"""The ledger: it has everything that the reports state, its rule is the one on the page, its numbers come again."""

import json
import shlex
from collections import Counter

import numpy as np
import pytest

import labcore as lab
from labcore import cli
from labcore.experiments import claims, ledger, reports
from labcore.experiments import runs as experiments

STORED = ledger.load()
BY_KEY = {row.key: row for row in reports.ROWS}

# counted in the reports' tables: (cells, numbers)
TABLES = {"A": (2 + 1, 8 + 12 + 1),  # linear, XOR, and XOR's accuracy once more as the count that it is called
          "B": (10 + 11, 9 * 2 + 1 + 11 * 2),  # linear lacks 100 units, and a loss without activations
          "C": (17 * 2 + 1, 17 * 2 * 2 + 3),  # 8 rates and 9 widths on both problems; three losses of the plateau
          "D": (5 * 2, 5 * 2), "E": (2, 6 + 8)}
CLAIMS = {"A": 6, "B": 12, "C": 4, "D": 6, "E": 9}


def test_every_cell_and_number_of_the_reports_is_there():
    cells = Counter(row.report for row in reports.ROWS)
    numbers = Counter(row.report for row in reports.ROWS for _ in row.reported)
    assert {report: (cells[report], numbers[report]) for report in cells} == TABLES
    assert len(BY_KEY) == len(reports.ROWS)


def test_every_claim_of_the_reports_is_there():
    assert Counter(claim.report for claim in claims.CLAIMS) == CLAIMS
    assert len({claim.key for claim in claims.CLAIMS}) == len(claims.CLAIMS)


def test_every_one_has_a_verdict():
    verdicts = [found for report in "ABCDE" for *_, found in ledger.numbers(report, STORED)]
    assert len(verdicts) == sum(numbers for _, numbers in TABLES.values())
    assert set(verdicts) == {"inside the spread", "outside", "not reproducible as described"}
    for claim in claims.CLAIMS:
        holds = STORED["claims"][claim.key]
        assert (holds is None) == (claim.measure is None)
        assert ledger.claim_verdict(holds, claim.some) in ("holds", "doesn't hold", "undecided", "not measured")
        assert holds is None or len(holds) == 32


def test_whatever_is_not_confirmed_has_a_reason_and_nothing_else_has():
    tables = [ledger.reasons(report, STORED) for report in "ABCDE"]  # a KeyError if one lacks it
    assert sum(row["what"].count("; ") + 1 for table in tables for row in table.rows) == len(ledger.WHY)


@pytest.mark.parametrize("text, values, quantity, n, expected", [
    ("0.5", [0.4, 0.6], "loss", 21, "inside the spread"),
    ("0.7", [0.4, 0.6], "loss", 21, "outside"),
    ("0.65", [0.4, 0.6], "loss", 21, "outside"),
    ("0.61", [0.4, 0.606], "loss", 21, "inside the spread"),  # 0.606 is printed as 0.61
    ("0.61", [0.4, 0.6], "loss", 21, "outside"),
    ("0.28871391", [0.288714], "loss", 21, "inside the spread"),  # six digits are stored
    ("5800", [2600.0, np.nan, 10_600.0], "epochs to 100 %", 21, "inside the spread"),
    ("5800", [np.nan, np.nan], "epochs to 100 %", 21, "not reproducible as described"),
    ("0.9524", [20 / 21], "accuracy", 21, "inside the spread"),
    ("0.714", [15 / 21], "accuracy", 21, "inside the spread"),
    ("0.99", [1.0], "accuracy", 21, "not reproducible as described"),
    ("0.99", [0.99], "accuracy", 100, "inside the spread"),
    ("1.00", [0.98, 0.99], "accuracy", 100, "outside"),
])
def test_the_rule_for_a_number(text, values, quantity, n, expected):
    assert ledger.verdict(text, values, quantity, n) == expected


@pytest.mark.parametrize("count, some, expected", [
    (32, False, "holds"), (23, False, "holds"), (20, False, "undecided"), (12, False, "undecided"),
    (5, False, "doesn't hold"), (1, True, "holds"), (0, True, "doesn't hold"),
])
def test_the_rule_for_a_conclusion(count, some, expected):
    assert ledger.claim_verdict([True] * count + [False] * (32 - count), some) == expected
    assert ledger.claim_verdict(None) == "not measured"


SAMPLE = ["A linear: rate 0.3, 3500 epochs", "D XOR: Adam, LeakyReLU, 0.01, width 16, 30000 epochs",
          "E linear: Adam, 0.01, 400 epochs", "E XOR: Adam, 0.01, 400 epochs"]


@pytest.mark.parametrize("key", SAMPLE)
def test_a_sample_of_the_stored_numbers_comes_again(key):
    seeds = range(6)
    found = ledger.measure([BY_KEY[key]], seeds)[key]
    for what, values in found.items():
        known = STORED["rows"][key][what][:6]
        # another matrix kernel moves the last digits, and an accuracy by a point or two
        np.testing.assert_allclose(values, known, rtol=0.05, atol=0.06 if "accuracy" in what else 0, err_msg=what)


@pytest.mark.parametrize("key", ["A: rate 0.01 needs more epochs", "B: more units start from a high loss",
                                 "C: the plateau comes from outputs near 0.5", "E: SGD is the worst optimizer"])
def test_a_sample_of_the_stored_conclusions_comes_again(key):
    claim = next(claim for claim in claims.CLAIMS if claim.key == key)
    assert [bool(holds) for holds in claim.measure(range(8))] == STORED["claims"][key][:8]


def test_a_run_of_the_ledger_is_a_run_of_labcore():
    runs = experiments.run("linear", 50, range(20), optimizer=lab.SGD(0.5), every=10)
    x, y = lab.generate_linear(seed=17)
    net = lab.mlp([2, 10, 10, 1], seed=17)
    alone = lab.train(net, x, y, loss=lab.squared_error, optimizer=lab.SGD(0.5), epochs=50)
    assert np.array_equal(runs.loss[:, 17], alone.loss[::10])
    assert np.array_equal(runs.accuracy[:, 17], alone.accuracy[::10])
    assert runs.agreement[-1, 17] == 1 - np.abs(net.predict(x) - y).mean()
    assert runs.epochs.tolist() == [0, 10, 20, 30, 40, 50]


def test_a_network_that_has_arrived_stands_still():
    runs = experiments.run("XOR", 3000, range(6), optimizer=lab.Adam(0.01), every=100, stop=0.9)
    for k, first in enumerate(runs.epochs_to(0.9)):
        rows = runs.epochs >= first
        assert len(np.unique(runs.loss[rows, k])) == 1


@pytest.mark.parametrize("row", [row for row in reports.ROWS if row.command], ids=lambda row: row.key)
def test_the_command_line_of_a_row_is_its_setting(row):
    words = shlex.split(row.command)
    assert words[:3] == ["python", "-m", "labcore"]
    args = cli.parser().parse_args(words[3:])
    base = reports.BASE["D"] | row.settings
    assert args.problem == row.problem.lower() and tuple(args.hidden) == base["hidden"] and args.epochs == row.epochs
    assert cli.ACTIVATIONS[args.activation] is base["activation"] and cli.LOSSES[args.loss] is base["loss"]
    assert cli.INITIALIZERS[args.init] is base["init"] and cli.INITIALIZERS[args.bias_init] is base["bias_init"]
    assert type(base["optimizer"]) is cli.OPTIMIZERS[args.optimizer] and base["optimizer"].lr == args.lr
    assert (args.check_every, args.stop_at_accuracy) == (base["every"], base["stop"])


def test_one_of_them_runs_and_stops_at_100_percent(capsys):
    row = BY_KEY["D linear: Adam, LeakyReLU, 0.01, width 16, 30000 epochs"]
    assert cli.main(shlex.split(row.command)[3:]) == 0
    out = capsys.readouterr().out
    assert "accuracy 100.00%" in out and int(out.split("after ")[1].split()[0]) % 100 == 0


def test_reproducing_writes_the_table_in_the_order_of_the_reports(tmp_path, monkeypatch, capsys):
    rows = [BY_KEY[SAMPLE[3]], BY_KEY[SAMPLE[2]]]
    few = [claim for claim in claims.CLAIMS if claim.key.startswith(("B: 2 units", "B: more units start"))]
    monkeypatch.setattr(ledger, "ROWS", rows)
    monkeypatch.setattr(claims, "CLAIMS", few)
    monkeypatch.setattr(ledger, "STORED", tmp_path / "ledger.json")
    monkeypatch.setattr(ledger, "SEEDS", range(3))
    ledger.main()
    table = json.loads((tmp_path / "ledger.json").read_text(encoding="utf-8"))
    assert list(table["rows"]) == [row.key for row in rows] and table["seeds"] == 3
    assert list(table["claims"]) == [claim.key for claim in few]
    assert "wrote 2 rows and 2 claims" in capsys.readouterr().out
