import os, sys
import _io
PATH = f'/tmp/taipan-io-{os.getpid()}.txt'
with open(PATH,'w') as f:
    for i in range(5): f.write(f"line {i} é\r\n" if i%2 else f"line {i}\n")
with open(PATH) as f:
    for l in f: print(repr(l))
with open(PATH,newline='') as f:
    f.readline(); p=f.tell(); print(p, repr(f.readline())); f.seek(p); print(repr(f.read(3)), f.tell(), f.newlines)
with open(PATH,'rb') as f:
    print(f.peek(5)[:5], f.read(), f.tell())
with open(PATH,'r+b') as f:
    f.read(3); f.write(b'ABC'); f.seek(0); print(f.readline()); f.truncate(4)
print(open(PATH).read())
b=_io.BytesIO(b'abc\ndef'); print(list(b), b.getvalue()); v=b.getbuffer(); v[0]=65; print(b.getvalue())
s=_io.StringIO('x\ny\n'); print(list(s)); s.write('zé\u1234'); print(ascii(s.getvalue())); s.seek(1); s.write('Q'); print(ascii(s.getvalue()))
try: open('/nope/x')
except OSError as e: print(e)
try: sys.stdout.foo
except AttributeError as e: print(e)
try: f.read()
except ValueError as e: print(e)
class R(_io._RawIOBase):
    def readable(self): return True
    def readinto(self, b):
        n = min(3, len(b))
        b[:n] = b'xyz'[:n]
        return n
print(_io.BufferedReader(R(),8).read(10))
f=open(PATH,'w',encoding='utf-16'); f.write('a'); f.close(); print(open(PATH,'rb').read()); 
f=open(PATH,'a',encoding='utf-16'); f.write('b'); f.close(); print(open(PATH,'rb').read(), open(PATH,encoding='utf-16').read())

os.remove(PATH)
