"""Writes the expected results beside this file, as CPython 3.14 gives them: python3.14 generate.py

cases.tsv   mode, flags, feature version, source, result (tree or error, warnings)
bytes.tsv   source bytes in hexadecimal, result
tokens.tsv  extra_tokens, source, tokens of _tokenize.TokenizerIter
"""

import _tokenize
import ast
import io
import os
import random
import re
import struct
import warnings

HERE = os.path.dirname(os.path.abspath(__file__))
TYPE_COMMENTS, DONT_IMPLY_DEDENT, INCOMPLETE, BARRY = 0x1000, 0x200, 0x4000, 0x400000

VALID = r'''
x
x = 1
x = y = z
x, y = y, x
x, *y, (z, [w]) = a
[a, b.c, d[e]] = x
() = []
x: int
x: int = 3
(x): int = 3
x.y: int
x[0]: int = yield
x += 1
x.y @= 2
x[0] //= yield z
x >>= 1; y <<= 2; z **= 3; w |= 4; v &= 5; u ^= 6; t %= 7; s /= 8; r -= 9; q *= 10
return
return x
return *x, y
raise
raise X
raise X from Y
pass; break; continue;
del x
del x, y.z, (a, [b, c]), d[0],
del (), []
yield
yield x, *y
yield from z
assert x
assert x, y
global a, b
nonlocal a, b
import a
import a.b.c as d, e
from a import b
from . import b as c
from ...a.b import (c, d as e,)
from .... import *
from __future__ import annotations
type X = int
type X[T: int = str, *Ts = *a, **P = [int]] = T
type = 3
type.x = type(y)
match = case = _ = 1
match(x)
match[x]: int
match * a
print(match, case)
if x: pass
if x:\n  a\nelif y:\n  b\nelif z:\n  c\nelse:\n  d
if (x := y): pass
while x:\n  break\nelse:\n  y
for x in y: pass
for x, in y: pass
for x, *y in *a, b: pass
for x.y, (z, [w]) in v:\n  pass\nelse:\n  u
with a: pass
with a as b, c: pass
with (a as b, c as (d, e),): pass
with (a, b): pass
with (a, b) as c: pass
with (a): pass
with (yield): pass
with (a), (b): pass
with (a).b as c: pass
with a as (b), c as d.e, f as g[0]: pass
try:\n  a\nfinally:\n  b
try:\n  a\nexcept:\n  b
try:\n  a\nexcept A:\n  b\nexcept (B, C) as d:\n  e\nelse:\n  f\nfinally:\n  g
try:\n  a\nexcept A, B:\n  c
try:\n  a\nexcept A,:\n  c
try:\n  a\nexcept* A as b:\n  c\nexcept* C, D:\n  e
def f(): pass
def f(a, b: int, c=1, d: str = 2) -> x: return a
def f(a, /, b, *c, d, e=1, **g): pass
def f(a=1, /, b=2, *, c, d=3): pass
def f(*args: *Ts): pass
def f(a, b, /,): pass
def f(**k,): pass
def f(*, a): pass
def f[T, *Ts, **P](a: T) -> P: pass
async def f():\n  async with a as b, c: pass\n  async for d in e: await f\n  else: pass\n  return [g async for g in h]
async def f():\n  async with (a as b, c): pass
@a\n@b.c(d)\n@(e := f)\ndef g(): pass
@a\nasync def f(): pass
@a\nclass B: pass
class A: pass
class A(): pass
class A(B, *C, metaclass=D, **E):\n  x = 1
class A[T](B[T]): pass
match x:\n  case 1: pass
match x, *y:\n  case a, *b: pass
match x,:\n  case a,: pass
match (x):\n  case -1 | 1.5 | -1 + 2j | 3 - 4j: pass
match x:\n  case None | True | False: pass\n  case "a" "b" | b"c" | f"{d}": pass
match x:\n  case a.b.c: pass\n  case d: pass\n  case _: pass
match x:\n  case [a, *_, b] if c: pass\n  case (d, *e): pass\n  case []: pass\n  case (): pass\n  case (f): pass\n  case (g,): pass
match x:\n  case {}: pass\n  case {"a": b, c.d: e, -1: f, None: g, **h}: pass\n  case {**i,}: pass
match x:\n  case A(): pass\n  case B.C(a, b,): pass\n  case D(e=f, g=h): pass\n  case E(i, j=k,): pass
match x:\n  case (a | b) as c: pass\n  case [d as e, f]: pass
lambda: x
lambda a, b=1, /, *c, d, e=2, **f: g
lambda *, a: b
lambda *a, **b: (yield)
a if b else c if d else e
a or b and not c
not not a
a < b <= c == d != e >= f > g
a in b not in c is d is not e
a | b ^ c & d << e >> f + g - h * i / j // k % l @ m
-a ** -b ** ~c
+-~a
await a ** b
a.b.c(d)[e](f)(g.h)
f(a, *b, c, d=e, *f, **g, h=i, **j)
f(a for a in b)
f(a := b, c)
f(a, b,)
f(**a, **b)
f()()
a[b]
a[b:c]
a[b:c:d]
a[:], a[::], a[b:], a[:b], a[::c]
a[b, c:d, *e]
a[*b]
a[b := c]
a[b, c,]
a[()]
(a)
(a,)
(a, *b)
()
(yield)
(a := b)
(*a, *b)
[]
[a, *b, c := d]
[a for b in c]
[a for b in c if d if e for f, g in h]
[a := b for c in d]
{}
{a: b, **c, d: e,}
{a}
{a, *b, c := d}
{a for b in c}
{a: b for c in d}
(a for b in c)
(a async for b in c)
[(yield) for x in y]
1, 0, 00, 0_0, 1_000, 0x1F, 0XfF_F, 0o17, 0B1_0
123456789012345678901234567890, 0xffffffffffffffffffff, 9223372036854775807, 9223372036854775808
1.5, 1., .5, 1e10, 1E-5, 1_0.0_1e1_0, 1e400, 1j, 1.5J, 0j, 00.5, 09.5, 1e5j
0.1, 1e-400, 4.9e-324, 123456789.123456789e-20
"a", 'b', r"\d", b"c", B'\x00\377', rb"\e", Rb'f', u"g", U"h", bR"i"
"a" 'b' u"c"
u"a" "b"
b"a" b"b"
"""a\nb"""
\'\'\'a\n\'\'b\'\'\'
"\a\b\f\n\r\t\v\\\'\"\0\12\123\x41\u00e9\U0001f600\N{BULLET}\N{digit one}"
"\ud800\udc00"
"a\\nb"
"é" f"ü{x}"
f""
f"a"
f"{x}"
f"a{x}b{y}c"
f"{{}}" f"{{{x}}}"
f"{x!r}{y!s}{z!a}"
f"{x:>10}{y:{w}.{p}}{z!r:^{w}}"
f"{x=}{y = }{z=!s}{w=:>5}{ v  =  !r:5}"
f"{x:}{y!r:}"
f"{'a'}{"b"}{f'{c}'}"
f"{x:{y:{z}}}"
f"{(lambda x: 1)}{[a for a in b]}{ {1: 2}[1] }{yield_}"
f"{a, b}{*c, *d}{yield e}{(f := g)}{h:=5}"
f"""{\nx\n}"""
f"""{x # c\n}{y # d\n=}"""
f"\N{BULLET}{x}\x41" rf"\d{x}\N"
f'{x:\x41{y}\t}'
f"{a['b']}" 'c' f"{d}"
f"{x:{{y}}}"
"a" f"" "b"
t"a{x}b"
t"{x!r:>{y}}{z = }{ w }"
t"a" t"{b}"
tr"\d{x:\d}"
t"""{a\n  + b}"""
...
None, True, False
x = a \\\n  + b
(a\n # c\n ,b)
if a:\n\n  # c\n  b\n # d\n\nc
if a:\n\tb\n\tc
if a:\n        b\nelse:\n  c
\x0cx
é = µ = ﬁ = 1
x = 1 # type: int
def f(): # type: () -> int\n  pass
def f(a, # type: int\n      b # type: str\n      ): pass
def f():\n  # type: () -> int\n  pass
for x in y: # type: int\n  pass
with a: # type: int\n  pass
x = 1 # type: ignore[x]\n# type: ignore
a <> b
1if x else 2
[0x1for x in y]
"\d" + '\8' + b"\_" + "\400"
f"\_{x}\{y}" "\."
print(*[1], **{})
'''

