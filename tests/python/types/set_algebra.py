# Operations on sets whose elements' comparisons look at the sets or change them.


class Key:
    def __init__(self, value, hash, act=None):
        self.value, self.hash, self.act = value, hash, act

    def __hash__(self):
        return self.hash

    def __eq__(self, other):
        if not isinstance(other, Key):
            return NotImplemented
        log.append((self.value, other.value))
        if self.act:
            self.act()
        if other.act:
            other.act()
        return self.value == other.value

    def __repr__(self):
        return f"K{self.value}"


log = []


def show(name, made):
    print(name, sorted(map(str, made)) if isinstance(made, (set, frozenset)) else made, log)
    log.clear()


for kind in set, frozenset:
    a = kind([Key(i, i % 3) for i in range(6)])
    b = kind([Key(i, i % 3) for i in range(3, 9)])
    log.clear()
    show("difference", a - b)
    show("intersection", a & b)
    show("union", a | b)
    show("symmetric", a ^ b)
    show("subset", a <= b)
    show("subset of itself", kind(list(a)) <= a)
    show("disjoint", a.isdisjoint(b))
    show("equal", a == b)
    show("mapping", kind.difference(a, dict.fromkeys(b)))
    show("several", a.difference(b, [next(iter(a))]))
    show("intersections", a.intersection(b, list(b)))

# Removed elements leave places that are not free.
s = set(range(8))
for i in range(5):
    s.discard(i)
print(s - {5}, s & {1, 6}, s <= {5, 6, 7}, {0, 6} <= s, {0, 1}.isdisjoint(s), 0 in s, 6 in s)
s.update(range(100, 130))
print(sorted(s - set(range(110))), sorted(s & set(range(0, 200, 7))))

# The same object with another hash than when it was put in.
k = Key(1, 5)
one = {k}
k.hash = 6
two = {k}
show("other hash", (len(one - two), len(one & two), one <= two, one.isdisjoint(two), k in one, k in two))

# Comparisons that change the sets.
for name in "difference", "intersection", "issubset", "isdisjoint", "union", "symmetric_difference", "__eq__":
    for target in "left", "right":
        left, right = set(), set()

        def act():
            (left if target == "left" else right).clear()

        left.update([Key(1, 1, act), Key(2, 2, act), Key(3, 3)])
        right.update([Key(4, 1, act), Key(2, 2, act), Key(5, 3)])
        log.clear()
        try:
            made = getattr(left, name)(right)
            print(name, target, type(made).__name__, len(left), len(right))
        except Exception as error:
            print(name, target, type(error).__name__, error)


def fail():
    raise ValueError("compared")


left, right = {Key(1, 1, fail)}, {Key(2, 1)}
for name in "difference", "intersection", "issubset", "isdisjoint", "union", "__eq__", "__lt__":
    try:
        print(name, getattr(left, name)(right))
    except ValueError as error:
        print(name, error)

# An intersection with an iterator asks for no more than it needs.
for make in set, frozenset:
    for wanted in (), (1,), (1, 2), (3, 9):
        iterator = iter([1, 2, 1, 3, 4])
        print(sorted(make(wanted).intersection(iterator)), list(iterator))
