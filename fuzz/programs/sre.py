"""Regular expressions: the first byte chooses, a null byte ends the pattern or the engine's code."""

import re
import signal
import warnings
import _sre

SEEDS = [
    b"\x00(a|b)*?c{2,3}\\b\0abcc abccc", b"\x01(?P<x>[^\\W\\d_]+)(?(x)\\1|z)\0aa bb", b"\x02^(?=\\w)(?<!x)(?:a++|b*+)$\0aaab",
    b"\x03(?i:stra\xdfe|[\xe0-\xff])\0STRASSE", b"\x10(?s-m:.*)(?>a|ab)\\Z\0ab\n", b"\x20((a)|(b)|(?#x)){0,5}+\0abab",
    b"\x40\x0e\x04\0\0\0\0\x10a\x01\0aaa",
]
warnings.simplefilter("ignore")
FLAGS = [0, re.I, re.M, re.S, re.X, re.A, re.I | re.M, re.I | re.X]


class Late(Exception):
    pass


def late(*args):
    raise Late


signal.signal(signal.SIGVTALRM, late)


def match(pattern, text):
    found = [m.span() for m in pattern.finditer(text)]
    last = 0
    for start, end in found:
        assert 0 <= start <= end <= len(text), found
        assert last <= start, found
        last = start
    first = pattern.search(text)
    assert (first is None) == (not found)
    if first:
        assert first.span() == found[0]
        assert len(first.groups()) == pattern.groups
        first.expand(text[:0])
    whole = pattern.fullmatch(text)
    assert whole is None or whole.span() == (0, len(text))
    pattern.match(text, 1, 3)
    pattern.sub(lambda m: m.group(), text)
    pattern.split(text, 2)
    pattern.findall(text)


def check(data):
    choice, rest = data[:1] or b"\0", data[1:200]
    choice = choice[0]
    pattern, _, text = rest.partition(b"\0")
    if choice & 16 == 0:
        pattern, text = pattern.decode("latin-1"), text.decode("latin-1")
        if choice & 32:
            text = "\u0130\U0001f600" + text
    try:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0.2)
        if choice & 64:
            code = list(pattern if isinstance(pattern, bytes) else pattern.encode("latin-1"))
            groups = code.pop() % 5 if code else 0
            compiled = _sre.compile(text[:0] or None, 0, code, groups, {}, (None,) * (groups + 1))
        else:
            compiled = re._compiler.compile(pattern, FLAGS[choice & 7])
        match(compiled, text)
    except (re.PatternError, RecursionError, OverflowError, Late):
        pass
    except (RuntimeError, ValueError, TypeError) as error:
        # Code that no compiler writes, impossible sets of flags, or a text of the other kind.
        if not (choice & 64 or "flag" in str(error) or "string pattern" in str(error)):
            raise
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
