"""Run chapters from a fresh kernel and store them as the book keeps them: text outputs yes, pictures no.

    python site/run_notebooks.py [NOTEBOOK ...]        all of book/ and the lab's if none is named

Pictures and widgets are made again when the book is built. Without them a diff shows what changed, and nbval compares
the line ``<Figure size ...>`` that stays. A cell that raises or writes to stderr ends the run, and leaves its file as
it was.
"""

import argparse
import pathlib

import nbformat
from nbclient import NotebookClient

from labcore.files import replacing

ROOT = pathlib.Path(__file__).resolve().parent.parent
WIDGET = "application/vnd.jupyter.widget-view+json"  # the name of a widget that only its own run knows
METADATA = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
            "language_info": {"name": "python"}}


def run(path):
    """Execute one notebook in its own folder and write it back; return how many code cells it has."""
    notebook = nbformat.read(path, as_version=4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for cell in code:
        cell.outputs, cell.execution_count = [], None
    NotebookClient(notebook, timeout=600, kernel_name="python3", record_timing=False, coalesce_streams=True,
                   resources={"metadata": {"path": str(path.parent)}}).execute()
    for number, cell in enumerate(code, start=1):
        for output in cell.outputs:
            if output.get("name") == "stderr":
                raise SystemExit(f"{path}: code cell {number} writes to stderr:\n{output.text}")
            for kind in [kind for kind in output.get("data", {}) if kind.startswith(("image/", WIDGET))]:
                del output.data[kind]
            output.pop("metadata", None) if output.output_type == "stream" else output.update(metadata={})
    notebook.metadata = nbformat.from_dict(METADATA)
    with replacing(path, "w", encoding="utf-8", newline="\n") as file:
        nbformat.write(notebook, file)
    return len(code)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("notebooks", nargs="*", type=pathlib.Path, metavar="NOTEBOOK")
    chosen = parser.parse_args().notebooks or sorted((ROOT / "book").glob("*.ipynb")) + [ROOT / "book/lab/lab.ipynb"]
    for path in chosen:
        print(f"{path.name}: {run(path.resolve())} code cells", flush=True)


if __name__ == "__main__":
    main()
