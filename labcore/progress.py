"""A progress bar, where there is a terminal to draw it on: Python in the browser has neither a terminal nor tqdm."""

import sys


def bar(things, **settings):
    """Return the things, with tqdm's bar around them on a terminal; `settings` are tqdm's."""
    if not sys.stderr.isatty():
        return things
    from tqdm import tqdm

    return tqdm(things, leave=False, **settings)


def say(line):
    """Print a line, above the bar if there is one."""
    if not sys.stderr.isatty():
        print(line)
    else:
        from tqdm import tqdm

        tqdm.write(line)
