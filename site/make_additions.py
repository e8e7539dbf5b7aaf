"""Write the three diffs of the page "How this book is made": an activation, an optimizer and a chapter are added.

    python site/make_additions.py

Each addition is kept here as the lines it adds and where they go. Their diffs against the project as it stands are put
into book/making.md, in the place of the diffs there. tests/test_making.py applies those and runs what proves them
right, and says so when they no longer fit: call this again then.
"""

import json
import pathlib
import re
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PAGE = ROOT / "book/making.md"
DIFF = re.compile(r"(?<=^```diff\n).*?(?=^```$)", re.DOTALL | re.MULTILINE)



def paragraph(text):
    """Return a paragraph as it stands in a notebook's cell, with the empty line behind it."""
    return f"    {json.dumps(text + chr(10), ensure_ascii=False)},\n    {json.dumps(chr(10))},\n"


SOFTPLUS = '''\
class Softplus(Layer):
    """Softplus: y = log(1 + exp(x)), a ReLU without a kink (Glorot et al., 2011). Its slope is σ(x).

    Examples
    --------
    >>> lab.Softplus().forward(np.array([[-1000.0, 0.0, 1000.0]])).round(5).tolist()
    [[0.0, 0.69315, 1000.0]]
    """

    def forward(self, x):
        return np.logaddexp(0, x)

    def backward(self, x, y, dy, needs_dx=True):
        return dy * sigmoid(x)


'''
ACTIVATION = [
    ("labcore/activations.py", "before", "class Identity(Layer):", SOFTPLUS),
    ("labcore/__init__.py", "replace", "from .activations import", ("Sigmoid, Tanh", "Sigmoid, Softplus, Tanh")),
    ("labcore/cli.py", "replace", '"leaky_relu": activations.LeakyReLU,',
     ('LeakyReLU, "identity"', 'LeakyReLU, "softplus": activations.Softplus,\n               "identity"')),
    ("tests/test_activations.py", "before", '    "Tanh": (lambda x:',
     '    "Softplus": (lambda x: max(x, 0.0) + np.log1p(np.exp(-abs(x))), exact_sigmoid),\n'),
    ("book/api.md", "after", ".. autoclass:: labcore.LeakyReLU", "\n.. autoclass:: labcore.Softplus\n"),
    ("book/10-activations.ipynb", "before", "LeakyReLU leaves a way back",
     paragraph("[`Softplus`](api.md#labcore.Softplus) is $\\log(1 + e^z)$, a ReLU without a kink, and its slope "
               "$\\sigma(z)$ is nowhere 0.")),
    ("README.md", "replace", "| `layers`, `activations` |", ("leaky ReLU, identity", "leaky ReLU, softplus, identity")),
]

SIGN_SGD = '''\
class SignSGD(Optimizer):
    """Sign descent: θ ← θ − lr sign(g), so that each number moves by lr, or by 0 (Bernstein et al., 2018, alg. 1).

    Parameters
    ----------
    lr : float or array_like, default 0.001
        Learning rate η, above 0.

    Raises
    ------
    TypeError, ValueError
        As `Optimizer` does.

    Examples
    --------
    >>> theta = np.array([1.0, 1.0, 1.0])
    >>> lab.SignSGD(lr=0.5).update(theta, np.array([10.0, 0.0, -0.1]))
    >>> theta.tolist()
    [0.5, 1.0, 1.5]
    """

    def __init__(self, lr=0.001):
        super().__init__(lr=lr)

    def rule(self, theta, g):
        theta -= self.lr * np.sign(g)


'''
BERNSTEIN = '''\
@inproceedings{bernstein2018,
  author = {Bernstein, Jeremy and Wang, Yu-Xiang and Azizzadenesheli, Kamyar and Anandkumar, Animashree},
  title = {signSGD: compressed optimisation for non-convex problems},
  booktitle = {International Conference on Machine Learning (ICML)},
  pages = {560--569},
  year = {2018},
  url = {https://proceedings.mlr.press/v80/bernstein18a.html},
}

'''
BERNSTEIN_ON_THE_PAGE = '''\
## Bernstein et al. (2018)

Jeremy Bernstein, Yu-Xiang Wang, Kamyar Azizzadenesheli and Animashree Anandkumar: \
[signSGD: compressed optimisation for non-convex problems](https://proceedings.mlr.press/v80/bernstein18a.html). \
International Conference on Machine Learning (ICML), 560–569.

Cited in [chapter 11](11-optimizers.ipynb) and `labcore.optimizers`.

'''
AS_ADAM = '''\
def test_the_sign_is_adam_without_memory():
    # PyTorch has no SignSGD: what Adam's references say of Adam holds of it
    gradients, forgetful = REFERENCE["gradients"], lab.Adam(lr=0.1, beta1=0, beta2=0, eps=1e-300)
    paths = [path_of(optimizer, REFERENCE["theta"], gradients) for optimizer in (lab.SignSGD(lr=0.1), forgetful)]
    np.testing.assert_allclose(*paths, rtol=0, atol=1e-11)


'''
OPTIMIZER = [
    ("labcore/optimizers.py", "before", "class Momentum(Optimizer):", SIGN_SGD),
    ("labcore/__init__.py", "replace", "from .optimizers import", ("RMSProp", "RMSProp, SignSGD")),
    ("labcore/cli.py", "replace", '"rmsprop": optimizers.RMSProp,',
     ('optimizers.AdamW}', 'optimizers.AdamW,\n              "sign_sgd": optimizers.SignSGD}')),
    ("tests/test_optimizers.py", "replace", "== {case[\"optimizer\"] for case in REFERENCE",
     ("    assert {optimizer.__name__ for optimizer in OPTIMIZERS} ==",
      "    own = {\"SignSGD\"}  # against Adam, below\n"
      "    assert {optimizer.__name__ for optimizer in OPTIMIZERS} - own ==")),
    ("tests/test_optimizers.py", "after", '    "SGD": (lab.SGD(lr=0.5), [',
     '    "SignSGD": (lab.SignSGD(lr=0.5), [1 - 0.5, 0.5 + 0.5]),\n'),
    ("tests/test_optimizers.py", "before", "def test_the_first_step_of_adam_is_lr", AS_ADAM),
    ("tests/test_optimizers.py", "after", '    "SGD": lambda k:', '    "SignSGD": lambda k: {"lr": k(0.1, 1, 0.3)},\n'),
    ("book/api.md", "after", ".. autoclass:: labcore.SGD", "\n.. autoclass:: labcore.SignSGD\n"),
    ("book/11-optimizers.ipynb", "before", r'"*AMSGrad* (',
     paragraph("[`SignSGD`](api.md#labcore.SignSGD) ([Bernstein et al., 2018](bibliography.md#bernstein-et-al-2018)) "
               "remembers nothing and looks at the sign of each gradient only: every weight moves by the rate.")),
    ("book/references.bib", "before", "@inproceedings{cohen2021,", BERNSTEIN),
    ("book/bibliography.md", "before", "## Cohen et al. (2021)", BERNSTEIN_ON_THE_PAGE),
    ("README.md", "replace", "| `optimizers` |", ("SGD, momentum", "SGD, sign descent, momentum")),
]

