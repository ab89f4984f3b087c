"""The modules of the CJK codecs: arguments, error handlers, states, streams."""
import codecs
import io
import _codecs_jp
import _multibytecodec as m

def t(f):
    try:
        print(ascii(f()))
    except BaseException as e:
        print(type(e).__name__, e)
t(lambda: m.__create_codec(1))
t(lambda: _codecs_jp.getcodec(1))
t(lambda: _codecs_jp.getcodec('x'))
c = _codecs_jp.getcodec('cp932')
t(lambda: c.encode(12))
t(lambda: c.encode(b'12'))
t(lambda: c.decode('x'))
t(lambda: c.encode('x', 3))
t(lambda: c.encode('x', 'a\x00'))
t(lambda: c.encode('xሴ', 'nope'))
t(lambda: c.encode('x', 'nope'))
t(lambda: m.MultibyteIncrementalEncoder())

class E(m.MultibyteIncrementalEncoder):
    codec = c

class D(m.MultibyteIncrementalDecoder):
    codec = c

class R(m.MultibyteStreamReader):
    codec = c

class W(m.MultibyteStreamWriter):
    codec = c

class X(m.MultibyteStreamWriter):
    codec = 1
t(lambda: X(1))
t(lambda: W())
t(lambda: W(1, 2, 3))
t(lambda: E(1))
t(lambda: E('a\x00b'))
t(lambda: E(errors=1))
t(lambda: E(error=1))
t(lambda: D(errors=1))
t(lambda: W(errors=1))
t(lambda: R(errors=1))
t(lambda: R(None, 'strict', 1))
t(lambda: W(None, 'strict').write(1))
t(lambda: W(None, 'strict').write('a'))
t(lambda: W(None, 'strict').writelines(1))
t(lambda: W(None, 'strict').writelines(iter('ab')))
t(lambda: W(None, 'strict').writelines({1: 2}))
t(lambda: W(None, 'strict').writelines({0: 'a'}))
e = E()
print(e.errors, E('foo').errors, E('replace').errors)

def s(o, v):
    o.errors = v
t(lambda: s(e, 1))
t(lambda: s(e, 'zzz'))
print(e.errors)

def d(o):
    del o.errors
t(lambda: d(e))
r = R(io.BytesIO(b'abc\ndef'))
t(lambda: r.read('x'))
t(lambda: r.readline(2.5))
t(lambda: r.readlines('x'))
t(lambda: r.read(2))
t(lambda: r.readline(1))
t(lambda: r.readlines(None))
t(lambda: s(r, None))
t(lambda: R(io.StringIO('abc')).read())
t(lambda: setattr(r, 'stream', 1))
t(lambda: R(3).reset())
t(lambda: W(3).reset())
t(lambda: e.getstate())
t(lambda: e.setstate('x'))
t(lambda: e.setstate(-1))
t(lambda: e.setstate(1 << 200))
t(lambda: e.setstate(255))
t(lambda: e.setstate(65281))
t(lambda: e.setstate(9))
t(lambda: e.setstate(8))
t(e.getstate)
t(lambda: e.encode('a'))
t(lambda: e.encode(b'a'))
t(lambda: e.reset())
t(e.getstate)
x = D()
t(lambda: x.getstate())
t(lambda: x.setstate(1))
t(lambda: x.setstate((b'',)))
t(lambda: x.setstate((b'x' * 9, 0)))
t(lambda: x.setstate((b'x' * 8, -1)))
t(lambda: x.setstate((b'x' * 8, 1 << 64)))
t(lambda: x.setstate(('', 0)))
t(lambda: x.setstate((b'', 0.5)))
t(lambda: x.setstate((b'x' * 8, 5)))
t(x.getstate)
t(lambda: x.decode(b'x'))
t(lambda: x.decode('x'))
t(lambda: x.decode(b'\x81'))
t(x.getstate)
t(lambda: x.decode(b'', True))
t(x.getstate)
x = D('ab')
t(lambda: x.decode(b'\x81', True))
t(x.getstate)
for name in ('iso2022_jp', 'iso2022_kr', 'hz'):
    t(codecs.getincrementalencoder(name)().getstate)
    t(codecs.getincrementaldecoder(name)().getstate)
    i = codecs.getincrementalencoder(name)()
    t(lambda: i.encode('가一', 'ignore'))
    t(i.getstate)
    t(i.reset)
    t(i.getstate)
    i = codecs.getincrementaldecoder(name)()
    t(lambda: i.setstate((b'', int.from_bytes(b'ABCDEFGH', 'little'))))
    t(lambda: i.decode(b'abcd'))
    t(i.getstate)
    t(i.reset)
    t(i.getstate)
