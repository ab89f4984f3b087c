"""Writes tests/data/format.tsv (run with CPython 3.14; optional scale factor and file).

Rows: kind, value, text, answer. Kinds: format (value is typed), repr, ascii, bytes, template, percent.
"""
import _string
import os
import random
import sys
import struct

scale = int(sys.argv[1]) if len(sys.argv) > 1 else 1
out = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(__file__), "../tests/data/format.tsv")
rnd = random.Random(11 + scale)


def u(s):
    return "u" + ".".join(f"{ord(c):x}" for c in s)


def bits(x):
    return f"{struct.unpack('>Q', struct.pack('>d', x))[0]:x}"


def typed(v):
    if isinstance(v, str):
        return "s" + u(v)
    if isinstance(v, int):
        return f"i{v}"
    if isinstance(v, float):
        return "f" + bits(v)
    return "c" + bits(v.real) + "," + bits(v.imag)


VALUES = [0, 1, -1, 42, 123456789, -9876543210123, 255, 65, 0x10FFFF, 0x110000, -5, 10**40, "", "abc", "h\xe9llo w\u20acrld", "\U0001f600",
          0.0, -0.0, 1.0, -1.5, 1234567.891, 1e16, 1e-7, -0.001, 1e100, float("inf"), float("-inf"), float("nan"), 0.125, 999999.5, 12345678901234.5,
          1 + 2j, -1.5 - 0.25j, 0j, 1e20 + 1e-20j, complex(0, -1), complex(float("nan"), float("inf")), 12345.678 - 98765.4321j]
rows = []


def spec():
    s = ""
    if rnd.random() < 0.4:
        if rnd.random() < 0.5:
            s += rnd.choice("x0 *=<\u20ac\U0001f600")
        s += rnd.choice("<>=^")
    if rnd.random() < 0.25:
        s += rnd.choice("+- ")
    if rnd.random() < 0.1:
        s += "z"
    if rnd.random() < 0.2:
        s += "#"
    if rnd.random() < 0.2:
        s += "0"
    if rnd.random() < 0.5:
        s += str(rnd.choice([0, 1, 5, 8, 9, 10, 11, 12, 13, 14, 15, 20, 33]))
    if rnd.random() < 0.3:
        s += rnd.choice([",", "_", ",", "_", ",_", "__"])
    if rnd.random() < 0.35:
        s += "." + rnd.choice(["", "0", "1", "2", "3", "6", "10", "20"])
        if rnd.random() < 0.3:
            s += rnd.choice(",_")
    if rnd.random() < 0.8:
        s += rnd.choice("bcdoxXneEfFgG%snffggddxs") if rnd.random() < 0.95 else rnd.choice(["\xe9", "dd", " ", "q", "\u20ac"])
    return s


for _ in range(4000 * scale):
    v, s = rnd.choice(VALUES), spec()
    try:
        r = u(format(v, s))
    except (ValueError, OverflowError) as e:
        r = f"{type(e).__name__}: {e}"
    rows.append(("format", typed(v), u(s), r))
POOL = "abc'\"\\\n\t\r\0\x7f\x80\xa0\xad\xe9\u0378\u20ac\u2028\ud800\U0001f600\U000e0001 "
for _ in range(200 * scale):
    s = "".join(rnd.choice(POOL) for _ in range(rnd.randint(0, 8)))
    rows.append(("repr", "", u(s), u(repr(s))))
    rows.append(("ascii", "", u(s), u(ascii(s))))
    b = bytes(rnd.choice(b"ab'\"\\\n\t\r\0\x7f\x80\xff") for _ in range(rnd.randint(0, 8)))
    rows.append(("bytes", "", u(b.decode("latin-1")), u(repr(b))))
for _ in range(1500 * scale):
    s = "".join(rnd.choice(["{", "}", "a", "0", "1", ":", "!", "r", "[", "]", ".", "{}", "{0}", "x"]) for _ in range(rnd.randint(0, 9)))
    try:
        r = []
        for lit, field, sp, conv in _string.formatter_parser(s):
            r.append("|".join((lit, "-" if field is None else "=" + field, "-" if sp is None else "=" + sp, "-" if conv is None else "=" + conv)))
            if field is not None:
                pass
        r = u(";".join(r))
    except ValueError as e:
        r = f"ValueError: {e}"
    rows.append(("template", "", u(s), r))
    s = s.replace("{", "").replace("}", "")
    try:
        first, rest = _string.formatter_field_name_split(s)
        r = u(repr(first) + ";" + ";".join(f"{a} {k!r}" for a, k in rest))
    except ValueError as e:
        r = f"ValueError: {e}"
    rows.append(("field", "", u(s), r))
rows = list(dict.fromkeys(rows))
with open(out, "w") as f:
    for r in rows:
        f.write("\t".join(x.encode("ascii", "backslashreplace").decode() for x in r) + "\n")
