"""What is handed in by mistake: foreign objects, and good values with something wrong, each made anew."""

import datetime
import decimal
import fractions
import itertools
import math

import numpy as np

import labcore as lab


class Hostile(Exception):
    """What the objects below raise; none of labcore's functions may let it through."""


def _hostile(*names):
    """An object whose special methods of these names raise."""
    def refuse(self, *args, **kwargs):
        raise Hostile("a foreign object's own trouble")

    return type("Foreign", (), {name: refuse for name in names})()


class Frame:
    """Like a data frame of another library: it has a shape and a length, and converts itself."""
    shape, ndim, columns = (3, 2), 2, ("a", "b")

    def __len__(self):
        return 3

    def __array__(self, dtype=None, copy=None):
        return np.array([["a", 1], ["b", 2], ["c", 3]], dtype=object)


class Callback(Exception):
    """What the function below raises: its caller's own error, which may pass through."""


def raising(*args, **kwargs):
    raise Callback("the function that was handed in failed")


def _recursive():
    value = []
    value.append(value)
    return value


#: wrong kinds: a name, and a function that makes one
FOREIGN = {
    "None": lambda: None, "text": lambda: "text", "empty text": lambda: "", "a digit": lambda: "3",
    "long text": lambda: "x" * 5000, "two lines": lambda: "a\nb", "bytes": lambda: b"\x00\xff",
    "dict": lambda: {"a": 1},
    "empty dict": dict, "set": lambda: {1, 2}, "object": object, "generator": lambda: (i for i in range(3)),
    "count": itertools.count, "class": lambda: type("Empty", (), {}),
    "function": lambda: (lambda *a, **k: None), "module": lambda: math,
    "raising function": lambda: raising, "True": lambda: True, "False": lambda: False, "complex": lambda: 1 + 2j,
    "Decimal": lambda: decimal.Decimal("0.5"), "Fraction": lambda: fractions.Fraction(1, 2), "ellipsis": lambda: ...,
    "NotImplemented": lambda: NotImplemented, "slice": lambda: slice(2), "range": lambda: range(3),
    "empty list": list, "empty tuple": tuple, "list": lambda: [1, 2, 3], "ragged": lambda: [[1, 2], [3]],
    "list of None": lambda: [None], "list of text": lambda: ["a", "b"], "list of lists of text": lambda: [["a"], ["b"]],
    "recursive list": _recursive, "date": lambda: datetime.date(2020, 1, 1), "exception": lambda: ValueError("x"),
    "float16": lambda: np.float16(0.5), "longdouble": lambda: np.longdouble(0.5), "int8": lambda: np.int8(-3),
    "uint64": lambda: np.uint64(2**63 + 1), "bool_": lambda: np.True_, "complex64": lambda: np.complex64(1j),
    "datetime64": lambda: np.datetime64("2020-01-01"), "timedelta64": lambda: np.timedelta64(3, "s"),
    "NaT array": lambda: np.array(["NaT"], dtype="datetime64[s]"), "str_": lambda: np.str_("a"),
    "object array": lambda: np.array([None, "a"], dtype=object), "0-d object array": lambda: np.array(None),
    "structured": lambda: np.zeros(2, dtype=[("a", float), ("b", int)]), "masked": lambda: np.ma.masked,
    "masked array": lambda: np.ma.array([[1.0, 2.0]], mask=[[True, False]]), "0-d": lambda: np.array(0.5),
    "matrix": lambda: np.asmatrix(np.eye(2)), "memoryview": lambda: memoryview(b"abcd"),  # np.matrix itself warns
    "empty array": lambda: np.empty((0, 2)), "(0,)": lambda: np.empty(0), "(n,)": lambda: np.arange(3.0),
    "5 axes": lambda: np.zeros((1, 1, 1, 1, 1)), "int array": lambda: np.arange(6).reshape(3, 2), "frame": Frame,
    "hostile array": lambda: _hostile("__array__"), "hostile len": lambda: _hostile("__len__", "__bool__"),
    "hostile iter": lambda: _hostile("__iter__", "__len__", "__getitem__"),
    "hostile float": lambda: _hostile("__float__", "__int__", "__index__", "__complex__"),
    "hostile eq": lambda: _hostile("__eq__", "__ne__", "__lt__", "__gt__", "__le__", "__ge__"),
    "hostile repr": lambda: _hostile("__repr__", "__str__", "__format__"),
    "hostile arithmetic": lambda: _hostile("__add__", "__radd__", "__mul__", "__rmul__", "__matmul__", "__rmatmul__",
                                           "__neg__", "__sub__", "__rsub__", "__array_ufunc__"),
    "hostile attributes": lambda: _hostile("__getattr__"), "hostile": lambda: _hostile(
        "__array__", "__len__", "__bool__", "__iter__", "__getitem__", "__float__", "__int__", "__index__", "__eq__",
        "__repr__", "__str__", "__format__", "__getattr__", "__add__", "__mul__", "__neg__", "__hash__"),
    "Network": lambda: lab.mlp([2, 3, 1]), "ensemble": lambda: lab.mlp([2, 3, 1], seed=[0, 1]), "SGD": lambda: lab.SGD,
    "an SGD": lambda: lab.SGD(0.1), "Sigmoid": lambda: lab.Sigmoid, "Layer": lambda: lab.Layer(), "Dense": lambda:
    lab.Dense, "three inputs": lambda: lab.mlp([3, 1]), "two outputs": lambda: lab.mlp([2, 3, 2]),
    "a loss": lambda: lab.softmax_cross_entropy, "History": lambda: lab.History(np.zeros(2), np.zeros(2), "2 epochs"),
}
NUMBERS = {
    "-1": lambda: -1, "0": lambda: 0, "-0.0": lambda: -0.0, "1.0": lambda: 1.0, "2.5": lambda: 2.5,
    "-1e-9": lambda: -1e-9,
    "subnormal": lambda: 5e-324, "1e308": lambda: 1e308, "-1e308": lambda: -1e308, "nan": lambda: np.nan,
    "inf": lambda: np.inf, "-inf": lambda: -np.inf, "1": lambda: 1, "2": lambda: 2, "-10**30": lambda: -10**30,
    "nan32": lambda: np.float32("nan"), "0-d nan": lambda: np.array(np.nan), "two": lambda: [0.1, 0.2],
    "two of nan": lambda: np.array([0.1, np.nan]), "4.0": lambda: np.float64(4.0), "int64": lambda: np.int64(-2),
}
#: sizes for which no machine has the memory or the time; they must be refused before either is taken
HUGE = {f"10**{k}": (lambda k=k: 10**k) for k in (10, 12, 15, 18, 19, 30, 400, 5000)} | {"2**63": lambda: 2**63}


