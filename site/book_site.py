"""What the pages need beyond Jupyter Book: notebooks run side by side, scripts and fonts, the live button.

A Sphinx extension, named in _config.yml. Environment variables tell it where the book is going:

BOOK_URL   the address of the published site, for previews and the 404 page
BOOK_LIVE  the address of pyodide.js if JupyterLite will stand beside the pages; without it there is no live button
GITHUB_REPOSITORY  set by GitHub's workflows; the footer links there, and a launch button to Binder appears
BOOK_BRANCH  a branch of it that holds the notebooks as the download buttons give them, as the workflow makes; with it
             Colab has a button too
"""

import concurrent.futures
import hashlib
import html
import importlib.metadata
import itertools
import os
import pathlib
import re
import shutil
import sys
from urllib.parse import urlsplit

import licences
from jupyter_cache import get_cache
from jupyter_cache.executors import load_executor
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.util.display import status_iterator

HERE = pathlib.Path(__file__).resolve().parent
MODULES = HERE / "node_modules"
#: what pages load, by its place in the site: what TeX needs of MathJax's 8 MB, and the fonts that today's browsers take
VENDORED = {
    "mathjax": (MODULES / "mathjax/es5", ["tex-chtml.js", "output/chtml/fonts/woff-v2/*.woff"]),
    "minisearch": (MODULES / "minisearch/dist/umd", ["index.js"]),
}
ICON_SCRIPT = "_static/scripts/fontawesome.js"
CHINESE = re.compile("[\u4e00-\u9fff][\u4e00-\u9fff、]*")
LICENCE = ('Text and figures: <a rel="license" href="https://creativecommons.org/licenses/by/4.0/">CC BY 4.0</a>. '
           'Code: <a rel="license" href="https://opensource.org/license/mit">MIT</a>. '
           '<a href="{others}">Licences of what others made</a>. ')
NOT_FOUND = ('<h1>This page isn’t here</h1>\n<p>The address may be mistyped, or the page has moved. Begin at the '
             '<a href="{root}index.html">contents</a>, or <a href="{root}search.html">search the book</a>.</p>')
log = logging.getLogger(__name__)


def setup(app):
    app.add_config_value("book_live", os.environ.get("BOOK_LIVE", ""), "html")  # with another one, pages change
    app.connect("config-inited", configure)
    app.connect("env-before-read-docs", run_notebooks)
    app.connect("doctree-read", names_as_anchors)
    app.connect("env-updated", settings_as_anchors)
    app.connect("html-page-context", add_to_page, priority=900)  # after the theme has added its buttons
    app.connect("build-finished", copy_assets)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


def without_thebe(app):
    """Take out the scripts of sphinx-thebe, which Jupyter Book loads twice: an error on every page's console."""
    for listeners in app.events.listeners.values():
        listeners[:] = [one for one in listeners
                        if getattr(one.handler, "__name__", "") not in ("init_thebe_core", "update_thebe_context")]


def configure(app, config):
    """Choose where outputs are kept and where scripts come from, and say which."""
    without_thebe(app)
    kept = pathlib.Path(app.outdir).parent / ".jupyter_cache"
    config.nb_execution_cache_path = str(kept / what_outputs_depend_on())
    for folder in kept.glob("*"):
        if str(folder) != config.nb_execution_cache_path:
            shutil.rmtree(folder) if folder.is_dir() else folder.unlink()
    config.nb_ipywidgets_js = {}  # book_widgets shows what the notebooks have, without Jupyter's manager
    if MODULES.is_dir():
        log.info("book_site: mathematics comes with the pages (site/node_modules)")
        config.mathjax_path = "vendor3p/mathjax/tex-chtml.js"
    else:
        log.info("book_site: mathematics comes from a CDN; with npm, `make book` puts it beside the pages")
    address = os.environ.get("BOOK_URL", "")
    config.html_baseurl = config.ogp_site_url = address
    config.notfound_urls_prefix = root = urlsplit(address).path.rstrip("/") + "/"
    config.notfound_context = {"title": "Page not found", "body": NOT_FOUND.format(root=root)}
    config.html_theme_options.update(launch_buttons(os.environ))


def launch_buttons(variables):
    """Return the theme's options for Binder and Colab. Colab needs notebooks whose first cell installs labcore."""
    repository = variables.get("GITHUB_REPOSITORY")
    if not repository:
        return {}
    colab = {"colab_url": "https://colab.research.google.com"} if variables.get("BOOK_BRANCH") else {}
    return {"repository_url": f"{variables.get('GITHUB_SERVER_URL', 'https://github.com')}/{repository}",
            "repository_branch": variables.get("GITHUB_REF_NAME", "main"), "path_to_docs": "",
            "launch_buttons": {"binderhub_url": "https://mybinder.org", "notebook_interface": "jupyterlab", **colab}}


def lead_colab(header_buttons, branch):
    """Let Colab's button lead to the branch with the downloads: the theme knows one alone, Binder's."""
    for button in itertools.chain.from_iterable(group.get("buttons", ()) for group in header_buttons):
        if button["text"] == "Colab":
            button["url"] = re.sub("/blob/.*/book/", f"/blob/{branch}/book/", button["url"])


def what_outputs_depend_on():
    """Return a name for labcore's files and all versions: a cache of outputs looks at the cells alone."""
    versions = sorted(f"{package.name} {package.version}" for package in importlib.metadata.distributions())
    found = hashlib.sha256(f"{sys.version} {versions}".encode())
    for path in sorted((HERE.parent / "labcore").rglob("*.*")):
        if path.suffix in (".py", ".json"):
            found.update(f"{path.relative_to(HERE.parent)}{path.read_bytes()}".encode())
    return found.hexdigest()[:16]


