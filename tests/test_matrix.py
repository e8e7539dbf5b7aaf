"""What `make test-matrix` takes for the lowest versions, and that a failure in it is seen."""

import platform
import re
import sys

import matrix
import pytest
from packaging.requirements import Requirement
from packaging.version import Version

REQUIREMENTS = [Requirement(line.split("#")[0]) for line in
                (matrix.ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
                if re.match(r"\w", line)]
PINS = dict(re.findall(r"^([\w.-]+)==(\S+)", (matrix.ROOT / "site" / "constraints.txt").read_text(encoding="utf-8"),
                       re.MULTILINE))


@pytest.mark.parametrize("requirement", REQUIREMENTS, ids=str)
def test_each_requirement_has_a_lowest_version(requirement):
    lowest = matrix.bounds().get(requirement.name) or PINS[requirement.name]
    assert requirement.specifier.contains(lowest)
    if requirement.name not in PINS:
        assert not requirement.specifier.contains(f"{lowest}.dev0", prereleases=True), "nothing below it is allowed"


def test_of_two_bounds_the_higher_one_counts_and_extras_are_there():
    found = matrix.bounds()
    assert Version(found["matplotlib"]) >= Version("3.9"), "labcore alone takes 3.8.4, for Python in the browser"
    assert {"contourpy", "distributed", "tensorboardX"} <= set(found)
    assert not set(found) & set(PINS), "pip would find a pin and a bound in conflict"


def test_kernels_are_left_out_for_a_reason_and_none_runs_twice(monkeypatch, capsys):
    has = {"": ["Haswell"], "Prescott": ["Katmai"], "Core2": ["Katmai"], "Nehalem": ["Nehalem"], "Sandybridge": []}
    monkeypatch.setattr(matrix, "ask", lambda python, code, kernel="": has.get(kernel, ["Haswell"]))
    monkeypatch.setattr(matrix.platform, "machine", lambda: "x86_64")
    monkeypatch.setattr(matrix.pathlib.Path, "read_text", lambda *args, **more: "flags: pni ssse3 sse4_2 avx avx2")
    monkeypatch.setattr(matrix.pathlib.Path, "exists", lambda path: True)
    assert matrix.kernels("python") == ["Prescott", "Nehalem"]
    said = capsys.readouterr().out
    for reason in ("Core2: left out, OpenBLAS takes Katmai for it, as for Prescott", "Sandybridge: left out, it stops",
                   "Haswell: left out, OpenBLAS takes Haswell for it, as for every", "lacks avx512vl"):
        assert reason in said
    monkeypatch.setattr(matrix.platform, "machine", lambda: "arm64")
    assert matrix.kernels("python") == [] and "on arm64" in capsys.readouterr().out


@pytest.mark.parametrize("code, said", [
    ("print('3 passed, 1 skipped in 2s')", "3 passed, 1 skipped"), ("pass", "passed"),
    ("print('2969 passed, 9 skipped in 404.68s (0:06:44)\\nso ends a process')", "2969 passed, 9 skipped"),
    ("print('1 failed, 3 passed in 2s'); raise SystemExit(1)", "**failed**, 1 failed, 3 passed"),
    ("while True: pass", "**failed**")])
def test_a_step_says_what_came_of_it(code, said, tmp_path, monkeypatch):
    monkeypatch.setattr(matrix, "MATRIX", tmp_path)
    monkeypatch.setattr(matrix, "SECONDS", 2)
    assert matrix.step("newest", "tests", [sys.executable, "-c", code], matrix.environment("")) == said


@pytest.mark.parametrize("tests, status", [("5 passed", 0), ("**failed**, 1 failed", 1)])
def test_the_report_shows_each_configuration_and_the_status_its_failures(tests, status, tmp_path, monkeypatch, capsys):
    versions = {"lowest": {"python": "3.11.7", "numpy": "2.0.0"}, "newest": {"python": "3.13.0", "numpy": "2.9.9"}}
    monkeypatch.setattr(matrix, "MATRIX", tmp_path)
    monkeypatch.setattr(matrix, "install", lambda name, python: (sys.executable, versions[name]))
    monkeypatch.setattr(matrix, "kernels", lambda python: ["Prescott"])
    monkeypatch.setattr(matrix, "ask", lambda *args, kernel: [kernel])
    monkeypatch.setattr(matrix, "run", lambda name, python, kernel: {"tests": tests if kernel else "5 passed"})
    monkeypatch.setattr(sys, "argv", ["matrix.py"])
    assert matrix.main() == status
    report = (tmp_path / "report.md").read_text(encoding="utf-8")
    assert report in capsys.readouterr().out
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in report.splitlines() if line]
    assert [row[:3] for row in rows[2:5]] == [["lowest", "3.11.7", "2.0.0"], ["newest", "3.13.0", "2.9.9"],
                                              ["Prescott", "3.13.0", "2.9.9"]]
    assert rows[4][4] == tests and ["numpy", "2.0.0", "2.9.9"] in rows


def test_what_cant_be_run_is_a_failure(tmp_path, monkeypatch):
    monkeypatch.setattr(matrix, "MATRIX", tmp_path)
    monkeypatch.setattr(matrix, "install", lambda name, python: (sys.executable, {}))
    for words in (["lowest"], ["kernels"]):
        monkeypatch.setattr(sys, "argv", ["matrix.py", *words])
        assert matrix.main() == 1
    monkeypatch.setattr(matrix, "install", lambda name, python: (sys.executable, {"python": "3.13.0"}))
    monkeypatch.setattr(matrix, "kernels", lambda python: ["Prescott"])
    monkeypatch.setattr(sys, "argv", ["matrix.py", "Zen"])
    assert matrix.main() == 1


@pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="NumPy may multiply with something else here")
def test_the_kernel_of_numpy_is_found():
    assert len(matrix.ask(sys.executable, matrix.ASK_KERNEL)) == 1, "chapter 16 can't limit NumPy to one thread either"
