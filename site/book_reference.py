"""What the reference page lists: a Sphinx extension, named in _config.yml."""

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
        for name, thing in exported(self.arguments[0]).items():
            members = "\n   :members:" * (inspect.isclass(thing) and not issubclass(thing, tuple))
            entries.append(f".. auto{'class' if inspect.isclass(thing) else 'function'}:: {name}{members}")
        return self.parse_text_to_nodes("\n\n".join(entries))


def exported(module):
    """Return {full name: thing} of a module's functions and classes that labcore exports, as readers call them."""
    home, found = pkgutil.resolve_name(module), {}
    known = home.known().values() if hasattr(home, "known") else ()
    for name, thing in vars(home).items():
        if getattr(thing, "__name__", "") == name and getattr(thing, "__module__", "").startswith(home.__name__):
            if getattr(labcore, name, None) is thing:
                found[f"labcore.{name}"] = thing
            elif thing in known or name[0] != "_" and module.removeprefix("labcore.") in labcore._LATER:
                found[f"{module}.{name}"] = thing
    return found