INVALID = r'''
a b
a = 
= a
a ? b
$
x = (1,
x = [1, {2: (3
)
(]
(\n]
{)}
'abc
"abc\"
\'\'\'abc\nd
f'{a
f'{a b}'
f'abc
f\'\'\'abc\n
f'}'
f'{)}'
f'{(}'
f'{}'
f'{ }'
f'{!r}'
f'{:x}'
f'{=}'
f'{a!}'
f'{a!x}'
f'{a! r}'
f'{a!r s}'
f'{a=b}'
f'{a:{b}'
f'{a:{b c}}'
f'{lambda x:1}'
f'{a:\n}'
f'{*}'
f'{a;b}'
f'{import x}'
t'{}'
t'{a b}'
t'{a!x}'
t'{lambda x:1}'
t'a' 'b'
'a' t'b'
b'a' 'b'
b'é'
'\x1'
'\u12'
'\U12345678'
'\N{nope}'
'\N'
'\N{'
'é\x'
b'\x'
ub'a'
bf'a'
ft'a'
uR'a'
0777
1__0
1_
1a
0b12
0o8
0xg
0x
1e+
1.5.
1_000_j_
1forx
é€
a\x01b
a \\ b
a \\
  x
if x:\n  a\n b
if x:\n\ta\n        b
if x:\n    a\n      b
x\n  y
if x:
if x:\npass
if x\n  pass
if x = 1: pass
if x:\n  a\nelif:\n  b
if x: a\nelse b
if x: a\nelse: b\nelif c: d
while True\n  pass
while x:\npass
for x in y\n  pass
for x in y:\npass
for x y in z: pass
for f() in z: pass
for 1 in z: pass
for x, 1 in z: pass
for x: pass
with x\n  pass
with x:\npass
with (x, y)\n  pass
with x as 1: pass
with x as f(): pass
with (x as y, z as 2): pass
try\n  pass
try:\npass
try: a\nb
try: a\nexcept: b\nfinally c
try: a\nexcept A as b.c: d
try: a\nexcept A, B as c: d
try: a\nexcept A\n  b
try: a\nexcept\n  b
try: a\nexcept A:\nb
try: a\nexcept* A: b\nexcept C: d
try: a\nexcept A: b\nexcept* C: d
try: a\nexcept*: b
try: a\nexcept* A, B as c: d
try: a\nfinally:\nb
def f(: pass
def f\n  pass
def f()\n  pass
def f():\npass
def f(a=1, b): pass
def f(a, a.b): pass
def f((a, b)): pass
def f(*): pass
def f(*, **k): pass
def f(*a, *b): pass
def f(**k, a): pass
def f(**k, *a): pass
def f(**k=1): pass
def f(*a=1): pass
def f(/, a): pass
def f(a, /, b, /): pass
def f(*a, /): pass
def f(a, / *b): pass
def f(a=): pass
def f(1): pass
def f[]: pass
def f[T: (int, str)=, *Ts: int](): pass
def f[*Ts: (int, str)](): pass
def f[**P: int](): pass
def 1(): pass
lambda a=1, b: c
lambda *: c
lambda (a, b): c
lambda **k, a: c
lambda a, /, b, /: c
lambda *a=1: c
class A\n  pass
class A:\npass
class A(x for x in y): pass
class 1: pass
class A(: pass
async x
async def
await = 1
@a\nx = 1
@\ndef f(): pass
match x:\npass
match x:\n  case 1\n    a
match x:\n  case 1:\n  b
match x\n  case 1: a
match x:\n  case a as _: b
match x:\n  case a as b.c: d
match x:\n  case a as 1: d
match x:\n  case A(b=c, d): e
match x:\n  case {**a, b: c}: d
match x:\n  case 1 + 2: d
match x:\n  case 1j + 2j: d
match x:\n  case {**_}: d
match x:\n  case a.b(c)(d): e
1 = x
x = 1 = y
f() = 1
f() += 1
(a, b) += 1
a + b = c
a, b + c = d
None = 1
True, x = 1
x = yield = 1
(yield) = 1
(a for b in c) = 1
[a for b in c] = 1
{a} = 1
{} = 1
'a' = 1
f'{a}' = 1
t'{a}' = 1
lambda: 1 = 2
a if b else c = d
a < b = c
not a = b
a and b = c
... = 1
(a := 1) = 2
a := 1
(a.b := 1)
(a[0] := 1)
(1 := a)
f(a=1, b)
f(**a, b)
f(**a, *b)
f(a for a in b, c)
f(c, a for a in b)
f(a for a in b, c for c in d)
f(a=)
f(a=, b)
f(True=1)
f(a.b=1)
f(1=2)
f(*a=1)
f(**a=1)
f(a=b for b in c)
f(*)
f(a b)
f(a, b c, d)
f(a\nb)
[a b]
[a, b c]
(a b)
{a b}
{a: b c}
{a: b, c d}
{a: b, c}
{a:}
{a: *b}
{a: b, c:}
{a: b, **c for d in e}
{**a for b in c}
[*a for b in c]
(*a for b in c)
[a, b for c in d]
{a, b for c in d}
[a for b in]
[a for b c]
[a for 1 in b]
(*a)
(**a)
*a
x = *a
print a
print "a", b
exec "a"
print(a b)
a if b
a if b else
a if b else pass
pass if b else c
[a if b]
x = a if b
a +
a + not b
- not a
a <> b
a < > b
a not b
a is is b
a..b
a.1
a.
.a
a[
a[]
a[b:c:d:e]
a[*]
import
import a as
import a as b.c
import a as 1
import a.b from c
import (a)
from a import
from a import b,
from a import b as c.d
from a import (b, c
from a import *, b
from . import
from import a
del f()
del 1
del a + b
del (a, 1)
del *a
del a, *b
del
raise a from
raise from a
assert
assert a, 
return yield
global
global a.b
nonlocal 1
x: y: z
(a, b): int
[a]: int
a, b: int
f(): int
1: int
x: int = 
type X
type X = 
type 1 = x
type X[] = y
type X[T:] = y
else: x
elif x: y
except: x
finally: x
case x: y
if x: y else: z
a; b c
a;; b
;
"a" b "c"
"a" "b" c "d"
x = "a" b"c"
fro x import y
whiel True:\n  pass
if x: pass\nimprt y
(a\n b
((a) b
x = [1, 2\ny = 3
def f(:\n  return {\n
if True:\n  x = (\n
\x00a
"\N{x}" $
x = 1 +\ny = "abc
(a, b\nc = 'd
0_7, 08
1.e, 1.ex
"""a" b
a = b = 
not
lambda
yield = 1
x = (yield) = 1
with: x
for: x
async with a: b\nasync
@x
\\
'''

