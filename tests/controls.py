"""Try the controls of claims: a change of what a cell measures, after which its assert must fail.

    python tests/controls.py [NOTEBOOK ...]        all chapters if none is named
    python tests/controls.py --changed             those that changed since all were tried, and three others

A cell tagged `claim` has one control or a list of them in its metadata: ``"control": {"replace": "lr=10", "with":
"lr=0.1"}`` changes its own source, or with ``"cell": "cell-12"`` beside them that of an earlier cell, which is then run
again first. Each chapter is run once. At a claim the process is forked, and the copy tries the control. When all
chapters pass, `TRIED` keeps what their code and controls were.
"""

import concurrent.futures
import contextlib
import datetime
import hashlib
import json
import linecache
import os
import pathlib
import sys

os.environ |= {"MPLBACKEND": "agg", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

import matplotlib.pyplot as plt  # noqa: E402
import nbformat  # noqa: E402

ROOT = pathlib.Path(__file__).resolve().parent.parent
CHAPTERS = sorted((ROOT / "book").glob("*.ipynb"))
TRIED = ROOT / "tests" / "controls_tried.json"


def changed(cells, cell, control):
    """Return the sources that try a control: of the cell that it names, if any, and of the claim."""
    sources, place = {one.id: one.source for one in cells}, control.get("cell", cell.id)
    if control["replace"] not in sources.get(place, ""):
        raise SystemExit(f"{place} has no {control['replace']!r}, which a control of {cell.id} replaces")
    sources[place] = sources[place].replace(control["replace"], control["with"])
    return [sources[name] for name in dict.fromkeys([place, cell.id])]


def execute(source, namespace):
    """Run the source of a cell, which `inspect` then finds, as it does in a notebook."""
    name = f"<cell {len(linecache.cache)}>"
    linecache.cache[name] = len(source), None, source.splitlines(keepends=True), name
    exec(compile(source, name, "exec"), namespace)


def outcome(sources, namespace):
    """Run sources in a forked copy of this process; return "" if an assert fails, or else what happened."""
    reading, writing = os.pipe()
    if os.fork():
        os.close(writing)
        with open(reading, encoding="utf-8") as pipe:
            return pipe.read()
    said = "its assert holds all the same"
    try:
        for source in sources:
            execute(source, namespace)
    except AssertionError:
        said = ""
    except BaseException as error:
        said = f"it ends in {type(error).__name__}: {error}"
    os.write(writing, said.encode())
    os._exit(0)


def try_chapter(path):
    """Run a chapter; return a line for what was tried, and one for each claim whose assert wouldn't fail."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    namespace, claims, tried, faults = {"__name__": "__main__", "display": lambda *things: None}, 0, 0, []
    os.chdir(path.parent)
    with open(os.devnull, "w") as nowhere, contextlib.redirect_stdout(nowhere):
        for cell in cells:
            if "claim" in cell.metadata.get("tags", []):
                control = cell.metadata.get("control", [])
                controls = control if isinstance(control, list) else [control]
                faults += [] if controls else [f"    {cell.id}: a claim without a control"]
                claims, tried = claims + 1, tried + len(controls)
                for control in controls:
                    if said := outcome(changed(cells, cell, control), namespace):
                        faults.append(f"    {cell.id}, {control['with']!r} for {control['replace']!r}: {said}")
            execute(cell.source, namespace)
            plt.close("all")
    return [f"{path.name}: {claims} claims, {tried} controls", *faults]


def stamp(path):
    """Return a hash of a chapter's code cells and their controls."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    code = [(cell.source, cell.metadata.get("control")) for cell in cells]
    return hashlib.sha256(json.dumps(code, sort_keys=True).encode()).hexdigest()[:16]


def changed_and_three_others():
    """Return the chapters whose stamp is another than when all were tried, and three more, each day others."""
    tried = json.loads(TRIED.read_text(encoding="utf-8"))
    same, today = [path for path in CHAPTERS if tried.get(path.name) == stamp(path)], datetime.date.today().toordinal()
    others = [same[(today + k) % len(same)] for k in range(min(3, len(same)))]
    return [path for path in CHAPTERS if path not in same or path in others]


def main():
    named, wrong = sys.argv[1:], 0
    chosen = changed_and_three_others() if named == ["--changed"] else [pathlib.Path(path).resolve() for path in named]
    chosen = chosen or CHAPTERS
    with concurrent.futures.ProcessPoolExecutor(max_tasks_per_child=1) as pool:
        for lines in pool.map(try_chapter, chosen):
            print(*lines, sep="\n", flush=True)
            wrong += len(lines) - 1
    if chosen == CHAPTERS and not wrong:
        TRIED.write_text(json.dumps({path.name: stamp(path) for path in CHAPTERS}, indent=1) + "\n", encoding="utf-8")
    return min(wrong, 1)


if __name__ == "__main__":
    sys.exit(main())
