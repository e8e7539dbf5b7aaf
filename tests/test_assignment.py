"""The lab's data and settings for a class or a student; the judge's tests are in tests/lab."""

import collections
import json
import pickle

import numpy as np
import pytest

from labcore import assignment, checks, generate_linear, generate_xor_easy
from labcore.assignment import grading, worker
from labcore.checks import reference

MANY = range(1, 200)


def solution(x, y, settings):
    """Train as the lab asks for it; return the share of right labels."""
    params = reference.initial((x.shape[1], *settings.hidden, 1), np.random.default_rng(settings.seed))
    for _ in range(settings.epochs):
        grads = reference.gradients(reference.forward_pass(x, params), y, params)
        params = reference.update(params, grads, settings.lr)
    return np.mean((reference.forward_pass(x, params)[-1] > 0.5) == (y > 0.5))


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
    assert assignment.of_student("student-017", b"of this year") == 259000, "for good: it may have been handed out"


def test_the_functions_that_stand_in_are_right():
    right = {}
    for part, (_, _, *own) in grading.PARTS.items():
        exec(grading.right(part, *own)[1] if own else "", right)
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


def test_of_two_mistakes_each_takes_its_share_of_the_points():
    for mistake, left in (("half", "7.5"), ("sign + half", "3.75"), ("sign + unheard-of", "0"), ("", "0")):
        assert grading.row("backward", checks.Verdict(False, "backward", "", mistake))["points"] == left
    assert grading.row("backward", checks.Verdict(False, "backward", "it ended", "unreadable"))["points"] == ""


@pytest.mark.parametrize("value", [
    None, True, 3, 2.5, np.inf, "σ", [1, (2, [])], {"a": np.zeros((2, 0))}, np.float32(2), np.arange(3) > 1, (),
    2**64, {}, np.asfortranarray(np.arange(6.0).reshape(2, 3)), {"list": [{"array": 1}]},
])
def test_a_value_travels_as_it_is(value):
    assert repr(worker.from_bytes(worker.to_bytes(value))) == repr(value)
    array = worker.from_bytes(worker.to_bytes(np.zeros(2)))
    array += 1  # as changing it is a mistake that checks look for


class Momentum:
    def update(self, theta, grad):
        pass

    def __len__(self):
        return 0


class Unreadable:
    def __repr__(self):
        raise RuntimeError


def test_what_cannot_travel_is_named():
    deep = []
    deep.append(deep)
    for value, shown in ((1j, "1j"), (np.array([None]), "array([None], dtype"), (b"x", "b'x'"),
                         (Unreadable(), "a Unreadable"), (np.str_("x"), "np.str_('x')")):
        there = worker.from_bytes(worker.to_bytes(value))
        assert isinstance(there, str) and there.startswith(shown)
    assert worker.from_bytes(worker.to_bytes(collections.OrderedDict({1: (2,)}))) == {"1": (2,)}
    momentum, step = Momentum(), [print]
    there = worker.from_bytes(worker.to_bytes((step, momentum)), worker.handles.__getitem__)
    assert there == (step, momentum.update), "a function travels by its number, and an optimizer by its method"
    for value in (deep, np.zeros(10**6), 10**5000):
        with pytest.raises((ValueError, RecursionError)):
            worker.to_bytes(value)


def test_what_was_not_sent_is_refused():
    def array(*parts):
        return json.dumps({"__array__": parts}).encode()

    for sent in (b"", b"{", array("O", [1], ""), array("<f8", [99999999999], ""), array("<f8"),
                 array("<f8", 3, "31" * 8), array("i4,i4", [1], "31" * 8), array([["a", "O"]], [1], "31" * 8),
                 array("M8[s]", [1], "31" * 8), array("(9999,9999)f8", [1], "31" * 8), array("<f8", [1], "3"),
                 array("V0", [2**40], ""), array(5, [], ""), b'{"__tuple__": 3}', b"[" * 10**5,
                 b'{"__array__": 3}', b'{"a":' * 10**5, b'{"__tuple__":[' * 10**5, b"9" * 10**4, b"[1]\n[1]",
                 b"\xa1\xff", pickle.dumps(1), b" " * (worker.LIMIT + 1), b'{"__function__": []}'):
        with pytest.raises(ValueError):
            worker.from_bytes(sent)
