"""Contexts of exceptions thrown into generators, and errors that are shown in another place than they are raised."""
import sys
from contextlib import ExitStack, contextmanager


def chain(error):
    found = []
    while error and len(found) < 9:
        found.append(repr(error))
        error = error.__context__
    return found


@contextmanager
def fails(error):
    try:
        yield
    finally:
        raise error


errors = [Exception(n) for n in range(5)]
try:
    with ExitStack() as stack:
        for error in errors[:0:-1]:
            stack.enter_context(fails(error))
        raise errors[0]
except Exception as error:
    print(chain(error))


def handling():
    try:
        raise KeyError("own")
    except KeyError:
        yield


generator = handling()
next(generator)
try:
    try:
        raise ValueError("outer")
    except ValueError:
        generator.throw(TypeError("thrown"))
except TypeError as error:
    print(chain(error))


def plain():
    yield


generator = plain()
next(generator)
try:
    try:
        raise ValueError("outer")
    except ValueError:
        generator.throw(TypeError("thrown"))
except TypeError as error:
    print(chain(error))

try:
    1 / 0
except ZeroDivisionError:
    try:
        [1] * (1 << 62)
    except MemoryError as error:
        print(chain(error), error.args, error.__dict__)
held = []
for n in range(40):
    try:
        [1] * (1 << 62)
    except MemoryError as error:
        held.append(error)
        error.n = n
print(len({id(error) for error in held}), held[0].n, held[-1].n)
del held
try:
    [1] * (1 << 62)
except MemoryError as error:
    print(error.args, error.__dict__, error.__traceback__.tb_next)


class Sequence(list):
    pass


from collections import deque

items = deque([ValueError(1), TypeError(2)])
group = ExceptionGroup("g", items)
items.clear()
print(repr(group), group.args)
group = ExceptionGroup("g", Sequence([ValueError(1)]))
print(repr(group))


class Unshown(tuple):
    def __repr__(self):
        raise OSError("repr")


print(repr(ExceptionGroup("g", Unshown([ValueError(3)]))))


class Items:
    def __len__(self):
        return 1

    def __getitem__(self, i):
        if i:
            raise IndexError
        return ValueError(1)

    def __repr__(self):
        raise OSError("repr")


try:
    ExceptionGroup("g", Items())
except OSError as error:
    print(error)


def stubborn():
    while True:
        try:
            yield
        except GeneratorExit:
            pass


def hook(unraisable):
    print(unraisable.err_msg == "Exception ignored while closing generator " + shown, unraisable.object, unraisable.exc_value)


sys.unraisablehook = hook
generator = stubborn()
next(generator)
shown = repr(generator)
del generator


def source(coding, text):
    try:
        compile(b"# coding: " + coding + b"\nx = '" + text + b"'\n", "file", "exec")
    except SyntaxError as error:
        print(error, error.args)


source(b"shift-jis", b"\xc4\x85")
source(b"hex_codec", b"aa")
