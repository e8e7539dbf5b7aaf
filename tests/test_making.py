"""The page on how the book is made: its diffs apply and do what it says, and its picture shows what the source says."""

import importlib.util
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys

import pytest
import yaml
from PIL import Image

ROOT = pathlib.Path(__file__).resolve().parent.parent
KINDS = ("activation", "optimizer", "chapter")
NOT_COPIED = shutil.ignore_patterns("node_modules", "_build", "__pycache__", ".*", "*.egg-info")


def script(name):
    """Import a script of the folder site, which is no package."""
    spec = importlib.util.spec_from_file_location(name, ROOT / "site" / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


additions, architecture = script("make_additions"), script("draw_architecture")
DIFFS = dict(zip(KINDS, additions.DIFF.findall(additions.PAGE.read_text(encoding="utf-8")), strict=True))


class Copy:
    """A copy of the project with one of the page's diffs applied."""

    def __init__(self, folder, kind):
        self.folder = folder
        for name in ("book", "labcore", "site", "tests"):
            shutil.copytree(ROOT / name, folder / name, ignore=NOT_COPIED)
        for file in (*ROOT.glob("*.*"), *ROOT.glob("[A-Z]*")):
            if file.is_file():
                shutil.copy(file, folder)
        # a copy inside some repository's folder would be skipped in silence
        done = subprocess.run(["git", "apply", "--verbose", "-"], cwd=folder, input=DIFFS[kind], capture_output=True,
                              text=True, encoding="utf-8",
                              env=os.environ | {"GIT_CEILING_DIRECTORIES": str(folder.parent)})
        assert done.returncode == 0, f"run python site/make_additions.py, which makes the diffs anew:\n{done.stderr}"
        self.changed = re.findall(r"^diff --git a/(\S+)", DIFFS[kind], re.MULTILINE)
        for file in self.changed:
            old, new = ROOT / file, folder / file
            assert not old.exists() or old.read_bytes() != new.read_bytes()
        if importlib.util.find_spec("ruff"):
            done = self.python("-m", "ruff", "check", "--no-cache", "labcore", "tests")
            assert done.returncode == 0, done.stdout

    def python(self, *arguments):
        environment = os.environ | {"PYTHONPATH": str(self.folder), "PYTHONIOENCODING": "utf-8"}
        return subprocess.run([sys.executable, *arguments], cwd=self.folder, capture_output=True, text=True,
                              encoding="utf-8", env=environment)

    def pytest(self, *arguments):
        """Run tests in the copy and return how many passed, failed and did otherwise."""
        done = self.python("-m", "pytest", "-p", "no:cacheprovider", "--tb=short", "--numprocesses=0", *arguments)
        counts = {what: int(n) for n, what in re.findall(r"(\d+) (passed|failed|errors?|skipped)", done.stdout)}
        return counts, done.stdout + done.stderr

    def passes(self, least, *arguments):
        """Assert that the tests pass, and that there are at least so many."""
        counts, said = self.pytest(*arguments)
        assert set(counts) == {"passed"} and counts["passed"] >= least, said


@pytest.fixture
def added(tmp_path):
    return lambda kind: Copy(tmp_path / kind, kind)


@pytest.mark.skipif(not shutil.which("git"), reason="the diffs are for git")
class TestDiffs:
    def test_the_activation_is_found_and_right(self, added):
        copy = added("activation")
        copy.passes(12, "tests/test_activations.py", "tests/test_gradcheck.py", "tests/test_docstrings.py", "-k",
                    "Softplus or every_activation or reference_has_each or (examples and activations)")
        done = copy.python("-m", "labcore", "train", "--activation", "softplus", "--lr", "0.1", "--epochs", "300")
        assert done.returncode == 0, done.stderr
        assert "api.md#labcore.Softplus" in (copy.folder / "book/10-activations.ipynb").read_text(encoding="utf-8")

    def test_a_wrong_slope_of_it_would_be_found(self, added):
        copy = added("activation")
        file = copy.folder / "labcore/activations.py"
        text = file.read_text(encoding="utf-8")
        assert text.count("return dy * sigmoid(x)") == 1
        file.write_text(text.replace("return dy * sigmoid(x)", "return -dy * sigmoid(x)"), encoding="utf-8")
        counts, said = copy.pytest("tests/test_gradcheck.py", "-k", "every_layer and Softplus")
        assert counts["failed"] >= 8 and "passed" not in counts, said

    def test_the_optimizer_steps_alone_and_in_an_ensemble(self, added):
        copy = added("optimizer")
        copy.passes(10, "tests/test_optimizers.py", "tests/test_training.py", "tests/test_docstrings.py",
                    "tests/test_bibliography.py", "-k", "SignSGD or by_hand or the_sign or every_optimizer or in_step "
                    "or Bernstein or reference_has_each or (docstring_has or examples) and optimizers")
        done = copy.python("-c", "import numpy as np, labcore as lab\n"
                           "theta, many = np.zeros(2), np.zeros((3, 2))\n"
                           "lab.SignSGD(lr=0.5).update(theta, np.array([9.0, -0.1]))\n"
                           "lab.SignSGD(lr=[0.5, 1, 2]).update(many, np.tile([9.0, -0.1], (3, 1)))\n"
                           "print(theta.tolist(), many.tolist())")
        assert done.stdout.strip() == "[-0.5, 0.5] [[-0.5, 0.5], [-1.0, 1.0], [-2.0, 2.0]]", done.stderr

    def test_the_chapter_keeps_the_rules_and_prints_what_it_says(self, added):
        copy = added("chapter")
        new = copy.changed[0]
        stem = pathlib.Path(new).stem
        copy.passes(15, "tests/test_book.py", "-k", f"{stem} or table_of_contents or landing_page or chapters_1_to_7")
        copy.passes(3, "--nbval", new)


def test_the_diffs_on_the_page_are_those_of_the_script():
    made = dict(zip(KINDS, additions.diffs(), strict=True))
    for kind in KINDS:
        for side in "+-":
            here, there = (sorted(line for line in text.splitlines() if line.startswith(side))
                           for text in (DIFFS[kind], made[kind]))
            assert here == there, f"run python site/make_additions.py: {kind}"


def test_every_module_has_its_place_in_the_readme():
    listed = [module for row in architecture.groups() for module in row]
    assert sorted(listed) == sorted(architecture.imports())


def test_imports_point_one_way():
    assert len(architecture.arrows()) > 50
    for upper, lower in architecture.arrows():
        assert upper > lower, f"{architecture.groups()[upper]} import {architecture.groups()[lower]}, which stand above"
    within = {module: others for module, others in architecture.imports().items()}
    for row in architecture.groups():  # and inside a row from the left to the right
        for k, module in enumerate(row):
            assert not within[module] & set(row[k + 1:]), f"{module} imports what stands to its right"


def test_nothing_is_lost_where_arrows_follow_from_others():
    def reach(pairs, row):
        return set().union(*({lower} | reach(pairs, lower) for upper, lower in pairs if upper == row))

    full, drawn = architecture.arrows(), architecture.shortest(architecture.arrows())
    assert drawn < full
    for row in range(len(architecture.groups())):
        assert reach(drawn, row) == reach(full, row)


def test_the_picture_is_that_of_the_source():
    with Image.open(architecture.PICTURE) as picture:
        assert picture.info["Description"] == architecture.described(), "run python site/draw_architecture.py"


def test_ruff_has_nothing_to_say():
    pytest.importorskip("ruff")
    done = subprocess.run([sys.executable, "-m", "ruff", "check", "--no-cache", "."], cwd=ROOT, capture_output=True,
                          text=True, encoding="utf-8")
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_runs_before_a_commit_is_there():
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    hooks = [hook for repo in settings["repos"] for hook in repo["hooks"]]
    assert all(repo["repo"] == "local" for repo in settings["repos"]), "no other repository is asked for code"
    assert {"ruff", "notebooks", "book"} <= {hook["id"] for hook in hooks}
    for hook in hooks:
        re.compile(hook["files"])
        for word in hook["entry"].split():
            assert not word.endswith((".py", "/")) or (ROOT / word).exists(), word
        for name in re.findall(r"test_\w+(?= |$)", hook["entry"].replace(".py", "")):
            assert (ROOT / "tests" / f"{name}.py").exists(), name


def test_what_is_stored_wrongly_is_said(tmp_path, capsys):
    check, path = script("check_stored"), tmp_path / "a.ipynb"
    good = json.loads(additions.notebook(19))
    assert not list(check.faults(good))
    bad = json.loads(additions.notebook(19))
    code = [cell for cell in bad["cells"] if cell["cell_type"] == "code"]
    code[0]["execution_count"], code[1]["outputs"][0]["name"] = None, "stderr"
    code[2]["outputs"][0]["data"]["image/png"] = "iVBO"
    path.write_text(json.dumps(bad), encoding="utf-8")
    assert check.main([path]) == 1
    said = capsys.readouterr().out
    assert "fresh kernel" in said and "code cell 2 shows" in said and "code cell 3 stores image/png" in said
