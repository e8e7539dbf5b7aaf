"""Reading a notebook that anybody may have handed in, and a look at it before that: what would not be graded."""

import ast
import json
import re
import sys
from types import SimpleNamespace

from .right_parts import NAMES

GRADED = (*(name for name in NAMES if name != "initial"), "train")
#: what may be imported where notebooks are graded, besides Python's own library
MODULES = {"numpy", "matplotlib", "mpl_toolkits", "PIL", "tqdm", "IPython", "ipywidgets", "labcore", "__future__"}
LENT = {"assignment", "checks", "plots"}  #: of labcore
READS = {"open", "load", "loadtxt", "genfromtxt", "fromfile", "imread", "read_csv", "read_excel", "read_text", "Image"}
LARGEST = 400_000_000  #: bytes of a file


def read(path):
    """Return the cells of a notebook of any format: number, kind, source, outputs, attachments.

    ValueError says why it can't be read. Nothing is asked of ids, metadata and outputs.
    """
    if path.is_symlink() or not path.is_file():
        raise ValueError("it is no file of its own")
    if path.stat().st_size > LARGEST:
        raise ValueError(f"the file has {path.stat().st_size / 1e6:.0f} MB")
    try:
        data = json.loads(path.read_bytes())  # as UTF-8 or 16, with a mark before it or without
        cells = data["cells"] if "cells" in data else [cell for sheet in data["worksheets"] for cell in sheet["cells"]]
        return [SimpleNamespace(number=number, kind=cell.get("cell_type"), outputs=cell.get("outputs") or [],
                                attachments=cell.get("attachments") or {},
                                source=_joined(cell.get("source", cell.get("input", ""))).replace("\r\n", "\n"))
                for number, cell in enumerate(cells, start=1)]
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise ValueError(f"it can't be read as a notebook ({type(error).__name__})") from None


def _joined(lines):
    return lines if isinstance(lines, str) else "".join(map(str, lines))


def tree(source):
    """Return the syntax tree of a cell, without its magics; SyntaxError if it has none."""
    try:
        return ast.parse(re.sub(r"^(\s*)(%|!|\?|\w+ *= *[%!]).*", r"\1pass", source.lstrip("\ufeff"), flags=re.MULTILINE))
    except ValueError as error:  # a null character
        raise SyntaxError(str(error)) from None


def names(source):
    """Return (names that a cell gives a value to, names that it asks for)."""
    given, asked = set(), set()
    try:
        for node in ast.walk(tree(source)):
            if isinstance(node, ast.Name):
                (asked if isinstance(node.ctx, ast.Load) else given).add(node.id)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                given.add(node.name)
            elif isinstance(node, (ast.arg, ast.alias)):
                given.add(node.arg if isinstance(node, ast.arg) else node.asname or node.name.partition(".")[0])
    except SyntaxError:
        pass
    return given, asked


def split(cells):
    """Return code cells as [(number, source)]: those up to where each graded name has first got a value, and the rest.

    The rest is empty where it has nothing that the first ones ask for; `all_known` is whether each name was found.
    """
    code = [(cell.number, cell.source) for cell in cells if cell.kind == "code"]
    found = [names(source) for _, source in code]
    firsts = [next((at for at, (given, _) in enumerate(found) if name in given), None) for name in GRADED]
    all_known = None not in firsts
    end = max(firsts) + 1 if all_known else len(code)
    given, asked = (set().union(*(each[k] for each in found[:end])) for k in range(2))
    later = set().union(*(each[0] for each in found[end:]))
    return code[:end], code[end:] if later & (set(GRADED) | asked - given) else []


def imported(source):
    """Yield (module, name) of what a cell imports, with name "" for a whole module."""
    for node in ast.walk(tree(source)):
        if isinstance(node, ast.Import):
            yield from ((alias.name, "") for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from (("." * node.level + (node.module or ""), alias.name) for alias in node.names)


def beyond(cells):
    """Yield (cell's number, what it imports) for all that isn't there when a notebook is graded."""
    for cell in cells:
        try:
            for module, name in imported(cell.source) if cell.kind == "code" else ():
                top, _, below = module.partition(".")
                if top not in MODULES | sys.stdlib_module_names:
                    yield cell.number, module
                elif top == "labcore" and (below.partition(".")[0] or name) not in LENT:
                    yield cell.number, f"{module}.{name}".strip(".")
        except SyntaxError:
            pass


def preflight(path):
    """Return sentences on what of a notebook would not be graded; none if nothing was found. Nothing of it is run."""
    try:
        cells = read(path)
    except ValueError as error:
        return [f"{path.name} would not be graded: {error}."]
    said, defined = [], {}
    if path.stat().st_size > 20e6:
        said.append(f"The file has {path.stat().st_size / 1e6:.0f} MB. Does a cell print very much?")
    code = [cell for cell in cells if cell.kind == "code" and cell.source.strip()]
    for cell in code:
        try:
            nodes = list(ast.walk(tree(cell.source)))
        except SyntaxError as error:
            said.append(f"Cell {cell.number} is no Python ({error.msg}, line {error.lineno}): none of it would count.")
            continue
        defined |= dict.fromkeys(names(cell.source)[0])
        defined |= {node.name: node for node in nodes if isinstance(node, ast.FunctionDef)}
        for node in nodes:
            name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
            if name in READS and node.args and isinstance(getattr(node.args[0], "value", None), str):
                said.append(f"Cell {cell.number} reads {node.args[0].value!r}: no other file is there when it is graded.")
    said += [f"Cell {number} imports {what}, which isn't there when it is graded." for number, what in beyond(cells)]
    for name in GRADED:
        if name not in defined:
            said.append(f"There is no function {name}: its part would get no points.")
        elif defined[name] and "NotImplementedError" in ast.unparse(defined[name]):
            said.append(f"{name} isn't written yet: it still says NotImplementedError.")
    if not any(cell.outputs for cell in code):
        said.append("No output is stored, and part 7 is read with what its cells show: run all cells, then save.")
    return said
