"""The command line, as a person uses it."""

import csv
import os
import pathlib
import signal
import subprocess
import sys
from unittest import mock

import numpy as np
import pytest

import labcore as lab
from labcore import cli


def run(capsys, line):
    """Return (status, output, error) of ``python -m labcore line``."""
    try:
        status = cli.main(line.split())
    except SystemExit as stop:
        status = stop.code
    return status, *capsys.readouterr()


def test_without_flags_it_is_xor_at_report_cs_settings(capsys):
    args = cli.parser().parse_args(["train"])
    assert (args.problem, args.hidden, args.activation, args.optimizer, args.lr, args.loss, args.epochs) == (
        "xor", [10, 10], "sigmoid", "sgd", 0.5, "squared_error", 10_000)


def test_training_prints_losses_predictions_and_the_result(capsys):
    status, out, err = run(capsys, "train --epochs 100 --seed 3")
    net = lab.mlp([2, 10, 10, 1], seed=3)
    history = lab.train(net, *lab.generate_xor_easy(), loss=lab.squared_error, optimizer=lab.SGD(lr=0.5), epochs=100)
    assert status == 0 and err == ""
    lines = out.splitlines()
    assert lines[:11] == [f"epoch {t} loss : {history.loss[t]:.5f}" for t in range(0, 101, 10)]
    assert len([line for line in lines if line.startswith("Iter ")]) == 21
    assert lines[-1] == f"after 100 epochs: loss {history.loss[-1]:.5f}, accuracy {history.accuracy[-1]:.2%}"


def test_everything_that_can_be_chosen(capsys, tmp_path):
    status, out, err = run(capsys, "train --problem xor --hidden 4 4 --activation leaky_relu --optimizer adam "
                                   "--lr 0.01 --loss binary_cross_entropy --init he_leaky_normal "
                                   "--bias-init he_leaky_normal --epochs 3000 "
                                   "--stop-at-accuracy 1 --check-every 100 --seed 42 --print-every 500 "
                                   f"--figures {tmp_path}")
    assert status == 0 and err == ""
    after = int(out.split("after ")[1].split()[0])
    assert after % 100 == 0 and after < 3000 and "accuracy 100.00%" in out
    pictures = sorted(path.name for path in tmp_path.iterdir())
    assert pictures == ["boundary.png", "learning_curve.png", "result.png"]
    assert all(path.read_bytes().startswith(b"\x89PNG") for path in tmp_path.iterdir())


@pytest.mark.parametrize("flags", [
    "--problem linear --batch-size 10", "--problem circles --optimizer momentum --beta 0.8 --nesterov --lr 0.1",
    "--problem spirals --activation tanh --optimizer rmsprop --eps 1e-6", "--optimizer adagrad --eps-inside",
    "--optimizer adamw --weight-decay 0.1 --lr 0.01", "--optimizer adam --amsgrad --lr 0.01",
    "--no-bias --init uniform",
    "--output identity --loss sigmoid_cross_entropy --stop-at-loss 0.6",
    "--activation relu --init he_normal --lr 0.1", "--activation leaky_relu --slope 0.2 --batch-size 7 --no-shuffle",
])
def test_each_choice_runs(flags, capsys):
    status, out, err = run(capsys, "train --epochs 5 " + flags)
    assert status == 0 and err == "" and "after" in out


def test_a_run_that_stands_still_from_the_start_has_its_figures(capsys, tmp_path):
    status, out, err = run(capsys, f"train --epochs 5 --stop-at-loss 100 --figures {tmp_path}")
    assert status == 0 and err == "" and "after 0 epochs" in out and len(list(tmp_path.iterdir())) == 3


def test_divergence_is_status_1(capsys, tmp_path):
    status, out, err = run(capsys, "train --activation identity --output identity --lr 1e6 --epochs 500 "
                                   f"--figures {tmp_path}")
    assert status == 1 and "diverged at epoch" in err and err.count("\n") == 1 and "Prediction: nan" in out
    assert sorted(path.name for path in tmp_path.iterdir()) == ["learning_curve.png", "result.png"]


