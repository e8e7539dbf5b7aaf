"""Draw the picture of the page "How this book is made": labcore's modules and what imports what.

    python site/draw_architecture.py

The arrows are read from the source and the groups from the table in README.md, so the picture can't say what isn't so.
An import that follows from others isn't drawn: a module that imports `network` has `layers` below it anyway.
"""

import ast
import json
import pathlib
import re

import matplotlib.pyplot as plt

ROOT = pathlib.Path(__file__).resolve().parent.parent
PICTURE = ROOT / "site/static/architecture.png"


def groups():
    """Return the rows of README's table of modules, from the bottom up, each as a tuple of modules."""
    table = (ROOT / "README.md").read_text(encoding="utf-8").split("| module | holds |\n")[1].split("\n\n")[0]
    return [tuple(re.findall(r"`(\w+)`", row.split("|")[1])) for row in table.splitlines()[1:]]


def imported(path):
    """Yield the modules of labcore that a file imports; what stands in a function counts too."""
    level = len(path.relative_to(ROOT / "labcore").parts)  # how many dots lead from the file to labcore
    names = {file.stem for file in (ROOT / "labcore").iterdir() if file.suffix == ".py" or file.is_dir()}
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == level:
            wanted = [node.module] if node.module else [alias.name for alias in node.names]
            yield from (name.split(".")[0] for name in wanted if name.split(".")[0] in names)


def imports():
    """Return for each module the set of those that it imports; the folder `checks` counts as one."""
    found = {}
    for path in sorted((ROOT / "labcore").rglob("*.py")):
        module = path.relative_to(ROOT / "labcore").with_suffix("").parts[0]
        if not module.startswith("_"):
            found.setdefault(module, set()).update(set(imported(path)) - {module})
    return found


def arrows():
    """Return the imports between rows of the table as (upper, lower), numbered from the bottom up."""
    rows = groups()
    row_of = {module: k for k, row in enumerate(rows) for module in row}
    return {(row_of[module], row_of[other]) for module, others in imports().items() for other in others
            if row_of[module] != row_of[other]}


def shortest(pairs):
    """Leave out of (upper, lower) pairs those that follow from others."""
    below = {}
    for upper, lower in sorted(pairs):  # what is below a row is known before the row's turn comes
        below.setdefault(upper, set()).update({lower}, below.get(lower, ()))
    return {(upper, lower) for upper, lower in pairs
            if not any(lower in below.get(middle, ()) for other, middle in pairs if other == upper)}


def others(row):
    """Return which larger packages than NumPy the modules of a row import, at their top or in a function."""
    known = {"matplotlib", "ipywidgets", "tqdm"}
    found = set()
    for module in row:
        path = ROOT / "labcore" / module
        for file in path.rglob("*.py") if path.is_dir() else [path.with_suffix(".py")]:
            for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
                names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
                names += [node.module or ""] if isinstance(node, ast.ImportFrom) and not node.level else []
                found |= {name.split(".")[0] for name in names} & known
    return sorted(found)


def described():
    """Return rows and arrows as text. It is kept in the picture, and tells a test whether that is up to date."""
    return json.dumps([groups(), sorted(shortest(arrows()))])


def main():
    from labcore.visual.plots import BLUE, GREEN, STYLE
    plt.rcParams.update(STYLE)
    rows, drawn = groups(), shortest(arrows())
    fig, ax = plt.subplots(figsize=(6.6, 7.4), dpi=120, layout="constrained")
    for k, row in enumerate(rows):
        needs = others(row)
        edge, face = (GREEN, "#e6f4ea") if "ipywidgets" in needs else (BLUE, "#e3eefb") if needs else ("black", "white")
        box = ax.text(0, k, "  ".join(row), ha="right", va="center", fontsize=10.5, family="monospace",
                      bbox={"boxstyle": "round,pad=0.35", "facecolor": face, "edgecolor": edge})
        ax.annotate("needs " + " and ".join(needs) if needs else "", (0, 0.5), (-8, 0), xycoords=box, color=edge,
                    textcoords="offset points", ha="right", va="center", fontsize=9.5)
    lowest = {lower for _, lower in drawn}
    for upper, lower in sorted(drawn):
        # all arrows into a row end in one place; those out of a row leave a little below its middle
        ax.annotate("", (0.13, lower + 0.12), (0.13, upper - 0.12), arrowprops={
            "arrowstyle": "-|>", "color": plt.colormaps["viridis"](0.85 * lower / max(lowest)), "linewidth": 1.3,
            "shrinkA": 0, "shrinkB": 0, "connectionstyle": f"arc3,rad={-0.45 if upper - lower > 1 else -0.3}"})
    ax.set(xlim=(-5.2, 2), ylim=(-0.7, len(rows) - 0.3))
    ax.axis("off")
    fig.savefig(PICTURE, metadata={"Software": None, "Description": described()})


if __name__ == "__main__":
    main()