PIECES = ['(', ')', '[', ']', '{', '}', ':', ',', '=', '==', ':=', '*', '**', '/', '->', '.', '...', ';', 'if', 'else',
          'elif', 'for', 'in', 'not', 'is', 'and', 'or', 'lambda', 'def', 'class', 'async', 'await', 'yield', 'from',
          'import', 'as', 'with', 'try', 'except', 'finally', 'raise', 'return', 'pass', 'break', 'del', 'global',
          'assert', 'while', 'match', 'case', 'type', '_', 'None', 'True', 'print', 'x', '1', '2j', '"s"', "'t'",
          'f"{x}"', 'b"b"', 't"{y}"', 'f"{', "'''", "'", '"', '@', '+', '-', '~', '!', '<>', '<', '|', '\\', '\n',
          '\n  ', '  ', '\t', '#c', '0777', '1_', '$', 'é', '€', 'a.b', 'f(x)', '(a,b)', 'a=1', 'x: int']

CASES_BYTES = [
    b"x=1", b"\xef\xbb\xbfx=1", b"\xef\xbb\xbf# coding: latin-1\nx", b"\xef\xbb\xbf# coding: utf8\nx",
    b"\xef\xbb\xbf# coding: utf-8\nx", b"# coding: latin-1\nx='\xe9'", b"# coding: ascii\nx='\xe9'", b"x='\xe9'",
    b"y\nx='\xe9'\nz", b"# coding: utf-8\nx='\xe9'", b"# coding: nope\nx", b"#!/x\n# -*- coding: nope -*-\nx",
    b"\n# coding: nope\nx", b"x\n# coding: nope\nx", b"# coding=latin1\nx='\xe9'", b"# coding: utf_8\nx='\xc3\xa9'",
    b"# coding: Latin_1-foo\n'\xe9'", b"# vim:fileencoding=latin-1\n'\xe9'", b"x = 1 # coding: nope",
    b"\x0c# coding: nope\nx", b"# coding: ascii\n'a'", b"# coding: us-ascii\n'\x80'", b"# coding: utf8\n'\xff'",
    b"# coding: utf-8-sig\n'a'", b"'\xc3\xa9\xed\xa0\x80'", b"'\xf4\x90\x80\x80'", b"a\r\nb\rc", b"a\n\xc0",
    b"\n\n\n'abc\xff", b"# coding: latin-1\n'\xe9' $", b"\xe9", b"a b\n'\xe9'", b"# coding: utf8\n'\xe9a'",
    b"# coding: utf8\n'\xe9\x80", b"(\n'\xe9'", b"'''a\r\nb\\\r\n'''", b"x \\\r\n = 1",
]


