"""How the project is kept: what stands on what, what is loaded when, and what is looked at before a commit."""

import ast
import graphlib
import json
import pathlib
import re
import subprocess
import sys
from importlib.util import resolve_name

import nbformat
import pytest
import yaml
from test_book import script

ROOT = pathlib.Path(__file__).resolve().parent.parent
LABCORE = ROOT / "labcore"
#: from the bottom up; each may import what stands to its left. The core is what has no folder
LAYERS = ["core", "experiments", "visual", "checks", "assignment", "cli"]


def python(*arguments):
    return subprocess.run([sys.executable, *arguments], cwd=ROOT, capture_output=True, text=True, encoding="utf-8")


def imports():
    """Return {module: modules of labcore that it imports}; what stands in a function counts too."""
    named = {}
    for path in LABCORE.rglob("*.py"):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        names = named[name.removesuffix(".__init__")] = set()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ImportFrom):
                base = resolve_name("." * node.level + (node.module or ""), name.rpartition(".")[0])
                names |= {f"{base}.{alias.name}" for alias in node.names}
            elif isinstance(node, ast.Import):
                names |= {alias.name for alias in node.names}
    return {module: {other if other in named else other.rpartition(".")[0] for other in names} & set(named)
            for module, names in named.items()}


def layer(module):
    name = (module + ".").split(".")[1]
    return LAYERS.index("cli" if name == "__main__" else name if name in LAYERS else "core")


def test_imports_point_one_way():
    found = imports()
    assert {path.parent.name for path in LABCORE.glob("*/__init__.py")} == set(LAYERS) - {"core", "cli"}
    assert sum(map(len, found.values())) > 50
    for module, others in found.items():
        for other in others:
            assert layer(other) <= layer(module), f"{module} imports {other}, which stands above it"
    graphlib.TopologicalSorter(found).prepare()  # a circle is a CycleError


@pytest.mark.parametrize("statement", ["import labcore", "import labcore.layers", "from labcore import mlp, train"])
def test_what_is_heavy_is_loaded_at_its_first_use(statement):
    heavy = {"matplotlib", "ipywidgets", "tqdm", "PIL", "IPython"}
    done = python("-c", f"import sys; {statement}; print(sorted({heavy} & set(sys.modules)))")
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_the_readme_names_every_folder():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in ("book", "tests", "site", *(f"labcore/{path.parent.name}" for path in LABCORE.glob("*/__init__.py"))):
        assert f"`{folder}/`" in readme, f"{folder}/ has no row in the README"


def test_ruff_has_nothing_to_say():
    pytest.importorskip("ruff")
    done = python("-m", "ruff", "check", "--no-cache", ".")
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_runs_before_a_commit_is_there():
    settings = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text(encoding="utf-8"))
    assert all(repo["repo"] == "local" for repo in settings["repos"]), "no other repository is asked for code"
    hooks = {hook["id"]: hook for repo in settings["repos"] for hook in repo["hooks"]}
    assert {"ruff", "notebooks", "book"} <= set(hooks)
    for hook in hooks.values():
        re.compile(hook["files"])
        for word in hook["entry"].split():
            assert not word.endswith((".py", "/")) or (ROOT / word).exists(), word


def test_what_is_stored_wrongly_is_said(tmp_path, capsys):
    check, path = script("check_stored"), tmp_path / "a.ipynb"
    cells = [nbformat.v4.new_code_cell("1", execution_count=k, outputs=[nbformat.v4.new_output("stream", text="1\n")])
             for k in (1, 2, 3)]
    assert not list(check.faults(nbformat.v4.new_notebook(cells=cells)))
    cells[0].execution_count, cells[1].outputs[0].name = None, "stderr"
    cells[2].outputs = [nbformat.v4.new_output("display_data", {"image/png": "iVBO"})]
    path.write_text(json.dumps(nbformat.v4.new_notebook(cells=cells)), encoding="utf-8")
    assert check.main([path]) == 1
    said = capsys.readouterr().out
    assert "fresh kernel" in said and "code cell 2 shows" in said and "code cell 3 stores image/png" in said
