# What a program sees of library functions before they have run: their code is read when it is first needed.
import colorsys
import inspect
import marshal
import operator
import sys
import threading
import types
import weakref

# Attributes of code that has never run.
code = colorsys.rgb_to_hls.__code__
print(code.co_varnames, code.co_names, code.co_argcount, code.co_flags)
print(code.co_consts[:4], type(code.co_linetable), len(code.co_code) > 50)
print(len(list(code.co_lines())) > 3, code.co_exceptiontable)
print(types.CodeType.co_names.__get__(colorsys.hls_to_rgb.__code__), types.CodeType.co_names)
try:
    colorsys.hls_to_rgb.__code__.co_names = ()
except AttributeError as error:
    print(error)

# Documentation, and assignments to it.
import textwrap

print(textwrap.dedent.__doc__.splitlines()[0])
print(textwrap.TextWrapper._munge_whitespace.__doc__.splitlines()[0])
textwrap.indent.__doc__ = 'mine'
print(textwrap.indent.__doc__, textwrap.indent('a\nb', '> ').splitlines())
del textwrap.shorten.__doc__
print(textwrap.shorten.__doc__, textwrap.shorten('hello world and more', width=12))
print(colorsys.hsv_to_rgb.__doc__, textwrap.TextWrapper.fill.__doc__.split('(')[0])

# Another code object: the documentation stays.
import shlex

doc = shlex.join.__doc__
shlex.join.__code__ = (lambda split_command: 'joined').__code__
print(shlex.join.__doc__ == doc is not None, shlex.join(['a']))
copy = types.FunctionType(shlex.quote.__code__, {'_find_unsafe': None, 'isinstance': isinstance}, 'copy')
print(copy.__doc__ == shlex.quote.__doc__, copy.__name__, copy.__code__ is shlex.quote.__code__)

# Copies, equality, hashes, marshal.
import graphlib

add = graphlib.TopologicalSorter.add.__code__
changed = add.replace(co_name='plus')
print(changed.co_name, changed == add, add.replace() == add, hash(add.replace()) == hash(add))
print(marshal.loads(marshal.dumps(graphlib.TopologicalSorter.done.__code__)) == graphlib.TopologicalSorter.done.__code__)
print(inspect.signature(graphlib.TopologicalSorter.prepare), inspect.signature(graphlib.TopologicalSorter.add))

# First calls: keywords, defaults, wrong arguments, generators, closures, threads at the same time.
import fnmatch
import heapq
import difflib

print(fnmatch.fnmatchcase(name='a.py', pat='*.py'))
print(heapq.nsmallest(n=2, iterable=[3, 1, 2], key=operator.neg))
print(list(heapq.merge([1, 4], [2, 3], key=None)))
for args, kwargs in [((1,), {}), ((1, 2, 3), {}), ((), {'seq': 1}), ((1,), {'wrong': 2})]:
    try:
        difflib.IS_LINE_JUNK(*args, *args, **kwargs)
    except TypeError as error:
        print(error)
print(list(difflib.ndiff(['a\n'], ['b\n'])))

import statistics

results = []
barrier = threading.Barrier(4)


def run():
    barrier.wait()
    results.append(statistics.median_grouped([1, 2, 2, 3]))


threads = [threading.Thread(target=run) for _ in range(4)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)

# Tracing begins with the first line of the first call.
import colorsys as fresh

events = []


def trace(frame, event, arg):
    if frame.f_code.co_name in ('rgb_to_yiq', 'yiq_to_rgb'):
        events.append((event, frame.f_lineno - frame.f_code.co_firstlineno, frame.f_lasti >= 0, sorted(frame.f_locals)))
        return trace


sys.settrace(trace)
fresh.rgb_to_yiq(0.1, 0.2, 0.3)
sys.settrace(None)
print(events)

starts = []
sys.monitoring.use_tool_id(3, 'test')
sys.monitoring.register_callback(3, sys.monitoring.events.PY_START, lambda code, offset: starts.append((code.co_name, offset)))
sys.monitoring.set_events(3, sys.monitoring.events.PY_START)
fresh.yiq_to_rgb(0.1, 0.2, 0.3)
sys.monitoring.set_events(3, 0)
sys.monitoring.free_tool_id(3)
print(starts)

# Code lives and dies without having run.
reference = weakref.ref(statistics.fmean.__code__)
print(reference() is statistics.fmean.__code__)
del statistics.fmean
print(reference())
