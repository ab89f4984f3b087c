import _io as io
def t(f):
    try:
        print(repr(f()))
    except BaseException as e:
        print(type(e).__name__, e)
P = __file__
for mode in ("q", "rw", "rbt", "b", "rr", "U", "", "r+w"):
    t(lambda: open(P, mode))
t(lambda: open(P, 5)); t(lambda: open(P, "rb", encoding="x")); t(lambda: open(P, "rb", errors="x"))
t(lambda: open(P, "rb", newline="x")); t(lambda: open(P, buffering=0)); t(lambda: open(1.5)); t(lambda: open(P, newline="x"))
t(lambda: io._RawIOBase().readinto(b"")); t(lambda: io.FileIO(P).write(b""))
t(lambda: io.BytesIO().__getstate__()); t(lambda: io.StringIO("a").__getstate__()); t(lambda: io.StringIO(1)); t(lambda: io.StringIO("a", 1))
t(lambda: io.BytesIO().write("a"))
for state in (1, (b"",), (b"", "", None), (b"", -1, None), (b"", 1, 1)):
    t(lambda: io.BytesIO().__setstate__(state))
for state in (1, (b"",), ("", "", -1, None), ("", "", 1, 1), ("", "", "x", 1)):
    t(lambda: io.StringIO().__setstate__(state))
for stream in (io.BytesIO(), io.StringIO()):
    t(lambda: stream.seek(-1)); t(lambda: stream.seek(1, 9)); t(lambda: stream.seek(1, 1)); t(lambda: stream.truncate(-1)); t(lambda: stream.seek("a"))
    t(lambda: stream.read("a"))
def g():
    x = io.BytesIO(b"abc"); y = x.getbuffer(); x.truncate(0)
t(g)
for c in (io.BytesIO, io.BufferedReader, io.TextIOWrapper, io.StringIO, io.FileIO):
    t(lambda: c.__new__(c).read())
t(lambda: repr(io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))); t(lambda: io.TextIOWrapper(io.BytesIO(), errors=1))
t(lambda: io.TextIOWrapper(io.BytesIO(), encoding=1)); t(lambda: io.TextIOWrapper(io.BytesIO(), newline=1)); t(lambda: io.TextIOWrapper(io.BytesIO(), encoding="nope"))
t(lambda: io.IncrementalNewlineDecoder(None, False).decode(b"")); t(lambda: io.IncrementalNewlineDecoder(None, False).setstate(1))
w = io.TextIOWrapper(io.BytesIO(b"abc"))
t(lambda: w.seek(1, 1)); t(lambda: w.seek(1, 2)); t(lambda: w.seek(1, 5)); t(lambda: w.seek(-1)); t(lambda: w.seek("a")); t(lambda: w.write(b"a"))
t(lambda: open(P, "rb").write(b"")); t(lambda: open(P).write("")); t(lambda: open("/dev/null", "w").read()); t(lambda: open("/dev/null", "wb").read())
t(lambda: io.open_code(5)); t(lambda: open(P, "r", -1, 5)); t(lambda: open("/nope")); t(lambda: open("/tmp")); t(lambda: open(-1)); t(lambda: open(999))
t(lambda: open(P, "rb", closefd=False)); t(lambda: io.FileIO(P, "rr")); t(lambda: io.FileIO(P, "q")); t(lambda: io.FileIO("a\0b"))
t(lambda: io.FileIO(P, opener=lambda a, b: "x")); t(lambda: io.FileIO(P, opener=lambda a, b: -2))
t(lambda: io.BufferedReader(io.BytesIO(), 0)); t(lambda: open(P, "rb").seek(0, 9)); t(lambda: io.StringIO("a").write(5)); t(lambda: io.BytesIO().readinto(5)); t(lambda: open(P, "rb").read(-2))
t(lambda: io.UnsupportedOperation.__mro__)
b = io.BufferedRandom(io.BytesIO(b"abcdefghi"))
print(b.read(2), b.write(b"12"), b.read(2), b.tell(), b.flush(), b.tell(), b.read())
f = io.TextIOWrapper(io.BufferedRWPair(io.BytesIO(b"foo\nbar\n"), io.BytesIO()))
line = f.readline(); f.write(line); print(line, f.readline())
for newline in (None, "", "\n", "\r", "\r\n"):
    w = io.TextIOWrapper(io.BytesIO(b"a\nb\rc\r\nd"), encoding="ascii", newline=newline)
    w._CHUNK_SIZE = 1
    print(list(w), w.newlines)
w = io.TextIOWrapper(io.BytesIO("héllo\nwörld\n".encode() * 3), encoding="utf-8")
places = []
while True:
    places.append(w.tell())
    if not w.read(4):
        break
for at in places:
    w.seek(at); print(at, repr(w.read(4)))
