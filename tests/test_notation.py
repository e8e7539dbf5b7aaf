"""The page Notation lists every symbol of every chapter's formulas, once for each chapter, and no other."""

import collections
import re

import pytest
from test_book import BOOK, CHAPTERS, text_cells

GREEK = ("alpha|beta|gamma|Delta|delta|varepsilon|epsilon|zeta|eta|theta|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|varphi"
         "|phi|chi|psi|omega")
CODE = re.compile(r"```(?!\{math\}).*?```|`[^`]*`", re.DOTALL)
FORMULA = re.compile(r"\$\$(.*?)\$\$|\$([^$]*)\$|\\begin\{equation\*\}(.*?)\\end\{equation\*\}|```\{math\}(.*?)```",
                     re.DOTALL)
GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
#: what is no symbol: words, the layout, the range of a sum, and every command but decorations and Greek letters
LAYOUT = [r"\\\\(\[\w+\])?", r"(?<!_)(?<!_\{)\\text\{[^}]*\}", r"\\(begin|end|tag)\{[^}]*\}(\{l+\})?",
          rf"\\(sum|prod|int|max)\s*_({GROUP}|\\?\w)", rf"\\(?!(?:{GREEK}|hat|text|operatorname)(?![A-Za-z]))[A-Za-z]+"]
SYMBOL = re.compile(rf"(\\operatorname\{{\w+\}})|(\\hat)?[ {{]*(\\(?:{GREEK})(?![A-Za-z])|[A-Za-z])\}}?"
                    rf"(?:_({GROUP}|\\text\{{\w+\}}|\w))?")
INDEX = re.compile(r"[ijklmt\d]|[^\\]{2,}")  # a subscript that counts; others are part of a symbol's name
ROW = re.compile(r"^\| (\$.*?) \| (.*?) \| (.*?) \| (.*?) \| ([\d, –]+) \|$", re.MULTILINE)


def symbols(text):
    """Return the symbols of the formulas in a text: letters, with their hats and with subscripts that are names."""
    found = set()
    for formula in ("".join(parts) for parts in FORMULA.findall(CODE.sub(" ", text))):
        for layout in LAYOUT:
            formula = re.sub(layout, " ", formula)
        for word, hat, letter, below in SYMBOL.findall(formula):
            name = re.sub(r"\\text|\\,|[{} ]", "", below)
            named = name and ("text" in below or not INDEX.fullmatch(name))
            found.add(word or f"{hat and 'hat '}{letter}{f'_{name}' if named else ''}")
    return found


def numbers(chapters):
    """Return the chapters that a cell such as "2, 5–7" names."""
    ends = [part.split("–") for part in chapters.split(", ")]
    return [number for part in ends for number in range(int(part[0]), int(part[-1]) + 1)]


def rows():
    """Return for each row of the table its symbols, its meaning and its chapters."""
    table = ROW.findall((BOOK / "notation.md").read_text(encoding="utf-8"))
    return [(symbols(written), meaning, numbers(chapters)) for written, meaning, _, _, chapters in table]


@pytest.mark.parametrize("path", CHAPTERS, ids=lambda path: path.stem)
def test_each_symbol_of_a_chapter_has_one_row(path):
    used = symbols("\n\n".join(text_cells(path)))
    listed = [(row, meaning) for row, meaning, chapters in rows() if int(path.stem[:2]) in chapters]
    count = collections.Counter(symbol for row, _ in listed for symbol in row)
    assert not used - set(count), "symbols that notation.md doesn't list for this chapter"
    assert not [symbol for symbol in used if count[symbol] > 1], "two meanings in one chapter"
    assert not [meaning for row, meaning in listed if not row & used], "listed for a chapter that doesn't use it"


def test_a_meaning_has_one_row():
    meanings = [meaning for _, meaning, _ in rows()]
    assert len(meanings) > 50 and len(meanings) == len(set(meanings))
