"""labcore's wheel, for the notebooks in the browser and for the lab's kit."""

import pathlib
import shutil
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent


def build(folder, *options):
    """Put labcore's wheel into a folder; `options` of pip may name more that is put beside it.

    It is built from a copy: setuptools leaves its traces where it works.
    """
    with tempfile.TemporaryDirectory() as copy:
        source = pathlib.Path(copy)
        shutil.copytree(ROOT / "labcore", source / "labcore", ignore=shutil.ignore_patterns("__pycache__"))
        for name in ("pyproject.toml", "LICENSE"):
            shutil.copy2(ROOT / name, source)
        subprocess.run([sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", "wheel", "--no-deps",
                        "--wheel-dir", str(folder), str(source), *options], check=True)
