# Interpreters with a GIL of their own run at the same time.
import _interpreters
import sys
import threading
from concurrent import interpreters

# One computes without ever giving way; the other goes on all the same.
flag, seen = bytearray(1), bytearray(1)
busy = interpreters.create()
busy.prepare_main(flag=memoryview(flag), seen=memoryview(seen))
thread = threading.Thread(target=busy.exec, args=("""
import sys
sys.setswitchinterval(1000)
seen[0] = 1
while not flag[0]:
    pass
seen[0] = 2
""",))
thread.start()
while not seen[0]:
    pass
print("both run")
flag[0] = 1
thread.join()
print("ended", seen[0])

# What hangs off shared types belongs to each interpreter.
busy.exec("""
import weakref
class Mine(int): pass
class Failure(Exception): pass
kept = [weakref.ref(int), weakref.ref(Exception)]
print("there", Mine in int.__subclasses__(), weakref.getweakrefcount(Exception) >= 1, bool in int.__subclasses__())
""")
print("here", [c for c in int.__subclasses__() if c.__name__ == "Mine"], bool in int.__subclasses__())

# Names are one object within each interpreter.
name = sys.intern("a name of the main interpreter")
busy.exec("""
import sys
name = sys.intern("a name of the " + "main interpreter")
print("interned", name is sys.intern("".join(["a name of", " the main interpreter"])), sys.intern("app" + "end") is dir(list)[dir(list).index("append")])
""")
print("interned", name is sys.intern("a name of the main " + "interpreter"))

# Many at the same time, each with its classes, exceptions, garbage and modules.
WORK = """
import collections, dataclasses, datetime, enum, gc, json, re
for k in range(20):
    class A(dict): pass
    class B(A, collections.abc.MutableMapping): pass
    class E(ValueError): pass
    @dataclasses.dataclass
    class D:
        x: int
        y: list = dataclasses.field(default_factory=list)
    class Color(enum.Enum):
        RED = k
    try:
        raise E(D(k))
    except ValueError as e:
        e.me = e
    assert json.loads(json.dumps({"k%d" % k: [k]})) == {"k%d" % k: [k]}
    assert re.sub("(b+)", r"<\\1>", "abb%d" % k) == "a<bb>%d" % k
    assert datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc).utcoffset() == datetime.timedelta(0)
    assert isinstance(B(), collections.abc.Mapping) and A.__mro__[1] is dict
gc.collect()
results.put(number)
"""
results = interpreters.create_queue()
done = []


def work(number):
    for _ in range(2):
        i = interpreters.create()
        i.prepare_main(results=results, number=number)
        i.exec(WORK)
        done.append(results.get())
        i.close()


threads = [threading.Thread(target=work, args=(n,)) for n in range(3)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print(sorted(done))

# Settings.
for gil in ("own", "shared"):
    config = _interpreters.new_config("isolated", gil=gil, use_main_obmalloc=gil != "own")
    number = _interpreters.create(config)
    print(gil, _interpreters.get_config(number).gil, _interpreters.run_string(number, "import json; json.dumps([1])"))
    for name in ("_tracemalloc", "faulthandler"):
        refused = _interpreters.run_string(number, "import " + name)
        print(refused and refused.msg)
    _interpreters.destroy(number)
busy.close()
