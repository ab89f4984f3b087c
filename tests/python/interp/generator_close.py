"""Closing a generator whose `yield` stands in no handler of its own: nothing is raised in it."""
import sys


class Noisy:
    def __init__(self, name):
        self.name = name

    def __del__(self):
        print("del", self.name, sys.exception())


def plain():
    held = Noisy("plain")
    yield 1
    yield held


def guarded():
    held = Noisy("guarded")
    try:
        yield 1
    except GeneratorExit as error:
        print("exit", type(error.__context__), held.name)
        raise
    finally:
        print("finally")


def after_guard():
    try:
        yield 1
    except ValueError:
        yield 2
    held = Noisy("after")
    yield 3


def managed():
    class Manager:
        def __enter__(self):
            return self

        def __exit__(self, *info):
            print("exit", info[0])

    with Manager():
        yield 1
    yield 2


def outer(inner):
    held = Noisy("outer")
    yield from inner
    yield "outer"


def swallows():
    while True:
        try:
            yield 1
        except GeneratorExit:
            print("swallowed")
            return 7


def closed(g, steps):
    for _ in range(steps):
        next(g)
    print(g.close(), g.gi_frame, g.gi_running, next(g, "done"), g.close())


for make in (plain, guarded, after_guard, managed):
    for steps in range(4):
        print(make.__name__, steps)
        try:
            closed(make(), steps)
        except StopIteration:
            print("too many")
for inner in (plain, guarded, swallows):
    for steps in (0, 1):
        print("outer", inner.__name__, steps)
        closed(outer(inner()), steps)
closed(outer(iter([1, 2])), 2)
print("throw")
g = after_guard()
next(g)
print(g.throw(ValueError))
print(g.close())
g = swallows()
next(g)
print(g.close())
print(any(n > 3 for n in range(10)), [next(x for x in (Noisy("first"), 2)).name])

# One that is dropped.
g = plain()
next(g)
del g
try:
    raise KeyError("shown")
except KeyError:
    g = plain()
    next(g)
    g.close()
    print(sys.exception())


# A destructor that looks at its generator, and one that runs it.
class Back:
    def __del__(self):
        print("back", g.gi_frame, g.gi_running)
        try:
            next(g)
        except (ValueError, StopIteration) as error:
            print(type(error), error)


def holds():
    back = Back()
    yield 1


g = holds()
next(g)
g.close()


async def coroutine():
    held = Noisy("coroutine")
    await Pause()


class Pause:
    def __await__(self):
        held = Noisy("pause")
        yield "paused"


c = coroutine()
print(c.send(None))
print(c.close(), c.cr_frame)


async def agen():
    held = Noisy("agen")
    yield 1
    yield 2


a = agen()
try:
    a.__anext__().send(None)
except StopIteration as step:
    print(step.value)
try:
    a.aclose().send(None)
except StopIteration as step:
    print("closed", step.value, a.ag_frame)

# No events of an exception: there is none.
mon = sys.monitoring
mon.use_tool_id(3, "test")
events = mon.events
names = {value: name for name, value in vars(events).items() if isinstance(value, int)}
for event in (events.PY_UNWIND, events.PY_THROW, events.PY_RETURN, events.PY_YIELD, events.RAISE):
    mon.register_callback(3, event, lambda code, offset, *rest, name=names[event]: print(name, code.co_name))
mon.set_events(3, events.PY_UNWIND | events.PY_THROW | events.PY_RETURN | events.PY_YIELD | events.RAISE)
g = plain()
next(g)
g.close()
g = guarded()
next(g)
g.close()
mon.set_events(3, 0)
sys.settrace(lambda frame, event, arg: print("trace", event) if frame.f_code.co_name == "plain" else None)
g = plain()
next(g)
g.close()
sys.settrace(None)
