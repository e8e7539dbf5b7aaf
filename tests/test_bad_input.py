"""Bad input: an error where it enters, which says what was wrong, what was given and what would do; nothing changed."""

import io
import pickle

import numpy as np
import pytest

import labcore as lab
from labcore.experiments import runs as experiments

X, Y = lab.generate_xor_easy()


def changed(array, index, value):
    array = array.copy()
    array[index] = value
    return array


def started(net=None, x=X, y=Y, **settings):
    """Call `steps` and never `next`: every error has to come at the call."""
    settings = {"loss": lab.squared_error, "optimizer": lab.SGD(lr=0.5), "epochs": 5} | settings
    return lab.steps(net or lab.mlp([2, 3, 1]), x, y, **settings)


BAD_DATA = {
    "nan in x": (ValueError, r"x must be finite; got x\[3, 1\] = nan; remove", {"x": changed(X, (3, 1), np.nan)}),
    "inf in x": (ValueError, r"x must be finite; got x\[0, 0\] = inf; remove", {"x": changed(X, (0, 0), np.inf)}),
    "nan in y": (ValueError, r"y must be finite; got y\[2, 0\] = nan; remove", {"y": changed(Y, (2, 0), np.nan)}),
    "columns": (ValueError, r"x must have shape \(n, 2\), a column for each input.*got \(21, 3\); check",
                {"x": np.ones((21, 3))}),
    "one example as a row": (ValueError, r"x must have shape.*got \(2,\); one row is x\[None, :\]", {"x": X[0]}),
    "(n,) labels": (ValueError, r"y must have shape \(21, 1\).*got \(21,\); y.reshape\(-1, 1\) makes it a column",
                    {"y": Y[:, 0]}),
    "rows of y": (ValueError, r"y must have shape \(21, 1\), a row for each row of x.*got \(20, 1\)", {"y": Y[:-1]}),
    "columns of y": (ValueError, r"y must have shape \(21, 1\).*got \(21, 2\)", {"y": np.ones((21, 2))}),
    "empty x": (ValueError, r"x is empty, with shape \(0, 2\); at least one row is needed", {"x": X[:0]}),
    "empty y": (ValueError, r"y is empty, with shape \(0, 1\)", {"y": Y[:0]}),
    "text in x": (TypeError, r"x must hold real numbers.*got \[\['a'", {"x": [["a", "b"]]}),
    "ragged x": (TypeError, r"x must hold real numbers, in rows of one length; got", {"x": [[1, 2], [3]]}),
    "complex x": (TypeError, r"x must hold real numbers", {"x": X * 1j}),
    "no x": (TypeError, r"x must hold real numbers.*got None", {"x": None}),
    "label 2": (ValueError, r"binary_cross_entropy needs labels 0 or 1; got 2;.*astype",
                {"y": changed(Y, (4, 0), 2.0), "loss": lab.binary_cross_entropy}),
    "label -1": (ValueError, r"sigmoid_cross_entropy needs labels 0 or 1; got -1;.*for ±1 take",
                 {"y": 2 * Y - 1, "loss": lab.sigmoid_cross_entropy}),
    "half a label": (ValueError, r"binary_cross_entropy needs labels 0 or 1; got 0.5",
                     {"y": changed(Y, (0, 0), 0.5), "loss": lab.binary_cross_entropy}),
    "one class in softmax": (ValueError, r"softmax_cross_entropy needs rows of two or more.*got \[0.0\]; np.eye\(k\)",
                             {"loss": lab.softmax_cross_entropy}),
    "x of another ensemble": (ValueError, r"x must have two axes, or those of the ensemble \(\).*got \(3, 21, 2\)",
                              {"x": np.stack([X] * 3)}),
    "y of another ensemble": (ValueError, r"y must have two axes.*got \(3, 21, 1\)", {"y": np.stack([Y] * 3)}),
}
BAD_SETTINGS = {
    "epochs 0": (ValueError, r"epochs must be a whole number of at least 1; got 0; for example", {"epochs": 0}),
    "epochs -5": (ValueError, r"epochs must be a whole number.*got -5", {"epochs": -5}),
    "epochs 1.5": (TypeError, r"epochs must be a whole number.*got 1.5", {"epochs": 1.5}),
    "epochs True": (TypeError, r"epochs must be a whole number.*got True", {"epochs": True}),
    "batch of 0": (ValueError, r"batch_size must be a whole number of at least 1; got 0", {"batch_size": 0}),
    "seed -1": (ValueError, r"seed must be a whole number of at least 0; got -1", {"seed": -1}),
    "accuracy 90": (ValueError, r"stop_at_accuracy must lie in \[0, 1.001\); got 90", {"stop_at_accuracy": 90}),
    "loss nan": (ValueError, r"stop_at_loss must lie in \[0, inf\); got nan", {"stop_at_loss": np.nan}),
    "unknown loss": (TypeError, r"loss must be a function of labcore.losses; got 'mse'; there are "
                                r"binary_cross_entropy, sigmoid_cross_entropy, softmax_cross_entropy, squared_error",
                     {"loss": "mse"}),
    "unknown optimizer": (TypeError, r"optimizer must be an instance such as SGD\(lr=0.5\); got 'adam'; there are Ada",
                          {"optimizer": "adam"}),
    "optimizer class": (TypeError, r"optimizer must be an instance.*got <class", {"optimizer": lab.SGD}),
    "no network": (TypeError, r"net must be a Network; got \[2, 3, 1\]; mlp", {"net": [2, 3, 1]}),
    "rates without an ensemble": (ValueError, r"lr must be a number or broadcast to the ensemble's shape \(\); got "
                                              r"shape \(2,\); mlp\(seed=", {"optimizer": lab.SGD(lr=[0.1, 0.2])}),
    "three rates for two networks": (ValueError, r"lr must be a number or broadcast.*shape \(2,\); got shape \(3,\)",
                                     {"net": lab.mlp([2, 3, 1], seed=[0, 1]),
                                      "optimizer": lab.SGD(lr=[0.1, 0.2, 0.3])}),
    "logits as probabilities": (ValueError, r"binary_cross_entropy takes probabilities; got outputs from .* to .*; "
                                            r"end the network in Sigmoid, or use sigmoid_cross_entropy",
                                {"net": lab.mlp([2, 10, 10, 1], output=lab.Identity),
                                 "loss": lab.binary_cross_entropy}),
}


