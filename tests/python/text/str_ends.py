"""Prefixes and suffixes, words, and translated characters of every kind of string."""


class Str(str):
    pass


class Index:
    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


def attempt(function, *args):
    try:
        return ascii(function(*args))
    except Exception as e:
        return f'{type(e).__name__}: {e}'


TEXTS = ['', 'a', 'ab', 'abc', 'hello world', 'é', 'aé', 'éa', 'aéa', 'ü' * 20, 'Ā', 'aĀ', 'Āa', '😀', 'a😀', '😀a',
         Str('abc'), Str(''), 'x' * 40, 'x' * 39 + 'y', 'xyx' + 'z' * 20 + 'xyx']
PARTS = TEXTS + ['b', 'bc', 'axc', 'he', 'ld', 'hello worlds', 'x' * 20, 'x' * 10 + 'z' + 'x' * 10, 'xyx', 'xzx']
for s in TEXTS:
    print(ascii(s))
    print('  starts', [ascii(p) for p in PARTS if s.startswith(p)])
    print('  ends  ', [ascii(p) for p in PARTS if s.endswith(p)])
    assert all(s.startswith(p) is (s[:len(p)] == p) for p in PARTS)
    assert all(s.endswith(p) is (len(p) <= len(s) and s[len(s) - len(p):] == p) for p in PARTS)
    for bounds in ((0,), (1,), (-1,), (99,), (None,), (0, 1), (1, 2), (0, -1), (2, 1), (None, None), (-99, 99), (1, None),
                   (Index(1),), (0, Index(2)), (1 << 70,), (0, -(1 << 70)), (True,)):
        print('  ', [getattr(b, 'value', b) for b in bounds],
              ''.join('-s'[s.startswith(p, *bounds)] + '-e'[s.endswith(p, *bounds)] for p in PARTS))

for method in ('startswith', 'endswith'):
    f = getattr('hello', method)
    for args in (('he', 'x'), ('x', 'lo')), (('x', 'y'),), ((),), (('',),), (('x', 1),), (('he', 1, 'lo'),), (('lo', 1),), \
            (['he'],), (b'he',), (None,), (1,), (), ('he', 0, 5, 1), ('he', 'a'), ('he', 0, 1.0), (1, 'a'), \
            ((Str('he'), Str('lo')),), (('é', 'lo', 'he'),), (('he', 'lo'), 1), (('he', 'lo'), None, 2), (('he', 1), 1), \
            (('lo', ('he',)),):
        print(method, args, attempt(f, *args))

print('words')
for s in ['', ' ', 'a', ' a', 'a ', 'a b c d e f', '  ab  cd  ', 'a\tb\nc\rd\x0be\x0cf', 'a\x1cb\x1dc\x1ed\x1fe', 'a\x85b\xa0c',
          'é ü', 'é', ' é ', '\xa0', 'Ā b c', 'a\u2003b', '😀 a', 'one', Str('one'), Str('one two'), Str('a'), 'x ' * 30, 'a\x00b \x00',
          'a\x84b\x86c\x9fd\xa1e']:
    print(ascii(s), ascii(s.split()), [ascii(s.split(None, n)) for n in (-1, 0, 1, 2, 5)], ascii(s.rsplit(None, 1)))
    assert all(type(part) is str for part in s.split())
long = ''.join(['one'])
print(long.split()[0] is long, Str('one').split()[0] is long, 'a b'.split()[0] is 'a b'[0])
assert [chr(c) for c in range(256) if len(f'x{chr(c)}x'.split()) == 2] == [chr(c) for c in range(256) if chr(c).isspace()]

print('translate')


class Table:
    def __init__(self, items):
        self.items, self.asked = items, []

    def __getitem__(self, c):
        self.asked.append(c)
        answer = self.items[c]
        if answer is KeyboardInterrupt:
            raise answer('asked')
        return answer


for items in ({}, {97: 'x'}, {97: 'é'}, {97: 'xy'}, {97: None}, {97: ''}, {97: 120}, {97: 233}, {97: 300}, {97: 0x1f600},
              {97: 0x110000}, {97: -1}, {97: 1.5}, {97: b'x'}, {97: True}, {97: Str('q')}, {97: None, 98: None},
              {97: None, 98: 'é'}, {97: 'é', 98: None}, {97: KeyboardInterrupt}, {98: 'xy', 97: None, 99: KeyboardInterrupt}):
    for s in ('', 'a', 'b', 'ab', 'aabbcc', 'ccbbaa', 'aéa', 'éaab', 'aaĀaa', '😀a', Str('aabb'), 'aaa'):
        table = Table(items)
        try:
            answer = s.translate(table)
            answer = ascii(answer), type(answer).__name__
        except BaseException as e:
            answer = type(e).__name__, str(e)
        print(items, ascii(s), *answer, ascii(''.join(map(chr, table.asked))))
        assert answer[0] == attempt(s.translate, items) or ':' in attempt(s.translate, items) or KeyboardInterrupt in items.values()
print('abc'.translate('x' * 98), 'abc'.translate(['q'] * 98 + [None]), 'a\x00'.translate('z'))
s = 'abc' * 3
print(s.translate({}) is s, s.translate({97: 97}) is s, s.translate({}) == s)
print(attempt('abc'.translate, None), attempt('abc'.translate, 5), attempt(''.translate, 5))
print(len(('a' * 1000).translate({97: 'b'})), ('ab' * 500).translate({97: None}) == 'b' * 500)

print('codecs')
for data in (b'', b'a', b'hello', 'é'.encode(), 'Āé😀'.encode(), b'\xff', b'ab\xc3', b'\xed\xa0\x80'):
    print(data, attempt(data.decode), attempt(data.decode, 'utf-8'), attempt(data.decode, 'utf-8', 'replace'),
          attempt(lambda: data.decode(errors='ignore')), attempt(data.decode, 'latin-1'), attempt(bytearray(data).decode))
for s in ('', 'a', 'hello', 'é', 'Āé😀', '\ud800', 'a\udfffb', Str('sub')):
    print(ascii(s), attempt(s.encode), attempt(s.encode, 'utf-8'), attempt(lambda: s.encode(errors='replace')))
