"""The reference: docstrings that are complete, and examples that are true."""

import doctest
import importlib
import inspect
import json
import pathlib
import pkgutil
import re

import numpy as np
import pytest
from docutils.core import publish_doctree
from numpydoc import validate
from numpydoc.docscrape_sphinx import get_doc_object

import labcore as lab
from labcore import checks
from labcore.experiments import measures

PAGE = pathlib.Path(__file__).resolve().parent.parent / "book/api.md"
#: what numpydoc asks for and the reference does without
NOT_ASKED = {
    "GL01": "the summary stands behind the opening quotes, as in PEP 257's examples",
    "SS03": "asked for below, where a check's summary may be the question that it answers",
    "ES01": "a summary that says all needs no second paragraph",
    "SA01": "what belongs together stands together on the page: a file for a concept",
    "EX01": "asked for below, where a class's example may serve for its methods",
}
#: the measures of the reports' conclusions: rows of chapter 13's table, as labcore.claims lists them, not tools for use
CONCLUSION = re.compile(r"labcore\.measures\.[a-e]_")
#: what examples may use without an import, as the book's chapters do
NAMES = {"lab": lab, "np": np, "checks": checks}
OPTIONS = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS


def modules():
    """All modules of labcore. Of the folder `checks` what the package itself exports counts, its files are how."""
    names = [found.name for found in pkgutil.iter_modules(lab.__path__) if not found.name.startswith("_")]
    return [lab, *(importlib.import_module(f"labcore.{name}") for name in names)]


def own(module):
    """The functions and classes that a module defines, or a package defines and exports: no underscore, no imports."""
    for name, thing in vars(module).items():
        if name.startswith("_") or not (inspect.isfunction(thing) or inspect.isclass(thing)):
            continue
        if CONCLUSION.match(f"{module.__name__}.{name}"):
            continue
        if thing.__module__ == module.__name__ or module is checks and thing.__module__.startswith("labcore.checks."):
            yield name, thing


def methods(cls):
    """The methods and properties that a class defines. One without a docstring that overrides another inherits it."""
    for name, thing in vars(cls).items():
        if name.startswith("_") or not (inspect.isfunction(thing) or isinstance(thing, (property, classmethod))):
            continue
        inherited = any(hasattr(base, name) for base in cls.__mro__[1:])
        if thing.__doc__ or not inherited:
            yield name, thing


def public():
    """The full name and the thing of all that is public."""
    for module in modules():
        for name, thing in own(module):
            yield f"{module.__name__}.{name}", thing
            for method, code in methods(thing) if inspect.isclass(thing) else ():
                yield f"{module.__name__}.{name}.{method}", code


PUBLIC = dict(public())
WITH_EXAMPLES = [name for name, thing in PUBLIC.items() if not isinstance(thing, property)]


def examples(name):
    """The lines that an example of this name's docstring runs."""
    parts = doctest.DocTestParser().get_examples(inspect.getdoc(PUBLIC[name]) or "")
    return "".join(part.source for part in parts)


def test_all_that_labcore_exports_is_public_somewhere():
    exported = {name for name, thing in vars(lab).items() if not name.startswith("_") and not inspect.ismodule(thing)}
    assert exported <= {name.split(".")[2] for name in PUBLIC if name.count(".") == 2}
    assert len(PUBLIC) > 100


def test_each_conclusion_says_what_it_measures():
    found = [thing for name, thing in vars(measures).items() if CONCLUSION.match(f"labcore.measures.{name}")]
    assert len(found) >= 30 and all(measure.__doc__ for measure in found)


@pytest.mark.parametrize("name", PUBLIC)
def test_a_docstring_is_complete(name):
    maker = getattr(PUBLIC[name], "__init__", None) if inspect.isclass(PUBLIC[name]) else None
    elsewhere = getattr(maker, "__module__", "labcore") == "argparse"  # what its constructor takes is told there
    errors = [error for error in validate.validate(name)["errors"]
              if error[0] not in NOT_ASKED and not (elsewhere and error[0] == "PR01")]
    assert not errors, f"{name}: {errors}"
    assert inspect.getdoc(PUBLIC[name]).split("\n\n")[0].endswith((".", "?"))


