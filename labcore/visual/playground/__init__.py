"""The playground."""

import pathlib
import re

FOLDER = pathlib.Path(__file__).parent
FILES = ("random.js", "engine.js", "settings.js", "playground.js")


def module():
    """Return the front end as one ES module: its files end to end, without what they import from each other."""
    text = "\n".join((FOLDER / name).read_text(encoding="utf-8") for name in FILES)
    return re.sub(r"^import [^;]*;\n", "", text, flags=re.MULTILINE)