def run_notebooks(app, env, docnames):
    """Run the notebooks whose outputs aren't in the cache, one a core: MyST-NB would run them one after the other."""
    os.environ.setdefault("OMP_NUM_THREADS", "1")  # two kernels with two threads each get in each other's way
    kept, timeout = app.config.nb_execution_cache_path, app.config.nb_execution_timeout
    pages = [path for path in map(env.doc2path, docnames) if path.endswith(".ipynb")]
    todo = get_cache(kept).list_unexecuted([get_cache(kept).add_nb_to_project(page).uri for page in pages])
    if not todo or app.config.nb_execution_mode == "off":
        return

    def run(record):
        executor = load_executor("local-serial", get_cache(kept))  # it says what went wrong
        result = executor.run_and_cache(filter_uris=[record.uri], timeout=timeout)
        return [env.path2doc(uri) for uri in result.succeeded]

    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        results = pool.map(run, reversed(todo))  # the last chapters take longest
        shown = status_iterator(results, "running notebooks... ", length=len(todo), stringify_func=" ".join)
        done = sum(shown, [])
    if failed := {env.path2doc(record.uri) for record in todo}.difference(done):
        raise ExtensionError(f"notebooks failed, for the reasons above: {', '.join(sorted(failed))}")


def names_as_anchors(app, doctree):
    """Let links such as [`lab.mlp`](api.md#labcore.mlp) lead to what autodoc has made: MyST knows headings alone."""
    page = app.env.docname
    for name in app.env.get_domain("py").objects.values():
        if name.docname == page:
            app.env.metadata[page].setdefault("myst_slugs", {})[name.node_id] = (None, name.node_id, name.node_id)


def settings_as_anchors(app, env):
    """Let links to the playground at a setting, as 14-playground.ipynb#hidden=8, lead there: it reads the address."""
    for page in filter(lambda page: page.endswith("-playground"), env.found_docs):
        slugs = env.metadata[page].setdefault("myst_slugs", {})
        for path in pathlib.Path(env.doc2path(page)).parent.glob("*.ipynb"):
            links = re.findall(r"-playground\.ipynb#([^)\s]*=[^)\s]*)\)", path.read_text(encoding="utf-8"))
            slugs |= {settings: (None, settings, settings) for settings in links}


def _source():
    repository = os.environ.get("GITHUB_REPOSITORY")
    if not repository:
        return "Each chapter's source is the notebook behind its download button."
    server = os.environ.get("GITHUB_SERVER_URL", "https://github.com")
    return f'Source: <a href="{server}/{repository}">{html.escape(repository)}</a>.'


def copy_assets(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    packages, modules = importlib.metadata.packages_distributions(), {name.split(".")[0] for name in app.extensions}
    names = [package for module in modules & packages.keys() for package in packages[module]]
    licences.write(pathlib.Path(app.outdir) / "licences.txt", names, MODULES.is_dir())
    # The theme's icons come with its font. Its script would draw them once more, after 1.5 MB before the first line.
    (pathlib.Path(app.outdir) / ICON_SCRIPT).write_text("// The icons come with the font.\n", encoding="utf-8")
    shutil.rmtree(pathlib.Path(app.outdir) / "_static/vendor3p", ignore_errors=True)  # of an earlier build
    for place, (source, patterns) in VENDORED.items():  # without npm, none of it is there
        for path in itertools.chain.from_iterable(map(source.glob, patterns)):
            goal = pathlib.Path(app.outdir) / "_static/vendor3p" / place / path.relative_to(source)
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, goal)


def add_to_page(app, pagename, templatename, context, doctree):
    """Add the live button and the licences, and mend what the theme and others leave."""
    others = context["pathto"]("licences.txt", resource=True)
    context["theme_extra_footer"] = f"<p>{LICENCE.format(others=others)}{_source()}</p>"
    if doctree is None or "body" not in context:
        return
    lead_colab(context.get("header_buttons", ()), os.environ.get("BOOK_BRANCH"))
    if pagename == app.config.root_doc:
        context["docstitle"] = ""  # it is the page's own
    notebook = app.env.doc2path(pagename).endswith(".ipynb")
    button = live_button(pagename, context["pathto"], app.config.book_live) if notebook else ""
    context["body"] = context["body"].replace("</h1>", f"</h1>\n{button}", 1)
    if pagename.endswith("glossary"):  # so that screen readers change their voice, and browsers take Taiwan's glyphs
        context["body"] = CHINESE.sub(r'<span lang="zh-Hant-TW">\g<0></span>', context["body"])
    # sphinx-exercise names every box's content alike
    context["body"] = re.sub(r' id="(exercise|solution)-content"', "", context["body"])
    # what folded code is called for a screen reader: MyST-NB's label contradicts the words that are seen
    context["body"] = context["body"].replace(' aria-label="Toggle hidden content"', "")


def live_button(pagename, pathto, pyodide):
    """Return the button that opens the chapter in JupyterLite, which names the host that Python would come from."""
    if not pyodide:
        return ""
    page = pathto(f"lite/notebooks/index.html?path={pagename.rpartition('/')[2]}.ipynb", resource=True)
    host = urlsplit(pyodide).hostname
    where = f"Loads Python from {host} when you press it." if host else "Python comes from this site."
    python = pyodide if host else pathto(f"lite/{pyodide}", resource=True)
    return (f'<p class="live"><a class="live-button" href="{html.escape(page)}" data-python="{html.escape(python)}">'
            f'Run in the browser</a> <span class="live-note" role="status">{where}</span></p>')
