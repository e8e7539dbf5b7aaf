"""The numbers in the answers to the chapters' questions, computed: (chapter, question) → what stands in bold there."""

import numpy as np

import labcore as lab

ANSWERS = {}

ANSWERS["01", 1] = lambda: [f"{np.mean(labels[:, None] == labels):.2f}" for labels in [np.repeat([1.0, 0.0], [7, 3])]]
ANSWERS["01", 2] = lambda: [f"{right / 30:.3f}" for right in (int(0.92 * 30), int(0.92 * 30) + 1)]
ANSWERS["01", 3] = lambda: [f"{lab.accuracy(np.full((21, 1), label), lab.generate_xor_easy()[1]):.3f}"
                            for label in (0.0, 1.0)]

ANSWERS["02", 1] = lambda: [f"{lab.sigmoid(3.0) * (1 - lab.sigmoid(3.0)):.3f}", f"{3 * (1 - 3)}".replace("-", "−")]
ANSWERS["02", 2] = lambda: [f"{0.5 * (1 - 0.5):.2f}", f"{0.999 * (1 - 0.999):.3f}"]
ANSWERS["02", 3] = lambda: [f"{lab.sigmoid(np.log(2 * 0.8 / 0.2)):.2f}",
                            f"{np.log(2 * 0.8 / 0.2) - np.log(0.8 / 0.2):.2f}"]

ANSWERS["03", 1] = lambda: [f"{lab.mlp([2, 4, 7, 1], bias=bias).n_params}" for bias in (True, False)]
ANSWERS["03", 3] = lambda: [f"{_most_points_right_with_a_line(*lab.generate_xor_easy()) / 21:.3f}"]

ANSWERS["04", 1] = lambda: [f"{lab.squared_error(np.full((2, 1), 0.8), np.array([[1.0], [0.0]]))[0]:.2f}",
                            f"{lab.squared_error(np.full((2, 1), 0.8), np.array([[1.0], [0.0]]))[1][1, 0]:.1f}"]
ANSWERS["04", 2] = lambda: [f"{lab.squared_error(np.full((4, 1), 0.6), np.ones((4, 1)))[0]:.2f}",
                            f"{lab.squared_error(np.array([[1, 1, 1, 0.4999]]), np.ones((1, 4)))[0]:.2f}"]
ANSWERS["04", 3] = lambda: [f"{(0.01 - 1) / (2 * (0.01 - 1) * 0.01 * (1 - 0.01)):.1f}"]

def _answers_05_last_gradient(copies, scale=1.0):
    net, (x, y) = lab.mlp([2, 10, 10, 1], seed=0), lab.generate_xor_easy()
    x, y = np.tile(x, (copies, 1)), np.tile(y, (copies, 1))
    trace = net.forward(x)
    net.backward(trace, scale * lab.squared_error(trace[-1], y)[1])
    return net.layers[4].dW[0, 0]


def _answers_05_most_that_arrives():
    a, dz = 0.5, 1.0  # a sigmoid is steepest at 0.5
    for _ in range(5):
        dz = dz * 1.0 * a * (1 - a)
    return dz


ANSWERS["05", 1] = lambda: [f"{_answers_05_last_gradient(2) / _answers_05_last_gradient(1):.0f}",
                            f"{_answers_05_last_gradient(2, scale=42) / _answers_05_last_gradient(1, scale=21):.0f}"]
ANSWERS["05", 2] = lambda: [f"{sum(a.size for a in lab.mlp([2, 10, 10, 1]).forward(np.zeros((21, 2)))[::2])}"]
ANSWERS["05", 3] = lambda: [f"{1 / _answers_05_most_that_arrives():.0f}"]

def _answers_06_half_gradient():
    net, (x, y) = lab.mlp([2, 10, 10, 1], seed=0), lab.generate_xor_easy()
    trace = net.forward(x)
    g = net.backward(trace, lab.squared_error(trace[-1], y)[1] / 2).copy()
    m = lab.central_difference(net, x, y, lab.squared_error)
    worst = {f"{np.abs(g[own] - m[own]).max() / np.maximum(np.abs(g[own]), np.abs(m[own])).max():.1f}"
             for _, own, _ in net.blocks()}
    return sorted(worst)  # one number, if it is the same in all six arrays


