"""Writes src/codec/cjk/tables.bin and src/codec/cjk/tables.rs (run with a CPython 3.14 that has its CJK codecs).

Every pair of bytes and every character is put to CPython's codecs; what they answer is sorted into tables by character
set, so that the encodings of one character set share its tables. A table maps a 16-bit number to a 16-bit number:

    256 rows of four bytes: offset of the row's first value (16 bits), its lowest and its highest low byte
    the values (16 bits), 0 for none

Tables for decoding are indexed by code, tables for encoding by the low 16 bits of the character. All numbers are
little-endian.
"""
import os
import struct
import sys

HERE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../src/codec/cjk")
BMP = [c for c in range(0x80, 0x10000) if not 0xD800 <= c < 0xE000]
PLANE2 = range(0x20000, 0x30000)
COMBINING = "\u0300\u0301\u02e5\u02e9\u309a\u0304\u030c"


def decoded(encoding, data):
    """The text of exactly these bytes, or nothing."""
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError:
        return None
    return text if len(text) < 3 else None


def encoded(encoding, text):
    try:
        return text.encode(encoding)
    except UnicodeEncodeError:
        return None


def pairs(encoding, prefix=b"", first=range(0x80, 0x100), second=range(0x30, 0x100)):
    """{code: text} of all that two bytes stand for."""
    found = {}
    for hi in first:
        for lo in second:
            text = decoded(encoding, prefix + bytes([hi, lo]))
            # Two characters may be two one-byte ones.
            if text and (len(text) == 1 or text[1] in COMBINING):
                found[hi << 8 | lo] = text
    return found


def single(found):
    return {code: ord(text) for code, text in found.items() if len(text) == 1 and ord(text) < 0x10000}


def astral(found):
    table = {}
    for code, text in found.items():
        if len(text) == 1 and ord(text) > 0xFFFF:
            assert ord(text) >> 16 == 2
            table[code] = ord(text) & 0xFFFF
    return table


def without(table, *others):
    """What the others do not say alike."""
    return {k: v for k, v in table.items() if not any(o.get(k) == v for o in others)}


def seven(table):
    return {k & 0x7F7F: v for k, v in table.items()}


def two(encoding, chars):
    """{character: code} of all characters that take two bytes."""
    table = {}
    for c in chars:
        data = encoded(encoding, chr(c))
        if data and len(data) == 2:
            table[c & 0xFFFF] = data[0] << 8 | data[1]
    return table


tables = {}
A1 = range(0xA1, 0xFF)

# JIS X 0208 and 0212.
jisx0208 = seven(single(pairs("euc_jp", first=A1, second=A1)))
jisx0212 = seven(single(pairs("euc_jp", b"\x8f", A1, A1)))
jisxcommon = {}
for c in BMP:
    data = encoded("euc_jp", chr(c))
    if data and len(data) == 2 and data[0] >= 0xA1:
        jisxcommon[c] = (data[0] << 8 | data[1]) & 0x7F7F
    elif data and len(data) == 3:
        jisxcommon[c] = (data[1] << 8 | data[2]) & 0x7F7F | 0x8000
tables["JISX0208"] = jisx0208
tables["JISX0212"] = jisx0212
tables["JISXCOMMON"] = jisxcommon


# JIS X 0213.
def plane_code(data):
    """The code in JIS X 0213 of bytes of EUC: bit 15 tells the plane."""
    if len(data) == 3:
        return (data[1] << 8 | data[2]) & 0x7F7F | 0x8000
    return (data[0] << 8 | data[1]) & 0x7F7F


one = {k & 0x7F7F: v for k, v in pairs("euc_jis_2004", first=A1, second=A1).items()}
other = {k & 0x7F7F: v for k, v in pairs("euc_jis_2004", b"\x8f", A1, A1).items()}
tables["JISX0213_1_BMP"] = without(single(one), jisx0208)
tables["JISX0213_1_EMP"] = astral(one)
tables["JISX0213_2_BMP"] = without(single(other), jisx0212)
tables["JISX0213_2_EMP"] = astral(other)
bmp, emp = {}, {}
for c in [*BMP, *PLANE2]:
    data = encoded("euc_jis_2004", chr(c))
    if data and len(data) > 1 and data[0] != 0x8E:
        code = plane_code(data)
        if c >= 0x10000:
            emp[c & 0xFFFF] = code
        elif jisxcommon.get(c) != code:
            bmp[c] = code
tables["JISX0213_BMP"] = bmp
tables["JISX0213_EMP"] = emp
jisx0213_pairs = sorted((ord(v[0]), ord(v[1]), k) for k, v in one.items() if len(v) == 2)
assert not [v for v in other.values() if len(v) == 2]

