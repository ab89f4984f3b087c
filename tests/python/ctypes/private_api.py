"""Functions and tables of CPython's internal headers, called by their names: configurations as dictionaries, what
instructions use, escapes, lines of source, generators of frames."""

import _opcode
import ctypes
import io
import os
import sys
import tempfile

api = ctypes.pythonapi
obj, text, number, size, pointer = ctypes.py_object, ctypes.c_char_p, ctypes.c_int, ctypes.c_ssize_t, ctypes.c_void_p


def function(name, result, *arguments):
    found = getattr(api, name)
    found.restype, found.argtypes = result, arguments
    return found


def show(call, *args):
    try:
        print(repr(call(*args)))
    except BaseException as error:
        print(type(error).__name__, error)


# Configurations.
as_dict = function('_PyConfig_AsDict', obj, pointer)
from_dict = function('_PyConfig_FromDict', number, pointer, obj)


def new(kind):
    config = ctypes.create_string_buffer(456)
    function(kind, None, pointer)(config)
    return config


for kind in ('PyConfig_InitPythonConfig', 'PyConfig_InitIsolatedConfig', '_PyConfig_InitCompatConfig'):
    print(as_dict(new(kind)))
live = as_dict(function('_Py_GetConfig', pointer)())
print(list(live) == list(as_dict(new('PyConfig_InitPythonConfig'))))
print({key: live[key] for key in ('xoptions', 'site_import', 'verbose', 'optimization_level', '_config_init')},
      live['argv'] == tuple(sys.argv))


def attempt(**changes):
    wanted = live | changes
    for key, value in changes.items():
        if value is ...:
            del wanted[key]
    config = new('PyConfig_InitPythonConfig')
    try:
        result = from_dict(config, wanted)
    except Exception as error:
        print(changes, type(error).__name__, error)
        return
    made = as_dict(config)
    print(changes, result, {key: made[key] for key in changes if key in made},
          [key for key in made if made[key] != wanted[key] and key not in changes])


attempt()
values = ..., None, 'x', -1, -5, 2, 2**40, 2**70, 1.5, [], ['a'], ('a',), [1], {'a': 'b', 'c': True}, {'a': 1}, True
for key in ('isolated', 'bytes_warning', 'cpu_count', 'hash_seed', 'home', 'stdio_encoding', 'argv', 'xoptions', '_config_init'):
    for value in values:
        attempt(**{key: value})
attempt(extra=1)
attempt(argv=['a\0b'])
attempt(home='\udc80\xe9')
attempt(xoptions={'a': True, 'b': False, 'c': 'd'})
for value in (0, 3, 4):
    attempt(_config_init=value)
show(from_dict, new('PyConfig_InitPythonConfig'), [1])


# Tables of the loop.
state = function('PyThreadState_Get', pointer)()


class Special(ctypes.Structure):
    _fields_ = [('name', obj), ('error', text), ('suggestion', text)]


class Intrinsic(ctypes.Structure):
    _fields_ = [('function', pointer), ('name', text)]


for row in (Special * 4).in_dll(api, '_Py_SpecialMethods'):
    print(row.name, row.error, row.suggestion)
print(list((ctypes.c_size_t * 17).in_dll(api, '_Py_FunctionAttributeOffsets')))
unary = (Intrinsic * 12).in_dll(api, '_PyIntrinsics_UnaryFunctions')
binary = (Intrinsic * 6).in_dll(api, '_PyIntrinsics_BinaryFunctions')
print([(bool(row.function), row.name) for row in (*unary, *binary)])
call_1 = ctypes.PYFUNCTYPE(obj, pointer, obj)
call_2 = ctypes.PYFUNCTYPE(obj, pointer, obj, obj)
show(call_1(unary[0].function), state, 1)
show(call_1(unary[1].function), state, 'printed')
show(call_1(unary[5].function), state, True)
show(call_1(unary[5].function), state, 'x')
show(call_1(unary[6].function), state, [1, 2])
show(call_1(unary[7].function), state, 'T')
show(call_2(binary[0].function), state, 1, 2)
show(call_2(binary[2].function), state, 'T', int)
operation = ctypes.PYFUNCTYPE(obj, obj, obj)
for address, (name, sign) in zip((pointer * 27).in_dll(api, '_PyEval_BinaryOps'), _opcode.get_nb_ops()):
    print(name, end=' ')
    show(operation(address), *(([5], 0) if sign == '[]' else (7, 2)))
conversions = (pointer * 4).in_dll(api, '_PyEval_ConversionFuncs')
print([address and ctypes.PYFUNCTYPE(obj, obj)(address)('\xe9\n') for address in conversions])
for name in ('_PyCompile_GetUnaryIntrinsicName', '_PyCompile_GetBinaryIntrinsicName'):
    for index in (-1, 0, 1, 5, 11, 12):
        show(function(name, obj, number), index)

# What instructions do.
for name in ('_PyEval_CheckExceptTypeValid', '_PyEval_CheckExceptStarTypeValid'):
    check = function(name, number, pointer, obj)
    for types in (KeyError, (KeyError, OSError), ExceptionGroup, 3, (KeyError, 3), ()):
        show(check, state, types)
split = function('_PyEval_ExceptionGroupMatch', number, pointer, obj, obj, pointer, pointer)


def group_match(error, types):
    matched, rest = obj(), obj()
    split(None, error, types, ctypes.byref(matched), ctypes.byref(rest))
    return matched.value, rest.value


