"""The reference page's directive: an entry for all that labcore exports. A Sphinx extension, named in _config.yml."""

import inspect
import pkgutil

from sphinx.util.docutils import SphinxDirective

import labcore


def setup(app):
    app.add_directive("exported", Exported)
    return {"parallel_read_safe": True, "parallel_write_safe": True}


class Exported(SphinxDirective):
    """``.. exported:: labcore.data`` sets what a module says of itself, and an entry for all of it that is exported."""

    required_arguments = 1

    def run(self):
        entries = [f".. automodule:: {self.arguments[0]}\n   :no-members:"]
        for name, thing in exported(self.arguments[0]):
            if thing.__name__ != name.rpartition(".")[2]:
                entries.append(f".. py:function:: {name}\n\n   The older name of `{thing.__name__}`.")
            elif inspect.isfunction(thing):
                entries.append(f".. autofunction:: {name}")
            else:  # what a named tuple says of its fields is no more than their numbers
                kind = "exception" if issubclass(thing, Exception) else "class"
                entries.append(f".. auto{kind}:: {name}" + "\n   :members:" * (not issubclass(thing, tuple)))
        return self.parse_text_to_nodes("\n\n".join(entries))


def exported(module):
    """Yield (full name, thing) of a module's functions and classes that labcore exports, as readers call them."""
    home, short = pkgutil.resolve_name(module), module.rpartition(".")[2]
    parts = [*home.known().values()] if hasattr(home, "known") else []
    whole = module == f"labcore.{short}" and short in labcore._LATER  # as lab.plots and lab.checks
    for name, thing in vars(home).items():
        if (inspect.isfunction(thing) or inspect.isclass(thing)) and thing.__module__.startswith(home.__name__):
            if getattr(labcore, name, None) is thing:
                yield f"labcore.{name}", thing
            elif thing in parts or whole and name[0] != "_":
                yield f"labcore.{short}.{name}", thing