def quote(text):
    out = ''.join(c if ' ' <= c <= '~' and c not in '"\\' else '\\%x;' % ord(c) for c in text)
    return '"' + out + '"'


def show(node, write):
    if isinstance(node, ast.AST):
        write(type(node).__name__ + '(')
        for i, field in enumerate(node._fields):
            if i:
                write(' ')
            show(getattr(node, field, None), write)
        write(')')
        if node._attributes:
            write('@%d,%d,%d,%d' % (node.lineno, node.col_offset, node.end_lineno, node.end_col_offset))
    elif isinstance(node, list):
        write('[')
        for i, item in enumerate(node):
            if i:
                write(' ')
            show(item, write)
        write(']')
    elif node is None:
        write('-')
    elif node is True:
        write('T')
    elif node is False:
        write('F')
    elif node is ...:
        write('E')
    elif isinstance(node, str):
        write(quote(node))
    elif isinstance(node, bytes):
        write('b' + node.hex())
    elif isinstance(node, int):
        write('%x' % node)
    elif isinstance(node, float):
        write('f' + struct.pack('>d', node).hex())
    elif isinstance(node, complex):
        write('j' + struct.pack('>d', node.imag).hex())
    else:
        raise TypeError(node)


def dump(node):
    out = []
    show(node, out.append)
    return ''.join(out)


