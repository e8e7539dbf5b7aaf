"""Bad input: an error where it enters, which says what was wrong, what was given and what would do; nothing changed."""

import contextlib
import io
import pickle
import tracemalloc

import numpy as np
import pytest
from conftest import LOSSES, by_name

import labcore as lab

X, Y = lab.generate_xor_easy()
ONE_HOT = np.hstack([1 - Y, Y])
NET = [2, 3, 1]


def changed(array, index, value):
    array = array.copy()
    array[index] = value
    return array


def state(thing):
    """All attributes of a network or an optimizer as text: arrays show the numbers in them."""
    return {name: repr(value) for name, value in vars(thing).items() if name not in ("grad", "layers")}


@contextlib.contextmanager
def refused(error, message, *kept):
    """Assert that a block ends in this error, and leaves as it was what is to be kept."""
    before = [state(thing) for thing in kept]
    with pytest.raises(error, match=message):
        yield
    assert [state(thing) for thing in kept] == before


def table(rows):
    """Parametrize a test by {what is wrong: (error, message, ...)}."""
    return pytest.mark.parametrize("error, message, given", rows.values(), ids=list(rows))


# --- data: the same for steps, train and the gradient check ---

DATA = {
    "nan in x": (ValueError, r"x must be finite; got x\[3, 1\] = nan; remove", {"x": changed(X, (3, 1), np.nan)}),
    "inf in x": (ValueError, r"x must be finite; got x\[0, 0\] = inf; remove", {"x": changed(X, (0, 0), np.inf)}),
    "nan in y": (ValueError, r"y must be finite; got y\[2, 0\] = nan; remove", {"y": changed(Y, (2, 0), np.nan)}),
    "another number of columns": (ValueError, r"x must have shape \(n, 2\), a column for each input.*got \(21, 3\); ch",
                                  {"x": np.ones((21, 3))}),
    "x transposed": (ValueError, r"x must have shape \(n, 2\), a column for each input.*got \(2, 21\)", {"x": X.T}),
    "y transposed": (ValueError, r"y must have shape \(21, 1\).*got \(1, 21\)", {"y": Y.T}),
    "one example as a row": (ValueError, r"x must have shape.*got \(2,\); one row is x\[None, :\]", {"x": X[0]}),
    "flat labels": (ValueError, r"y must have shape \(21, 1\).*got \(21,\); y.reshape\(-1, 1\) makes it a column",
                    {"y": Y[:, 0]}),
    "a row fewer": (ValueError, r"y must have shape \(21, 1\), a row for each row of x.*got \(20, 1\)", {"y": Y[:-1]}),
    "columns of y": (ValueError, r"y must have shape \(21, 1\).*got \(21, 2\)", {"y": ONE_HOT}),
    "empty x": (ValueError, r"x is empty, with shape \(0, 2\); at least one row is needed", {"x": X[:0]}),
    "empty y": (ValueError, r"y is empty, with shape \(0, 1\)", {"y": Y[:0]}),
    "an empty list": (ValueError, r"x is empty, with shape \(0,\)", {"x": []}),
    "text": (TypeError, r"x must hold real numbers.*got \[\['a'", {"x": [["a", "b"]]}),
    "rows of two lengths": (TypeError, r"x must hold real numbers, in rows of one length; got", {"x": [[1, 2], [3]]}),
    "complex numbers": (TypeError, r"x must hold real numbers", {"x": X * 1j}),
    "nothing": (TypeError, r"x must hold real numbers.*got None", {"x": None}),
    "a label 2": (ValueError, r"binary_cross_entropy needs labels 0 or 1; got 2;.*astype",
                  {"y": changed(Y, (4, 0), 2.0), "loss": lab.binary_cross_entropy}),
    "labels ±1": (ValueError, r"sigmoid_cross_entropy needs labels 0 or 1; got -1;.*for ±1 take",
                  {"y": 2 * Y - 1, "loss": lab.sigmoid_cross_entropy}),
    "half a label": (ValueError, r"binary_cross_entropy needs labels 0 or 1; got 0.5",
                     {"y": changed(Y, (0, 0), 0.5), "loss": lab.binary_cross_entropy}),
    "one class in softmax": (ValueError, r"softmax_cross_entropy needs rows of two or more.*got \[0.0\]; np.eye\(k\)",
                             {"loss": lab.softmax_cross_entropy}),
    "rows that are no shares": (ValueError, r"softmax_cross_entropy needs rows.*got \[0.5, 0.0\]",
                                {"y": ONE_HOT / 2, "loss": lab.softmax_cross_entropy, "sizes": [2, 3, 2]}),
}


