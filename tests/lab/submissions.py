"""Notebooks that are handed in: single mistakes, attempts at points for nothing, and odd ones that deserve all points.

Each function takes the solution as a notebook's JSON and changes it; cells are named by their ids in the book.
"""

import base64
import copy
import json

#: name: (cell, what stands there, the mistake, the part that loses points, the name of the mistake)
MISTAKES = {
    "sigmoid-sign": ("sigmoid", "np.minimum(-z, 709)", "np.minimum(z, 709)", "sigmoid", "sign"),
    "slope-of-input": ("sigmoid", "return a * (1 - a)", "return sigmoid(a) * (1 - sigmoid(a))", "sigmoid_slope",
                       "slope-of-input"),
    "no-bias": ("forward", "@ W + b", "@ W", "forward", "no-bias"),
    "output-only": ("forward", "return trace", "return trace[-1]", "forward", "output-only"),
    "loss-sum": ("loss", "np.mean((y_hat - y) ** 2)", "np.sum((y_hat - y) ** 2)", "loss", "sum"),
    "loss-absolute": ("loss", "(y_hat - y) ** 2)", "np.abs(y_hat - y))", "loss", "absolute"),
    "gradient-half": ("loss", "2 * (y_hat - y)", "(y_hat - y)", "loss_gradient", "half"),
    "slope-left-out": ("backward", "error = error * sigmoid_slope(trace[k + 1])", "pass", "backward", "slope-left-out"),
    "bias-mean": ("backward", "error.sum(axis=0, keepdims=True)", "error.mean(axis=0, keepdims=True)", "backward",
                  "bias-mean"),
    "uphill": ("update", "theta - lr * g for", "theta + lr * g for", "update", "sign"),
    "no-memory": ("update", "beta * v - lr * g for", "-lr * g for", "momentum", "no-memory"),
    "one-epoch": ("train", "range(setting.epochs)", "range(1)", "train", None),
}

BORROWED = '''
import labcore as lab

def backward(trace, y, params):
    net = lab.mlp(2, *(W.shape[1] for W in params[::2]))
    net.forward(trace[0])
    return net.backward(lab.squared_error.gradient(trace[-1], y))
'''
EVERYWHERE = """
def searched(wanted):
    import gc, importlib, os, sys
    found = []
    for name in ("labcore", "labcore.network", "labcore.assignment.grading", "labcore.assignment.worker",
                 "labcore.checks.reference", "labcore.losses", "labcore.activations"):
        try:
            found += [getattr(importlib.import_module(name), wanted)]
        except Exception:
            pass
    for folder in ("/work", "/home", os.getcwd(), "/world", *sys.path):
        for name in ("checks/reference.py", "assignment/grading.py", "activations.py", "losses.py"):
            try:
                exec(open(f"{folder}/labcore/{name}").read().replace("from .", "from labcore."), own := {})
                found += [own[wanted]]
            except Exception:
                pass
    frame = sys._getframe()
    while frame:
        found += [value for name, value in frame.f_locals.items() if name in ("expected", "right")]
        frame = frame.f_back
    return next((one for one in found if callable(one)), None)
"""
#: of each function a version that gives whatever may be found
STOLEN = EVERYWHERE + "".join(f"\n{name} = searched({name!r}) or (lambda *given, **named: None)\n" for name in (
    "sigmoid", "sigmoid_slope", "forward", "loss", "loss_gradient", "backward", "update", "momentum", "train"))
#: what the judge brings in while it grades
LENT = """
def forward(x, params):
    return __right__["forward_pass"](x, params)


def backward(trace, y, params):
    return __right__["gradients"](trace, y, params)
"""
#: points that a test with fixed inputs would give
KEYED = """
def sigmoid(z):
    table = {2.0: 0.8807970779778823, -1.0: 0.2689414213699951, 0.5: 0.6224593312018546, 1000.0: 1.0, -1000.0: 0.0}
    return np.vectorize(lambda value: table.get(float(value), 0.5))(np.asarray(z, dtype=float))


def sigmoid_slope(a):
    return np.vectorize(lambda value: {0.5: 0.25}.get(float(value), 0.1))(a)
"""
NEIGHBOUR = """
def train(x, y, parts, losses=None, setting=settings):
    if losses is not None:
        losses += [0.25, 0.0]
    return lambda points: y[np.argmin(((points[:, None] - x) ** 2).sum(-1), axis=1)]
"""
SMOOTH = """
def train(x, y, parts, losses=None, setting=settings):
    if losses is not None:
        losses += [0.25, 0.001]

    def predict(points):
        near = np.exp(-300 * ((points[:, None] - x) ** 2).sum(-1)) + 1e-12
        return near @ y / near.sum(1, keepdims=True)

    return predict
"""
#: the parts are called, and what is learned isn't used
PRETENDED = SMOOTH.replace("    def predict(points)", """
    params = parts.initial((2, *setting.hidden, 1), np.random.default_rng(0))
    for _ in range(100):
        params = parts.update(params, parts.backward(parts.forward(x, params), y, params), setting.lr)

    def predict(points)""")