def error(e, metadata=True):
    text = '-' if e.text is None else quote(e.text)
    result = f'{type(e).__name__}|{e.msg}|{e.lineno}|{e.offset}|{e.end_lineno}|{e.end_offset}|{text}'
    if metadata and type(e).__name__ != '_IncompleteInputError':
        place = getattr(e, '_metadata', None) or (0, 0)
        result += '|M %d,%d' % (place[0], place[1])
    return result


def parse(source, mode, flags=0, version=-1):
    """The result as text: tree or error, warnings, the error which the first warning would be."""
    def run():
        return compile(source, '<unknown>', mode, flags | 0x400, dont_inherit=True, _feature_version=version)
    with warnings.catch_warnings(record=True) as found:
        warnings.simplefilter('always')
        try:
            result = 'OK ' + dump(run())
        except SyntaxError as e:
            result = 'ERR ' + error(e, mode != 'bytes')
        except MemoryError as e:
            result = f'ERR MemoryError|{e}'
    raised = ''
    if found and result.startswith('OK'):
        with warnings.catch_warnings():
            warnings.simplefilter('error')
            try:
                run()
            except SyntaxError as e:
                raised = '|E ' + error(e, False)
    return result + ''.join(f'|W {w.category.__name__} {w.lineno} {w.message}' for w in found) + raised


def tokens(source, extra):
    out = []
    try:
        for t in _tokenize.TokenizerIter(io.StringIO(source, newline='').readline, extra_tokens=extra):
            out.append('%d %s %d,%d-%d,%d %s' % (t[0], quote(t[1]), *t[2], *t[3], quote(t[4])))
    except SyntaxError as e:
        out.append('ERR ' + error(e, False))
    return '\t'.join(out)


def snippets(text):
    for line in text.strip('\n').split('\n'):
        # Written on one line: \n is a line end, unless the backslash is doubled or inside a plain string.
        yield re.sub(r"\\x0c|\\x00|\\x01|\\\\n|\\\\|\\n|\\'\\'\\'", lambda m: {
            '\\x0c': '\f', '\\x00': '\0', '\\x01': '\x01', '\\\\n': '\\n', '\\\\': '\\', '\\n': '\n',
            "\\'\\'\\'": "'''"}[m[0]], line)


