"""Print what the book concludes: each line of a chapter that has a verdict, as stored, and each claim of a report.

    python tests/conclusions.py
"""

import pathlib
import re

import nbformat

from labcore.experiments import ledger

BOOK = pathlib.Path(__file__).resolve().parent.parent / "book"
VERDICT = re.compile(r": (holds|doesn't hold|undecided) \(share")


def main():
    for path in sorted(BOOK.glob("[0-9]*.ipynb")):
        for cell in nbformat.read(path, as_version=4).cells:
            for line in "".join(out.get("text", "") for out in cell.get("outputs", ())).splitlines():
                if VERDICT.search(line):
                    print(f"{path.stem[:2]} {cell.id:10} {line}")
    stored = ledger.load()
    for report in "ABCDE":
        for claim, found in ledger.judged(report, stored):
            print(f"13 {claim.key:18} {claim.text}; {claim.how}: {found or 'not measured'}")


if __name__ == "__main__":
    main()
