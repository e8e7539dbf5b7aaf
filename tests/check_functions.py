"""Functions as students write them, right and wrong, for test_checks_functions.py.

Most are lines of a program with one of them changed: (mistake, what stood there, what stands there now).
"""

import math

import numpy as np


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


def written(source, name, *changes):
    """Return the function `name` of a program, with some of its text replaced."""
    for old, new in changes:
        assert old in source, old
        source = source.replace(old, new)
    space = {"np": np, "math": math, "sigmoid": sigmoid}
    exec(source, space)
    return space[name]


FORWARD = """
def forward(x, params):
    W1, b1, W2, b2, W3, b3 = params
    z1 = x @ W1 + b1
    a1 = sigmoid(z1)
    z2 = a1 @ W2 + b2
    a2 = sigmoid(z2)
    z3 = a2 @ W3 + b3
    y_hat = sigmoid(z3)
    return [x, a1, a2, y_hat]
"""
LOOP = """
def forward(x, params):
    a, trace = x, [x]
    for i in range(len(params) // 2):
        W, b = params[2 * i], params[2 * i + 1]
        a = sigmoid(np.dot(a, W) + b)
        trace.append(a)
    return trace
"""
ALL = "[dW1, db1, dW2, db2, dW3, db3]"
BACKWARD = """
def backward(trace, y, params):
    x, a1, a2, y_hat = trace
    W1, b1, W2, b2, W3, b3 = params
    n = len(y)
    e3 = 2 * (y_hat - y) / n
    d3 = e3 * y_hat * (1 - y_hat)
    dW3 = a2.T @ d3
    db3 = d3.sum(axis=0, keepdims=True)
    e2 = d3 @ W3.T
    d2 = e2 * a2 * (1 - a2)
    dW2 = a1.T @ d2
    db2 = d2.sum(axis=0, keepdims=True)
    e1 = d2 @ W2.T
    d1 = e1 * a1 * (1 - a1)
    dW1 = x.T @ d1
    db1 = d1.sum(axis=0, keepdims=True)
    return [dW1, db1, dW2, db2, dW3, db3]
"""
MOVED = "[p - lr * g for p, g in zip(params, grads)]"
STEP = FORWARD + BACKWARD + """
def step(x, y, params, lr):
    grads = backward(forward(x, params), y, params)
    return [p - lr * g for p, g in zip(params, grads)]
"""
COLUMNS = """
def forward(x, params):
    trace = [x]
    for W, b in zip(params[::2], params[1::2]):
        trace.append(sigmoid(W @ trace[-1] + b))
    return trace

def backward(trace, y, params):
    m, grads = y.shape[1], []
    dA = 2 / m * (trace[-1] - y)
    for k in (2, 1, 0):
        dZ = dA * trace[k + 1] * (1 - trace[k + 1])
        grads = [dZ @ trace[k].T, dZ.sum(axis=1, keepdims=True)] + grads
        dA = params[2 * k].T @ dZ
    return grads

def step(x, y, params, lr):
    return [p - lr * g for p, g in zip(params, backward(forward(x, params), y, params))]
"""
BARE = """
def forward(x, weights):
    W1, W2, W3 = weights
    a1 = sigmoid(x @ W1)
    a2 = sigmoid(a1 @ W2)
    return [x, a1, a2, sigmoid(a2 @ W3)]

def backward(trace, y, weights):
    W1, W2, W3 = weights
    x, a1, a2, p = trace
    d3 = 2 * (p - y) / y.shape[0] * p * (1 - p)
    d2 = (d3 @ W3.T) * a2 * (1 - a2)
    d1 = (d2 @ W2.T) * a1 * (1 - a1)
    return [x.T @ d1, a1.T @ d2, a2.T @ d3]

def step(x, y, weights, lr):
    return [W - lr * dW for W, dW in zip(weights, backward(forward(x, weights), y, weights))]
"""
DIFFERENCES = FORWARD + """
def backward(trace, y, params):
    grads = [np.zeros_like(p) for p in params]
    for k, p in enumerate(params):
        for i in np.ndindex(p.shape):
            params = [q.copy() for q in params]
            params[k][i] += 1e-6
            up = np.mean((forward(trace[0], params)[-1] - y) ** 2)
            params[k][i] -= 2e-6
            grads[k][i] = (up - np.mean((forward(trace[0], params)[-1] - y) ** 2)) / 2e-6
            params[k][i] = p[i]
    return grads
"""
BY_NUMBERS = """
def backward(trace, y, params):
    grads = [np.zeros(p.shape) for p in params]
    for i in range(len(y)):
        delta = [2 * (p - t) / len(y) for p, t in zip(trace[-1][i], y[i])]
        for k in (2, 1, 0):
            delta = [d * a * (1 - a) for d, a in zip(delta, trace[k + 1][i])]
            for o in range(len(delta)):
                grads[2 * k + 1][0, o] += delta[o]
                for j in range(len(params[2 * k])):
                    grads[2 * k][j, o] += trace[k][i, j] * delta[o]
            delta = [sum(params[2 * k][j, o] * delta[o] for o in range(len(delta))) for j in range(len(params[2 * k]))]
    return grads
"""
SUMS = [(f"db{k} = d{k}.sum(axis=0, keepdims=True)", k) for k in (1, 2, 3)]