@pytest.mark.parametrize("name", [*PUBLIC, *(module.__name__ for module in modules())])
def test_a_docstring_is_sound_markup(name):
    # a bar or a backtick in prose would fail the strict build of the book, minutes later
    text = str(get_doc_object(PUBLIC[name], config={"show_class_members": False})) if name in PUBLIC else None
    text = text or inspect.getdoc(importlib.import_module(name))
    publish_doctree(text, settings_overrides={"report_level": 2, "halt_level": 2, "warning_stream": ""})


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_each_public_name_is_used_in_an_example(name):
    if inspect.isfunction(PUBLIC[name]) and name.rpartition(".")[0] in PUBLIC and not examples(name):
        owner, _, method = name.rpartition(".")
        assert re.search(rf"\.{method}\(|def {method}\(", examples(owner)), f"no example of {name}, nor in its class"
    else:
        assert re.search(r"^Examples\n-+$", inspect.getdoc(PUBLIC[name]), re.MULTILINE) and examples(name), name


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.__name__)
def test_examples_are_true(module):
    # doctest.testmod would pass over what a decorator of another module has wrapped
    things = {module.__name__: module}
    things |= {name: thing for name, thing in PUBLIC.items() if name.startswith(f"{module.__name__}.")}
    if module is lab:
        things = {"labcore": lab}
    finder, runner = doctest.DocTestFinder(recurse=False), doctest.DocTestRunner(optionflags=OPTIONS)
    said = []
    for name, thing in things.items():
        for test in finder.find(thing, name, module=False, globs=dict(NAMES)):
            runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)


def sections():
    """Of each section of the reference the chapters that it names, and its entries as (kind, name)."""
    for text in PAGE.read_text(encoding="utf-8").split("\n## ")[1:]:
        chapters = set(re.findall(r"\(([\w-]+\.ipynb)\)", text))
        yield chapters, re.findall(r"^\.\. auto(\w+):: (\S+)$", text, re.MULTILINE)


def test_the_reference_has_each_public_name_once_where_it_belongs():
    """By labcore itself where that exports it; methods come with their classes."""
    shown = [name for _, entries in sections() for kind, name in entries if kind not in ("module", "data")]
    wanted = []
    for module in modules()[1:]:
        for name, thing in own(module):
            wanted.append(f"labcore.{name}" if vars(lab).get(name) is thing else f"{module.__name__}.{name}")
    assert sorted(shown) == sorted(wanted)
    read = PAGE.read_text(encoding="utf-8")
    for name in shown:
        thing = lab
        for part in name.split(".")[1:]:
            thing = getattr(thing, part)
        with_members = f":: {name}\n   :members:\n" in read
        assert with_members == (inspect.isclass(thing) and any(methods(thing))), name


def test_chapters_and_reference_link_to_each_other():
    named = {}
    for chapter in sorted(PAGE.parent.glob("[0-9][0-9]-*.ipynb")):
        text = "".join("".join(cell["source"]) for cell in json.loads(chapter.read_text(encoding="utf-8"))["cells"])
        for anchor in re.findall(r"\(api\.md#([\w.-]+)\)", text):
            named.setdefault(anchor.removeprefix("module-"), set()).add(chapter.name)
    exported = {f"labcore.{name}" for name, thing in vars(lab).items()
                if not name.startswith("_") and (not inspect.ismodule(thing) or thing in (lab.initializers, lab.plots))}
    assert exported <= set(named), f"no chapter links to {sorted(exported - set(named))}"
    for chapters, entries in sections():
        names = {name for _, name in entries}
        linking = [where for name, where in named.items() if name in names or name.rpartition(".")[0] in names]
        assert chapters == set().union(*linking), names
