"""Prints one line of every property per code point; tests/unicode.rs hashes the same lines (run with CPython 3.14).

    python3.14 tools/dump_unicode.py > all.txt; UNICODE_DUMP=all.txt cargo test -p taipan-text unicode

Without the file the test compares checksums of blocks of 0x1000 code points, committed in tests/data/unicode.tsv and
written by `dump_unicode.py --sums`.
"""
import sys
import unicodedata as u

old = u.ucd_3_2_0


def x(s):
    return ".".join(f"{ord(c):x}" for c in s)


def line(c):
    h = chr(c)
    f = "".join("01"[bool(b)] for b in (h.isalpha(), h.isdecimal(), h.isdigit(), h.isnumeric(), h.islower(), h.isupper(),
                                        h.istitle(), h.isspace(), h.isprintable(), h.isidentifier(), ("a" + h).isidentifier(),
                                        len((h + "b").splitlines()) == 2, h.isalnum()))
    def n(v):
        return "-" if v is None else f"{v:g}"
    parts = [f"{c:x}", f, x(h.lower()), x(h.upper()), x(h.title()), x(h.casefold()), x(h.swapcase()), x(h.capitalize()),
             x(("A" + h + "\u03a3").lower()), x(("\u03a3" + h).lower() if c < 0x20000 else ""), x((h + "a").title()),
             n(u.decimal(h, None)), n(u.digit(h, None)), n(u.numeric(h, None)),
             u.category(h), str(u.combining(h)), u.bidirectional(h), str(u.mirrored(h)), u.east_asian_width(h), u.decomposition(h)]
    parts += [x(u.normalize(k, h)) for k in ("NFC", "NFD", "NFKC", "NFKD")]
    parts += [x(u.normalize("NFC", "e\u0327" + h + "\u0301")), x(old.normalize("NFKC", h))]
    parts += [old.category(h), str(old.combining(h)), old.bidirectional(h), str(old.mirrored(h)), old.east_asian_width(h),
              old.decomposition(h), n(old.decimal(h, None)), n(old.numeric(h, None)), u.name(h, "-")]
    return ";".join(parts)


def main():
    sums = "--sums" in sys.argv
    acc = 0xCBF29CE484222325
    for c in range(0x110000):
        s = line(c)
        if not sums:
            print(s)
            continue
        for b in s.encode():
            acc = (acc ^ b) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
        if c & 0xFFF == 0xFFF:
            print(f"{c >> 12:x}\t{acc:016x}")
            acc = 0xCBF29CE484222325


main()
