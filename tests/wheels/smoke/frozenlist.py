"""A list that freezes."""
from frozenlist import FrozenList

f = FrozenList([1, 2, 3])
f.append(4)
f[1:2] = [7, 8]
f.freeze()
print(f, len(f), f == [1, 7, 8, 3, 4], hash(f) == hash((1, 7, 8, 3, 4)))
try:
    f.append(5)
except RuntimeError as error:
    print(error)
