"""The lab's data and settings for a class, and the referee of its grading; nbgrader's part is in tests/lab."""

import sys

import numpy as np
import pytest

from labcore import assignment, checks, generate_linear, generate_xor_easy
from labcore.assignment import grading

MANY = range(1, 200)


def solution(x, y, settings):
    """Train with the right parts of `grading`, as the lab asks for it; return the share of right labels."""
    right, rng, params = grading.RIGHT, np.random.default_rng(settings.seed), []
    for n_in, n_out in zip((2, *settings.hidden), (*settings.hidden, 1)):
        params += [rng.normal(size=(n_in, n_out)), np.zeros((1, n_out))]
    for _ in range(settings.epochs):
        grads = right["backward"](right["forward"](x, params), y, params)
        params = right["update"](params, grads, settings.lr)
    return np.mean((right["forward"](x, params)[-1] > 0.5) == (y > 0.5))


def test_variant_0_is_the_handout_s():
    for name, (x, y) in {"linear": generate_linear(), "xor": generate_xor_easy()}.items():
        own = assignment.problem(name, 0)
        assert np.array_equal(own[0], x) and np.array_equal(own[1], y)


def test_a_variant_is_a_problem_of_its_kind():
    original, labels = generate_xor_easy()
    for variant in MANY:
        x, y = assignment.problem("linear", variant)
        assert x.shape == (100, 2) and y.shape == (100, 1) and 0 <= x.min() and x.max() < 1
        assert 35 <= y.sum() <= 65 and set(np.unique(y)) == {0.0, 1.0}
        x, y = assignment.problem("xor", variant)
        assert sorted((y.sum(), 21 - y.sum())) == [10, 11]
        middle = x - x[labels[:, 0] == 0].mean(0)
        assert np.allclose(np.linalg.norm(middle, axis=1), np.linalg.norm(original - 0.5, axis=1)), "turned and shifted"
        chosen = assignment.settings(variant)
        assert all(8 <= width <= 14 for width in chosen.hidden) and 1 <= chosen.lr < 2 and 2000 <= chosen.epochs <= 2500
        assert [type(value) for value in vars(chosen).values()] == [tuple, float, int, int], "as students see them"


def test_each_variant_has_its_own_data_and_settings():
    for name in assignment.PROBLEMS:
        assert len({assignment.problem(name, variant)[0].tobytes() for variant in MANY}) == len(MANY)
    assert len({str(assignment.settings(variant, seed=0)) for variant in MANY}) > 150


@pytest.mark.parametrize("variant", [0, 7, *np.random.default_rng(0).choice(10_000, 5, replace=False).tolist()])
def test_a_right_program_solves_both_problems(variant):
    settings = assignment.settings(variant)
    for name in assignment.PROBLEMS:
        x, y = assignment.problem(name, variant)
        assert solution(x, y, settings) >= 0.9
        assert solution(x, 1 - y, settings) >= 0.9, "the check turns the labels round"


def test_a_setting_is_changed_by_its_name():
    assert vars(assignment.settings(7, lr=0.1, seed=3)) == vars(assignment.settings(7)) | {"lr": 0.1, "seed": 3}


@pytest.mark.parametrize("call", [lambda: assignment.problem("circles"), lambda: assignment.problem("xor", -1),
                                  lambda: assignment.settings(1.5), lambda: assignment.settings(0, rate=0.1)])
def test_what_is_no_variant_is_refused(call):
    with pytest.raises((ValueError, TypeError), match="; got "):
        call()


# ---- the referee ----

def broken(*given):
    return 0.0


@pytest.fixture
def notebook():
    return dict.fromkeys(grading.RIGHT, broken)


def test_the_right_parts_are_right():
    right = grading.RIGHT
    assert checks.sigmoid(right["sigmoid"]) and checks.slope("sigmoid", right["sigmoid_slope"])
    assert checks.forward(right["forward"]) and checks.backward(right["backward"])
    assert checks.loss("squared_error", right["loss"])
    assert checks.loss_gradient("squared_error", right["loss_gradient"])
    assert checks.optimizer("sgd", lambda lr: lambda theta, g: right["update"](theta, g, lr), lists=True)


def test_the_other_parts_are_right_while_a_part_is_judged(notebook):
    source = ("def forward(x, params):\n    trace = [x]\n    for W, b in zip(params[::2], params[1::2]):\n"
              "        trace.append(sigmoid(trace[-1] @ W + b))\n    return trace")
    del notebook["loss"]  # not written at all
    exec(source, notebook)
    before = dict(notebook)
    assert not checks.forward(notebook["forward"])
    assert grading.referee({}, notebook, "forward").forward(notebook["forward"])
    assert notebook == before, "put back"
    assert not grading.referee({}, notebook, "sigmoid").sigmoid(notebook["sigmoid"])


@pytest.mark.parametrize("what, value", [("labcore.checks.forward.forward", broken),
                                         ("labcore.checks.verdict.Verdict.__bool__", lambda verdict: True),
                                         ("labcore.checks.calling.call", broken)])
def test_changed_checks_are_seen(monkeypatch, what, value):
    taken = {name: sys.modules[name] for name in list(sys.modules) if name.partition(".")[0] == "labcore"}
    for name in taken:
        monkeypatch.delitem(sys.modules, name)
    from labcore.assignment import grading as fresh

    fresh.referee(taken, {})
    module, _, name = what.rpartition(".")
    target = taken[module] if module in taken else taken[module.rpartition(".")[0]].Verdict
    monkeypatch.setattr(target, name, value)
    with pytest.raises(AssertionError, match="changed in this notebook"):
        fresh.referee(taken, {})


def test_a_changed_numpy_is_seen(monkeypatch):
    monkeypatch.setattr(np, "allclose", lambda *given, **more: True)
    with pytest.raises(AssertionError, match="NumPy or Python was changed"):
        grading.referee({}, {})
