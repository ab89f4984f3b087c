"""Streams of zstd: levels, options, dictionaries, limits, what is left over, errors, workers, threads."""

import _zstd
import gc
import threading
from compression import zstd
from compression.zstd import CompressionParameter as CP, DecompressionParameter as DP, Strategy


def attempt(label, function):
    try:
        print(label, repr(function())[:90])
    except Exception as e:
        print(label, type(e).__name__, e)


def compressor(*args, **kwargs):
    _zstd.ZstdCompressor(*args, **kwargs)
    return "made"


def decompressor(*args, **kwargs):
    _zstd.ZstdDecompressor(*args, **kwargs)
    return "made"


def state(d):
    return d.eof, d.needs_input, d.unused_data


for arguments in ((1, 2, 3, 4), ("x",), (2**70,), (100,), (-(2**31),), (-(2**31) - 1,), (22,), (1.5,), (True,), (None, 5),
                  (1, {}), (None, {1: 2}), (None, {DP.window_log_max: 20}), (None, {CP.window_log: "x"}),
                  (None, {CP.window_log: 100}), (None, {"x": 1}), (None, {CP.window_log: 2**40}), (None, {2**70: 1}),
                  (None, {CP.compression_level: 100}), (None, {CP.nb_workers: 2}), (None, {CP.nb_workers: -1}),
                  (None, {CP.strategy: Strategy.btopt}), (None, {CP.checksum_flag: 5}), (None, {CP.ldm_hash_log: 500}),
                  (None, {500: 1}), (None, None, 5), (None, None, (1, 2))):
    attempt(("compressor", *arguments), lambda: compressor(*arguments))
for arguments in ((1, 2, 3), (None, 5), (None, {CP.window_log: 20}), (None, {DP.window_log_max: 100}),
                  (None, {DP.window_log_max: "x"}), (None, {"x": 1}), (None, {5: 1}), (None, {DP.window_log_max: 2**40}),
                  (None, {DP.window_log_max: 11}), (5,), ((5, 5),)):
    attempt(("decompressor", *arguments), lambda: decompressor(*arguments))
attempt("keyword", lambda: compressor(foo=1))
for arguments in ((), (5,), ("x",), (b"",), (b"12345678",), (b"12345678", True)):
    attempt(("dictionary", *arguments), lambda: zstd.ZstdDict(*arguments))
attempt("keyword", lambda: zstd.ZstdDict(dict_content=b"12345678"))
raw = zstd.ZstdDict(b"12345678" * 10, is_raw=True)
print(raw, str(raw), len(raw), raw.dict_id, raw.dict_content[:9], raw.as_prefix, raw.as_digested_dict, raw.as_undigested_dict)
for pair in ((raw, 7), (raw, -1), (raw, "x"), (raw, 2**70), [raw, 1], (raw, True), (raw, 0), (raw, 2)):
    attempt(("pair", pair[1]), lambda: compressor(zstd_dict=pair))
    attempt(("pair", pair[1]), lambda: decompressor(pair))
attempt("read-only", lambda: setattr(raw, "dict_id", 4))
attempt("read-only", lambda: setattr(raw, "as_prefix", 4))
attempt("pickle", raw.__reduce__)
attempt("pickle", lambda: zstd.ZstdDecompressor().__reduce_ex__(2))
attempt("subclass", lambda: type("X", (zstd.ZstdCompressor,), {}))
attempt("immutable", lambda: setattr(zstd.ZstdCompressor, "x", 1))
print(gc.is_tracked(raw), any(x is raw for x in gc.get_referents(zstd.ZstdCompressor(zstd_dict=raw))))

bounds = _zstd.get_param_bounds
for arguments in ((100, True), (100, False), (5, True), (5, False), ("x", True), (101,)):
    attempt(("bounds", *arguments), lambda: bounds(*arguments))
print([parameter.bounds() for parameter in CP if parameter.name != "job_size"], [parameter.bounds() for parameter in DP])
frame = zstd.compress(b"hello" * 100)
attempt("size", lambda: zstd.get_frame_size(frame) == len(frame))
for data in (frame[:-1], b"", 5):
    attempt("size", lambda: zstd.get_frame_size(data))
for data in (frame, frame[:4], b"x" * 14, b"", "x"):
    attempt("info", lambda: _zstd.get_frame_info(data))
attempt("types", lambda: _zstd.set_parameter_types(1, 2))
attempt("types", lambda: _zstd.set_parameter_types(int, 2))
for arguments in ((b"abc", (3,), 0), (b"abc", (3,), 100), (b"abc", (2,), 100), (b"abc", ("x",), 100), (b"abc", (-1,), 100),
                  (b"abc", (2**70,), 100), ("abc", (3,), 100), (b"abc", [3], 100), (b"abc", (3,), "x"), (b"", (), 100),
                  (b"abc", (3,), 2**60), (b"abc", (3,), 2**70), (b"abc", (2**64 - 1, 4), 100), (b"abc", (3,))):
    attempt(("train", *arguments), lambda: _zstd.train_dict(*arguments))
for arguments in ((b"12345678", b"abc", (3,), 0, 3), (b"12345678", b"abc", (3,), 100, 3), (b"12345678", b"abc", (2,), 1000, 3),
                  (b"12345678", b"abc", (3,), 1000, 2**40), ("x", b"abc", (3,), 1000, 3), (b"12345678", b"abc", (3,), 1000)):
    attempt(("finalize", *arguments), lambda: _zstd.finalize_dict(*arguments))

