"""Pictures by what is in them, printed lines by their text."""

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib.colors import to_hex

import labcore as lab

HISTORY = lab.History(np.array([[4.0, 8.0, 6.0], [2.0, 4.0, 3.0], [1.0, 2.0, np.nan]]),
                      np.array([[0.5, 0.5, 0.5], [0.6, 0.8, 0.7], [1.0, 0.9, 0.8]]), "2 epochs")


def test_prediction_rows_are_the_handouts():
    y = np.ones((100, 1))
    lines = lab.plots.prediction_table(y, np.full((100, 1), 0.998344)).splitlines()
    assert lines[90] == "Iter  91 | Ground truth: 1.0 | Prediction: 0.99834" and len(lines) == 100
    assert lab.plots.prediction_table(y[:91], np.full((91, 1), 0.998344), rows=[90]) == (
        "Iter 91 | Ground truth: 1.0 | Prediction: 0.99834")
    assert lab.plots.prediction_table([0, 1], [0.1, 0.5]).splitlines() == [
        "Iter 1 | Ground truth: 0.0 | Prediction: 0.10000", "Iter 2 | Ground truth: 1.0 | Prediction: 0.50000"]


def test_the_loss_line_is_the_handouts():
    assert lab.plots.loss_line(10000, 0.162341) == "epoch 10000 loss : 0.16234"


def marked(ax):
    """{label: number of points} of what is drawn."""
    return {points.get_label(): len(points.get_offsets()) for points in ax.collections}


def test_show_result_draws_two_panels_that_need_no_colour(xor):
    x, y = xor
    predicted = y.copy()
    predicted[[2, 3, 4]] = 1 - predicted[[2, 3, 4]]
    left, right = lab.plots.show_result(x, y, predicted)
    assert left.get_title() == "Ground truth" and right.get_title() == "Predict result (3 wrong)"
    assert marked(left) == {"class 0": 11, "class 1": 10}
    assert marked(right) == {"class 0": 10, "class 1": 11, "wrong": 3}
    paths = [points.get_paths()[0].vertices.shape for points in left.collections]
    assert paths[0] != paths[1]  # a disc and a square
    rings = right.collections[-1]
    assert sorted(map(tuple, rings.get_offsets())) == sorted(map(tuple, x[[2, 3, 4]]))
    assert to_hex(left.collections[0].get_facecolor()[0]).upper() == lab.plots.RED
    assert to_hex(left.collections[1].get_facecolor()[0]).upper() == lab.plots.BLUE


def test_predictions_may_be_probabilities(xor):
    x, y = xor
    assert lab.plots.show_result(x, y, 0.1 + 0.8 * y)[1].get_title() == "Predict result (0 wrong)"


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


def test_the_decision_boundary_is_where_the_class_changes():
    net = lab.mlp([2, 1], output=lab.Identity)
    net.theta[:] = [1, -1, 0]  # x1 − x2: class 1 to the right of the diagonal
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
    net.theta[:] = [0, 0, 5]  # says 1 everywhere, so there is no boundary to draw
    ax = lab.plots.decision_boundary(net, *xor)
    assert marked(ax)["wrong"] == 11
    assert not any(hasattr(c, "levels") for c in ax.collections)


@pytest.mark.parametrize("draw", [
    lambda ax: lab.plots.scatter(*lab.generate_xor_easy(), ax),
    lambda ax: lab.plots.learning_curve(HISTORY, ax),
    lambda ax: lab.plots.decision_boundary(lab.mlp([2, 3, 1]), *lab.generate_xor_easy(), ax),
], ids=["scatter", "learning_curve", "decision_boundary"])
def test_pictures_go_where_they_are_told(draw):
    fig, (left, right) = plt.subplots(1, 2)
    assert draw(right) is right and not left.has_data()
    assert plt.get_fignums() == [fig.number]


def test_the_style_is_one_that_matplotlib_takes():
    with plt.rc_context(lab.plots.STYLE):
        assert plt.rcParams["figure.facecolor"] == "white"
