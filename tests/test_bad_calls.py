"""Ten thousand bad calls across the public functions: each ends in a documented exception of one sentence, or works.

`BAD_CALLS_SEED=7` draws others, `BAD_CALLS=50000` draws more; a failure says how to make its call again.
"""

import inspect
import os

import pytest
from bad_calls import Misbehaved, little_memory, make
from bad_recipes import COSTS, RECIPES
from test_docstrings import PUBLIC

from labcore.checks import running

SEED, CALLS = os.environ.get("BAD_CALLS_SEED", "0"), int(os.environ.get("BAD_CALLS", "10000"))
AGAIN = os.environ.get("BAD_CALL", "")
CALLED = {name: thing for name, thing in PUBLIC.items() if not isinstance(thing, property) or thing.fset}
SHARE = {name: 1 / COSTS[name] ** 0.8 for name in RECIPES}


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    """An empty folder, little memory, and no patience for endless functions."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(running, "SECONDS", 0.2)
    with little_memory():
        yield


def cases(name):
    count = max(4, round(CALLS * SHARE[name] / sum(SHARE.values())))
    if AGAIN:
        return [AGAIN] if AGAIN.split()[1] == name else []
    return [f"{SEED} {name} {k}" for k in range(count)]


def recipe(name, case):
    makers = RECIPES[name]
    return makers[int(case.split()[-1]) % len(makers)]


def test_each_public_function_has_a_recipe():
    assert sorted(RECIPES) == sorted(CALLED)
    for name, thing in CALLED.items():  # and a recipe names all that a function takes
        if inspect.isclass(thing):
            continue
        parameters = inspect.signature(thing.fset if isinstance(thing, property) else thing).parameters
        named = {key for maker in RECIPES[name] for key in maker().given}
        wanted = {key for key, parameter in parameters.items()
                  if key not in ("self", "args", "kwargs") and parameter.kind in (1, 3)}
        if named:
            assert wanted <= named, name


@pytest.mark.parametrize("name", RECIPES)
def test_a_bad_call_is_refused_or_works(name, record_bad_calls):
    wrong, refused = [], []
    for case in cases(name):
        try:
            refused.append(make(name, PUBLIC[name], recipe(name, case), case))
        except Misbehaved as found:
            wrong.append(str(found))
    record_bad_calls(name, refused)
    assert not wrong, f"{len(wrong)} bad calls:\n" + "\n".join(wrong)
