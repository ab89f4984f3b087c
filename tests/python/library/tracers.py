# Where memory comes from (tracemalloc), who calls whom (cProfile), and what awaited generators tell tracers.
import cProfile
import sys
import threading
import tracemalloc
import warnings


def allocate(size):
    return b'x' * (size - sys.getsizeof(b''))


tracemalloc.start(3)
kept = allocate(12345)

for item in kept,:
    print([(frame.filename == __file__, frame.lineno) for frame in tracemalloc.get_object_traceback(item)])
print(12345 in [trace.size for trace in tracemalloc.take_snapshot().traces])
before = tracemalloc.get_traced_memory()[0]
big = bytearray(1 << 20)
now, peak = tracemalloc.get_traced_memory()
print(now - before >= 1 << 20, peak >= now)
del big
tracemalloc.reset_peak()
print(tracemalloc.get_traced_memory()[1] < peak, tracemalloc.get_traceback_limit())
tracemalloc.clear_traces()
print(tracemalloc.get_object_traceback(kept))
tracemalloc.stop()
print(tracemalloc.is_tracing(), tracemalloc.get_traced_memory())
for bad in (0, 65536, -1):
    try:
        tracemalloc.start(bad)
    except ValueError as error:
        print(error)


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def generate():
    yield from range(3)


def work(*args):
    fib(7)
    sorted([3, 1, 2], key=lambda x: -x)
    list(generate())
    'a'.upper()
    [].append(1)
    max(*[1, 2])
    try:
        int('x')
    except ValueError:
        pass


profile = cProfile.Profile()
profile.runcall(work, *[1, 2])
profile.create_stats()
for key, value in sorted(profile.stats.items(), key=lambda item: item[0][2]):
    print(key[2], value[:2], sorted((caller[2], numbers[:2]) for caller, numbers in value[4].items()))


def delegating():
    value = yield from returning()
    return value


def returning():
    yield 1
    return 'value'


def trace(frame, event, arg):
    if frame.f_code.co_name in ('delegating', 'returning'):
        if event == 'exception':
            arg = arg[0].__name__, arg[1].args
        events.append((event, frame.f_code.co_name, arg))
        return trace


events = []
sys.settrace(trace)
list(delegating())
sys.settrace(None)
print(*events, sep='\n')

# A ResourceWarning knows what it is about.
with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    open(__file__)
print([type(w.source).__name__ for w in caught])


def name():
    import _thread
    _thread.set_name('up to\0here')
    print(_thread._get_name())


thread = threading.Thread(target=name)
thread.start()
thread.join()
