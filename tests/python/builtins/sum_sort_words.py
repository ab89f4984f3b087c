"""Sums and sorts of ints of one digit, of machine words and beyond, and of strings of each width."""
import random

random.seed(8)

edges = [0, 1, -1, 2**29, 2**30 - 1, 2**30, 2**30 + 1, 2**31, 2**59, 2**60, 2**61 - 1, 2**61, 2**62, 2**63 - 1, 2**63, 2**64, 2**90, 2**120]
edges += [-n for n in edges]
print(sum(edges), sum(edges[::-1]), sum(edges, 2**63), sum([2**62, 2**62]), sum([2**62] * 5), sum([-2**63, -1]))
for n in edges:
    print(n, hash(n), sum([n]), sum([n, n]), sum([n, 1.5]), sum((n, True, False, n)))
print(sum([2**63 - 1, 1]), sum([True, 2**40, 0.5, 2]), sum([[1], [2]], []), sum([], 5), sum([2**40, 1j]))


class Int(int):
    def __add__(self, other):
        return "added"

    __radd__ = __add__


try:
    print(sum([1, Int(2)]))
    print(sum([2**40, Int(2), "x"]))
except TypeError as error:
    print(error)

# The list is read as it is at each step.
class Grower:
    def __radd__(self, other):
        items.extend([2**40, 3])
        return other


items = [1, Grower(), 2**35]
print(sum(items), len(items))


class Shrinker:
    def __radd__(self, other):
        items.clear()
        return other


items = [1, Shrinker(), 2**35]
print(sum(items), items)

for low, high in ((0, 2**30), (-2**30, 2**30), (0, 2**62), (-2**63, 2**63), (-2**200, 2**200)):
    numbers = [random.randrange(low, high) for _ in range(500)] + [0, -1, 1]
    numbers += numbers[:50]
    ordered = sorted(numbers)
    assert all(a <= b for a, b in zip(ordered, ordered[1:])) and sorted(ordered) == ordered
    assert sorted(numbers, reverse=True) == ordered[::-1]
    assert sorted(numbers, key=lambda n: -n) == ordered[::-1]
print(sorted(edges))
print(sorted(edges, key=lambda n: n % 7))
print(sorted([True, 2**40, False, 3, -2**70]), sorted([2**40, 1.5, -2**70, 7]))

alphabets = ["ab", "ab\xe9\xff", "ab\u0416", "ab\U0001f600", "a\0b"]
for first in alphabets:
    for second in alphabets:
        words = ["".join(random.choice(alphabet) for _ in range(random.randrange(5))) for alphabet in (first, second) for _ in range(40)]
        ordered = sorted(words)
        assert all(a <= b for a, b in zip(ordered, ordered[1:]))
        assert ordered == sorted(words, key=lambda w: [ord(c) for c in w])
    print(ascii(ordered[40:46]))

# So many that they are sorted in parts; equal keys stay in order.
for keys in (
    [random.randrange(1 << 17) for _ in range(300_000)],
    [random.randrange(1 << 45) >> 28 for _ in range(140_000)],
    [str(random.randrange(90_000)) for _ in range(270_000)],
    [chr(0x400 + random.randrange(1_000)) + str(random.randrange(50)) for _ in range(150_000)],
    list(range(200_000)) + list(range(200_000)),
    list(range(300_000, 0, -1)),
    [str(n) for n in range(10**6, 10**6 + 140_000)][::-1] + ["x"],
):
    places = sorted(range(len(keys)), key=keys.__getitem__)
    pairs = [(keys[i], i) for i in places]
    assert all(a < b for a, b in zip(pairs, pairs[1:]))
    assert sorted(keys) == [key for key, _ in pairs] and sorted(places) == list(range(len(keys)))
    back = sorted(range(len(keys)), key=keys.__getitem__, reverse=True)
    assert all(keys[a] > keys[b] or keys[a] == keys[b] and a < b for a, b in zip(back, back[1:]))
    print(len(keys), pairs[0], pairs[-1])
