"""Checks of the functions in check_functions.py: who is right is told so, who is wrong hears the mistake."""

from functools import partial

import pytest
from check_functions import BROKEN, OTHERWISE, PROGRAMS, RIGHT, WRONG, written

from labcore import checks

LOSSES = {"mse": "squared_error", "bce": "binary_cross_entropy", "logits": "sigmoid_cross_entropy",
          "softmax": "softmax_cross_entropy"}
CHECKS = {
    "sigmoid": checks.sigmoid, "accuracy": checks.accuracy,
    **{name: partial(checks.activation, name) for name in ("relu", "tanh")},
    **{f"slope {name}": partial(checks.slope, name) for name in ("sigmoid", "relu", "tanh")},
    **{f"loss {name}": partial(checks.loss, full) for name, full in LOSSES.items()},
    **{f"gradient {name}": partial(checks.loss_gradient, full) for name, full in LOSSES.items()},
    **{check.__name__ + how: partial(check, **options) for check in (checks.forward, checks.backward, checks.step)
       for how, options in (("", {}), (" columns", {"columns": True}), (" bare", {"biases": False}))},
}
PROGRAMS, OTHERWISE, BROKEN = ([(check, name, written(source, check.split()[0], *changes))
                                for check, name, source, changes in some] for some in (PROGRAMS, OTHERWISE, BROKEN))


@pytest.mark.parametrize("check, remark, f", RIGHT + PROGRAMS + OTHERWISE)
def test_who_is_right_is_told_so_and_what_is_to_be_said_besides(check, remark, f):
    verdict = CHECKS[check](f)
    assert verdict, verdict
    assert verdict.mistake == remark, verdict


@pytest.mark.parametrize("check, mistake, f", WRONG + BROKEN)
def test_who_is_wrong_hears_the_mistake(check, mistake, f):
    verdict = CHECKS[check](f)
    assert not verdict and verdict.mistake == mistake, verdict


@pytest.mark.parametrize("seed", [66, 85, 97])
def test_single_precision_inside_a_function_is_rounding_and_no_mistake(seed):
    *_, rounded = (partial(CHECKS[check], f) for check, remark, f in PROGRAMS if remark == "rounded")
    assert rounded(seed=seed)