def all_sums(text):
    """Return the changes of all three lines of the biases' gradients."""
    return [(line, f"db{k} = " + text.replace("d?", f"d{k}")) for line, k in SUMS]


def all_slopes(text):
    return [(f"e{k} * {a} * (1 - {a})", f"e{k} * " + text.replace("a?", a))
            for k, a in ((3, "y_hat"), (2, "a2"), (1, "a1"))]


#: right programs: the check, what it remarks, the program and what is changed
PROGRAMS = [
    *[("forward", "depth", FORWARD, changes) for changes in (
        [],
        [("x @ W1", "np.dot(x, W1)"), ("a1 @ W2", "np.matmul(a1, W2)"), ("a2 @ W3", "a2.dot(W3)")],
        [("[x, a1, a2, y_hat]", "x, a1, a2, y_hat")],
        [("y_hat = sigmoid(z3)", "y_hat = 0.5 * (1 + np.tanh(0.5 * z3))")],
        [("x @ W1 + b1", "np.einsum('ij,jk->ik', x, W1) + b1[0]")],
        [("x @ W1 + b1", "x @ W1 + np.tile(b1, (len(x), 1))")],
    )],
    *[("forward", "", LOOP, changes) for changes in (
        [],
        [("for i in range(len(params) // 2):\n        W, b = params[2 * i], params[2 * i + 1]",
          "for W, b in zip(params[0::2], params[1::2]):")],
        [("np.dot(a, W) + b", "(W.T @ a.T).T + b"), ("return trace", "return tuple(trace)")],
        [("a = sigmoid(np.dot(a, W) + b)", "z = np.dot(a, W)\n        z += b\n        a = 1 / (1 + np.exp(-z))")],
    )],
    ("forward", "rounded", LOOP, [("np.dot(a, W) + b", "np.float32(a) @ np.float32(W) + np.float32(b)")]),
    *[("backward", "depth", BACKWARD, changes) for changes in (
        [],
        [("n = len(y)", "n = y.shape[0]"), ("2 * (y_hat - y) / n", "(2 / n) * (y_hat - y)")],
        [("2 * (y_hat - y) / n", "-2 * (y - y_hat) / y.size")],
        all_sums("np.sum(d?, axis=0)"),
        all_sums("d?.sum(0).reshape(1, -1)"),
        all_sums("np.ones((1, n)) @ d?"),
        all_slopes("(a? - a? ** 2)"),
        [("e2 = d3 @ W3.T", "e2 = np.dot(W3, d3.T).T"), ("a2.T @ d3", "np.transpose(a2).dot(d3)")],
        [("a1.T @ d2", "np.einsum('ni,no->io', a1, d2)"), ("d2 @ W2.T", "np.inner(d2, W2)")],
        [("e3 = 2 * (y_hat - y) / n", "e3 = y_hat.copy()\n    e3 -= y\n    e3 *= 2 / n")],
        [(ALL, "(dW1, db1, dW2, db2, dW3, db3)")],
        [(ALL, "np.array([dW1, db1, dW2, db2, dW3, db3, 0], dtype=object)[:6]")],
    )],
    ("backward", "depth", BY_NUMBERS, []),
    ("backward", "rounded", DIFFERENCES, []),
    ("backward", "rounded", BACKWARD, [("= trace", "= [np.float32(t) for t in trace]"), ("/ n", "/ np.float32(n)")]),
    ("step", "depth", STEP, []),
    ("step", "depth", STEP, [(MOVED, "[params[i] - lr * grads[i] for i in range(len(params))]")]),
    ("step", "depth", STEP, [("return " + MOVED, "params = [p.copy() for p in params]\n    for p, g in zip(params, "
                              "grads):\n        p -= lr * g\n    return params")]),
]
#: right ones by another convention
OTHERWISE = [
    ("backward", "dict", BACKWARD, [(ALL, "dict(dW1=dW1, db1=db1, dW2=dW2, db2=db2, dW3=dW3, db3=db3)")]),
    ("backward", "dict", BACKWARD, [(ALL, "dict(W3=dW3, W2=dW2, W1=dW1, b3=db3, b2=db2, b1=db1)")]),
    ("backward", "two-lists", BACKWARD, [(ALL, "[dW1, dW2, dW3], [db1, db2, db3]")]),
    ("forward", "without-x", FORWARD, [("[x, a1, a2, y_hat]", "[a1, a2, y_hat]")]),
    ("forward columns", "", COLUMNS, []),
    *[(f"{name} columns", "depth", COLUMNS, []) for name in ("backward", "step")],
    *[(f"{name} bare", "depth", BARE, []) for name in ("forward", "backward", "step")],
]
#: wrong ones
BROKEN = [
    *[(name, mistake, source, []) for name in ("forward", "backward", "step")
      for mistake, source in (("columns", COLUMNS), ("no-biases", BARE))],
    *[("forward", mistake, FORWARD, [change]) for mistake, *change in (
        ("last-layer", "y_hat = sigmoid(z3)", "y_hat = z3"),
        ("output-only", "return [x, a1, a2, y_hat]", "return y_hat"),
        ("pre-activation", "[x, a1, a2, y_hat]", "[x, z1, z2, z3]"),
        ("", "y_hat = sigmoid(z3)", "y_hat = np.exp(z3) / np.exp(z3).sum(axis=1, keepdims=True)"),
        ("product-order", "x @ W1", "W1 @ x"),
        ("raises", "x @ W1 + b1", "x @ W1 + bias"),
        ("unpack", "W1, b1, W2, b2, W3, b3 = params", "W1, b1, W2, b2 = params"),
        ("unwritten", "return [x, a1, a2, y_hat]", "pass"),
        ("changed-input", "z1 = x @ W1 + b1", "x *= 1.5\n    z1 = x @ W1 + b1"),
        ("one-number", "a1 = sigmoid(z1)", "a1 = 1 / (1 + math.exp(-z1))"),
    )],
    *[("forward", mistake, LOOP, changes) for mistake, changes in (
        ("no-bias", [(" + b)", ")")]),
        ("bias-sign", [(" + b)", " - b)")]),
        ("no-activation", [("sigmoid(np.dot(a, W) + b)", "np.dot(a, W) + b")]),
        ("twice", [("a = sigmoid(np.dot(a, W) + b)", "a = sigmoid(sigmoid(np.dot(a, W) + b))")]),
        ("sign-of-z", [("sigmoid(np.dot(a, W) + b)", "sigmoid(-(np.dot(a, W) + b))")]),
        ("", [("sigmoid(", "np.tanh(")]),
        ("", [("sigmoid(np.dot(a, W) + b)", "np.maximum(0, np.dot(a, W) + b)")]),
        ("hidden-layers", [("sigmoid(np.dot(a, W) + b)", "(sigmoid if i == 2 else np.array)(np.dot(a, W) + b)")]),
        ("transposed", [("np.dot(a, W)", "np.dot(a, W.T if W.shape[0] == W.shape[1] else W)")]),
    )],
    *[("backward", mistake, BACKWARD, [change]) for mistake, *change in (
        ("slope-left-out", "e3 * y_hat * (1 - y_hat)", "e3"),
        ("slope-left-out", "e2 * a2 * (1 - a2)", "e2"),
        ("slope-left-out", "e1 * a1 * (1 - a1)", "e1"),
        ("slope-twice", "e1 * a1 * (1 - a1)", "e1 * (a1 * (1 - a1)) ** 2"),
        ("slope-twice", "e3 * y_hat * (1 - y_hat)", "e3 * (y_hat * (1 - y_hat)) ** 2"),
        ("sign", "(y_hat - y)", "(y - y_hat)"),
        ("half", "2 * (y_hat - y) / n", "(y_hat - y) / n"),
        ("sum", "2 * (y_hat - y) / n", "2 * (y_hat - y)"),
        ("mean-twice", "2 * (y_hat - y) / n", "2 * (y_hat - y) / n ** 2"),
        ("half + sum", "2 * (y_hat - y) / n", "y_hat - y"),
        ("sign + half", "2 * (y_hat - y) / n", "(y - y_hat) / n"),
        ("sign + sum", "2 * (y_hat - y) / n", "2 * (y - y_hat)"),
        ("sign + half + sum", "2 * (y_hat - y) / n", "y - y_hat"),
        ("error-averaged", "2 * (y_hat - y) / n", "2 * np.mean(y_hat - y)"),
        ("absolute", "2 * (y_hat - y) / n", "2 * abs(y_hat - y) / n"),
        ("", "e2 = d3 @ W3.T", "e2 = 3 * d3 @ W3.T"),
        ("sum-in-part", "dW3 = a2.T @ d3", "dW3 = a2.T @ d3 * n"),
        ("mean-twice-in-part", "dW1 = x.T @ d1", "dW1 = x.T @ d1 / n"),
        ("own-output", "dW2 = a1.T @ d2", "dW2 = a2.T @ d2"),
        ("transposed", "dW3 = a2.T @ d3", "dW3 = d3.T @ a2"),
        ("product-order", "e2 = d3 @ W3.T", "e2 = W3.T @ d3"),
        ("reversed", ALL, "[dW3, db3, dW2, db2, dW1, db1]"),
        ("length", ALL, "[dW1, dW2, dW3]"),
        ("unpack", "x, a1, a2, y_hat = trace", "a1, a2, y_hat = trace"),
        ("unbound", "dW1 = x.T @ d1", "dW1 = x.T @ d1 + dW0\n    dW0 = 0"),
        ("product-order", "n = len(y)", "n = len(y)\n    y = y.ravel()"),
        ("changed-input", "e3 = 2 * (y_hat - y) / n", "y_hat -= y\n    e3 = 2 * y_hat / n"),
        ("power", "e3 * y_hat * (1 - y_hat)", "e3 * (y_hat - y_hat ^ 2)"),
    )],
    *[("backward", mistake, BACKWARD, changes) for mistake, changes in (
        ("cross-entropy", [("2 * (y_hat - y) / n", "(y_hat - y) / n"), ("e3 * y_hat * (1 - y_hat)", "e3")]),
        ("sum + cross-entropy", [("2 * (y_hat - y) / n", "y_hat - y"), ("e3 * y_hat * (1 - y_hat)", "e3")]),
        ("slope-left-out", [("e2 * a2 * (1 - a2)", "e2"), ("e1 * a1 * (1 - a1)", "e1")]),
        ("slope-left-out", all_slopes("1")),
        ("sign + slope-left-out", [("(y_hat - y)", "(y - y_hat)"), ("e2 * a2 * (1 - a2)", "e2")]),
        ("slope-twice", all_slopes("(a? * (1 - a?)) ** 2")),
        ("slope-of-input", all_slopes("sigmoid(a?) * (1 - sigmoid(a?))")),
        ("", all_slopes("(1 - a? ** 2)")),
        ("handed-down", [("e2 = d3 @ W3.T", "e2 = e3 @ W3.T"), ("e1 = d2 @ W2.T", "e1 = e2 @ W2.T")]),
        ("weights-from-error", [("a2.T @ d3", "a2.T @ e3"), ("a1.T @ d2", "a1.T @ e2"), ("x.T @ d1", "x.T @ e1")]),
        ("sum + weights-from-error", [("/ n", ""), ("a2.T @ d3", "a2.T @ e3"), ("a1.T @ d2", "a1.T @ e2"),
                                      ("x.T @ d1", "x.T @ e1")]),
        ("bias-both-axes", all_sums("np.sum(d?)")),
        ("bias-both-axes", all_sums("np.sum(d?, keepdims=True)")),
        ("bias-not-summed", all_sums("d?")),
        ("bias-axis", all_sums("d?.sum(axis=1, keepdims=True)")),
        ("bias-mean", all_sums("d?.mean(axis=0, keepdims=True)")),
        ("bias-sum", all_sums("d?.sum(axis=0, keepdims=True) * n")),
        ("bias-sign", all_sums("-d?.sum(axis=0, keepdims=True)")),
        ("bias-zero", all_sums("0 * d?.sum(axis=0, keepdims=True)")),
        ("transposed", [("d2 @ W2.T", "d2 @ (W2 if len(W2) == len(W2.T) else W2.T)")]),
        ("sum-in-part", [("dW3 = a2.T @ d3", "dW3 = a2.T @ d3 * n"), ("dW1 = x.T @ d1", "dW1 = x.T @ d1 * n")]),
    )],
    *[("step", mistake, STEP, [change]) for mistake, *change in (
        ("sign", "p - lr * g", "p + lr * g"),
        ("no-rate", "p - lr * g", "p - g"),
        ("gradients", MOVED, "grads"),
        ("unchanged", MOVED, "params"),
        ("half", "p - lr * g", "p - lr * g / 2"),
        ("sum", "2 * (y_hat - y) / n", "2 * (y_hat - y)"),
        ("sign + half", "2 * (y_hat - y) / n", "(y - y_hat) / n"),
        ("zero-in-part", "zip(params, grads)", "zip(params, [0, 0, 0, 0, *grads[4:]])"),
        ("slope-left-out", "e3 * y_hat * (1 - y_hat)", "e3"),
        ("changed-input", "    return " + MOVED,
         "    for p, g in zip(params, grads):\n        p -= lr * g\n    return params"),
        ("each-example", "grads = backward(forward(x, params), y, params)\n    return " + MOVED,
         "for i in range(len(x)):\n        grads = backward(forward(x[i:i + 1], params), y[i:i + 1], params)\n"
         "        params = [p - lr * g for p, g in zip(params, grads)]\n    return params"),
    )],
]


