"""Writes tests/data/codecs.tsv (run with CPython 3.14; optional scale factor and file).

Rows: codec, final, input, output, consumed, errors (start:end:reason, separated by |). The error handler inserts `?` and goes on
after the stretch.
"""
import _codecs
import codecs
import os
import random
import sys
import warnings

warnings.simplefilter("ignore")
scale = int(sys.argv[1]) if len(sys.argv) > 1 else 1
out = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(__file__), "../tests/data/codecs.tsv")
rnd = random.Random(7 + scale)
seen = []


def handler(e):
    seen.append(f"{e.start}:{e.end}:{e.reason}")
    return "?", e.end


codecs.register_error("t", handler)
CP1252 = "".join(bytes([i]).decode("cp1252", "replace").replace("\ufffd", "\ufffe") for i in range(256))
MAP = _codecs.charmap_build(CP1252)
UTF8 = [b"a", b"bc", b"\xc3", b"\xa9", b"\xe2\x82\xac", b"\xe2", b"\x82", b"\xed\xa0\x80", b"\xf0\x9f\x98\x80", b"\xf0\x9f", b"\xf4\x90", b"\x80",
        b"\xff", b"\xc0\x80", b"\xe0\x80", b"\xe0\xa0", b"\xf5", b"\xf4\x8f\xbf\xbf", b"\xf0\x8f", b"\xed\x9f\xbf", b"z" * 40]
U16 = [b"a\0", b"\0a", b"\x00\xd8", b"\xd8\x00", b"\x00\xdc", b"\xdc\x00", b"\xff\xfe", b"\xfe\xff", b"x", b"\xac\x20", b"\0\0"]
U32 = [b"a\0\0\0", b"\0\0\0a", b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"\0\xd8\0\0", b"\0\0\xd8\0", b"x", b"\0\0\x11\0", b"\0\x11\0\0", b"\0\0\x01\0"]
U7 = [b"+", b"-", b"a", b"A", b"+AGE-", b"+2AA-", b"+2AHcAA-", b"/", b"9", b"\x80", b"+-", b" ", b"~", b"+IKw", b"3AA", b"!"]
ESC = [b"\\", b"n", b"x4", b"x41", b"u", b"U", b"u00e9", b"U0001f600", b"U00110000", b"N", b"{", b"}", b"N{BULLET}", b"N{NOPE}", b"777", b"12", b"8",
       b"\n", b"'", b'"', b"a", b"\xe9", b"q", b"0", b"x", b"{}"]
CHARS = "a b + - / \x7f \x80 \xe9 \u20ac \ud800 \udc00 \udfff \U0001f600 \t \n \\ ~ A 9 \0 \u0100 \ufffe".split(" ")


def tohex(b):
    return "x" + b.hex()


def cps(s):
    return "u" + ".".join(f"{ord(c):x}" for c in s)


def pick(pool, n=6):
    return b"".join(rnd.choice(pool) for _ in range(rnd.randint(0, n)))


rows = []


def dec(name, data, final, f):
    seen.clear()
    try:
        r = f()
    except ValueError as e:
        rows.append((name, str(int(final)), tohex(data), str(e), "0", ""))
        return
    text, n = r[0], r[1]
    t = cps(text) if isinstance(text, str) else tohex(text)
    rows.append((name, str(int(final)), tohex(data), t, str(n), "|".join(seen)))


for _ in range(400 * scale):
    for final in (True, False):
        d = pick(UTF8)
        dec("utf_8", d, final, lambda: codecs.utf_8_decode(d, "t", final))
        d = pick(U16)
        for n, o in (("utf_16", 0), ("utf_16_le", -1), ("utf_16_be", 1)):
            dec(n, d, final, lambda: codecs.utf_16_ex_decode(d, "t", o, final))
        d = pick(U32, 4)
        for n, o in (("utf_32", 0), ("utf_32_le", -1), ("utf_32_be", 1)):
            dec(n, d, final, lambda: codecs.utf_32_ex_decode(d, "t", o, final))
        d = pick(U7)
        dec("utf_7", d, final, lambda: codecs.utf_7_decode(d, "t", final))
        d = pick(ESC)
        dec("unicode_escape", d, final, lambda: codecs.unicode_escape_decode(d, "t", final))
        dec("raw_unicode_escape", d, final, lambda: codecs.raw_unicode_escape_decode(d, "t", final))
    dec("escape", d, True, lambda: codecs.escape_decode(d, "strict"))
    dec("escape_replace", d, True, lambda: codecs.escape_decode(d, "replace"))
    d = pick(UTF8)
    dec("ascii", d, True, lambda: codecs.ascii_decode(d, "t"))
    dec("charmap", d, True, lambda: codecs.charmap_decode(d, "t", CP1252))
    s = "".join(rnd.choice(CHARS) for _ in range(rnd.randint(0, 7)))
    for n, f in (("utf_8", codecs.utf_8_encode), ("utf_16", codecs.utf_16_encode), ("utf_16_be", codecs.utf_16_be_encode),
                 ("utf_32_le", codecs.utf_32_le_encode), ("ascii", codecs.ascii_encode), ("latin_1", codecs.latin_1_encode),
                 ("utf_7", codecs.utf_7_encode), ("unicode_escape", codecs.unicode_escape_encode),
                 ("raw_unicode_escape", codecs.raw_unicode_escape_encode), ("charmap", lambda s, e: codecs.charmap_encode(s, e, MAP))):
        seen.clear()
        b, n2 = f(s, "t")
        rows.append(("enc_" + n, "1", cps(s), tohex(b), str(n2), "|".join(seen)))
rows = list(dict.fromkeys(rows))
with open(out, "w") as f:
    f.write("cp1252\t" + cps(CP1252) + "\n")
    for r in rows:
        f.write("\t".join(r) + "\n")
