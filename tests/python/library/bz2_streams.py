"""Streams of bz2: limits, what is left over, errors, threads."""

import bz2
import _bz2
import threading


def attempt(label, function):
    try:
        print(label, repr(function())[:90])
    except Exception as e:
        print(label, type(e).__name__, e)


def state(d):
    return d.eof, d.needs_input, d.unused_data


for arguments in ((0,), (10,), ("x",), (1, 2)):
    attempt(arguments, lambda: _bz2.BZ2Compressor(*arguments))
attempt("keyword", lambda: _bz2.BZ2Compressor(compresslevel=3))
attempt("positional", lambda: _bz2.BZ2Decompressor(1))
attempt("subclass", lambda: type("X", (_bz2.BZ2Compressor,), {}))
c = _bz2.BZ2Compressor()
attempt("int", lambda: c.compress(3))
attempt("str", lambda: c.compress("x"))
attempt("bytes", lambda: c.compress(b"x"))
attempt("flush", c.flush)
attempt("flush", c.flush)
attempt("compress", lambda: c.compress(b"x"))
attempt("pickle", lambda: c.__reduce_ex__(2))
data = bytes(range(256)) * 4000
for level in (1, 5, 9):
    packed = bz2.compress(data, level)
    print(level, len(packed), bz2.decompress(packed) == data)
print(bz2.compress(b""), bz2.decompress(b""), bz2.decompress(bz2.compress(b"a") + bz2.compress(b"b")))
attempt("garbage", lambda: bz2.decompress(b"garbage"))
attempt("short", lambda: bz2.decompress(packed[:-1]))
damaged = bytearray(packed)
damaged[50] ^= 255
d = _bz2.BZ2Decompressor()
attempt("damaged", lambda: d.decompress(damaged))
print(state(d))
attempt("damaged", lambda: d.decompress(damaged))
small = bz2.compress(b"hello" * 100)
d = _bz2.BZ2Decompressor()
for arguments in ((small + b"rest", 0), (b"", 10), (b"", 490), (b"x", 100)):
    attempt("limit", lambda: d.decompress(*arguments))
    print(state(d))
d = _bz2.BZ2Decompressor()
out = b"".join(d.decompress(small[i : i + 1]) for i in range(len(small)))
print(out == b"hello" * 100, state(d))
results = []
threads = [threading.Thread(target=lambda: results.append(bz2.decompress(bz2.compress(data)) == data)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)
d = _bz2.BZ2Decompressor()
threads = [threading.Thread(target=lambda: [d.decompress(b"") for _ in range(200)]) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(d.decompress(small, 5), state(d))
