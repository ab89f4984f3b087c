# Zlib streams: every function with good and bad arguments.
import builtins, re as _re
def print(*a): builtins.print(_re.sub(r'0x[0-9a-f]+|(?<=top\()\d+', '0x', ' '.join(map(str, a))))
import zlib
def t(s):
    try: print(s,'->',repr(eval(s))[:300])
    except BaseException as e: print(s,'->',type(e).__name__, e)
d=b'hello world '*50
z=zlib.compress(d)
co=zlib.compressobj(); do=zlib.decompressobj()
fin=zlib.compressobj(); fin.flush()
for s in '''zlib.decompress(z)==d|zlib.decompress(zlib.compress(d,9))==d|zlib.decompress(zlib.compress(d,0))==d|zlib.compress(d,10)|zlib.compress(d,-2)|zlib.compress('a')|zlib.compress()|zlib.compress(d,level=1,wbits=31)[:2]|zlib.decompress(zlib.compress(d,wbits=31),31)==d|zlib.decompress(zlib.compress(d,wbits=31),47)==d|zlib.decompress(zlib.compress(d,wbits=-15),-15)==d|zlib.compress(d,wbits=99)|zlib.decompress(z,wbits=99)|zlib.decompress(z[:-1])|zlib.decompress(b'')|zlib.decompress(b'abc')|zlib.decompress(z+b'junk')==d|zlib.decompress(z,bufsize=0)==d|zlib.decompress(z,bufsize=-1)|zlib.decompress(z,bufsize=1)==d|zlib.decompress('a')|zlib.decompress(b'x\\x9c\\x00')|zlib.crc32(b'abc')|zlib.crc32(b'abc',7)|zlib.crc32(b'abc',-1)|zlib.crc32(b'abc',2**40)|zlib.crc32('a')|zlib.adler32(b'abc')|zlib.adler32(b'abc',7)|zlib.adler32(b'a'*10**6)|zlib.adler32(b'abc',-1)|zlib.adler32()|type(co)|type(do)|type(co)()|zlib.compressobj(99)|zlib.compressobj(method=5)|zlib.compressobj(wbits=99)|zlib.compressobj(memLevel=99)|zlib.compressobj(strategy=99)|zlib.compressobj(zdict=5)|zlib.compressobj(zdict='a')|zlib.decompressobj(wbits=99)|zlib.decompressobj(zdict=5)|zlib.decompressobj(zdict='a')|co.compress('a')|co.compress(d)|len(co.flush(0))|co.flush(77)|len(co.copy().flush())>0|co.flush(2)!=b''|co.flush(4)!=b''|co.flush()|co.compress(b'a')|co.copy()|fin.compress(b'a')|fin.copy()|fin.flush()|do.decompress(z,10)|len(do.unconsumed_tail)>0|do.decompress(do.unconsumed_tail,20)|do.eof|len(do.flush())|do.eof|do.unused_data|do.decompress(b'more')|do.unused_data|do.decompress(b'a',-1)|do.flush(0)|do.flush(-1)|do.copy()|zlib.decompressobj().decompress(z[:20])|zlib.decompressobj().flush()|zlib.decompressobj().decompress(b'abcd')|zlib.decompressobj().decompress(z+b'tail')==d|zlib.decompressobj().decompress('a')|zlib._ZlibDecompressor()|zlib._ZlibDecompressor().decompress(z)==d|zlib._ZlibDecompressor(wbits=99)|zlib._ZlibDecompressor().decompress(z,5)|zlib._ZlibDecompressor().needs_input|zlib._ZlibDecompressor().eof|zlib._ZlibDecompressor().unused_data|zlib._ZlibDecompressor(5,b'',3)|zlib.Z_BEST_SPEED|zlib.DEF_BUF_SIZE|zlib.MAX_WBITS|zlib.__version__|zlib.error.__mro__|zlib.Z_TREES|zlib.Z_BLOCK'''.split('|'): t(s)
dic=b'hello world'
c=zlib.compressobj(zdict=dic); x=c.compress(d)+c.flush()
t('zlib.decompress(x)'); t('zlib.decompressobj(zdict=dic).decompress(x)==d'); t('zlib.decompressobj(zdict=b"bad").decompress(x)'); t('zlib.decompressobj().decompress(x)'); 
c=zlib.compressobj(wbits=-15,zdict=dic); x=c.compress(d)+c.flush()
t('zlib.decompressobj(wbits=-15,zdict=dic).decompress(x)==d')
z2=zlib._ZlibDecompressor()
o=b''
for i in range(0,len(z),7):
    o+=z2.decompress(z[i:i+7],5)
    while not z2.needs_input and not z2.eof: o+=z2.decompress(b'',5)
print(o==d,z2.eof,z2.unused_data); t('z2.decompress(b"")')
z3=zlib._ZlibDecompressor(); print(z3.decompress(z+b'xyz')==d,z3.unused_data)
dd=zlib.decompressobj(); a=dd.decompress(z[:15]); e=dd.copy(); print(a+dd.decompress(z[15:])==d, a+e.decompress(z[15:]+b'q')==d, e.unused_data, dd.eof)
import random
for lvl in range(-1,10):
  for strat in range(5):
    c=zlib.compressobj(lvl,strategy=strat); s=b''; r=random.Random(1)
    big=bytes(r.getrandbits(3) for _ in range(50000))
    for k in range(0,50000,1000):
        s+=c.compress(big[k:k+1000])
        if k%7000==0: s+=c.flush(r.choice([zlib.Z_SYNC_FLUSH,zlib.Z_FULL_FLUSH,zlib.Z_PARTIAL_FLUSH]))
    s+=c.flush()
    assert zlib.decompress(s)==big