@table(DATA)
def test_data_are_refused_before_anything_is_computed(error, message, given):
    net, optimizer = lab.mlp(given.get("sizes", NET)), lab.Momentum(lr=0.5)
    x, y, loss = given.get("x", X), given.get("y", Y), given.get("loss", lab.squared_error)
    for call in (lab.steps, lab.train):  # of `steps` no epoch is asked for: the error comes at the call
        with refused(error, message, net, optimizer):
            call(net, x, y, loss=loss, optimizer=optimizer, epochs=5)
    with refused(error, message, net):
        lab.check_gradients(net, x, y, loss)


# --- settings of a training run ---

TRAINING = {
    "no epochs": (ValueError, r"epochs must be a whole number of at least 1; got 0; for example", {"epochs": 0}),
    "half an epoch": (TypeError, r"epochs must be a whole number.*got 1.5", {"epochs": 1.5}),
    "epochs as text": (TypeError, r"epochs must be a whole number.*got '5'", {"epochs": "5"}),
    "an empty batch": (ValueError, r"batch_size must be a whole number of at least 1; got 0", {"batch_size": 0}),
    "half an example": (TypeError, r"batch_size must be a whole number.*got 0.5", {"batch_size": 0.5}),
    "shuffle no": (TypeError, r"shuffle must be True or False; got 'no'", {"shuffle": "no"}),
    "a seed below 0": (ValueError, r"seed must be a whole number of at least 0; got -1", {"seed": -1}),
    "a seed as text": (TypeError, r"seed must be a whole number of at least 0; got 'a'", {"seed": "a"}),
    "accuracy in percent": (ValueError, r"stop_at_accuracy must lie in \[0, 1.*; got 90", {"stop_at_accuracy": 90}),
    "a loss that is nan": (ValueError, r"stop_at_loss must lie in \[0, inf\); got nan", {"stop_at_loss": np.nan}),
    "a loss's mistyped name": (ValueError, r"loss must be one of squared_error, binary_cross_entropy, .*; got 'mse'",
                               {"loss": "mse"}),
    "a function that is no loss": (TypeError, r"loss must be .*got <function", {"loss": lambda p, t: 0.0}),
    "no loss": ((TypeError, ValueError), r"loss must be .*got None", {"loss": None}),
    "an optimizer's mistyped name": (ValueError, r"optimizer must be one of SGD, Momentum, .*Adam.*; got 'adm'",
                                     {"optimizer": "adm"}),
    "no optimizer": (TypeError, r"optimizer must be .*got 0.1", {"optimizer": 0.1}),
    "no network": (TypeError, r"net must be a Network; got \[2, 3, 1\]; mlp", {"net": [2, 3, 1]}),
    "rates without an ensemble": (ValueError, r"lr must be one for all networks, or one for each of the ensemble \(\); "
                                              r"got \(2,\); mlp\(seed=", {"optimizer": lab.SGD(lr=[0.1, 0.2])}),
    "three rates for two networks": (ValueError, r"lr must be .*one for each of the ensemble \(2,\); got \(3,\)",
                                     {"net": lab.mlp(NET, seed=[0, 1]), "optimizer": lab.SGD(lr=[0.1, 0.2, 0.3])}),
    "x of another ensemble": (ValueError, r"x must be .*one for each of the ensemble \(\); got \(3,\)",
                              {"x": np.stack([X] * 3)}),
    "y of another ensemble": (ValueError, r"y must be .*one for each of the ensemble \(\); got \(3,\)",
                              {"y": np.stack([Y] * 3)}),
    "logits as probabilities": (ValueError, r"binary_cross_entropy takes probabilities; got outputs from .* to .*; "
                                            r"end the network in Sigmoid, or use sigmoid_cross_entropy",
                                {"net": lab.mlp([2, 10, 10, 1], output=lab.Identity),
                                 "loss": lab.binary_cross_entropy}),
}


