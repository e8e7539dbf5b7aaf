"""Checks of a reader's own functions: each returns a Verdict, which says what is right or which mistake was made.

    >>> from labcore import checks
    >>> checks.sigmoid(lambda z: 1 / (1 + 2.718281828459045 ** z), seed=3)
    Not yet (sigmoid). That is σ(−z): look at the sign in the exponent.
        input    z = [-0.5313,  0.9394]
        expected [0.3702, 0.719 ]
        got      [0.6298, 0.281 ]

A check calls the function on inputs that tell mistakes apart and never raises: an exception, None, NaN, a changed input
and a loop without end are answers too. The inputs are drawn anew each time; a wrong answer shows the seed that repeats
them. A function that calls labcore's own is refused.
"""

from .activations import activation, sigmoid, slope
from .answers import calls, choice, comparison, number
from .backward import backward, step
from .initial_weights import initial_weights
from .losses import accuracy, loss, loss_gradient
from .mistakes import Mistake
from .networks import forward
from .optimizers import optimizer
from .results import Verdict
from .training import training
