"""Sequences of instructions that run as one: where a frame is, what its variables are, and what others see of it."""
import dis
import gc
import sys
import weakref


def warm(f, *args, n=200):
    for _ in range(n):
        f(*args)


def where(f):
    """The instruction at which an exception left or passed through `f`, with its line."""
    return lambda tb: next(
        (i.opname, i.argrepr, tb.tb_lineno - f.__code__.co_firstlineno)
        for i in dis.get_instructions(f)
        if i.offset == tb.tb_lasti
    )


def failure(f, *args):
    try:
        f(*args)
    except Exception as e:
        tb = e.__traceback__
        while tb.tb_next and tb.tb_frame.f_code is not f.__code__:
            tb = tb.tb_next
        return type(e).__name__, str(e), where(f)(tb), sorted(tb.tb_frame.f_locals)
    return "no failure"


class Point:
    def __init__(self, x):
        self.x = x

    def double(self):
        return self.x + self.x


class Slotted:
    __slots__ = ("x", "y")

    def __init__(self, x):
        self.x = x


# Exceptions in each part of what is one instruction by then.
def attr(o):
    return o.x


def method(o):
    return o.double()


def small(x):
    return x + 1


def small_divided(x):
    return x // 0


def compared(x):
    if x < 10:
        return "less"
    return "not less"


def pair_compared(x, y):
    if x < y:
        return 1
    return 2


def pair_sum(x, y):
    return x + y


def item(x, i):
    return x[i]


def chain(x, y, z):
    return x * y + z * y - x


def store(o, v):
    o.x = v


def constant(x, y):
    return (x + y) % 1000003


print("exceptions")
warm(attr, Point(1))
print(failure(attr, 5), failure(attr, Slotted.__new__(Slotted)))
warm(attr, Slotted(1))
print(failure(attr, Slotted.__new__(Slotted)), failure(attr, 5))
warm(method, Point(1))
print(failure(method, 5), failure(method, Point("a")), failure(method, Point(None)))
warm(small, 1000)
print(failure(small, "a"), small(2.5), small(True), small(10**30), small(2**30 - 1), small(-2), small(-6))
print(failure(small_divided, 7), failure(small_divided, None))
warm(compared, 3)
print(failure(compared, "a"), compared(2.5), compared(10**20), compared(-(10**20)), compared(10), compared(9))
warm(pair_compared, 3, 4)
print(failure(pair_compared, 3, "a"), pair_compared(2.5, 3), pair_compared("b", "a"), pair_compared(10**20, 1))
print(pair_compared(1.0, float("nan")), pair_compared(float("nan"), 1.0))
warm(pair_sum, 3000, 4000)
print(failure(pair_sum, 3, "a"), pair_sum(1.5, 2), pair_sum("b", "a"), pair_sum(10**20, 1), pair_sum(2**30 - 1, 1))
warm(item, [1, 2], 1)
print(failure(item, [1, 2], 2), failure(item, [1], "a"), failure(item, 5, 5), item((7, 8), 1), item([1, 2], -2))
warm(chain, 3000, 4000, 5000)
print(chain(3000, 4000, 5000), chain(1.5, 2.5, 3.5), failure(chain, 1, 2, None), failure(chain, "a", 2, 3))
warm(store, Point(1), 2)
print(failure(store, 5, 5), failure(store, Slotted(1), 5))
warm(constant, 3000, 4000)
print(constant(2**29, 2**29), constant(1.5, 2), failure(constant, "a", "b"), constant(-1, 0))

# Every operator of a small number, by a variable and by a value on the stack.
print("operators")
OPERATORS = ["+", "-", "*", "&", "|", "^", "<<", ">>", "//", "%", "/", "**"]
for operator in OPERATORS:
    scope = {}
    exec(f"def one(x):\n    return x {operator} 3\ndef two(x, y):\n    return (x + y) {operator} 3\n"
         f"def three(x):\n    x {operator}= 5\n    return x\ndef four(x, y):\n    return (x - y) {operator} 1000\n", scope)
    values = [0, 1, -1, 7, -7, 255, 256, 257, -5, -6, 2**30 - 1, -(2**30) + 1, 2**30, 10**12, -(10**12), True, 2.5]
    for _ in range(4):
        row = []
        for value in values:
            for f, args in ((scope["one"], (value,)), (scope["two"], (value, 1)), (scope["three"], (value,)),
                            (scope["four"], (value, 1))):
                try:
                    row.append(hash(f(*args)))
                except TypeError:
                    row.append(0)
    print(operator, hash(tuple(row)))

# Results that the next operation takes.
print("chains")


def ints(x, y, z):
    return (x * y + z - 7) * 3 & 1023


def ints_compared(x, y):
    if x * y - 5 > 100:
        return "more"
    return "not more"


def divided(x, y):
    return (x + y) // 0 * 3


def shifted(x, y, z):
    return (x + y << z) + 1


def floats_chained(a, b, c, d):
    return a * b + c * d - a * 2.5 + b


def floats_assigned(a, b):
    c = a * b - b * b + a
    c = c * c - a * b
    return c


