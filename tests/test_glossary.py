"""The glossary: in order, with a sentence, a chapter that has the term, and what the term is called in Taiwan."""

import pathlib
import re

import pytest
from test_book import text_cells

BOOK = pathlib.Path(__file__).resolve().parent.parent / "book"
TEXT = (BOOK / "glossary.md").read_text(encoding="utf-8")
ENTRY = re.compile(r"- \*\*(.+?)\*\* \((.+?)\): (.+) \[Chapter (\d+)\]\((.+?)\)")
ENTRIES = [ENTRY.fullmatch(line) for line in TEXT.splitlines() if line.startswith("- ")]
#: what the same terms are called on the mainland, in traditional characters
ELSEWHERE = ("概率", "似然", "置信", "正態", "激活", "溢出", "數組", "神經網絡", "過擬合", "幾率", "協方差", "異或")


def entries(test):
    return pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry and entry[1])(test)


def test_every_line_of_a_list_is_an_entry():
    assert all(ENTRIES) and 60 <= len(ENTRIES) <= 120


def test_terms_are_in_alphabetical_order_below_their_letters_and_none_comes_twice():
    terms = [entry[1].lower() for entry in ENTRIES]
    assert terms == sorted(set(terms))
    letter = None
    for line in TEXT.splitlines():
        if heading := re.fullmatch(r"## (.+)", line):
            letter = heading[1]
        elif line.startswith("- "):
            assert line[4].upper() == letter, line
    assert re.findall(r"^## (.+)$", TEXT, re.MULTILINE) == sorted({term[0].upper() for term in terms})


@entries
def test_a_term_has_one_sentence(entry):
    sentence = entry[3]
    assert sentence[0].isupper() and sentence.endswith(".") and ". " not in sentence and 20 <= len(sentence) <= 140


@entries
def test_the_chapter_uses_the_term(entry):
    path = BOOK / entry[5]
    assert int(path.stem[:2]) == int(entry[4])
    text = " ".join([path.stem.replace("-", " "), *text_cells(path)])
    assert re.search(r"\b" + r"\s+".join(map(re.escape, entry[1].split())), text, re.IGNORECASE), entry[0]


@entries
def test_the_chinese_is_that_of_taiwan(entry):
    for term in entry[2].split("、"):
        assert re.fullmatch(r"([A-Z]\w* )?[\u4e00-\u9fff]+", term), term
        term.encode("big5")  # which has no simplified characters
        assert not any(word in term for word in ELSEWHERE), term
    assert len(set(entry[2].split("、"))) == len(entry[2].split("、"))
