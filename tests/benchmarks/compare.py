"""labcore against other programs, in one run on one core.

    python tests/benchmarks/compare.py [--rounds N]

Four tables: time of a training step of labcore and of a loop written out by hand; time of a network-step in ensembles;
the same of JAX, where it is installed (`vmap` over networks, `lax.scan` over steps, compiled as one); wall time of a
sweep against the same runs one by one.
The programs take turns, so that a slow moment of the machine meets all; ratios are medians over rounds of the ratio
within a round, with their quartiles.
"""

import os

os.environ.update(OMP_NUM_THREADS="1", OPENBLAS_NUM_THREADS="1", MKL_NUM_THREADS="1",
                  XLA_FLAGS="--xla_cpu_multi_thread_eigen=false")

import argparse  # noqa: E402
import functools  # noqa: E402
import importlib.util  # noqa: E402
import time  # noqa: E402

import numpy as np  # noqa: E402
from step_time import by_hand  # noqa: E402

import labcore as lab  # noqa: E402

EPOCHS = 200
RATES = {"SGD": 0.5, "Adam": 0.01}


def labcore_program(x, y, width, optimizer):
    rule = {"SGD": lab.SGD, "Adam": lab.Adam}[optimizer](lr=RATES[optimizer])
    net = lab.mlp([2, width, width, 1], seed=0)
    return lambda epochs: lab.train(net, x, y, loss=lab.squared_error, optimizer=rule, epochs=epochs)


def hand_program(x, y, width, optimizer):
    return lambda epochs: by_hand(x, y, epochs, RATES[optimizer], width=width, adam=optimizer == "Adam")


def jax_step(x, y):
    """Return JAX and a step of it: weights of one network -> (new weights, (loss, share that is right))."""
    import jax
    import jax.numpy as jnp

    jax.config.update("jax_enable_x64", True)

    def loss_and_output(weights):
        a = x
        for W, b in weights:
            a = jax.nn.sigmoid(a @ W + b)
        return jnp.mean((a - y) ** 2), a

    def step(weights):
        (loss, y_hat), g = jax.value_and_grad(loss_and_output, has_aux=True)(weights)
        new = jax.tree.map(lambda w, d: w - RATES["SGD"] * d, weights, g)
        return new, (loss, jnp.mean((y_hat >= 0.5) == y))
    return jax, step


def jax_weights(jax, width, seed):
    layers = lab.mlp([2, width, width, 1], seed=seed).layers[::2]
    return [(jax.numpy.array(layer.W), jax.numpy.array(layer.b)) for layer in layers]


def seconds(run):
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def quartiles(values):
    low, middle, high = np.quantile(values, (0.25, 0.5, 0.75))
    return f"{middle:7.3f} [{low:.3f}, {high:.3f}]"


def compare_programs(rounds):
    problems = {"XOR": lab.generate_xor_easy(), "linear": lab.generate_linear()}
    print(f"One training step: ratio to the hand-written loop, median [quartiles] of {rounds} rounds, {EPOCHS} epochs")
    for problem, (x, y) in problems.items():
        for width in (10, 100):
            for optimizer in RATES:
                runs = {"hand-written": hand_program(x, y, width, optimizer),
                        "labcore": labcore_program(x, y, width, optimizer)}
                times = {name: [] for name in runs}
                for _ in range(rounds):
                    for name, run in runs.items():
                        times[name].append(seconds(lambda run=run: run(EPOCHS)) / EPOCHS)
                base = np.array(times["hand-written"])
                for name, values in times.items():
                    print(f"{problem:6} {width:3d} units {optimizer:4}  {name:12} {1e6 * np.median(values):8.1f} µs "
                          f" {quartiles(np.array(values) / base)}", flush=True)


def scanned(x, y, size):
    """Return a training of `size` networks that JAX has compiled whole, with its losses, and the seconds that took."""
    jax, step = jax_step(x, y)
    weights, start = jax_weights(jax, 10, seed=range(size)), time.perf_counter()
    train = jax.vmap(lambda weights: jax.lax.scan(lambda now, _: step(now), weights, length=EPOCHS)[1])
    train = jax.jit(train).lower(weights).compile()
    return lambda: np.asarray(jax.block_until_ready(train(weights))[0]), time.perf_counter() - start