def copied(z):
    """A sigmoid that is written into a copy of its input."""
    out = z.copy()
    out[...] = 1 / (1 + np.exp(-z))
    return out


def by_branch(z):
    out = np.empty(z.shape)
    out[z >= 0] = 1 / (1 + np.exp(-z[z >= 0]))
    out[z < 0] = np.exp(z[z < 0]) / (1 + np.exp(z[z < 0]))
    return out


def masked(z):
    out = z.copy()
    out[out < 0] = 0
    return out


def masked_in_place(z):
    z[z < 0] = 0
    return z


def mean_in_a_loop(p, y):
    total = 0
    for i in range(len(y)):
        total += (p[i] - y[i]) ** 2
    return total / len(y)


def mean_of_one_number(p, y):
    return sum((p[i][0] - y[i][0]) ** 2 for i in range(len(y))) / len(y)


def softmax(z, axis=1):
    e = np.exp(z - z.max(axis=1, keepdims=True))
    return e / e.sum(axis=axis, keepdims=True)


def of_whole_array(z):
    e = np.exp(z - np.max(z))
    return e / e.sum(axis=1, keepdims=True)


def held(p, e=1e-12):
    return np.clip(p, e, 1 - e)


def cross_entropy(p, y, e=0.0, q=None):
    return -np.mean(y * np.log(p + e) + (1 - y) * np.log(1 - p + e))


