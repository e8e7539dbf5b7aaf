"""Pictures of networks for explorers: what their text says is what the network gives."""

import numpy as np
import pytest
from matplotlib.figure import Figure

import labcore as lab
from labcore.visual.surfaces import surface, surface_and_loss


@pytest.fixture
def trained(xor):
    net = lab.mlp([2, 10, 10, 1], seed=0)
    history = lab.train(net, *xor, loss=lab.squared_error, optimizer=lab.SGD(lr=1.0), epochs=50)
    return net, history.loss


def test_the_text_counts_what_the_network_has_right(trained, xor):
    net, _ = trained
    ax = Figure().subplots()
    text = surface(ax, net, *xor)
    right = round(21 * lab.accuracy(net.predict(xor[0]), xor[1]))
    assert ax.get_title() == f"{right} of 21 right" and f"{right} of 21 right" in text
    assert f"from {net.predict(xor[0]).min():.2f} to {net.predict(xor[0]).max():.2f}" in text


def test_the_loss_is_drawn_up_to_the_epoch(trained, xor):
    net, loss = trained
    figure = Figure(figsize=(6.4, 3.4))
    text = surface_and_loss(figure, net, *xor, {"ours": loss, "other": np.full(51, 0.5)}, "ours", 20)
    right = figure.axes[1]
    drawn = max((line for line in right.lines if len(line.get_xdata()) < 51), key=lambda line: len(line.get_xdata()))
    assert np.array_equal(drawn.get_ydata(), loss[:21])
    assert f"loss {loss[20]:.3f}" in text and "other at 0.500" in text


def test_few_shades_make_few_colours(trained, xor):
    net, _ = trained
    ax = Figure().subplots()
    lab.plots.decision_boundary(net, *xor, ax=ax, shades=6)
    image = ax.images[0]
    assert image.get_cmap().N == 6
    assert len(np.unique(image.get_cmap()(np.linspace(0, 1, 500)), axis=0)) == 6
