"""Sorting by tuples: what decides, what is asked, and what is raised."""
import random

random.seed(7)
nan = float("nan")


class Word:
    def __init__(self, text):
        self.text = text

    def __eq__(self, other):
        return self.text == other.text

    def __lt__(self, other):
        return self.text < other.text

    def __hash__(self):
        return hash(self.text)

    def __repr__(self):
        return f"Word({self.text})"


def show(title, items, **options):
    try:
        print(title, sorted(items, **options))
    except Exception as error:
        print(title, type(error).__name__, error)


pool = {
    "ints": lambda: random.randint(-3, 3),
    "big ints": lambda: random.choice([-(10**30), 10**30, 5, 10**30 + 1]),
    "floats": lambda: random.choice([0.0, -0.0, 1.5, -2.25, float("inf")]),
    "mixed numbers": lambda: random.choice([0, 0.0, 1, 1.5, True, 10**25]),
    "texts": lambda: random.choice(["a", "b", "ä", "\u20ac", "\U0001f40d", ""]),
    "bytes": lambda: random.choice([b"", b"a", b"\xff"]),
    "words": lambda: Word(random.choice("abc")),
    "tuples": lambda: (random.randint(0, 1), random.choice("xy")),
}
for name, make in pool.items():
    items = [(make(), make(), i) for i in range(20)]
    show(name, items)
    show(name + ", reversed", items, reverse=True)
    show(name + ", by key", items, key=lambda item: (item[1], -item[2]))

show("lengths", [(1, 2), (1,), (), (1, 2, 3), (1,)])
show("nan", [(nan, 2), (1.0, 1), (nan, 1), (1.0, 0)])
same = (nan, 3)
show("the same nan", [(nan, 3), same, (nan, 1)])
show("unlike", [(1, "a"), (1, 2)])
show("unlike first", [("a", 1), (1, 2)])
show("None", [(1, None), (1, None), (0, None)])
show("None decides", [(1, None), (1, 2)])
show("lists within", [([2], 1), ([1], 2), ([1], 1)])
show("not only tuples", [(1, 2), [1, 2]])
show("equal but not identical", [(Word("b"), 1), (Word("a"), 2), (Word("b"), 0)])


class Rude:
    def __eq__(self, other):
        raise ValueError("asked for equality")


show("raises", [(Rude(), 1), (Rude(), 2)])
rude = Rude()
print("identical are not asked", [item[1] for item in sorted([(rude, 2), (rude, 1)])])


class Odd:
    """Neither equal nor less: what __lt__ returns is taken for a truth value."""

    def __eq__(self, other):
        return []

    def __lt__(self, other):
        return "yes"


print("odd", len(sorted([(Odd(), i) for i in range(5)])))


class Sub(tuple):
    def __lt__(self, other):
        return tuple.__gt__(self, other)


show("subclass", [Sub((1, 1)), Sub((2, 0)), Sub((1, 5))])
items = [(random.choice("abc"), random.random() > 0.5, i) for i in range(300)]
random.shuffle(items)
print("long", sorted(items) == sorted(sorted(items, key=lambda item: item[2]), key=lambda item: item[:2]))


class Growing:
    """Changes the list that is being sorted."""

    def __eq__(self, other):
        victims.append(1)
        return False

    def __lt__(self, other):
        return False


victims = [(Growing(), i) for i in range(3)]
try:
    victims.sort()
except ValueError as error:
    print(error, len(victims))
