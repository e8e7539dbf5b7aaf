"""The ledger: it has everything that the reports state, its rule is the one on the page, its numbers come again."""

import json
import os
import pathlib
import shlex
import signal
from collections import Counter
from dataclasses import replace

import numpy as np
import pytest
from conftest import same

import labcore as lab
from labcore import checks, cli
from labcore.experiments import conclusions, ledger, reports
from labcore.experiments.settings import Settings, part
from labcore.experiments.statistics import Comparison, sign_test

STORED = ledger.load()
BY_KEY = {row.key: row for row in reports.ROWS}

# counted in what the project has of the reports: (cells, numbers)
TABLES = {"A": (3, 8 + 12 + 3),  # linear, XOR, and linear without activations
          "B": (10 + 11, 9 * 2 + 1 + 11 * 2),  # linear lacks 100 units, and a loss without activations
          "C": (16 * 2 + 1, 16 * 2 * 2 + 2),  # 8 rates and 8 other widths on both problems; two losses of the plateau
          "D": (5 * 2, 5 * 2), "E": (2, 6 + 8), "handout": (1, 1)}
CLAIMS = {"A": 7, "B": 13, "C": 7, "D": 6, "E": 11}


def test_every_cell_and_number_of_the_reports_is_there():
    cells = Counter(row.report for row in reports.ROWS)
    numbers = Counter(row.report for row in reports.ROWS for _ in row.reported)
    assert {report: (cells[report], numbers[report]) for report in cells} == TABLES
    assert len({row.key for row in reports.ROWS + reports.RIVALS}) == len(reports.ROWS + reports.RIVALS)


def test_every_claim_of_the_reports_is_there():
    assert Counter(claim.report for claim in conclusions.CLAIMS) == CLAIMS
    assert len({claim.key for claim in conclusions.CLAIMS}) == len(conclusions.CLAIMS)


def test_every_one_has_a_verdict_and_whatever_is_not_confirmed_has_a_reason():
    for report in TABLES:
        inside = {}
        for row, *_, found in ledger.numbers(report, STORED):
            assert found in ("inside the spread", "outside", "not reproducible as described")
            inside[row.key] = inside.get(row.key, True) and found == "inside the spread"
        assert all(inside[row.key] == (not row.why) for row in reports.ROWS if row.report == report)
        for claim, found in ledger.judged(report, STORED):
            assert (found is None) == (not claim.quantity)
            assert found is None or found.wins + found.losses + found.ties + found.open == 32
            assert bool(claim.why) == (found is not None and found.verdict != "holds"), claim.key


def test_a_setting_that_is_not_named_is_shown_beside_its_rivals():
    assert ledger.rivals("A", STORED)["201 points, loss as coded"] == (12, 12)
    assert [inside for inside, _ in ledger.rivals("A", STORED).values()].count(12) == 1
    assert [len(ledger.rivals(report, STORED)) for report in "ABCDE"] == [4, 2, 0, 0, 24]


def test_chance_is_what_one_of_our_own_seeds_would_have_outside():
    row = BY_KEY["C XOR: rate 1, 10000 epochs"]  # 32 different losses: the least and the largest of them are outside
    stored = {"rows": {row.key: {"loss at 10000": list(range(32)), "accuracy at 10000": [1.0] * 32}}}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(ledger, "ROWS", [row])
        assert ledger.by_chance("C", stored) == pytest.approx(2 / 32)


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
    ("0.99", [0.98, 0.995], "accuracy", 201, "inside the spread"),
    ("-34363", [-40_000.0, -30_000.0, np.nan], "loss as coded", 100, "inside the spread"),
])
def test_the_rule_for_a_number(text, values, quantity, n, expected):
    assert ledger.verdict(text, values, quantity, n) == expected


#: cells that are measured again, and how far another matrix kernel moves their numbers: last digits, which training
#: lets grow, and an accuracy by a point or two
SAMPLE = {"E linear: nothing named, 400 epochs": 1e-5, "E XOR: nothing named, 400 epochs": 1e-5,
          "A linear: rate 0.3, 3500 epochs": 0.05, "D XOR: Adam, LeakyReLU, 0.01, width 16, 30000 epochs": 0.05}


@pytest.mark.parametrize("key", SAMPLE)
def test_a_sample_of_the_stored_numbers_comes_again(key):
    seeds = 32 if SAMPLE[key] == 1e-5 else 6
    found = ledger.measure([BY_KEY[key]], range(seeds))[key]
    for what, values in found.items():
        atol = 0.06 if "accuracy" in what and SAMPLE[key] > 1e-5 else 0
        np.testing.assert_allclose(values, STORED["rows"][key][what][:seeds], SAMPLE[key], atol, err_msg=what)


@pytest.mark.parametrize("key", ["A linear: rate 0.3, 3500 epochs", "C XOR: rate 1, 10000 epochs"])
def test_new_seeds_lie_where_the_stored_ones_do(key):
    found = ledger.measure([BY_KEY[key]], range(100, 116))[key]
    for what, values in found.items():
        low, high = np.quantile(STORED["rows"][key][what], (0.1, 0.9))
        assert low <= np.median(values) <= high, what


