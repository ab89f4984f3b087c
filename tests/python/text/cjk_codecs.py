"""All characters and all pairs of bytes through the CJK codecs, as digests."""
import hashlib

ENCODINGS = """gb2312 gbk gb18030 hz big5 big5hkscs cp950 cp932 shift_jis shift_jis_2004 shift_jisx0213 euc_jp euc_jis_2004
euc_jisx0213 euc_kr cp949 johab iso2022_jp iso2022_jp_1 iso2022_jp_2 iso2022_jp_2004 iso2022_jp_3 iso2022_jp_ext
iso2022_kr""".split()
BMP = "\n".join(map(chr, range(0x10000)))
PLANE_2 = "\n".join(map(chr, range(0x20000, 0x30000)))
PAIRS = "\n".join(a + b for a in "\xca\xea\u304b\u31f7\u02e5\u02e9\xe6\u0254\u4e00\u30c8" for b in "\u0300\u0301\u02e5\u02e9\u309a\u0304\u030c")
BYTES = b"\n".join(bytes([hi, lo]) for hi in range(128, 256) for lo in range(256))
SEVEN = b"".join(bytes([hi, lo]) for hi in range(0x21, 0x7f) for lo in range(0x21, 0x7f))
THREE = b"\n".join(bytes([0x8f, hi, lo]) for hi in range(160, 256) for lo in range(160, 256))
FOUR = b"\n".join(bytes([a, b, c, d]) for a in (0x81, 0x84, 0x90, 0xe3) for b in range(0x30, 0x3a) for c in range(0x80, 0x100, 5) for d in range(0x30, 0x3a))


def digest(data):
    return hashlib.sha256(data).hexdigest()[:16]


for encoding in ENCODINGS:
    print(encoding, *(digest(text.encode(encoding, "replace")) for text in (BMP, PLANE_2, PAIRS)))
    inputs = [BYTES, THREE, FOUR]
    if encoding == "hz":
        inputs.append(b"~{" + SEVEN + b"~}")
    if encoding.startswith("iso2022"):
        inputs += [b"\x1b" + escape + SEVEN + b"\x1b(B" for escape in
                   (b"$B", b"$@", b"$A", b"$(C", b"$(D", b"$(O", b"$(P", b"$(Q", b"(J", b"(I", b"&@\x1b$B", b"$)C\x0e")]
    print(" ", *(digest(data.decode(encoding, "replace").encode("utf-8")) for data in inputs))