def numbers(x, y, z):
    q = x + y - z + 1000
    q = q - x + y * z
    return q


NUMBERS = [0, 1, -3, 7, 300, -70000, 2**29, 2**30 - 1, 2**31, -(2**40), 1.5, -0.25, 1e300, True, float("inf")]
warm(ints, 300, 400, 500)
warm(ints_compared, 30, 40)
warm(shifted, 300, 400, 5)
warm(floats_chained, 1.5, 2.5, 3.5, 4.5)
warm(floats_assigned, 1.5, 2.5)
warm(numbers, 300, 400, 500)
for _ in range(3):
    for f in (ints, ints_compared, shifted, floats_chained, floats_assigned, numbers):
        row = []
        for i, x in enumerate(NUMBERS):
            args = [x, NUMBERS[i * 7 % 15], NUMBERS[i * 4 % 15], NUMBERS[i * 11 % 15]]
            try:
                value = f(*args[: f.__code__.co_argcount])
                plain = value != value or isinstance(value, str) or abs(hash(value)) < 10**9
                row.append(value if plain else hash(value) % 1009)
            except (TypeError, ValueError, OverflowError, MemoryError) as e:
                row.append(type(e).__name__)
        if _ == 2:
            print(f.__name__, [str(v) for v in row])
print(failure(divided, 300, 400), failure(shifted, 300, 400, -1), failure(ints, 300, 400, None))
print(failure(floats_chained, 1.5, 2.5, 3.5, None), failure(floats_chained, 1.5, 2.5, None, 4.5), failure(numbers, 1, 2, "z"))

# Numbers renewed in place are nobody else's.
print("numbers")


def aliases():
    x = 1000
    kept = [x]
    y = x
    x += 1
    seen = [x]
    for i in range(995, 1003):
        kept.append(i)
        x = x + i
        seen.append(x)
        z = x
        x -= 3
        seen.append((z, x))
    return kept, seen, y


def floats():
    x = 1.5
    kept = []
    for i in range(6):
        kept.append(x)
        x = x + 0.25
        y = x
        x *= 2.0
        kept.append((x, y))
    return kept


def closure():
    x = 5000

    def get():
        return x

    first = get()
    x += 1
    return first, get(), x


def generator():
    x = 5000
    while x < 5005:
        yield x
        x += 1


def borrowed(n):
    # The argument is the caller's.
    n += 1
    return n


def lender():
    n = 70000
    return borrowed(n), n, borrowed(n), n


def default(n=80000):
    n += 1
    return n


def constants():
    n = 90000
    n += 1
    return n


def snapshots():
    x = 60000
    views = []
    for i in range(60000, 60004):
        views.append((sys._getframe().f_locals["x"], locals()["i"]))
        x += 1
    return views, x


def in_locals():
    x = 40000
    frame = sys._getframe()
    kept = frame.f_locals["x"]
    x += 1
    frame.f_locals["x"] = 41000
    x += 1
    return kept, x


def small_again():
    x = 300
    out = []
    while x > 250:
        x -= 10
        out.append(x is x + 0)
    x = 255
    x += 1
    return out, x is int("256"), [i for i in range(254, 260)], {i: i * i for i in range(14, 18)}


def both():
    x = 100000
    x = x + x
    x = x * x
    y = x - x
    x = x - 1
    return x, y


for _ in range(30):
    results = [f() for f in (aliases, floats, closure, lender, default, constants, snapshots, in_locals, small_again,
                             both)] + [list(generator())]
for result in results:
    print(result)

# Another type at a warm place, and back.
print("types")


class Other:
    def __init__(self, x):
        self.y = 0
        self.x = x

    def double(self):
        return "other", self.x


class Computed:
    @property
    def x(self):
        return "computed"

    def double(self):
        return "computed twice"


class Asked:
    def __getattr__(self, name):
        return name if name != "double" else lambda: "asked"


class Shadowed(Point):
    x = "class"


things = [Point(1), Other(2), Slotted(3), Computed(), Asked(), Shadowed(5)]
for _ in range(300):
    seen = [attr(o) for o in things]
print(seen)
things = [Point(1), Other(2), Computed(), Asked(), Shadowed(5)]
for _ in range(300):
    seen = [method(o) for o in things]
print(seen)
Point.double = lambda self: "replaced"
Other.x = property(lambda self: "covered")
print([attr(o) for o in things], [method(o) for o in things])
del Other.x
things[0].double = lambda: "own"
things[1].double = lambda: "its own"
print([attr(o) for o in things], [method(o) for o in things])


def set_all(os, v):
    for o in os:
        o.x = v


things = [Point(1), Other(2), Slotted(3), Asked(), Shadowed(5)]
for v in range(300):
    set_all(things, v)
print([attr(o) for o in things], things[3].__dict__)
del things[3].x
print(attr(things[3]))

# What is replaced may have the last word.
print("destructors")


class Loud:
    def __init__(self, tag):
        self.tag = tag

    def __del__(self):
        frame = sys._getframe(1)
        code = frame.f_code
        at = next(i for i in dis.get_instructions(code) if i.offset == frame.f_lasti)
        log.append((self.tag, at.opname, frame.f_lineno - code.co_firstlineno))


