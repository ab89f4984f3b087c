# Operations that the interpreter specialises: the same site sees small ints, big ints, floats, bytes and others.
import operator


def every(a, b):
    out = []
    for f in (
        lambda: a & b, lambda: a | b, lambda: a ^ b, lambda: a << b, lambda: a >> b, lambda: a // b, lambda: a % b,
        lambda: a + b, lambda: a - b, lambda: a * b, lambda: a / b, lambda: a[b],
    ):
        try:
            out.append(f())
        except Exception as error:
            out.append(f"{type(error).__name__}: {error}")
    return out


class Int(int):
    def __and__(self, other):
        return "and"

    def __rmod__(self, other):
        return "rmod"


pairs = [(7, 3), (-7, 3), (7, -3), (-7, -3), (7, 0), (0, 7), (1, 40), (1, 31), (3, 32), (-1, 70), (1, 62), (2**29, 30),
         (2**30 - 1, 63), (2**70, 3), (3, 2**70), (1.5, 2), (2, 1.5), (1.5, 0), (0, 0.0), (2.5, 0.5), (2**80, 0.5),
         (0.5, 2**80), (b"abc", 0), (b"abc", -1), (b"abc", 3), (b"abc", -4), (b"", 0), (True, 3), (6, False), ("x", 3),
         (Int(6), 3), (7, Int(3)), (b"\xff", True), (float("inf"), 1), (float("nan"), 2), (-5, 1), (5, -1)]


def sites():
    def band(a, b): return a & b
    def bor(a, b): return a | b
    def bxor(a, b): return a ^ b
    def lshift(a, b): return a << b
    def rshift(a, b): return a >> b
    def floordiv(a, b): return a // b
    def mod(a, b): return a % b
    def add(a, b): return a + b
    def sub(a, b): return a - b
    def mul(a, b): return a * b
    def truediv(a, b): return a / b
    def getitem(a, b): return a[b]
    return {name: f for name, f in locals().items()}


# Each site is warmed up with one pair and then sees all of them, several times.
for warm in [(6, 3), (1.5, 2), (2, 1.5), (2.5, 0.5), (b"abc", 1)]:
    for name, site in sites().items():
        try:
            for _ in range(50):
                site(*warm)
        except Exception as error:
            print(warm, name, type(error).__name__, error)
            continue
        for _ in range(3):
            for a, b in pairs:
                try:
                    found = site(a, b)
                except Exception as error:
                    found = (type(error), str(error))
                try:
                    wanted = getattr(operator, {"band": "and_", "bor": "or_", "bxor": "xor"}.get(name, name))(a, b)
                except Exception as error:
                    wanted = (type(error), str(error))
                assert repr(found) == repr(wanted) and type(found) is type(wanted), (name, a, b, found, wanted)
        print(warm, name, "agrees")


# In place, with values that are used elsewhere too.
def in_place(n):
    kept = []
    x, y, z = 1000003, 0.5, 0
    for i in range(n):
        kept.append((x, y))
        x ^= i * 7919
        x &= 0xFFFFFF
        x |= 1
        x <<= 3
        x %= 99991
        x >>= 1
        x //= 2
        x += 12345
        y *= 3
        y /= 2
        y -= i
        y += 1
        z += b"spam"[i % 4]
    return kept[:2], kept[-2:], x, y, z


print(in_place(200))
for pair in pairs:
    print(pair, every(*pair))


# Methods of objects that may have a dictionary, but have none yet.
def write_all(streams):
    for stream in streams:
        stream.write("x")
    return [stream.getvalue() for stream in streams]


def shadowing():
    import io

    class Loud(io.StringIO):
        pass

    streams = [io.StringIO() for _ in range(30)]
    print(write_all(streams)[-1])
    late = io.StringIO()
    late.write = lambda text: None
    print(write_all(streams[:5] + [late]))
    loud = Loud()
    loud.write = lambda text: Loud.write(loud, text.upper())
    print(write_all([loud, late, *streams[:2]]))
    del late.write
    print(write_all([late]), late.__dict__)
    import functools
    partials = [functools.partial(max, i) for i in range(20)]
    partials[-1].__reduce__ = lambda: "own"
    print([partial.__reduce__()[1][0] == max for partial in partials[:-1]].count(True), partials[-1].__reduce__())


shadowing()
