"""Parts that a reader writes: layers, losses, optimizers and initializers of one's own do what they say, everywhere."""

import functools
import sys

import numpy as np
import pytest

import labcore as lab


@pytest.fixture
def short(xor):
    """Train 2-3-1 for five epochs on XOR; return the history and the network."""
    def run(net=None, **settings):
        net = net or lab.mlp([2, 3, 1])
        how = {"loss": lab.squared_error, "optimizer": lab.SGD(lr=0.5)} | settings
        return lab.train(net, *xor, epochs=5, **how), net
    return run


def test_a_wrapped_loss_is_the_one_that_is_trained(short):
    @functools.wraps(lab.squared_error)
    def doubled(prediction, target):
        value, gradient = lab.squared_error(prediction, target)
        return 2 * value, 2 * gradient

    plain, net = short()
    wrapped, other = short(loss=doubled)
    assert wrapped.loss[0] == 2 * plain.loss[0]
    faster, same = short(optimizer=lab.SGD(lr=1.0))  # twice the loss at a rate is the loss at twice the rate
    assert np.allclose(other.theta, same.theta) and not np.allclose(other.theta, net.theta)


def test_a_wrapped_update_is_the_one_that_is_made(short):
    class Clipped(lab.SGD):
        @functools.wraps(lab.SGD.update)
        def update(self, theta, grad):
            lab.SGD.update(self, theta, np.clip(grad, -1e-9, 1e-9))

    _, net = short(optimizer=Clipped(lr=0.5))
    assert 0 < np.abs(net.theta - lab.mlp([2, 3, 1]).theta).max() < 1e-8


def test_a_method_that_is_replaced_is_the_one_that_is_called(xor, monkeypatch):
    net, halved = lab.mlp([2, 3, 1]), lab.mlp([2, 3, 1])
    old = halved.layers[1].forward
    halved.layers[1].forward = lambda x: old(x) / 2  # on an instance
    assert np.array_equal(halved.forward(xor[0])[2], net.forward(xor[0])[2] / 2)
    monkeypatch.setattr(lab.Sigmoid, "forward", lambda self, x: x)  # and on the class
    assert np.array_equal(net.predict(xor[0]), net.forward(xor[0])[3])


class PReLU(lab.Layer):
    """A leaky ReLU that learns its slopes."""

    def __init__(self, n):
        self.n = n

    def parameters(self):
        return {"a": (1, self.n)}

    def draw(self, rng, init, bias_init):
        return {"a": np.full((1, self.n), 0.25)}

    def forward(self, x):
        return np.where(x > 0, x, self.a * x)

    def backward(self, x, y, dy):
        self.da = (dy * np.where(x > 0, 0, x)).sum(-2, keepdims=True)  # an assignment writes into the view, too
        return dy * np.where(x > 0, 1, self.a)


class Halve(lab.Layer):
    """Sums of two neighbours each."""

    def width(self, n_in):
        return n_in // 2

    def forward(self, x):
        return x[..., ::2] + x[..., 1::2]

    def backward(self, x, y, dy):
        return np.repeat(dy, 2, axis=-1)


@pytest.mark.parametrize("seed", [4, [4, 5, 6]], ids=["one", "ensemble"])
@pytest.mark.parametrize("hidden", [PReLU(4), Halve()], ids=["PReLU", "Halve"])
def test_a_layer_of_ones_own_trains_saves_and_passes_the_gradient_check(hidden, seed, xor, tmp_path):
    net = lab.mlp([2, 4, 1], hidden=hidden, bias_init="normal", seed=seed)  # with b = 0 the point (0, 0) is on a kink
    assert lab.check_gradients(net, *xor, lab.squared_error).error < 1e-7
    history = lab.train(net, *xor, loss=lab.squared_error, optimizer=lab.SGD(lr=0.5), epochs=200)
    assert (history.loss[-1] < history.loss[0]).all()
    net.save(tmp_path / "net.npz")
    fresh = lab.mlp([2, 4, 1], hidden=hidden, seed=np.zeros_like(seed))
    assert np.array_equal(fresh.load(tmp_path / "net.npz").predict(xor[0]), net.predict(xor[0]))


def test_every_layer_draws_its_own_parameters():
    net = lab.mlp([2, 4, 1], hidden=PReLU(4), seed=[1, 2])
    assert (net.layers[1].a == 0.25).all() and net.layers[1].a.shape == (2, 1, 4)
    assert [block.name for block in net.blocks()] == ["W1", "b1", "a2", "W3", "b3"]
    assert net.n_params == 2 * 4 + 4 + 4 + 4 + 1


def test_layers_that_dont_fit_are_named():
    with pytest.raises(ValueError, match=r"layers must fit: Halve\(\) gives 2 numbers, Dense\(4, 1, .* takes 4"):
        lab.Network([lab.Dense(2, 4), Halve(), lab.Dense(4, 1)])