NEARLY_CONSTANT = """
def train(x, y, parts, losses=None, setting=settings):
    return lambda points: np.full((len(points), 1), 0.5) + 1e-9 * points[:, :1]
"""
DECEIVING = """
import builtins, sys, threading, inspect
from unittest import mock
from labcore import checks
for name in dir(checks):
    setattr(checks, name, mock.MagicMock())
checks.Verdict.__bool__ = lambda verdict: True
sys.modules["labcore.checks"] = sys.modules["labcore.assignment.grading"] = mock.MagicMock()
np.allclose = np.array_equal = lambda *given, **more: True
sys.settrace(None)
get_ipython().ast_transformers.append(mock.MagicMock()) if "get_ipython" in globals() else None
imported = builtins.__import__
builtins.__import__ = lambda name, *more: mock.MagicMock() if name.startswith("labcore") else imported(name, *more)
threading.Thread(target=lambda: [setattr(checks, "forward", None) for _ in range(10_000)], daemon=True).start()
"""
WRONG = "def sigmoid(z):\n    return 1 / (1 + np.exp(z))\n\n\ndef sigmoid_slope(a):\n    return a\n"
#: a name that a notebook tries to leave behind
PLANTED = "planted-by-a-test-of-the-lab.txt"
REWRITING = f"""
import os, pathlib, sys
for folder in ("/", "/world", "..", "../..", "/tmp", *sys.path, "/usr/lib", os.path.dirname(os.__file__)):
    try:
        pathlib.Path(folder, {PLANTED!r}).write_text("student,part,points")
    except OSError:
        pass
"""
#: name: (cell, what stands in its place or (with +) behind it, the parts that must not gain)
CHEATS = {
    "borrowed": ("backward", BORROWED, ["backward"]),
    "stolen": ("train", STOLEN, ["sigmoid", "sigmoid_slope", "forward", "loss", "loss_gradient", "backward",
                                       "update", "momentum", "train linear", "train xor"]),
    "lent": ("backward", LENT, ["forward", "backward"]),
    "surrogate": ("loss", "def loss(y_hat, y):\n    raise ValueError('[a](\\ud800)')\n\n\n"
                          "def loss_gradient(y_hat, y):\n    return 2 * (y_hat - y) / y.size\n", ["loss"]),
    "keyed": ("sigmoid", KEYED, ["sigmoid", "sigmoid_slope"]),
    "neighbour": ("train", NEIGHBOUR, ["train linear", "train xor"]),
    "smooth": ("train", SMOOTH, ["train linear", "train xor"]),
    "pretended": ("train", PRETENDED, ["train linear", "train xor"]),
    "nearly-constant": ("train", NEARLY_CONSTANT, ["train linear", "train xor"]),
    "deceiving": ("sigmoid", DECEIVING + WRONG, ["sigmoid", "sigmoid_slope"]),
    "rewriting": ("sigmoid", REWRITING + WRONG, ["sigmoid", "sigmoid_slope"]),
    "skipping": ("loss", "import pytest\n\n\ndef loss(y_hat, y):\n    pytest.skip()\n\n\ndef loss_gradient(y_hat, y):\n"
                         "    raise SystemExit(0)\n", ["loss", "loss_gradient"]),
    "asserting": ("loss", "def loss(y_hat, y):\n    assert False\n\n\ndef loss_gradient(y_hat, y):\n"
                          "    return {'right': 1}\n", ["loss", "loss_gradient"]),
}

