"""Compressed data, in pieces and at once; the first byte chooses."""

import zlib
import _zstd
from compression import zstd

SEEDS = [
    b"\0" + zlib.compress(b"hello hello hello " * 9), b"\x01" + zlib.compress(bytes(range(256)) * 3, 9, wbits=-15),
    b"\x02" + zlib.compress(b"a" * 1000, wbits=31), b"\x03" + zlib.compress(b"xyz" * 30, wbits=15, level=0),
    b"\x04" + zstd.compress(b"hello hello hello " * 9), b"\x05" + zstd.compress(bytes(range(256)) * 30, 19),
    b"\x06" + zstd.compress(b"one") + zstd.compress(b"two" * 100),
    b"\x07" + zstd.compress(b"sum" * 50, options={zstd.CompressionParameter.checksum_flag: 1}),
]
# Enough to see what happens, and not too much for any memory.
MOST = 1 << 16
BITS = (15, -15, 31, 47)


def of_zlib(bits, data):
    whole = zlib.decompressobj(bits)
    try:
        expected = whole.decompress(data, MOST)
    except zlib.error:
        expected = None
    pieces = zlib.decompressobj(bits, b"dictionary" if bits == 15 else b"") if bits > 0 else zlib.decompressobj(bits)
    out = b""
    try:
        for at in range(0, len(data), 7):
            left = data[at:at + 7]
            while left and len(out) < MOST:
                out += pieces.decompress(left, 100)
                left = pieces.unconsumed_tail
        pieces.copy().flush(10)
    except zlib.error:
        return
    # The copy may know a dictionary that the other one lacked.
    if expected is not None and whole.eof and pieces.eof and not whole.unconsumed_tail:
        assert out == expected


def of_zstd(data):
    reader = zstd.ZstdDecompressor()
    out = b""
    try:
        out = reader.decompress(data, MOST)
        while not reader.eof and not reader.needs_input and len(out) < MOST:
            out += reader.decompress(b"", 1000)
    except zstd.ZstdError:
        out = None
    slow = zstd.ZstdDecompressor()
    pieces = b""
    try:
        for at in range(0, len(data), 5):
            if slow.eof:
                break
            pieces += slow.decompress(data[at:at + 5], 50)
            while not slow.needs_input and not slow.eof and len(pieces) < MOST:
                pieces += slow.decompress(b"", 50)
            if len(pieces) >= MOST:
                return
    except zstd.ZstdError:
        return
    if out is not None and reader.eof and slow.eof:
        assert out == pieces
    for read in (zstd.get_frame_info, lambda data: zstd.ZstdDict(data), lambda data: zstd.ZstdDict(data, is_raw=True)):
        try:
            read(data)
        except (zstd.ZstdError, ValueError):
            pass


def check(data):
    choice, data = (data[:1] or b"\0")[0], data[1:]
    if choice & 4:
        of_zstd(data)
    else:
        of_zlib(BITS[choice & 3], data)