def test_settings_of_a_layer_are_part_of_what_is_saved(tmp_path):
    class ELU(lab.Layer):
        def __init__(self, alpha):
            self.alpha = alpha

        def forward(self, x):
            return np.where(x > 0, x, self.alpha * np.expm1(np.minimum(x, 0)))

    lab.mlp([2, 3, 1], hidden=ELU(1.0)).save(tmp_path / "net.npz")
    with pytest.raises(ValueError, match=r"holds .*ELU\(alpha=1.0\).*this network is .*ELU\(alpha=5.0\)"):
        lab.mlp([2, 3, 1], hidden=ELU(5.0)).load(tmp_path / "net.npz")


def test_an_array_assigned_to_a_layer_goes_into_theta(short):
    net = lab.mlp([2, 3, 1])
    net.layers[0].W = np.zeros((2, 3))
    assert not net.theta[:6].any()
    short(net)
    assert net.layers[0].W.any() and np.array_equal(net.theta[:6].reshape(2, 3), net.layers[0].W)
    with pytest.raises(ValueError, match="broadcast"):
        net.layers[0].W = np.zeros((3, 2))


def test_a_loss_of_ones_own_is_trained_and_checked(xor):
    @lab.loss(threshold=0.0, labels="binary")
    def hinge(prediction, target):
        sign = 2 * target - 1
        gap = np.maximum(1 - sign * prediction, 0)
        return gap.mean((-2, -1)), -sign * (gap > 0) / (gap.shape[-2] * gap.shape[-1])

    net = lab.mlp([2, 10, 1], hidden="tanh", output="identity", seed=3)
    assert lab.check_gradients(net, *xor, hinge).error < 1e-6
    history = lab.train(net, *xor, loss=hinge, optimizer=lab.SGD(lr=0.5), epochs=2000)
    assert history.accuracy[-1] == lab.accuracy(net.predict(xor[0]), xor[1], threshold=0.0) > 0.9  # the threshold
    with pytest.raises(ValueError, match="hinge needs labels 0 or 1"):
        lab.train(net, xor[0], 2 * xor[1] - 1, loss=hinge, optimizer="sgd", epochs=1)

    @lab.loss(probabilities=True)
    def overlap(prediction, target):
        return -(prediction * target).mean((-2, -1)), -target / target.shape[-2]

    with pytest.raises(ValueError, match="overlap takes probabilities; got outputs from"):
        lab.train(net, *xor, loss=overlap, optimizer="sgd", epochs=1)
    with pytest.raises(ValueError, match="prediction and target must have the same last two axes"):
        overlap(np.ones((3, 1)), np.ones(3))


def test_an_optimizer_says_the_ranges_of_its_own_hyper_parameters():
    class HeavyBall(lab.Optimizer):
        memory, below_1 = ("v",), ("momentum",)

        def rule(self, theta, g):
            self.v *= self.momentum
            self.v -= self.lr * g
            theta += self.v

    assert HeavyBall(lr=0.1, momentum=0.9).momentum == 0.9
    with pytest.raises(ValueError, match=r"momentum must lie in \[0, 1\); got 1.5"):
        HeavyBall(lr=0.1, momentum=1.5)
    for name in ("t", "v"):
        with pytest.raises(ValueError, match=f"can't be called {name}"):
            HeavyBall(lr=0.1, **{name: 0.5})


@pytest.mark.parametrize("typed", ["leaky_relu", "LeakyReLU", "leaky-relu", "LEAKYRELU"])
def test_one_spelling_rule(typed):
    assert isinstance(lab.mlp([2, 3, 1], hidden=typed).layers[1], lab.LeakyReLU)


def test_typed_names_do_what_the_objects_do(short):
    by_object, net = short(lab.mlp([2, 3, 1], hidden=lab.Tanh, init=lab.initializers.xavier_normal),
                           loss=lab.binary_cross_entropy, optimizer=lab.Adam())
    by_name, other = short(lab.mlp([2, 3, 1], hidden="tanh", init="xavier_normal"), loss="binary_cross_entropy",
                           optimizer="adam")
    by_class, third = short(lab.mlp([2, 3, 1], hidden="tanh", init="xavier_normal"), loss="binary_cross_entropy",
                            optimizer=lab.Adam)
    assert np.array_equal(by_object.loss, by_name.loss) and np.array_equal(net.theta, other.theta)
    assert np.array_equal(net.theta, third.theta)


def test_a_step_of_gradient_descent_enters_two_frames_so_a_debugger_is_at_the_formula_at_once():
    entered, optimizer, theta, grad = [], lab.SGD(lr=0.5), np.ones(3), np.ones(3)
    optimizer.update(theta, grad)  # the first one makes room for the memory
    sys.setprofile(lambda frame, event, _: entered.append(frame.f_code.co_name) if event == "call" else None)
    try:
        optimizer.update(theta, grad)
    finally:
        sys.setprofile(None)
    assert entered == ["update", "rule"]