@pytest.mark.parametrize("error, message, settings", [*BAD_DATA.values(), *BAD_SETTINGS.values()],
                         ids=[*BAD_DATA, *BAD_SETTINGS])
def test_training_refuses_before_it_starts(error, message, settings):
    settings = dict(settings)
    net = settings.pop("net", None) or lab.mlp([2, 3, 1])
    before = net.theta.copy() if isinstance(net, lab.Network) else None
    with pytest.raises(error, match=message):
        started(net, **settings)
    with pytest.raises(error, match=message):
        defaults = {"x": X, "y": Y, "loss": lab.squared_error, "optimizer": lab.SGD(lr=0.5), "epochs": 5}
        lab.train(net, **(defaults | settings))
    assert before is None or np.array_equal(net.theta, before)


@pytest.mark.parametrize("name", [name for name in BAD_DATA if "ensemble" not in name])
def test_the_gradient_check_refuses_the_same_data(name):
    error, message, settings = BAD_DATA[name]
    loss = settings.get("loss", lab.squared_error)
    with pytest.raises(error, match=message):
        lab.check_gradients(lab.mlp([2, 3, 1]), settings.get("x", X), settings.get("y", Y), loss)


@pytest.mark.parametrize("row", [[0.5, 0.4], [2.0, -1.0]], ids=str)
def test_rows_that_are_no_classes_are_named(row):
    y = np.tile([1.0, 0.0], (21, 1))
    y[7] = row
    with pytest.raises(ValueError, match=rf"softmax_cross_entropy needs rows.*got \[{row[0]}, {row[1]}\]"):
        started(lab.mlp([2, 3, 2], output=lab.Identity), y=y, loss=lab.softmax_cross_entropy)