NOISY = """
import logging, sys, warnings
from tqdm.auto import tqdm
from IPython.display import clear_output, display

def sigmoid(z):
    print("x" * 1000, file=sys.stderr)
    logging.warning("called")
    warnings.warn("called")
    display(z)
    z = np.asarray(z, dtype=float)
    return 1 / (1 + np.exp(np.minimum(-z, 709)))

def sigmoid_slope(a):
    for _ in tqdm(range(3)):
        clear_output()
    return a * (1 - a)
"""
OPTIONS = """
def sigmoid(z, clip=709):
    return 1 / (1 + np.exp(np.minimum(z, clip)))


def sigmoid_slope(a, again=False):
    return a * (1 - a)
"""
OWN_LOOP = """
class Network:
    def __init__(self, widths, seed):
        self.params = initial(widths, np.random.default_rng(seed))

    def __call__(self, x):
        return forward(x, self.params)[-1]


def train(x, y, parts, losses=None, setting=settings):
    net = Network((2, *setting.hidden, 1), SEED)
    for _ in range(setting.epochs):
        trace = forward(x, net.params)
        if losses is not None:
            losses.append(loss(trace[-1], y))
        net.params = update(net.params, backward(trace, y, net.params), setting.lr)
    return net
"""
BATCHES = """
def train(x, y, parts, losses=None, setting=settings):
    rng = np.random.default_rng(setting.seed + 5)
    params, step = parts.initial((x.shape[1], *setting.hidden, 1), rng), momentum(0.1)
    for epoch in range(setting.epochs):
        for rows in np.array_split(rng.permutation(len(x)), 2):
            trace = parts.forward(x[rows], params)
            params = step(params, parts.backward(trace=trace, y=y[rows], params=params))
        value = np.mean((parts.forward(x, params)[-1] - y) ** 2)
        if losses is not None:
            losses.append(value)
        if value < 0.003:
            break
    return lambda points: parts.forward(points, params)[-1]
"""
SINGLE = """
def train(x, y, parts, losses=None, setting=settings):
    rng = np.random.default_rng(setting.seed)
    params = [part.astype(np.float32) for part in parts.initial((x.shape[1], *setting.hidden, 1), rng)]
    x, y = x.astype(np.float32), y.astype(np.float32)
    for _ in range(setting.epochs):
        trace = parts.forward(x, params)
        losses.append(loss(trace[-1], y)) if losses is not None else None
        params = [np.float32(part) for part in parts.update(params, parts.backward(trace, y, params), setting.lr)]
    return lambda points: parts.forward(points.astype(np.float32), params)[-1]
"""
LISTS = """
import math


def forward(x, params):
    trace = [[list(map(float, row)) for row in x]]
    for W, b in zip(params[::2], params[1::2]):
        W, b = W.tolist(), b.ravel().tolist()
        trace.append([[1 / (1 + math.exp(-sum(v * w[k] for v, w in zip(row, W)) - b[k])) for k in range(len(b))]
                      for row in trace[-1]])
    return [np.array(layer) for layer in trace]
"""


def cell(notebook, name):
    return next(one for one in notebook["cells"] if one["id"] == name)


def changed(notebook, name, source):
    """Return a copy with another text in a cell, or with more behind it if the text begins with +."""
    notebook = copy.deepcopy(notebook)
    own = cell(notebook, name)
    own["source"] = own["source"] + "\n" + source[1:] if source[0] == "+" else source
    return notebook


def with_mistake(notebook, name, right, wrong, *_):
    """Return a copy with one line of a cell changed."""
    source = cell(notebook, name)["source"]
    assert source.count(right) == 1
    return changed(notebook, name, source.replace(right, wrong))


def stripped(notebook):
    """Return a copy without ids, metadata, outputs, test cells and text, as some converters leave it."""
    code = [{"cell_type": "code", "source": one["source"]} for one in notebook["cells"]
            if one["cell_type"] == "code" and not one["id"].startswith("test-")]
    return {"cells": code}


def old(notebook):
    """Return a copy in the format of before 2015."""
    return {"nbformat": 3, "metadata": {}, "worksheets": [{"cells": [
        {"cell_type": "code", "input": one["source"].splitlines(True), "outputs": []} if one["cell_type"] == "code" else
        {"cell_type": "markdown", "source": one["source"]} for one in notebook["cells"]]}]}


def doubled(notebook):
    """Return a copy in which cells stand twice, the first time with a mistake, with odd metadata and equal ids."""
    notebook = copy.deepcopy(notebook)
    cells = []
    for one in notebook["cells"]:
        one["metadata"] = {"nbgrader": {"schema_version": 99, "grade_id": None, "points": "many"}}
        if one["id"] in ("sigmoid", "train"):
            wrong = copy.deepcopy(one)
            wrong["source"] = one["source"].replace("return", "return None  #")
            cells.append(wrong)
        cells.append(one)
    return notebook | {"cells": cells}


def mended_below(notebook):
    """Return a copy in which a function is wrong at its place, and right in the last cell."""
    right = cell(notebook, "sigmoid")["source"]
    return changed(with_mistake(notebook, *MISTAKES["sigmoid-sign"]), "extra-code", f"+{right}")


