"""Write labcore/pytorch.json: what PyTorch makes of chapter 7's network on XOR. Needs PyTorch; chapter 18 doesn't.

    pip install torch==2.13.0
    python tests/references/pytorch_trajectory.py

Stored are 15 digits of float64, 6 of float32, and every tenth of 1000 steps; `tests/test_pytorch.py` recomputes them.
"""

import json
import pathlib
import warnings

import numpy as np
import torch
from torch import nn

import labcore as lab

STORED = pathlib.Path(lab.__file__).with_name("pytorch.json")
STEPS, EVERY, MOMENTS, SEEDS = 1000, 10, (1, 100, 1000), range(20)
LOGITS, LABELS = [-800.0, -3.0, 0.0, 2.0, 800.0], [1.0, 0.0, 1.0, 1.0, 0.0]
SCORES, CLASSES = [[1.0, 2.0, -1.0], [0.0, 900.0, 3.0]], [1, 0]
X, Y = lab.generate_xor_easy()


def model_of(net, dtype=torch.float64):
    """Return PyTorch's network with the weights of a labcore network of sigmoids."""
    layers = []
    for dense in net.layers[::2]:
        linear = nn.Linear(dense.n_in, dense.n_out, dtype=dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(dense.W.mT))
            linear.bias.copy_(torch.from_numpy(dense.b[0]))
        layers += [linear, nn.Sigmoid()]
    return nn.Sequential(*layers)


def as_theta(arrays):
    """Return PyTorch's parameters, or arrays like them, as labcore's one vector of float64."""
    return np.concatenate([array.detach().numpy().T.ravel() for array in arrays]).astype(float)


def train(seed, optimizer, dtype=torch.float64, steps=STEPS, zero_grad=True, **options):
    """Return losses (steps + 1,), accuracies (steps + 1,), θ (steps + 1, P) and the optimizer after training."""
    model = model_of(lab.mlp([2, 10, 10, 1], seed=seed), dtype)
    optimizer, mean_squared = getattr(torch.optim, optimizer)(model.parameters(), **options), nn.MSELoss()
    x, y = (torch.tensor(array, dtype=dtype) for array in (X, Y))
    losses, accuracies, thetas = [], [], []
    for step in range(steps + 1):
        output = model(x)
        loss = mean_squared(output, y)
        losses.append(loss.item())
        accuracies.append(((output >= 0.5) == y).double().mean().item())
        thetas.append(as_theta(model.parameters()))
        if step < steps:
            if zero_grad:
                optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return np.array(losses), np.array(accuracies), np.array(thetas), optimizer


def start():
    """Return what PyTorch says before the first step: shapes, loss, gradient, and a gradient after going back twice."""
    model, x, y = model_of(lab.mlp([2, 10, 10, 1], seed=0)), torch.from_numpy(X), torch.from_numpy(Y)
    found = {"shapes": {name: list(p.shape) for name, p in model.named_parameters()}}
    gradients = []
    for _ in range(2):
        loss = nn.MSELoss()(model(x), y)
        loss.backward()
        gradients.append(as_theta(p.grad for p in model.parameters()))
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        spread = nn.MSELoss()(model(x), y[:, 0])
    assert len(caught) == 1, "PyTorch warns of a target of another size"
    return found | {"loss": digits(loss.item()), "grad": digits(gradients[0]),
                    "grad_of_last_bias": [digits(g[-1]) for g in gradients],
                    "loss_of_wrong_shape": digits(spread.item())}


def trajectory(optimizer, **options):
    """Return the losses and some of the θ along 1000 steps in float64, and what the optimizer keeps at their end."""
    losses, _, thetas, optimizer = train(0, optimizer, **options)
    kept = {}
    for state in optimizer.state_dict()["state"].values():
        for name, value in state.items():
            kept.setdefault(name, []).append(value)
    state = {name: digits(as_theta(values)) for name, values in kept.items() if name.startswith("exp_avg")}
    return {"loss": digits(losses[::EVERY]), "theta": {str(t): digits(thetas[t]) for t in MOMENTS}, "state": state}


