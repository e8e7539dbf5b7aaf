"""Draw the picture of the README and the landing page: how a network learns XOR.

    python site/draw_cover.py

It is the one picture that is kept in the repository, because the README is read where nothing is built.
"""

import pathlib

import matplotlib.pyplot as plt
import numpy as np

import labcore as lab

PICTURE = pathlib.Path(__file__).parent / "static" / "cover.png"
EPOCHS = (0, 600, 1000, 4000)
SETTINGS = {"loss": lab.squared_error, "optimizer": lab.SGD(lr=1.0), "epochs": EPOCHS[-1]}


def main():
    plt.rcParams.update(lab.plots.STYLE)
    x, y = lab.generate_xor_easy()
    history = lab.train(lab.mlp([2, 10, 10, 1], seed=range(20)), x, y, **SETTINGS)

    fig = plt.figure(figsize=(9.6, 4.9), dpi=120)
    top, bottom = fig.subfigures(2, 1, height_ratios=(1.25, 1))
    panels = iter(top.subplots(1, len(EPOCHS), sharey=True))
    net = lab.mlp([2, 10, 10, 1], seed=0)
    for epoch in lab.steps(net, x, y, **SETTINGS):
        if epoch.number in EPOCHS:
            ax = lab.plots.decision_boundary(net, x, y, next(panels))
            ax.set(title=f"epoch {epoch.number}", xticks=[], yticks=[], xlabel="", ylabel="")

    ax = lab.plots.learning_curve(history, bottom.subplots())
    ax.set(ylabel="loss", xlim=(1, EPOCHS[-1]), title=f"{history.loss.shape[1]} networks: median and middle half")
    for epoch in EPOCHS[1:]:
        ax.axvline(epoch, color="black", linestyle=":", linewidth=1)
    assert np.all(history.accuracy[-1] >= 0.9)
    fig.savefig(PICTURE, metadata={"Software": None})


if __name__ == "__main__":
    main()