def overwritten(o, v):
    o.x = v


def variables(items):
    for x in items:
        x.tag
    x = 1
    x = 2
    return x


def result(a, b):
    c = Loud("c")
    c = a + b
    d = Loud("d")
    d = a + 1
    return c, d


log = []
p, s = Point(1), Slotted(1)
for i in range(100):
    overwritten(p, i)
    result(500, 600)
log.clear()
overwritten(p, Loud("p"))
overwritten(p, 1)
for i in range(100):
    overwritten(s, i)
overwritten(s, Loud("s"))
overwritten(s, 1)
print(log)
log.clear()
print(result(500, 600), result(1.5, 2.5), log)
log.clear()
for i in range(3):
    variables(Loud(j) for j in range(2))
print(log)


class Meddler:
    """Assigns to the variable that is being overwritten."""

    tag = 0

    def __del__(self):
        sys._getframe(1).f_locals["x"] = "meddled"


def meddled():
    out = []
    x = Meddler()
    for x in [Point(1), Point(2)]:
        out.append(x)
    return [type(o).__name__ for o in out], type(x).__name__


def comprehended():
    return [x.tag for x in [Meddler(), Meddler()]]


for _ in range(10):
    seen = meddled()
print(seen)

# Tracing, in the middle of it all.
print("tracing")


def traced(n, o):
    total = 1000
    for i in range(n):
        if i < 2:
            total += i
        elif i is None:
            total -= 1
        else:
            total = total + n
        o.x = total
        total = o.x
    return [j for j in range(3) if j > 0], total


for _ in range(50):
    traced(4, Point(0))
events = []


def tracer(frame, event, arg):
    if frame.f_code is not traced.__code__:
        return None
    frame.f_trace_opcodes = True
    at = next(i.opname for i in dis.get_instructions(frame.f_code) if i.offset == frame.f_lasti)
    at = at if event == "opcode" else None
    events.append((event, frame.f_lineno - frame.f_code.co_firstlineno, at, frame.f_locals.get("total")))
    return tracer


sys.settrace(tracer)
traced(4, Point(0))
sys.settrace(None)
print(len(events), [e for e in events if e[0] != "opcode"])
print([e[2:] for e in events if e[0] == "opcode"])

lines = []
monitoring = sys.monitoring
monitoring.use_tool_id(3, "test")
monitoring.register_callback(3, monitoring.events.LINE, lambda code, line: lines.append(line - code.co_firstlineno))
monitoring.register_callback(3, monitoring.events.INSTRUCTION, lambda code, at: lines.append(-at))
monitoring.register_callback(3, monitoring.events.BRANCH_LEFT, lambda code, at, to: lines.append((at, to)))
monitoring.register_callback(3, monitoring.events.BRANCH_RIGHT, lambda code, at, to: lines.append((at, -to)))
every = monitoring.events.LINE | monitoring.events.INSTRUCTION
every |= monitoring.events.BRANCH_LEFT | monitoring.events.BRANCH_RIGHT
monitoring.set_local_events(3, traced.__code__, every)
traced(3, Point(0))
monitoring.set_local_events(3, traced.__code__, 0)
monitoring.free_tool_id(3)
print(lines)

# The public form stays what it was.
print("public")


def public(f):
    before = compile_again(f)
    return before == f.__code__.co_code, f.__code__ == f.__code__.replace(), hash(f.__code__) == hash(f.__code__.replace())


def compile_again(f):
    return f.__code__.replace().co_code


print([public(f) for f in (attr, method, small, compared, pair_sum, chain, traced, generator, variables)])
print([i.opname for i in dis.get_instructions(chain)])
print([i.opname for i in dis.get_instructions(generator)])


def debugged():
    x = 20000
    peek()
    x += 1
    peek()
    if x > 5:
        peek()
    return x


def peek():
    frame = sys._getframe(1)
    places.append((frame.f_lasti, frame.f_lineno - frame.f_code.co_firstlineno, frame.f_locals["x"]))


for _ in range(20):
    places = []
    debugged()
print(places)

# Generators that are resumed with values, exceptions, and after a change of their variables.
print("generators")


def echo(n):
    got = []
    i = 1000
    while i < n:
        got.append((yield i))
        yield
        i += 1
    return got


def drive(throw=False):
    g = echo(1004)
    out = [next(g)]
    try:
        for v in ("a", None, "b", None, Loud("sent")):
            out.append(g.send(v))
            if throw and v == "b":
                g.throw(KeyError("thrown"))
    except KeyError as e:
        out.append((str(e), e.__traceback__.tb_next.tb_lineno - echo.__code__.co_firstlineno))
    return out


for _ in range(5):
    drive()
print(drive(), drive(True))
g = echo(1010)
next(g), next(g)
g.gi_frame.f_locals["i"] = 1006
print(next(g), next(g), next(g), g.gi_frame.f_lasti > 0)


def dropped():
    while True:
        yield


log.clear()
d = dropped()
next(d)
for _ in range(5):
    d.send(Loud("dropped"))
print(log)
