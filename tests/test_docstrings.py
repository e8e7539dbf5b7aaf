"""The reference lists what labcore exports; docstrings are sound, and their examples true."""

import doctest
import importlib
import inspect
import pkgutil

import numpy as np
import pytest
from docutils.core import publish_doctree
from numpydoc import validate
from numpydoc.docscrape_sphinx import get_doc_object
from test_book import REFERENCE, script

import labcore as lab
from labcore import checks

#: what numpydoc asks for where a summary and a signature say all
NOT_ASKED = {
    "GL01",  # the summary stands behind the opening quotes, as in PEP 257's examples
    "SS03",  # a check's summary may be the question that it answers: asked for below
    "ES01", "SA01", "EX01",  # more than a summary, See Also, an example
    "PR01", "RT01", "YD01",  # each parameter, what is returned, what is yielded
    "PR08",  # a capital letter, where a parameter is explained by its symbol
}
MODULES = [importlib.import_module(found.name) for found in pkgutil.walk_packages(lab.__path__, "labcore.")
           if not found.name.endswith("__main__")]


def test_the_reference_lists_what_labcore_exports_and_nothing_else():
    things = {name: getattr(lab, name) for name in dir(lab) if name[0] != "_" and name != "steps"}  # epochs' older name
    exported = {f"labcore.{name}" for name, thing in things.items() if not inspect.ismodule(thing)}
    listed = [name for name in REFERENCE if name.count(".") == 1]
    assert sorted(listed) == sorted(exported)
    assert {name.split(".")[1] for name in REFERENCE if name.count(".") == 2} == {"initializers", "plots", "checks"}


def test_a_part_that_is_added_has_an_entry(monkeypatch):
    added = type("Softplus", (lab.Layer,), {"__module__": "labcore.activations"})
    monkeypatch.setattr("labcore.activations.Softplus", added, raising=False)
    assert script("book_reference").exported("labcore.activations")["labcore.activations.Softplus"] is added


@pytest.mark.parametrize("name", REFERENCE)
def test_a_docstring_is_sound(name):
    assert [error for error in validate.validate(name)["errors"] if error[0] not in NOT_ASKED] == []
    assert inspect.getdoc(REFERENCE[name]).split("\n\n")[0].endswith((".", "?"))
    # a bar or a backtick in prose would fail the strict build of the book, minutes later
    text = str(get_doc_object(REFERENCE[name], config={"show_class_members": False}))
    publish_doctree(text, settings_overrides={"report_level": 2, "halt_level": 2, "warning_stream": ""})


@pytest.mark.parametrize("module", [lab, *MODULES], ids=lambda module: module.__name__)
def test_examples_are_true(module):
    options, said = doctest.NORMALIZE_WHITESPACE | doctest.ELLIPSIS, []
    finder, runner = doctest.DocTestFinder(), doctest.DocTestRunner(optionflags=options)
    for test in finder.find(module, globs={"lab": lab, "np": np, "checks": checks}):
        runner.run(test, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)
