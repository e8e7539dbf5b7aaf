"""For all of pytest's runs, of tests and of notebooks."""

import pytest


@pytest.hookimpl(tryfirst=True)  # before pytest-xdist looks at its options
def pytest_cmdline_main(config):
    """Run a module or a notebook a core, where pytest-xdist is installed and no number of processes was asked for.

    A file that is named is run in one process: starting more takes longer than its tests.
    """
    if config.pluginmanager.hasplugin("xdist") and not hasattr(config, "workerinput"):  # a worker starts no others
        if config.option.numprocesses is None:
            config.option.numprocesses = 0 if any(".py" in argument for argument in config.args) else "logical"
        if config.option.dist == "no":
            config.option.dist = "loadscope"
