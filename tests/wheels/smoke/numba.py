"""Compiled loops, vectorised functions, typed containers, errors."""
import numpy as np
from numba import njit, prange, vectorize
from numba.typed import Dict, List
from numba import types


@njit
def total(a):
    s = 0.0
    for i in range(a.shape[0]):
        for j in range(a.shape[1]):
            if a[i, j] > 0.5:
                s += a[i, j] ** 2
    return s


@vectorize(["float64(float64, float64)"])
def both(x, y):
    return x * y + 1


@njit(parallel=True)
def parallel(n):
    s = 0
    for i in prange(n):
        s += i
    return s


@njit
def strings(words):
    d = Dict.empty(types.unicode_type, types.int64)
    for w in words:
        d[w] = d.get(w, 0) + 1
    return d


@njit
def raises(x):
    if x < 0:
        raise ValueError("negative")
    return x, [x * i for i in range(3)]


print(total(np.linspace(0, 1, 12).reshape(3, 4)), both(np.arange(3.0), 2.0), parallel(1000), raises(2))
print(dict(strings(List(["a", "b", "a"]))))
try:
    raises(-1)
except ValueError as error:
    print(error)
