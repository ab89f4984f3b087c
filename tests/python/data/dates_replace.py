"""copy.replace() of subclasses: the classes' own replace(), through the constructor."""

import copy
import datetime as d
class D(d.datetime):
    def replace(self, **k): print('D.replace'); return super().replace(**k)
    def __new__(cls, *a, **k):
        print('new', a, k); return super().__new__(cls, *a, **k)
class E(d.date):
    def replace(self, **k): print('E.replace'); return super().replace(**k)
    def __new__(cls, *a, **k):
        print('new', a, k); return super().__new__(cls, *a, **k)
class T(d.time):
    def replace(self, **k): print('T.replace'); return super().replace(**k)
    def __new__(cls, *a, **k):
        print('new', a, k); return super().__new__(cls, *a, **k)
for x in (D(2020,1,2,3,4,5,6), D(2020,1,2,fold=1), D(2020,1,2,tzinfo=d.timezone.utc), E(2020,1,2), T(1,2,3,4), T(1,fold=1), T(1,tzinfo=d.timezone.utc)):
    print(repr(copy.replace(x)), type(copy.replace(x)))
print(D(2020,1,2).__replace__(year=5), E(2020,1,2).__replace__(day=5), T(1).__replace__(hour=2))