@table(TRAINING)
def test_settings_of_training_are_refused_before_it_starts(error, message, given):
    given = {"net": lab.mlp(NET), "x": X, "y": Y, "loss": lab.squared_error, "optimizer": lab.Adam(lr=0.5),
             "epochs": 5} | given
    kept = [thing for thing in (given["net"], given["optimizer"]) if hasattr(thing, "__dict__")]
    for call in (lab.steps, lab.train):
        with refused(error, message, *kept):
            call(**given)


# --- what makes a network, an optimizer, data ---

MAKING = {
    "a width of 0": (ValueError, r"each of sizes must be a whole number of at least 1; got 0", lambda: lab.mlp([2, 0])),
    "half a unit": (TypeError, r"each of sizes must be a whole number.*got 2.5", lambda: lab.mlp([2, 2.5, 1])),
    "a width as text": (TypeError, r"each of sizes must be a whole number.*got '10'", lambda: lab.mlp([2, "10", 1])),
    "one size": (ValueError, r"sizes must list.*as \[2, 10, 10, 1\]; got \[2\]", lambda: lab.mlp([2])),
    "sizes as text": (TypeError, r"sizes must be a list.*got '2-10-1'", lambda: lab.mlp("2-10-1")),
    "sizes as a number": (TypeError, r"sizes must be a list.*got 10", lambda: lab.mlp(10)),
    "weights' seed below 0": (ValueError, r"seed must be a whole number of at least 0.*got -1",
                              lambda: lab.mlp([2, 1], seed=-1)),
    "half a seed": (ValueError, r"seed must be a whole number of at least 0.*got 0.5",
                    lambda: lab.mlp([2, 1], seed=0.5)),
    "no seeds": (ValueError, r"seed must be a whole number.*got \[\]", lambda: lab.mlp([2, 1], seed=[])),
    "bias no": (TypeError, r"bias must be True or False; got 'no'", lambda: lab.mlp(NET, bias="no")),
    "a layer's mistyped name": (ValueError, r"hidden must be one of .*Sigmoid.*Tanh.*; got 'sigmod'",
                                lambda: lab.mlp(NET, hidden="sigmod")),
    "an output's mistyped name": (ValueError, r"output must be one of .*Identity.*; got 'softmax'",
                                  lambda: lab.mlp(NET, output="softmax")),
    "NumPy's tanh as a layer": (TypeError, r"output must be .*got <ufunc 'tanh'>; there are Sigmoid, Tanh",
                                lambda: lab.mlp(NET, output=np.tanh)),
    "Dense without sizes": (TypeError, r"hidden must be .*got <class", lambda: lab.mlp(NET, hidden=lab.Dense)),
    "an initializer's mistyped name": (ValueError, r"init must be one of .*xavier_normal.*; got 'xavier'",
                                       lambda: lab.mlp(NET, init="xavier")),
    "a number as initializer": (TypeError, r"init must be .*got 0.1", lambda: lab.mlp(NET, init=0.1)),
    "biases' mistyped name": (ValueError, r"bias_init must be one of .*zeros.*; got 'zero'",
                              lambda: lab.mlp(NET, bias_init="zero")),
    "no layers": (ValueError, r"a network needs a Dense layer; got \[\]; mlp", lambda: lab.Network([])),
    "layers that don't fit": (ValueError, r"layers must fit: Dense\(2, 3.*gives 3.*takes 4",
                              lambda: lab.Network([lab.Dense(2, 3), lab.Dense(4, 1)])),
    "a number among layers": (TypeError, r"layers must be .*got 3", lambda: lab.Network([lab.Dense(2, 1), 3])),
    "θ of another length": (ValueError, r"theta must have shape \(\.\.\., 9\).*got \(5,\)",
                            lambda: lab.Network([lab.Dense(2, 3)], np.zeros(5))),
    "Dense of nothing": (TypeError, r"n_out must be a whole number.*got None", lambda: lab.Dense(2, None)),
    "a rate of 0": (ValueError, r"lr must lie in \(0, inf\); got 0; for example 0.1", lambda: lab.SGD(lr=0)),
    "a rate below 0": (ValueError, r"lr must lie in \(0, inf\); got -0.1", lambda: lab.Adam(lr=-0.1)),
    "a rate that is nan": (ValueError, r"lr must lie in \(0, inf\); got nan", lambda: lab.SGD(lr=np.nan)),
    "an infinite rate": (ValueError, r"lr must lie in \(0, inf\); got inf", lambda: lab.SGD(lr=np.inf)),
    "one rate of two": (ValueError, r"lr must lie in \(0, inf\); got \[0.1, -1.0\]", lambda: lab.SGD(lr=[0.1, -1.0])),
    "a rate as text": (TypeError, r"lr must hold real numbers.*got '0.1'", lambda: lab.SGD(lr="0.1")),
    "momentum of 1": (ValueError, r"beta must lie in \[0, 1\); got 1.0; for example 0.9",
                      lambda: lab.Momentum(lr=0.1, beta=1.0)),
    "beta2 of 1": (ValueError, r"beta2 must lie in \[0, 1\); got 1", lambda: lab.Adam(beta2=1)),
    "ε of 0": (ValueError, r"eps must lie in \(0, inf\); got 0", lambda: lab.AdaGrad(lr=0.1, eps=0)),
    "decay below 0": (ValueError, r"weight_decay must lie in \[0, inf\); got -1", lambda: lab.Adam(weight_decay=-1)),
    "nesterov no": (TypeError, r"nesterov must be True or False; got 'no'", lambda: lab.Momentum(0.1, nesterov="no")),
    "a slope of 1": (ValueError, r"slope must lie in \[0, 1\); got 1.0", lambda: lab.LeakyReLU(1.0)),
    "no points": (ValueError, r"n must be a whole number of at least 1; got 0; for example 10",
                  lambda: lab.generate_linear(0)),
    "points as a float": (TypeError, r"n must be a whole number of at least 1; got 10.0",
                          lambda: lab.generate_linear(10.0)),
    "one point on two circles": (ValueError, r"n must be a whole number of at least 2; got 1",
                                 lambda: lab.generate_circles(1)),
    "noise below 0": (ValueError, r"noise must lie in \[0, inf\); got -1", lambda: lab.generate_xor_easy(noise=-1)),
    "no turns": (ValueError, r"turns must lie in \(0, inf\); got 0", lambda: lab.generate_spirals(turns=0)),
    "a seed as a float": (TypeError, r"seed must be a whole number.*got 1.5", lambda: lab.generate_linear(seed=1.5)),
}


