"""Streams of lzma: formats, filters, limits, what is left over, errors, threads."""

import collections
import lzma
import _lzma
import threading
import types


def attempt(label, function):
    try:
        print(label, repr(function())[:90])
    except Exception as e:
        print(label, type(e).__name__, e)


def state(d):
    return d.check, d.eof, d.needs_input, d.unused_data


def compressor(*args, **kwargs):
    _lzma.LZMACompressor(*args, **kwargs)
    return "made"


def decompressor(*args, **kwargs):
    _lzma.LZMADecompressor(*args, **kwargs)
    return "made"


class Index:
    def __repr__(self):
        return "Index"

    def __index__(self):
        return 1


for arguments in ((1, -1, None, None, 5), ("x",), (1, "x"), (2**40,), (2**70,), (-(2**40),), (Index(),), (5,), (0,), (3,),
                  (2, 1), (1, 77), (1, 2), (1, -1, "x"), (1, -1, -1), (1, -1, 2**32), (1, -1, 1.5), (1, -1, 10),
                  (2, -1, 10), (3, -1, 10), (1, -1, 1, [])):
    attempt(("compressor", *map(str, arguments[:3])), lambda: compressor(*arguments))
attempt("keyword", lambda: compressor(foo=1))
attempt("twice", lambda: compressor(1, format=2))
LZMA1, LZMA2, DELTA, X86 = lzma.FILTER_LZMA1, lzma.FILTER_LZMA2, lzma.FILTER_DELTA, lzma.FILTER_X86
CHAINS = (5, {}, [], "ab", [5], [{}], [{"id": 4}] * 5, [{"id": "x"}], [{"id": 99}], [{"id": -1}], [{"id": 2**80}],
          [{"id": LZMA2, "foo": 1}], [{"id": LZMA2, "dict_size": -1}], [{"id": LZMA2, "preset": 99}],
          [{"id": LZMA2, "preset": "x"}], [{"id": LZMA2, 1: "x"}], [{"id": LZMA2, "mode": 99}],
          [{"id": DELTA, "dist": "x"}], [{"id": DELTA, "dist": 0}], [{"id": X86, "start_offset": "x"}], [{"id": DELTA}],
          [types.MappingProxyType({"id": LZMA2})], [collections.UserDict({"id": LZMA2})],
          [collections.OrderedDict({"id": LZMA2})], [{"id": LZMA1}], [{"id": LZMA2}, {"id": DELTA}])
for format in (lzma.FORMAT_XZ, lzma.FORMAT_ALONE, lzma.FORMAT_RAW):
    for chain in CHAINS:
        attempt((format, chain if len(str(chain)) < 60 else "..."), lambda: compressor(format, filters=chain))
for arguments in ((4,), (3,), (1, None, []), (3, 5), (3, 5, []), (3, None, []), (1, "x"), (1, -1), (1, 2**64), (1, 0),
                  (None,), (1, 2, 3, 4)):
    attempt(("decompressor", *arguments), lambda: decompressor(*arguments))
attempt("subclass", lambda: type("X", (_lzma.LZMACompressor,), {}))
attempt("pickle", lambda: lzma.LZMACompressor().__reduce_ex__(2))
attempt("checks", lambda: [i for i in range(-2, 20) if lzma.is_check_supported(i)])
attempt("check", lambda: lzma.is_check_supported("x"))
attempt("check", lambda: lzma.is_check_supported(2**40))

for spec in ({"id": LZMA2}, {"id": LZMA2, "dict_size": 1}, {"id": LZMA1}, {"id": LZMA1, "preset": 9, "lc": 1, "pb": 0},
             {"id": DELTA, "dist": 8}, {"id": X86}, {"id": X86, "start_offset": 16}, {"id": 10}, 4):
    attempt(("encode", spec), lambda: _lzma._encode_filter_properties(spec))
for arguments in ((LZMA2, b"\x1a"), (LZMA2, b""), (LZMA1, b"]\0\0\x80\0"), (DELTA, b"\7"), (X86, b""), (X86, b"\x10\0\0\0"),
                  (99, b""), ("x", b""), (LZMA2, 5), (-1, b""), (2**64, b""), (10, b"\x10\0\0\0"), (4,)):
    attempt(("decode", *arguments), lambda: _lzma._decode_filter_properties(*arguments))