samples = [b"%d red balloons and %d blue ones, sir %d\n" % (i, i * i, i % 7) for i in range(2000)]
trained = zstd.train_dict(samples, 4000)
final = zstd.finalize_dict(raw, samples, 3000, 5)
print(trained.dict_id > 0, len(trained) <= 4000, final.dict_id > 0, len(final) <= 3000)
text = b"".join(samples[:200])
for dictionary in (raw, trained, final):
    for how in (dictionary, dictionary.as_digested_dict, dictionary.as_undigested_dict, dictionary.as_prefix):
        for options in ({"level": 1}, {"options": {CP.compression_level: 10, CP.checksum_flag: 1}}):
            packed = zstd.compress(text, zstd_dict=how, **options)
            back = how if isinstance(how, tuple) else dictionary
            print(zstd.decompress(packed, zstd_dict=back) == text, end=" ")
packed = zstd.compress(text, zstd_dict=trained)
print(zstd.get_frame_info(packed).dictionary_id == trained.dict_id)
attempt("no dictionary", lambda: zstd.decompress(packed))
attempt("wrong dictionary", lambda: zstd.decompress(packed, zstd_dict=final))
damaged = zstd.ZstdDict(trained.dict_content[:8] + b"\xff" * 100)
attempt("damaged dictionary", lambda: zstd.compress(text, zstd_dict=damaged.as_digested_dict))
attempt("damaged dictionary", lambda: zstd.compress(text, zstd_dict=damaged))
attempt("damaged dictionary", lambda: zstd.decompress(packed, zstd_dict=damaged))

c = zstd.ZstdCompressor()
print(c.last_mode, c.CONTINUE, c.FLUSH_BLOCK, c.FLUSH_FRAME)
for arguments in (("x",), (b"x", 3), (b"x", -1), (b"x", 2**40), (), (b"x", "y"), (b"x", None)):
    attempt(("compress", *arguments), lambda: c.compress(*arguments))
for mode in (0, 3, "x", None):
    attempt(("flush", mode), lambda: c.flush(mode))
for size in (None, -1, 2**64, 2**64 - 2, 2**64 - 3, "x", 1.5, 5, True, -(2**70)):
    attempt(("pledge", size), lambda: c.set_pledged_input_size(size))
attempt("pledge", lambda: c.set_pledged_input_size(5))
attempt("at once", lambda: zstd.decompress(c.compress(b"123456", 2)))
attempt("pledge", lambda: c.set_pledged_input_size(5))
attempt("in parts", lambda: c.compress(b"1", 0))
attempt("pledge", lambda: c.set_pledged_input_size(5))
attempt("too little", c.flush)
attempt("again", lambda: (c.last_mode, zstd.decompress(c.compress(b"12345", 2)), c.last_mode, c.flush(1), c.last_mode))

d = zstd.ZstdDecompressor()
print(state(d))
for arguments in ((b"garbage!",), (frame + b"rest", 10), (b"more", 0), (b"", 480), (b"", 480), (b"x",), ("x",), (), (b"", 2**70)):
    attempt("decompress", lambda: d.decompress(*arguments))
    print(state(d))
print(d.unused_data is d.unused_data)
d = zstd.ZstdDecompressor()
for arguments in ((b"",), (b"", 0), (frame[:20],), (b"x" * 50,), (frame, 500)):
    attempt("decompress", lambda: d.decompress(*arguments))
    print(state(d))
for data in (frame[:-1], b"", frame + b"x", frame * 3):
    attempt("decompress", lambda: len(zstd.decompress(data)))
print(zstd.ZstdError.__mro__, zstd.ZstdError.__doc__, zstd.ZstdDict)

data = bytes(range(256)) * 8000 + text * 20
for level in (-5, 1, 3, 12, 19):
    print(level, zstd.decompress(zstd.compress(data, level)) == data, end=" ")
print()
for workers in (0, 1, 3):
    c = zstd.ZstdCompressor(options={CP.nb_workers: workers, CP.compression_level: 2, CP.job_size: 1 << 20})
    packed = b"".join(c.compress(data[i : i + 300_000]) for i in range(0, len(data), 300_000))
    packed += c.flush(c.FLUSH_BLOCK) + c.compress(data, c.FLUSH_BLOCK) + c.flush()
    d = zstd.ZstdDecompressor()
    out = d.decompress(packed, 100_000)
    while not d.eof:
        out += d.decompress(b"", 100_000)
    print(workers, out == data * 2, state(d))
d = zstd.ZstdDecompressor()
small = zstd.compress(text, 5)
out = b""
for i in range(len(small)):
    out += d.decompress(small[i : i + 1], 7)
    while not d.needs_input and not d.eof:
        out += d.decompress(b"", 7)
print(out == text, state(d))
results = []
shared = zstd.ZstdDict(trained.dict_content)


def work():
    packed = zstd.compress(data, zstd_dict=shared.as_digested_dict)
    results.append(zstd.decompress(packed, zstd_dict=shared) == data)


threads = [threading.Thread(target=work) for _ in range(3)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
print(results)
