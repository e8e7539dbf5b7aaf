"""The lab's data and settings for a class or a student; the judge's tests are in tests/lab."""

import numpy as np
import pytest

from labcore import assignment, checks, generate_linear, generate_xor_easy
from labcore.assignment import grading, right_parts

MANY = range(1, 200)


def solution(x, y, settings):
    """Train as the lab asks for it; return the share of right labels."""
    return np.mean((right_parts.outputs(x, right_parts.trained(x, y, settings)) > 0.5) == (y > 0.5))


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


def test_a_student_s_variant_depends_on_the_id_and_the_secret_alone():
    variants = [assignment.of_student(f"student-{number:03}", b"one") for number in range(200)]
    assert len(set(variants)) == 200 and all(1 <= variant < 10**6 for variant in variants)
    assert assignment.of_student(" Student-001", b"one\n") == variants[1]
    assert assignment.of_student("student-001", b"two") != variants[1]


def test_the_functions_that_stand_in_are_right():
    right = {}
    for name, source in right_parts.SOURCES.items():
        exec(source, own := {"np": np, "__name__": "stand-ins"})
        right[name] = own[name]
    assert checks.sigmoid(right["sigmoid"]) and checks.slope("sigmoid", right["sigmoid_slope"])
    assert checks.forward(right["forward"]) and checks.backward(right["backward"])
    assert checks.loss("squared_error", right["loss"])
    assert checks.loss_gradient("squared_error", right["loss_gradient"])
    assert checks.optimizer("sgd", lambda lr: lambda theta, g: right["update"](theta, g, lr), lists=True)


def test_no_notebook_takes_the_place_of_another(tmp_path):
    (tmp_path / "a b").mkdir()
    for name in ("a b.ipynb", "a b/lab.ipynb", "a_b.ipynb"):
        (tmp_path / name).touch()
    assert {student: len(paths) for student, paths in grading.submissions(tmp_path).items()} == {"a b": 2, "a_b": 1}
