"""What all tests share: no window for figures, and the worst gradient check said at the end of a run."""

import os
import pathlib

import hypothesis.configuration
import matplotlib.pyplot
import numpy as np
import pytest

import labcore as lab

matplotlib.use("Agg")

for name in ("MAKEFLAGS", "MAKELEVEL", "MAKEOVERRIDES"):  # a `make` in a test is none of the `make test` above it
    os.environ.pop(name, None)

# The same examples in each run, so that a change is never red by chance, and no folder with old ones. What they leave
# out is looked for now and then by hand: HYPOTHESIS_PROFILE=thorough draws 14 times as many, others each time.
hypothesis.settings.register_profile("default", derandomize=True, database=None, deadline=None, max_examples=70)
hypothesis.settings.register_profile("thorough", hypothesis.settings.get_profile("default"), derandomize=False,
                                     max_examples=1000, print_blob=True)
hypothesis.configuration.set_hypothesis_home_dir(pathlib.Path(__file__).parent.parent / "_build/hypothesis")  # a cache
hypothesis.settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))

GRADIENT_CHECK = "gradient check"  # a property of tests: it comes back from other processes


@pytest.fixture
def record_gradient_check(record_property):
    """Note an error and what it is of."""
    return lambda error, what: record_property(GRADIENT_CHECK, (float(error), what))


def pytest_terminal_summary(terminalreporter):
    noted = [tuple(value) for found in terminalreporter.stats.values() for report in found
             if getattr(report, "when", None) == "call" for name, value in report.user_properties
             if name == GRADIENT_CHECK]
    if noted:
        error, what = max(noted)
        terminalreporter.write_line(f"worst gradient check of {len(noted)} combinations: {error:.1e} ({what})")


@pytest.fixture
def xor():
    return lab.generate_xor_easy()


def global_random_state():
    """NumPy's, its place in the block of numbers included: one draw moves no more than that."""
    name, keys, *place = np.random.get_state()
    return name, keys.tobytes(), *place


@pytest.fixture(autouse=True)
def nothing_global_changes():
    """No function may touch NumPy's global random state, or leave figures open."""
    before = global_random_state()
    yield
    assert global_random_state() == before
    matplotlib.pyplot.close("all")


ACTIVATIONS, OPTIMIZERS, LOSSES = (  # found, not listed: a new one is tested from its first day
    sorted(module.known().values(), key=lambda part: part.__name__)
    for module in (lab.activations, lab.optimizers, lab.losses))


def targets_for(loss, n, rng):
    """Labels that the loss takes, (n, 1) or one-hot (n, 3)."""
    if loss.labels == "one-hot":
        return np.eye(3)[rng.integers(0, 3, n)]
    return rng.integers(0, 2, (n, 1)).astype(float)


def _sums_depend_on_addresses():
    """Whether OpenBLAS adds a dot product in another order where data stands 8 bytes further, as for old processors."""
    x = np.random.default_rng(0).standard_normal(40)
    moved = np.empty(41)[1:]
    moved[:] = x
    return any(x[:n] @ x[:n] != moved[:n] @ moved[:n] for n in range(2, 40))


SUMS_DEPEND_ON_ADDRESSES = _sums_depend_on_addresses()  # with OPENBLAS_CORETYPE=Prescott; from Nehalem (2008) on, no


def same(a, b):
    """Whether two arrays of numbers that were trained agree bit for bit, NaN included.

    A member of an ensemble stands at another address than the network alone. Where that changes a sum, a difference is
    allowed that rounding can grow to in some hundred epochs.
    """
    if SUMS_DEPEND_ON_ADDRESSES:
        return np.shape(a) == np.shape(b) and np.allclose(a, b, rtol=1e-10, atol=1e-12, equal_nan=True)
    return np.array_equal(a, b, equal_nan=True)


def by_name(thing):
    return getattr(thing, "__name__", str(thing))