def _entry(number):
    def change(array, rng):
        array = np.array(array, dtype=float)
        array.flat[rng.randrange(array.size)] = number
        return array
    return change


def _strided(array, rng):
    wide = np.zeros((*array.shape[:-1], 2 * array.shape[-1]), array.dtype)
    wide[..., ::2] = array
    return wide[..., ::2]


def _read_only(array, rng):
    array = np.array(array)
    array.flags.writeable = False
    return array


#: what may be wrong, or only unusual, with an array
OF_ARRAYS = {
    "nan in it": _entry(np.nan), "inf in it": _entry(np.inf), "-inf in it": _entry(-np.inf),
    "1e308 in it": _entry(1e308), "subnormal in it": _entry(5e-324), "0.3 in it": _entry(0.3), "-1 in it": _entry(-1.0),
    "transposed": lambda a, rng: a.T, "one axis more": lambda a, rng: a[None], "an axis at the end": lambda a, rng:
    a[..., None], "one axis fewer": lambda a, rng: a[0], "flat": lambda a, rng: a.ravel(), "a row fewer": lambda a, rng:
    a[:-1], "a row more": lambda a, rng: np.concatenate([a, a[:1]]), "a column more": lambda a, rng:
    np.concatenate([a, a[..., :1]], axis=-1), "no rows": lambda a, rng: a[:0], "no columns": lambda a, rng: a[..., :0],
    "three of it": lambda a, rng: np.stack([a] * 3), "Fortran order": lambda a, rng: np.asfortranarray(a),
    "strided": _strided, "read-only": _read_only, "backwards": lambda a, rng: a[::-1],
    "list": lambda a, rng: a.tolist(),
    "ragged": lambda a, rng: [*a.tolist(), [1.0, 2.0, 3.0, 4.0]], "float32": lambda a, rng: a.astype(np.float32),
    "big-endian": lambda a, rng: a.astype(">f8"), "int8": lambda a, rng: a.astype(np.int8), "bool": lambda a, rng:
    a.astype(bool), "complex": lambda a, rng: a + 0j, "object": lambda a, rng: a.astype(object), "text": lambda a, rng:
    a.astype(str), "one number": lambda a, rng: a.flat[0], "matrix": lambda a, rng: np.asmatrix(a.reshape(len(a), -1)),
    "masked": lambda a, rng: np.ma.masked_invalid(a), "datetime": lambda a, rng: a.astype("datetime64[s]"),
    "virtual": lambda a, rng: np.broadcast_to(a[(slice(0, 1),) * a.ndim], (10**7,) * a.ndim),
}
#: what is tried more often than the rest: it is what gives warnings, or more than a machine has
OFTEN = {"own: nan in it", "own: inf in it", "own: -inf in it", "own: 1e308 in it", "nan", "inf", "1e308", "10**12"}
OF_TEXT = {"upper": lambda s, rng: s.upper(), "space": lambda s, rng: s + " ", "bytes": lambda s, rng: s.encode(),
           "twice": lambda s, rng: s + s, "null": lambda s, rng: s + "\0", "list": lambda s, rng: [s], "surrogate":
           lambda s, rng: s + "\ud800"}


