# Slot wrappers, bound and not: arguments, keywords, and what they say when these are wrong.


def attempt(function, *args, **keywords):
    try:
        print(function(*args, **keywords))
    except Exception as error:
        print(type(error).__name__, error)


class Number(int):
    pass


attempt(int.__add__, 1, 2)
attempt(int.__add__)
attempt(int.__add__, "1", 2)
attempt(int.__add__, 1)
attempt(int.__add__, 1, 2, 3)
attempt(int.__add__, 1, other=2)
attempt((1).__add__, 2)
attempt((1).__add__)
attempt((1).__add__, 2, 3)
attempt((1).__add__, other=2)
attempt(int.__neg__, Number(3))
attempt((3).__neg__, 1)
attempt(int.__pow__, 2, 5, 7)
attempt((2).__pow__, 5, 7)
attempt(int.__lt__, 1, "x")
attempt(list.__init__, [1], (2, 3))
attempt(dict.__init__, {}, a=1)
attempt(dict().__init__, [(1, 2)], b=3)
attempt(dict.__init__, {}, 1, 2)
attempt(type.__call__, Number, "12", base=3)
attempt(type.__dict__["__mro__"].__get__, Number)
attempt(type.__dict__["__mro__"].__get__, None, None)
attempt(object.__setattr__, Number(), "x")
attempt(object.__getattribute__, Number(), "missing")
attempt(int.__hash__, Number(7))
attempt(str.__contains__, "abc", "b")


class Derived(dict):
    def __init__(self, *args, **keywords):
        super().__init__(*args, **keywords)

    def __setitem__(self, key, value):
        super().__setitem__(key, value)
        dict.__setitem__(self, key + "'", value)

    def __eq__(self, other):
        return super().__eq__(other)


d = Derived([("a", 1)], b=2)
d["c"] = 3
print(d, d == {"a": 1}, d == {"a": 1, "b": 2, "c": 3, "c'": 3})


class Failure(Exception):
    def __init__(self, *args, note=None):
        super().__init__(*args)
        self.note = note


print(repr(Failure(1, 2, note="n")), Failure().args)

# The object goes while its own wrapper runs.
holder = []


class Fickle:
    def __eq__(self, other):
        holder.clear()
        return True


holder.append([Fickle(), Fickle()])
print(list.__eq__(holder[0], [1, 2]))
holder.append([Fickle(), Fickle()])
print(holder[0].__eq__([1, 2]))


def recursive(n):
    return Deep().__call__(n)


class Deep:
    def __call__(self, n):
        return n if n == 0 else type(self).__call__.__get__(self)(n - 1)


print(recursive(50))

# How many arguments there may be.
from collections import deque

for owner in 1, [1], {}, iter([]), int.__add__, property(), deque([1]):
    for name in (
        "__setattr__", "__delattr__", "__setitem__", "__delitem__", "__getitem__", "__get__", "__set__", "__delete__", "__lt__",
        "__pow__", "__len__", "__contains__", "__add__", "__mul__", "__next__",
    ):
        wrapper = getattr(owner, name, None)
        if type(wrapper).__name__ == "method-wrapper":
            for count in range(5):
                try:
                    wrapper(*range(count))
                except Exception as error:
                    print(name, type(owner).__name__, count, type(error).__name__, error)