ANSWERS["06", 1] = lambda: [f"{(1.1**3 - 1**3) / 0.1:.2f}", f"{(1.1**3 - 0.9**3) / 0.2:.2f}"]
ANSWERS["06", 2] = _answers_06_half_gradient
ANSWERS["06", 3] = lambda: [f"{2 * lab.mlp([2, 10, 10, 1]).n_params}"]

ANSWERS["07", 1] = lambda: [
    f"{lab.squared_error(np.full((40, 1), 10 / 40), (np.arange(40)[:, None] < 10).astype(float))[0]:.4f}"]
ANSWERS["07", 2] = lambda: [f"{_updates(n=100, batch_size=30, epochs=50)}"]


def _updates(n, **how):
    steps = []

    class Counting(lab.SGD):
        def rule(self, theta, g):
            steps.append(1)
            super().rule(theta, g)

    x, y = lab.generate_linear(n=n, seed=0)
    lab.train(lab.mlp([2, 1], seed=0), x, y, loss=lab.squared_error, optimizer=Counting(lr=0.1), **how)
    return len(steps)

ANSWERS["08", 1] = lambda: [f"{share / np.polyder([4, 0, 0], 2)[0]:g}" for share in (2, 1)]
ANSWERS["08", 2] = lambda: [  # the gradient of the sum, 2 (ŷ − y), over that of the mean
    f"{0.003 * (2 * (np.ones((100, 1)) - 0) / lab.squared_error(np.ones((100, 1)), np.zeros((100, 1)))[1])[0, 0]:.1f}"]
ANSWERS["08", 3] = lambda: [f"{np.median([300, 400, 900, np.inf, np.inf]):.0f}"]

ANSWERS["09", 1] = lambda: [f"{_most_points_right_with_a_line(*lab.generate_xor_easy())}"]
ANSWERS["09", 2] = lambda: [f"{lab.wilson(20, 20)[0]:.2f}"]


def _most_points_right_with_a_line(x, y):
    angle = np.linspace(0, np.pi, 1441)  # lines of every eighth of a degree, through every gap between the points
    score = x @ np.array([np.cos(angle), np.sin(angle)])
    above = score[:, None] >= score[None] - 1e-9
    right = np.sum(above == (y[:, None] > 0.5), axis=0)
    return max(right.max(), len(y) - right.min())

ANSWERS["10", 1] = lambda: [  # the largest slope of a sigmoid, for four layers
    f"{lab.Sigmoid().backward(np.zeros((1, 1)), np.full((1, 1), lab.sigmoid(0.0)), np.ones((1, 1)))[0, 0] ** -4:.0f}"]
ANSWERS["10", 2] = lambda: [f"{lab.mlp([2, 1]).n_params}"]

ANSWERS["11", 1] = lambda: [f"{0.01 * 2 * np.sum(0.9 ** np.arange(steps)):.2f}" for steps in (1, 300)]
ANSWERS["11", 2] = lambda: [  # two weights, the second with the larger gradient
    f"{(w := np.zeros(2), rule(lr=0.1).update(w, np.array([3.0, 300.0])), w[0] / w[1])[2]:.3g}"
    for rule in (lab.Momentum, lab.Adam)]
ANSWERS["11", 3] = lambda: [f"{(1 - 0.9) / np.sqrt(1 - 0.999):.1f}"]

ANSWERS["12", 1] = lambda: [f"{np.sqrt(400 * 0.1**2 * 1):.0f}", f"{1 / np.sqrt(400):.2f}"]
ANSWERS["12", 3] = lambda: [f"{np.sqrt(1 / 0.5) ** 20:.0f}"]

ANSWERS["13", 1] = lambda: [f"{1 - (1 - 2 / 33) ** 10:.2f}"]
ANSWERS["13", 2] = lambda: [f"{lab.wilson(3, 3)[0]:.2f}"]
ANSWERS["13", 3] = lambda: [f"{np.median([*range(100, 700, 100), *never]):.0f}" for never in ([np.inf] * 4, [])]
