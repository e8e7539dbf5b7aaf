"""The data: the handout's points one by one, and what every generator promises."""

import numpy as np
import pytest

import labcore as lab

# the handout's rule, done by hand: the two diagonals take turns, and (0.5, 0.5) comes once
XOR = [(0.0, 0.0, 0), (0.0, 1.0, 1), (0.1, 0.1, 0), (0.1, 0.9, 1), (0.2, 0.2, 0), (0.2, 0.8, 1), (0.3, 0.3, 0),
       (0.3, 0.7, 1), (0.4, 0.4, 0), (0.4, 0.6, 1), (0.5, 0.5, 0), (0.6, 0.6, 0), (0.6, 0.4, 1), (0.7, 0.7, 0),
       (0.7, 0.3, 1), (0.8, 0.8, 0), (0.8, 0.2, 1), (0.9, 0.9, 0), (0.9, 0.1, 1), (1.0, 1.0, 0), (1.0, 0.0, 1)]


def test_xor_is_the_handouts_point_by_point(xor):
    x, y = xor
    assert x.shape == (21, 2) and y.shape == (21, 1) and x.dtype == y.dtype == float
    np.testing.assert_allclose(np.hstack([x, y]), XOR, rtol=0, atol=1e-15)


def test_linear_draws_its_points_in_the_handouts_order():
    x, y = lab.generate_linear(seed=7)
    rng = np.random.default_rng(7)
    for point, label in zip(x, y):  # the handout draws one point after the other, x1 before x2
        assert point.tolist() == [rng.random(), rng.random()]
        assert label[0] == (0 if point[0] > point[1] else 1)
    assert x.shape == (100, 2) and y.shape == (100, 1) and x.dtype == y.dtype == float


def test_a_point_on_the_line_belongs_to_class_1(monkeypatch):
    halves = type("Halves", (), {"random": lambda self, shape: np.full(shape, 0.5)})()
    monkeypatch.setattr(np.random, "default_rng", lambda seed: halves)
    assert (lab.generate_linear(3)[1] == 1).all()


def test_circles_lie_on_two_circles():
    x, y = lab.generate_circles(101, noise=0)
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y[:, 0] == 0, 1, 0.5), rtol=1e-12)
    assert np.count_nonzero(y == 0) == 51 and np.count_nonzero(y == 1) == 50


def test_spirals_are_two_arms_half_a_turn_apart():
    x, y = lab.generate_spirals(200, noise=0, turns=1)
    radius, angle = np.hypot(*x.T), np.arctan2(x[:, 1], x[:, 0])
    expected = 2 * np.pi * radius + np.pi * y[:, 0]
    np.testing.assert_allclose(np.exp(1j * angle), np.exp(1j * expected), atol=1e-9)
    assert radius.min() >= 0.1 and radius.max() <= 1


@pytest.mark.parametrize("generate", [lab.generate_circles, lab.generate_spirals])
def test_noise_is_a_standard_deviation(generate):
    clean, noisy = (generate(2000, noise=noise, seed=3)[0] for noise in (0, 0.1))
    assert (noisy - clean).std() == pytest.approx(0.1, rel=0.05)


@pytest.mark.parametrize("generate", [lab.generate_linear, lab.generate_circles, lab.generate_spirals])
def test_the_seed_decides(generate):
    first, again, other = generate(seed=1), generate(seed=1), generate(seed=2)
    assert np.array_equal(first[0], again[0]) and np.array_equal(first[1], again[1])
    assert not np.array_equal(first[0], other[0])
    from_generator = generate(seed=np.random.default_rng(1))
    assert np.array_equal(first[0], from_generator[0])


@pytest.mark.parametrize("generate", [lab.generate_linear, lab.generate_circles, lab.generate_spirals,
                                      lambda n: lab.generate_xor_easy()])
def test_shapes_and_labels(generate):
    x, y = generate(50)
    assert x.shape == (len(x), 2) and y.shape == (len(x), 1) and x.flags.owndata
    assert set(np.unique(y)) == {0.0, 1.0}


def test_linear_is_what_a_line_can_do_and_the_others_are_not(xor):
    # least squares with a bias: enough for points on two sides of a line, not for these three
    def share(x, y):
        inputs = np.hstack([x, np.ones_like(y)])
        return np.mean((inputs @ np.linalg.lstsq(inputs, y - 0.5, rcond=None)[0] > 0) == y)

    assert share(*lab.generate_linear(500)) > 0.95
    for data in (xor, lab.generate_circles(500), lab.generate_spirals(500)):
        assert share(*data) < 0.8


@pytest.mark.parametrize("generate", [lab.generate_xor_easy, lab.generate_linear])
def test_the_handouts_problems_have_noise_only_when_asked(generate):
    (x, y), (noisy, labels), (other, _) = generate(), generate(noise=0.1, seed=0), generate(noise=0.1, seed=5)
    assert np.array_equal(generate(noise=0)[0], x) and np.array_equal(generate(noise=0.1, seed=0)[0], noisy)
    assert np.array_equal(labels, y) and 0.05 < (noisy - x).std() < 0.15 and not np.array_equal(noisy, other)
    with pytest.raises(ValueError, match=r"noise must lie in \[0, inf\); got -1"):
        generate(noise=-1)


def test_without_noise_linear_draws_what_it_always_drew():
    one, two = np.random.default_rng(3), np.random.default_rng(3)
    lab.generate_linear(10, seed=one)
    two.random((10, 2))
    assert one.random() == two.random()
