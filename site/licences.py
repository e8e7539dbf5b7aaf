"""licences.txt: what pages carry of others, and under which licences, read from the packages as they are installed."""

import json
import pathlib
import re
from importlib.metadata import distribution

SITE = pathlib.Path(__file__).resolve().parent
TEXT = re.compile(r"(.+[._])?(licen[cs]e|copying|notice)([.-].*)?", re.IGNORECASE)
OPENING = """What these pages carry besides the book. A licence without text is at https://spdx.org/licenses/.
JupyterLite lists those of its scripts in third-party-licenses.json.
"""


def write(path, names, npm=False):
    """Write the licences of some distributions and, if asked, of the packages of npm that pages load."""
    lock = json.loads((SITE / "node_modules/.package-lock.json").read_text(encoding="utf-8"))["packages"] if npm else {}
    found = {f"{place.rpartition('node_modules/')[2]} {entry['version']}, {entry.get('license', 'see below')}":
             (SITE / place).iterdir() for place, entry in lock.items() if not entry.get("dev")}
    for package in map(distribution, sorted(set(names), key=str.lower)):
        found[f"{package.name} {package.version}"] = map(package.locate_file, package.files)
    parts = [OPENING]
    for title, files in found.items():
        parts += ["=" * 80, title, *(file.read_text("utf-8") for file in sorted(files) if TEXT.fullmatch(file.name))]
    path.write_text("\n\n".join(parts), encoding="utf-8")
