"""An allocator that C code installs may refuse memory for any object, at any block: `MemoryError`, and nothing breaks."""
import json
import re

from nomemory import allow, refuse


class Plain:
    def __init__(self):
        self.a = 1
        self.b = [2]


class Slots:
    __slots__ = "a", "b"


def closure(x):
    return lambda: x


def generator():
    yield from [[i] for i in range(30)]


def raiser(x):
    raise ValueError(x)


TEXT = "a long text of more than a few words " * 20
NUMBERS = [n + 0.5 for n in range(100)]
DEEP = {str(n): {"key": [n, str(n)]} for n in range(40)}


def work(n):
    """One of many things that allocate."""
    match n:
        case 0:
            return Plain(), Slots()
        case 1:
            return [str(i) + "x" for i in range(300)]
        case 2:
            return {i: [i] for i in range(300)}
        case 3:
            return {(i, i + 1) for i in range(300)}
        case 4:
            return 3**500 + 7**400, -(5**300) // 3**100, 1.5 * 2.25
        case 5:
            return TEXT.replace("a", "\u0431").upper().split(), TEXT.encode(), "%s and %r" % (TEXT, n)
        case 6:
            return list(generator()), closure(n)(), [*map(closure, range(50))]
        case 7:
            return type("Made", (Plain,), {"x": 1, "f": closure})()
        case 8:
            return json.loads(json.dumps(DEEP)), re.sub(r"(w)(o)", r"\\2\\1", TEXT)
        case 9:
            return sorted(NUMBERS, key=lambda x: -x), tuple(NUMBERS), bytearray(TEXT, "utf-8") * 3
        case 10:
            try:
                raise ValueError(n)
            except ValueError as error:
                return [error.__traceback__, error.args, f"{error!r:>40}"]
        case 11:
            try:
                list(map(lambda x: raiser(x), [n]))
            except ValueError as error:
                return error.__traceback__
            raise AssertionError("the exception is gone")
        case 12:
            exec("def f(x):\n    return [x, x + 1]\nresult = f(300)")
            return 1
        case _:
            d = {}
            for i in range(200):
                d[i] = bytes(i)
                if i % 3 == 0:
                    d.pop(i)
            return d | {"x": DEEP}


others = set()
for n in range(14):
    expected = repr(work(n)) if n not in (0, 6, 7, 10, 11) else None
    # Every block from some number on, and single blocks.
    for first in range(60):
        for length in (0, 1, 3):
            refuse(first, first + length if length else 0)
            try:
                work(n)
            except MemoryError:
                pass
            except Exception as error:
                others.add(repr(error))
            asked = allow()
    print(n, "asked" if asked else "not asked")
    # Nothing of it remains.
    print(repr(work(n)) == expected if expected else "", len(work(1)))

# No exception got lost or became another one.
print(others)

# The last reference to an object of whose values a dictionary is left.
for first in range(3):
    held = Plain()
    left = held.__dict__
    refuse(first, first + 1)
    del held
    allow()
    print(len(left) in (0, 2))

# Errors without memory are instances of their own as long as there are some.
errors = []
kept = None
refuse(0)
try:
    bytes(100000)
except MemoryError as error:
    kept = error
allow()
print(type(kept).__name__, kept.args)
for _ in range(40):
    try:
        [None] * (1 << 62)
    except MemoryError as error:
        errors.append(error)
print(10 < len({id(error) for error in errors}) <= 17, {error.args for error in errors})
