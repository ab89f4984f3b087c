import gc
import sys

objects = [object() for _ in range(3)]
counts = [sys.getrefcount(o) for o in objects]
print([sys.getrefcount(o) - c for o, c in zip(objects, counts)])
print([sys.getrefcount(o) - counts[i] for i, o in enumerate(objects)])
print(list(zip("ab", [1, 2])), list(enumerate("ab", 5)), list(zip()), list(zip("abc", "ab")))
z = zip([1, 2, 3])
a = next(z)
b = next(z)
print(a, b, a is b, [id(t) for t in zip("abc")].count(0))
keys = {}
for pair in zip("ab", "cd"):
    keys[pair] = hash(pair)
print(all(hash(k) == v for k, v in keys.items()))


class Reenter:
    """Its __next__ asks the zip object that is asking it."""

    def __init__(self):
        self.depth = 0

    def __iter__(self):
        return self

    def __next__(self):
        self.depth += 1
        if self.depth == 3:
            return ("inner", next(self.zip))
        if self.depth > 6:
            raise StopIteration
        return self.depth


r = Reenter()
r.zip = zip(r, "abcdef")
print(list(r.zip))
for strict in (zip("ab", "a", strict=True), zip("a", "ab", strict=True), zip("ab", "ab", "abc", strict=True)):
    try:
        list(strict)
    except ValueError as error:
        print(error)
cycle = []
z = zip([cycle])
cycle.append(z)
next(z)
del z, cycle
print(gc.collect() > 0)
print(list(map(lambda *a: a, "ab", "cd")), list(map(lambda *a: a, "ab", "cd", "ef")))
