# Binascii functions: every function with good and bad arguments.
import builtins, re as _re
def print(*a): builtins.print(_re.sub(r'0x[0-9a-f]+|(?<=top\()\d+', '0x', ' '.join(map(str, a))))
import binascii as b
def t(s):
    try: print(s,'->',repr(eval(s))[:160])
    except BaseException as e: print(s,'->',type(e).__name__, e)
for s in r'''b.a2b_base64('YQ==')|b.a2b_base64('é')|b.a2b_base64(1)|b.a2b_base64('YQ')|b.a2b_base64('Y')|b.a2b_base64('YQ=')|b.a2b_base64('YWJjY')|b.a2b_base64('=')|b.a2b_base64('====')|b.a2b_base64('YQ==YQ==')|b.a2b_base64('YQ==x',strict_mode=True)|b.a2b_base64('=YQ==',strict_mode=True)|b.a2b_base64('YQ===',strict_mode=True)|b.a2b_base64('Y=Q=',strict_mode=True)|b.a2b_base64('YQ=\n=',strict_mode=True)|b.a2b_base64('YQ=a',strict_mode=True)|b.a2b_base64('Y Q==',strict_mode=True)|b.a2b_base64('YQ==\n',strict_mode=True)|b.a2b_base64('YWJj=',strict_mode=True)|b.a2b_base64('YWJj==',strict_mode=True)|b.a2b_base64('YWJj\n',strict_mode=True)|b.a2b_base64('=',strict_mode=True)|b.a2b_base64('Y==',strict_mode=True)|b.a2b_base64('',strict_mode=True)|b.a2b_base64('YQ',strict_mode=True)|b.a2b_base64('YQ=',strict_mode=True)|b.a2b_base64('YW==Jj')|b.a2b_base64('YW=Jj')|b.a2b_base64('YWJj=YQ==')|b.a2b_base64('Y=Q=')|b.a2b_base64('YQ==',1)|b.a2b_hex('61')|b.a2b_hex('6')|b.a2b_hex('6g')|b.a2b_hex('é')|b.a2b_hex(1)|b.a2b_hex(b'6 1 ')|b.b2a_base64(b'abc')|b.b2a_base64(b'a'*100)|b.b2a_base64(b'',newline=False)|b.b2a_base64('a')|b.b2a_hex(b'abc')|b.b2a_hex(b'abc',':')|b.b2a_hex(b'abcde',b'-',2)|b.b2a_hex(b'abcde','-',-2)|b.b2a_hex(b'abc','::')|b.b2a_hex(b'abc','é')|b.b2a_hex(b'abc','\u1234')|b.b2a_hex(b'abc',[1])|b.b2a_hex(b'abc',bytearray(b'-'))|b.b2a_hex(b'abc',1)|b.b2a_hex(b'abc','')|b.b2a_hex(b'abc',b'')|b.b2a_hex(b'abc','-',0)|b.b2a_hex(b'abc',sep='\x80')|b.hexlify('a')|b.hexlify(b'')|b.b2a_uu(b'abc')|b.b2a_uu(b'')|b.b2a_uu(b'a'*46)|b.b2a_uu(b'a'*45)|b.b2a_uu(b'\0\0a',backtick=True)|b.b2a_uu(b'\0\0a')|b.b2a_uu(b'a')|b.b2a_uu(b'ab')|b.b2a_uu(b'',backtick=True)|b.a2b_uu(b'#86)C\n')|b.a2b_uu(b'')|b.a2b_uu(b'#86)')|b.a2b_uu(b'#8')|b.a2b_uu(b'#86)C junk')|b.a2b_uu(b'\x7f')|b.a2b_uu(b'#\x7f\x7f\x7f\x7f')|b.a2b_uu('!80')|b.a2b_uu(b' \n')|b.a2b_uu(b'#86)Cx')|b.a2b_qp(b'a=3D=\nb=zz=')|b.a2b_qp('a_b',header=True)|b.a2b_qp(b'=\r\nx')|b.a2b_qp(b'==41')|b.a2b_qp(b'a=x\ny')|b.a2b_qp(b'=4')|b.b2a_qp(b'a=b c\t\n  \n')|b.b2a_qp(b'a b_\t',quotetabs=True)|b.b2a_qp(b'a b_ \t',header=True)|b.b2a_qp(b'a\r\nb\n',istext=False)|b.b2a_qp(b'x'*100)|b.b2a_qp(b'\xff'*40)|b.b2a_qp(b'.\n..\nfoo .')|b.b2a_qp(b'a\nb\r\n',istext=True)|b.b2a_qp(b'a\r\nb\n')|b.b2a_qp(b' ')|b.b2a_qp(b'a'*75+b'=')|b.b2a_qp(b'a'*76)|b.b2a_qp(b'a'*75+b' \n')|b.crc32(b'abc')|b.crc32(b'abc',5)|b.crc32(b'abc',2**40+5)|b.crc32(b'a',-1)|b.crc32('a')|b.crc32(b'a',1.5)|b.crc_hqx(b'abc',0)|b.crc_hqx(b'abc',2**20)|b.crc_hqx(b'abc')|b.crc_hqx(b'a',-1)|b.crc_hqx(b'a','b')|b.crc32(b'a'*100000)|b.Error.__mro__|b.Incomplete.__mro__|b.a2b_base64(b'\xff\x00YQ==')|b.a2b_base64(memoryview(b'YQ=='))|b.a2b_hex(bytearray(b'6162'))|b.a2b_base64(b'A===')|b.a2b_base64(b'AAAAA===')|b.a2b_qp(1)|b.unhexlify('zz')|b.a2b_base64(b'YQ\x00==',strict_mode=True)|b.crc32(b'a',2**70)'''.split('|'): t(s)
for n in dir(b):
    if n.startswith('__'): continue
    o=getattr(b,n)
    print(n,o.__doc__,getattr(o,'__text_signature__',0))
d=bytes(range(256))*5
for i in range(0,300,7): 
    assert b.a2b_base64(b.b2a_base64(d[i:i*2]))==d[i:i*2]
    assert b.a2b_qp(b.b2a_qp(d[i:i*2],istext=False))==d[i:i*2]
import array
print(array.__doc__)
for n in dir(array.array):
    if n.startswith('__') and n not in ('__sizeof__','__copy__','__deepcopy__','__reduce_ex__','__class_getitem__'): continue
    o=getattr(array.array,n)
    print(n,o.__doc__,getattr(o,'__text_signature__',0))
