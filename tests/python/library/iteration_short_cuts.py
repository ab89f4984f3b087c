"""itertools' and io's ways around general code: where they end, and what nobody may see of them."""

import copy
import gc
import io
import itertools
import sys
import weakref
from itertools import (accumulate, chain, combinations, combinations_with_replacement, count, islice, pairwise,
                       permutations, product)


class Whole(int):
    def __add__(self, other):
        return Whole(int(self) + 10 * other)

    def __radd__(self, other):
        return Whole(other + 2 * int(self))


# count: words, where they end, and everything else.
top = 2**63
for start in (top - 3, top - 1, top, -top - 2, -top, 2**100, 0, -2):
    c = count(start)
    print([next(c) for _ in range(5)], c)
for step in (0, 1, -1, 2, top - 1, top, 2**70, 1.5, True, False, Whole(1), Whole(3)):
    for start in (0, top - 2, 0.5, True, Whole(5), Whole(top - 1), Whole(top)):
        if isinstance(start, Whole) and isinstance(step, float):
            continue
        c = count(start, step)
        got = [next(c) for _ in range(4)]
        print(got, [type(x).__name__ for x in got], c)
print(list(islice(count(2, 1 + 0j), 3)))
print(count(), count(5), count(5, 1), count(5, True), count(2**64, 1), count(1.0), count(step=4))
for make in (copy.copy, copy.deepcopy, lambda c: c.__reduce__()):
    try:
        make(count(3))
    except TypeError as error:
        print("TypeError", error)


class Counting(count):
    pass


c = Counting(top - 2)
c.note = "kept"
print([next(c) for _ in range(3)], c, c.note, iter(c) is c)
print(next(zip(count(top - 1), count(-1))), list(islice(count(top - 2), 1, 8, 3)))


# chain: what fails ends it.
def raising():
    yield 1
    raise KeyError("inner")


c = chain([0], raising(), [2])
for _ in range(4):
    try:
        print(next(c, "end"))
    except KeyError as error:
        print("KeyError", error)
c = chain.from_iterable([[1], 2, [3]])
for _ in range(4):
    try:
        print(next(c, "end"))
    except TypeError as error:
        print("TypeError", error)


def sources():
    yield [1]
    raise ValueError("outer")


c = chain.from_iterable(sources())
for _ in range(3):
    try:
        print(next(c, "end"))
    except ValueError as error:
        print("ValueError", error)


class Reentrant:
    def __init__(self):
        self.left = 3

    def __iter__(self):
        return self

    def __next__(self):
        self.left -= 1
        if self.left == 1:
            return ("inner", next(looped))
        if self.left < 0:
            raise StopIteration
        return self.left


looped = chain(Reentrant(), "ab")
print(list(looped), list(chain()), list(chain([], (), "", range(2))))

# Results that are kept, and such as are not: each has its own items.
for make in (lambda: permutations(range(4)), lambda: permutations("abc", 2), lambda: permutations([], 0),
             lambda: permutations("ab", 3), lambda: combinations("abcd", 2), lambda: combinations("abcd", 0),
             lambda: combinations("ab", 3), lambda: combinations_with_replacement("abc", 2),
             lambda: combinations_with_replacement("", 2), lambda: combinations_with_replacement("abc", 0),
             lambda: product("ab", (1, 2, 3)), lambda: product(), lambda: product("ab", repeat=3),
             lambda: product("ab", "")):
    kept = list(make())
    passed = []
    for item in make():
        passed.append("".join(map(str, item)))
        del item
    some, it = [], make()
    for i, item in enumerate(it):
        if i % 3 == 0:
            some.append(item)
        del item
    hashes = []
    for item in make():
        hashes.append(hash(item))
        del item
    print(kept)
    print(passed == ["".join(map(str, item)) for item in kept], some == kept[::3], hashes == list(map(hash, kept)),
          len(set(kept)), next(it, "end"))

# The collector sees a tuple that is used again with other items.
class Node:
    pass


for make in (lambda pool: permutations(pool, 2), lambda pool: combinations(pool, 2), lambda pool: product(pool, pool),
             lambda pool: combinations_with_replacement(pool, 2)):
    node = Node()
    pool = [1, 2, node]
    it = make(pool)
    pairs = []
    for pair in it:
        if node in pair and not pairs:
            pairs.append(pair)
        del pair
    node.own = pairs[0]
    gone = weakref.ref(node)
    print(gc.is_tracked(pairs[0]))
    del node, pool, pairs, it
    gc.collect()
    print(gone() is None)

# accumulate without a function adds as `+` does.
print(list(accumulate([1, 2.5, True, 2**70, Whole(3), 4])), list(accumulate(["a", "b"])), list(accumulate([[1], [2]])))
print(list(accumulate([1, 2, 3], initial=Whole(1))), list(accumulate([1, 2], None, initial=2**63)))
it = accumulate([1, "a", 2])
for _ in range(4):
    try:
        print(next(it, "end"))
    except TypeError as error:
        print("TypeError", error)
print(list(pairwise("abc")))

# Streams in memory: instances of subclasses are closed at their end, others are only given up.
for base in (io.BytesIO, io.StringIO):
    class Plain(base):
        pass

    class Closing(base):
        def close(self):
            print("close", sorted(self.__dict__), self.closed)
            super().close()

    class Deleting(base):
        def __del__(self):
            print("del", self.closed)
            super().__del__()
            print("deleted", self.closed, self._finalizing)

    class Failing(base):
        def close(self):
            raise OSError("no")

    reports = []
    sys.unraisablehook = lambda report: reports.append(f"{report.exc_type.__name__} {report.exc_value}")
    print(base.__name__, "__del__" in base.__dict__, base.__del__)
    Closing()
    Deleting()
    Failing()
    closed = Closing()
    closed.close()
    del closed
    print(reports)
    cycle = Closing()
    cycle.me = cycle
    del cycle
    gc.collect()
    plain = base()
    plain.note = Node()
    note = weakref.ref(plain.note)
    called = []
    watched = weakref.ref(plain, called.append)
    del plain
    print(note() is None, watched() is None, called == [watched])
    plain = base()
    plain.__del__()
    print(plain.closed, plain.__dict__)
    cycle = base()
    cycle.me = cycle
    watched = weakref.ref(cycle)
    del cycle
    gc.collect()
    print(watched() is None)
    changed = Plain()
    changed.__class__ = Closing
    del changed

reports.clear()
exported = Plain = type("Plain", (io.BytesIO,), {})(b"abc")
view = exported.getbuffer()
del exported, Plain
print(bytes(view), reports)
view = io.BytesIO(b"abc").getbuffer()
print(bytes(view), reports)
del view
sys.unraisablehook = sys.__unraisablehook__
