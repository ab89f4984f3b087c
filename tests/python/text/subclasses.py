# Subclasses of the text and number types; special methods that they call.
class I(int):
    def __new__(c,*a): return int.__new__(c,*a)
    def __repr__(s): return 'I(%d)'%int(s)
class F(float): pass
class S(str):
    x=1
    def __getitem__(s,i): return 'G'
class B(bytes): pass
class A(bytearray): pass
class C(complex): pass
def t(*a):
    for x in a: print(type(x).__name__, repr(x), end=' ')
    print()
i=I(5); f=F(2.5); s=S('héllo wörld'); b=B(b'abc'); a=A(b'abc'); c=C(1,2)
t(i+1, -i, +i, abs(i), ~i, i*2, i**2, int(i), i.real, i.conjugate(), round(i), i.__index__(), i.numerator, I('77'), I(7.9), i&1, i<<2, divmod(i,2)[0], i.__trunc__())
t(f+1,-f,+f,abs(f),float(f),f.real,f.conjugate(),F('1e5'),F.fromhex('0x1p3'), round(f,1), f.__getnewargs__())
t(s+'a', s*1, s*2, s[0:3], s[:], s.upper(), s.strip(), s.replace('zz','y'), s.center(3), s.ljust(2), str(s), s.split()[0], s.partition('zz')[0], s.format(), s%(), s.expandtabs(), s.zfill(1), s.translate({}), s.join(['a']), ''.join([s]), s.encode(), s.removeprefix('x'), s.__str__(), s.lower())
t(S(), S(b'abc','ascii'), S(5), s.__getnewargs__(), hash(s)==hash(str(s)), s==str.__str__(s), len(s), s.__sizeof__()>0)
t(b+b'x', b*1, b[:], b.upper(), b.strip(), b.replace(b'z',b''), bytes(b), b.center(2), b.partition(b'z')[0], B([1,2]), B(3), B.fromhex('6162'), b.__bytes__(), b''.join([b]), b.join([b'q']), b.__getnewargs__(), b.translate(None,b''), b.ljust(1))
t(a+b'x', a*2, a[:], a.upper(), A.fromhex('61'), a.copy(), a.strip(), bytes(a), a.partition(b'b')[0])
a+=b'zz'; a*=2; t(a)
t(c+1,-c,+c,complex(c),c.conjugate(),abs(c),C.from_number(3), c.__complex__())
s.attr=5; i.attr=6; b.attr=7; f.attr=8; a.attr=9; c.attr=10
print(s.attr,i.attr,b.attr,f.attr,a.attr,c.attr, s.__dict__, i.__dict__, b.__dict__)
for o in (I(1<<100), I(-5), I(0)): print(int(o), hash(o)==hash(int(o)), o==int(o), o.bit_length())
class E(int):
    __slots__=()
print(E(4), E(4).__class__)
class Z(str):
    def __eq__(s,o): return True
    def __hash__(s): return 1
print(Z('a') in {'b':1}, 'a'==Z('b'), Z('a')!='a', {Z('q'):1})
class D(dict):
    def __missing__(s,k): return '<'+k+'>'
print('%(a)s %(b)r'%D(a=1), '{a} {b}'.format_map(D(a=1)))
class Fm:
    def __format__(s,spec): return 'F['+spec+']'
    def __str__(s): return 'str'
    def __repr__(s): return 'repr'
print('{0} {0!r} {0!s:>6} {0:abc} {0:{1}}'.format(Fm(),'w'), f'{Fm()} {Fm()!r:>8} {Fm():x}', '%s %r %a'%(Fm(),Fm(),Fm()))
class X:
    a=[1,{'k':5}]
print('{0.a[1][k]} {0.a[0]} {x.a}'.format(X(),x=X()))
class Idx:
    def __index__(s): return 3
    def __int__(s): return 30
    def __float__(s): return 1.5
print('abc'*Idx(), [1]*Idx(), 'abcdef'[Idx()], 'abcdef'[:Idx()], int(Idx()), float(Idx()), '%d %x %f'%(Idx(),Idx(),Idx()), bytes(Idx()), complex(Idx()), hex(Idx()), 1<<Idx() if 0 else '', 'a'.center(Idx()), round(2.34567,Idx()), (10).to_bytes(Idx(),'big'), 'a,b,c,d'.split(',',Idx()))
print(memoryview(b'abcdef')[Idx()], bytearray(b'abcdef')[Idx()], b'abcdef'[Idx()], 'abcabc'.find('c',Idx()))
class Bu:
    def __init__(s): s.d=bytearray(b'hello')
    def __buffer__(s,f): print('get',f); return memoryview(s.d)
    def __release_buffer__(s,v): print('rel', type(v).__name__, v.nbytes)
m=memoryview(Bu()); print(m[0], bytes(m)); m.release()
print(b''.join([Bu(),b'x']), bytes(Bu()), b'll' in b'hello', Bu().__buffer__(0).tobytes())
class Bs(bytearray):
    def __buffer__(s,f): print('Bs get'); return super().__buffer__(f)
    def __release_buffer__(s,v): print('Bs rel'); super().__release_buffer__(v)
x=Bs(b'123'); 
with memoryview(x) as v: print(v[1])
x.append(5); print(bytes(x))
class It:
    def __iter__(s): return iter(['a','b'])
print('-'.join(It()), bytes(iter([1,2])), bytearray(iter([3,4])), list(reversed('abc')), 'b' in 'abc', max('abc'), sorted('cab'), list(zip('ab',b'cd')))
print(str.upper('a'), str.join(',', 'abc'), int.__add__(1,2), int.__add__(1,2.0), float.__radd__(1.0,2), str.__mod__('%d',5), bytes.__mod__(b'%d',5), int.__rpow__(2,3), (2).__pow__(3,5), (1).__divmod__(0) if 0 else '')
print(eval("'a' 'b' f'{1+1}'"), 'a\N{GREEK SMALL LETTER ALPHA}b', b'\x41\101', r'\n')
