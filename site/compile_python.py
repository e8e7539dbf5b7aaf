"""Replace source by bytecode in the wheels that notebooks import. Runs inside Pyodide: bytecode fits one Python only.

compile_python.mjs starts it, with the folder to work on at /pyodide. A wheel whose sha256 isn't the one in
pyodide-lock.json is refused; the lock then names the new sha256, and the old one as `source_sha256`.
"""

import hashlib
import json
import pathlib
import zipfile
from importlib._bootstrap_external import _code_to_hash_pyc
from importlib.util import source_hash

FOLDER = pathlib.Path("/pyodide")
#: what the kernel imports before it answers, and what chapters import; with all that these need
IMPORTED = ("ipython", "jedi", "micropip", "sqlite3", "ssl", "numpy", "matplotlib", "scikit-learn", "threadpoolctl")


def sha256(path):
    return hashlib.sha256(path.read_bytes()).hexdigest()


def compiled(path):
    """Replace each .py of an archive by its .pyc, which Python takes without looking for the source."""
    with zipfile.ZipFile(path) as archive:
        members = [(member.filename, archive.read(member)) for member in archive.infolist()]
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            if name.endswith(".py"):
                code = compile(data, name, "exec", dont_inherit=True)
                name, data = f"{name}c", _code_to_hash_pyc(code, source_hash(data), checked=False)
            archive.writestr(name, data)


def needed(names, packages, found=None):
    """Return the keys of packages and of all that they depend on."""
    found = set() if found is None else found
    for name in names:
        key = name.lower().replace("_", "-")
        if key not in found:
            found.add(key)
            needed(packages[key]["depends"], packages, found)
    return found


lock = json.loads((FOLDER / "pyodide-lock.json").read_text())
for key in sorted(needed(IMPORTED, lock["packages"])):
    package = lock["packages"][key]
    path = FOLDER / package["file_name"]
    if sha256(path) != package["sha256"]:
        raise SystemExit(f"{path.name} is not the file that pyodide-lock.json names: its sha256 is {sha256(path)}, "
                         f"not {package['sha256']}. Unpack the distribution again.")
    if path.suffix == ".whl":  # a .zip holds a library that isn't Python's
        compiled(path)
        package["source_sha256"], package["sha256"] = package["sha256"], sha256(path)
library = FOLDER / "python_stdlib.zip"
lock["info"]["library_source_sha256"] = sha256(library)
compiled(library)
(FOLDER / "pyodide-lock.json").write_text(json.dumps(lock))
