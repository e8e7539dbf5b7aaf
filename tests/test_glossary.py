"""The glossary: in order, with a sentence, a chapter that has the term, and what the term is called in Taiwan."""

import pathlib
import re

from test_book import text_cells

BOOK = pathlib.Path(__file__).resolve().parent.parent / "book"
LINES = (BOOK / "glossary.md").read_text(encoding="utf-8").splitlines()
ENTRY = re.compile(r"- \*\*(?P<term>.+?)\*\* \((?P<chinese>.+?)\): (?P<says>.+) "
                   r"\[Chapter (?P<number>\d+)\]\((?P<link>.+?)\)")
ENTRIES = [ENTRY.fullmatch(line) for line in LINES if line.startswith("- ")]
#: what the same terms are called on the mainland, in traditional characters
ELSEWHERE = ("概率", "似然", "置信", "正態", "激活", "溢出", "數組", "神經網絡", "過擬合", "幾率", "協方差", "異或")


def test_terms_stand_in_alphabetical_order_each_with_one_sentence():
    assert all(ENTRIES) and len(ENTRIES) >= 60
    terms = [entry["term"].lower() for entry in ENTRIES]
    assert terms == sorted(set(terms))
    letters = [line[3] if line[0] == "#" else line[4].upper() for line in LINES if line.startswith(("## ", "- "))]
    assert letters == sorted(letters)
    assert [line[3:] for line in LINES if line.startswith("## ")] == sorted({term[0].upper() for term in terms})
    for says in (entry["says"] for entry in ENTRIES):
        assert says[0].isupper() and says.endswith(".") and ". " not in says and 20 <= len(says) <= 140, says


def test_the_chapter_uses_the_term():
    texts = {path.name: " ".join([path.stem.replace("-", " "), *text_cells(path)]) for path in BOOK.glob("*.ipynb")}
    for entry in ENTRIES:
        words = r"\b" + r"\s+".join(map(re.escape, entry["term"].split()))
        assert entry["link"].startswith(f"{int(entry['number']):02d}-"), entry[0]
        assert re.search(words, texts[entry["link"]], re.IGNORECASE), entry[0]


def test_the_chinese_is_that_of_taiwan():
    for entry in ENTRIES:
        for term in entry["chinese"].split("、"):
            assert re.fullmatch(r"([A-Z]\w* )?[\u4e00-\u9fff]+", term), entry[0]
            term.encode("big5")  # which has no simplified characters
            assert not any(word in term for word in ELSEWHERE), entry[0]
