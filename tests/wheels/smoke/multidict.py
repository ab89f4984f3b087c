"""Multi-dictionaries."""
from multidict import CIMultiDict, MultiDict, MultiDictProxy, istr

d = MultiDict([("a", 1), ("b", 2), ("a", 3)])
d.add("c", 4)
print(d, d.getall("a"), list(d.items()), d.popone("a"), len(d))
c = CIMultiDict({"Key": "v"})
print(c["KEY"], istr("Key") in c, MultiDictProxy(d), d == {"a": 3, "b": 2, "c": 4})
try:
    d["zz"]
except KeyError as error:
    print(repr(error))
