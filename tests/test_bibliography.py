"""The bibliography: bibliography.md is what references.bib says, each citation leads there, and each entry is cited."""

import re

import pytest
from test_book import MATHS_OR_CODE, ROOT, all_chapters, script, visible_text

bib = script("make_bibliography")
SOURCES = bib.sources()
CITED = bib.citing()
ANCHORS = {bib.anchor(label): label for label in SOURCES}


def test_the_page_is_in_step_with_the_entries_and_the_citations():
    assert bib.PAGE.read_text(encoding="utf-8") == bib.page(), "run python site/make_bibliography.py"


@pytest.mark.parametrize("label", SOURCES)
def test_an_entry_says_who_what_where_and_is_cited(label):
    entry = SOURCES[label]
    assert {"title", "year"} <= set(entry.fields) and bib.where_published(entry)
    assert entry.key == f"{entry.persons['author'][0].last_names[0].lower()}{entry.fields['year']}"
    assert bib.anchor(label) in CITED, "no chapter and no docstring cites it"
    doi, url = entry.fields.get("doi"), entry.fields.get("url", "https://")
    assert (doi is None or re.fullmatch(r"10\.\d{4,5}/\S+", doi)) and re.match("https?://", url)


@all_chapters
def test_every_citation_of_a_chapter_is_a_link_to_its_entry(path):
    text = visible_text(path)
    for words, anchor in bib.CITATION.findall(text):
        assert anchor in ANCHORS, f"not in references.bib: {words}"
        if year := re.search(bib.YEAR, words):
            said = f"({words})" if words == year[0] else bib.as_label(words)
            assert ANCHORS[anchor].endswith(said), f"{words} leads to {ANCHORS[anchor]}"
    bare = MATHS_OR_CODE.sub(" ", bib.CITATION.sub(" ", text))
    assert not bib.mentions(bare), f"link it: [{bib.mentions(bare)[0]}](bibliography.md#...)"
    assert not re.search(rf"\({bib.YEAR}\)", bare), "a year of what?"


def test_every_citation_of_a_docstring_has_an_entry():
    for path in (ROOT / "labcore").rglob("*.py"):
        for label in bib.mentions(bib.docstrings(path)):
            assert label in SOURCES, f"{label} in {path.name}"