@pytest.mark.parametrize("make, message", [
    (lambda: lab.SGD(lr=0), r"lr must lie in \(0, inf\); got 0; for example 0.1"),
    (lambda: lab.SGD(lr=-0.1), r"lr must lie in \(0, inf\); got -0.1"),
    (lambda: lab.SGD(lr=np.nan), r"lr must lie in \(0, inf\); got nan"),
    (lambda: lab.SGD(lr=np.inf), r"lr must lie in \(0, inf\); got inf"),
    (lambda: lab.SGD(lr=[0.1, -1.0]), r"lr must lie in \(0, inf\); got \[0.1, -1.0\]"),
    (lambda: lab.SGD(lr=[]), r"lr must lie in \(0, inf\); got \[\]"),
    (lambda: lab.SGD(lr=True), r"lr must lie in \(0, inf\); got True"),
    (lambda: lab.Momentum(lr=0.1, beta=1.0), r"beta must lie in \[0, 1\); got 1.0; for example 0.9"),
    (lambda: lab.Momentum(lr=0.1, beta=-0.1), r"beta must lie in \[0, 1\); got -0.1"),
    (lambda: lab.RMSProp(beta=1), r"beta must lie in \[0, 1\); got 1"),
    (lambda: lab.Adam(beta1=1.5), r"beta1 must lie in \[0, 1\); got 1.5"),
    (lambda: lab.Adam(beta2=1), r"beta2 must lie in \[0, 1\); got 1"),
    (lambda: lab.AdaGrad(lr=0.1, eps=0), r"eps must lie in \(0, inf\); got 0"),
    (lambda: lab.Adam(weight_decay=-1), r"weight_decay must lie in \[0, inf\); got -1"),
    (lambda: lab.LeakyReLU(1.0), r"slope must lie in \[0, 1\); got 1.0"),
    (lambda: lab.LeakyReLU(-0.1), r"slope must lie in \[0, 1\); got -0.1"),
    (lambda: lab.generate_linear(0), r"n must be a whole number of at least 1; got 0; for example 10"),
    (lambda: lab.generate_circles(1), r"n must be a whole number of at least 2; got 1"),
    (lambda: lab.generate_circles(noise=-1), r"noise must lie in \[0, inf\); got -1"),
    (lambda: lab.generate_spirals(turns=0), r"turns must lie in \(0, inf\); got 0"),
    (lambda: lab.mlp([2, 0, 1]), r"each of sizes must be a whole number of at least 1; got 0"),
    (lambda: lab.mlp([2, -3, 1]), r"each of sizes must be a whole number of at least 1; got -3"),
    (lambda: lab.mlp([2]), r"sizes must list inputs, hidden widths and outputs, as \[2, 10, 10, 1\]; got \[2\]"),
    (lambda: lab.mlp("2-10-1"), r"sizes must list.*got '2-10-1'"),
    (lambda: lab.mlp(10), r"sizes must list.*got 10"),
    (lambda: lab.mlp([2, 1], seed=-1), r"seed must be a whole number of at least 0, or an array of them; got -1"),
    (lambda: lab.mlp([2, 1], seed=0.5), r"seed must be a whole number of at least 0.*got 0.5"),
    (lambda: lab.mlp([2, 1], seed=[]), r"seed must be a whole number of at least 0.*got \[\]"),
    (lambda: lab.mlp([2, 1], seed=None), r"seed must be a whole number of at least 0.*got None"),
    (lambda: lab.Network([]), r"a network needs a Dense layer; got \[\]; mlp"),
    (lambda: lab.Network([lab.Dense(2, 3), lab.Dense(4, 1)]), r"layers must fit: Dense\(2, 3.*gives 3.*takes 4"),
    (lambda: lab.Network([lab.Dense(2, 3)], np.zeros(5)), r"theta must have shape \(\.\.\., 9\).*got \(5,\)"),
    (lambda: lab.check_gradients(lab.mlp([2, 1]), X, Y, lab.squared_error, h=0), r"h must lie in \(0, inf\); got 0"),
    (lambda: lab.mlp([2, 3, 1]).predict(np.ones((4, 3))), r"x must have shape \(n, 2\).*got \(4, 3\)"),
    (lambda: lab.accuracy(Y, Y[:, 0]), r"prediction and target must have the same last two axes.*1\) and \(21,\)"),
    (lambda: lab.plots.show_result(X, Y, Y[:-1]), r"pred_y must have a label for each of the 21 rows.*got \(20, 1\)"),
    (lambda: lab.plots.scatter(Y, Y), r"x must have shape \(n, 2\), points in the plane; got \(21, 1\)"),
    (lambda: lab.plots.decision_boundary(lab.mlp([3, 1]), X, Y), r"decision_boundary needs one network with 2 inputs"),
    (lambda: lab.plots.learning_curve(None, what="lost"), r"what must be 'loss' or 'accuracy'; got 'lost'"),
])
def test_values_out_of_range(make, message):
    with pytest.raises(ValueError, match=message):
        make()


