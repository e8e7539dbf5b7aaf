"""What the search looks through: each section of each page, as data for MiniSearch, which search.js asks.

Sphinx's own search counts the pages that have all words, so that a chapter comes after those that name its subject
more often, and a hit opens the top of a page. Where npm's packages are missing it is left as it is.
"""

import json
import pathlib
import re

from book_site import MODULES
from docutils import nodes
from sphinx import addnodes

#: what a page shows and nobody searches for: formulas, what cells print and code that is folded, as what draws figures;
#: a reference's names have entries of their own
SKIPPED = (nodes.math, nodes.math_block, nodes.raw, nodes.comment, nodes.title, nodes.image, addnodes.desc)
FOLDED = {"cell_output", "tag_hide-input"}
CHINESE = re.compile("[\u4e00-\u9fff]+")


def setup(app):
    app.connect("html-page-context", add_script)
    app.connect("build-finished", write_entries)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def add_script(app, pagename, templatename, context, doctree):
    if pagename == "search" and MODULES.is_dir():
        for script in ("vendor3p/minisearch/index.js", "sections.js", "search.js"):
            app.add_js_file(script, loading_method="defer")


def write_entries(app, exception):
    """Put the entries of all pages beside the scripts; Sphinx's own index stays, for its next build reads it."""
    if exception is None and app.builder.format == "html" and MODULES.is_dir():
        pages = {page: app.env.get_doctree(page) for page in sorted(app.env.found_docs)}
        terms = chapters_of_terms(pages["book/glossary"])
        found = [entry for page, tree in pages.items() for entry in entries(page, tree, terms.get(page, ""))]
        script = f"const SECTIONS = {json.dumps(found, ensure_ascii=False, separators=(',', ':'))};\n"
        pathlib.Path(app.outdir, "_static/sections.js").write_text(script, encoding="utf-8")


def entries(page, tree, terms):
    """Yield what can be found on a page: its sections, and the names that a reference describes."""
    name = next(tree.findall(nodes.title)).astext()
    words = " ".join(node["content"] for node in tree.findall(nodes.meta) if node["name"] == "keywords")
    for part in tree.findall(lambda node: is_section(node) or isinstance(node, addnodes.desc)):
        if isinstance(part, addnodes.desc):
            anchor = title = part[0]["ids"][0]
        else:
            top = isinstance(part.parent, nodes.document)
            anchor, title = "" if top else part["ids"][0], part[0].astext()
        yield {"page": page, "anchor": anchor, "name": name, "title": title, "text": text_of(part),
               "terms": "" if anchor else f"{terms} {words}".strip()}


def is_section(node):
    """Say whether a node is a section of the page; sphinx-exercise makes more of them."""
    return isinstance(node, nodes.section) and isinstance(node.parent, (nodes.document, nodes.section))


def text_of(part):
    """Return a section's own words and code, without those of the sections in it."""
    found = []
    for child in part.children:
        if isinstance(child, nodes.Text):
            found.append(child.astext())
        elif not (isinstance(child, SKIPPED) or is_section(child) or FOLDED.intersection(child["classes"])):
            found.append(text_of(child) + " " * isinstance(child, (nodes.Body, nodes.Part)))
    return re.sub(r"\s+", " ", "".join(found))


def chapters_of_terms(glossary):
    """Return {page: terms} of the chapters that the glossary names for its terms, in English and in Chinese."""
    found = {}
    for entry in glossary.findall(nodes.list_item):
        text = entry.astext()
        chinese = " ".join(CHINESE.findall(text))
        for link in entry.findall(addnodes.pending_xref):
            term = f"{next(entry.findall(nodes.strong)).astext()} {chinese}"
            found[link["reftarget"]] = f"{found.get(link['reftarget'], '')} {term}".strip()
    return found
