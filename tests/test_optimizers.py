"""Each rule against PyTorch's trajectory and against a first step worked by hand."""

import json
import pathlib

import numpy as np
import pytest
from conftest import OPTIMIZERS, by_name

import labcore as lab

REFERENCE = json.loads(pathlib.Path(__file__).with_name("references").joinpath("optimizers.json").read_text())


def path_of(optimizer, theta, gradients):
    """Return θ after each of the gradients."""
    theta = np.array(theta, dtype=float)
    rows = []
    for gradient in gradients:
        optimizer.update(theta, np.array(gradient, dtype=float))
        rows.append(theta.copy())
    return np.array(rows)


@pytest.mark.parametrize("case", REFERENCE["cases"], ids=lambda case: f"{case['optimizer']} {case['arguments']}")
def test_the_path_is_that_of_pytorch(case):
    path = path_of(getattr(lab, case["optimizer"])(**case["arguments"]), REFERENCE["theta"], REFERENCE["gradients"])
    np.testing.assert_allclose(path, case["path"], rtol=1e-12, atol=1e-14)


def test_every_optimizer_has_a_reference():
    assert {optimizer.__name__ for optimizer in OPTIMIZERS} == {case["optimizer"] for case in REFERENCE["cases"]}


# θ = 1, then the gradients 2 and −1: worked by hand, with ε large enough to be seen
BY_HAND = {
    "SGD": (lab.SGD(lr=0.5), [1 - 0.5 * 2, 0 + 0.5]),
    # v = −1, then 0.5 · −1 + 0.5 = 0
    "Momentum": (lab.Momentum(lr=0.5, beta=0.5), [1 - 1, 0 + 0]),
    # moves by β v − lr g: 0.5 · −1 − 1 = −1.5, then 0.5 · 0 + 0.5
    "Nesterov": (lab.Momentum(lr=0.5, beta=0.5, nesterov=True), [1 - 1.5, -0.5 + 0.5]),
    # n = 4, then 5
    "AdaGrad": (lab.AdaGrad(lr=1, eps=0.5), [1 - 2 / 2.5, 0.2 + 1 / (5**0.5 + 0.5)]),
    "AdaGrad, ε inside": (lab.AdaGrad(lr=1, eps=0.5, eps_inside=True),
                          [1 - 2 / 4.5**0.5, 1 - 2 / 4.5**0.5 + 1 / 5.5**0.5]),
    # n = 0.25 · 4 = 1, then 0.75 + 0.25 = 1
    "RMSProp": (lab.RMSProp(lr=0.5, beta=0.75, eps=1), [1 - 0.5 * 2 / 2, 0.5 + 0.5 / 2]),
    # both means of one number are that number: g / (|g| + ε) = 2 / 3; then m = 0 / 0.75 and no step at all
    "Adam": (lab.Adam(lr=1, beta1=0.5, beta2=0.75, eps=1), [1 - 2 / 3, 1 - 2 / 3]),
    "AdamW": (lab.AdamW(lr=1, beta1=0.5, beta2=0.75, eps=1, weight_decay=0.25), [0.75 - 2 / 3, 0.75 * (0.75 - 2 / 3)]),
}


@pytest.mark.parametrize("optimizer, path", BY_HAND.values(), ids=list(BY_HAND))
def test_two_steps_by_hand(optimizer, path):
    np.testing.assert_allclose(path_of(optimizer, [1.0], [[2.0], [-1.0]])[:, 0], path, rtol=1e-14, atol=1e-15)


def test_the_first_step_of_adam_is_lr_whatever_the_gradient():
    # the point of dividing by 1 − βᵗ; report E divides by 1 − β at every step
    step = path_of(lab.Adam(lr=0.01, eps=1e-30), np.zeros(3), [[1e-6, -1.0, 1e6]])[0]
    np.testing.assert_allclose(step, [-0.01, 0.01, -0.01], rtol=1e-12)


def test_amsgrad_never_forgets_a_large_gradient():
    gradients = [[100.0]] + [[1.0]] * 200
    plain, ams = (path_of(lab.Adam(lr=0.1, beta2=0.9, amsgrad=amsgrad), [0.0], gradients) for amsgrad in (False, True))
    assert abs(plain[-1] - plain[-2]) > 10 * abs(ams[-1] - ams[-2])


def test_maximize_climbs():
    down, up = (path_of(lab.Adam(maximize=maximize), [0.0], [[1.0]] * 3) for maximize in (False, True))
    assert (down < 0).all() and np.array_equal(up, -down)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=by_name)
def test_reset_forgets_everything(optimizer):
    used, gradients = optimizer(lr=0.1), np.random.default_rng(2).standard_normal((5, 3))
    first = path_of(used, np.ones(3), gradients)
    used.reset((3,))
    assert np.array_equal(path_of(used, np.ones(3), gradients), first)


@pytest.mark.parametrize("optimizer", OPTIMIZERS, ids=by_name)
def test_the_gradient_is_left_as_it_was(optimizer):
    gradient = np.array([1.0, -2.0])
    optimizer(lr=0.1).update(np.ones(2), gradient)
    assert gradient.tolist() == [1.0, -2.0]


def test_it_shows_its_settings():
    assert repr(lab.SGD(lr=0.5)) == "SGD(lr=0.5)"
    assert repr(lab.Momentum(lr=0.5)) == "Momentum(lr=0.5, beta=0.9)"
