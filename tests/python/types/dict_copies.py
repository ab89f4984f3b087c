# Copies of dictionaries of all kinds are independent, in order, and as large as the originals.
import copy
import sys


class Sub(dict):
    pass


class Instance:
    def __init__(self):
        self.a, self.b, self.c = 1, [2], "c"


def with_holes(source, removed):
    for key in removed:
        del source[key]
    return source


def popped(source, count):
    for _ in range(count):
        source.popitem()
    return source


class Key:
    def __init__(self, n):
        self.n = n

    def __hash__(self):
        return self.n % 3

    def __eq__(self, other):
        return isinstance(other, Key) and self.n == other.n

    def __repr__(self):
        return f"Key({self.n})"


def sources():
    yield {}
    yield {"a": 1}
    yield {"a": 1, "b": [2], "c": (3,)}
    yield dict.fromkeys(range(20))
    yield dict.fromkeys(map(str, range(200)), 7)
    yield dict.fromkeys(range(70000), 7)
    yield {1: 2, "a": "b", None: 3, (1, 2): []}
    yield {Key(i): i for i in range(9)}
    yield with_holes({i: str(i) for i in range(9)}, (0, 3, 8))
    yield with_holes({str(i): i for i in range(9)}, "0123456")
    yield with_holes({str(i): i for i in range(5)}, "01234")
    yield popped({i: i for i in range(12)}, 5)
    yield popped({str(i): i for i in range(4)}, 4)
    yield Sub(a=1, b=2)
    yield Instance().__dict__
    yield with_holes(Instance().__dict__, "b")


def update(d):
    made = {"x": 1}
    made.clear()
    made.update(d)
    return made


def emptied(d):
    made = {i: i for i in range(5)}
    for key in list(made):
        del made[key]
    made.update(d)
    return made


def union(d):
    return {} | d


WAYS = dict.copy, dict, copy.copy, lambda d: {**d}, update, emptied, union, Sub
for number, source in enumerate(sources()):
    for way in WAYS:
        made = way(source)
        same = list(made.items()) == list(source.items()) and made == source
        size = sys.getsizeof(made) - sys.getsizeof(source) if way is dict.copy and number < 14 else ""
        before = list(source.items())
        made["new"] = made
        made.update({1: 1, "a": "changed"})
        for key in list(made)[::2]:
            made.pop(key)
        kept = list(source.items()) == before
        print(number, type(made).__name__, same, kept, size, len(made), made.get("a"), list(map(str, list(made)[:3])))
    for key in list(source)[::3]:
        del source[key]
    print(number, len(source), len(source.copy()), list(source)[:2] == list(dict(source))[:2])

# What is copied lives as long as either.
log = []


class Value:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        log.append(self.name)


one = {1: Value("one"), "two": Value("two")}
two = one.copy()
three = {**one}
del one[1], one
print(log)
del two
print(log)
del three
print(log)