@pytest.mark.parametrize("key", ["a_wide", "b_wide_start", "c_plateau_is_half", "e_sgd_worst", "e_adam_best_own"])
def test_a_sample_of_the_stored_conclusions_comes_again_and_holds_of_new_seeds(key):
    claim = next(claim for claim in conclusions.CLAIMS if claim.key == key)
    assert claim.measure(range(8)).tolist() == STORED["claims"][key][:8]
    stored = sign_test(np.array(STORED["claims"][key], float))
    new = sign_test(claim.measure(range(100, 132)))
    assert abs(new.wins - stored.wins) <= 10


def test_one_rule_judges_whatever_is_compared(monkeypatch):
    monkeypatch.setattr(Comparison, "verdict", property(lambda comparison: "doesn't hold"))
    assert all(found.verdict == "doesn't hold" for _, found in ledger.judged("C", STORED))
    assert checks.comparison("a > b", range(10), range(10))  # since a < b "doesn't hold"
    files = pathlib.Path(lab.__file__).parent.rglob("*.py")
    assert [path.name for path in files if "undecided" in path.read_text("utf-8")] == ["statistics.py"]


def test_a_run_of_the_ledger_is_a_run_of_labcore():
    how = {"every": 10, "record": {"distance": reports.RECORDS["distance"]}}
    found = reports.run("linear", Settings(lr=0.5), 50, range(20), **how)
    x, y = lab.generate_linear(seed=17)
    net = lab.mlp([2, 10, 10, 1], seed=17)
    alone = lab.train(net, x, y, loss=lab.squared_error, optimizer=lab.SGD(0.5), epochs=50)
    assert same(found[0].loss[:, 17], alone.loss[::10]) and same(found[0].accuracy[:, 17], alone.accuracy[::10])
    assert same(found.value("distance")[0, 17], np.abs(net.predict(x) - y).mean())


@pytest.mark.parametrize("row", [row for row in reports.ROWS if row.command], ids=lambda row: row.key)
def test_the_command_line_of_a_row_is_its_setting(row, monkeypatch):
    words = shlex.split(row.command)
    assert words[:3] == ["python", "-m", "labcore"]
    ran = []
    monkeypatch.setattr(cli, "run_train", lambda how, epochs, **others: ran.append((Settings(**how), epochs)))
    cli.main(words[3:])
    settings = replace(row.settings, problem=part("problem", row.problem), noise=None, seed=42)
    assert ran == [(settings, row.epochs)]


def test_one_of_them_runs_and_stops_at_100_percent(capsys):
    row = BY_KEY["D linear: Adam, LeakyReLU, 0.01, width 16, 30000 epochs"]
    assert cli.main(shlex.split(row.command)[3:]) == 0
    out = capsys.readouterr().out
    assert "accuracy 100.00%" in out and int(out.split("after ")[1].split()[0]) % 100 == 0


def test_reproducing_writes_the_table_in_the_order_of_the_reports(tmp_path, monkeypatch, capsys):
    rows = [BY_KEY["E XOR: nothing named, 400 epochs"], BY_KEY["E linear: nothing named, 400 epochs"]]
    few = [claim for claim in conclusions.CLAIMS if claim.key in ("b_wide_start", "b_seconds")]
    monkeypatch.setattr(ledger, "ROWS", rows)
    monkeypatch.setattr(ledger, "RIVALS", [])
    monkeypatch.setattr(conclusions, "CLAIMS", few)
    monkeypatch.setattr(ledger, "STORED", tmp_path / "ledger.json")
    monkeypatch.setattr(ledger, "KEPT", tmp_path / "kept")
    monkeypatch.setattr(ledger, "SEEDS", range(3))
    ledger.main()
    table = json.loads((tmp_path / "ledger.json").read_text(encoding="utf-8"))
    assert list(table["rows"]) == [row.key for row in rows] and table["seeds"] == 3
    assert list(table["claims"]) == [claim.key for claim in few] and table["claims"]["b_seconds"] is None
    assert "wrote 2 rows and 2 claims" in capsys.readouterr().out


def test_one_interrupt_ends_reproducing_and_the_next_run_goes_on(tmp_path, monkeypatch, capsys):
    def bar(parts, **how):
        for one in parts:
            yield one
            os.kill(os.getpid(), signal.SIGINT)  # once the first part is there

    quick, other = (row for row in reports.ROWS if "nothing named, 400 epochs" in row.key)
    hours = replace(other, reported=[("loss", 10**8, "0.1")], epochs=10**8)
    monkeypatch.setattr(conclusions, "CLAIMS", [])
    monkeypatch.setattr(ledger, "STORED", tmp_path / "ledger.json")
    for name, value in {"KEPT": tmp_path / "kept", "RIVALS": [], "bar": bar, "ROWS": [quick, hours]}.items():
        monkeypatch.setattr(ledger, name, value)
    with pytest.raises(SystemExit, match="130"):
        ledger.main()
    assert "1 of 2 parts are kept" in capsys.readouterr().err and [*tmp_path.iterdir()] == [tmp_path / "kept"]
    for name, value in {"ROWS": [quick], "bar": lambda parts, **how: parts, "measure": None}.items():
        monkeypatch.setattr(ledger, name, value)  # what is kept isn't measured again
    ledger.main()
    assert "1 of 1 parts are there" in capsys.readouterr().out and [*tmp_path.iterdir()] == [tmp_path / "ledger.json"]
