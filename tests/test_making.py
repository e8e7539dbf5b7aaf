"""How the project is made: its sizes and style, what `make clean` deletes."""

import os
import pathlib
import shutil
import subprocess
import sys

import pytest
import sizes

ROOT = pathlib.Path(__file__).resolve().parent.parent


def test_the_project_is_as_small_as_it_says():
    assert {what: many for what, (many, most) in sizes.figures().items() if most and many > most} == {}


def test_ruff_has_nothing_to_say():
    pytest.importorskip("ruff")
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "."], cwd=ROOT, capture_output=True,
                          text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.skipif(not shutil.which("make") or os.name == "nt", reason="no make, or other paths than Linux's")
def test_make_clean_names_what_it_deletes_and_never_leaves_the_folder(tmp_path):
    home, outside = tmp_path / "the book", tmp_path / "elsewhere"
    kept = [home / name for name in (
        "book/a.ipynb", "labcore/__init__.py", "site/a.css", "tests/a.py", "book copy/a.ipynb", "build copy/a",
        "book copy/.ipynb_checkpoints/a.ipynb", "_build/lab-kit/grading/submitted/a", "notes/_build/a", ".git/a")]
    kept += [outside / name for name in ("a.ipynb", ".ipynb_checkpoints/a", "_build/a", ".venv/a")]
    gone = ["_build/html", "_build/a b", "site/node_modules", "tests/__pycache__", "book/.ipynb_checkpoints",
            "book/a b/.ipynb_checkpoints"]
    for path in kept + [home / name / "a" for name in gone]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    shutil.copy(ROOT / "Makefile", home)
    links = [".venv", "book/__pycache__", "_build/linked"]
    for link in [*links, "book/linked"]:
        (home / link).symlink_to(outside, target_is_directory=True)
    *named, last = subprocess.run(["make", "clean"], cwd=home, check=True, text=True,
                                  stdout=subprocess.PIPE).stdout.splitlines()
    assert [path for path in kept if not path.exists()] == []
    assert [name for name in gone + links if os.path.lexists(home / name)] == [] and (home / "book/linked").is_symlink()
    assert sorted(named) == sorted(f"./{name}" for name in gone + links) and last.startswith("_build/lab-kit stays")
    there = subprocess.run(["make", "-f", home / "Makefile", "clean"], cwd=outside, capture_output=True, text=True)
    assert there.returncode and "make -C FOLDER" in there.stderr and all(path.exists() for path in kept)


def test_pytest_runs_without_xdist():
    done = subprocess.run([sys.executable, "-m", "pytest", "-p", "no:xdist", "-k", "xor_is", "tests/test_data.py"],
                          cwd=ROOT, capture_output=True, text=True, encoding="utf-8")
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.skipif(not (ROOT / ".git").exists() or not shutil.which("git"), reason="not a checkout")
def test_a_checkout_has_the_same_line_ends_on_every_system(tmp_path):
    """With core.autocrlf, git for Windows would end lines with CRLF, but for .gitattributes."""
    for path in (".gitattributes", "requirements.txt", "labcore/cli.py", "book/intro.md", "Makefile"):
        (tmp_path / path).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / path, tmp_path / path)
    git = ["git", "-C", tmp_path, "-c", "core.autocrlf=true", "-c", "core.safecrlf=false"]
    for command in (["init", "--quiet"], ["add", "."], ["checkout-index", "--all", "--prefix=out/"]):
        subprocess.run([*git, *command], check=True)
    files = [path for path in (tmp_path / "out").rglob("*") if path.is_file()]
    assert len(files) == 5 and not any(b"\r" in path.read_bytes() for path in files)