OPENING = """\
# {number}. Round the weights

A trained weight has 16 digits. How many of them does the network need?

- **You will** round all weights of 20 networks to fewer and fewer decimals, and see when they fail.
- **You need** [chapter 7](07-training.ipynb).
- **Time:** about {minutes} minutes."""
TRAINING = """\
import matplotlib.pyplot as plt
import numpy as np

import labcore as lab

plt.rcParams.update(lab.plots.STYLE)
x, y = lab.generate_xor_easy()
net = lab.mlp([2, 10, 10, 1], seed=range(20))
options = {"loss": lab.squared_error, "optimizer": lab.SGD(lr=1.0), "epochs": 5000}
history = lab.train(net, x, y, **options)
print(f"{np.sum(history.accuracy[-1] == 1)} of 20 networks are right on every point")"""
FORMULA = """\
## Keep a few decimals

With $d$ decimals, a parameter becomes the nearest multiple of $10^{{-d}}$:

$$
\\theta' = 10^{{-d}}\\,\\mathrm{{round}}(10^d\\,\\theta). \\tag{{{number}.1}}
$$

With $d = -1$ it is rounded to tens. One decimal is enough for every network, whole numbers for some, tens for none."""
ROUNDING = """\
decimals, right = [2, 1, 0, -1], []
for d in decimals:
    rounded = lab.Network(net.layers, net.theta.round(d))
    right.append(int((rounded.classify(x) == y).all(axis=(-2, -1)).sum()))
    print(f"d = {d:2d}: {right[-1]:2d} of 20 are right on every point")
assert right[:2] == [20, 20] and 5 <= right[2] <= 18 and right[3] == 0"""
DRAWING = """\
fig, ax = plt.subplots(figsize=(6.4, 2.6))
ax.plot(decimals, right, "o-", color=lab.plots.BLUE)
_ = ax.set(xlabel="decimals d", ylabel="right, of 20", xticks=decimals, ylim=(-1, 21))"""
SUMMARY = """\
## Summary

You can now

- say how exact the weights of a trained network need to be, and measure it;
- store them in fewer digits, and know what that costs."""
FIGURE = {
    "image": {"alt": "The number of right networks against the decimals kept: 20 of 20 with two and with one "
                     "decimal, about half with whole numbers, and none with tens."},
    "figure": {"caption": "Networks that are still right on every point of XOR after rounding, of 20."},
}


def markdown(text):
    return {"cell_type": "markdown", "metadata": {}, "source": text}


def code(source, *printed, tags=(), **metadata):
    metadata |= {"tags": list(tags)} if tags else {}
    return {"cell_type": "code", "metadata": metadata, "source": source, "outputs": list(printed)}


def stream(text):
    return {"name": "stdout", "output_type": "stream", "text": text}


