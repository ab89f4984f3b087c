"""Functions that parse their keyword arguments on their own, and classes whose subclasses may take more of them."""
import itertools


def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for function in min, max:
    print(attempt(function), attempt(function, key=None), attempt(function, 1, kee=2), attempt(function, 1, 2, default=3))
    print(attempt(function, 0, default=1, key=2, foo=3), attempt(function, [], default=5), attempt(function, "ab", key=ord))
    print(attempt(function, 3, 4, key=lambda n: -n), attempt(function, [], key=None), attempt(function, [1, 2], default=3))
print(attempt(itertools.product, 0, repeat=1, foo=2), attempt(itertools.product, "ab", rep=2))
print(attempt(itertools.product, "ab", repeat="x"), attempt(itertools.product, "ab", repeat=1 << 70))
print(list(itertools.product("ab", repeat=2)), list(itertools.product(repeat=0)), list(itertools.product("ab", [1])))

for base, args in (filter, (None, [0, 1])), (itertools.islice, ([1, 2], 1)):

    class Same(base):
        pass

    class More(base):
        def __init__(self, *args, extra=None):
            self.extra = extra

    class New(base):
        def __new__(cls, *args, extra=None):
            return super().__new__(cls, *args)

    print(attempt(base, *args, extra=1), "|", attempt(Same, *args, extra=1))
    print(list(More(*args, extra=1)), More(*args, extra=2).extra, list(New(*args, extra=3)))

def function(**kwargs):
    return kwargs


print(attempt(lambda: function(**{1: 2})), "|", attempt(lambda: function(**{1: 2}, **{1: 3})))
print(attempt(lambda: function(**{(1, 2): 2}, **{(1, 2): 3})), "|", attempt(lambda: function(a=1, **{"a": 3})))
