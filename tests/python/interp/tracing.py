"""Events of sys.settrace, sys.setprofile and sys.monitoring."""
import sys


def work(a):
    b = a + 1
    for i in range(2):
        b += i
    try:
        1 / 0
    except ZeroDivisionError:
        b = 0
    x = [i for i in range(2)]
    while b < 2: b += 1

    def g():
        y = yield 1
        z = yield 2
    for v in g():
        pass
    if b: x = 1
    else: x = 2
    return (b,
            x)


class A:
    def __init__(self):
        self.x = 1

    @property
    def p(self):
        return self.x


def fails():
    A().p
    sorted([3, 1], key=lambda k: k)
    for i in range(2): pass
    raise ValueError(1)


def run():
    work(1)
    try:
        fails()
    except ValueError:
        pass


def show(arg):
    if isinstance(arg, tuple) and len(arg) == 3 and isinstance(arg[1], BaseException):
        return arg[0].__name__
    return getattr(arg, '__qualname__', arg) if not hasattr(arg, '__next__') else 'iterator'


def trace(frame, event, arg):
    print(frame.f_code.co_name, frame.f_lineno, event, show(arg))
    return trace


def profile(frame, event, arg):
    print('profile', frame.f_code.co_name, frame.f_lineno, event, show(arg))


sys.settrace(trace)
run()
sys.settrace(None)
sys.setprofile(profile)
run()
sys.setprofile(None)
print(sys.gettrace(), sys.getprofile())

m = sys.monitoring
m.use_tool_id(1, 'test')


def callback(name):
    def call(code, *args):
        if code.co_name != '<module>':
            print(name, code.co_name, [a if isinstance(a, int) else type(a).__name__ for a in args])
    return call


events = 0
for name in dir(m.events):
    if name[0] != '_' and name not in ('NO_EVENTS', 'BRANCH', 'RAISE', 'PY_UNWIND'):
        bit = getattr(m.events, name)
        m.register_callback(1, bit, callback(name))
        events |= bit
m.set_events(1, events)
run()
m.set_events(1, 0)
print(m.get_events(1), m.get_tool(1))

# A callback that disables an event hears of it once at each place.
count = 0


def once(code, line):
    global count
    count += 1
    return m.DISABLE


m.register_callback(1, m.events.LINE, once)
m.set_local_events(1, work.__code__, m.events.LINE)
work(1)
first = count
work(1)
print(first > 5, count == first)
m.restart_events()
work(1)
print(count == 2 * first)
m.set_local_events(1, work.__code__, 0)
m.free_tool_id(1)

for wrong in ('m.use_tool_id(9, "a")', 'm.set_events(0, 1)', 'm.register_callback(0, 3, None)', 'm.use_tool_id(0, 1)',
              'm.set_local_events(0, 1, 1)', 'm.get_tool(7)'):
    try:
        print(wrong, eval(wrong))
    except Exception as error:
        print(wrong, type(error).__name__, error)


# Jumps.
def jumper():
    out = []
    out.append(1)
    out.append(2)
    out.append(3)
    return out


def jump(to):
    def trace(frame, event, arg):
        if frame.f_code is jumper.__code__ and event == 'line' and frame.f_lineno == start + 3:
            try:
                frame.f_lineno = start + to
            except ValueError as error:
                print(error)
        return trace
    start = jumper.__code__.co_firstlineno
    sys.settrace(trace)
    result = jumper()
    sys.settrace(None)
    return result


print(jump(4), jump(5), jump(-3), jump(50))
