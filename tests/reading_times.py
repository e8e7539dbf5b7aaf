"""Compute how long chapters take to read: `make reading-times`. With --write, write it where chapters state it.

A minute holds 130 words of prose, or 10 visible lines of code, or one figure. A formula counts as a word, sliders as a
figure. Exercises, folded answers, hidden code and what cells print are apart: they take as long as they take.
"""

import argparse
import json
import pathlib
import re

BOOK = pathlib.Path(__file__).resolve().parent.parent / "book"
FORMULA = re.compile(r"\$\$.*?\$\$|\\begin\{equation\*\}.*?\\end\{equation\*\}|\$[^$]*\$", re.DOTALL)
APART = re.compile(r"<details>.*?</details>|^```.*?^```$|\]\([^)]*\)", re.DOTALL | re.MULTILINE)


def parts(path):
    """Return a chapter's words, visible lines of code and figures, without its exercises."""
    words = lines = figures = 0
    exercise = False
    for cell in json.loads(path.read_text(encoding="utf-8"))["cells"]:
        text = "".join(cell["source"])
        exercise = text.startswith("### Exercise ") or exercise and not text.startswith("## ")
        if not exercise and cell["cell_type"] == "markdown":
            words += len(re.findall(r"\S*\w\S*", APART.sub(" ", FORMULA.sub(" formula ", text))))
        elif not exercise:
            hidden = "hide-input" in cell["metadata"].get("tags", ())
            lines += 0 if hidden else sum(bool(line.strip()) for line in text.splitlines())
            figures += bool(re.search(r'"(<Figure|Explorer:)', json.dumps(cell["outputs"])))
    return words, lines, figures


def minutes(path):
    return sum(many / a_minute for many, a_minute in zip(parts(path), (130, 10, 1)))


def stated(path):
    """Return what a chapter says: its minutes, rounded to 5."""
    return 5 * round(minutes(path) / 5)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", action="store_true", help="write the minutes into chapters and the landing page")
    write, intro = parser.parse_args().write, BOOK / "intro.md"
    print("words  lines  figures  minutes")
    for path in sorted(BOOK.glob("*.ipynb")):
        print("{:5} {:6} {:8} {:8.1f}".format(*parts(path), minutes(path)), path.stem)
        for file, place in ((path, r"(\*\*Time:\*\* about )\d+"), (intro, rf"(\({path.name}\) \| )\d+"))[:2 * write]:
            text = file.read_text(encoding="utf-8")
            part = file.with_suffix(".part")  # a chapter is written whole or not at all
            part.write_text(re.sub(place, rf"\g<1>{stated(path)}", text, count=1), encoding="utf-8")
            part.replace(file)


if __name__ == "__main__":
    main()
