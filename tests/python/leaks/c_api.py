# What the C API makes at run time dies when nobody uses it.

import ctypes
import gc
import itertools
import weakref
from ctypes import POINTER, Structure, byref, c_char_p, c_int, py_object
from growth import check

api = ctypes.PyDLL(None)


class Field(Structure):
    _fields_ = [("name", c_char_p), ("doc", c_char_p)]


class Description(Structure):
    _fields_ = [("name", c_char_p), ("doc", c_char_p), ("fields", POINTER(Field)), ("n_in_sequence", c_int)]


new_type = api.PyStructSequence_NewType
new_type.argtypes = [POINTER(Description)]
new_type.restype = py_object
unnamed = c_char_p.in_dll(api, "PyStructSequence_UnnamedField")
fields = (Field * 5)(Field(b"a", b"first"), Field(b"b", None), Field(), Field(b"hidden", None), Field())
ctypes.memmove(ctypes.addressof(fields) + 2 * ctypes.sizeof(Field), byref(unnamed), ctypes.sizeof(unnamed))
description = Description(b"made.here", b"Made.", fields, 3)


def structure_type():
    kind = new_type(byref(description))
    kind((1, 2, 3, 4)).hidden


kind = new_type(byref(description))
value = kind((1, 2, 3), {"hidden": [4]})
print(kind, value, value.hidden, kind.n_fields, kind.n_sequence_fields, kind.n_unnamed_fields, kind.__match_args__)
print(kind.__doc__, kind.__module__, value.__reduce__(), kind.a.__doc__, kind.b.__doc__)
# An instance keeps its type, and goes with it.
reference = weakref.ref(kind)
del kind
print(reference() is type(value))
value.hidden.append(value)
del value
gc.collect()
print(reference())
check("type of structure sequences", structure_type, 400)
description = Description(b"made.empty", None, (Field * 1)(Field()), 0)
print(new_type(byref(description))(()))

contiguous = api.PyMemoryView_GetContiguous
contiguous.argtypes = [py_object, c_int, ctypes.c_char]
contiguous.restype = py_object
kinds = ctypes.c_byte, ctypes.c_short, c_int, ctypes.c_longlong, ctypes.c_ushort, ctypes.c_uint, ctypes.c_float, ctypes.c_double
formats = itertools.product(kinds, repeat=3)


def copied():
    # Every structure has a format of its own.
    class Item(Structure):
        _fields_ = list(zip("abc", next(formats)))

    view = memoryview((Item * 4)())[::2]
    copy = contiguous(view, 0x100, b"C")
    assert copy.format == view.format and copy.shape == (2,), copy.format


check("contiguous copy", copied, 300)
