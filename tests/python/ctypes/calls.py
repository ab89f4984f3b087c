"""Calls of C functions and callbacks: where arguments and results travel."""

from ctypes import *

libc, libm = CDLL(None), CDLL("libm.so.6")


class DivT(Structure):
    _fields_ = [("quot", c_int), ("rem", c_int)]


class LDivT(Structure):
    _fields_ = [("quot", c_long), ("rem", c_long)]


libc.div.restype = DivT
libc.ldiv.restype = LDivT
libc.ldiv.argtypes = c_long, c_long
d, l = libc.div(17, 5), libc.ldiv(-(2**40), 7)
print(d.quot, d.rem, l.quot, l.rem)

buffer = create_string_buffer(200)
print(libc.snprintf(buffer, c_size_t(200), b"%d %s %.3f %ld %c %Lg", 5, b"x", c_double(2.5), c_long(2**40), 65,
                    c_longdouble(0.25)), buffer.value)

for name, kind in ("sqrt", c_double), ("sqrtf", c_float), ("sqrtl", c_longdouble):
    function = getattr(libm, name)
    function.restype, function.argtypes = kind, [kind]
    print(name, function(6.25))
for name, kind in ("conj", c_double_complex), ("conjf", c_float_complex), ("conjl", c_longdouble_complex):
    function = getattr(libm, name)
    function.restype, function.argtypes = kind, [kind]
    print(name, function(1.5 + 2j))

Compare = CFUNCTYPE(c_int, POINTER(c_int), POINTER(c_int))
values = (c_int * 6)(5, 1, 4, 2, 3, 0)
libc.qsort(values, c_size_t(6), c_size_t(sizeof(c_int)), Compare(lambda a, b: a[0] - b[0]))
print(values[:])


def struct(*fields):
    return type("S", (Structure,), {"_fields_": [(f"f{i}", field) for i, field in enumerate(fields)]})


def show(value):
    if isinstance(value, Structure):
        return [show(getattr(value, name)) for name, _ in value._fields_]
    if isinstance(value, Array):
        return [show(item) for item in value]
    return value


SHAPES = [
    (c_int,), (c_double,), (c_float, c_float), (c_float, c_int), (c_int, c_double), (c_double, c_long),
    (c_float, c_float, c_float), (c_long, c_long, c_long), (c_byte * 3,), (c_byte * 16,), (c_byte * 17,),
    (c_longdouble,), (c_longdouble, c_int), (c_float * 4,), (c_short, c_byte, c_int), (c_double, c_double),
    (struct(c_short, c_short), c_float), (c_void_p, c_char),
]
for fields in SHAPES:
    S = struct(*fields)
    made = S()
    for i in range(sizeof(S)):
        cast(byref(made), POINTER(c_ubyte))[i] = i + 1
    for name, kind in S._fields_:
        if kind in (c_longdouble, c_double, c_float):
            setattr(made, name, 1.25)
    for before in 0, 3, 6, 9:
        types = [c_long] * before + [c_double] * before + [S, c_int, S, c_float]
        got = []
        callback = CFUNCTYPE(c_double, *types)(lambda *args: got.append([show(a) for a in args]) or 0.5)
        result = callback(*range(before), *range(before), made, 7, made, 0.5)
        wanted = [*range(before), *map(float, range(before)), show(made), 7, show(made), 0.5]
        if got != [wanted] or result != 0.5:
            print("wrong", fields, before, got, wanted)
print("structures by value")

for kind, value in [
    (c_bool, True), (c_byte, -3), (c_ubyte, 250), (c_short, -300), (c_ushort, 65000), (c_int, -5), (c_uint, 2**32 - 1),
    (c_long, -2**62), (c_ulong, 2**64 - 1), (c_float, 0.5), (c_double, 1e300), (c_longdouble, 0.125),
    (c_char, b"x"), (c_wchar, "\u20ac"), (c_double_complex, 1 + 2j), (c_float_complex, 2 - 1j),
    (c_longdouble_complex, 3 + 4j), (py_object, {"a": 1}), (c_void_p, 4096),
]:
    echo = CFUNCTYPE(kind, kind)(lambda x: x)
    print(kind.__name__, echo(value))

set_errno(0)
use = CDLL(None, use_errno=True)
print(use.close(-1), get_errno(), set_errno(3), get_errno())

libc.strchr.restype = c_char_p
libc.strchr.errcheck = lambda result, function, args: (result, args)
print(libc.strchr(b"abcdef", ord("d")))
pow_ = CFUNCTYPE(c_double, c_double, c_double)(("pow", libm), ((1, "x"), (1, "y", 2.0)))
print(pow_(3), pow_(y=3.0, x=2.0))
frexp = CFUNCTYPE(c_double, c_double, POINTER(c_int))(("frexp", libm), ((1, "x"), (2, "exponent")))
print(frexp(40.0))
try:
    libc.abs(object())
except ArgumentError as error:
    print(error)


def fail():
    raise ValueError("in a callback")


import sys
sys.unraisablehook = lambda info: print(info.err_msg.split(" <")[0], repr(info.exc_value))
CFUNCTYPE(c_int)(fail)()
