"""The book as a PDF, where `make pdf` has made it: whole, with contents, numbers and links that lead somewhere."""

import re

import pytest
import yaml

from .conftest import HTML, REQUIRED, ROOT

PDF = HTML / "book.pdf"
pytestmark = pytest.mark.skipif(not PDF.exists() and not REQUIRED, reason="no PDF: `make pdf`")


@pytest.fixture(scope="module")
def book():
    import pypdfium2

    with pypdfium2.PdfDocument(PDF) as book:
        yield book


@pytest.fixture(scope="module")
def texts(book):
    return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in book]


def chapters(book):
    """Return {title: number of its first page} as the outline has it."""
    return {entry.get_title(): entry.get_dest().get_index() + 1 for entry in book.get_toc() if entry.level == 0}


def plain(text):
    return re.sub(r"\W", "", text)


def test_every_page_of_the_book_is_in_it_in_order_and_the_contents_have_its_number(book, texts):
    toc = yaml.safe_load((ROOT / "_toc.yml").read_text(encoding="utf-8"))
    found, sources = chapters(book), sum(len(part["chapters"]) for part in toc["parts"])
    assert [int(title.split(".")[0]) for title in found if re.match(r"\d+\. ", title)] == [*range(1, 19)]
    assert len(found) == 2 + sources and PDF.stat().st_size < 20e6  # the landing page and the contents come first
    contents = plain(texts[found["Contents"] - 1])
    for title, number in [*found.items()][2:]:
        assert f"{plain(title)}{number}" in contents
        assert plain(texts[number - 1]).startswith(f"{number}{plain(title)}")  # the number at its foot is drawn first


def test_nothing_stands_in_place_of_a_reference_or_a_formula(texts):
    wrong = re.compile(r"\?\?|\\\(|\\\[|\\frac|Math Processing|undefined")
    assert [(number, match[0]) for number, text in enumerate(texts, start=1) for match in wrong.finditer(text)] == []


def test_links_between_pages_lead_to_pages_and_none_to_this_machine(book):
    import pypdfium2.raw as pdf

    inside, elsewhere = 0, []
    for page in book:
        for annotation in range(pdf.FPDFPage_GetAnnotCount(page)):
            link = pdf.FPDFAnnot_GetLink(pdf.FPDFPage_GetAnnot(page, annotation))
            action = link and pdf.FPDFLink_GetAction(link)
            if link and pdf.FPDFLink_GetDest(book, link):
                inside += 1
            elif action and pdf.FPDFAction_GetType(action) == pdf.PDFACTION_URI:
                text = bytearray(pdf.FPDFAction_GetURIPath(book, action, None, 0))
                pdf.FPDFAction_GetURIPath(book, action, (pdf.c_char * len(text)).from_buffer(text), len(text))
                elsewhere.append(text.rstrip(b"\0").decode())
            elif link:
                elsewhere.append("nowhere")
    assert inside > 500 and [url for url in elsewhere if not re.match(r"https?://[\w-]+\.[a-z]", url)] == []


def test_explorers_are_stills_that_name_the_page_where_they_move(texts):
    assert sum(text.count("It moves on the page") for text in texts) >= 8


def test_no_sheet_is_nearly_empty(book):
    """A chapter's last one may be; every other is filled to half, above its number in the margin of 20 mm."""
    last = {number - 1 for number in chapters(book).values()} | {len(book)}
    low = {number: min(part.get_bounds()[1] for part in page.get_objects(max_depth=1) if part.get_bounds()[1] > 56)
           for number, page in enumerate(book, start=1) if number not in last}
    assert {number for number, height in low.items() if height > 0.5 * 842} == set()


def test_the_landing_page_links_to_it(book):
    assert f'href="../book.pdf">The book as a PDF</a> {len(book)} pages' in (HTML / "book/intro.html").read_text()
