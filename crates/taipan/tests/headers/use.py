import broad
import datetime
import gc
import importlib.util
import os
import plus
import sys
import traceback
import weakref

print(broad.version, hex(broad.hexversion), broad.METH_FASTCALL, broad.look.__doc__, broad.look.__text_signature__)


def outer():
    cell = 'in the cell'

    def inner(a, b):
        return cell
    return inner


class Index:
    def __index__(self):
        return 17

    def method(self):
        pass


def show(seen):
    print({k: v if not hasattr(v, '__self__') and 'at 0x' not in repr(v) else type(v).__name__ for k, v in seen.items()})


for op in ('', 'abc', 'abc\xe9', 'x\u20ac', '\U0001f40d ', b'bytes', bytearray(b'array'), bytearray(), True, 0, -5, 2**31,
           2**70, 1.5, 1 + 2j, (), (1, 'b'), [1, 2, 3], {}, {'a': 1, 2: None}, {1, 2}, frozenset('a'), outer(),
           Index().method, len, slice(2, None, 3), memoryview(b'abcd'), Index(), None, ..., NotImplemented,
           datetime.datetime(2026, 11, 29, 1, 2, 3, 4, fold=1), datetime.datetime(1, 2, 3, tzinfo=datetime.UTC),
           datetime.timedelta(3, 4, 5)):
    show(broad.look(op))
try:
    1 / 0
except ZeroDivisionError as error:
    show(broad.look(error))

pair = broad.Pair('other', weight=3, count=2)
print(pair, pair.half, pair.weight, pair.count, pair.flag, pair.partner)
pair.half = 4
pair.flag = True
print(pair, pair.flag, pair < broad.Pair(weight=9.5), pair == 3, pair + 1.25)
for action in (lambda: pair + 1, lambda: delattr(pair, 'half'), lambda: setattr(pair, 'half', 'x'),
               lambda: broad.Pair(1, 2), lambda: setattr(pair, 'partner', 1), lambda: broad.Pair(color=1)):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error)


class Sub(broad.Pair):
    pass


sub = Sub()
sub.me = Sub(sub)
gone = weakref.ref(sub)
del sub
gc.collect()
print(gone())

print(broad.call(dict, [(1, 2)], a=3), broad.call(max, 3, 4))
print(broad.sum_bytes(bytes(range(256))), broad.sum_bytes(bytearray(b'ab')))
print([broad.letters(*a) for a in ((1, 65), (1, 200), (2, 0x3b1), (4, 0x1f600))])
try:
    broad.letters(2, 65)
except ValueError as error:
    print(error)
print(broad.caught(lambda: 5))
try:
    broad.caught(lambda: {}['key'])
except RuntimeError as error:
    traceback.print_exception(error, limit=0, file=sys.stdout)
print(broad.moments())
print(broad.odds())

counter = plus.Counter()
for word in 'the cat the dog'.split():
    counter.add(word)
counter.add('cat', 10)
print(counter.items(), plus.lengths(['abc', (1, 2), {}, b'1234']), plus.keywords(b=1, a=2))
for action in (lambda: plus.lengths(5), lambda: plus.lengths([5]), lambda: counter.add(5)):
    try:
        action()
    except Exception as error:
        print(type(error).__name__, error)

for name in sorted(os.listdir(os.path.dirname(broad.__file__))):
    if name.startswith('limited'):
        spec = importlib.util.spec_from_file_location('limited', os.path.join(os.path.dirname(broad.__file__), name))
        limited = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(limited)
        print(hex(limited.api), limited.last(), limited.see(3), limited.see(None), limited.see([1, 2]), limited.last(),
              limited.see('text'), limited.Caller()(1, 2), limited.Caller.__doc__)

import array
import gc
import weakref

import habits

name = ''.join(['ty', 'ping'])
print(habits.append(name, '.X'), habits.append(name, ''), habits.append('', name), name)


class Dispatcher(habits.Tracked):
    pass


kept = [weakref.ref(Dispatcher()) for _ in range(100)]
gc.collect()
print([r() for r in kept].count(None), getattr(Dispatcher(), 'nothing', 'default'), hasattr(Dispatcher(), 'nothing'))


class Both(habits.Plain, habits.Holder):
    pass


print(Both().held, Both.__base__.__name__, Both.__new__ is habits.Plain.__new__)
early = habits.early((int, str))
print(early.__orig_bases__, early.__dict__['__orig_bases__'], early().__class__.__name__)
code = habits.empty_code('f')
print(code.co_code, code.co_name, code.co_firstlineno)
items = array.array('i', [1, 2, 3])
view = memoryview(items)
print(habits.array_fields(items), habits.array_clone(items), habits.array_fields(array.array('d', [0.5])))
clone = habits.array_clone(items)
clone.extend([4] * 10)
clone.pop(0)
print(clone, len(clone), clone.tobytes() == array.array('i', [2, 3] + [4] * 10).tobytes())
letters = ['b', 'c', 'a']
print(habits.sort_in_trouble(letters), letters)
try:
    habits.class_in_trouble({'a': 1})
except LookupError as error:
    print(repr(error))


class Twelve(float):
    def __float__(self):
        return 12.0


class Half(float):
    pass


class Seven:
    def __index__(self):
        return 7


for number in Twelve(1.0), Half(0.5), Seven(), 3, True:
    print(habits.number_float(number), type(habits.number_float(number)[0]))

# Frames and objects while they run.
import sys

import frames


class Item:
    def __getitem__(self, i):
        return i

    @property
    def value(self):
        return 1


def plain(x=1):
    return x


def produce():
    yield from (1, 2)


def work():
    plain(2)
    plain(*[3])
    sum(x for x in produce())
    Item()[4]
    return Item().value


for _ in range(50):
    work()
names = []
print("replaced", frames.watch(names))
for _ in range(2):
    work()
print("restored", frames.watch(None))
half = len(names) // 2
print("frames", names[:half] == names[half:], names[:half])
print("extra", frames.extra(plain.__code__), frames.extra(work.__code__))
scope = {}
exec("def gone(): pass", scope)
frames.watch([])
scope["gone"]()
frames.watch(None)
del scope["gone"]
print("extra freed", frames.extra(plain.__code__)[1])
print("references", frames.trace_references())


def numbers():
    for i in range(3):
        sent = yield i
        if sent:
            yield sent


made = frames.generator("g", numbers.__code__, globals())
print(made.__name__, made.__qualname__, next(made), made.send("x"), list(made))
made = frames.generator("g", numbers.__code__, globals(), "a", "b")
print(made.__name__, made.__qualname__, type(made), made.gi_code is numbers.__code__)


async def later():
    return "later"


made = frames.generator("c", later.__code__, globals(), "c", "d")
try:
    made.send(None)
except StopIteration as stop:
    print(made.__qualname__, stop.value)


async def several():
    yield 1


print(frames.generator("a", several.__code__, globals(), "e", "f").__qualname__)

monitoring = sys.monitoring
monitoring.use_tool_id(3, "test")
events = monitoring.events
for event in (events.PY_START, events.LINE, events.RAISE):
    monitoring.register_callback(3, event, lambda *args: args[0] == "code" and print("event", args) or None)
print("nobody listens", frames.fire("code"))
monitoring.set_events(3, events.PY_START | events.LINE | events.RAISE)
heard = frames.fire("code")
monitoring.set_events(3, 0)
print("heard", heard, frames.fire("code"))
monitoring.free_tool_id(3)
