"""Explorers and the playground in the pages, without a widget manager: a Sphinx extension, named in _config.yml.

In Jupyter an explorer is made of ipywidgets. Of its state, which MyST-NB would put into the page together with 2 MB of
scripts that draw any widget, the page takes the sliders and the pictures; book.js brings them together.
"""

import html
import json
import re

from labcore.visual import playground

VIEW = re.compile(r'<script type="application/vnd\.jupyter\.widget-view\+json">(.*?)</script>', re.DOTALL)
PICTURE = re.compile(r'alt="(.*?)" .*src="(.*?)"', re.DOTALL)


def setup(app):
    app.connect("html-page-context", put_in_place, priority=900)  # after MyST-NB has added the widgets' state
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def put_in_place(app, pagename, templatename, context, doctree):
    """Replace each widget in a page's body by what the page shows of it, and leave out the widgets' state."""
    scripts = app.env.nb_metadata.get(pagename, {}).get("js_files", {})
    if "ipywidgets_state" not in scripts:
        return
    models = json.loads(scripts["ipywidgets_state"][1]["body"])["state"]

    def in_page(view):
        number = json.loads(view[1])["model_id"]
        widget = models[number]["state"]
        return the_playground(widget) if "settings" in widget else explorer(f"explorer-{number[:8]}", widget, models)

    context["body"] = VIEW.sub(in_page, context["body"])
    context["script_files"] = [file for file in context["script_files"]
                               if "widget-state" not in str(getattr(file, "attributes", {}).get("type"))]


def explorer(name, widget, models):
    """Return an explorer as HTML: its first picture, and sliders with all pictures, in the order of their values."""
    def of(reference):
        return models[reference.removeprefix("IPY_MODEL_")]["state"]

    def images(stack):
        for child in map(of, stack["children"]):
            yield from images(child) if "children" in child else [re.sub(' onload="[^"]*"', "", child["value"])]

    *sliders, stack = map(of, widget["children"])
    texts, found, first, choices = [slider["_options_labels"] for slider in sliders], [*images(stack)], 0, ""
    for k, (slider, values) in enumerate(zip(sliders, texts)):
        first = first * len(values) + slider["index"]
        choices += (f'<label for="{name}-{k}">{html.escape(slider["description"])}</label><input id="{name}-{k}" '
                    f'type="range" max="{len(values) - 1}" value="{slider["index"]}">'
                    f'<span style="min-width: {max(map(len, values))}ch"></span>')
    pictures = [[html.unescape(text) for text in PICTURE.search(image).groups()] for image in found]
    return (f'<div class="explorer"><div class="choices">{choices}</div>{found[first]}'
            f'<script type="application/json">{as_json({"texts": texts, "pictures": pictures})}</script></div>')


def the_playground(widget):
    home = '<div class="playground-home"><noscript>The playground needs JavaScript.</noscript></div>'
    return (f'<style>{playground.STYLE}</style>{home}<script type="module">{playground.module()}\n'
            f'showInPage(document.querySelector(".playground-home"), {as_json(widget["settings"])});</script>')


def as_json(data):
    """Return data as it may stand in a script of a page."""
    return json.dumps(data).replace("</", r"<\/")
