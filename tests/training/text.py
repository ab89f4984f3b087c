"""Strings and bytes: methods, formatting, joining, encoding, regular expressions, tokenising, templates."""

import io
import re
import string
import textwrap
import unicodedata

words = "The quick brown fox jumps over the lazy dog while seven wizards vex großen Ärger and ἀρχή – fine".split()


def methods(n):
    total = 0
    for i in range(n):
        word = words[i % len(words)]
        text = word.lower().title().swapcase().strip("xyz").replace("o", "00")
        total += len(text) + text.find("a") + text.count("0") + word.startswith("The") + word.endswith(("x", "g"))
        total += word.isalpha() + word.isdigit() + ("e" in word) + (word < "m") + (word == "fox")
        head, sep, tail = word.partition("i")
        total += len(head) - len(tail) + len(word.center(12, "*").ljust(14).rjust(16).zfill(18))
        total += ord(word[0]) + len(word[1:-1]) + hash(word) % 2 * 0 + len(word * 3)
    return total


def building(n):
    text = ""
    parts = []
    out = io.StringIO()
    for i in range(n):
        text += "ab"
        parts.append(f"{i}:{i * 0.5:.2f} {words[i % 7]!r:>10}")
        out.write("%d %s %5.1f|" % (i, words[i % 5], i / 3))
        if i % 50 == 0:
            parts.append("{:<8}{:,}{name}".format("x", i * 1000, name="n"))
            parts.append(str(i) + repr(text[-3:]) + ascii("é") + format(i, "#06x"))
    joined = ", ".join(parts)
    lines = "\n".join(parts).splitlines()
    fields = [line.split(":") for line in lines]
    return len(text), len(joined), len(out.getvalue()), len(fields), len(joined.split()), joined.rsplit(",", 1)[1][:4]


def coding(n):
    text = " ".join(words) * 10
    total = 0
    for _ in range(n):
        data = text.encode()
        total += len(data.decode()) + len(text.encode("utf-16")) + len("plain ascii text".encode("latin-1").decode("ascii"))
        total += data.count(b"e") + data.find(b"lazy") + len(data.split(b" ")) + len(data.replace(b"the", b"a"))
    table = str.maketrans("abc", "xyz")
    blob = bytearray()
    for i in range(n * 20):
        blob.append(i & 0xFF)
        blob += b"xy"
    return total, text.translate(table)[:9], len(blob), bytes(blob[:4]).hex(), unicodedata.normalize("NFD", "é").encode(), bytes.fromhex("00ff")


def caesar(text, shift):
    result = []
    for ch in text:
        if "a" <= ch <= "z":
            result.append(chr((ord(ch) - 97 + shift) % 26 + 97))
        elif ch.isupper():
            result.append(chr((ord(ch) - 65 + shift) % 26 + 65) if ch.isascii() else ch)
        else:
            result.append(ch)
    return "".join(result)


TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[A-Za-z_]\w*)|(?P<op>[-+*/()=<>!]=?))")


def tokens(source):
    at = 0
    while at < len(source):
        found = TOKEN.match(source, at)
        if found is None:
            break
        yield found.lastgroup, found[found.lastgroup]
        at = found.end()


def expressions(n):
    log = "".join(f"2026-0{i % 9 + 1}-1{i % 10} 10.0.{i % 250}.7 GET /page/{i}?q={words[i % 9]} {200 + i % 3} {i * 37}\n" for i in range(n))
    line = re.compile(r"^(\d{4})-(\d\d)-(\d\d) ([\d.]+) (GET|POST) (\S+) (\d{3}) (\d+)$", re.M)
    found = line.findall(log)
    pages = re.sub(r"/page/(\d+)", lambda m: f"/p{int(m[1]) % 7}", log)
    kinds = sum(1 for kind, _ in tokens("alpha = 3 * (beta - 4.25) / gamma_2 <= 17 " * n) if kind == "name")
    dna = re.split(r"[cg]+t|a.?c", "gattacagatcgtagctagctagcatgcatgatcgatcg" * n)
    return len(found), len(set(pages.split())), kinds, len(dna), bool(re.search(r"(?i)WIZARDS\b.*fine", " ".join(words))), len(re.findall(r"\b\w+ing\b|\d{2,}", log))


def cells(n):
    grid = {}
    for i in range(n):
        for ch in words[i % len(words)]:
            grid[ch] = grid.get(ch, 0) + 1
    return "".join(sorted(grid))[:12], "".join(reversed("abc")), [*map(str.upper, "xyz")], caesar(" ".join(words) * (n // 100), 3)[:9]


print(methods(12000), building(8000), coding(150), cells(4000))
print(expressions(1200))
print(textwrap.fill(" ".join(words) * 20, 60)[:60], string.Template("$a-$b").substitute(a=1, b=2), len(textwrap.dedent("  a\n  b")))