def compare_with_scan(rounds):
    if not importlib.util.find_spec("jax"):
        return
    print(f"\nOne network-step of {EPOCHS}: ratio to the hand-written loop, {rounds} rounds; JAX: vmap, scan, compiled")
    for problem, (x, y) in {"XOR": lab.generate_xor_easy(), "linear": lab.generate_linear()}.items():
        for size in (1, 64):
            jax_run, compiling = scanned(x, y, size)
            labcore_run = functools.partial(trained, x, y, size)
            assert np.allclose(jax_run().T, labcore_run(), rtol=1e-9), "the two don't compute the same"
            hand, ours, theirs = np.transpose([
                [seconds(run) for run in (functools.partial(by_hand, x, y, EPOCHS), labcore_run, jax_run)]
                for _ in range(rounds)])
            print(f"{problem:6} {size:3d} networks  labcore {quartiles(ours / hand / size)}  JAX "
                  f"{quartiles(theirs / hand / size)}  labcore : JAX {quartiles(ours / theirs)}  compiled in "
                  f"{compiling:.2f} s, {compiling / np.median(ours) * EPOCHS:.0f} steps of labcore", flush=True)


def trained(x, y, size):
    """Train one network, or an ensemble, with labcore; return the losses as (epoch, network)."""
    net = lab.mlp([2, 10, 10, 1], seed=range(size) if size > 1 else 0)
    return lab.train(net, x, y, loss=lab.squared_error, optimizer=lab.SGD(lr=RATES["SGD"]),
                     epochs=EPOCHS).loss[:-1].reshape(EPOCHS, size)


def compare_ensembles(rounds):
    print(f"\nOne network-step in an ensemble (ratio to the hand-written loop, {rounds} rounds)")
    limits = {"XOR": 0.105, "linear": 0.28}
    held = True
    for problem, (x, y) in {"XOR": lab.generate_xor_easy(), "linear": lab.generate_linear()}.items():
        sizes = (1, 8, 64, 256, 1000)
        ratios = {size: [] for size in sizes}
        by_hand_now = functools.partial(by_hand, x, y, EPOCHS)
        for _ in range(rounds):
            before = seconds(by_hand_now)
            for size in sizes:
                epochs = EPOCHS if size <= 256 else EPOCHS * 256 // size
                took = seconds(functools.partial(lab.sweep, {problem: (x, y)}, lr=0.5, seeds=range(size), epochs=epochs,
                                                 progress=list))
                # drawing the weights is no step: taken off, it would be spread over thousands of them in a real run
                took -= seconds(functools.partial(lab.mlp, [2, 10, 10, 1], seed=range(size)))
                after = seconds(by_hand_now)  # the machine's speed just before and just after, as it drifts
                ratios[size].append(took / (epochs * size) / ((before + after) / (2 * EPOCHS)))
                before = after
        for size in sizes:
            note = ""
            if size == 64:
                good = np.median(ratios[size]) <= limits[problem]
                held &= good
                note = f"  limit {limits[problem]:.3f} {'held' if good else 'MISSED'}"
            print(f"{problem:6} {size:4d} networks  {quartiles(ratios[size])}{note}", flush=True)
    return held


def compare_sweep(rounds):
    x, y = lab.generate_xor_easy()
    rates, seeds, epochs = [1.0, 0.7, 0.5, 0.3, 0.1, 0.05, 0.03, 0.01], range(16), 300
    ratios, same = [], True
    for _ in range(rounds):
        start = time.perf_counter()
        found = lab.sweep({"XOR": (x, y)}, lr=rates, seeds=seeds, epochs=epochs, progress=list)
        middle = time.perf_counter()
        alone = [[lab.train(lab.mlp([2, 10, 10, 1], seed=seed), x, y, loss=lab.squared_error,
                            optimizer=lab.SGD(lr=rate), epochs=epochs) for seed in seeds] for rate in rates]
        end = time.perf_counter()
        ratios.append((end - middle) / (middle - start))
        same &= all(np.array_equal(found[i].loss[:, k], alone[i][k].loss) for i in range(8) for k in range(16))
    held = np.median(ratios) >= 8 and same
    print(f"\nA sweep of 8 rates × 16 seeds on XOR is {quartiles(ratios)} times faster than the 128 runs one by one "
          f"({rounds} rounds); {'the same to the bit' if same else 'NOT THE SAME'}; at least 8: {held}")
    return held


def main():
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("--rounds", type=int, default=15)
    rounds = arguments.parse_args().rounds
    compare_programs(rounds)
    held = compare_ensembles(rounds)
    compare_with_scan(rounds)
    return 0 if compare_sweep(max(3, rounds // 5)) and held else 1


if __name__ == "__main__":
    raise SystemExit(main())
