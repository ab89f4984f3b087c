# Interpreters with a GIL of their own have native types in common with all others: nothing that hangs off these may be
# counted or change. CPython has most of these types once an interpreter.
import sys
from concurrent import interpreters

CHECK = '''
import datetime
import gc
import sys
import types

for module in sys.builtin_module_names:
    try:
        __import__(module)
    except ImportError:
        pass


def is_immortal(value):
    return sys.getrefcount(value) > 1 << 30


def subclasses(class_, seen):
    if class_ not in seen:
        seen.add(class_)
        for each in type.__subclasses__(class_):
            subclasses(each, seen)
    return seen


DESCRIPTORS = (types.MethodDescriptorType, types.GetSetDescriptorType, types.MemberDescriptorType,
               types.WrapperDescriptorType, types.ClassMethodDescriptorType)
known, mortal = set(), []


def check(path, value):
    if id(value) in known:
        return
    known.add(id(value))
    if not is_immortal(value):
        mortal.append(path)
        return
    if isinstance(value, type):
        return
    for part in gc.get_referents(value):
        check(path + " -> ", part)
    if isinstance(value, DESCRIPTORS):
        check(path + ".__name__", value.__name__)
        check(path + ".__qualname__", value.__qualname__)


native = [class_ for class_ in subclasses(object, set()) if is_immortal(class_)]
if hasattr(sys, "_taipan"):
    for class_ in native:
        for key, value in vars(class_).items():
            check(key, key)
            check(f"{class_.__name__}.{key}", value)
        check(f"{class_.__name__}.__mro__", class_.__mro__)
        check(f"{class_.__name__}.__bases__", class_.__bases__)
        if not class_.__flags__ & 1 << 8:
            mortal.append(f"{class_.__name__} can change")
    for zone in (datetime.timezone.utc, datetime.timezone.min, datetime.timezone.max):
        check(f"{zone}.utcoffset()", zone.utcoffset(None))
print(mortal)
'''
made = [interpreters.create() for _ in range(2)]
for interpreter in made:
    interpreter.exec(CHECK)
exec(CHECK)
for interpreter in made:
    interpreter.close()
