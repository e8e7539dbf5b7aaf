"""Notebooks that are handed in: the solution, the untouched one, one mistake each, and cheats.

A function here takes a notebook, that with the right functions or the untouched one, and returns a changed copy.
"""

import copy

#: student: (cell, what stands there, the mistake, the test cells whose points are lost)
MISTAKES = {
    "sigmoid": ("sigmoid", "np.minimum(-z, 709)", "np.minimum(z, 709)", ["test-sigmoid"]),
    "slope": ("sigmoid", "return a * (1 - a)", "return sigmoid(a) * (1 - sigmoid(a))", ["test-slope"]),
    "forward": ("forward", "@ W + b", "@ W", ["test-forward"]),
    "loss": ("loss", "np.mean((y_hat - y) ** 2)", "np.sum((y_hat - y) ** 2)", ["test-loss"]),
    "loss-gradient": ("loss", "2 * (y_hat - y)", "2 * (y - y_hat)", ["test-loss-gradient"]),
    "backward": ("backward", "error = error * sigmoid_slope(trace[k + 1])", "pass", ["test-backward"]),
    "update": ("update", "theta - lr * g for", "theta + lr * g for", ["test-update"]),
    "momentum": ("update", "beta * v - lr * g", "-lr * g", ["test-momentum"]),
    "training": ("train", "range(setting.epochs)", "range(1)", ["test-training-linear", "test-training-xor"]),
}

BORROWED = '''
import labcore as lab


def backward(trace, y, params):
    net = lab.mlp(2, *(W.shape[1] for W in params[::2]))
    net.forward(trace[0])
    return net.backward(lab.squared_error.gradient(trace[-1], y))
'''

#: lines that let a check find everything right
CHANGES = {
    "attribute": "for name in dir(checks):\n    setattr(checks, name, lambda *given, **more: True)",
    "module": "import sys\nfrom unittest import mock\nsys.modules['labcore.checks'] = checks = mock.MagicMock()",
    "verdict": "checks.Verdict.__bool__ = lambda verdict: True",
    "numpy": "np.allclose = lambda *given, **more: True",
}


def cell(notebook, name):
    """Return the cell of that name."""
    return next(cell for cell in notebook.cells if cell.metadata.get("nbgrader", {}).get("grade_id") == name)


def filled(untouched, solution):
    """Return the untouched notebook with the solution's functions and no answer to what a person grades."""
    notebook = copy.deepcopy(untouched)
    for own in notebook.cells:
        kind = own.metadata.get("nbgrader", {})
        if kind.get("solution") and not kind["grade"]:
            own.source = cell(solution, kind["grade_id"]).source
    return notebook


def with_mistake(notebook, name, right, wrong):
    """Return the notebook with one line of a cell changed."""
    notebook = copy.deepcopy(notebook)
    assert cell(notebook, name).source.count(right) == 1
    cell(notebook, name).source = cell(notebook, name).source.replace(right, wrong)
    return notebook


def borrowing(notebook):
    """Return the notebook with labcore's backward pass for its own."""
    notebook = copy.deepcopy(notebook)
    cell(notebook, "backward").source = BORROWED
    return notebook


def changing(notebook, lines):
    """Return the notebook with lines that change the checks, after its imports."""
    notebook = copy.deepcopy(notebook)
    cell(notebook, "setup").source += "\n" + lines  # put back before grading
    cell(notebook, "sigmoid").source += "\n\n" + lines  # as the student's own
    return notebook


def printing(notebook):
    """Return the notebook with a training that prints what it hasn't reached, and test cells that print praise."""
    notebook = copy.deepcopy(notebook)
    cell(notebook, "train").source = '''
def train(x, y, parts, losses=None, setting=settings):
    print("epoch 5000 loss : 0.0001\\naccuracy 100%")
    return lambda x: np.ones((len(x), 1))
'''
    for name in ("test-training-linear", "test-forward"):
        cell(notebook, name).source = "print('Right (training). 100% of the labels are right.')"
    notebook.cells.remove(cell(notebook, "test-training-xor"))
    return notebook
