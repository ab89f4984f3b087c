# Arrays: every function with good and bad arguments.
import builtins, re as _re
def print(*a): builtins.print(_re.sub(r'0x[0-9a-f]+|(?<=top\()\d+', '0x', ' '.join(map(str, a))))
import array
A=array.array
def t(s):
    try: print(s,'->',repr(eval(s))[:200])
    except BaseException as e: print(s,'->',type(e).__name__, e)
class Sub(A): pass
class It:
    def __init__(s,v): s.v=v
    def __index__(s): return s.v
a=A('i',[1,2,3]); u=A('w','abc'); d=A('d',[1.5,2.5]); b=A('b',b'abc')
class io:
    class BytesIO:
        def __init__(s,b): s.b=b
        def read(s,n=-1): r=s.b[:n]; s.b=s.b[n:]; return r
for s in r'''A()|A(1)|A('i',1)|A('ii')|A('z')|A('')|A(b'i')|A('i',[1.5])|A('i',['a'])|A('i',b'123')|A('i',b'1234')|A('i','abc')|A('w','abc')|A('w',b'abcd')|A('w',['a','b'])|A('w',['ab'])|A('w',[1])|A('w',A('w','x'))|A('i',A('w','x'))|A('w',A('i',[1]))|A('i',A('d',[1.5]))|A('d',A('i',[1]))|A('i',A('h',[1]))|A('i',x=1)|A(x=1)|Sub('i',x=1)|A('i',[2**31])|A('i',[-2**31-1])|A('I',[-1])|A('I',[2**32])|A('b',[128])|A('b',[-129])|A('B',[256])|A('B',[-1])|A('h',[40000])|A('h',[-40000])|A('H',[70000])|A('H',[-1])|A('l',[2**63])|A('L',[2**64])|A('L',[-1])|A('q',[2**63])|A('Q',[2**64])|A('Q',[-1])|A('f',['a'])|A('f',[1e300])|A('d',['a'])|A('B',[2**70])|A('i',[2**70])|A('L',[1.5])|A('Q',['a'])|A('q',['a'])|A('I',['a'])|A('i',[It(5)])|A('Q',[It(2**63)])|A('u','ab')|A('i',(1,2))|A('i',range(3))|A('i',None)|A('i',bytearray(8))|a|u|d|b|A('i')|A('w')|A('u','a"\'é')|A('w','\ud800')|repr(A('w','a\x00b'))|Sub('i',[1])|a[0]|a[-1]|a[3]|a['a']|a[1:]|a[::2]|a[::-1]|u[1:]|a[1.5]|a.__setitem__(0,5)|a.__setitem__(9,5)|a.__setitem__('a',5)|a.__setitem__(0,'a')|a.__setitem__(slice(0,1),[1])|a.__setitem__(slice(0,1),A('h',[1]))|a.__setitem__(slice(0,1),A('i',[7,8]))|a|a.__setitem__(slice(0,None,2),A('i',[1]))|a.__setitem__(slice(0,4,2),A('i',[11,22]))|a|a.__delitem__(0)|a|a.__delitem__(slice(None,None,2))|a|a.__delitem__(5)|a+a|a+[1]|a+d|a*2|2*a|a*-1|a*1.5|a*2**62|a.__imul__(3)|a.__iadd__(A('i',[4]))|a.__iadd__([4])|a.__iadd__(d)|a|a.append(1)|a.append('x')|a.append(2**40)|a.extend([1,2])|a.extend(5)|a.extend(d)|a.extend(a)|a.extend('ab')|a|a.insert(0,9)|a.insert(100,8)|a.insert(-1,7)|a.insert('a',1)|a.insert(0,'a')|a|a.pop()|a.pop(0)|a.pop(100)|A('i').pop()|a.pop('a')|a|a.remove(2)|a.remove(99)|a.index(1)|a.index(99)|a.index(1,2)|a.index(1,-3,100)|a.index('a')|a.count(1)|a.count('a')|a.reverse()|a|a.byteswap()|a|a.byteswap()|b.byteswap()|A('d',[1.0]).byteswap()|a.buffer_info()[1]|a.tobytes()|a.tolist()|u.tolist()|u.tounicode()|a.tounicode()|u.fromunicode('xyz')|u.fromunicode(1)|a.fromunicode('a')|u|a.fromlist([1,2])|a.fromlist((1,))|a.fromlist([1,'a'])|a|a.frombytes(b'123')|a.frombytes(b'1234')|a.frombytes('a')|a.frombytes(1)|a|a.tofile(1)|a.fromfile(1,2)|a.fromfile(io.BytesIO(b'abcdefgh'),2)|a.fromfile(io.BytesIO(b'abc'),2)|a.fromfile(io.BytesIO(b'abcd'),2)|a.fromfile(io.BytesIO(b'abcd'),-1)|a|a.typecode|a.itemsize|a.__sizeof__()-A('i').__sizeof__()>0|A('i').__sizeof__()|a.__copy__()|a.__deepcopy__({})|a.__reduce_ex__(2)|a.__reduce_ex__(3)|a.__reduce_ex__(4)|u.__reduce_ex__(2)|u.__reduce_ex__(3)|A('w').__reduce_ex__(3)|d.__reduce_ex__(3)|A('L').__reduce_ex__(3)|A('b').__reduce_ex__(3)|a.__reduce_ex__('a')|Sub('i',[1]).__reduce_ex__(3)|a==a|a==A('i')|a==A('d',a)|a==A('d',list(a))|a!=a|a<a|a<=A('i',[1])|A('i',[1])<A('i',[2])|A('d',[1])<A('i',[2])|A('i',[1])<A('i',[1,2])|A('d',[float('nan')])==A('d',[float('nan')])|A('w','a')<A('w','b')|A('w','a')==A('i',[97])|a==[1]|a<[1]|hash(a)|1 in a|'a' in a|len(a)|iter(a)|list(iter(a))|next(iter(a))|iter(a).__reduce__()|iter(a).__setstate__(1)|type(iter(a))()|a.clear()|a|memoryview(d).format|memoryview(d).tolist()|memoryview(u).format|memoryview(A('u','a')).format|memoryview(A('l',[1,2])).shape|memoryview(A('l',[1,2])).format|memoryview(d)[0]|A[int]|array._array_reconstructor()|array._array_reconstructor(A,'i',8,b'12345678')|array._array_reconstructor(int,'i',8,b'12345678')|array._array_reconstructor(A,'zz',8,b'12345678')|array._array_reconstructor(A,'z',8,b'12345678')|array._array_reconstructor(A,'i',99,b'12345678')|array._array_reconstructor(A,'i',-1,b'12345678')|array._array_reconstructor(A,'i',8,'a')|array._array_reconstructor(A,'i',8,b'123')|array._array_reconstructor(A,'i',6,b'1234')|array._array_reconstructor(A,'i',9,b'1234')|array._array_reconstructor(A,'b',0,b'\xff')|array._array_reconstructor(A,'i',0,b'\xff')|array._array_reconstructor(A,'d',14,b'12345678')|array._array_reconstructor(A,'f',17,b'12345678')|array._array_reconstructor(A,'w',18,b'a\0b\0')|array._array_reconstructor(A,'w',20,b'a\0\0\0')|array._array_reconstructor(A,'w',21,b'\0\0\0a')|array._array_reconstructor(A,'w',19,b'\0a')|array._array_reconstructor(A,'Q',12,b'12345678')|array._array_reconstructor(A,'h',12,b'\xff'*8)|array._array_reconstructor(Sub,'i',8,b'1234')|A.__doc__==Sub.__doc__|array.typecodes|array.ArrayType is A|b'x'+b|bytes(b)|bytearray(d)|A('B',[1,2])+A('B',[3])|A('u').typecode|A('u',['ab'])|A('u','é\ud800')|A('w',[''])|A('w').fromunicode('a')|A('w',['a']).append('bc')|A('w',['a']).append(3)|A('u',['a']).append(3)|A('f',[1,2.5,It(3)])|A('d',[It(3)])|A('i',{1:2})|A('i',[True])|A('i',[1,2,3])[0:2]==A('i',[1,2])|A('i',A('i',[1,2]))|A('b','a')|A('i',iter([1,'a']))'''.split('|'): t(s)
m=memoryview(b)
for s in 'b.append(1)|b.pop()|b.extend([1])|b.clear()|b.__setitem__(0,3)|b.__delitem__(0)|b.insert(0,1)|b.__imul__(2)|b.frombytes(b"a")|b.__setitem__(slice(0,1),A("b"))|b.fromlist([1])|b.remove(3)|b.fromunicode("a")|b.__iadd__(b)|b.__imul__(1)|b.fromlist([])|b.frombytes(b"")'.split('|'): t(s)
print(b)
del m
import copy
x=A('i',range(10)); 
it=iter(x); next(it); del x[:]; print(list(it)); x.append(1); print(list(it))
e=A('i')
e.extend(e); e+=e; print(e)
for o in range(-5,6):
  for p in range(-5,6):
    for st in (-3,-1,1,2,None):
      x=A('b',range(4)); l=list(range(4))
      del x[o:p:st]; del l[o:p:st]; assert x.tolist()==l
      x=A('b',range(4)); l=list(range(4)); n=len(l[o:p:st])
      x[o:p:st]=A('b',range(n)); l[o:p:st]=range(n); assert x.tolist()==l
      x=A('b',range(4)); l=list(range(4));
      if st in (1,None): x[o:p:st]=x; l[o:p:st]=l; assert x.tolist()==l,(o,p,st,x,l)
