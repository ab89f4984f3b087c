import abc
import gc
import sys

import paths


def show(function, *args, **kwargs):
    try:
        result = function(*args, **kwargs)
    except BaseException as error:
        extra = getattr(error, 'name', None), type(getattr(error, 'obj', None)).__name__
        print(type(error).__name__, error, *(extra if isinstance(error, AttributeError) else ()))
    else:
        print(repr(result).split(' at 0x')[0])


class Text(str):
    pass


class Data:
    def __get__(self, instance, owner):
        return 'data', type(instance).__name__, owner.__name__

    def __set__(self, instance, value):
        if value == 'bad':
            raise ValueError('bad value')
        instance.seen = value


class Method:
    def __get__(self, instance, owner):
        return 'non-data'


class Plain:
    shared = 'class'
    data = Data()
    method = Method()

    def __init__(self):
        self.own = 'own'

    @property
    def failing(self):
        raise AttributeError('inner')

    @property
    def worse(self):
        raise KeyError('inner')

    def function(self, *args):
        return 'function', args


class Slots:
    __slots__ = 'a', 'b'
    c = 1


class Fallback(Plain):
    def __getattr__(self, name):
        if name == 'nothing':
            raise AttributeError(name)
        return 'fallback ' + name


class Listed(list):
    pass


class Key:
    def __hash__(self):
        return hash('odd')

    def __eq__(self, other):
        return other == 'odd'

    def __repr__(self):
        return 'Key()'


def with_dict():
    p = Plain()
    p.__dict__['more'] = 'more'
    return p


def with_odd_key():
    p = Plain()
    p.__dict__[Key()] = 'odd value'
    return p


def with_many():
    p = Plain()
    for i in range(300):
        setattr(p, f'name{i}', i)
    return p


def deleted():
    p = Plain()
    del p.own
    return p


print('attributes')
for make in Plain, with_dict, with_odd_key, with_many, deleted, Slots, Fallback, Listed, lambda: Plain, lambda: sys, lambda: 5, lambda: None:
    for name in ('own', 'shared', 'data', 'method', 'failing', 'worse', 'function', 'missing', 'more', 'odd', 'name250', 'a', 'c',
                 'nothing', '__class__', Text('own'), Text('shared'), Text('odd'), Text('missing'), 'real', 5, b'own'):
        print(make.__name__, repr(name), end=' ')
        show(paths.get, make(), name)
        print(end='    ')
        if isinstance(name, str):
            show(paths.get_optional, make(), name)
        else:
            print()
    for name in 'own', 'fresh', 'data', 'method', 'shared', 'failing', 'a', 'c', Text('own'), Text('fresh'), '_'.join(['made', 'up']), 5:
        for value in [1], ['bad'], []:
            instance = make() if make not in () else None
            if instance in (Plain, sys) and name not in ('missing', 5):
                continue
            print(make.__name__, 'set', repr(name), value, end=' ')
            show(paths.set, instance, name, *value)
            if hasattr(instance, '__dict__') and type(instance) is not type(sys) and not isinstance(instance, type):
                print('   ', sorted(map(str, vars(instance)))[:4], getattr(instance, 'own', 'none'), getattr(instance, 'seen', 'none'))

print('calls')


class Init:
    def __init__(self, *args, **kwargs):
        self.given = args, kwargs

    def __repr__(self):
        return f'Init({self.given})'


class BadInit:
    def __init__(self, *args):
        return 5


class Raising:
    def __init__(self):
        raise ValueError('no')


class New:
    def __new__(cls, *args):
        return args


class Both:
    def __new__(cls, *args):
        print('new', args)
        return object.__new__(cls)

    def __init__(self, *args):
        print('init', args)


class Static:
    __init__ = staticmethod(lambda *args: print('static', args))


class Abstract(abc.ABC):
    @abc.abstractmethod
    def needed(self):
        pass


class AbstractInit(Abstract):
    def __init__(self, *args):
        pass


class Meta(type):
    pass


class MetaCall(type):
    def __call__(cls, *args, **kwargs):
        return 'called', args, kwargs


