# needs: libdb-5.3.so
"""_dbm: opening, items, what is refused, and files that can't be written."""

import os
import sys
import tempfile

import _dbm

os.chdir(tempfile.mkdtemp())
# The library tells its own errors to the terminal.
os.dup2(os.open(os.devnull, os.O_WRONLY), 2)


def show(f):
    try:
        print(f())
    except Exception as e:
        print(f"{type(e).__name__}: {e}", getattr(e, "errno", ""), getattr(e, "filename", ""))


print(_dbm.library, _dbm.error.__mro__)
for f in (lambda: _dbm.open(), lambda: _dbm.open(5), lambda: _dbm.open("x", 5), lambda: _dbm.open("x", None),
          lambda: _dbm.open("x", "z"), lambda: _dbm.open("x", "r", "x"), lambda: _dbm.open("nope"),
          lambda: _dbm.open("/nonexist/x", "c"), lambda: _dbm.open("a\0b", "c"), lambda: _dbm.open("x", "a\0b"),
          lambda: _dbm.open("x", flags="r"), lambda: _dbm.open("x", ""), lambda: _dbm.open("x", "c", 0o600, 4),
          lambda: _dbm.open("a\ud800", "n")):
    show(f)
for path in (b"bytes", "x", "\udc80"):
    _dbm.open(path, "n").close()
print(sorted(os.listdir(b".")))

d = _dbm.open("x", "n", 0o640)
print(repr(d)[:16], len(d), bool(d), d.keys())
for f in (lambda: d[b"a"], lambda: d["\xe9"], lambda: d[5], lambda: d.__setitem__("a", "b"), lambda: d["a"],
          lambda: d[b"a"], lambda: d.__setitem__(5, "b"), lambda: d.__setitem__("a", 5), lambda: d.__delitem__("zz"),
          lambda: d.__delitem__(5), lambda: "a" in d, lambda: 5 in d, lambda: b"a" in d, lambda: bytearray(b"a") in d,
          lambda: d.get("a"), lambda: d.get("b"), lambda: d.get("b", 3), lambda: d.get(), lambda: d.get(5),
          lambda: d.get(1, 2, 3), lambda: d.get("a", k=1), lambda: d.setdefault("q"), lambda: d.setdefault("q", b"z"),
          lambda: d.setdefault("r", b"z"), lambda: d.setdefault("s", 5), lambda: d.setdefault(5), lambda: len(d),
          lambda: bool(d), lambda: sorted(d.keys()), lambda: d.keys(1), lambda: d.clear(k=1), lambda: d.clear(),
          lambda: len(d), lambda: d[bytearray(b"a")], lambda: d[memoryview(b"a")], lambda: d.__setitem__("e", ""),
          lambda: d["e"], lambda: d.__setitem__("", "x"), lambda: d[""], lambda: d["\ud800"], lambda: iter(d),
          lambda: d.foo, lambda: setattr(d, "foo", 1), lambda: type(d)(), lambda: d.__enter__() is d,
          lambda: d.__exit__(), lambda: d.close(), lambda: d["a"], lambda: len(d), lambda: "a" in d, lambda: d.keys(),
          lambda: d.clear(), lambda: d.close(), lambda: d.get("a"), lambda: bool(d), lambda: d.__enter__() is d,
          lambda: d.__setitem__("a", "b"), lambda: d.setdefault("a"), lambda: d.__exit__(1, 2, 3)):
    show(f)

with _dbm.open("x", "n") as d:
    d["big"] = "x" * 100_000
    for i in range(500):
        d[f"key {i}"] = f"value {i}" * i
    print(len(d), len(d["big"]), all(d[f"key {i}"] == (f"value {i}" * i).encode() for i in range(500)))
    print(sorted(d.keys()) == sorted([b"big"] + [f"key {i}".encode() for i in range(500)]))
    for i in range(0, 500, 2):
        del d[f"key {i}"]
    print(len(d))
with _dbm.open("x") as d:
    print(len(d))
    for f in (lambda: d.__setitem__("a", "b"), lambda: d.__delitem__("big"), lambda: d.__delitem__("zz"),
              lambda: d.clear(), lambda: d.setdefault("a"), lambda: len(d["big"])):
        show(f)
with open("file.db", "w") as file:
    file.write("junk" * 100)
os.mkdir("folder.db")
show(lambda: _dbm.open("file", "r"))
show(lambda: _dbm.open("file", "w"))
show(lambda: _dbm.open("folder", "c"))
