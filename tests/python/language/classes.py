class A:
    """Doc."""

    kind = "a"

    def __init__(self, v=0):
        self.v = v

    def __repr__(self):
        return f"{type(self).__name__}({self.v})"

    def __eq__(self, other):
        return isinstance(other, A) and self.v == other.v

    def __hash__(self):
        return hash(self.v)

    def __lt__(self, other):
        return self.v < other.v

    def __add__(self, other):
        return A(self.v + other.v)

    def __len__(self):
        return self.v

    def __getitem__(self, i):
        if i >= self.v:
            raise IndexError(i)
        return i * 10

    def __contains__(self, i):
        return i == 5

    def __call__(self, *args, **kw):
        return args, kw

    @property
    def double(self):
        return self.v * 2

    @double.setter
    def double(self, value):
        self.v = value // 2

    @classmethod
    def make(cls, v):
        return cls(v)

    @staticmethod
    def plain(v):
        return v

    def __getattr__(self, name):
        if name == "magic":
            return "xyzzy"
        raise AttributeError(f"no {name}")


class B(A):
    def __init__(self, v):
        super().__init__(v + 1)

    def __repr__(self):
        return "<" + super().__repr__() + ">"


a, b = A(3), B(3)
print(a, b, a + b, a == A(3), a != b, a < b, hash(a) == hash(A(3)))
print(len(a), list(a), 5 in a, 6 in a, a(1, k=2), bool(A(0)))
a.double = 20
print(a.v, a.double, B.make(1), A.plain(7), a.magic)
try:
    a.missing
except AttributeError as e:
    print(e)
print(B.__mro__, B.__name__, A.__doc__, B.__bases__)
print(isinstance(b, A), issubclass(B, A), type(b) is B, b.__dict__)


class Meta(type):
    def __new__(mcs, name, bases, ns, **kw):
        cls = super().__new__(mcs, name, bases, ns)
        cls.extra = kw
        return cls

    def __init__(cls, name, bases, ns, **kw):
        super().__init__(name, bases, ns)

    def __call__(cls, *args):
        print("calling", cls.__name__)
        return super().__call__(*args)


class M(metaclass=Meta, flag=1):
    def __init_subclass__(cls, **kw):
        print("subclass", cls.__name__, kw)


class N(M, flag=2):
    pass


print(M.extra, N.extra, type(N))
N()


class Slots:
    __slots__ = ("x", "y")


s = Slots()
s.x = 1
print(s.x, hasattr(s, "y"), hasattr(s, "__dict__"))
try:
    s.z = 1
except AttributeError as e:
    print(e)
try:
    s.y
except AttributeError as e:
    print(e)


class Descriptor:
    def __set_name__(self, owner, name):
        self.name = name

    def __get__(self, obj, owner=None):
        return self if obj is None else ("get", self.name)

    def __set__(self, obj, value):
        print("set", self.name, value)

    def __delete__(self, obj):
        print("delete", self.name)


class D:
    field = Descriptor()


d = D()
d.field = 3
print(d.field, type(D.field).__name__)
del d.field


class X(A, B if False else object):
    pass


try:

    class Y(A, B):
        pass
except TypeError as e:
    print(e)


class Diamond:
    def who(self):
        return ["Diamond"]


class L(Diamond):
    def who(self):
        return ["L"] + super().who()


class R(Diamond):
    def who(self):
        return ["R"] + super().who()


class Bottom(L, R):
    def who(self):
        return ["Bottom"] + super().who()


print(Bottom().who())
