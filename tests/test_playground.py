"""The playground's Python: what it takes, refuses, and hands to the page. What it does there: tests/browser."""

import re

import pytest

import labcore as lab
from labcore.visual.playground import FILES, FOLDER, STYLE, module, playground


@pytest.mark.parametrize("given, data", [
    ({}, {}),
    ({"problem": lab.generate_circles, "activation": lab.Tanh, "init": lab.initializers.he_normal},
     {"problem": "circles", "activation": "Tanh", "init": "he_normal"}),
    ({"problem": "XOR", "optimizer": "adam", "beta1": 0.8},
     {"problem": "xor", "optimizer": "Adam", "hyper": {"beta1": 0.8}}),
    ({"loss": "softmax_cross_entropy", "output": "identity"}, {"loss": "softmax_cross_entropy", "output": "Identity"}),
    ({"problem": "own", "points": [[0, 0, 0], [1, 1, 1]]}, {"problem": "own", "points": [[0, 0, 0], [1, 1, 1]]}),
    ({"features": ["x1", "x1x2"], "test": 0.5}, {"features": ["x1", "x1x2"], "test": 0.5}),
    ({"hide": ["hidden"], "weights": [[0, 0.5, 20]]}, {"hide": ["hidden"], "weights": [[0, 0.5, 20]]})])
def test_settings_go_to_the_page_by_name(given, data):
    assert playground(**given).settings == data


@pytest.mark.parametrize("given, sentence", [
    ({"problem": "cirles"}, "problem must be one of linear, xor, circles, spirals; got 'cirles'"),
    ({"loss": "binary_cross_entropy", "output": "tanh"}, "takes probabilities; got output Tanh"),
    ({"lr": 0}, r"lr must lie in \(0, inf\)"),
    ({"batch_size": 22}, "batch_size must be at most 21"),
    ({"activation": lab.LeakyReLU(0.2)}, r"activation must be one of .*; got LeakyReLU\(slope=0.2\)"),
    ({"stop_at_loss": 0.1}, "the playground has no stop_at_loss; it has problem, noise")])
def test_what_cannot_be_is_refused_in_a_sentence(given, sentence):
    with pytest.raises(ValueError, match=sentence):
        playground(**given)


def test_what_a_page_and_nbval_see():
    play = playground(hidden=())
    assert play._repr_mimebundle_()[0]["text/plain"] == repr(play) == "Playground: xor, none"
    assert {"settings", "epoch", "loss", "script"} <= set(play.keys)


def test_the_front_end_is_one_module_that_asks_nobody():
    text = module()
    assert text.count("export default") == 1
    assert not re.search(r"""^\s*import\b|\bimport\(|\bfrom ["']|fetch\(|https?://""", text, re.MULTILINE)
    assert not re.search("</script|<!--", text), "it stands in a page"
    assert {path.name for path in FOLDER.glob("*.js")} == set(FILES)
    assert "url(" not in STYLE
