"""The order of the house: what stands on what, what is loaded when, and where a newcomer finds it."""

import ast
import graphlib
import pathlib
import subprocess
import sys
from importlib.util import resolve_name

import pytest

ROOT = pathlib.Path(__file__).resolve().parent.parent
LABCORE = ROOT / "labcore"
#: from the bottom up; each may import what stands to its left. The core is what has no folder
LAYERS = ["core", "experiments", "visual", "checks", "assignment", "cli"]


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
    code = f"import sys; {statement}; print(sorted({heavy} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def test_the_readme_names_every_folder():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    for folder in ("book", "tests", "site", *(f"labcore/{path.parent.name}" for path in LABCORE.glob("*/__init__.py"))):
        assert f"`{folder}/`" in readme, f"{folder}/ has no row in the README"
