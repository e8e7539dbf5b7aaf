"""labcore: the small NumPy library of the book. Imports point one way, down this list of what is public."""

from . import initializers, plots
from .activations import Identity, LeakyReLU, ReLU, Sigmoid, Tanh, sigmoid
from .data import generate_circles, generate_linear, generate_spirals, generate_xor_easy
from .gradcheck import GradientCheck, central_difference, check_gradients
from .layers import Dense, Layer
from .losses import accuracy, binary_cross_entropy, sigmoid_cross_entropy, softmax_cross_entropy, squared_error
from .network import Network, classify, mlp
from .optimizers import SGD, AdaGrad, Adam, AdamW, Momentum, Optimizer, RMSProp
from .results import Sweep, wilson
from .sweeps import sweep
from .training import DivergenceWarning, Epoch, History, steps, train

__version__ = "0.1.0"
