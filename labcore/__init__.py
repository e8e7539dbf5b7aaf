"""labcore: the small NumPy library of the book. What stands behind its core is imported at its first use."""

import importlib

from . import initializers
from .activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh, sigmoid
from .data import generate_circles, generate_linear, generate_spirals, generate_xor_easy
from .gradcheck import GradientCheck, central_difference, check_gradients
from .layers import Dense, Layer
from .losses import (
    accuracy,
    binary_cross_entropy,
    classify,
    loss,
    sigmoid_cross_entropy,
    softmax_cross_entropy,
    squared_error,
)
from .network import Network, mlp
from .optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Optimizer, RMSProp
from .training import DivergenceWarning, Epoch, History, epochs, steps, train

__version__ = "0.1.0"

#: where a name comes from that is imported at its first use; a module's own name is the module
_LATER = {"assignment": "assignment", "checks": "checks", "experiments": "experiments",
          "sweep": "experiments.sweep", "Sweep": "experiments.statistics", "wilson": "experiments.statistics",
          "compare": "experiments.statistics", "Comparison": "experiments.statistics",
          "plots": "visual.plots", "explore": "visual.explorers", "playground": "visual.playground"}


def __getattr__(name):
    if name not in _LATER:
        raise AttributeError(f"module 'labcore' has no attribute {name!r}")
    module = importlib.import_module(f".{_LATER[name]}", __name__)
    return getattr(module, name, module)


def __dir__():
    return [*globals(), *_LATER]
