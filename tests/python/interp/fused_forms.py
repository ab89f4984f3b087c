"""Instructions that do the work of the next one too: what can be seen in between is as if each ran by itself."""

import dis
import sys


class Loud:
    """Says where the frame of its last owner stood when it died."""

    def __init__(self, name):
        self.name = name

    def __del__(self):
        frame = sys._getframe(1)
        print("del", self.name, "in", frame.f_code.co_name, "line", frame.f_lineno - frame.f_code.co_firstlineno,
              dis.opname[frame.f_code.co_code[frame.f_lasti]])


def results():
    for i in range(5):
        a = Loud(f"sum {i}")
        a = i + 1000
        b = Loud(f"item {i}")
        b = [10, 20, 30, 40, 50][i]
        c = Loud(f"float {i}")
        c = i * 0.5 * 3.0
    return a, b, c


def loops():
    for x in range(3):
        x = Loud(f"range {x}")
    for x in [1, 2, 3]:
        x = Loud(f"list {x}")
    for x in (1, 2, 3):
        x = Loud(f"tuple {x}")


def pairs(n):
    d = {i: str(i) for i in range(n)}
    out = []
    for key, value in d.items():
        out.append((value, key))
    for i, letter in enumerate("abcdef"[:n], 5):
        out.append((letter, i))
    for one, two in zip(range(n), "uvwxyz"):
        out.append((two, one))
    for one, two in zip(range(n), "uvwxyz"[:n], strict=True):
        out.append(two)
    for i, (one, two) in enumerate(zip("ab" * n, "cd" * n)):
        out.append((i, one + two))
    return out


def one_site(iterables):
    """A loop that sees another kind of iterator every time."""
    for iterable in iterables:
        try:
            for a, b in iterable:
                print(a, b, end="; ")
            print()
        except Exception as error:
            print(type(error).__name__, error)


def failing(n):
    yield from range(n)
    raise KeyError("in the iterator")


def changed():
    d = {i: i for i in range(5)}
    for k, v in d.items():
        if k == 3:
            d[10] = 10


def truths(values):
    out = []
    for v in values:
        out.append(1 if v else 0)
        if not v:
            out.append("not")
        if v is None:
            out.append("none")
        elif v is not None and v in (1, "a", None, 2.5):
            out.append("known")
        if v not in [1, "a"]:
            out.append("unknown")
        out.append(v in (1, 2))
        out.append(v is None)
    return out


class Asked:
    def __init__(self, answer):
        self.answer = answer

    def __eq__(self, other):
        print("asked about", other, end="; ")
        return self.answer


def contained():
    yes, no = Asked(True), Asked(False)
    for _ in range(3):
        print(5 in (1, no, 5), "x" in ["y", yes], None in (no, None), 7 in (no, "7", 7.0), True in (0, 1), 1 in [True])
    big = 10**30
    print(big in (1, 10**30), big in [10**29], (1, 2) in [(1, 2)], float("nan") in [float("nan")])
    print([1, 2, 10**20, "a", None].index(10**20), ["a", 1].count(1), [yes].index(3), (0, no, 4).index(4))


def numbers(values):
    for x in values:
        for y in values:
            for name, f in OPERATIONS:
                try:
                    print(f(x, y), end=" ")
                except Exception as error:
                    print(type(error).__name__, error, end=" ")
        print()


def add(x, y): return x + y
def sub(x, y): return x - y
def mul(x, y): return x * y
def mod(x, y): return x % y
def floor(x, y): return x // y
def and_(x, y): return x & y
def shift(x, y): return x >> y
def add_to(x, y):
    x += y
    return x
def or_to(x, y):
    x |= y
    return x


OPERATIONS = [(f.__name__, f) for f in (add, sub, mul, mod, floor, and_, shift, add_to, or_to)]


def slices(values, bounds):
    out = []
    for v in values:
        for start in bounds:
            for stop in bounds:
                out.append(v[start:stop])
    return out


def stores(bounds):
    out = []
    for start in bounds:
        for stop in bounds:
            a = list(range(6))
            a[start:stop] = [7, 8, 9]
            b = list(range(6))
            b[start:stop] = b
            c = list(range(6))
            c[start:stop] = (i for i in "xy")
            out.append((a, b, c))
    return out


class Index:
    def __index__(self):
        return 2


print(results())
loops()
for n in (0, 1, 3, 6):
    print(pairs(n))
one_site([{1: 2, 3: 4}.items(), enumerate("ab"), zip("ab", "cd"), zip("ab", "cd", "ef"), [(1, 2), (3, 4)], enumerate(failing(2)),
          zip(range(4), failing(3)), zip("abc", "d", strict=True), iter([[1, 2]]), zip("a"), {"kv": 1, "xy": 2}, (x for x in [(5, 6)]),
          enumerate("z", 2**63 - 1), enumerate("zy", 2**63 - 1)])
try:
    changed()
except RuntimeError as error:
    print(error, error.__traceback__.tb_next.tb_lineno - changed.__code__.co_firstlineno)
print(truths([0, 1, "", "a", None, [], [0], 2.5, True, False, Index]))
contained()
numbers([3, 2**40, -5, 10**30, 2.5, "a", {1}, True])
print(slices([list("abcdef"), tuple("abcdef"), "abcdef", "äöü€", b"abcdef"], [None, 0, 2, -2, 9, -9, Index(), 10**20]))
print(stores([None, 0, 2, 5, -2, 9, -9, Index(), 10**20]))
for code in (pairs.__code__, truths.__code__, add.__code__):
    shown = {i.opname for i in dis.get_instructions(code, adaptive=True)}
    print(sorted(name for name in shown if name.startswith("<")))
