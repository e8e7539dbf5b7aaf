"""Figures by what is in them, printed lines by their text."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure

import labcore as lab
from labcore.visual.surfaces import surface, surface_and_loss

HISTORY = lab.History(np.array([[4.0, 8.0, 6.0], [2.0, 4.0, 3.0], [1.0, 2.0, np.nan]]),
                      np.array([[0.5, 0.5, 0.5], [0.6, 0.8, 0.7], [1.0, 0.9, 0.8]]), "2 epochs")


def marked(ax):
    """{label: number of points} of what is drawn."""
    return {points.get_label(): len(points.get_offsets()) for points in ax.collections}


def test_printed_lines_are_the_handouts():
    y = np.ones((100, 1))
    lines = lab.plots.prediction_table(y, np.full((100, 1), 0.998344)).splitlines()
    assert lines[90] == "Iter  91 | Ground truth: 1.0 | Prediction: 0.99834" and len(lines) == 100
    assert lab.plots.prediction_table([0, 1], [0.1, 0.5], rows=[1]) == (
        "Iter 2 | Ground truth: 1.0 | Prediction: 0.50000")
    assert lab.plots.loss_line(10000, 0.162341) == "epoch 10000 loss : 0.16234"


def test_show_result_draws_two_panels_that_need_no_colour(xor):
    x, y = xor
    predicted = 0.1 + 0.8 * y  # probabilities
    predicted[[2, 3, 4]] = 1 - predicted[[2, 3, 4]]
    left, right = lab.plots.show_result(x, y, predicted)
    assert left.get_title() == "Ground truth" and right.get_title() == "Predict result (3 wrong)"
    assert marked(left) == {"class 0": 11, "class 1": 10}
    assert marked(right) == {"class 0": 10, "class 1": 11, "wrong": 3}
    paths = [points.get_paths()[0].vertices.shape for points in left.collections]
    assert paths[0] != paths[1]  # a disc and a square
    rings = right.collections[-1]
    assert sorted(map(tuple, rings.get_offsets())) == sorted(map(tuple, x[[2, 3, 4]]))
    colours = [to_hex(points.get_facecolor()[0]).upper() for points in left.collections]
    assert colours == [lab.plots.RED, lab.plots.BLUE]


def test_a_learning_curve_is_the_median_with_a_band():
    ax = lab.plots.learning_curve(HISTORY, label="three")
    assert ax.lines[0].get_xydata().tolist() == [[1, 3], [2, 1.5]] and ax.lines[0].get_label() == "three"
    assert ax.get_xscale() == ax.get_yscale() == "log" and (ax.get_xlabel(), ax.get_ylabel()) == ("epoch", "loss")
    band = ax.collections[0].get_paths()[0].vertices
    assert band[:, 1].min() == 1.25 and band[:, 1].max() == 3.5


def test_a_learning_curve_of_one_network_is_a_line():
    one = lab.History(HISTORY.loss[:, 0], HISTORY.accuracy[:, 0], "2 epochs")
    ax = lab.plots.learning_curve(one, what="accuracy", log=False, color="black")
    assert ax.lines[0].get_xydata().tolist() == [[0, 0.5], [1, 0.6], [2, 1.0]] and not ax.collections
    assert ax.get_xscale() == ax.get_yscale() == "linear" and ax.get_ylabel() == "accuracy"
    assert lab.plots.learning_curve(one, what="accuracy").get_yscale() == "linear"
    with pytest.raises(TypeError, match="train returns one"):
        lab.plots.learning_curve([0.3, 0.2])


def test_a_sweep_has_a_labelled_curve_for_each_setting(xor):
    found = lab.sweep({"XOR": xor}, lr=[0.1, 1.0], epochs=10, seeds=range(3))
    ax = lab.plots.sweep_curves(found)
    assert [text.get_text() for text in ax.get_legend().get_texts()] == ["lr=0.1", "lr=1"]
    assert np.array_equal(ax.lines[1].get_ydata(), np.median(found[1].loss, axis=1)[1:])


def test_the_decision_boundary_is_where_the_class_changes():
    net = lab.mlp([2, 1], output=lab.Identity)
    net.theta = [1, -1, 0]  # x1 − x2: class 1 to the right of the diagonal
    x, y = np.array([[0.0, 1.0], [1.0, 0.0]]), np.array([[0.0], [1.0]])
    ax = lab.plots.decision_boundary(net, x, y, threshold=0.0, resolution=31)
    image = ax.images[0].get_array()
    low, high = ax.images[0].get_clim()
    assert low == -high and image[0, -1] > 0 > image[-1, 0]  # row 0 is the lowest
    contour = next(c for c in ax.collections if hasattr(c, "levels"))
    np.testing.assert_allclose(*contour.get_paths()[0].vertices.T, atol=1e-9)
    assert marked(ax).get("wrong", 0) == 0


def test_the_decision_boundary_rings_what_is_wrong(xor):
    net = lab.mlp([2, 1])
    net.theta = [0, 0, 5]  # says 1 everywhere, so there is no boundary to draw
    ax = lab.plots.decision_boundary(net, *xor)
    assert marked(ax)["wrong"] == 11
    assert not any(hasattr(c, "levels") for c in ax.collections)


def test_a_network_that_cannot_be_drawn_is_refused_before_a_figure_is_made(xor):
    net = lab.mlp([2, 1])
    net.theta = [np.nan, 0, 0]
    with pytest.raises(ValueError, match="has it diverged"):
        lab.plots.decision_boundary(net, *xor)
    assert not plt.get_fignums()


def test_plots_go_where_they_are_told(xor):
    fig, (left, right) = plt.subplots(1, 2)
    assert lab.plots.scatter(*xor, right) is lab.plots.learning_curve(HISTORY, right, log=False) is right
    assert lab.plots.decision_boundary(lab.mlp([2, 3, 1]), *xor, right) is right
    assert not left.has_data() and plt.get_fignums() == [fig.number]


def test_a_surface_says_in_few_colours_and_in_words_what_is_right():
    net, ax = lab.mlp([2, 1]), Figure().subplots()
    net.theta = [4, 0, -2]
    text = surface(ax, net, np.array([[0, 0], [1, 0.25]]), np.array([[0], [0]]))
    assert text == "outputs at the points from 0.12 to 0.88, 1 of 2 right, all but (1, 0.25)"
    assert ax.get_title() == "1 of 2 right" and ax.images[0].get_cmap().N == 6


def test_the_loss_is_drawn_up_to_the_epoch_with_two_predictions(xor, monkeypatch):
    net, loss, figure = lab.mlp([2, 3, 1]), np.linspace(0.3, 0.1, 51), Figure(figsize=(6.4, 3.4))
    calls, predict = [], lab.Network.predict
    monkeypatch.setattr(lab.Network, "predict", lambda net, x: calls.append(len(x)) or predict(net, x))
    text = surface_and_loss(figure, net, *xor, {"ours": loss, "other": np.full(51, 0.5)}, "ours", 20)
    drawn = [line.get_ydata() for line in figure.axes[1].lines]
    assert any(np.array_equal(line, loss[:21]) for line in drawn)
    assert text.endswith(f"; loss {loss[20]:.3f}, at the start {loss[0]:.3f}; the others then: other at 0.500.")
    assert calls == [101 * 101, 21]