def notebook(number, minutes=5):
    """Return the chapter as `make notebooks` stores it: cells in order, what they print, no picture."""
    cells = [
        markdown(OPENING.format(number=number, minutes=minutes)),
        code(TRAINING, stream(PRINTED[0])),
        markdown(FORMULA.format(number=number)),
        code(ROUNDING, stream(PRINTED[1]), tags=["claim"]),
        code(DRAWING, {"data": {"text/plain": "<Figure size 832x338 with 1 Axes>"}, "metadata": {},
                       "output_type": "display_data"}, tags=["hide-input"], mystnb=FIGURE),
        markdown(SUMMARY),
    ]
    runs = 0
    for k, cell in enumerate(cells, start=1):
        cell["id"] = f"cell-{k:02d}"
        runs += cell["cell_type"] == "code"
        if cell["cell_type"] == "code":
            cell["execution_count"] = runs
        for holder, name in [(cell, "source"), *((output, "text") for output in cell.get("outputs", ()))]:
            if name in holder:
                holder[name] = holder[name].splitlines(keepends=True)
        for output in cell.get("outputs", ()):
            if "data" in output:
                output["data"] = {kind: text.splitlines(keepends=True) for kind, text in output["data"].items()}
    metadata = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
                "language_info": {"name": "python"}}
    whole = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(whole, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


#: what the chapter's cells print; tests/test_making.py runs them
PRINTED = ("20 of 20 networks are right on every point\n",
           "d =  2: 20 of 20 are right on every point\n"
           "d =  1: 20 of 20 are right on every point\n"
           "d =  0: 12 of 20 are right on every point\n"
           "d = -1:  0 of 20 are right on every point\n")


def chapter():
    """Return the edits that add a chapter behind the last one."""
    last = max(path.stem for path in (ROOT / "book").glob("[0-9][0-9]-*.ipynb"))
    number = int(last[:2]) + 1
    name = f"{number}-rounding"
    listed = {file: re.findall(pattern, (ROOT / file).read_text(encoding="utf-8"), re.MULTILINE)
              for file, pattern in (("_toc.yml", r"^ +- file: book/\d\d-.+$"), ("book/intro.md", r"^\| \d+ \| \[.+$"))}
    entry, row = (lines[-1] for lines in listed.values())
    return [
        (f"book/{name}.ipynb", "new", "", notebook(number)),
        ("_toc.yml", "after", entry, f"{entry.split('book/')[0]}book/{name}\n"),
        ("book/intro.md", "after", row, f"| {number} | [Round the weights]({name}.ipynb) | 5 |\n"),
    ]


def edited(text, how, where, what, file):
    """Return a text with one edit made in the one line that has `where` in it, or is it."""
    lines = text.splitlines(keepends=True)
    found = [k for k, line in enumerate(lines) if line == where + "\n"]
    found = found or [k for k, line in enumerate(lines) if where in line]
    if len(found) != 1:
        raise SystemExit(f"{file}: {len(found)} lines with {where!r}, where one is needed: correct {__file__}")
    k = found[0]
    if how == "replace":
        if lines[k].count(what[0]) != 1:
            raise SystemExit(f"{file}: no {what[0]!r} in {lines[k]!r}: correct {__file__}")
        lines[k] = lines[k].replace(*what)
    else:
        lines.insert(k + (how == "after"), what)
    return "".join(lines)


def diff(edits):
    """Return the edits as one diff that `git apply` takes, with a line of context: the less, the longer it fits."""
    before, after = {}, {}
    for file, how, where, what in edits:
        if how == "new":
            after[file] = what
        else:
            before.setdefault(file, (ROOT / file).read_text(encoding="utf-8"))
            after[file] = edited(after.get(file, before[file]), how, where, what, file)
    with tempfile.TemporaryDirectory() as folder:
        for side, files in (("a", before), ("b", after)):
            for file, text in files.items():
                path = pathlib.Path(folder, side, file)
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(text, encoding="utf-8")
        made = subprocess.run(["git", "diff", "--no-index", "--no-prefix", "--no-color", "-U1", "a", "b"], cwd=folder,
                              capture_output=True, text=True, encoding="utf-8").stdout
    parts = re.split(r"^(?=diff --git )", re.sub(r"^index .*\n", "", made, flags=re.MULTILINE), flags=re.MULTILINE)[1:]
    parts = [re.sub("^diff --git b/", "diff --git a/", part) for part in parts]  # a new file has no a
    in_order = {part.splitlines()[0].rpartition(" b/")[2]: part for part in parts}
    return "".join(in_order[file] for file in after)


def diffs():
    return [diff(ACTIVATION), diff(OPTIMIZER), diff(chapter())]


def page(text, new):
    """Return the page with these diffs in the place of its own, in their order."""
    if len(DIFF.findall(text)) != len(new):
        raise SystemExit(f"{PAGE}: {len(new)} blocks ```diff are needed")
    parts = iter(new)
    return DIFF.sub(lambda _: next(parts), text)


if __name__ == "__main__":
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8"), diffs()), encoding="utf-8")