def in_float32(optimizer, **options):
    """Return the losses in float32, and how far the θ are from those in float64, every tenth step."""
    double, single = train(0, optimizer, **options), train(0, optimizer, dtype=torch.float32, **options)
    apart = np.abs(double[2] - single[2]).max(-1)
    return {"loss": digits(single[0][::EVERY], 6), "apart": digits(apart[::EVERY], 3)}


def from_labcore(seed):
    """Return how far labcore's θ are from PyTorch's, at rate 1, every tenth step."""
    net, rule = lab.mlp([2, 10, 10, 1], seed=seed), lab.SGD(lr=1.0)
    settings = {"loss": lab.squared_error, "optimizer": rule, "epochs": STEPS}
    thetas = [net.theta.copy() for _ in lab.steps(net, X, Y, **settings)]
    return digits(np.abs(train(seed, "SGD", lr=1.0)[2] - thetas).max(-1)[::EVERY], 3)


def over_seeds(seeds):
    """Return, for each dtype, the last loss of each seed at rate 1 and its first epoch with 90 %."""
    found = {}
    for dtype, n in ((torch.float64, 15), (torch.float32, 6)):
        runs = [train(seed, "SGD", dtype, lr=1.0) for seed in seeds]
        found[str(dtype).removeprefix("torch.")] = {
            "loss": digits([losses[-1] for losses, *_ in runs], n),
            "epochs_to_90": [int((accuracies >= 0.9).argmax()) for _, accuracies, *_ in runs]}
    return found


def losses():
    """Return the losses on logits, and what becomes of the probabilities of the same logits."""
    z = torch.tensor(LOGITS, dtype=torch.float64, requires_grad=True)
    labels, scores = torch.tensor(LABELS, dtype=torch.float64), torch.tensor(SCORES, dtype=torch.float64)
    value = nn.BCEWithLogitsLoss()(z, labels)
    value.backward()
    probabilities = torch.sigmoid(z.detach())
    return {"logits": LOGITS, "labels": LABELS, "scores": SCORES, "classes": CLASSES,
            "BCEWithLogitsLoss": digits(value.item()), "gradient": digits(z.grad.numpy()),
            "BCELoss": digits(nn.BCELoss()(probabilities, labels).item()),
            "CrossEntropyLoss": digits(nn.CrossEntropyLoss()(scores, torch.tensor(CLASSES)).item())}


def convolution():
    """Return a small picture, a kernel, and what PyTorch's convolution makes of them: whole numbers."""
    picture = np.array([[int(c) for c in row] for row in
                        "00000000 01111110 00000110 00001100 00011000 00110000 00110000 00000000".split()])
    kernel = np.array([[1, 1, 1], [0, 0, 0], [-1, -1, -1]])
    made = nn.functional.conv2d(*(torch.from_numpy(a)[None, None].double() for a in (picture, kernel)))
    return {"picture": picture.tolist(), "kernel": kernel.tolist(), "conv2d": made[0, 0].int().tolist()}


def complaint():
    """Return what PyTorch says when float64 data meet its own float32."""
    try:
        nn.Linear(2, 10)(torch.from_numpy(X))
    except RuntimeError as error:
        return str(error)


def digits(values, n=15):
    """Return a number or the numbers of an array, rounded to n significant digits."""
    if np.ndim(values):
        return [digits(value, n) for value in values]
    return float(f"{values:.{n}g}")


def main():
    torch.set_num_threads(1)
    found = {
        "pytorch": torch.__version__.split("+")[0], "every": EVERY, "start": start(),
        "SGD": trajectory("SGD", lr=1.0), "Adam": trajectory("Adam", lr=0.01),
        "float32": in_float32("SGD", lr=1.0), "seeds": over_seeds(SEEDS),
        "from labcore": {str(seed): from_labcore(seed) for seed in (0, 1)},
        "without zero_grad": digits(train(0, "SGD", steps=50, zero_grad=False, lr=1.0)[0]),
        "losses": losses(), "convolution": convolution(), "dtype error": complaint(),
    }
    text = json.dumps(found, separators=(",", ":")).replace('],"', '],\n"').replace('},"', '},\n"')
    STORED.write_text(text + "\n", encoding="utf-8")
    print(f"wrote {STORED.name}: {len(text)} characters")


if __name__ == "__main__":
    main()