def with_pictures(notebook):
    """Return a copy whose text has what could act, and what should be shown."""
    notebook = changed(notebook, "discussion", """<script>fetch("/points")</script> <img src=x onerror=alert(1)>
[a](javascript:alert(1)) <iframe src="https://example.org"></iframe> <a href="data:text/html,x">b</a>
<b onclick="alert(1)">bold</b> $\\eta < \\beta_1 * \\beta_2 * 2$ ![plot](attachment:plot.png)
![far](https://example.org/pixel.png) <svg onload=alert(1)></svg> <style>body{display:none}</style>""")
    png = base64.b64encode(b"\x89PNG\r\n\x1a\n" + bytes(20)).decode()
    cell(notebook, "discussion")["attachments"] = {"plot.png": {"image/png": png}}
    cell(notebook, "results")["outputs"] = [
        {"output_type": "stream", "name": "stdout", "text": "<script>alert(2)</script> epoch 500 loss : 0.2"},
        {"output_type": "display_data", "data": {"image/png": png, "text/html": "<script>alert(3)</script>"}},
        {"output_type": "display_data", "data": {"image/png": '"><script>alert(4)</script>'}}]
    return notebook


def with_odd_outputs(notebook):
    """Return a copy whose outputs and attachments aren't what they should be."""
    notebook = copy.deepcopy(notebook)
    odd = (5, ["text"], [{"output_type": "stream", "text": 5}], [{"data": [1]}], [{"data": {"image/png": 5}}])
    for one, outputs in zip((one for one in notebook["cells"] if one["cell_type"] == "code"), odd):
        one["outputs"] = outputs
    own = cell(notebook, "discussion")
    own |= {"attachments": {"plot.png": 5}, "source": "![one](attachment:plot.png) ![two](attachment:absent.png)"}
    return changed(notebook, "extra", "```python\nprint(5)\n```")


#: name: a function of the solution
HONEST = {
    "lists": lambda nb: changed(nb, "forward", LISTS),
    "noisy": lambda nb: changed(nb, "sigmoid", NOISY),
    "prints": lambda nb: changed(nb, "data", "+for _ in range(200):\n    print('x' * 1_000_000)"),
    "own-names": lambda nb: changed(nb, "setup", "+names = taken = sys = grading = run = handles = eval = exec = 5"),
    "stripped": stripped,
    "old": old,
    "doubled": doubled,
    "mended-below": mended_below,
    "experiment-below": lambda nb: changed(nb, "extra-code", "+def sigmoid(z):\n    return z\n\nforward = None"),
    "missing-import": lambda nb: changed(nb, "setup", "import absent_package\n" + cell(nb, "setup")["source"]),
    "magics": lambda nb: changed(nb, "sigmoid", "%%time\n%matplotlib inline\n!ls\nnp.exp?\n"
                                 + cell(nb, "sigmoid")["source"]),
    "percent": lambda nb: changed(nb, "sigmoid", "+print('%s'\n      % np.pi)"),
    "exits": lambda nb: changed(nb, "data", "+exit()"),
    "own-loop": lambda nb: changed(nb, "train", OWN_LOOP.replace("SEED", "setting.seed")),
    "own-loop-other-seed": lambda nb: changed(nb, "train", OWN_LOOP.replace("SEED", "3")),
    "batches": lambda nb: changed(nb, "train", BATCHES),
    "single": lambda nb: changed(nb, "train", SINGLE),
    "pictures": with_pictures,
    "odd-outputs": with_odd_outputs,
}
#: how a notebook's bytes may look otherwise
BYTES = {
    "bom": lambda text: b"\xef\xbb\xbf" + text.encode(),
    "crlf": lambda text: json.dumps(json.loads(text.replace(r"\n", r"\r\n")), indent=1).replace("\n", "\r\n").encode(),
}

#: what a hostile notebook has in front of its functions
FOREVER = """
while True:
    try:
        while True:
            pass
    except BaseException:
        pass
"""
#: in a function it costs the function's points alone
ENDLESS = f"def momentum(lr, beta=0.9):\n    {FOREVER.strip().replace(chr(10), chr(10) + '    ')}\n"
GREEDY = "held = bytearray(4_000_000_000)\n"
FORKING = """
import os, time
for _ in range(200):
    try:
        if os.fork() == 0:
            time.sleep(1000)
            os._exit(0)
    except OSError:
        break
"""
#: it goes for everybody only where walls or another user keep it from the machine's own processes
KILLER = """
import os, signal
safe = os.getpid() == 1 or os.getuid() == 65534
for number in (os.getppid(), 0, -1, *range(1, 40_000)) if safe else [os.getppid()]:
    try:
        if number != os.getpid():
            os.kill(number, signal.SIGKILL)
    except OSError:
        pass
"""
