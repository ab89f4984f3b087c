import sys
import threading
import events


def work(n):
    total = 0
    for i in range(n):
        total += i
    return total


def fail():
    raise KeyError("k")


def run():
    work(1)
    try:
        fail()
    except KeyError:
        pass
    return len("abc")


# C functions as the thread's, which C code finds in its state.
seen = []
events.set_trace(seen)
print(sys.gettrace() is seen)
run()
events.tell()
events.set_trace(None)
print(sys.gettrace(), seen)
seen = []
events.set_profile(seen)
print(sys.getprofile() is seen)
run()
events.tell()
events.set_profile(None)
print(sys.getprofile(), seen)


# Python functions, called by C code in the same way.
def trace(frame, event, arg):
    if frame.f_code is not trace.__code__:
        print("trace", frame.f_code.co_name, frame.f_lineno, event, type(arg).__name__)
    return trace


def profile(frame, event, arg):
    if frame.f_code is not profile.__code__:
        print("profile", frame.f_code.co_name, event)


def both():
    events.tell()


sys.settrace(trace)
both()
sys.settrace(None)
sys.setprofile(profile)
both()
sys.setprofile(None)


def refuse(frame, event, arg):
    raise OSError(event)


sys.settrace(refuse)
try:
    events.tell()
except OSError as error:
    print("refused", error, sys.gettrace())


# Native code whose events tools and the thread's functions hear, those as of the Python code around it.
def around(arg):
    try:
        events.fire(arg)
    except ValueError:
        pass


for arg in None, True:
    sys.settrace(trace)
    around(arg)
    sys.settrace(None)
    sys.setprofile(profile)
    around(arg)
    sys.setprofile(None)
monitoring = sys.monitoring
monitoring.use_tool_id(3, "test")
for name in "PY_START", "PY_RETURN", "LINE", "RAISE", "PY_UNWIND":
    event = getattr(monitoring.events, name)
    monitoring.register_callback(
        3, event, lambda code, *rest, name=name: code.co_name == "native" and print(name, *map(repr, rest))
    )
    monitoring.set_events(3, monitoring.get_events(3) | event)
around(None)
around(True)
monitoring.set_events(3, 0)
monitoring.free_tool_id(3)


# A thread that ends gives its functions up.
class Function:
    def __call__(self, frame, event, arg):
        return None


function = Function()
before = sys.getrefcount(function)
thread = threading.Thread(target=lambda: (sys.settrace(function), sys.setprofile(function)))
thread.start()
thread.join()
print(sys.getrefcount(function) - before)


class Key:
    hashed = 0

    def __hash__(self):
        Key.hashed += 1
        return 1


print(events.shorten("item"))
key = Key()
print(events.set_default({}, key, 5), Key.hashed)
