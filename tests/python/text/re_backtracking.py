"""Patterns whose number of ways is exponential fail in reasonable time, and what matches is the same as ever."""
import re

tag = re.compile(r'<[a-zA-Z][-_.:a-zA-Z0-9]*\s*('
                 r'\s*([a-zA-Z_][-:.a-zA-Z_0-9]*)(\s*=\s*'
                 r'(\'[^\']*\'|"[^"]*"|[-a-zA-Z0-9./,:;+*%?!&$\(\)_#=~@]'
                 r'[][\-a-zA-Z0-9./,:;+*%?!&$\(\)_#=~\'"@]*(?=[\s>/<])))?'
                 r')*\s*/?\s*(?=[<>])')
print(tag.match('<table cellspacing="0" cellpadding="0" style="border-collapse'))
print(tag.match('<table cellspacing="0" cellpadding="0" style="border-collapse">').groups())
for pattern in (r"(a+)+b", r"(a|aa)+b", r"((a|b+)+)+c", r"(?:a+?)+?b", r"(\w+\s?)+\.", r"(?:(?=a)a+)+b", r"(x+x+)+y"):
    for text in ("a" * 40 + "!", "x" * 40, "ab" * 20 + "!", "word " * 12 + "!"):
        print(pattern, len(text), re.search(pattern, text))
text = "a" * 30 + "c" + "a" * 30 + "b"
print(re.search(r"(a+)+b", text), re.search(r"(a+)+b", text).groups())
print(re.findall(r"(?:a|aa)+b|c", text))
print(re.sub(r"(a+)+b|c", "-", text))
print(re.fullmatch(r"(a|ab|b)*", "ab" * 20 + "c"))
