import collections
import enum
import functools
import os.path
import sys
import types

print(functools.reduce(lambda a, b: a * b, range(1, 6)))


@functools.lru_cache(maxsize=None)
def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


print(fib(60), fib.cache_info().hits > 0, functools.partial(pow, 2)(10))


@functools.wraps(fib)
def wrapped():
    """Own."""


print(wrapped.__name__, wrapped.__doc__)
Point = collections.namedtuple("Point", "x y", defaults=[0])
p = Point(3)
print(p, p.x, p._replace(y=9), p == (3, 0), Point._fields)
print(collections.Counter("abracadabra").most_common(2), list(collections.OrderedDict(a=1, b=2)))
print(collections.ChainMap({"a": 1}, {"a": 2, "b": 3})["b"])


class Color(enum.Enum):
    RED = 1
    GREEN = enum.auto()


class Flags(enum.Flag):
    A = 1
    B = 2


print(Color.RED, repr(Color.GREEN), Color(2).name, list(Color), Flags.A | Flags.B)
try:
    Color(9)
except ValueError as e:
    print(e)
print(os.path.join("a", "b"), os.path.splitext("x.tar.gz"), os.path.basename(__file__))
print(types.SimpleNamespace(a=1), isinstance(fib, collections.abc.Callable), "os" in sys.modules)
try:
    import nowhere
except ModuleNotFoundError as e:
    print(e, e.name)
try:
    from os import nothing
except ImportError as e:
    print(str(e).split(" (")[0])