class WithMeta(metaclass=Meta):
    pass


class WithCall(metaclass=MetaCall):
    pass


class SubInt(int):
    pass


class Broken(paths.Fails):
    pass


class Callable:
    def __call__(self, *args, **kwargs):
        return args, kwargs


def function(a, b=2, *rest, c=3, **more):
    return a, b, rest, c, more


def exact(a, b):
    return a, b


callables = [Plain, Init, BadInit, Raising, New, Both, Static, Abstract, AbstractInit, WithMeta, WithCall, SubInt, Broken, paths.Fails, object,
             int, str, list, dict, tuple, type, ValueError, OSError, Meta, Callable(), function, exact, len, paths.plain, paths.both,
             Plain().function, 'text'.upper, 5, classmethod(exact).__get__(1), print]
for callable in callables:
    name = getattr(callable, '__qualname__', type(callable).__name__)
    print(name, end=' ')
    show(paths.call, callable)
    for args in (), (5,), (5, 6), tuple(range(10)):
        if callable in (type, Meta) and len(args) == 1:
            continue
        print('   ', args, end=' ')
        show(paths.call, callable, args)
        print('       ', end=' ')
        show(paths.vector, callable, args)
        for keywords in {}, {'a': 1}, {'end': '.\n'}, {5: 1}:
            print('       ', keywords, end=' ')
            show(paths.call, callable, args, keywords)
        print('       ', end=' ')
        show(paths.vector, callable, args + ('x',), ('b',))
kwargs = {'k': 1}
args = (1, 2)
print(paths.call(paths.both, args, kwargs)[1] is kwargs, paths.call(paths.both, args, kwargs)[0] is args, paths.both(*args, **kwargs)[1] is kwargs,
      paths.call(paths.plain, args) is args)
show(paths.plain, 1, a=2)
show(paths.plain)
show(paths.both)
show(paths.method, Plain(), 'function', 1, 2)
show(paths.method, [3], 'append', 1)
show(paths.method, Plain(), 'missing')
show(paths.method, Plain, 'function', 'as self')
show(paths.method, with_dict(), 'more')
show(paths.method, 'text', 'upper')

print('operators')


class Number:
    def __init__(self, name):
        self.name = name

    def __add__(self, other):
        return NotImplemented if self.name == 'shy' else (self.name, '+', other)

    def __radd__(self, other):
        return NotImplemented if self.name == 'shy' else (other, '+r', self.name)

    def __lt__(self, other):
        if self.name == 'loud':
            raise KeyError('lt')
        return NotImplemented if self.name == 'shy' else [self.name]

    def __repr__(self):
        return self.name


class SubNumber(Number):
    def __radd__(self, other):
        return 'sub first'

    def __gt__(self, other):
        return []


things = [1, 2**70, 1.5, True, 'a', [1], None, Number('n'), Number('shy'), SubNumber('s'), Number('loud')]
for a in things:
    for b in things:
        print(a, b, end=' ')
        show(paths.add, a, b)
        for op in range(6):
            print(end='    ')
            show(paths.compare, a, b, op)

print('numbers')


class Index:
    def __index__(self):
        return 42

    def __float__(self):
        return 4.5


for number in (0, 1, -1, 2**29, -2**30, 2**30, 2**31, -2**31, 2**31 - 1, 2**63, 2**63 - 1, -2**63, -2**63 - 1, 2**2000, True, SubInt(9), 1.5, Index(),
               'x', None):
    show(paths.numbers, number)

print('text')
for text in b'', b'a', b'\xc3\xa9', b'some text', b'exactly8', b'nine char', b'\xe2\x82\xac and more text', b'a' * 200, b'abcdefgh\xc3\xa9', b'bad \xff':
    show(paths.text, text)
for op in 'ascii', 'caf\xe9', '\ud800', '', 'a\0b', Text('sub'), b'x', 5:
    show(paths.utf8, op)

