"""Items of memoryviews: every native format, its limits, and what goes wrong in which order."""
import struct


def attempt(what, function, *args):
    try:
        print(what, repr(function(*args)))
    except Exception as e:
        print(what, type(e).__name__, e)


def assign(view, key, value):
    view[key] = value
    return view[key]


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Int(int):
    pass


class Releasing:
    def __init__(self, view, value):
        self.view, self.value = view, value

    def __index__(self):
        self.view.release()
        return self.value

    def __float__(self):
        self.view.release()
        return 1.5

    def __bool__(self):
        self.view.release()
        return True


class Raising:
    def __init__(self, error):
        self.error = error

    def __index__(self):
        raise self.error('from __index__')

    def __float__(self):
        raise self.error('from __float__')

    def __bool__(self):
        raise self.error('from __bool__')


INTS = 'bBhHiIlLqQnNP'
for c in INTS + 'fde?c':
    for form in (c, '@' + c):
        size = struct.calcsize(c)
        store = bytearray(8 * 2)
        m = memoryview(store).cast(form)
        values = []
        for bits in (0, 7, 8, 15, 16, 30, 31, 32, 60, 63, 64):
            for off in (-1, 0, 1):
                values += [(1 << bits) + off, -(1 << bits) + off]
        values = sorted(set(values)) if form == c else [0, 1, -1, 255, 256]
        values += [True, Int(5), Index(6), Index(1 << 70), 1.0, 2.5, -0.0, 1e300, float('inf'), float('nan'),
                   65504.0, 65519.9, 65520.0, 6e-8, 'a', '', b'a', b'', b'ab', bytearray(b'a'), None, [], [1]]
        for value in values:
            store[:] = b'\x55' * len(store)
            if isinstance(value, Index):
                shown = f'Index({value.value})'
            else:
                shown = repr(value)
            attempt(f'{form} {shown}', assign, m, 1, value)
            if store != b'\x55' * len(store):
                print('   ', store.hex())
        for error in (TypeError, OverflowError, ValueError, KeyError, IndexError):
            attempt(f'{form} raising {error.__name__}', assign, m, 0, Raising(error))

print('indices')
store = bytearray(range(16))
m = memoryview(store)
KEYS = [0, 15, -1, -16, 16, -17, 1 << 31, -(1 << 31), 1 << 62, 1 << 64, -(1 << 64), True, Int(3), Index(4), Index(-4),
        Index(99), Index(1 << 80), 1.0, None, 'a', (), (1,), (16,), (-16,), (-17,), (1, 2), (True,), ..., Raising(KeyError)]
for key in KEYS:
    shown = type(key).__name__ if isinstance(key, (Index, Raising)) else repr(key)
    attempt(f'get {shown}', m.__getitem__, key)
    attempt(f'set {shown}', m.__setitem__, key, 7)
    attempt(f'set {shown} bad', m.__setitem__, key, 'x')
    attempt(f'set {shown} large', m.__setitem__, key, 256)
    attempt(f'del {shown}', m.__delitem__, key)
print(store.hex())

print('read-only')
r = memoryview(bytes(range(8)))
for key in (0, 8, -9, 'a', slice(None), (1,)):
    attempt(f'get {key}', lambda: r[key] if not isinstance(key, slice) else bytes(r[key]))
    attempt(f'set {key}', r.__setitem__, key, 7)
    attempt(f'set {key} bad', r.__setitem__, key, 'x')
    attempt(f'del {key}', r.__delitem__, key)

print('released')
m = memoryview(bytearray(4))
m.release()
for key in (0, 9, 'a', slice(None)):
    attempt(f'get {key}', m.__getitem__, key)
    attempt(f'set {key}', m.__setitem__, key, 'x')
for c in 'BhqPfde?':
    store = bytearray(16)
    m = memoryview(store).cast(c)
    attempt(f'{c} index releases, get', lambda: m[Releasing(m, 1)])
    m = memoryview(store).cast(c)
    attempt(f'{c} index releases, set', lambda: m.__setitem__(Releasing(m, 1), 1))
    m = memoryview(store).cast(c)
    attempt(f'{c} value releases', lambda: m.__setitem__(0, Releasing(m, 1)))
    m = memoryview(store).cast(c)
    attempt(f'{c} value releases, large', lambda: m.__setitem__(0, Releasing(m, 1 << 70)))
    m = memoryview(store).cast(c)
    attempt(f'{c} value releases, tuple', lambda: m.__setitem__((0,), Releasing(m, 1)))
    m = memoryview(store).cast(c)
    attempt(f'{c} index out of bounds', lambda: m.__setitem__(99, Releasing(m, 1)))
    attempt(f'{c} still there', lambda: m[0])
    print(store.hex())

print('strides')
store = bytearray(range(16))
for s in (slice(None, None, 2), slice(None, None, -1), slice(3, 9, 3), slice(5, 5), slice(14, 2, -5)):
    v = memoryview(store)[s]
    print(s, list(v), v.tolist())
    for i in (0, 1, -1, len(v) - 1, len(v), -len(v), -len(v) - 1):
        attempt(f'get {i}', v.__getitem__, i)
        attempt(f'set {i}', v.__setitem__, i, 200 + i % 50)
    print(store.hex())
v = memoryview(store).cast('h')[::-3]
v[0], v[-1] = -2, 300
print(v.tolist(), store.hex())

print('dimensions')
m = memoryview(bytearray(range(24))).cast('B', (2, 3, 4))
for key in (0, 5, (1, 2, 3), (-1, -1, -1), (2, 0, 0), (0, 3, 0), (0, 0, -5), (0, 0), (0, 0, 0, 0), (1.0, 0, 0)):
    attempt(f'get {key}', m.__getitem__, key)
    attempt(f'set {key}', m.__setitem__, key, 99)
    attempt(f'set {key} bad', m.__setitem__, key, -1)
print(m.tolist())
z = memoryview(bytearray(8)).cast('q', ())
for key in (0, (), ..., (0,), 'a'):
    attempt(f'get {key}', lambda: z[key] if key is not ... else z[key].shape)
    attempt(f'set {key}', z.__setitem__, key, -5)
    attempt(f'set {key} bad', z.__setitem__, key, 1 << 63)
print(z.tolist())

print('formats')
import ctypes
class Point(ctypes.Structure):
    _fields_ = [('x', ctypes.c_int), ('y', ctypes.c_int)]
for m in (memoryview((Point * 2)()), memoryview((ctypes.c_int * 3)(1, 2, 3)), memoryview((ctypes.c_uint8 * 3)(1, 2, 3))):
    print(m.format, m.itemsize)
    attempt('get', m.__getitem__, 0)
    attempt('get out', m.__getitem__, 9)
    attempt('set', m.__setitem__, 0, 1)
    attempt('set bad', m.__setitem__, 9, 'x')