@pytest.mark.parametrize("line, message", [
    ("train --lr -1", "lr must lie in (0, inf); got -1.0"), ("train --lr nan", "lr must lie in (0, inf); got nan"),
    ("train --lr fast", "argument --lr: invalid float value: 'fast'"), ("train --lr 0.1 0.2", "unrecognized arguments"),
    ("train --lr", "argument --lr: expected one argument"),
    ("train --hidden 0", "must be a whole number of at least 1; got 0"), ("train --hidden 4-4", "invalid int value"),
    ("train --hidden 1000000000000000", "llocate"), ("train --hidden", "--hidden: expected at least one argument"),
    ("train --epochs 0", "epochs must be a whole number of at least 1; got 0"),
    ("train --epochs 1e4", "argument --epochs: invalid int value"),
    ("train --epochs 10 --check-every 0", "check_every must be a whole number"),
    ("train --epochs 10 --stop-at-accuracy 90", "stop_at_accuracy must lie in [0, 1"),
    ("train --stop-at-loss -1", "stop_at_loss must lie in [0, inf)"), ("train --noise -1", "noise must lie in [0"),
    ("train --batch-size 0", "batch_size must be a whole number of at least 1; got 0"),
    ("train --batch-size 22", "batch_size must be at most 21, the number of points"),
    ("train --problem xnor", "problem must be one of linear, xor, circles, spirals; got 'xnor'"),
    ("train --activation rely", "activation must be one of Sigmoid, Tanh"), ("train --activation=--", "got"),
    ("train --output none", "output must be one of Sigmoid"), ("train --loss mse", "loss must be one of squared_error"),
    ("train --optimizer sdg", "optimizer must be one of SGD"), ("train --init he", "init must be one of zeros"),
    ("train --bias-init he", "bias_init must be one of zeros"), ("train --speed 3", "unrecognized arguments: --speed"),
    ("train --beta 0.9", "can't use SGD with beta"), ("train --nesterov", "can't use SGD with nesterov"),
    ("train --optimizer adam --beta1 1", "beta1 must lie in [0, 1); got 1.0"),
    ("train --optimizer adam --eps 0", "eps must lie in (0, inf)"),
    ("train --output identity --loss binary_cross_entropy", "choose output Sigmoid"),
    ("train --loss sigmoid_cross_entropy", "choose output Identity"), ("train --loss softmax_cross_entropy", "sigmoid"),
    ("train --seed -3", "seed must be a whole number of at least 0"), ("train --seed 1.5", "invalid int value: '1.5'"),
    ("train --slope 0.1", "can't use SGD with slope"), ("train --no-bias=1", "ignored explicit argument '1'"),
    ("train --activation leaky_relu --slope 2", "slope must lie in [0, 1)"),
    ("train --print-every 0", "--print-every must be a whole number of at least 1; got 0"),
    ("train --epochs 3 --figures pyproject.toml/below", "pyproject.toml"),
    ("train --epochs 3 --figures pyproject.toml", "pyproject.toml"),
    ("sweep --csv no/such/folder.csv", "No such file or directory"), ("sweep --accuracy 90", "--accuracy must lie in"),
    ("sweep --epochs 100000000 --csv tests", "tests"), ("sweep --hidden 4x4", "whole numbers with - between"),
    ("sweep --epochs 10 --every 3", "multiple of every"), ("sweep --lr 0.1 -1", "lr must lie in (0, inf)"),
    ("sweep --seeds 0", "--seeds must be a whole number of at least 1; got 0"), ("sweep --problem xor xnor", "'xnor'"),
    ("sweep --optimizer sgd adam --beta1 0.9", "can't use SGD with beta1"), ("sweep --optimizer", "--optimizer"),
    ("", "the following arguments are required"), ("learn", "invalid choice: 'learn'"),
], ids=str)
def test_a_mistake_is_one_line_and_status_2(line, message, capsys):
    status, out, err = run(capsys, line)
    assert status == 2 and message in err and err.count("\n") == 1 and out == ""
    assert err.startswith("python -m labcore") and not list(pathlib.Path("tests").glob("*.part"))


