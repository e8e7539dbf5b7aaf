"""What the five reports conclude, each with a measurement that says for every seed whether it holds."""

from collections.abc import Callable
from dataclasses import dataclass

from . import measures


@dataclass(frozen=True)
class Claim:
    """A conclusion of a report, in our words.

    Parameters
    ----------
    report : str
        The report's letter, "A" to "E".
    text : str
        What it concludes.
    how : str
        What is compared, for each seed.
    measure : callable or None
        ``measure(seeds)`` → bool (seeds,); None for a matter of the machine.
    some : bool, default False
        It says "may": one seed is enough.

    Examples
    --------
    >>> from labcore.claims import CLAIMS
    >>> CLAIMS[1].text, CLAIMS[1].how
    ('rate 10 is unstable', 'XOR: the loss rises in 1 % or more of 2000 epochs')
    >>> len(CLAIMS)
    37
    """
    report: str
    text: str
    how: str
    measure: Callable | None
    some: bool = False

    @property
    def key(self):
        """The claim's name, which no other has: the report's letter and the text.

        Examples
        --------
        >>> from labcore.claims import CLAIMS
        >>> CLAIMS[1].key
        'A: rate 10 is unstable'
        """
        return f"{self.report}: {self.text}"


CLAIMS = [
    Claim("A", "rate 0.01 needs more epochs", "linear: epochs to 90 %, rate 0.01 against 0.3", measures.a_small_rate),
    Claim("A", "rate 10 is unstable", "XOR: the loss rises in 1 % or more of 2000 epochs", measures.a_large_rate),
    Claim("A", "hidden (3, 3) may predict badly", "XOR: below 90 % after 10 000 epochs", measures.a_narrow, some=True),
    Claim("A", "hidden (70, 70) falls fast at the start", "XOR: fall of the loss in 100 epochs, against 10-10",
          measures.a_wide),
    Claim("A", "hidden (1000, 1000) predicts nothing", "XOR: below 90 % after 100 epochs", measures.a_very_wide),
    Claim("A", "without activations it doesn't converge", "XOR, report A's loss: below 90 % after 5500 epochs",
          measures.a_no_activation),
    Claim("B", "smaller rates need more epochs", "linear: epochs to 95 % rise from rate 0.1 to 0.01 to 0.001",
          measures.b_small_rates),
    Claim("B", "more units reach the best accuracy earlier", "XOR: epochs to 100 % fall from width 2 to 10 to 100",
          measures.b_width),
    Claim("B", "more units start from a high loss", "XOR: first loss, width 100 against 10", measures.b_wide_start),
    Claim("B", "SGD's loss fluctuates, momentum's and AdaGrad's is stable",
          "XOR: share of 5000 epochs with a rise, SGD's the largest", measures.b_fluctuates),
    Claim("B", "momentum and AdaGrad are faster than SGD", "XOR: epochs to 100 %, both fewer", measures.b_faster),
    Claim("B", "LeakyReLU is worse than sigmoid at rate 0.1 (linear)", "loss after 10 000 epochs",
          measures.b_leaky("linear")),
    Claim("B", "LeakyReLU is worse than sigmoid at rate 0.1 (XOR)", "loss after 10 000 epochs",
          measures.b_leaky("XOR")),
    Claim("B", "tanh is better than sigmoid at rate 0.1 (linear)", "loss after 10 000 epochs",
          measures.b_tanh("linear")),
    Claim("B", "tanh is better than sigmoid at rate 0.1 (XOR)", "loss after 10 000 epochs", measures.b_tanh("XOR")),
    Claim("B", "linear is best near epoch 2000", "first epoch of the best accuracy, within a factor 2",
          measures.b_best("linear", 2000)),
    Claim("B", "XOR is best near epoch 16 000", "first epoch of the best accuracy, within a factor 2",
          measures.b_best("XOR", 16_000)),
    Claim("B", "2 units take 10.9 s, 100 units 25.7 s", "a matter of the machine", None),
    Claim("C", "XOR at rate 0.1 stays near loss 0.25 until about epoch 4000",
          "XOR: first epoch below 0.23, within a factor 2", measures.c_plateau),
    Claim("C", "the plateau comes from outputs near 0.5", "XOR, epoch 1000: mean square and mean size of the error",
          measures.c_plateau_is_half),
    Claim("C", "raising the rate to 1 cures it", "XOR: epochs to 100 %, at most a fifth of those at 0.1",
          measures.c_rate_1),
    Claim("C", "without activations XOR fails", "XOR: below 90 % after 10 000 epochs", measures.c_no_activation),
    Claim("D", "Adam is much better than SGD", "XOR: epochs to 100 %, at most a fifth", measures.d_adam),
    Claim("D", "LeakyReLU is a little better than ReLU", "XOR: epochs to 100 %, fewer", measures.d_leaky),
    Claim("D", "0.01 is a good rate, too large or too small is hard",
          "XOR: epochs to 100 %, fewer than at 1 and at 0.0001", measures.d_rates),
    Claim("D", "wider layers converge faster", "XOR: epochs to 100 %, width 16 against 4", measures.d_width),
    Claim("D", "SGD is flat at 0.69 until about epoch 4000", "XOR: first epoch below 0.66, within a factor 2",
          measures.d_flat),
    Claim("D", "200 to 1700 epochs per second", "a matter of the machine", None),
    Claim("E", "rate 0.1 swings up and down", "XOR: the loss rises in 1 % of 400 epochs, and more often than at 0.01",
          measures.e_swings),
    Claim("E", "rate 0.001 is very slow", "XOR: epochs to 90 %, at least five times those at 0.01", measures.e_slow),
    Claim("E", "rate 0.01 suits", "XOR: epochs to 100 %, fewer than at 0.1 and at 0.001", measures.e_suits),
    Claim("E", "more units converge faster", "XOR: epochs to 100 %, width 32 against 2", measures.e_width),
    Claim("E", "with activations it converges in under 10 epochs", "linear: epochs to 95 %", measures.e_under_10),
    Claim("E", "without, in 30 to 40", "linear: epochs to 95 %", measures.e_30_to_40),
    Claim("E", "without activations it is slower", "linear: epochs to 95 %", measures.e_slower_without),
    Claim("E", "SGD is the worst optimizer", "XOR: loss after 400 epochs at rate 0.01, the highest of four",
          measures.e_sgd_worst),
    Claim("E", "Adam is the best optimizer", "XOR: loss after 400 epochs at rate 0.01, the lowest of four",
          measures.e_adam_best),
]