@pytest.mark.parametrize("make, message", [
    (lambda: lab.SGD(lr="0.1"), r"lr must hold real numbers.*got '0.1'"),
    (lambda: lab.SGD(lr=None), r"lr must hold real numbers.*got None"),
    (lambda: lab.mlp([2, 2.5, 1]), r"each of sizes must be a whole number of at least 1; got 2.5"),
    (lambda: lab.mlp([2, "10", 1]), r"each of sizes must be a whole number.*got '10'"),
    (lambda: lab.mlp([2, True, 1]), r"each of sizes must be a whole number.*got True"),
    (lambda: lab.mlp([2, 3, 1], hidden="sigmod"), r"hidden must be a layer.*got 'sigmod'; there are Sigmoid, Tanh"),
    (lambda: lab.mlp([2, 3, 1], output=np.tanh), r"output must be a layer.*got <ufunc 'tanh'>"),
    (lambda: lab.mlp([2, 3, 1], hidden=lab.Dense), r"hidden must be a layer.*got <class"),
    (lambda: lab.mlp([2, 3, 1], init="xavier"), r"init must be a function of labcore.initializers.*got 'xavier'"),
    (lambda: lab.Network([lab.Dense(2, 1), "relu"]), r"layers must be a layer.*got 'relu'"),
    (lambda: lab.generate_linear(10.0), r"n must be a whole number of at least 1; got 10.0"),
    (lambda: lab.Dense(2, None), r"n_out must be a whole number of at least 1; got None"),
])
def test_values_of_the_wrong_kind(make, message):
    with pytest.raises(TypeError, match=message):
        make()


def test_a_flat_target_is_refused_by_every_loss():
    for loss in (lab.squared_error, lab.binary_cross_entropy, lab.sigmoid_cross_entropy, lab.softmax_cross_entropy):
        with pytest.raises(ValueError, match=r"same last two axes \(n, k\); got \(21, 1\) and \(21,\); y.reshape"):
            loss(np.full((21, 1), 0.5), Y[:, 0])


@pytest.mark.parametrize("make", [lab.Momentum, lab.AdaGrad, lab.RMSProp, lab.Adam, lab.AdamW])
def test_a_step_that_cant_be_made_changes_neither_memory_nor_clock(make):
    optimizer, theta = make(lr=0.1), np.ones(3)
    optimizer.update(theta, np.ones(3))
    before = {name: np.copy(value) for name, value in vars(optimizer).items()}
    for grad in (np.ones(2), np.ones((2, 3)), [1.0, 1.0, 1.0], np.ones(3, int), None):
        with pytest.raises((TypeError, ValueError)):
            optimizer.update(theta, grad)
    fixed = np.ones(3)
    fixed.flags.writeable = False
    with pytest.raises(ValueError, match="read-only"):
        optimizer.update(fixed, np.ones(3))
    assert all(np.array_equal(before[name], value) for name, value in vars(optimizer).items())


