"""How the project holds together: its sizes and style, imports that point one way, what `make clean` deletes."""

import ast
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import sizes
import yaml

ROOT = pathlib.Path(__file__).resolve().parent.parent
#: the core's files and then the folders behind it: each imports only from those before it
ORDER = ("inputs", "files", "data", "layers", "activations", "initializers", "losses", "network", "optimizers",
         "gradcheck", "training", "experiments", "visual", "checks", "assignment", "cli")


def imported(path):
    """Yield the parts of labcore that a file imports, in functions too, where that breaks no circle."""
    level = len(path.relative_to(ROOT / "labcore").parts)  # how many dots lead from the file to labcore
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == level:
            yield from [node.module] if node.module else [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("labcore."):
            yield node.module.removeprefix("labcore.")


@pytest.mark.parametrize("part", ORDER)
def test_imports_point_one_way(part):
    place = ROOT / "labcore" / part
    below = ORDER[:ORDER.index(part) + 1]
    for path in place.rglob("*.py") if place.is_dir() else [place.with_suffix(".py")]:
        for name in imported(path):
            assert name.split(".")[0] in below, f"{path.name} imports {name}, which stands above {part}"


def test_every_part_of_labcore_has_its_place_in_that_order():
    found = {path.stem for path in (ROOT / "labcore").iterdir() if path.suffix == ".py" or path.is_dir()}
    assert {name for name in found if not name.startswith("_")} == set(ORDER)


@pytest.mark.parametrize("statement", ["import labcore", "import labcore.layers", "from labcore import mlp, train"])
def test_what_is_heavy_is_loaded_at_its_first_use(statement):
    heavy = {"matplotlib", "ipywidgets", "tqdm", "PIL", "IPython"}
    code = f"import sys; {statement}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_the_readme_names_every_folder():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    packages = (path.parent.name for path in (ROOT / "labcore").glob("*/__init__.py"))
    for folder in ("book", "labcore", "tests", "site", *(f"labcore/{name}" for name in packages)):
        assert f"`{folder}/`" in readme, f"{folder}/ has no row in the README"


def test_the_project_is_as_small_as_it_says():
    assert {what: many for what, (many, most) in sizes.figures().items() if most and many > most} == {}


def test_ruff_has_nothing_to_say():
    pytest.importorskip("ruff")
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "."], cwd=ROOT, capture_output=True,
                          text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_runs_before_a_commit_is_there():
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    for repo in settings["repos"]:
        assert repo["repo"] == "local", "no other repository is asked for code"
        for hook in repo["hooks"]:
            re.compile(hook["files"])
            for word in hook["entry"].split():
                assert not word.endswith(".py") or (ROOT / word).exists(), word


@pytest.mark.skipif(not shutil.which("make") or os.name == "nt", reason="no make, or other paths than Linux's")
def test_make_clean_deletes_its_own_folders_and_nothing_beside_them(tmp_path):
    shutil.copy(ROOT / "Makefile", tmp_path)
    kept = [tmp_path / name for name in ("book/a.ipynb", "labcore/a.py", "site/a.css", "tests/a.py",
                                         "book copy/a.ipynb",
                                         "book copy/.ipynb_checkpoints/a.ipynb")]
    gone = [tmp_path / name for name in ("_build/html/a", ".venv/bin/a", "site/node_modules/a", "tests/__pycache__/a",
                                         "book/.ipynb_checkpoints/a", "book/a b/.ipynb_checkpoints/a")]
    for path in kept + gone:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    subprocess.run(["make", "clean"], cwd=tmp_path, check=True, capture_output=True)
    assert [path for path in kept if not path.exists()] == [] == [path for path in gone if path.exists()]
