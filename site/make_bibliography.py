"""Write book/bibliography.md from book/references.bib, with the places that cite each source.

    python site/make_bibliography.py

Plain Markdown with a heading for each source, so that a link such as [Polyak, 1964](bibliography.md#polyak-1964) works
in the built book, in JupyterLab and on GitHub alike.
"""

import ast
import json
import pathlib
import re
from urllib.parse import quote

from pybtex.database import parse_file

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "book/bibliography.md"
YEAR = r"(?:1[89]|20)\d\d"
AUTHORS = r"[A-Z][\w-]+(?:\s+et\s+al\.|\s+and\s+others|(?:,\s+[A-Z][\w-]+)*\s+and\s+[A-Z][\w-]+)?"
#: "(Polyak, 1964, eq. 9)" and "; Polyak, 1964)", or "Polyak (1964)"
MENTION = re.compile(rf"(?<=[(;])\s*(?P<inside>{AUTHORS},\s+{YEAR})\b|(?P<beside>{AUTHORS}\s+\({YEAR}\))")
CITATION = re.compile(r"\[([^\]]+)\]\(bibliography\.md#([\w-]+)\)")
OPENING = ("# Bibliography\n\nWhat the chapters and the docstrings of `labcore` rest on. "
           "[references.bib](references.bib) has the same for BibTeX.\n")


def sources():
    """Return the entries of references.bib by the labels that the text calls them by: "Kingma and Ba (2015)"."""
    entries = {}
    for entry in parse_file(ROOT / "book/references.bib").entries.values():
        names = [" ".join(person.last_names) for person in entry.persons["author"]]
        label = f"{names[0] + ' et al.' if len(names) > 2 else ' and '.join(names)} ({entry.fields['year']})"
        assert entries.setdefault(label, entry) is entry, "two entries with one label: add a letter to the year"
    return dict(sorted(entries.items()))


def anchor(heading):
    """Return what MyST and GitHub make of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


def mentions(text):
    """Return all citations in a text as labels; the authors may be written out, as in "Rumelhart, Hinton and ..."."""
    return [as_label(match["inside"] or match["beside"]) for match in MENTION.finditer(text)]


def as_label(mention):
    authors, year = re.fullmatch(rf"(.+?),? \(?({YEAR})\)?", " ".join(mention.split())).groups()
    several = ", " in authors or authors.endswith(" and others")
    return f"{re.split(', | and ', authors)[0] + ' et al.' if several else authors} ({year})"


def docstrings(path):
    """Return all docstrings of a module as one text, a citation that is broken over two lines made whole."""
    found = (ast.get_docstring(node) for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
             if isinstance(node, (ast.Module, ast.ClassDef, ast.FunctionDef)))
    return "\n\n".join(re.sub(r"\s+", " ", text) for text in found if text)


def citing():
    """Return for each anchor the chapters (as links) and modules that cite it."""
    places = {}
    for path in sorted((ROOT / "book").glob("*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        name = re.match(r"# (?:(\d+)\. )?(.+)", cells[0]["source"][0])
        text = " ".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        for target in dict.fromkeys(target for _, target in CITATION.findall(text)):
            places.setdefault(target, []).append(f"[{f'chapter {name[1]}' if name[1] else name[2]}]({path.name})")
    for path in sorted((ROOT / "labcore").rglob("*.py")):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        for name in dict.fromkeys(mentions(docstrings(path))):
            places.setdefault(anchor(name), []).append(f"`{module}`")
    return places


def where_published(entry):
    """Return journal, volume, pages, or what an entry has in their place."""
    has = entry.fields.get
    place = has("journal") or has("booktitle") or has("howpublished") or has("publisher")
    if "series" in entry.fields:
        place = f"{place}, {has('series')} {has('volume')}"
    elif "volume" in entry.fields:
        place = f"{place} {has('volume')}" + (f"({has('number')})" if "number" in entry.fields else "")
    parts = (f"{has('edition', '')} edition" * ("edition" in entry.fields),
             f"{has('type', '')} {has('number', '')}".strip() * ("type" in entry.fields),
             has("school") or has("institution"), place, has("pages", "").replace("--", "–"))
    return ". ".join(filter(None, (", ".join(filter(None, parts)), has("note"))))


def listed(words):
    return " and ".join([", ".join(words[:-1]), words[-1]] if words[1:] else words)


def described(entry, places):
    """Return an entry as a paragraph: authors, title (a link where there is something to open), where, who cites it."""
    people = [" ".join(one.first_names + one.middle_names + one.last_names) for one in entry.persons["author"]]
    if len(people) > 8:
        people[1:] = [f"{len(people) - 1} others"]
    title, doi = entry.fields["title"], entry.fields.get("doi")
    address = f"https://doi.org/{quote(doi)}" if doi else entry.fields.get("url")
    title, doi = f"[{title}]({address})" if address else f"*{title}*", f" doi:{doi}" if doi else ""
    return f"{listed(people)}: {title}. {where_published(entry)}.{doi}\n\nCited in {listed(places)}.\n"


def page():
    places, found = citing(), sources()
    parts = [f"## {name}\n\n{described(found[name], places.get(anchor(name), ['no place']))}" for name in found]
    return "\n".join([OPENING, *parts])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