def test_a_sweep_prints_a_table_and_writes_it(capsys, tmp_path):
    status, out, err = run(capsys, "sweep --problem xor linear --lr 0.1 1 --epochs 200 --every 10 --seeds 4 "
                                   f"--csv {tmp_path / 'table.csv'}")
    assert status == 0 and err == "" and len(out.splitlines()) == 6
    with open(tmp_path / "table.csv", newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [(row["problem"], row["lr"]) for row in rows] == [("xor", "0.1"), ("xor", "1"), ("linear", "0.1"),
                                                             ("linear", "1")]
    assert rows[3]["≥ 90 %"] == "4/4"
    assert "≥ 50 %" in run(capsys, "sweep --epochs 2 --seeds 2 --accuracy 0.5")[1]


def test_an_interrupt_keeps_the_last_table_and_writes_what_is_finished_beside_it(capsys, tmp_path, monkeypatch):
    def bar(blocks, **how):
        for k, block in enumerate(blocks):
            if k == 2:
                os.kill(os.getpid(), signal.SIGINT)
            yield block

    monkeypatch.setattr("labcore.experiments.sweep.bar", bar)
    (tmp_path / "table.csv").write_text("of the last run", encoding="utf-8")
    status, out, err = run(capsys, f"sweep --hidden 2 3 4 5 --epochs 5 --seeds 2 --csv {tmp_path / 'table.csv'}")
    assert status == 130 and err == "interrupted: 2 of 4 settings are finished\n"
    assert out.splitlines()[-1] == f"wrote {tmp_path / 'table-interrupted.csv'}"
    assert (tmp_path / "table.csv").read_text(encoding="utf-8") == "of the last run"
    with open(tmp_path / "table-interrupted.csv", newline="", encoding="utf-8") as file:
        assert [row["hidden"] for row in csv.DictReader(file)] == ["2", "3"]


@pytest.mark.parametrize("encoding", ["cp1252", "ascii", "utf-16"])
def test_no_result_is_lost_to_what_a_file_or_a_terminal_can_hold(encoding, tmp_path):
    flags = ["sweep", "--epochs", "2", "--seeds", "2", "--csv", str(tmp_path / "table.csv")]
    done = subprocess.run([sys.executable, "-m", "labcore", *flags], capture_output=True,
                          env=os.environ | {"PYTHONIOENCODING": encoding})
    assert done.returncode == 0 and done.stderr == b"" and "90 %" in done.stdout.decode(encoding)
    assert "≥ 90 %" in (tmp_path / "table.csv").read_text(encoding="utf-8")


def test_on_a_full_disk_the_table_is_still_printed(capsys, tmp_path, monkeypatch):
    monkeypatch.setattr("os.fsync", mock.Mock(side_effect=OSError("No space left on device")))
    status, out, err = run(capsys, f"sweep --epochs 2 --seeds 2 --csv {tmp_path / 'table.csv'}")
    assert status == 2 and "No space left" in err and "≥ 90 %" in out and list(tmp_path.iterdir()) == []


def test_help_names_every_flag(capsys):
    status, out, _ = run(capsys, "train --help")
    assert status == 0
    for flag in ("--problem", "--hidden", "--activation", "--optimizer", "--lr", "--loss", "--epochs", "--seed",
                 "--stop-at-accuracy", "--figures", "--log-dir", "--batch-size", "--init", "--weight-decay"):
        assert flag in out
    assert max(map(len, out.splitlines())) <= 120 and "None" not in out
    assert "order of examples (default: 0)" in " ".join(out.split()) and "(default: False)" not in out


def test_curves_are_written_for_tensorboard(capsys, tmp_path):
    pytest.importorskip("tensorboardX", reason="an extra: pip install -e .[tensorboard]")
    status, out, err = run(capsys, f"train --epochs 20 --log-dir {tmp_path}")
    events = list(tmp_path.glob("events.out.tfevents.*"))
    assert status == 0 and len(events) == 1
    record = events[0].read_bytes()
    assert record.count(b"loss") == record.count(b"accuracy") == 21


def test_without_tensorboard_it_says_what_to_install(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorboardX", None)
    status, out, err = run(capsys, f"train --epochs 20 --log-dir {tmp_path / 'logs'}")
    assert status == 2 and "pip install tensorboardX" in err and err.count("\n") == 1
    assert not (tmp_path / "logs").exists()


def test_it_is_a_program():
    done = subprocess.run([sys.executable, "-m", "labcore", "train", "--epochs", "10"], capture_output=True, text=True,
                          encoding="utf-8", env=None)
    assert done.returncode == 0 and done.stderr == "" and "epoch 10 loss" in done.stdout
    wrong = subprocess.run([sys.executable, "-m", "labcore", "train", "--lr", "0"], capture_output=True, text=True,
                           encoding="utf-8")
    assert wrong.returncode == 2 and wrong.stderr.startswith("python -m labcore train: lr must lie in")


def test_the_seed_decides(capsys):
    first, again, other = (run(capsys, f"train --epochs 20 --seed {seed}")[1] for seed in (1, 1, 2))
    assert first == again != other
    assert np.isfinite(float(first.split("loss ")[-1].split(",")[0]))
