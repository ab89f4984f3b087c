"""Cached properties."""
from propcache.api import cached_property, under_cached_property


class A:
    def __init__(self):
        self._cache = {}

    @under_cached_property
    def u(self):
        print("u")
        return 1

    @cached_property
    def c(self):
        print("c")
        return 2


a = A()
print(a.u, a.u, a.c, a.c, a._cache, a.__dict__["c"])
try:
    a.u = 3
except AttributeError as error:
    print(error)
