"""The playground's engine in the browser's JavaScript, held against labcore: the same numbers from the same θ."""

import itertools

import numpy as np
import pytest

import labcore as lab
from labcore.visual.playground import module

EPOCHS, BUDGET = 300, 1e-9
ACTIVATIONS, LOSSES, OPTIMIZERS = (part.known() for part in (lab.activations, lab.losses, lab.optimizers))
RATES = {"SGD": 0.3, "Adam": 0.02, "AdamW": 0.02}  # others have their own
VARIANTS = [("Momentum", {"nesterov": True}), ("AdaGrad", {"eps_inside": True}),
            ("Adam", {"amsgrad": True, "weight_decay": 0.01}), ("AdamW", {"amsgrad": True, "beta1": 0.8}),
            ("Adam", {"lr": 1e-4, "maximize": True})]
# each case trains in the page and hands back what it recorded
TRAIN = """cases => cases.map(({sizes, hidden, output, bias, theta, x, y, loss, optimizer, batchSize, seed, epochs}) => {
    const net = new lab.Network(sizes, hidden, output, bias), rng = new lab.Generator(seed);
    net.theta.set(theta);
    const training = new lab.Training(net, Float64Array.from(x), Float64Array.from(y),
        {loss, optimizer, batchSize, order: () => rng.permutation(y.length / sizes[sizes.length - 1])});
    const record = {loss: [training.loss], accuracy: [training.accuracy], theta: []};
    for (let epoch = 1; epoch <= epochs; epoch++) {
        training.advance();
        record.loss.push(training.loss);
        record.accuracy.push(training.accuracy);
        if (epoch === 100 || epoch === 300) record.theta.push(Array.from(net.theta));
    }
    return record; })"""


@pytest.fixture(scope="module")
def engine(chromium):
    """Yield a page in which `lab` is the playground's module."""
    page = chromium.new_page()
    page.evaluate("""async text => { const url = URL.createObjectURL(new Blob([text], {type: "text/javascript"}));
        window.lab = await import(url); }""", module())
    yield page
    page.close()


def cases():
    every = itertools.product(ACTIVATIONS, LOSSES, [(name, {}) for name in OPTIMIZERS], (None, 10))
    some = itertools.product(["Tanh"], ["squared_error"], VARIANTS, (None, 10))
    for hidden, loss, (optimizer, hyper), batch in itertools.chain(every, some):
        yield hidden, loss, optimizer, ({"lr": RATES[optimizer]} if optimizer in RATES else {}) | hyper, batch


def in_labcore(hidden, loss, optimizer, hyper, batch, nudge=0.0):
    """Train in labcore; return what the page needs for the same run, and what was recorded."""
    x, y = lab.generate_linear(20, seed=1, noise=0.05)
    if LOSSES[loss].labels == "one-hot":
        y = np.hstack([1 - y, y])
    output = "Sigmoid" if LOSSES[loss].threshold else "Identity"
    net = lab.mlp([2, 4, 3, y.shape[1]], hidden, output, init="xavier_normal", bias_init="normal", seed=2)
    net.theta *= 1 + nudge
    case = {"sizes": [2, 4, 3, y.shape[1]], "hidden": hidden, "output": output, "bias": True, "seed": 3,
            "theta": net.theta.tolist(), "x": x.ravel().tolist(), "y": y.ravel().tolist(), "loss": loss,
            "optimizer": {"name": optimizer} | hyper, "batchSize": batch, "epochs": EPOCHS}
    record = {"loss": [], "accuracy": [], "theta": []}
    for epoch in lab.epochs(net, x, y, loss=loss, optimizer=OPTIMIZERS[optimizer](**hyper), epochs=EPOCHS,
                            batch_size=batch, seed=3):
        record["loss"].append(float(epoch.loss))
        record["accuracy"].append(float(epoch.accuracy))
        if epoch.number in (100, 300):
            record["theta"].append(net.theta.tolist())
    return case, record


def apart(one, other, epochs):
    """Return the largest relative difference of two records: of a loss, or of θ by its length."""
    ours, theirs = np.array(one["loss"][:epochs + 1]), np.array(other["loss"][:epochs + 1])
    places = zip(one["theta"][:epochs // 100], other["theta"])
    thetas = [np.linalg.norm(np.subtract(a, b)) / np.linalg.norm(a) for a, b in places]
    return max(np.abs(theirs / ours - 1).max(), *thetas)


def test_training_is_labcores_for_all_that_labcore_knows(engine):
    """300 epochs of every activation × loss × optimizer × full batches or batches, and of their options.

    exp, tanh and log of the browser and sums of BLAS differ from ours in the last digit. Where training is chaotic, that
    is enough: full batches with RMSProp, whose steps zig-zag at its own rate. There labcore moves as far away from
    itself when its first θ is changed in the last digit.
    """
    names = list(cases())
    runs = [in_labcore(*case) for case in names]
    found = engine.evaluate(TRAIN, [case for case, _ in runs])
    differences, chaotic = [], []
    for name, (_, ours), theirs in zip(names, runs, found, strict=True):
        at_100 = apart(ours, theirs, 100)
        if at_100 > BUDGET:
            itself = apart(ours, in_labcore(*name, nudge=2.0**-52)[1], 100)
            chaotic.append((at_100, itself, name))
            assert itself > at_100 / 100, (name, at_100, itself)
            continue
        differences.append((at_100, apart(ours, theirs, EPOCHS), name))
        assert ours["accuracy"][:101] == theirs["accuracy"][:101], name
    worst, later = max(differences, key=lambda row: row[0]), max(differences, key=lambda row: row[1])
    print(f"{len(differences)} runs: at most {worst[0]:.1e} apart in 100 epochs ({worst[2]}), {later[1]:.1e} in {EPOCHS}")
    for at_100, itself, name in chaotic:
        print(f"chaotic: {at_100:.1e} apart, labcore from itself {itself:.1e}: {name}")
    assert len(chaotic) <= 6 and {name[2] for *_, name in chaotic} <= {"RMSProp"}