# What the edition of 2000 lacks.
old = {k & 0x7F7F: v for k, v in pairs("euc_jisx0213", first=A1, second=A1).items()}
older = {k & 0x7F7F: v for k, v in pairs("euc_jisx0213", b"\x8f", A1, A1).items()}
print("decode 1, 2000 differs:", [(hex(k), old.get(k), one.get(k)) for k in {*old, *one} if old.get(k) != one.get(k)])
print("decode 2, 2000 differs:", [(hex(k), older.get(k), other.get(k)) for k in {*older, *other} if older.get(k) != other.get(k)])
print("encode, 2000 differs:", [(hex(c), encoded("euc_jisx0213", chr(c)), encoded("euc_jis_2004", chr(c))) for c in [*BMP, *PLANE2] if encoded("euc_jisx0213", chr(c)) != encoded("euc_jis_2004", chr(c))])

# Microsoft's extension of Shift_JIS.
def shifted(code):
    """JIS X 0208 to Shift_JIS."""
    hi, lo = (code >> 8) - 0x21, (code & 0xFF) - 0x21
    lo += 0x5E * (hi & 1)
    hi >>= 1
    return (hi + 0x81 if hi < 0x1F else hi + 0xC1) << 8 | (lo + 0x40 if lo < 0x3F else lo + 0x41)


sjis = {shifted(code): c for code, c in jisx0208.items()}
private = {code: c for code, c in single(pairs("cp932")).items() if 0xE000 <= c < 0xF800}
tables["CP932EXT"] = without(single(pairs("cp932")), sjis, private)
ext = {c: code for c, code in two("cp932", BMP).items() if not 0xE000 <= c < 0xF800}
tables["CP932EXT_ENCODE"] = {
    c: code for c, code in ext.items() if c not in jisxcommon or jisxcommon[c] & 0x8000 or shifted(jisxcommon[c]) != code}

# KS X 1001 and Microsoft's extension.
ksx1001 = seven(single(pairs("euc_kr", first=A1, second=A1)))
# EUC-KR takes the filler for the beginning of a spelled syllable.
ksx1001[0x2454] = 0x3164
wide = {(k >> 8 | 0x80) << 8 | (k & 0xFF | 0x80): v for k, v in ksx1001.items()}
tables["KSX1001"] = ksx1001
tables["CP949EXT"] = without(single(pairs("cp949")), wide)
tables["CP949_ENCODE"] = {
    c: code & 0x7F7F if code in wide else code for c, code in two("cp949", BMP).items()}

# GB 2312, GBK, the two-byte part of GB 18030.
gb2312 = seven(single(pairs("gb2312", first=A1, second=A1)))
gbk = single(pairs("gbk"))
wide = {(k >> 8 | 0x80) << 8 | (k & 0xFF | 0x80): v for k, v in gb2312.items()}
tables["GB2312"] = gb2312
tables["GBKEXT"] = without(gbk, wide)
tables["GB18030EXT"] = without(single(pairs("gb18030")), gbk)
common = two("gb2312", BMP)
common = {c: code & 0x7F7F for c, code in common.items()}
gbk_encode = two("gbk", BMP)
tables["GBCOMMON"] = {**{c: code for c, code in gbk_encode.items() if c not in common}, **common}
print("gbk differs from gb2312:", [(hex(c), hex(gbk_encode.get(c, 0)), hex(code | 0x8080)) for c, code in common.items() if gbk_encode.get(c) != code | 0x8080])
print("gbk decode differs:", [(hex(k), hex(gbk.get(k, 0)), hex(v)) for k, v in wide.items() if gbk.get(k) != v])
tables["GB18030EXT_ENCODE"] = without(two("gb18030", BMP), gbk_encode)

# Big5 and its extensions.
big5 = single(pairs("big5"))
big5_encode = two("big5", BMP)
tables["BIG5"] = big5
tables["BIG5_ENCODE"] = big5_encode
cp950 = single(pairs("cp950"))
tables["CP950EXT"] = without(cp950, big5)
cp950_encode = two("cp950", BMP)
tables["CP950EXT_ENCODE"] = without(cp950_encode, big5_encode)
print("cp950 lacks:", [hex(k) for k in big5 if k not in cp950], [hex(k) for k in big5_encode if k not in cp950_encode])
hkscs = pairs("big5hkscs")
tables["BIG5HKSCS_BMP"] = without(single(hkscs), big5)
tables["BIG5HKSCS_EMP"] = astral(hkscs)
print("hkscs lacks:", [hex(k) for k in big5 if k not in hkscs])
hkscs_encode = two("big5hkscs", BMP)
tables["BIG5HKSCS_BMP_ENCODE"] = without(hkscs_encode, big5_encode)
print("hkscs encode lacks:", [hex(k) for k in big5_encode if k not in hkscs_encode])
tables["BIG5HKSCS_EMP_ENCODE"] = two("big5hkscs", PLANE2)
print("hkscs pairs:", [(hex(k), [hex(ord(c)) for c in v]) for k, v in hkscs.items() if len(v) == 2])

