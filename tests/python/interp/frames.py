# Frames: their locals as a mapping, and the cycles that they are part of.
import gc, sys, weakref


def f():
    x = 1
    d = sys._getframe().f_locals
    d['x'] = 2
    d['other'] = 3
    print(x, sorted(locals()), reversed(d) == list(reversed(d.keys())))
    for wrong in ("d['nope']", "d.pop('x')", "del d['x']", "d.pop('nope')", "d[[]]"):
        try:
            exec(wrong)
        except Exception as error:
            print(wrong, type(error).__name__, error)
    d['self'] = d
    print(repr(d)[-6:])


f()
print([sorted(sys._getframe().f_locals) for a in [0]])


class Marker:
    pass


def cycle():
    marker = Marker()
    try:
        1 / 0
    except ZeroDivisionError as error:
        kept = error
    return weakref.ref(marker)


gc.collect()
ref = cycle()
print(gc.collect() > 0, ref() is None, gc.collect())


class Resurrected:
    def __del__(self):
        print('weak reference in __del__:', self.ref())
        saved.append(self)


saved = []
r = Resurrected()
r.me = r
r.ref = outside = weakref.ref(r)
del r
gc.collect()
print(outside(), len(saved))

a = Marker()
order = []
refs = [weakref.ref(a, lambda _, i=i: order.append(i)) for i in range(4)]
del a
print(order)


class P:
    def __init__(self):
        pass


def make():
    return P()


for _ in range(100):
    make()


def other(self, *args):
    self.n = len(args)


P.__init__.__code__ = other.__code__
print(make().n)
try:
    make.__code__.replace(co_nlocals=5)
except ValueError as error:
    print(error)
print([triple for triple in f.__code__.co_branches()][:1] != [])
