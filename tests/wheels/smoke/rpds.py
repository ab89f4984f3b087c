"""Persistent containers."""
from rpds import HashTrieMap, HashTrieSet, List

m = HashTrieMap({"a": 1}).insert("b", 2)
print(m.remove("a"), len(m), m["b"], HashTrieSet([1]).insert(1), List([1, 2]).push_front(0), hash(m) == hash(HashTrieMap({"b": 2, "a": 1})))
try:
    m["zz"]
except KeyError as error:
    print(repr(error))