@table(MAKING)
def test_what_cant_be_made_is_refused(error, message, given):
    with refused(error, message):
        given()


# --- what is asked of a network ---

def history():
    return lab.History(np.array([0.3, 0.2]), np.array([0.5, 1.0]), "1 epochs")


ASKING = {
    "columns to predict": (ValueError, r"x must have shape \(n, 2\).*got \(2, 21\)", lambda net: net.predict(X.T)),
    "a row to predict": (ValueError, r"x must have shape.*one row is x\[None, :\]", lambda net: net.predict([0.1, 1])),
    "nan to predict": (ValueError, r"x must be finite; got", lambda net: net.predict([[np.nan, 0.0]])),
    "text to classify": (TypeError, r"x must hold real numbers.*got 'a'", lambda net: net.classify("a")),
    "θ of another shape": (ValueError, r"theta must keep its shape \(13,\); got \(12,\)",
                           lambda net: setattr(net, "theta", np.zeros(12))),
    "θ as text": (TypeError, r"theta must hold real numbers", lambda net: setattr(net, "theta", "0" * 13)),
    "a difference over 0": (ValueError, r"h must lie in \(0, inf\); got 0",
                            lambda net: lab.check_gradients(net, X, Y, lab.squared_error, h=0)),
    "flat labels": (ValueError, r"the same last two axes.*got \(21, 1\) and \(21,\); y.reshape\(-1, 1\)",
                    lambda net: lab.accuracy(net.predict(X), Y[:, 0])),
    "a mistyped loss to check": (ValueError, r"loss must be one of .*squared_error.*; got 'mse'",
                                 lambda net: lab.check_gradients(net, X, Y, "mse")),
    "labels as text": (TypeError, r"target must hold real numbers", lambda net: lab.accuracy(net.predict(X), ["a"])),
    "a label too few to draw": (ValueError, r"pred_y must have a label for each of the 21 rows.*got \(20, 1\)",
                                lambda net: lab.plots.show_result(X, Y, Y[:-1])),
    "points on a line": (ValueError, r"x must have shape \(n, 2\), points in the plane; got \(21, 1\)",
                         lambda net: lab.plots.scatter(Y, Y)),
    "three inputs to draw": (ValueError, r"decision_boundary needs one network with 2 inputs",
                             lambda net: lab.plots.decision_boundary(lab.mlp([3, 1]), X, Y)),
    "an ensemble to draw": (ValueError, r"needs one network.*net.member\(0\) is one of an ensemble",
                            lambda net: lab.plots.decision_boundary(lab.mlp([2, 1], seed=[0, 1]), X, Y)),
    "a curve of nothing": (ValueError, r"what must be 'loss' or 'accuracy'; got 'lost'",
                           lambda net: lab.plots.learning_curve(history(), what="lost")),
}