def test_an_experiment_names_the_settings_that_there_are():
    with pytest.raises(TypeError, match=r"run has no setting learning_rate; settings are hidden, activation, .* every"):
        experiments.run("XOR", 2, range(2), optimizer=lab.SGD(0.1), learning_rate=0.1)


def test_what_no_machine_has_room_for_is_refused_before_memory_is_asked_for():
    for call in (lambda: lab.generate_linear(10**12), lambda: lab.mlp([2, 10**12, 1]), lambda: lab.Dense(10**9, 10**9),
                 lambda: started_and_kept(10**18), lambda: lab.mlp([2, 10**4, 1], seed=np.arange(10**5)),
                 lambda: lab.mlp([2, 3, 1]).predict(np.broadcast_to(1.0, (10**9, 2)))):
        with pytest.raises(ValueError, match="is too large: an array of shape"):
            call()


def started_and_kept(epochs):
    return lab.train(lab.mlp([2, 3, 1]), X, Y, loss=lab.squared_error, optimizer=lab.SGD(lr=0.5), epochs=epochs)


def test_a_readers_own_layer_and_loss_raise_their_own_errors():
    class Unfinished(lab.Layer):
        def forward(self, x):
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        lab.mlp([2, 3, 1], hidden=Unfinished).predict(X)


def test_theta_keeps_its_shape():
    net = lab.mlp([2, 3, 1])
    before = net.theta.copy()
    with pytest.raises(ValueError, match=r"theta must keep its shape \(13,\); got \(12,\)"):
        net.theta = np.zeros(12)
    assert np.array_equal(net.theta, before)


def npz(**arrays):
    file = io.BytesIO()
    np.savez(file, **arrays)
    return file.getvalue()


WHOLE = npz(theta=np.zeros(13), architecture=repr(lab.mlp([2, 3, 1]).layers))
NOT_FINITE = npz(theta=np.full(13, np.nan), architecture=repr(lab.mlp([2, 3, 1]).layers))
BAD_FILES = {
    "another width": (npz(theta=np.zeros(17), architecture=repr(lab.mlp([2, 4, 1]).layers)),
                      r"holds \[Dense\(2, 4.*θ \(17,\); this network is \[Dense\(2, 3.*build the saved one with mlp"),
    "another activation": (npz(theta=np.zeros(13), architecture=repr(lab.mlp([2, 3, 1], hidden=lab.Tanh).layers)),
                           r"holds .*Tanh.*this network is"),
    "an ensemble": (npz(theta=np.zeros((4, 13)), architecture=repr(lab.mlp([2, 3, 1]).layers)), r"with θ \(4, 13\)"),
    "cut off": (WHOLE[: len(WHOLE) // 2], "is not a whole file of Network.save.*save the network anew"),
    "empty": (b"", "is not a whole file of Network.save"),
    "text": (b"weights: 1 2 3\n", "is not a whole file of Network.save"),
    "a pickle": (pickle.dumps({"theta": np.zeros(13)}), "is not a whole file of Network.save"),
    "pickles in npz": (npz(theta=np.array([{"a": 1}], dtype=object), architecture="x"),
                       "is not a whole file of Network.save"),
    "other arrays": (npz(weights=np.zeros(13)), "is not a whole file of Network.save"),
    "not finite": (NOT_FINITE, "holds numbers that are not finite"),
}


@pytest.mark.parametrize("content, message", BAD_FILES.values(), ids=list(BAD_FILES))
def test_a_file_that_cant_be_loaded_changes_nothing(content, message, tmp_path):
    path = tmp_path / "net.npz"
    path.write_bytes(content)
    net = lab.mlp([2, 3, 1], seed=5)
    before = net.theta.copy()
    with pytest.raises(ValueError, match=message):
        net.load(path)
    assert np.array_equal(net.theta, before) and path.read_bytes() == content


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        lab.mlp([2, 3, 1]).load(tmp_path / "nothing.npz")
