"""Print how many lines the project has, and how many it may have: `make sizes`, or python tests/sizes.py.

Code is what is neither blank, nor a comment alone, nor a docstring.
"""

import ast
import pathlib

ROOT = pathlib.Path(__file__).resolve().parent.parent
LABCORE = ROOT / "labcore"
JUDGES = "checks", "assignment"  #: what judges a student's functions
CORE = "data layers activations initializers losses network optimizers training gradcheck inputs".split()


def counted(path):
    """Return how many lines a file has, of all kinds, of docstrings and of code."""
    text = path.read_text(encoding="utf-8")
    lines, docstrings = text.splitlines(), set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)) and ast.get_docstring(node) is not None:
            docstrings.update(range(node.body[0].lineno, node.body[0].end_lineno + 1))
    code = [line for number, line in enumerate(lines, start=1)
            if number not in docstrings and line.strip() and not line.strip().startswith("#")]
    return len(lines), len(docstrings), len(code)


def figures():
    """Return {what: (how many, how many it may be or None)}."""
    files = {path: counted(path) for path in sorted(LABCORE.rglob("*.py"))}
    core = [LABCORE / f"{name}.py" for name in CORE]
    folders = sorted({path.parent for path in files} - {LABCORE})
    largest = max(files, key=lambda path: files[path][0])
    total, docstrings, code = map(sum, zip(*files.values()))
    tests = [path for path in (ROOT / "tests").rglob("*.py")
             if not {"browser", "lab"} & set(path.relative_to(ROOT / "tests").parts)]
    site = [path for path in (ROOT / "site").rglob("*.py") if "node_modules" not in path.parts]
    return {
        "labcore": (total, 5500),
        "its core, data to inputs": (sum(files[path][0] for path in core), 1150),
        **{f"labcore/{folder.name}": (sum(files[path][0] for path in folder.glob("*.py")), None) for folder in folders},
        "checks and assignment": (sum(many for path, (many, *_) in files.items() if path.parent.name in JUDGES), 2400),
        "labcore/cli.py": (files[LABCORE / "cli.py"][0], None),
        f"its largest file, {largest.relative_to(LABCORE).as_posix()}": (files[largest][0], 250),
        f"docstrings : code, {docstrings} : {code}": (round(docstrings / code, 3), 0.7),
        "tests without browser and lab": (sum(counted(path)[0] for path in tests), 7000),
        "Python in site": (sum(counted(path)[0] for path in site), 1320),
    }


if __name__ == "__main__":
    for what, (many, most) in figures().items():
        print(f"{what:50} {many:>6}", f"of {most}" if most else "", "TOO MANY" if most and many > most else "")
