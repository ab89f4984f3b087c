"""What can be seen from outside of the native modules: functions, types with their attributes, kinds of constants.

Of types, what depends on how they are stored (sizes, the collector's flag) is left out, and descriptors of members and
of computed attributes count as one kind.
"""

import importlib
import warnings

warnings.simplefilter("ignore")
HEAPTYPE = 1 << 9
# HEAPTYPE, IMMUTABLETYPE, BASETYPE, DISALLOW_INSTANTIATION, SEQUENCE, MAPPING, METHOD_DESCRIPTOR, and the flags of
# subclasses of int, list, tuple and so on.
FLAGS = 0x200 | 0x100 | 0x400 | 0x80 | 0x20 | 0x40 | 0x20000 | 0xFF000000
MODULES = """_abc _ast _asyncio _bisect _blake2 _bz2 _codecs _codecs_cn _codecs_hk _codecs_iso2022 _codecs_jp
_codecs_kr _codecs_tw _collections _contextvars _csv _ctypes _datetime _decimal _elementtree _functools _hashlib
_heapq _hmac _imp _interpchannels _interpqueues _interpreters _io _json _locale _lzma _md5 _multibytecodec
_multiprocessing _opcode _operator _pickle _posixshmem _posixsubprocess _queue _random _sha1 _sha2 _sha3
_signal _socket _sqlite3 _sre _ssl _statistics _string _struct _suggestions _symtable _sysconfig _thread
_tokenize _typing _uuid _warnings _weakref _zoneinfo _zstd array atexit binascii cmath errno faulthandler fcntl gc
grp itertools marshal math mmap posix pwd pyexpat resource select sys termios time unicodedata zlib""".split()
# Besides these, `__map_*`: by those capsules CPython's CJK codecs share their tables.
SKIPPED = {"__builtins__", "__loader__", "__spec__", "__file__", "__doc__", "__name__", "__package__"}
# Whether a type fills a slot itself or inherits the same function is no difference.
INHERITED = {"__getattribute__", "__setattr__", "__delattr__", "__new__", "__vectorcalloffset__", "__sizeof__",
             "__weakref__", "__dict__", "__module__", "__text_signature__"}
CALLABLE = {"classmethod_descriptor", "method_descriptor", "wrapper_descriptor", "builtin_function_or_method",
            "staticmethod", "classmethod"}
PLAIN = {"str", "int", "dict", "tuple", "NoneType", "bool", "float"}


def kind(value):
    name = type(value).__name__
    return "attribute" if name in ("getset_descriptor", "member_descriptor") else name


def describe(name, value, indent, of_type):
    line = f"{indent}{name} {kind(value)}"
    if kind(value) in CALLABLE:
        line += f" {getattr(value, '__text_signature__', None)!r}"
        if getattr(value, "__name__", name) != name:
            line += f" name={value.__name__}"
    if kind(value) not in PLAIN and getattr(value, "__doc__", None) is None and kind(value) != "attribute":
        line += " undocumented"
    return line


def dump(cls, name, seen):
    print(f"  {name}: {cls.__module__}.{cls.__qualname__}({', '.join(b.__name__ for b in cls.__bases__)})"
          f" flags={cls.__flags__ & FLAGS:#x} dict={cls.__dictoffset__ != 0} weak={cls.__weakrefoffset__ != 0}"
          f" meta={type(cls).__name__} sig={cls.__text_signature__!r} doc={cls.__doc__ is not None}")
    if cls in seen:
        return
    seen.add(cls)
    for attribute, value in sorted(vars(cls).items()):
        if attribute not in INHERITED:
            print(describe(attribute, value, "    ", True))


seen = set()
builtin_types = {v for v in vars(importlib.import_module("builtins")).values() if isinstance(v, type)}
for module_name in MODULES:
    module = importlib.import_module(module_name)
    print(module_name)
    for name, value in sorted(vars(module).items()):
        if name in SKIPPED or name.startswith("__map_"):
            continue
        if not isinstance(value, type):
            print(describe(name, value, "  ", False))
        elif value in builtin_types or not (value.__flags__ & HEAPTYPE) and value.__module__ == "builtins":
            print(f"  {name} = {value.__name__}")
        else:
            dump(value, name, seen)