@table(ASKING)
def test_a_question_that_has_no_answer_is_refused(error, message, given):
    net = lab.mlp(NET, seed=3)
    with refused(error, message, net):
        given(net)


@pytest.mark.parametrize("loss", LOSSES, ids=by_name)
def test_a_flat_target_is_refused_by_every_loss(loss):
    """(n, 1) − (n,) would be (n, n) in NumPy, and a number that looks like a loss."""
    with refused(ValueError, r"same last two axes \(n, k\); got \(21, 1\) and \(21,\); y.reshape"):
        loss(np.full((21, 1), 0.5), Y[:, 0])


# --- files ---

def npz(save=np.savez, **arrays):
    file = io.BytesIO()
    save(file, **arrays)
    return file.getvalue()


def packed(theta, architecture):
    return npz(np.savez_compressed, theta=theta, architecture=architecture)


def saved(theta, **how):
    return npz(theta=theta, architecture=repr(lab.mlp(how.pop("sizes", NET), **how).layers))


WHOLE = saved(np.zeros(13))
FILES = {
    "another width": (ValueError, r"holds \[Dense\(2, 4.*θ \(17,\); this network is \[Dense\(2, 3.*build the saved one",
                      saved(np.zeros(17), sizes=[2, 4, 1])),
    "another activation": (ValueError, r"holds .*Tanh.*this network is", saved(np.zeros(13), hidden=lab.Tanh)),
    "an ensemble": (ValueError, r"with θ \(4, 13\)", saved(np.zeros((4, 13)))),
    "cut off": (ValueError, "is not a whole file of Network.save.*save the network anew", WHOLE[:len(WHOLE) // 2]),
    "empty": (ValueError, "is not a whole file of Network.save", b""),
    "text": (ValueError, "is not a whole file of Network.save", b"weights: 1 2 3\n"),
    "a pickle": (ValueError, "is not a whole file of Network.save", pickle.dumps({"theta": np.zeros(13)})),
    "pickles in npz": (ValueError, "is not a whole file of Network.save",
                       npz(theta=np.array([{"a": 1}], dtype=object), architecture="x")),
    "other arrays": (ValueError, "is not a whole file of Network.save", npz(weights=np.zeros(13))),
    "unpacks to 240 MB": (ValueError, r"with θ \(30000000,\)", packed(np.zeros(30_000_000), "x")),
    "a text of 240 MB": (ValueError, r"holds nan with θ \(13,\)", packed(np.zeros(13), np.array("x", "U60000000"))),
    "numbers of 9 MB": (ValueError, "are not finite", packed(np.zeros(13, "S9000000"), repr(lab.mlp(NET).layers))),
    "not finite": (ValueError, "holds numbers that are not finite", saved(np.full(13, np.nan))),
}


@table(FILES)
def test_a_file_that_cant_be_loaded_changes_nothing(error, message, given, tmp_path):
    path, net = tmp_path / "net.npz", lab.mlp(NET, seed=5)
    path.write_bytes(given)
    with refused(error, message, net):
        tracemalloc.start()
        net.load(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert path.read_bytes() == given and peak < 2**23  # what it would unpack to is never made


def test_a_missing_file_is_a_missing_file(tmp_path):
    with pytest.raises(FileNotFoundError):
        lab.mlp(NET).load(tmp_path / "nothing.npz")


def test_a_readers_own_layer_raises_its_own_error():
    class Unfinished(lab.Layer):
        def forward(self, x):
            raise KeyError("mine")

    with pytest.raises(KeyError, match="mine"):
        lab.mlp(NET, hidden=Unfinished).predict(X)
