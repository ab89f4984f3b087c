import sys
import single


def attempt(function, *args, **kwargs):
    try:
        print(function(*args, **kwargs))
    except Exception as error:
        print(type(error).__name__, error)


print(single.__name__, single.__doc__, single.ANSWER, single.add.__doc__)
attempt(single.add, 1, 2)
attempt(single.add, 1, 2, 0.5, "two")
attempt(single.add, 1)
attempt(single.add, "1", 2)
attempt(single.add, 1 << 64, 2)
attempt(single.add, 1, 2, 3, "a\0b")
attempt(single.pick, 1, first=2, second=3)
attempt(single.pick, 1, 2, 3)
attempt(single.pick)
attempt(single.pick, 1, third=3)
attempt(single.fail, ["é"])
attempt(single.call, lambda *args: args)
attempt(single.call, None)
attempt(single.many, *range(8), *[x / 2 for x in range(9)])
first = single
del sys.modules["single"]
import single
print(single is first, single.ANSWER)

import multi

print(multi.Box.__name__, multi.Box.__module__, multi.Box.__doc__, multi.Box.__text_signature__)
print(multi.Box([1], weight=3), len(multi.Box(1, 4)), multi.Box("a") + multi.Box("b"), multi.count())
box = multi.Box(None)
box.weight = 9
attempt(setattr, box, "weight", "heavy")
print(box.weight, isinstance(box, multi.Box), sys.getrefcount(box) < 5)


class Sub(multi.Box):
    pass


sub = Sub(1)
sub.extra = 2
print(sub, sub.extra, Sub.__mro__[1] is multi.Box)
del sub, box
print(multi.in_thread([]))
attempt(__import__, "missing")