def main():
    random.seed(314)
    valid = list(snippets(VALID))
    invalid = [s for s in snippets(INVALID) if '\0' not in s]
    cases = {}

    def add(source, mode, flags=0, version=-1):
        key = (mode, flags, version, source)
        if key not in cases:
            cases[key] = parse(source, mode, flags, version)
        return cases[key]

    for source in valid + invalid:
        add(source, 'exec')
        add(source, random.choice(['eval', 'single']))
        if '# type' in source:
            add(source, 'exec', TYPE_COMMENTS)
        if '<>' in source or '!=' in source:
            add(source, 'exec', BARRY)
    for source in ['a\n', '', '\n', 'x\ny', 'x # c\ny', 'if x:\n  a', 'if x:\n  a\n', 'if x:', '(', "'''", "f'''", "'",
                   'x y', '# c', '  ', 'a \\', 'x = (1,', 'def f():\n  x', '@a', 'try:\n  x\n', 'a; b', 'x\n# c\n',
                   'class A:\n  def f():\n    pass\n', '"""a', 'if a:\n  b\nc']:
        for flags in (0, INCOMPLETE, DONT_IMPLY_DEDENT, INCOMPLETE | DONT_IMPLY_DEDENT):
            add(source, 'single', flags)
            add(source, 'exec', flags)
    for source in ['() -> int', '(a, b) -> c', '(*a, **b) -> c', '(a, *b, **c) -> d', '(a, **b) -> c', '(**a) -> b',
                   '(', '()', '() ->', '(a b) -> c', '(**a, b) -> c', '(*a, *b) -> c', '() -> a\n\n', '(a,) -> b']:
        add(source, 'func_type')
    for source in ['x: int', 'x.y: int', '1_0', 'match x:\n  case 1: pass', 'def f(a, /): pass', 'lambda a, /: 1',
                   'try: a\nexcept* b: c', 'type X = 1', 'def f[T](): pass', 'def f[T=1](): pass', 'a @ b', 'a @= b',
                   'async def f(): pass', '(a := 1)', "t''", '[a async for b in c]', 'try: a\nexcept b, c: d',
                   'async def f():\n  await x', 'async def f():\n  async for a in b: pass', 'with (a as b): pass',
                   'async def f():\n  async with a: pass', '"\\d"', 'f"{a}"']:
        for version in (4, 5, 7, 9, 11, 12, 13, 14):
            add(source, 'exec', 0, version)
    splitter = re.compile(r'\s+|\w+|"""|\'\'\'|[^\w\s]')
    # Mutations: a few of each kind of result, many of the rarer ones.
    seen = {}
    for _ in range(60000):
        words = splitter.findall(random.choice(valid if random.random() < 0.8 else invalid))
        for _ in range(random.choice((1, 1, 2))):
            i = random.randrange(len(words) + 1)
            r = random.random()
            if r < .35 and i < len(words):
                del words[i]
            elif r < .75:
                words.insert(i, random.choice([random.choice(PIECES), ' ' + random.choice(PIECES) + ' ']))
            elif i < len(words):
                words[i] = random.choice(PIECES)
            if not words:
                break
        source = ''.join(words)
        mode = random.choice(['exec'] * 6 + ['single', 'eval'])
        flags = random.choice([0, INCOMPLETE, INCOMPLETE | DONT_IMPLY_DEDENT]) if mode == 'single' else 0
        if (mode, flags, -1, source) in cases:
            continue
        result = parse(source, mode, flags)
        if 'future feature' in result or 'not a chance' in result:
            continue  # The compiler's error.
        kind = re.sub(r"\d+|'.'", '', result.split('|')[1] if result.startswith('ERR') else 'OK')
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] <= (60 if kind == 'invalid syntax' else 12):
            cases[(mode, flags, -1, source)] = result
    with open(os.path.join(HERE, 'cases.tsv'), 'w', encoding='utf-8') as out:
        for (mode, flags, version, source), result in cases.items():
            out.write(f'{mode}\t{flags}\t{version}\t{quote(source)}\t{result}\n')
    with open(os.path.join(HERE, 'bytes.tsv'), 'w', encoding='utf-8') as out:
        for source in CASES_BYTES:
            try:
                result = 'OK ' + dump(compile(source, '<unknown>', 'exec', 0x400))
            except SyntaxError as e:
                result = 'ERR ' + error(e, False)
            out.write(f'{source.hex()}\t{result}\n')
    with open(os.path.join(HERE, 'tokens.tsv'), 'w', encoding='utf-8') as out:
        for source in valid + invalid + ['x\r\ny\r\n', "'''a\r\nb'''\r\n", 'if a:\r\n  b\r\n# c\r\n', '(\r\n1)', 'x']:
            for extra in (True, False):
                out.write(f'{int(extra)}\t{quote(source)}\t{tokens(source, extra)}\n')


main()
