"""Events of sys.monitoring: super(), branches, and generators that are closed."""
import sys

M = sys.monitoring
E = M.events
M.use_tool_id(2, "test")


def listen(name):
    def callback(code, *args):
        shown = ["MISSING" if a is M.MISSING else getattr(a, "__name__", type(a).__name__) for a in args[1:]]
        print(name, code.co_name, *shown)
    M.register_callback(2, getattr(E, name), callback)


class Base:
    def method(self):
        return "base"


class Derived(Base):
    def method(self):
        return super().method()

    def old(self):
        return super(Derived, self).method()

    def wrong(self):
        return super().nothing

    def text(self):
        return super().__str__


for name in ("CALL", "C_RETURN", "C_RAISE"):
    listen(name)
derived = Derived()
M.set_events(2, E.CALL)
derived.method()
derived.old()
derived.text()
try:
    derived.wrong()
except AttributeError:
    pass
M.set_events(2, 0)


def inner():
    yield 1


def outer():
    yield from inner()


def lines(code, line):
    print("LINE", code.co_name, line - code.co_firstlineno)


M.register_callback(2, E.LINE, lines)
for name in ("PY_THROW", "RAISE", "RERAISE", "PY_UNWIND"):
    listen(name)


def drop():
    next(outer())


M.set_events(2, E.LINE | E.PY_THROW | E.RAISE | E.RERAISE | E.PY_UNWIND)
drop()
M.set_events(2, 0)
print(M.get_events(2))


def stops():
    try:
        yield 1
    except ValueError:
        return "stopped"


def delegates():
    value = yield from stops()
    yield value


g = delegates()
next(g)
print(g.throw(ValueError()))

M.set_local_events(2, outer.__code__, E.BRANCH)
print(M.get_local_events(2, outer.__code__) == E.BRANCH_LEFT | E.BRANCH_RIGHT)
M.set_local_events(2, outer.__code__, 0)


def choose(x):
    if x:
        return "then"
    else:
        return "other"


def skip(code, source, target):
    frame = sys._getframe(1)
    frame.f_lineno += 1


M.register_callback(2, E.BRANCH_LEFT, skip)
M.set_local_events(2, choose.__code__, E.BRANCH_LEFT)
print(choose(1))
M.set_local_events(2, choose.__code__, 0)
M.free_tool_id(2)
