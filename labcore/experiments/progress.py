"""A progress bar, where there is a terminal to draw it on: Python in the browser has neither a terminal nor tqdm."""

import sys

from ..validation import instance


def bar(things, **settings):
    """Return the things, with tqdm's bar around them on a terminal; `settings` are tqdm's.

    Parameters
    ----------
    things : iterable
        What is gone through.
    **settings
        Such as `total` and `desc`.

    Returns
    -------
    iterable
        The things themselves where there is no terminal.

    Examples
    --------
    >>> list(lab.progress.bar([1, 2, 3]))
    [1, 2, 3]
    """
    if not sys.stderr.isatty():
        return things
    from tqdm import tqdm

    return tqdm(things, leave=False, **settings)


def say(line):
    """Print a line, above the bar if there is one.

    Parameters
    ----------
    line : str
        What is printed.

    Raises
    ------
    TypeError
        If it is no text.

    Examples
    --------
    >>> lab.progress.say("epoch 100 loss : 0.25000")
    epoch 100 loss : 0.25000
    """
    instance("line", line, str, "str(line)")
    if not sys.stderr.isatty():
        print(line)
    else:
        from tqdm import tqdm

        tqdm.write(line)
