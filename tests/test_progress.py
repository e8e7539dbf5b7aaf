"""The bar is drawn on terminals alone."""

import io

import pytest

from labcore.experiments import progress


class Screen(io.StringIO):
    def isatty(self):
        return True


def test_without_a_terminal_nothing_is_drawn(capsys):
    things = [1, 2]
    assert progress.bar(things, unit="thing") is things
    progress.say("epoch 0 loss : 0.25000")
    assert capsys.readouterr() == ("epoch 0 loss : 0.25000\n", "")


@pytest.mark.parametrize("things", [[1, 2, 3], []])
def test_on_a_terminal_a_bar_goes_with_the_things(monkeypatch, capsys, things):
    monkeypatch.setattr("sys.stderr", screen := Screen())
    seen = []
    for thing in progress.bar(things, unit="thing"):
        progress.say(f"line {thing}")
        seen.append(thing)
    assert seen == things and "thing" in screen.getvalue()
    assert capsys.readouterr().out.split("\n")[:-1] == [f"line {thing}" for thing in things]
