"""Write optimizers.json: where PyTorch's optimizers take θ, given the same gradients. Needs PyTorch; the tests don't.

    pip install torch==2.13.0
    python tests/references/make_optimizer_references.py
"""

import json
import pathlib

import numpy as np
import torch

STEPS, P = 50, 4

# labcore's class and arguments, PyTorch's class and arguments
SETTINGS = [
    ("SGD", {"lr": 0.1}, "SGD", {"lr": 0.1}),
    ("Momentum", {"lr": 0.1, "beta": 0.9}, "SGD", {"lr": 0.1, "momentum": 0.9}),
    ("Momentum", {"lr": 0.1, "beta": 0.8, "nesterov": True}, "SGD", {"lr": 0.1, "momentum": 0.8, "nesterov": True}),
    ("AdaGrad", {"lr": 0.1, "eps": 1e-3}, "Adagrad", {"lr": 0.1, "eps": 1e-3}),
    ("RMSProp", {"lr": 0.01, "beta": 0.9, "eps": 1e-3}, "RMSprop", {"lr": 0.01, "alpha": 0.9, "eps": 1e-3}),
    ("Adam", {}, "Adam", {}),
    ("Adam", {"lr": 0.1, "beta1": 0.8, "beta2": 0.99, "eps": 1e-3}, "Adam",
     {"lr": 0.1, "betas": (0.8, 0.99), "eps": 1e-3}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1}, "Adam", {"lr": 0.1, "weight_decay": 0.1}),
    ("Adam", {"lr": 0.1, "amsgrad": True}, "Adam", {"lr": 0.1, "amsgrad": True}),
    ("Adam", {"lr": 0.1, "weight_decay": 0.1, "maximize": True}, "Adam",
     {"lr": 0.1, "weight_decay": 0.1, "maximize": True}),
    ("AdamW", {}, "AdamW", {}),
    ("AdamW", {"lr": 0.1, "weight_decay": 0.1, "amsgrad": True}, "AdamW",
     {"lr": 0.1, "weight_decay": 0.1, "amsgrad": True}),
]


def trajectory(name, arguments, theta, gradients):
    """Return θ (STEPS, P) after each step."""
    parameter = torch.nn.Parameter(torch.tensor(theta, dtype=torch.float64))
    optimizer, path = getattr(torch.optim, name)([parameter], **arguments), []
    for gradient in gradients:
        parameter.grad = torch.tensor(gradient, dtype=torch.float64)
        optimizer.step()
        path.append(parameter.detach().tolist())
    return path


rng = np.random.default_rng(0)
# columns of very different size, and one whose size falls, which is where AMSGrad differs from Adam
sizes = np.array([1.0, 100.0, 0.01, 1.0]) * np.where(np.arange(P) == 3, 0.9 ** np.arange(STEPS)[:, None], 1)
theta, gradients = rng.standard_normal(P).tolist(), (sizes * rng.standard_normal((STEPS, P))).tolist()
cases = [{"optimizer": ours, "arguments": arguments, "path": trajectory(theirs, options, theta, gradients)}
         for ours, arguments, theirs, options in SETTINGS]
out = pathlib.Path(__file__).with_name("optimizers.json")
reference = {"pytorch": torch.__version__.split("+")[0], "theta": theta, "gradients": gradients, "cases": cases}
out.write_text(json.dumps(reference, separators=(",", ":")) + "\n")