data = bytes(range(256)) * 400 + b"0123456789" * 3000
CHAINS = [
    (lzma.FORMAT_XZ, -1, 0, None), (lzma.FORMAT_XZ, lzma.CHECK_NONE, 6 | lzma.PRESET_EXTREME, None),
    (lzma.FORMAT_XZ, lzma.CHECK_CRC32, None, [{"id": DELTA, "dist": 5}, {"id": LZMA2, "preset": 1}]),
    (lzma.FORMAT_XZ, lzma.CHECK_SHA256, None, [{"id": LZMA2, "mode": lzma.MODE_FAST, "mf": lzma.MF_HC3, "nice_len": 9}]),
    (lzma.FORMAT_ALONE, -1, 4, None), (lzma.FORMAT_ALONE, -1, None, [{"id": LZMA1, "lc": 0, "lp": 2}]),
    (lzma.FORMAT_RAW, -1, None, [{"id": LZMA1, "depth": 5}]),
    (lzma.FORMAT_RAW, -1, None, [{"id": X86}, {"id": DELTA}, {"id": LZMA2}]),
    (lzma.FORMAT_RAW, -1, None, [{"id": lzma.FILTER_ARM, "start_offset": 4}, {"id": LZMA2}]),
    *((lzma.FORMAT_XZ, -1, None, [{"id": i}, {"id": LZMA2}]) for i in (5, 6, 7, 8, 9)),
]
for format, check, preset, filters in CHAINS:
    packed = lzma.compress(data, format, check, preset, filters)
    d = lzma.LZMADecompressor(format, filters=filters if format == lzma.FORMAT_RAW else None)
    before = d.check
    out = d.decompress(packed[: len(packed) // 2]) + d.decompress(packed[len(packed) // 2 :])
    print(format, before, state(d), out == data, lzma.compress(b"", format, check, preset, filters)[:6])

packed = lzma.compress(b"hello" * 1000)
attempt("at once", lambda: lzma.decompress(packed * 2) == b"hello" * 2000)
for bad in (b"garbage", packed[:-1], packed[:40] + b"\0" + packed[41:], packed + b"x", b""):
    attempt("bad", lambda: lzma.decompress(bad))
attempt("limit", lambda: lzma.decompress(packed, memlimit=1000))
d = lzma.LZMADecompressor()
for arguments in ((packed + b"rest", 0), (b"", 10), (b"", 490), (b"x",), (b"y",)):
    attempt("max_length", lambda: d.decompress(*arguments))
    print(state(d))
d = lzma.LZMADecompressor()
for arguments in ((packed, 5000), (b"", 0), (b"", 0), (b"", 5)):
    attempt("max_length", lambda: len(d.decompress(*arguments)))
    print(state(d))
d = lzma.LZMADecompressor()
out = b""
for i in range(len(packed)):
    out += d.decompress(packed[i : i + 1], 3)
    while not d.needs_input and not d.eof:
        out += d.decompress(b"", 3)
print(out == b"hello" * 1000, state(d))
d = lzma.LZMADecompressor()
for _ in range(3):
    attempt("after an error", lambda: d.decompress(b"xyz" * 10))
    print(state(d))
for arguments in (("x",), (b"x", 2**70), (b"x", "y"), ()):
    attempt("arguments", lambda: lzma.LZMADecompressor().decompress(*arguments))
c = lzma.LZMACompressor()
attempt("nothing", lambda: c.compress(b""))
attempt("flush", lambda: len(c.flush()))
attempt("flush", c.flush)
attempt("compress", lambda: c.compress(b"x"))
print(lzma.LZMAError.__mro__, lzma.LZMAError.__module__, lzma.LZMAError.__qualname__, lzma.LZMAError.__doc__)

results = []
big = data * 4
threads = [threading.Thread(target=lambda: results.append(lzma.decompress(lzma.compress(big, preset=1)) == big)) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)
