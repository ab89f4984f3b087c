"""Metaclasses whose `mro()` leaves the class out, goes away, or assigns bases itself."""
import types


def attempt(function):
    try:
        return function()
    except Exception as error:
        return f"{type(error).__name__}: {error}"


class B:
    pass


def make(order, vanish=False):
    class Meta(type):
        def mro(cls):
            if vanish:
                del Meta.mro
            return order(cls)

    def statement():
        class A(metaclass=Meta):
            pass

        return A.__mro__

    return attempt(statement)


print(make(lambda cls: (B,)), make(lambda cls: (B,), True))
print(make(lambda cls: (B, object)), make(lambda cls: (object,)))
print(make(lambda cls: (cls, B, object)))

ready = False


class Fail(Exception):
    pass


class M(type):
    fails = False

    def mro(cls):
        global ready
        if ready and cls.__name__ == "C":
            if C.__bases__ == (B2,):
                ready = False
            else:
                C.__bases__ = (B2,)
                if M.fails:
                    raise Fail
        return type.mro(cls)


for M.fails in False, True:

    class A(metaclass=M):
        pass

    class B1(A):
        pass

    class B2(A):
        pass

    class C(A):
        pass

    ready = True
    print(attempt(lambda: setattr(C, "__bases__", (B1,))))
    B1.__bases__ = (C,)
    print(C.__bases__, C.__mro__ == tuple(type.mro(C)), B2.__subclasses__(), B1.__subclasses__(), B1.__bases__)
    print([k.__name__ for k in C.__mro__], [k.__name__ for k in B1.__mro__])


class Qualified:
    class Inner(types.SimpleNamespace):
        def __new__(cls, *args, **kwargs):
            return cls.made if hasattr(cls, "made") else super().__new__(cls)


Qualified.Inner.__module__ = "somewhere.else"
namespace = Qualified.Inner()
Qualified.Inner.made = 5
print(attempt(lambda: namespace.__replace__()))
