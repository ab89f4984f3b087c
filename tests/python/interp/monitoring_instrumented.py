"""sys.monitoring of code that runs at full speed meanwhile: where lines begin, what disabling, toggling and local events leave."""
import sys

M = sys.monitoring
E = M.events
M.use_tool_id(2, "test")
seen = []


def listen(*names, disable=(), of=None):
    for name in names:
        def callback(code, *args, name=name):
            if of is None or code is of.__code__:
                shown = [a - code.co_firstlineno if name == "LINE" else a for a in args]
                seen.append((name, *(a if isinstance(a, int) else type(a).__name__ for a in shown)))
            return M.DISABLE if name in disable else None
        M.register_callback(2, getattr(E, name), callback)


def shown():
    global seen
    old, seen = seen, []
    return " ".join(",".join(map(str, event)) for event in old)


def events(*names):
    result = 0
    for name in names:
        result |= getattr(E, name)
    return result


def monitored(function, *args, names=("LINE",), disable=(), times=1):
    listen(*names, disable=disable, of=function)
    M.set_events(2, events(*names))
    for _ in range(times):
        try:
            result = function(*args)
            if hasattr(result, "__next__"):
                list(result)
        except Exception:
            pass
    M.set_events(2, 0)
    M.restart_events()
    for name in names:
        M.register_callback(2, getattr(E, name), None)
    print(function.__name__, args, shown())


def one_line(a): return 1 if a else 2


def conditional(a):
    x = 1 if a else 2
    return x


def loops(n):
    for i in range(n): pass
    while n: n -= 1
    while True: break
    return [i
            for i in range(2)
            if i]


def either(a, b):
    return (a and
            b or
            a)


def handled():
    try:
        raise ValueError
    except KeyError: pass
    except ValueError:
        pass
    finally:
        a = 1
    try: raise ValueError
    except ValueError: pass
    return a


def generates():
    yield 1; yield 2
    for x in (1, 2): yield x


def spread(a):
    return max(
        a,
        a if a
        else 3,
        3)


def matched(a):
    match a:
        case 1: pass
        case [x]: return x
        case _ if a: return 5


print("-- lines")
for function, args in [
    (one_line, (0,)), (conditional, (0,)), (conditional, (1,)), (loops, (2,)), (either, (1, 0)), (either, (0, 0)),
    (handled, ()), (generates, ()), (spread, (0,)), (spread, (1,)), (matched, (1,)), (matched, ([2],)), (matched, (3,)),
]:
    for _ in range(2):
        function(*args)  # What comes first, and what was specialised, makes no difference.
    monitored(function, *args)

print("-- lines and beginnings")
monitored(one_line, 1, names=("PY_START", "LINE"), times=2)
monitored(one_line, 1, names=("PY_START", "LINE"), disable=("PY_START",), times=2)
monitored(one_line, 1, names=("PY_START", "LINE"), disable=("LINE",), times=2)


def busy(n):
    total = 0
    for i in range(n):
        if i % 3 == 0:
            total += i
        elif i & 1:
            total -= 1
        else:
            total *= 2
    return total


print("-- disabled")
for names in [("LINE",), ("BRANCH_LEFT", "BRANCH_RIGHT"), ("JUMP",), ("LINE", "BRANCH_LEFT", "BRANCH_RIGHT", "PY_RETURN")]:
    monitored(busy, 7, names=names, disable=names, times=3)
    monitored(busy, 4, names=names)
print(busy(20))

print("-- of one code object")
listen("LINE", disable=("LINE",))
M.set_local_events(2, busy.__code__, E.LINE)
busy(1); either(1, 1)
print(shown())
busy(5); busy(5)
print(shown())
M.restart_events()
busy(2)
print(shown())
M.set_local_events(2, busy.__code__, 0)
busy(3)
print(shown(), M.get_local_events(2, busy.__code__))
M.set_local_events(2, busy.__code__, E.LINE)
M.clear_tool_id(2)
listen("LINE")
busy(3)
print(shown())
M.set_events(2, E.PY_START)
busy(3)
M.set_events(2, 0)
print(M.get_local_events(2, busy.__code__), shown())

print("-- turned on and off by code that runs")


def switches():
    M.set_events(2, E.LINE)
    a = 1
    b = 2
    M.set_events(2, 0)
    c = 3
    return a + b + c


def outer():
    x = switches()
    sorted([2, 1], key=lambda v: M.set_events(2, E.LINE) or v)
    y = 1
    M.set_events(2, 0)
    return x + y


listen("LINE", of=switches)
for _ in range(3):
    switches()
print(shown())
listen("LINE", of=outer)
outer()
print(shown())


def paused():
    for i in range(3):
        x = i
        yield x
        x += 1


listen("LINE", of=paused)
generator = paused()
next(generator)
M.set_events(2, E.LINE)
next(generator)
print(shown())
M.set_events(2, 0)
next(generator)
M.set_events(2, E.LINE)
print(list(generator), shown())
generator = paused()
next(generator)
M.set_events(2, 0)
next(generator)
M.set_events(2, E.LINE)
try:
    generator.throw(KeyError)
except KeyError:
    print(shown())
M.set_events(2, 0)

print("-- variables changed by a callback")


def adds(a, b):
    c = a + b
    a = c
    if a == 3:
        return "as ever"
    return a, b


def change(code, line):
    if code is adds.__code__ and line == code.co_firstlineno + 3:
        sys._getframe(1).f_locals["a"] = "changed"


print(adds(1, 2), adds(1, 2))
M.register_callback(2, E.LINE, change)
M.set_events(2, E.LINE)
print(adds(1, 2), adds(1, 2))
M.set_events(2, 0)
print(adds(1, 2))

print("-- errors of callbacks")


def wrong(code, *args):
    if code is adds.__code__:
        raise LookupError(args[0] - code.co_firstlineno if args else None)


M.register_callback(2, E.LINE, wrong)
M.set_events(2, E.LINE)
for _ in range(2):
    try:
        adds(1, 2)
    except LookupError as error:
        print(type(error), error)
M.set_events(2, 0)
print(adds(1, 2))

print("-- long jumps")
source = "def long(n):\n for i in range(n):\n  if i:\n" + "   x = i + n * 2 - (i or n)\n" * 60 + "  else:\n   y = 1\n return n\n"
namespace = {}
exec(source, namespace)
long = namespace["long"]
for names in [("JUMP",), ("BRANCH_LEFT", "BRANCH_RIGHT")]:
    for disable in [(), names]:
        listen(*names, disable=disable, of=long)
        M.set_events(2, events(*names))
        long(2)
        M.set_events(2, 0)
        M.restart_events()
        print(*disable, shown())
        M.clear_tool_id(2)

print("-- as the code is shown")
before = busy.__code__.co_code
listen("LINE", "INSTRUCTION")
M.set_events(2, E.LINE | E.INSTRUCTION)
busy(1)
print(busy.__code__.co_code == before)
M.set_events(2, 0)
print(len(seen) > 20)
seen.clear()

print("-- with a trace function")


def trace(frame, event, arg):
    if frame.f_code is either.__code__:
        seen.append(("trace", event, frame.f_lineno - frame.f_code.co_firstlineno))
        return trace


listen("LINE", disable=("LINE",), of=either)
M.set_events(2, E.LINE)
sys.settrace(trace)
either(1, 0)
either(1, 0)
sys.settrace(None)
either(1, 0)
M.set_events(2, 0)
print(shown())
M.free_tool_id(2)
