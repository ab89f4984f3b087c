class A:
    def __new__(cls, *a): return object.__new__(cls)
A(1)
del A.__new__
try: print(A(1))
except TypeError as e: print(e)
class M: pass
class B(M, int): pass
print(int.__new__(B, 5)+1, B(7)+1)
class C(int): __new__ = object.__new__
try: print(C(5))
except TypeError as e: print(e)
class D: __slots__=()
D.__new__ = int.__new__
try: print(D(5))
except TypeError as e: print(e)
class E(D, dict): pass
try: print(E({1:2}))
except TypeError as e: print(e)
