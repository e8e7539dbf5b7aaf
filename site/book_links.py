"""Links that nobody writes: from an equation's number to its formula, from a term's first use to the glossary and back,
from a figure to its picture alone, which a phone can enlarge.

A Sphinx extension. What a page has is kept in `env.metadata`, which Sphinx forgets with the page.
"""

import functools
import html
import re

from docutils import nodes
from sphinx import addnodes

TAG = re.compile(r"\\tag\{(\d+\.\d+)\}")
NUMBER = re.compile(r"\((\d+\.\d+)\)")
ENTRY = re.compile(r"^- \*\*(.+?)\*\*", re.MULTILINE)
FIGURE = re.compile(r'(<figure[^>]*>\s*)(<img [^>]*src="([^"]+)"[^>]*>)')
GLOSSARY, CHAPTER = "book/glossary", re.compile(r"book/(\d\d|optional)-[\w-]+$")
#: where no link is put
CLOSED = (nodes.reference, nodes.literal, nodes.literal_block, nodes.math, nodes.math_block, nodes.title, nodes.raw,
          nodes.comment, addnodes.pending_xref, addnodes.download_reference)


def setup(app):
    app.connect("doctree-read", note_equations)
    app.connect("doctree-read", link_terms)
    app.connect("doctree-resolved", link_equations)
    app.connect("doctree-resolved", link_back)
    app.connect("html-page-context", link_figures)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def note_equations(app, doctree):
    """Name each formula with a number, and remember where it stands and what it says."""
    found = app.env.metadata[app.env.docname]["equations"] = {}
    for formula in doctree.findall(nodes.math_block):
        for number in TAG.findall(formula.astext()):
            formula["ids"].append(f"equation-{number.replace('.', '-')}")
            found[number] = " ".join(formula.astext().split())


def link_equations(app, doctree, page):
    """Make "(5.3)" a link, with the formula at hand for book.js to show."""
    equations = {number: (where, formula) for where, data in app.env.metadata.items()
                 for number, formula in data.get("equations", {}).items()}

    def link(match):
        if match[1] not in equations:
            return None
        where, formula = equations[match[1]]
        target = app.builder.get_relative_uri(page, where) if where != page else ""
        return (f'<a class="equation" href="{target}#equation-{match[1].replace(".", "-")}" '
                f'data-formula="{html.escape(formula)}">{match[0]}</a>')

    for text in _open_text(doctree):
        _replace(text, NUMBER, link)


def link_terms(app, doctree):
    """Make the first use of each term of the glossary in a chapter a link there."""
    page = app.env.docname
    if not CHAPTER.match(page):
        return
    glossary = app.env.doc2path(GLOSSARY)
    app.env.note_dependency(glossary)
    used = app.env.metadata[page]["terms"] = []

    def link(match):
        name = "-".join(match[1].lower().split())
        if name in used:
            return None
        used.append(name)
        return f'<a class="term" id="first-{name}" href="glossary.html#term-{name}">{match[0]}</a>'

    for text in _open_text(doctree):
        _replace(text, any_term(glossary), link)


@functools.cache
def any_term(glossary):
    """Return a pattern for the terms of the glossary, in a file that no chapter needs to read once more."""
    with open(glossary, encoding="utf-8") as file:
        terms = sorted(ENTRY.findall(file.read()), key=len, reverse=True)  # "forward pass" before "pass"
    words = "|".join(re.escape(term).replace(r"\ ", r"\s+") for term in terms)
    return re.compile(rf"\b({words})s?\b", re.IGNORECASE)


def link_back(app, doctree, page):
    """Name the glossary's entries, and let the chapter named there open where it uses the term first."""
    if page != GLOSSARY:
        return
    for entry in doctree.findall(nodes.list_item):
        name = next(entry.findall(nodes.strong)).astext().lower().replace(" ", "-")
        entry["ids"].append(f"term-{name}")
        for link in entry.findall(nodes.reference):
            chapter = f"book/{link['refuri'].partition('.')[0]}"
            if name in app.env.metadata[chapter].get("terms", ()):
                link["refuri"] += f"#first-{name}"


def link_figures(app, page, template, context, doctree):
    if "body" in context:
        link = r'\1<a class="alone" href="\3" title="Open the picture alone">\2</a>'
        context["body"] = FIGURE.sub(link, context["body"])


def _open_text(doctree):
    """Return the pieces of text that may hold links; outputs of cells and titles may not."""
    def closed(node):
        while node := node.parent:
            if isinstance(node, CLOSED) or "cell" in node.get("classes", ()):
                return True
        return False

    return [text for text in doctree.findall(nodes.Text) if not closed(text)]


def _replace(text, pattern, link):
    """Put the HTML that `link(match)` returns in the place of matches; None leaves one as it is."""
    parts, end = [], 0
    for match in pattern.finditer(text):
        if made := link(match):
            parts += [nodes.Text(text[end:match.start()]), nodes.raw("", made, format="html")]
            end = match.end()
    if parts:
        text.parent.replace(text, [*parts, nodes.Text(text[end:])])
