"""Reading a notebook that anybody may have handed in, and a look at it before that: what would not be graded."""

import ast
import json
import re
import sys
from types import SimpleNamespace

GRADED = "sigmoid sigmoid_slope forward loss loss_gradient backward update momentum train".split()
#: what may be imported where notebooks are graded; of labcore, that is its assignment, checks and plots
MODULES = {*sys.stdlib_module_names, *"numpy matplotlib mpl_toolkits PIL tqdm IPython ipywidgets labcore".split()}
READS = {"open", "load", "loadtxt", "genfromtxt", "fromfile", "imread", "read_csv", "read_excel", "Image"}
DEFINING = (ast.FunctionDef, ast.ClassDef, ast.Import, ast.ImportFrom, ast.Assign)
MAGIC = re.compile(r"^(\s*)(%|!|\?|\w+ *= *[%!]|[\w.]+\?+ *$).*", re.MULTILINE)


def read(path):
    """Return the cells of a notebook of any format, with the tree of their code; ValueError if it can't be read."""
    if path.is_symlink() or not path.is_file() or path.stat().st_size > 4e8:
        raise ValueError("it is a link, or too large")
    try:
        data = json.loads(path.read_bytes())  # UTF-8 or 16, with a mark before it or without
        cells = data["cells"] if "cells" in data else [cell for sheet in data["worksheets"] for cell in sheet["cells"]]
        return [_cell(number, **cell) for number, cell in enumerate(cells, start=1)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it can't be read as a notebook ({type(error).__name__})") from None


def _cell(number, cell_type, source="", input="", outputs=(), attachments=None, **_):
    source = "".join(source or input).replace("\r\n", "\n").lstrip("\ufeff")
    cell = SimpleNamespace(number=number, kind=cell_type, source=source, outputs=outputs, attachments=attachments,
                           tree=ast.Module([], []), error=None)
    for text in (source, MAGIC.sub(r"\1pass", source)) if cell_type == "code" else ():
        try:
            cell.tree, cell.error = ast.parse(text), None
            break
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            cell.error = error
    return cell


def _given(node):
    """Return the names that a statement gives a value to."""
    if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
        return {node.name}
    return {part.id for part in ast.walk(node) if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def statements(cells):
    """Return [(number, statement)] to be run, and the definitions behind them to be tried if something is wrong.

    The first end where each function has got its name once: what follows is results, which may take long, or give a
    name to another function for an experiment. But a function may also be mended there, or get a helper.
    """
    where = {name: at for at, cell in [*enumerate(cells)][::-1] for node in cell.tree.body for name in _given(node)}
    end = 1 + max(where.get(name, len(cells) - 1) for name in GRADED)
    first = [(cell.number, ast.unparse(node)) for cell in cells[:end] for node in cell.tree.body]
    later = [(cell.number, ast.unparse(node)) for cell in cells[end:] for node in cell.tree.body
             if isinstance(node, DEFINING) and not (
                 isinstance(node, ast.Assign) and any(isinstance(part, ast.Call) for part in ast.walk(node)))]
    return first, later


def remarks(cells):
    """Return sentences on cells that can't be run, and on modules and files that aren't there when it is graded."""
    said = [f"Cell {cell.number} is no Python ({cell.error}): none of it counts." for cell in cells if cell.error]
    for number, part in [(cell.number, part) for cell in cells for part in ast.walk(cell.tree)]:
        match part:
            case ast.Import(names) | ast.ImportFrom(names=names):
                for alias in names:
                    whole = f"{part.module or '.'}.{alias.name}" if isinstance(part, ast.ImportFrom) else alias.name
                    top, below, *_ = *whole.split("."), ""
                    if top not in MODULES or top == "labcore" and below not in ("assignment", "checks", "plots"):
                        said.append(f"Cell {number} imports {whole}, which isn't there when it is graded.")
            case ast.Call(ast.Name(name) | ast.Attribute(attr=name), [ast.Constant(str(file)), *_]) if name in READS:
                said.append(f"Cell {number} reads {file!r}: no other file is there when it is graded.")
    return said


def preflight(path):
    """Return sentences on what of a notebook would not be graded, none if nothing was found. Nothing of it is run."""
    try:
        cells = read(path)
    except ValueError as error:
        return [f"{path.name} would not be graded: {error}."]
    said = remarks(cells)
    if path.stat().st_size > 20e6:
        said.append(f"The file has {path.stat().st_size / 1e6:.0f} MB. Does a cell print very much?")
    last = {name: ast.unparse(node) for cell in cells for node in cell.tree.body for name in _given(node)}
    for name in GRADED:
        if name not in last:
            said.append(f"There is no function {name}: its part would get no points.")
        elif "NotImplementedError" in last[name]:
            said.append(f"{name} isn't written yet: it still says NotImplementedError.")
    if not any(cell.outputs for cell in cells):
        said.append("No output is stored, and part 7 is read with what its cells show: run all cells, then save.")
    return said
