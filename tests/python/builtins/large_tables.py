"""Dictionaries and sets of so many keys that their tables keep bits of the hashes, and are looked through ahead."""
import random

random.seed(3)


class Key:
    """A key with a hash of choice, equal to keys of the same name."""

    def __init__(self, name, hash):
        self.name, self.hash, self.asked = name, hash, 0

    def __hash__(self):
        return self.hash

    def __eq__(self, other):
        self.asked += 1
        return isinstance(other, Key) and self.name == other.name


def check(d, model):
    assert len(d) == len(model), (len(d), len(model))
    for key, value in model:
        assert d[key] == value


# Keys that differ in the bits above those that choose the slot only, in tables of each width of index.
for n in (100, 200, 5_000, 40_000, 100_000, 700_000):
    for shift in (16, 20, 40, 58):
        d = {}
        for i in range(n):
            d[i] = i
        for i in range(300):
            d[(i + 1) << shift] = -i
        assert all(d[(i + 1) << shift] == -i for i in range(300))
        assert all(((i << shift) | 1 << 100) not in d for i in range(300))
        for i in range(0, 300, 2):
            del d[(i + 1) << shift]
        assert all((((i + 1) << shift) in d) == (i % 2 == 1) for i in range(300) if (i + 1) << shift >= n)
    print(n, len(d))

# Strings: inserted, deleted, inserted again, with holes and dummies.
words = ["w%d" % random.randrange(10**9) for _ in range(300_000)]
d = dict.fromkeys(words, 0)
for word in words[::3]:
    d.pop(word, None)
gone = set(words[::3])
check(d, [(word, 0) for word in set(words) - gone])
for word in words[::3]:
    d[word] = 1
check(d, [(word, 1 if word in gone else 0) for word in set(words)])
assert "missing" not in d and "" not in d
while len(d) > 100_000:
    d.popitem()
assert sorted(d) == sorted(list(d)) and all(word in d for word in list(d))
print("strings")

# Who is asked for equality: only keys of the same hash.
d = {i: i for i in range(100_000)}
many = [Key(str(i), (i % 50) * 0x100000 + 7) for i in range(500)]
for key in many:
    d[key] = key.name
for key in many:
    assert d[Key(key.name, key.hash)] == key.name
asked = sum(key.asked for key in many)
assert Key("none", 0x7fff00000 + 7) not in d
assert sum(key.asked for key in many) == asked
print("asked", max(key.asked for key in many) > 0)

# A key that changes the dictionary while it is compared.
class Hostile(Key):
    __hash__ = Key.__hash__

    def __eq__(self, other):
        if d:
            d.clear()
        return False

d = {i: i for i in range(70_000)}
d[Hostile("x", 123_456_789)] = 1
print(d.get(Key("x", 123_456_789)), len(d))
d[1] = 2
print(d)

# Sets: dense, scattered, and what is made of them.
nums = [random.randrange(1 << 40) for _ in range(400_000)]
s = set(nums)
assert len(s) == len(dict.fromkeys(nums))
assert all(n in s for n in nums) and -1 not in s and 1 << 41 not in s
t = set(nums[::2])
assert s - t == {n for n in nums if n not in t} and s & t == t and s | t == s and s ^ t == s - t
assert set(tuple(nums)) == s == frozenset(s.copy()) and set(words) == set(dict.fromkeys(words))
dense = set(range(600_000))
assert dense - set(range(0, 600_000, 2)) == set(range(1, 600_000, 2))
dense -= s
assert sorted(dense) == [n for n in range(600_000) if n not in s]
assert sum(s) == sum(sorted(s)) and sum(1 for _ in s) == len(s)
for n in nums[::2]:
    s.discard(n)
assert not s & t and s == set(nums) - t
print("sets")


class Growing(list):
    pass


class Adds:
    """An item of a list that is made a set, and which changes the list."""

    def __hash__(self):
        if len(items) < 70_000:
            items.extend(range(70_000, 70_100))
        else:
            items.clear()
        return 5

    def __eq__(self, other):
        return self is other


items = list(range(60_000)) + [Adds()]
s = set(items)
print(len(s), len(items))
items = list(range(69_990)) + [Adds(), 1, 2] + list(range(100))
s = set(items)
print(len(s), len(items))
