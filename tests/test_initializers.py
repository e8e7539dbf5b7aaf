"""Initial weights: each law has the spread that its source gives."""

import functools

import numpy as np
import pytest

import labcore as lab
from labcore import initializers

N_IN, N_OUT = 30, 20
# standard deviation, and the bound that nothing passes (None for a normal law), both from the sources' formulas
LAWS = {
    "zeros": (0.0, 0.0),
    "normal": (1.0, None),
    "uniform": (1 / 3**0.5, 1.0),
    "xavier_normal": ((2 / 50) ** 0.5, None),
    "xavier_uniform": ((6 / 50) ** 0.5 / 3**0.5, (6 / 50) ** 0.5),
    "he_normal": ((2 / 30) ** 0.5, None),
    "he_leaky_normal": ((2 / ((1 + 6 / 50) * 30)) ** 0.5, None),
}


def test_every_initializer_has_its_law_here():
    assert set(initializers.known()) == set(LAWS)


@pytest.mark.parametrize("name", LAWS)
def test_the_spread_is_that_of_the_law(name):
    std, bound = LAWS[name]
    draws = getattr(initializers, name)(np.random.default_rng(0), (200, 1000), N_IN, N_OUT)
    assert draws.shape == (200, 1000)
    assert draws.std() == pytest.approx(std, rel=0.01) and abs(draws.mean()) < 0.01
    if bound is not None:
        assert np.abs(draws).max() <= bound and np.abs(draws).max() >= 0.999 * bound
    else:  # a normal law: 4.55 % lie beyond two standard deviations
        assert np.mean(np.abs(draws) > 2 * std) == pytest.approx(0.0455, rel=0.05)


def test_options_are_set_by_partial():
    rng = np.random.default_rng(0)
    assert initializers.normal(rng, (1000, 100), 1, 1, std=0.1).std() == pytest.approx(0.1, rel=0.02)
    half = functools.partial(initializers.uniform, limit=0.5)
    weights = lab.mlp([30, 40, 1], init=half, seed=3).layers[0].W
    assert 0.49 < np.abs(weights).max() <= 0.5


def test_a_network_hands_its_fans_over():
    seen = []

    def spy(rng, shape, n_in, n_out):
        seen.append((shape, n_in, n_out))
        return np.zeros(shape)

    lab.mlp([2, 3, 1], init=spy, bias_init=spy)
    assert seen == [((2, 3), 2, 3), ((1, 3), 2, 3), ((3, 1), 3, 1), ((1, 1), 3, 1)]