print('parsing')
for args, kwargs in [((), {}), ((1,), {}), ((1, 2), {}), ((1, 2, 'x'), {}), ((), {'a': 1}), ((1,), {'a': 1}), ((1,), {'b': [], 'c': 'y'}), ((), {'b': 1}),
                     ((1,), {'d': 1}), ((1,), {'c': 5}), (('x',), {}), ((2**40,), {}), ((1,), {'cc': 'x'}), ((1,), {Text('b'): 3}),
                     ((1,), {'b': 1, 'c': 'x', 'd': 2}), ((1, 2, 3, 4), {}), ((), {'a': 1, 'b': 2, 'c': 'z', 'e': 5})]:
    show(paths.parse, *args, **kwargs)
    show(paths.parse_some, *args, **kwargs)
    show(paths.parse_wrong, *args, **kwargs)
    show(paths.parse_many, *args, **kwargs)
show(paths.parse_some, 1, **{'\xe9t\xe9': 5})
show(paths.parse_some, **{'': 1})
show(paths.parse_many, *range(10), m=5, n=6)
show(paths.parse_many, **{c: i for i, c in enumerate('nmlkjihgfedcba')})
show(paths.parse_many, *range(15))
show(paths.parse_many, 1, **{c: i for i, c in enumerate('nmlkjihgfedcba')})
show(paths.call, paths.parse, (1,), {5: 1})
show(paths.call, paths.parse, (1,), {Key(): 1})
show(paths.call, paths.parse, (1,), {'b': 5, Text('c'): 'x'})

print('building')
for which in range(12):
    show(paths.build, which, 'op')
show(paths.build, 9, [])

print('lists')
a, b, c = paths.lists('x')
print(len(a), len(b), c, set(a), set(b), a.__sizeof__() - [].__sizeof__(), b.__sizeof__())

print('counts')
name, value, instance, numbers = ''.join(['na', 'me']), object(), Plain(), [10**9, 10**9 + 1]
dictionary, odd = with_dict(), with_odd_key()


def count(function, *args, **kwargs):
    watched = [*args, *kwargs.values()]
    before = [sys.getrefcount(x) for x in watched]
    for _ in range(20):
        try:
            function(*args, **kwargs)
        except Exception:
            pass
    # A reference or two may stay in a frame or an exception.
    print([(sys.getrefcount(x) - n) // 10 for x, n in zip(watched, before)], end=' ')


for target in instance, dictionary, odd, Slots(), Plain, 5:
    for attribute in 'own', 'data', 'failing', 'missing', name, Text('own'):
        count(paths.get, target, attribute)
        count(paths.get_optional, target, attribute)
    print()
count(paths.set, instance, 'own', value)
instance.own = None
print(sys.getrefcount(value) // 10)
for callable in Plain, Init, BadInit, Raising, New, Abstract, WithMeta, Broken, list, exact, function, paths.both, paths.plain, len:
    count(paths.call, callable)
    count(paths.call, callable, (value,), {'k': value})
    count(paths.vector, callable, (value, value), ('a',))
    print(sys.getrefcount(value) // 10)
count(paths.add, *numbers)
count(paths.compare, *numbers, 0)
count(paths.numbers, numbers[0])
count(paths.parse, 1, value, c='text')
count(paths.parse, 'wrong', value)
count(paths.parse, 1, b=value, d=value)
for which in range(12):
    count(paths.build, which, value)
count(paths.lists, value)
for word in 'a', 'plain text', 'é', 'grüße', 'ἀρχή', '\U0001f600 wide':
    for size in 0, 1, 3, len(word), 2 * len(word), 40, 1500:
        show(paths.resize, word, size, max(map(ord, word)))
    show(paths.resize, word, 5, 127)
    show(paths.resize, word, 5, 255)
    show(paths.resize, word, 5, 0x10ffff)
show(paths.objects, lambda *args: len(args), value)
show(paths.objects, lambda *args: [type(arg).__name__ for arg in args], 1.5)
show(paths.careless, 'text', None, [])
show(paths.careless, 'text', value)
print()
gc.collect()
made = [Plain() for _ in range(10)] + [paths.call(Init, (1,)) for _ in range(10)]
print(all(gc.is_tracked(x) for x in made))
del made
print(gc.collect())
