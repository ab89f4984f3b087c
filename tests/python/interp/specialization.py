"""Instructions that were specialised for some operands meet others."""


class Small:
    def __init__(self, n):
        self.a = n
        self.b = n + 1


class Slotted:
    __slots__ = ('a', 'b')

    def __init__(self, n):
        self.a = n
        self.b = -n


class Many:
    """More attributes than shared keys have room for."""

    def __init__(self, n):
        for i in range(40):
            setattr(self, f'x{i}', i)
        self.a = n
        self.b = 0


class Computed:
    def __init__(self, n):
        self.n = n

    @property
    def a(self):
        return self.n * 10

    def __getattr__(self, name):
        if name == 'b':
            return 'dynamic'
        raise AttributeError(name)


def attributes(o):
    return o.a, o.b


def store(o, value):
    o.a = value
    return o.a


objects = [Small(1), Slotted(2), Many(3)]
for round in range(6):
    for o in objects:
        for _ in range(60):
            result = attributes(o)
            store(o, round)
        print(type(o).__name__, result, attributes(o))
print(attributes(Computed(4)))

# The class changes under a specialised instruction.
for _ in range(100):
    attributes(objects[0])
Small.a = property(lambda self: 'class wins', lambda self, value: None)
print(attributes(objects[0]))
del Small.a
print(attributes(objects[0]))


class Base:
    def __init__(self, n):
        self.n = n
        self.extra = 1


class Wide(Base):
    def __init__(self, n):
        for i in range(12):
            setattr(self, f'w{i}', i)
        super().__init__(n)


total = 0
for i in range(300):
    total += Base(i).n
    total += Wide(i).n
print(total)


def add(a, b):
    return a + b


def compare(a, b):
    return a < b, a == b


pairs = [(1, 2), (1.5, 2), ('a', 'b'), ([1], [2]), (2 ** 70, 1), (True, False), (2 ** 30 - 1, 1), (-2 ** 30, -1)]
for _ in range(4):
    for a, b in pairs:
        for _ in range(60):
            s = add(a, b)
        print(s, compare(a, b))


def index(o, i):
    return o[i]


class Indexed:
    def __getitem__(self, i):
        return ('item', i)


for _ in range(3):
    for o, i in [([1, 2, 3], 1), ((4, 5), -1), ('xyz', 2), ({7: 8}, 7), (Indexed(), 9), (range(5), 3), ('\u20ac\U0001f600', 1)]:
        for _ in range(60):
            found = index(o, i)
        print(found, end=' ')
    print()
for o, i in [([], 0), ((), 0), ('', 0), ({}, 'k'), ([1], 5)]:
    try:
        index(o, i)
    except (IndexError, KeyError) as error:
        print(type(error).__name__, error)


def call(f, *args):
    return f(*args)


def direct(f, x):
    return f(x)


class Callable:
    def __call__(self, x):
        return ('called', x)

    def method(self, x):
        return ('method', x)

    @classmethod
    def make(cls, x):
        return (cls.__name__, x)


def generator(n):
    for i in range(n):
        got = yield i
        if got:
            yield ('sent', got)


for _ in range(3):
    for f, x in [(len, 'abc'), (abs, -3), (str, 5), (type, 1), (Callable(), 1), (Callable().method, 2), (Callable.make, 3),
                 (lambda x: x * 2, 4), (tuple, [1]), ([].append, 1), (int, '7'), (Small, 3)]:
        for _ in range(60):
            r = direct(f, x)
        print(r if not isinstance(r, Small) else (r.a, r.b), end=' ')
    print()


def strings(n):
    s = ''
    t = s
    for i in range(n):
        s += str(i % 10)
        if i == 5:
            t = s
    return s, t


print(strings(20))


def delegate(n):
    result = yield from generator(n)
    return result


for _ in range(3):
    print(list(delegate(4)), sum(generator(100)))
g = delegate(3)
print(next(g), g.send('x'), next(g))
try:
    g.throw(ValueError('thrown'))
except ValueError as error:
    print(error)

# Globals and built-ins that appear and go.
def uses_global():
    return thing


thing = 1
for _ in range(100):
    uses_global()
thing = 2
print(uses_global())
del thing
try:
    uses_global()
except NameError as error:
    print(error)


def uses_builtin(x):
    return len(x)


for _ in range(100):
    uses_builtin('ab')
len = lambda x: 'mine'
print(uses_builtin('ab'))
del len
print(uses_builtin('ab'))


class Init:
    def __init__(self, x):
        self.x = x


def make(x):
    return Init(x)


for i in range(100):
    make(i)
Init.__init__ = lambda self, x: 5
try:
    make(1)
except TypeError as error:
    print(error)
Init.__init__ = lambda self, x: setattr(self, 'x', 'new')
print(make(1).x)