i = codecs.getincrementalencoder('euc_jis_2004')()
t(lambda: i.encode('か'))
t(i.getstate)
t(lambda: i.encode('か'))
t(i.getstate)
t(lambda: i.encode('゚'))
t(lambda: i.encode('か'))
t(lambda: i.encode('', True))
t(lambda: i.encode('か'))
t(lambda: i.encode('\udc80'))
t(i.getstate)
i.setstate(i.getstate() + 0)
codecs.register_error('h', lambda e: (print(ascii(str(e)), ascii(e.object)), ('?', e.end))[1])
for enc in ('gbk', 'iso2022_jp', 'big5hkscs', 'hz'):
    t(lambda: 'aꯍ一ꯍÊ'.encode(enc, 'h'))
    t(lambda: b'a\xff\xb0\xa1\x1b$B\x1b(B\x1b$zz~{1'.decode(enc, 'h'))
for ret in [1, ('?',), (1, 2), ('?', 1.5), ('?', 10), ('?', -10), ('?', 1 << 100), ('?', -1), (b'?', 1 << 100), ('ꯍ', 1), (b'\xff\xff', 2)]:
    codecs.register_error('g', lambda e: ret)
    t(lambda: 'aꯍ一'.encode('gbk', 'g'))
    if ret not in (('?', -1), ('ꯍ', 1)):
        t(lambda: b'a\xff\xff\xb0\xa1'.decode('gbk', 'g'))
for h in ('surrogateescape', 'backslashreplace', 'xmlcharrefreplace', 'namereplace', 'surrogatepass', 'ignore', 'replace'):
    t(lambda: 'aꯍ一\udc80\udc81'.encode('iso2022_jp', h))
    t(lambda: b'a\x80\xff\x1b$B\x7f\x7f'.decode('iso2022_jp', h))
    t(lambda: 'aꯍ一\udc80\udc81'.encode('gb18030', h))
    t(lambda: b'a\x80\xff\x1b$B\x7f\x7f'.decode('gb18030', h))
t(lambda: b'\x1bNA'.decode('iso2022_jp_2'))
t(lambda: b'\x1b.A\x1bNA\x1bN\xc1'.decode('iso2022_jp_2', 'replace'))
t(lambda: b'\x1b.F\x1bNA\x1bNR'.decode('iso2022_jp_2', 'replace'))
b = io.BytesIO()
w = W(b)
w.write('ab一')
w.writelines(['x', '一'])
w.reset()
print(b.getvalue())
b = io.BytesIO()
w = codecs.getwriter('iso2022_jp')(b)
w.write('ab一')
w.write('一')
w.reset()
print(b.getvalue())
t(lambda: [codecs.getreader('cp932')(io.BytesIO('a一b\nc一'.encode('cp932'))).read(2) for _ in range(1)])
r = codecs.getreader('cp932')(io.BytesIO('a一b\nc一'.encode('cp932')))
print([r.read(1) for _ in range(9)])
r = codecs.getreader('cp932')(io.BytesIO('a一b\nc一'.encode('cp932') + b'\x81'))
t(lambda: [r.readline() for _ in range(9)])
r = codecs.getreader('cp932')(io.BytesIO(b'\x81'))
t(lambda: r.read(1))
t(r.read)
