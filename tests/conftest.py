"""What all tests share: no window for figures, and the worst gradient check said at the end of a run."""

import matplotlib
import numpy as np
import pytest

import labcore as lab

matplotlib.use("Agg")

GRADIENT_CHECKS = []  #: (relative error, description) of each combination that test_gradcheck tried


def pytest_xdist_auto_num_workers(config):
    """Run the tests in one process, whatever pyproject.toml says for the notebooks: some start processes themselves."""
    return 0


@pytest.fixture
def record_gradient_check():
    return lambda error, what: GRADIENT_CHECKS.append((error, what))


def pytest_terminal_summary(terminalreporter):
    if GRADIENT_CHECKS:
        error, what = max(GRADIENT_CHECKS)
        count = len(GRADIENT_CHECKS)
        terminalreporter.write_line(f"worst gradient check of {count} combinations: {error:.1e} ({what})")


@pytest.fixture
def xor():
    return lab.generate_xor_easy()


@pytest.fixture(autouse=True)
def nothing_global_changes():
    """No function may touch NumPy's global random state, or leave figures open."""
    before = np.random.get_state()[1].copy()
    yield
    assert np.array_equal(before, np.random.get_state()[1])
    matplotlib.pyplot.close("all")


def subclasses(base):
    """All classes of labcore below `base`, found by introspection: a new one is tested from its first day."""
    found = []
    for cls in base.__subclasses__():
        found += [cls, *subclasses(cls)]
    return sorted((cls for cls in found if cls.__module__.startswith("labcore.")), key=lambda cls: cls.__name__)


ACTIVATIONS = [cls for cls in subclasses(lab.Layer) if cls is not lab.Dense]
OPTIMIZERS = subclasses(lab.Optimizer)
LOSSES = sorted((f for f in vars(lab.losses).values() if hasattr(f, "threshold")), key=lambda f: f.__name__)


def targets_for(loss, n, rng):
    """Labels that the loss takes, (n, 1) or one-hot (n, 3)."""
    if loss.labels == "one-hot":
        return np.eye(3)[rng.integers(0, 3, n)]
    return rng.integers(0, 2, (n, 1)).astype(float)


def by_name(thing):
    return getattr(thing, "__name__", str(thing))
