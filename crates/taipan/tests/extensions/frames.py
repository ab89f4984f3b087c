"""Frames that C code makes are run: once, and as a call would run them. (CPython 3.14 has nothing to record here: it dies
of running such a frame.)"""

import ctypes
import gc
import sys

api = ctypes.pythonapi
new = api.PyFrame_New
new.restype, new.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.py_object, ctypes.py_object, ctypes.c_void_p)
run, run_ex = api.PyEval_EvalFrame, api.PyEval_EvalFrameEx
run.restype = run_ex.restype = ctypes.py_object
run.argtypes, run_ex.argtypes = (ctypes.py_object,), (ctypes.py_object, ctypes.c_int)
api.PyThreadState_Get.restype = ctypes.c_void_p


def frame(code, namespace=None):
    return new(api.PyThreadState_Get(), code, globals(), None if namespace is None else id(namespace))


def show(call, *args):
    try:
        print(call(*args))
    except BaseException as error:
        print(type(error).__name__, error)


def plain():
    here = sys._getframe()
    local = [5]
    return here.f_back.f_code.co_name, here is made, len(local) + len('abc')


def cells():
    x = 7

    def inner():
        return x
    return inner()


def fails():
    value = 3
    raise KeyError(value)


def generates():
    yield 1
    yield 2


def outer():
    y = 1
    return lambda: y


def argument(a):
    return a


made = frame(plain.__code__)
show(run, made)
print(made.f_locals['local'], made.f_back is None)
show(run, made)
show(run, frame(cells.__code__))
made = frame(fails.__code__)
show(run, made)
print(made.f_lineno - fails.__code__.co_firstlineno, made.f_locals)
show(list, run(frame(generates.__code__)))
namespace = {'b': 2}
show(run, frame(compile('a = b + 1; print("in a module")', 'text', 'exec'), namespace))
print(namespace)
show(run, frame(outer().__code__))
show(run, frame(argument.__code__))
show(run, sys._getframe())
show(run_ex, frame(plain.__code__), 0)
show(run_ex, frame(plain.__code__), 1)
made = None
gc.collect()
before = sys.getrefcount(globals()), sys.getrefcount(cells.__code__)
for _ in range(50):
    run(frame(cells.__code__))
    frame(cells.__code__)
gc.collect()
print(sys.getrefcount(globals()) - before[0], sys.getrefcount(cells.__code__) - before[1])
