d = {"a": 1, "b": 2}
d["c"] = 3
del d["a"]
print(d, len(d), "b" in d, d.get("z"), d.setdefault("q", []), d.pop("b"), d.pop("b", "gone"))
print(list(d.keys()), list(d.values()), list(d.items()), d | {"n": 1})
for bad in (lambda: d["x"], lambda: d[[]], lambda: {}.popitem(), lambda: d.pop("x"), lambda: dict([1]), lambda: dict([(1,)])):
    try:
        bad()
    except Exception as e:
        print(type(e).__name__, e)
try:
    for k in d:
        d[k + "x"] = 1
except RuntimeError as e:
    print(e)


class Evil:
    def __init__(self, target):
        self.target = target

    def __hash__(self):
        return 1

    def __eq__(self, other):
        self.target.clear()
        return False


e = {}
e[Evil(e)] = 1
e[Evil(e)] = 2
print(len(e))
print(dict(zip("ab", (1, 2))) if False else dict([("a", 1)], b=2), dict.fromkeys("ab", 0))
print({1: 2} == {1: 2.0}, {1: 2} != {1: 3}, d.keys() & {"c"}, list(reversed({"x": 1, "y": 2})))


class Missing(dict):
    def __missing__(self, key):
        return key * 2


print(Missing()["ab"])
