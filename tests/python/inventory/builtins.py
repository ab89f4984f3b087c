"""What can be seen from outside of every builtin type, exception and function: names, kinds, signatures, flags, sizes."""

import builtins
import sys
import types

# Set by the first look-up: no property of the type.
VALID_VERSION_TAG = 1 << 19
HEAPTYPE = 1 << 9
# Types of library modules, which another script looks at, whether or not they are loaded at the start.
MODULES = {"_thread", "concurrent.interpreters", "collections", "datetime", "itertools", "os", "posix", "signal", "time", "typing"}
# Types of the implementation that no program can get an object of, or that CPython keeps with the interpreter although
# they belong to a module.
INTERNAL = {
    "builtins.EncodingMap", "builtins.InstructionSequence", "builtins.fieldnameiterator", "builtins.formatteriterator",
    "builtins.hamt", "builtins.hamt_node", "builtins.hamt_array_node", "builtins.hamt_bitmap_node",
    "builtins.hamt_collision_node", "builtins.odict_items", "builtins.odict_iterator", "builtins.odict_keys",
    "builtins.odict_values", "builtins.symtable entry", "builtins.uop_executor", "sys.legacy_event_handler",
    "builtins.items", "builtins.keys", "builtins.values", "builtins.line_iterator", "builtins.positions_iterator",
    "builtins.Token.MISSING",
    # Made by C code alone.
    "builtins.PyCapsule", "builtins.instancemethod",
}


def kind(value):
    return type(value).__name__


CALLABLE = {"classmethod_descriptor", "method_descriptor", "wrapper_descriptor", "builtin_function_or_method",
            "staticmethod", "classmethod"}
PLAIN = {"str", "int", "dict", "tuple", "NoneType", "bool", "float"}


def describe(name, value):
    """One attribute of a type or a module: its kind, signature, and whether it is documented."""
    line = f"  {name} {kind(value)}"
    if kind(value) in CALLABLE:
        line += f" {getattr(value, '__text_signature__', None)!r}"
        if getattr(value, "__name__", name) != name:
            line += f" name={value.__name__}"
    if kind(value) not in PLAIN and getattr(value, "__doc__", None) is None:
        line += " undocumented"
    if kind(value) in ("str", "int", "tuple", "NoneType") and name != "__doc__":
        line += f" {value!r}"
    return line


def dump(cls):
    flags = cls.__flags__ & ~VALID_VERSION_TAG
    print(f"{cls.__module__}.{cls.__qualname__}({', '.join(b.__name__ for b in cls.__bases__)}) flags={flags:#x}"
          f" size={cls.__basicsize__}+{cls.__itemsize__} dict={cls.__dictoffset__} weak={cls.__weakrefoffset__}"
          f" meta={type(cls).__name__} sig={cls.__text_signature__!r} doc={cls.__doc__ is not None}")
    for name, value in sorted(vars(cls).items()):
        print(describe(name, value))


def walk(cls, found):
    for sub in type.__subclasses__(cls):
        if sub not in found and not sub.__flags__ & HEAPTYPE:
            found.add(sub)
        walk(sub, found)


found = {object}
walk(object, found)
for module in (builtins, types):
    found.update(value for value in vars(module).values() if isinstance(value, type) and not value.__flags__ & HEAPTYPE)
native = set(sys.builtin_module_names) - {"builtins", "sys", "types"} | MODULES
found = {cls for cls in found if cls.__module__ not in native and f"{cls.__module__}.{cls.__qualname__}" not in INTERNAL}
found -= {cls for cls in found if cls.__module__.startswith("typing") and cls.__name__ != "Union"}
for cls in sorted(found, key=lambda cls: (cls.__module__, cls.__qualname__)):
    dump(cls)
print("functions of builtins")
for name, value in sorted(vars(builtins).items()):
    if kind(value) == "builtin_function_or_method":
        print(describe(name, value))
    elif not isinstance(value, type) and not name.startswith("__"):
        print(f"  {name} {kind(value)}")
