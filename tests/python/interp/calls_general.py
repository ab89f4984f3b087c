# Calls that fill in defaults or collect arguments, at sites that see one function, several functions and bound methods.
import sys


def two(a, b=2):
    return a, b


def three(a, b=2, *, c=3):
    return a, b, c


def rest(a, *args):
    return a, args


def named(a, **kw):
    return a, sorted(kw.items())


def none():
    return "none"


class C:
    def m(self, a, b=4):
        return type(self).__name__, a, b

    def v(self, *args):
        return args

    __call__ = m

    @classmethod
    def k(cls, a=5):
        return cls.__name__, a


def call(f, *args):
    try:
        return f(*args)
    except TypeError as error:
        return str(error)


def one_site(f):
    try:
        return f(1)
    except TypeError as error:
        return str(error)


def no_arguments(f):
    try:
        return f()
    except TypeError as error:
        return str(error)


def two_arguments(f):
    try:
        return f(1, 2)
    except TypeError as error:
        return str(error)


c = C()
bound = [c.m, c.v, C.k, c, c.__call__]
functions = [two, three, rest, named, none, len, str]
for site in (one_site, no_arguments, two_arguments):
    for callables in [[two], [three], [rest], [named], bound[:1], bound[1:2], bound, functions, bound + functions]:
        seen = []
        for _ in range(40):
            seen = [site(f) for f in callables]
        print(site.__name__, seen)

# Defaults change while a site is specialised.
for _ in range(40):
    two(1)
two.__defaults__ = None
print(call(two, 1))
two.__defaults__ = (8, 9)
print(call(two), call(two, 1), call(two, 1, 2))
two.__defaults__ = (7, 8, 9)
print(call(two), call(two, 1))
two.__code__ = none.__code__
print(call(two), call(two, 1))

# Defaults and collected arguments keep their references right.
marker = object()


def keeps(a=marker, *args):
    return args


before = sys.getrefcount(marker)
for i in range(1000):
    keeps()
    keeps(marker)
    keeps(marker, marker, marker)
print(sys.getrefcount(marker) - before)


def deep(n, acc=()):
    return acc if n == 0 else deep(n - 1)


print(deep(500))
try:
    deep(10**6)
except RecursionError as error:
    print(error)


def unpack(*args, **kw):
    return args, kw


print([call(unpack, *range(n)) for n in (0, 1, 7, 8, 9, 20)])
