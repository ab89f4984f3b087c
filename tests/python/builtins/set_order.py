"""The order of sets in which elements were removed: what is added then takes the places that became free."""


def after(removed, added):
    s = {20, 21, 22, 23, 24, 25, 26}
    for x in (0, 32, 64, 96):
        s.add(x)
    for x in removed:
        s.discard(x)
    for x in added:
        s.add(x)
    return list(s)


for removed in ([], [0], [32], [0, 32], [0, 32, 64], [0, 64]):
    for added in ([128], [128, 160], [128, 160, 192]):
        print(removed, added, after(removed, added))

# Tables stay as large as they are when elements come and go.
s = set(range(10))
size = s.__sizeof__()
for i in range(500):
    s.discard(i % 10)
    s.add(1000 + i * 64)
    s.discard(1000 + i * 64)
    s.add(i % 10)
print(s.__sizeof__() == size, s)

s = set(range(128))
for i in range(2000):
    s.discard(i * 7 % 131)
    s.add(i * 31 % 1009)
print(len(s), list(s)[::9])
s.clear()
s |= {3, 35, 67, 1}
s -= {35}
s ^= {35, 99}
print(s, s & {99, 3}, s | {131}, s - {67})


class Key:
    """All have one hash; comparing them may change the set."""

    def __init__(self, name):
        self.name = name

    def __hash__(self):
        return 7

    def __eq__(self, other):
        if actions:
            actions.pop()()
        return self.name == other.name

    def __repr__(self):
        return self.name


def names():
    return sorted(map(repr, changed))


actions = []
keys = {name: Key(name) for name in "abcdefgh"}
changed = set()
for name in "abcd":
    changed.add(keys[name])
changed.discard(keys["a"])
print(names())
# The free place on the way is taken while the search compares.
actions = [lambda: changed.add(keys["e"])]
changed.add(keys["f"])
print(names(), keys["e"] in changed, keys["f"] in changed, len(changed))
# What it compares with goes.
actions = [lambda: changed.discard(keys["c"])]
changed.add(keys["g"])
print(names(), keys["g"] in changed, len(changed))
# All go.
actions = [changed.clear]
changed.add(keys["h"])
print(names(), len(changed))
