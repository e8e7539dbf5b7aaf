"""The page Notation lists every symbol of every chapter's formulas, once for each chapter, and no other."""

import collections
import re

import pytest
from test_book import BOOK, CHAPTERS, MATHS_OR_CODE, text_cells

GREEK = ("(?i:alpha|beta|gamma|delta|(?:var)?epsilon|zeta|eta|theta|iota|kappa|lambda|mu|nu|xi|pi|rho|sigma|tau|upsilon"
         "|(?:var)?phi|chi|psi|omega|ell)")
GROUP = r"\{(?:[^{}]|\{[^{}]*\})*\}"
#: what is no symbol: words, the layout, the range of a sum, and every command but hats and Greek letters
LAYOUT = [r"```(\{math\})?", r"\\\\(\[\w+\])?", r"(?<!_)(?<!_\{)\\text\{[^}]*\}",
          r"\\(begin|end|tag)\{[^}]*\}(\{l+\})?", rf"\\(sum|prod|int|max)\s*_({GROUP}|\\?\w)",
          rf"\\(?!(?:{GREEK}|hat|text|operatorname)(?![A-Za-z]))[A-Za-z]+"]
SYMBOL = re.compile(rf"(\\operatorname\{{\w+\}})|(\\hat)?[ {{]*(\\(?:{GREEK})(?![A-Za-z])|[A-Za-z])\}}?"
                    rf"(?:_({GROUP}|\\text\{{\w+\}}|\w))?")
INDEX = re.compile(r"[ijklmt\d]|[^\\]{2,}")  # a subscript that counts; others are part of a symbol's name
ROW = re.compile(r"^\| (\$.*?) \| (.*?) \| (.*?) \| (.*?) \| ([\d, –]+) \|$", re.MULTILINE)


def symbols(text):
    """Return the symbols of the formulas in a text: letters, with their hats and with subscripts that are names."""
    found = set()
    for formula in MATHS_OR_CODE.findall(text):
        if formula[0] == "`" and not formula.startswith("```{math}"):
            continue
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
    assert not (missing := used - set(count)), f"notation.md doesn't list {sorted(missing)} for this chapter"
    assert not [symbol for symbol in used if count[symbol] > 1], "two meanings in one chapter"
    assert not [meaning for row, meaning in listed if not row & used], "listed for a chapter that doesn't use it"


def test_a_meaning_has_one_row_and_what_is_easily_mixed_up_a_letter_each():
    meanings, letters = [meaning for _, meaning, _ in rows()], []
    assert len(meanings) > 50 and len(meanings) == len(set(meanings))
    for quantity in ("curvature", "weight decay", "width,", "step of a numerical derivative", "AdaGrad's sum",
                     "velocity", "slope of a leaky ReLU", "*variance*"):
        letters += [symbol for row, meaning, _ in rows() if quantity in meaning for symbol in row - {r"\lambda_g"}]
    assert len(letters) == len(set(letters)) == 8, letters


def test_what_a_symbol_is():
    text = r"$\hat y_{ij}\,dz^\top \le \sum_{s<t} \lambda_w g_k$, `$q$` and $$n_\text{in} + \operatorname{Var}(a_2').$$"
    assert symbols(text) == {r"hat y", "d", "z", r"\lambda_w", "g", "n_in", r"\operatorname{Var}", "a"}
