"""Module docstring."""
import os.path as p
from sys import *


def f(a, /, b=1, *c, d=2, **e):
    """doc"""
    x = (1, 2, "foo", "foo bar", 1000000, 3.5, b"abc", -7, 2j, ...)
    y = 1000000

    def g():
        return a, x, 1000000, 3.5, "foo bar", (1, 2), 12345678901234567890, -99999999999999999999999999, "\ud800\xe9"

    return g if y in {1, 2, 3} else x[1:2]


class C[T]:
    attr: int = 3

    async def m(self):
        try:
            async with self as s:
                yield [i async for i in s]
        finally:
            super().m()