def _place(value, rng, new):
    value = list(value)
    value[rng.randrange(len(value))] = new
    return value


def _foreign(rng):
    pool = FOREIGN | NUMBERS
    return pool[rng.choice(list(pool))]()


OF_LISTS = {"a foreign item": lambda v, rng: _place(v, rng, _foreign(rng)), "reversed": lambda v, rng: list(v)[::-1],
            "twice": lambda v, rng: list(v) * 2, "one fewer": lambda v, rng: list(v)[:-1], "one more": lambda v, rng:
            [*v, _foreign(rng)], "a huge item": lambda v, rng: _place(v, rng, 10**12), "a negative item": lambda v, rng:
            _place(v, rng, -1), "as a generator": lambda v, rng: (item for item in v), "nan": lambda v, rng:
            _place(v, rng, np.nan)}
OF_DICTS = {"a foreign value": lambda v, rng: v | {rng.choice(list(v)): _foreign(rng)}, "another key": lambda v, rng:
            v | {"other": 1}, "a number as key": lambda v, rng: v | {3: 1}, "its keys": lambda v, rng: list(v)}


def mutations(value, huge=True):
    """Return {name: function of the random state} that make bad values in the place of a good one."""
    found = {name: lambda rng, make=make: make() for name, make in (FOREIGN | NUMBERS | (HUGE if huge else {})).items()}
    near = (OF_ARRAYS if isinstance(value, np.ndarray) and value.size and value.ndim else
            OF_TEXT if isinstance(value, str) else OF_DICTS if isinstance(value, dict) and value else
            OF_LISTS if isinstance(value, (list, tuple)) and value else {})
    near = {f"own: {name}": lambda rng, change=change: change(value, rng) for name, change in near.items()}
    return found, near
