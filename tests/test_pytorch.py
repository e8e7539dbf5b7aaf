"""What PyTorch computed and is stored in labcore/pytorch.json: labcore agrees; with PyTorch, it is computed again."""

import contextlib
import importlib
import io
import json
import pathlib
import sys

import matplotlib
import nbformat
import numpy as np
import pytest

import labcore as lab

STORED = json.loads(pathlib.Path(lab.__file__).with_name("pytorch.json").read_text(encoding="utf-8"))
REFERENCES = pathlib.Path(__file__).with_name("references")
CHAPTER = pathlib.Path(__file__).resolve().parent.parent / "book" / "18-the-same-in-pytorch.ipynb"
OPTIMIZERS = {"SGD": {"lr": 1.0}, "Adam": {"lr": 0.01}}
trajectories = pytest.mark.parametrize("name, options", OPTIMIZERS.items(), ids=list(OPTIMIZERS))


def path_of_labcore(optimizer, x, y):
    """Return the losses (1001,) and the θ (1001, P) of chapter 7's network."""
    net = lab.mlp([2, 10, 10, 1], seed=0)
    path = [(epoch.loss, net.theta.copy())
            for epoch in lab.steps(net, x, y, loss=lab.squared_error, optimizer=optimizer, epochs=1000)]
    return [np.array(column) for column in zip(*path)]


def near(ours, theirs, atol=1e-10):
    np.testing.assert_allclose(ours, theirs, rtol=0, atol=atol)


def test_the_first_loss_and_gradient_are_those_of_pytorch(xor):
    x, y = xor
    net, start = lab.mlp([2, 10, 10, 1], seed=0), STORED["start"]
    trace = net.forward(x)
    loss, dy = lab.squared_error(trace[-1], y)
    near(loss, start["loss"], 1e-14)
    near(net.backward(trace, dy), start["grad"], 1e-14)


@trajectories
def test_a_thousand_steps_are_those_of_pytorch(xor, name, options):
    losses, thetas = path_of_labcore(getattr(lab, name)(**options), *xor)
    near(losses[::STORED["every"]], STORED[name]["loss"])
    for step, theta in STORED[name]["theta"].items():
        near(thetas[int(step)], theta)


@pytest.fixture(scope="module")
def script():
    """The script that made the numbers, where PyTorch is installed."""
    torch = pytest.importorskip("torch")
    torch.set_num_threads(1)
    sys.path.insert(0, str(REFERENCES))
    try:
        yield importlib.import_module("pytorch_trajectory")
    finally:
        sys.path.remove(str(REFERENCES))


@trajectories
def test_every_step_is_pytorchs(script, xor, name, options):
    losses, thetas = path_of_labcore(getattr(lab, name)(**options), *xor)
    torch_losses, _, torch_thetas, optimizer = script.train(0, name, **options)
    assert thetas.shape == torch_thetas.shape == (1001, 151)
    near(losses, torch_losses)
    near(thetas, torch_thetas)


@trajectories
def test_the_stored_trajectories_are_what_pytorch_computes(script, name, options):
    found, stored = script.trajectory(name, **options), STORED[name]
    near(found["loss"], stored["loss"])
    for kind in ("theta", "state"):
        assert list(found[kind]) == list(stored[kind])
        for key in stored[kind]:
            near(found[kind][key], stored[kind][key])


def test_the_stored_beginning_and_losses_are_what_pytorch_computes(script):
    assert script.convolution() == STORED["convolution"]
    assert script.complaint() == STORED["dtype error"]
    for found, stored in ((script.start(), STORED["start"]), (script.losses(), STORED["losses"])):
        assert list(found) == list(stored)
        for key in stored:
            if key == "shapes":
                assert found[key] == stored[key]
            else:
                near(found[key], stored[key])
    losses = script.train(0, "SGD", steps=50, zero_grad=False, lr=1.0)[0]
    near(losses, STORED["without zero_grad"])


def test_what_float32_does_is_of_the_stored_size(script):
    found, stored = script.in_float32("SGD", lr=1.0), STORED["float32"]
    near(found["loss"], stored["loss"], 1e-5)  # another processor rounds elsewhere
    assert 0.1 < found["apart"][-1] / stored["apart"][-1] < 10
    assert script.from_labcore(0)[-1] < 1e-12


def test_a_seed_of_the_stored_ones(script):
    found = script.over_seeds([2])
    for dtype, atol in (("float64", 1e-10), ("float32", 1e-5)):
        near(found[dtype]["loss"][0], STORED["seeds"][dtype]["loss"][2], atol)
        assert abs(found[dtype]["epochs_to_90"][0] - STORED["seeds"][dtype]["epochs_to_90"][2]) <= 1


@pytest.mark.parametrize("installed", [True, False], ids=["with PyTorch", "without"])
def test_the_chapter_prints_the_same_with_pytorch_and_without(installed, monkeypatch):
    # nbval runs it as it is here; this runs the other half as well, where PyTorch is installed
    pytest.importorskip("torch")
    if not installed:
        monkeypatch.setitem(sys.modules, "torch", None)
    names = {}
    with matplotlib.rc_context():
        for cell in nbformat.read(CHAPTER, as_version=4).cells:
            if cell.cell_type == "code":
                printed = io.StringIO()
                with contextlib.redirect_stdout(printed):
                    exec(cell.source, names)
                stored = "".join(out.text for out in cell.outputs if out.output_type == "stream")
                assert printed.getvalue() == stored
    assert (names["torch"] is not None) == installed
