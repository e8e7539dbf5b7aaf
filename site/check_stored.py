"""Say what is wrong with how notebooks are stored: cells that weren't run in order, pictures, widgets, warnings.

    python site/check_stored.py NOTEBOOK ...

It is what `make notebooks` sets right. Only the files are read, so it takes no time before a commit.
"""

import json
import pathlib
import sys


def faults(notebook):
    """Yield a sentence for each fault of a notebook's JSON."""
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    counts = [cell["execution_count"] for cell in code]
    if counts != list(range(1, len(counts) + 1)):
        yield f"cells were run in the order {counts}, not 1, 2, 3 from a fresh kernel"
    if "widgets" in notebook["metadata"]:
        yield "the state of widgets is stored"
    for number, cell in enumerate(code, start=1):
        if not "".join(cell["source"]).strip():
            yield f"code cell {number} is empty"
        for output in cell["outputs"]:
            if output["output_type"] == "error" or output.get("name") == "stderr":
                yield f"code cell {number} shows an error or a warning"
            stored = [kind for kind in output.get("data", {}) if kind.startswith("image/") or "widget" in kind]
            if stored:
                yield f"code cell {number} stores {', '.join(stored)}"


def main(paths):
    found = [f"{path}: {fault}" for path in paths
             for fault in faults(json.loads(pathlib.Path(path).read_text(encoding="utf-8")))]
    for line in found:
        print(line)
    if found:
        print("python site/run_notebooks.py NOTEBOOK runs it and stores it as the book does")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