RIGHT = [
    ("sigmoid", "overflow", lambda z: 1 / (1 + np.exp(-z))),
    ("sigmoid", "overflow", lambda z: 1.0 / (1.0 + np.e ** -z)),
    ("sigmoid", "overflow", lambda z: np.power(1 + np.exp(-z), -1)),
    ("sigmoid", "", lambda z: 1 / (1 + np.exp(-np.clip(z, -20, 20)))),
    ("sigmoid", "", lambda z: 1 / (1 + np.exp(-np.clip(z, -500, 500)))),
    ("sigmoid", "", lambda z: 0.5 + 0.5 * np.tanh(z / 2)),
    ("sigmoid", "overflow", copied),
    ("sigmoid", "numbers", by_branch),
    ("sigmoid", "overflow", lambda z: (1 / (1 + np.exp(-np.asarray(z, dtype=np.float32)))).astype(float)),
    ("sigmoid", "", np.vectorize(lambda v: 1 / (1 + math.exp(-v)) if v > -700 else 0.0)),
    ("sigmoid", "overflow", np.vectorize(lambda v: 1 / (1 + math.exp(-v)))),
    ("relu", "", lambda z: np.maximum(0, z)),
    ("relu", "", lambda z: np.where(z > 0, z, 0)),
    ("relu", "", lambda z: (z > 0) * z),
    ("relu", "", lambda z: (np.abs(z) + z) / 2),
    ("relu", "numbers", lambda z: (z > 0).astype(float) * z),
    ("relu", "numbers", masked),
    ("relu", "numbers", lambda z: np.array([max(0, v) for v in z.ravel()]).reshape(z.shape)),
    ("tanh", "", lambda z: np.tanh(z)),
    ("tanh", "", lambda z: 2 / (1 + np.exp(-2 * np.clip(z, -300, 300))) - 1),
    ("slope sigmoid", "", lambda a: a * (1 - a)),
    ("slope sigmoid", "", lambda a: a - a ** 2),
    ("slope sigmoid", "", lambda a: np.multiply(a, np.subtract(1, a))),
    ("slope relu", "", lambda a: (a > 0) * 1),
    ("slope relu", "numbers", lambda a: (a > 0).astype(int)),
    ("slope relu", "", lambda a: np.sign(a)),
    ("slope tanh", "", lambda a: 1 - a * a),
    ("loss mse", "", lambda p, y: np.mean((y - p) ** 2)),
    ("loss mse", "mean-over-rows", lambda p, y: np.sum((y - p) ** 2) / len(y)),
    ("loss mse", "mean-over-rows", lambda p, y: ((p - y) ** 2).sum() / y.shape[0]),
    ("loss mse", "", lambda p, y: np.square(np.subtract(p, y)).mean(axis=0).mean()),
    ("loss mse", "mean-over-rows", lambda p, y: float(np.linalg.norm(p - y) ** 2 / len(p))),
    ("loss mse", "mean-over-rows", mean_of_one_number),
    ("loss mse", "mean-over-rows", lambda p, y: ((p - y).T @ (p - y) / len(y)).item()),
    ("loss mse", "", lambda p, y: sum((p - y).ravel() ** 2) / p.size),
    ("loss bce", "outside", lambda p, y: cross_entropy(p, y, 1e-15)),
    ("loss bce", "outside", lambda p, y: cross_entropy(p, y, 1e-7)),
    ("loss bce", "outside", lambda p, y: cross_entropy(p, y, 1e-5)),
    ("loss bce", "", lambda p, y: cross_entropy(held(p), y)),
    ("loss bce", "", lambda p, y: cross_entropy(held(p, 1e-7), y)),
    ("loss bce", "mean-over-rows", lambda p, y: -float((y.T @ np.log(held(p)) + (1 - y).T @ np.log(1 - held(p)))[0, 0])
     / len(y)),
    ("loss bce", "", lambda p, y: -np.average(np.where(y == 1, np.log(held(p)), np.log(held(1 - p))))),
    ("loss bce", "mean-over-rows", lambda p, y: -sum(math.log(held(q if t else 1 - q))
                                                     for q, t in zip(p[:, 0], y[:, 0])) / len(y)),
    ("loss logits", "", lambda z, y: np.mean(np.maximum(z, 0) - z * y + np.log(1 + np.exp(-abs(z))))),
    ("loss logits", "clipped", lambda z, y: cross_entropy(held(1 / (1 + np.exp(-np.clip(z, -700, 700)))), y)),
    ("loss softmax", "clipped", lambda z, y: -np.sum(y * np.log(softmax(z) + 1e-15)) / len(y)),
    ("loss softmax", "", lambda z, y: -np.mean(np.sum(y * (z - z.max(1, keepdims=True) - np.log(np.exp(
        z - z.max(1, keepdims=True)).sum(1, keepdims=True))), axis=1))),
    ("gradient mse", "", lambda p, y: 2 * (p - y) / y.size),
    ("gradient mse", "mean-over-rows", lambda p, y: 2 / len(y) * (p - y)),
    ("gradient mse", "mean-over-rows", lambda p, y: -2 * (y - p) / p.shape[0]),
    ("gradient mse", "mean-over-rows", lambda p, y: np.array([[2 * (a[0] - b[0]) / len(y)] for a, b in zip(p, y)])),
    ("gradient bce", "mean-over-rows", lambda p, y: (p - y) / (p * (1 - p) + 1e-7) / len(y)),
    ("gradient bce", "", lambda p, y: (p - y) / (p * (1 - p) + 1e-5) / y.size),
    ("loss bce", "outside", lambda p, y: -np.mean(np.log(np.where(y == 1, p, 1 - p) + 1e-5))),
    ("gradient logits", "mean-over-rows", lambda z, y: (0.5 * (1 + np.tanh(z / 2)) - y) / len(y)),
    ("gradient softmax", "", lambda z, y: (softmax(z) - y) / len(y)),
    ("gradient softmax", "", lambda z, y: np.array([softmax(r[None])[0] - t for r, t in zip(z, y)]) / y.shape[0]),
    ("accuracy", "", lambda p, y: np.mean((p > 0.5) == y)),
    ("accuracy", "", lambda p, y: np.sum(np.round(p) == y) / len(y)),
    ("accuracy", "", lambda p, y: ((p >= 0.5).astype(int) == y.astype(int)).mean()),
    ("accuracy", "", lambda p, y: 1 - np.mean(abs((p > 0.5) - y))),
    ("accuracy", "", lambda p, y: sum(int(a > 0.5) == b for a, b in zip(p[:, 0], y[:, 0])) / y.shape[0]),
    ("accuracy", "", lambda p, y: np.mean(abs(p - y) < 0.5)),
]
WRONG = [
    ("sigmoid", "one-number", lambda z: 1 / (1 + math.exp(-z))),
    ("tanh", "", lambda z: np.nan_to_num(np.sinh(z) / np.cosh(z))),
    ("accuracy", "", lambda p, y: np.mean(p.astype(int) == y)),
    ("sigmoid", "one-number", lambda z: 1 / (1 + np.exp(-z)) if z >= 0 else np.exp(z) / (1 + np.exp(z))),
    ("sigmoid", "overflow", lambda z: np.exp(z) / (1 + np.exp(z))),
    ("sigmoid", "sign", lambda z: 1 / (1 + np.exp(z))),
    ("sigmoid", "brackets", lambda z: 1 / 1 + np.exp(-z)),
    ("sigmoid", "clipped", lambda z: 1 / (1 + np.exp(-np.clip(z, -5, 5)))),
    ("sigmoid", "", lambda z: 1 / (1 + np.exp(-3 * z))),
    ("sigmoid", "power", lambda z: 1 / (1 + np.e ^ -z)),
    ("sigmoid", "", np.vectorize(math.exp)),  # it overflows at 1000 as well, but is wrong at 1
    ("relu", "one-number", lambda z: max(0, z)),
    ("relu", "reduced", lambda z: np.max(z, 0)),
    ("relu", "sign", lambda z: np.minimum(z, 0)),
    ("relu", "sign", lambda z: -np.maximum(z, 0)),
    ("relu", "changed-input", masked_in_place),
    ("tanh", "sigmoid", lambda z: 0.5 + 0.5 * np.tanh(z / 2)),
    ("tanh", "overflow", lambda z: (np.exp(z) - np.exp(-z)) / (np.exp(z) + np.exp(-z))),
    ("slope sigmoid", "slope-of-input", lambda a: sigmoid(a) * (1 - sigmoid(a))),
    ("slope sigmoid", "sign", lambda a: a * (a - 1)),
    ("slope sigmoid", "tanh", lambda a: 1 - a ** 2),
    ("slope sigmoid", "half", lambda a: a * (1 - a) / 2),
    ("slope relu", "relu-ge", lambda a: np.where(a >= 0, 1, 0)),
    ("slope tanh", "sigmoid", lambda a: a * (1 - a)),
    ("loss mse", "not-reduced", lambda p, y: (p - y) ** 2),
    ("loss mse", "not-reduced", mean_in_a_loop),
    ("loss mse", "half", lambda p, y: 0.5 * np.mean((p - y) ** 2)),
    ("loss mse", "sum", lambda p, y: np.sum((p - y) ** 2)),
    ("loss mse", "half + sum", lambda p, y: np.sum((p - y) ** 2) / 2),
    ("loss mse", "absolute", lambda p, y: np.mean(abs(p - y))),
    ("loss mse", "sum + absolute", lambda p, y: np.sum(abs(p - y))),
    ("loss mse", "root", lambda p, y: np.sqrt(np.mean((p - y) ** 2))),
    ("loss mse", "square-of-mean", lambda p, y: np.mean(p - y) ** 2),
    ("loss mse", "power", lambda p, y: np.mean((p - y) ^ 2)),
    ("loss bce", "minus", lambda p, y: np.mean(-y * np.log(held(p)) + (1 - y) * np.log(1 - held(p)))),
    ("loss bce", "sign", lambda p, y: np.mean(y * np.log(held(p)) + (1 - y) * np.log(1 - held(p)))),
    ("loss bce", "sign + sum", lambda p, y: np.sum(y * np.log(held(p)) + (1 - y) * np.log(1 - held(p)))),
    ("loss bce", "not-reduced", lambda p, y: -(y * np.log(held(p)) + (1 - y) * np.log(1 - held(p)))),
    ("loss bce", "one-term", lambda p, y: -np.mean(y * np.log(held(p)))),
    ("loss bce", "sum + one-term", lambda p, y: -np.sum(y * np.log(held(p)))),
    ("loss bce", "exchanged", lambda p, y: cross_entropy(held(y), p)),
    ("loss bce", "exchanged", lambda p, y: cross_entropy(y, p, 1e-9)),
    ("loss bce", "base", lambda p, y: cross_entropy(held(p), y) / np.log(2)),
    ("loss bce", "eps", lambda p, y: cross_entropy(p, y, 1e-3)),
    ("loss bce", "log-of-0", lambda p, y: cross_entropy(p, y)),
    ("loss logits", "no-sigmoid", lambda z, y: cross_entropy(held(z), y)),
    ("loss logits", "overflow", lambda z, y: cross_entropy(sigmoid(z), y)),
    ("loss softmax", "axis", lambda z, y: -np.sum(y * np.log(np.exp(z) / np.exp(z).sum(axis=0))) / len(y)),
    ("loss softmax", "axis", lambda z, y: -np.sum(y * np.log(np.exp(z) / np.exp(z).sum())) / len(y)),
    ("loss softmax", "max-of-all", lambda z, y: -np.sum(y * np.log(of_whole_array(z) + 1e-300)) / len(y)),
    ("loss softmax", "", lambda z, y: -np.mean(y * np.log(softmax(z) + 1e-15))),
    ("gradient mse", "sign", lambda p, y: 2 * (y - p) / len(y)),
    ("gradient mse", "half", lambda p, y: (p - y) / len(y)),
    ("gradient mse", "half + sum", lambda p, y: p - y),
    ("gradient mse", "sign + half + sum", lambda p, y: y - p),
    ("gradient mse", "sum", lambda p, y: 2 * (p - y)),
    ("gradient mse", "mean-twice", lambda p, y: 2 * (p - y) / len(y) ** 2),
    ("gradient mse", "error-averaged", lambda p, y: np.full(p.shape, 2 * np.mean(p - y))),
    ("gradient mse", "reduced", lambda p, y: 2 * np.mean(p - y)),
    ("gradient bce", "plus", lambda p, y: (-y / p - (1 - y) / (1 - p)) / len(y)),
    ("gradient bce", "sign + plus", lambda p, y: (y / p + (1 - y) / (1 - p)) / len(y)),
    ("gradient bce", "logit", lambda p, y: (p - y) / len(y)),
    ("gradient bce", "sum + logit", lambda p, y: p - y),
    ("gradient bce", "one-term", lambda p, y: -(y / p) / len(y)),
    ("gradient bce", "eps", lambda p, y: (p - y) / (p * (1 - p) + 1e-2) / len(y)),
    ("gradient bce", "divides-by-0", lambda p, y: (p - y) / (p * (1 - p)) / len(y)),
    ("gradient logits", "no-sigmoid", lambda z, y: (z - y) / len(y)),
    ("gradient logits", "slope-twice", lambda z, y: (sigmoid(z) - y) * sigmoid(z) * (1 - sigmoid(z)) / len(y)),
    ("gradient softmax", "diagonal", lambda z, y: -y * (1 - softmax(z)) / len(y)),
    ("gradient softmax", "diagonal", lambda z, y: (softmax(z) - y) * softmax(z) * (1 - softmax(z)) / len(y)),
    ("gradient softmax", "axis", lambda z, y: (np.exp(z) / np.exp(z).sum(axis=0) - y) / len(y)),
    ("gradient softmax", "axis", lambda z, y: (np.exp(z) / np.exp(z).sum() - y) / len(y)),
    ("gradient softmax", "max-of-all", lambda z, y: (of_whole_array(z) - y) / len(y)),
    ("gradient softmax", "", lambda z, y: (softmax(z) - y) / y.size),
    ("accuracy", "threshold", lambda p, y: np.mean(abs(p - y) <= 0.1)),
    ("accuracy", "threshold", lambda p, y: np.mean((p > (p.max() + p.min()) / 2) == y)),
    ("accuracy", "threshold", lambda p, y: np.mean((p > p.mean()) == y)),
    ("accuracy", "threshold", lambda p, y: np.mean((p > 0.6) == y)),
    ("accuracy", "no-threshold", lambda p, y: np.mean(p == y)),
    ("accuracy", "truncated", lambda p, y: np.all((p > 0.5) == y)),
    ("accuracy", "truncated", lambda p, y: np.sum((p > 0.5) == y) // len(y)),
    ("accuracy", "count", lambda p, y: np.sum((p > 0.5) == y)),
    ("accuracy", "agreement", lambda p, y: 1 - np.mean(abs(p - y))),
    ("accuracy", "spread", lambda p, y: np.mean((p > 0.5) == y.ravel())),
    ("accuracy", "not-reduced", lambda p, y: (p > 0.5) == y),
    ("accuracy", "one-number", lambda p, y: np.mean((1 if p > 0.5 else 0) == y)),
]