show(group_match, ExceptionGroup('g', [KeyError(1), ValueError(2)]), KeyError)
show(group_match, KeyError(1), ValueError)
show(group_match, None, ValueError)
show(group_match, KeyError(1), ExceptionGroup)
match_class = function('_PyEval_MatchClass', obj, pointer, obj, obj, size, obj)
match_keys = function('_PyEval_MatchKeys', obj, pointer, obj, obj)
show(match_class, state, 5, int, 1, ())
show(match_class, state, 5, int, 0, ('real', 'imag'))
show(match_class, state, 5, int, 2, ())
show(match_class, state, 5, 5, 0, ())
show(match_keys, state, {1: 2, 3: 4}, (3, 1))
show(match_keys, state, {1: 2, 3: 4}, (3, 5))
show(match_keys, state, {1: 2}, (1, 1))
print(function('_PyEval_ImportFrom', obj, pointer, obj, obj)(state, os, 'path').__name__)
print(function('_PyEval_ImportFrom', obj, pointer, obj, obj)(state, sys, 'maxsize') == sys.maxsize)
show(function('_PyEval_ImportFrom', obj, pointer, obj, obj), state, sys, 'nothing')
print(function('_PyEval_NoToolsForUnwind', ctypes.c_bool, pointer)(state))
suggest = function('_PyEval_SpecialMethodCanSuggest', number, obj, number)


class Both:
    def __aenter__(self): pass
    def __aexit__(self): pass


print([suggest(value, which) for value in (Both(), 1, io.StringIO()) for which in range(4)])
format_check = function('_PyEval_FormatExcCheckArg', None, pointer, obj, text, obj)
for error in (NameError, KeyError):
    try:
        format_check(state, error, b"name '%.200s' is not there", 'some')
    except Exception as caught:
        print(type(caught), caught, getattr(caught, 'name', None))
unbound = function('_PyEval_FormatExcUnbound', None, pointer, obj, number)


def outer(free):
    def inner(a):
        return a, free
    return inner


show(unbound, state, outer(1).__code__, 0)
show(unbound, state, outer(1).__code__, 1)
awaitable = function('_PyEval_FormatAwaitableError', None, pointer, obj, number)
for which in (0, 1, 2):
    show(awaitable, state, int, which)

# Escapes.
escape = function('_PyBytes_DecodeEscape2', obj, pointer, size, text, pointer, pointer)
unicode_escape = function('_PyUnicode_DecodeUnicodeEscapeInternal2', obj, pointer, size, text, pointer, pointer, pointer)


def decode(call, source, errors, *consumed):
    first, place, buffer = number(5), pointer(), ctypes.create_string_buffer(source)
    try:
        result = repr(call(buffer, len(source), errors, *consumed, ctypes.byref(first), ctypes.byref(place)))
    except Exception as error:
        result = f'{type(error).__name__} {error}'
    print(source, errors, result, first.value, place.value and place.value - ctypes.addressof(buffer))


for source in (b'abc', b'a\\n\\x41\\101\\', b'\\q\\w', b'ab\\zc\\777', b'\\777\\q', b'\\x4', b'\\xzz', b'\\\n1', b'\xff\\\xff',
               b'\\u12', b'\\N{DIGIT ONE}\\N{x}', b'\\U00110000', b'', b'\\400'):
    for errors in (None, b'replace', b'ignore', b'other'):
        decode(escape, source, errors)
    decode(unicode_escape, source, None, None)
    decode(unicode_escape, source, b'replace', None)
    decode(unicode_escape, source, None, ctypes.byref(size()))

# A line of source.
display = function('_Py_DisplaySourceLine', number, obj, obj, number, number, pointer, pointer)
folder = tempfile.TemporaryDirectory()
path = os.path.join(folder.name, 'a_source.py')
with open(path, 'wb') as file:
    file.write(b'# -*- coding: latin-1 -*-\nif 1:\r\n    x = "\xe9"\n\tt\x0cz   \n\nlast')


def line_of(name, line, indent=4):
    out, truncation, found = io.StringIO(), number(-77), obj()
    result = display(out, name, line, indent, ctypes.byref(truncation), ctypes.byref(found))
    try:
        found = repr(found.value)
    except ValueError:
        found = 'NULL'
    print(line, indent, result, repr(out.getvalue()), truncation.value, found)


for line in range(-1, 9):
    line_of(path, line)
line_of(path, 3, 12)
line_of(path, 3, 0)
line_of('/nowhere/a_source.py', 3)
sys.path.append(folder.name)
line_of('/nowhere/a_source.py', 3)
for name in ('<string>', '<string>/x', '', None, folder.name, 'nothing.py'):
    line_of(name, 1)


class Broken:
    def write(self, text):
        raise KeyError(text)


show(display, Broken(), path, 3, 4, None, None)
reader, writer = os.pipe()
api._Py_InitDumpStack()
function('_Py_DumpStack', None, number)(writer)
print(os.read(reader, 70))

# Generators of frames.
new_frame = function('PyFrame_New', obj, pointer, obj, obj, pointer)
new_generator = function('PyGen_New', obj, pointer)


def generator(code):
    frame = new_frame(state, code, globals(), None)
    api.Py_IncRef(obj(frame))
    return new_generator(id(frame))


def plain():
    return 5 + len('abc')


def raises():
    raise KeyError(1)


def resume(made):
    try:
        return next(made)
    except StopIteration as stop:
        return 'stop', stop.value


made = generator(plain.__code__)
print(made.__name__, made.gi_running, made.gi_suspended, made.gi_frame.f_lineno - plain.__code__.co_firstlineno)
show(resume, made)
print(list(made), made.gi_frame)
show(resume, generator(raises.__code__))
made = generator(plain.__code__)
made.close()
print(list(made))
made = generator(plain.__code__)
show(made.throw, ValueError(2))
show(made.send, None)
show(generator(plain.__code__).send, 1)
before = sys.getrefcount(globals())
for _ in range(50):
    resume(generator(plain.__code__))
    generator(plain.__code__)
print(sys.getrefcount(globals()) - before)
