"""What a check answers: right or not yet, in a sentence or two, and the smallest input that shows it."""

import html
from dataclasses import dataclass


@dataclass(frozen=True, repr=False)
class Verdict:
    """The answer of a check. It is true where the work is right, so `assert checks.sigmoid(mine)` reads as it should.

    `mistake` is the short name of a known mistake, or of a remark on right work; "" if there is none. `shown` holds the
    lines that show it, pairs such as ("expected", "0.5").

    >>> checks.Verdict(False, "sigmoid", "Look at the sign.", "sign", (("got", "0.1"),))
    Not yet (sigmoid). Look at the sign.
        got 0.1
    """
    right: bool
    what: str
    sentence: str
    mistake: str = ""
    shown: tuple = ()

    def __bool__(self):
        return self.right

    def __repr__(self):
        width = max((len(name) for name, _ in self.shown), default=0)
        return "\n".join([f"{'Right' if self.right else 'Not yet'} ({self.what}). {self.sentence}",
                          *(f"    {name:{width}} {text}" for name, text in self.shown)])

    def _repr_html_(self):
        rows = "".join(f"<tr><th scope='row'>{html.escape(name)}</th><td><code>{html.escape(text)}</code></td></tr>"
                       for name, text in self.shown)
        kind, word = ("right", "Right") if self.right else ("not-yet", "Not yet")
        return (f"<div class='verdict {kind}'><p><strong>{word}</strong> ({html.escape(self.what)}). "
                f"{html.escape(self.sentence)}</p>{rows and f'<table>{rows}</table>'}</div>")


class NotRight(BaseException):
    """Something is wrong with the reader's work; it becomes the verdict. Lines to show by name, `shown`.

    It isn't an Exception, so that the reader's own `except Exception` lets it pass.
    """

    def __init__(self, sentence, mistake="", **shown):
        super().__init__(sentence)
        self.sentence, self.mistake, self.shown = sentence, mistake, shown
