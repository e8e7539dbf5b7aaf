"""Time of one training step: labcore against a straight hand-written NumPy loop, on one core, in one run.

    python tests/benchmarks/step_time.py

XOR, 10-10 sigmoid units with biases, full batch, loss and accuracy recorded at every epoch. The programs take turns,
many short rounds each, so that a slow moment of the machine meets all of them; the ratio printed is the median over
rounds of the ratio within a round, with its quartiles.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1")

import time  # noqa: E402

import numpy as np  # noqa: E402

import labcore as lab  # noqa: E402

ROUNDS, EPOCHS, MEMBERS = 60, 400, 64
LIMITS = {"SGD": 1.0, "Adam": 1.15, f"{MEMBERS} networks": 0.105}


def by_hand(x, y, epochs, lr=0.5, seed=0, width=10, adam=False):
    """Train as one would write it out: an array a weight, a line an operation."""
    rng = np.random.default_rng(seed)
    W1, W2, W3 = (rng.standard_normal(shape) for shape in ((2, width), (width, width), (width, 1)))
    b1, b2, b3 = np.zeros((1, width)), np.zeros((1, width)), np.zeros((1, 1))
    n, losses, accuracies = len(x), [], []
    m = [np.zeros_like(w) for w in (W1, b1, W2, b2, W3, b3)]
    v = [np.zeros_like(w) for w in (W1, b1, W2, b2, W3, b3)]
    for t in range(1, epochs + 1):
        a1 = 1 / (1 + np.exp(-(x @ W1 + b1)))
        a2 = 1 / (1 + np.exp(-(a1 @ W2 + b2)))
        a3 = 1 / (1 + np.exp(-(a2 @ W3 + b3)))
        losses.append(np.mean((a3 - y) ** 2))
        accuracies.append(np.mean((a3 >= 0.5) == y))
        d3 = 2 * (a3 - y) / n * a3 * (1 - a3)
        d2 = d3 @ W3.T * a2 * (1 - a2)
        d1 = d2 @ W2.T * a1 * (1 - a1)
        if adam:
            grads = (x.T @ d1, d1.sum(0, keepdims=True), a1.T @ d2, d2.sum(0, keepdims=True), a2.T @ d3,
                     d3.sum(0, keepdims=True))
            for k, (w, g) in enumerate(zip((W1, b1, W2, b2, W3, b3), grads)):
                m[k] = 0.9 * m[k] + 0.1 * g
                v[k] = 0.999 * v[k] + 0.001 * g**2
                w -= lr * (m[k] / (1 - 0.9**t)) / (np.sqrt(v[k] / (1 - 0.999**t)) + 1e-8)
        else:
            W3 -= lr * (a2.T @ d3)
            b3 -= lr * d3.sum(0, keepdims=True)
            W2 -= lr * (a1.T @ d2)
            b2 -= lr * d2.sum(0, keepdims=True)
            W1 -= lr * (x.T @ d1)
            b1 -= lr * d1.sum(0, keepdims=True)
    return losses, accuracies


def with_labcore(x, y, epochs, optimizer, seed=0):
    net = lab.mlp([2, 10, 10, 1], seed=seed)
    return lab.train(net, x, y, loss=lab.squared_error, optimizer=optimizer, epochs=epochs)


def main():
    x, y = lab.generate_xor_easy()
    programs = {
        "hand-written loop": lambda: by_hand(x, y, EPOCHS),
        "SGD": lambda: with_labcore(x, y, EPOCHS, lab.SGD(lr=0.5)),
        "Adam": lambda: with_labcore(x, y, EPOCHS, lab.Adam(lr=0.01)),
        f"{MEMBERS} networks": lambda: with_labcore(x, y, EPOCHS, lab.SGD(lr=0.5), seed=range(MEMBERS)),
    }
    hand, ours = programs["hand-written loop"](), programs["SGD"]()
    assert np.allclose(hand[0], ours.loss[:-1], rtol=1e-9), "the two don't compute the same"
    seconds = {name: [] for name in programs}
    for _ in range(ROUNDS):
        for name, run in programs.items():
            start = time.perf_counter()
            run()
            seconds[name].append((time.perf_counter() - start) / (EPOCHS * (MEMBERS if "networks" in name else 1)))
    hand = np.array(seconds.pop("hand-written loop"))
    print(f"hand-written loop: {np.median(hand) * 1e6:.1f} µs a step (median of {ROUNDS} rounds)")
    held = True
    for name, times in seconds.items():
        low, ratio, high = np.quantile(np.array(times) / hand, (0.25, 0.5, 0.75))
        held &= ratio <= LIMITS[name]
        print(f"{name:>12}: {np.median(times) * 1e6:6.2f} µs a network-step, {ratio:.3f} of the loop "
              f"[{low:.3f}, {high:.3f}], limit {LIMITS[name]:.3f}")
    return 0 if held else 1


if __name__ == "__main__":
    raise SystemExit(main())
