"""Bad command lines: each ends with status 2 and one line that names the flag, with a documented status, or works."""

import contextlib
import io
import os
import pathlib
import random
import subprocess
import sys
import warnings

import matplotlib.pyplot as plt
import pytest
from bad_calls import limited, little_memory

from labcore import cli

SEED, LINES = os.environ.get("BAD_CALLS_SEED", "0"), int(os.environ.get("BAD_CALLS", "10000")) // 16
PROGRAMS = 8  #: lines that are run as programs of their own
TEXTS = ["", " ", "-", "--", "nan", "inf", "-inf", "-1", "0", "-0", "1", "2", "1.5", "0.5", "1e400", "1e-400", "-1e-9",
         "1_000", "0x10", "１２", "9" * 20, "9" * 5000, str(10**12), str(10**18), "true", "None", "é", "x" * 3000,
         "a\nb",
         "1,2", "1-2", "10-10-", "-10", "4--4", "10000000000-2", "sgd", "xor", "XOR", "adam ", "*", "../..", "/", "~",
         "taken", "taken/below", "missing/below", "fine", "\ud800", "1 2", "[1]", "()", "1j", "%s", "{}", "$HOME", "\\"]
PATHS = ["taken", "taken/below", "missing/below/here", "fine", ".", "", "..", "a\0b", "x" * 300, "\ud800"]
FLAGS = {"train": ["--hidden", "--seed", "--print-every", "--check-every", "--figures", "--epochs", "--batch-size",
                   "--lr", "--log-dir"],
         "sweep": ["--hidden", "--seeds", "--every", "--accuracy", "--csv", "--epochs", "--batch-size", "--lr"]}
BOTH = ["--problem", "--activation", "--output", "--slope", "--loss", "--optimizer", "--init", "--bias-init",
        "--no-bias",
        "--no-shuffle", "--stop-at-accuracy", "--stop-at-loss", "--beta", "--beta1", "--beta2", "--eps",
        "--weight-decay",
        "--nesterov", "--amsgrad", "--eps-inside"]
BASES = {"train": ["train", "--epochs", "2", "--hidden", "3"],
         "sweep": ["sweep", "--epochs", "2", "--hidden", "3", "--seeds", "2"]}


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with little_memory():
        yield


def test_the_flags_are_all_of_the_command_line_s():
    actions = cli.parser()._subparsers._group_actions[0].choices
    for command, parser in actions.items():
        assert {flag for flag in parser._option_string_actions if flag not in ("-h", "--help")} == {
            *FLAGS[command], *BOTH}, "a new flag is tried from its first day: enter it above"


def line(rng):
    """Return the words of a command line with one flag gone wrong, or several, and the flags that were touched."""
    command = rng.choice(["train", "train", "sweep"])
    words, touched = list(BASES[command]), []
    for _ in range(rng.choice([1, 1, 1, 2, 3])):
        kind = rng.random()
        if kind < 0.05:
            words.insert(rng.randrange(len(words) + 1), rng.choice(TEXTS))
            touched.append(None)  # what then is wrong depends on the place
            continue
        if kind < 0.08:
            words.append(rng.choice(["--speed", "-x", "--lr=", "--epochs=", "--no-bias=1", "--help", "-h", "--",
                                     "--e"]))
            touched.append(None)
            continue
        flag = rng.choice(FLAGS[command] * 2 + BOTH)
        touched.append(flag)
        texts = PATHS if flag in ("--figures", "--log-dir", "--csv") and rng.random() < 0.7 else TEXTS
        values = [rng.choice(texts) for _ in range(rng.choice([0, 1, 1, 1, 1, 2]))]
        if len(values) == 1 and rng.random() < 0.4:
            words.append(f"{flag}={values[0]}")
        else:
            words += [flag, *values]
    return words, touched


def files():
    return sorted((str(path), path.stat().st_size) for path in pathlib.Path(".").rglob("*"))


def problem(words, touched, status, out, err, before, after):
    """Return what is wrong with how the line ended, or None."""
    if status not in (0, 1, 2):
        return f"status {status}"
    if "Traceback" in err or "Warning" in err:
        return "a traceback or a warning"
    if status == 2:
        if err.count("\n") != 1 or not err.startswith("python -m labcore") or len(err) > 6000:
            return "what is wrong isn't said in one line"
        if after != before:
            return f"it left files: {sorted(set(after) - set(before))}"
        if out:
            return "it printed a part of the results"
        if None not in touched and not any(_named(flag, err) for flag in touched):
            return "the flag isn't named"
    elif status == 1 and not err and "failed" not in out:
        return "status 1 without a word"
    elif status == 0 and (err or not out):
        return "status 0, and something on stderr or nothing on stdout"
    return None


def _named(flag, err):
    """Whether the flag is named; several flags lead to `unrecognized arguments`, with a value too many."""
    return flag in err or flag[2:].replace("-", "_") in err or "unrecognized arguments" in err


def prepared():
    """Put a file in the folder where the lines want to write theirs, and remove what another line has left."""
    for path in sorted(pathlib.Path(".").rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()
    pathlib.Path("taken").write_text("a file")
    return files()


def test_bad_command_lines_are_refused_in_one_line_or_work(record_bad_calls):
    wrong, refused = [], {}
    for k in range(LINES):
        words, touched = line(random.Random(f"{SEED} line {k}"))
        before = prepared()
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err), warnings.catch_warnings(), limited(10):
            warnings.simplefilter("error")
            # matplotlib 3.9 calls what pyparsing 3.3 means to drop; Python shows that to no one
            warnings.filterwarnings("ignore", category=DeprecationWarning, module="matplotlib|pyparsing")
            try:
                status = cli.main(words)
            except SystemExit as stop:
                status = stop.code or 0
            except BaseException as error:
                status = f"{type(error).__name__}: {str(error)[:200]}"
        found = problem(words, touched, status, out.getvalue(), err.getvalue(), before, files())
        found = found or ("a figure is left open" if plt.get_fignums() else None)
        plt.close("all")
        if found:
            wrong.append(f"{found}: {[word[:40] for word in words]} status {status}, said {err.getvalue()[:300]!r}")
        refused.setdefault(f"labcore {words[0]}" if words[0] in BASES else "labcore", []).append(status == 2)
    for command, ended in refused.items():
        record_bad_calls(command, ended)
    assert not wrong, f"{len(wrong)} of {LINES} lines:\n" + "\n".join(wrong)


def test_bad_command_lines_of_programs(record_bad_calls):
    wrong, refused = [], []
    for k in range(PROGRAMS):
        words, touched = line(random.Random(f"{SEED} program {k}"))
        words = [word.replace("\ud800", "?") for word in words]  # no shell could hand it over
        before = prepared()
        done = subprocess.run([sys.executable, "-m", "labcore", *words], capture_output=True, text=True, timeout=60,
                              encoding="utf-8", errors="replace")
        found = problem(words, touched, done.returncode, done.stdout, done.stderr, before, files())
        if found:
            wrong.append(f"{found}: {words}: {done.stderr[-300:]!r}")
        refused.append(done.returncode == 2)
    record_bad_calls("labcore as a program", refused)
    assert not wrong, "\n".join(wrong)
