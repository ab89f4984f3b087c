"""Calls that run often enough to be specialised, of callables that change under them."""

import functools


def function(a, b=2, *, c=3):
    return a, b, c


class Callable:
    def method(self, x, y=1):
        return x, y

    def __call__(self, *, z):
        return z


def each_kind():
    found = []
    for _ in range(5):
        found.append((function(1, b=5), int("11", base=2), sorted([2, 1], reverse=True), Callable().method(1, y=2), Callable()(z=1)))
        found.append((print.__call__(end=""), function(*(1, 2), c=4), dict(a=1), max([3, 4], key=lambda x: -x)))
    return found


def keywords(f):
    out = []
    for _ in range(4):
        try:
            out.append(f(1, b=2))
        except TypeError as error:
            out.append(str(error))
    return out


def plainly(f):
    out = []
    for _ in range(4):
        try:
            out.append(str(f()))
        except Exception as error:
            out.append(str(error))
    return out


def many(f):
    for _ in range(4):
        result = f(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, x=1)
    return result


print(each_kind())
bound = Callable().method
for f in function, lambda a, b: a + b, function, dict, bound, print, functools.partial(function, c=9), function:
    print(keywords(f))
for f in list, set, functools.partial(function, 1), Callable.method, bound, 5, type, lambda: 3, [].copy, "text".upper, "a b".split, function:
    print(plainly(f))
print(many(lambda *args, **kwargs: (args, kwargs)), many(lambda *args, x: len(args) + x))


def raising(*args, **kwargs):
    raise KeyError(len(args), *kwargs)


for f in raising, "text".join, object.__init__, raising:
    try:
        print(many(f))
    except (KeyError, TypeError) as error:
        print(type(error).__name__, error)