# The four-byte part of GB 18030: characters in order, without those that two bytes stand for.
ranges = []
for code in range(4 * 12600):
    rest, d = divmod(code, 10)
    rest, c = divmod(rest, 126)
    a, b = divmod(rest, 10)
    text = decoded("gb18030", bytes([a + 0x81, b + 0x30, c + 0x81, d + 0x30]))
    if text is None:
        continue
    c = ord(text)
    if ranges and ranges[-1][1] + 1 == c and ranges[-1][2] + c - ranges[-1][0] == code:
        ranges[-1][1] = c
    else:
        ranges.append([c, c, code])

doc = {
    "JISX0208": "JIS X 0208 to characters.",
    "JISX0212": "JIS X 0212 to characters.",
    "JISXCOMMON": "Characters to JIS X 0208, or to JIS X 0212 with bit 15 set.",
    "JISX0213_1_BMP": "JIS X 0213 plane 1, without what is as in JIS X 0208.",
    "JISX0213_1_EMP": "JIS X 0213 plane 1, to characters of plane 2.",
    "JISX0213_2_BMP": "JIS X 0213 plane 2, without what is as in JIS X 0212.",
    "JISX0213_2_EMP": "JIS X 0213 plane 2, to characters of plane 2.",
    "JISX0213_BMP": "Characters to JIS X 0213, plane 2 with bit 15 set; without what is in `JISXCOMMON`.",
    "JISX0213_EMP": "Characters of plane 2 to JIS X 0213.",
    "CP932EXT": "What cp932 adds to Shift_JIS, by its codes.",
    "CP932EXT_ENCODE": "Characters to what cp932 adds to Shift_JIS.",
    "KSX1001": "KS X 1001 to characters.",
    "CP949EXT": "What cp949 adds to KS X 1001, by its codes.",
    "CP949_ENCODE": "Characters to KS X 1001, or to cp949 with bit 15 set.",
    "GB2312": "GB 2312 to characters.",
    "GBKEXT": "What GBK adds to GB 2312, by its codes.",
    "GBCOMMON": "Characters to GB 2312, or to GBK with bit 15 set.",
    "GB18030EXT": "What GB 18030 adds to GBK, by its codes.",
    "GB18030EXT_ENCODE": "Characters to what GB 18030 adds to GBK.",
    "BIG5": "Big5 to characters.",
    "BIG5_ENCODE": "Characters to Big5.",
    "CP950EXT": "Where cp950 differs from Big5, by its codes.",
    "CP950EXT_ENCODE": "Characters where cp950 differs from Big5.",
    "BIG5HKSCS_BMP": "Where Big5-HKSCS differs from Big5, by its codes.",
    "BIG5HKSCS_EMP": "Big5-HKSCS to characters of plane 2.",
    "BIG5HKSCS_BMP_ENCODE": "Characters where Big5-HKSCS differs from Big5.",
    "BIG5HKSCS_EMP_ENCODE": "Characters of plane 2 to Big5-HKSCS.",
}
blob = bytearray()
lines = [
    "//! Where each table is in `tables.bin`; written by `tools/gen_cjk.py`.",
    "",
    "use super::table::Table;",
    "",
]
for name, table in tables.items():
    lines += [f"/// {doc[name]}", f"pub const {name}: Table = Table::at({len(blob)});"]
    rows, values = bytearray(), []
    for hi in range(256):
        row = {k & 0xFF: v for k, v in table.items() if k >> 8 == hi}
        if not row:
            rows += struct.pack("<HBB", 0, 1, 0)
            continue
        assert 0 not in row.values()
        rows += struct.pack("<HBB", len(values), min(row), max(row))
        values += [row.get(lo, 0) for lo in range(min(row), max(row) + 1)]
    blob += rows + struct.pack(f"<{len(values)}H", *values)
    print(name, len(table), len(values) * 2 + 1024, file=sys.stderr)
lines += [
    "",
    "/// Pairs of characters that are one code of JIS X 0213: base, combining character, code.",
    f"pub const JISX0213_PAIRS: [(u16, u16, u16); {len(jisx0213_pairs)}] = [",
    *(f"    ({a:#06x}, {b:#06x}, {k:#06x})," for a, b, k in jisx0213_pairs),
    "];",
    "",
    "/// The four-byte part of GB 18030 in the BMP: first and last character, number of the first.",
    f"pub const GB18030_RANGES: [(u16, u16, u16); {len(ranges)}] = [",
    *(f"    ({a:#06x}, {b:#06x}, {k})," for a, b, k in ranges),
    "];",
]
with open(os.path.join(HERE, "tables.bin"), "wb") as f:
    f.write(blob)
with open(os.path.join(HERE, "tables.rs"), "w") as f:
    f.write("\n".join(lines) + "\n")
print(len(blob), file=sys.stderr)
