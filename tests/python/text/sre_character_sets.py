# Which characters sets of all kinds match, in patterns that are used after others were compiled.
import re

PATTERNS = [
    r"[a-f]", r"[^a-f]", r"[a-fx\d]", r"[^a-f\d]", r"[\W\d]", r"[^\W\d_]", r"\w", r"\W", r"\s", r"\S", r"\D", ".",
    "[\u00e0-\u00ff]", "[^\u00e0-\u0120]", "[a\u0100\u0250z]", "[\u0410-\u044f\u1e00]", "[k\u212a]", "[\u00b5]", "[\u03bc]",
    "[\u00ff]", "[\u0178]", "[s-\u017f]", "[^k]", "[\u00df-\u00e5]", "[A-z]", "[\x00-\x7f]", "[^\x00-\xff]", "\\u0130", "i",
    "[i\u0131]", "[\u2000-\u206f\u3000-\u303f\u4e00\u5000\u6000\u7000]",
]
SUBJECTS = [chr(c) for c in (*range(0x250), *range(0x370, 0x460), 0x1e00, 0x1e9e, 0x2003, 0x2028, 0x212a, 0x3001, 0x4e00, 0x1f600)]


def summary(pattern, subjects):
    found = [ord(s) for s in subjects if pattern.fullmatch(s)]
    return len(found), sum(i * c for i, c in enumerate(found)) % 1000003, found[:3], found[-2:]


for flags in 0, re.IGNORECASE, re.ASCII, re.IGNORECASE | re.ASCII, re.DOTALL:
    compiled = [re.compile(p, flags) for p in PATTERNS]
    for p in compiled:
        print(ascii(p.pattern), int(flags), *summary(p, SUBJECTS))
for flags in 0, re.IGNORECASE, re.LOCALE, re.LOCALE | re.IGNORECASE:
    for text in rb"[a-f]", rb"[^a-f\W]", rb"\w", rb"[\xe0-\xff]", rb"[^K\s]":
        p = re.compile(text, flags)
        found = [b for b in range(256) if p.match(bytes([b]))]
        print(text, int(flags), len(found), sum(found), found[:4])

p = re.compile(r"(\w+)\s(?=[x-z])|[^\W\d]+$")
print(p.scanner("ab c").search(), p.search("one zoo"), p.findall("aa x b y cc"), p.sub("-", "aa x b y cc"))
print(re.findall(r"[]x]", "a]x"))
import _sre
for code in ([17, 0, 1], [13, 3, 9, 0, 1], [16]):
    try:
        _sre.compile("x", 0, code, 0, {}, ())
        print("fine")
    except RuntimeError as error:
        print(error)
