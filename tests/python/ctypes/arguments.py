"""What the names of _ctypes say to good and bad arguments."""

import ctypes
import warnings

import _ctypes
from _ctypes import Array, CFuncPtr
from ctypes import *

warnings.simplefilter("ignore")
LINES = r"""
hasattr(c_double_complex,'__ctype_be__'), hasattr(c_bool,'__ctype_be__'),hasattr(c_float_complex,'__ctype_be__'),hasattr(c_void_p,'__ctype_be__'),hasattr(c_longdouble,'__ctype_be__'),hasattr(c_wchar,'__ctype_be__')
c_int('x')
c_int(1.5)
c_float('x')
c_double_complex('x')
c_char('x')
c_char(b'xx')
c_char(bytearray(b'xx'))
c_char(300)
c_char(-1)
c_wchar(b'x')
c_wchar('xx')
c_char_p('x')
c_wchar_p(b'x')
c_void_p('x')
c_void_p(1.5)
py_object().value
c_int(1,2)
c_int.from_param('x')
c_char_p.from_param(3)
c_wchar_p.from_param(3)
c_void_p.from_param(3.5)
c_int.__ctype_be__, c_int.__ctype_le__, c_int.__ctype_be__.__name__
!class X(_ctypes._SimpleCData): pass
!class X(_ctypes._SimpleCData): _type_=1
!class X(_ctypes._SimpleCData): _type_='xx'
!class X(_ctypes._SimpleCData): _type_='x'
_ctypes._SimpleCData()
_ctypes.Structure()
Array()
_ctypes._Pointer()
_ctypes.CFuncPtr()
!class A(Array): pass
!class A(Array): _type_=c_int
!class A(Array): _length_=-1; _type_=c_int
!class A(Array): _length_='x'; _type_=c_int
!class A(Array): _length_=2**70; _type_=c_int
!class A(Array): _length_=2**62; _type_=c_int
!class A(Array): _length_=2; _type_=int
c_int*-1
c_int*'x'
(c_int*3)(1,2,3,4)
(c_int*3)()[5]
(c_int*3)()['x']
(c_int*3)().__setitem__(7,1)
(c_int*3)().__setitem__(slice(0,2),[1])
(c_int*3)().__delitem__(0)
(c_int*3)().__setitem__(0,'x')
(c_char*3)(1,2,3).raw
(c_char*3)(b'abcd')
setattr((c_char*3)(),'value',b'abcd')
setattr((c_char*3)(),'value','a')
setattr((c_char*3)(),'raw',b'abcd')
setattr((c_char*3)(),'raw','a')
setattr((c_wchar*3)(),'value','abcd')
setattr((c_wchar*3)(),'value',b'a')
delattr((c_char*3)(),'raw')
delattr((c_char*3)(),'value')
delattr((c_wchar*3)(),'value')
delattr(c_int(),'value')
POINTER(c_int)().contents
POINTER(c_int)()[0]
POINTER(c_int)().__setitem__(0,1)
POINTER(c_int)(3)
setattr(POINTER(c_int)(),'contents',3)
delattr(POINTER(c_int)(),'contents')
pointer(c_int(3))['x']
pointer(c_int(3))[1:]
pointer(c_int(3))[:]
pointer(c_int(3))[0:1:0]
pointer(c_int(3))[0:1:-1]
pointer(c_int(3)).__delitem__(0)
!class PX(_ctypes._Pointer): _type_=int
!class PX(_ctypes._Pointer): pass
PX()
PX(c_int(1))
PX.set_type(int)
PX.set_type(c_int)
PX.from_param(None)
POINTER(c_int).from_param(c_long(1))
POINTER(c_int).from_param(3)
POINTER(c_int)._type_, c_int.__pointer_type__
_ctypes.Structure.__pointer_type__
setattr(_ctypes.Structure,'__pointer_type__',POINTER(c_int))
sizeof(3)
sizeof(_ctypes.Structure)
alignment(3)
addressof(3)
byref(3)
byref(c_int(),'x')
resize(3,3)
resize(c_int(),2)
resize(pointer(c_int())[0:1],4)
resize(pointer(c_int()).contents,40)
c_int.from_buffer(b'1234')
c_int.from_buffer(bytearray(3))
c_int.from_buffer(bytearray(4),-1)
c_int.from_buffer(bytearray(4),1)
c_int.from_buffer(3)
c_int.from_buffer_copy(b'123')
c_int.from_buffer_copy(b'1234',-1)
c_int.from_buffer_copy(b'1234',1)
_ctypes.Structure.from_buffer(bytearray(3))
_ctypes.Structure.from_param(0)
_ctypes._SimpleCData.from_param(0)
c_int.in_dll(3,'x')
c_int.in_dll(pythonapi,3)
pythonapi[3]
repr(pythonapi.Py_IncRef)[:10]
CFUNCTYPE(c_int,c_int)('x')
CFUNCTYPE(c_int,c_int)(('x',))
CFUNCTYPE(c_int,c_int)(('x',3))
CFUNCTYPE(3,c_int)
CFUNCTYPE(c_int,3)
CFUNCTYPE(POINTER(c_int),c_int)(lambda x:x)
CFUNCTYPE(c_int, _ctypes.Structure)
CFUNCTYPE(c_int,c_int)(lambda x:x+1)(4)
setattr(pythonapi.Py_IncRef,'argtypes',3)
setattr(pythonapi.Py_IncRef,'argtypes',[3])
setattr(pythonapi.Py_IncRef,'restype',3)
setattr(pythonapi.Py_IncRef,'errcheck',3)
delattr(pythonapi.Py_IncRef,'restype')
delattr(pythonapi.Py_IncRef,'argtypes')
pythonapi.Py_IncRef.argtypes, pythonapi.Py_IncRef.restype, pythonapi.Py_IncRef.errcheck
CDLL(None).abs(-3.5)
CDLL(None).abs(object())
CDLL(None).abs(2**70)
CDLL(None).abs(*[1]*1025)
CDLL(None).abs(-3), CDLL(None).strlen(b'abc'), CDLL(None).wcslen('abcd')
!class F(_ctypes.CFuncPtr): pass
!class F(_ctypes.CFuncPtr): _flags_='x'
F
!class F(_ctypes.CFuncPtr): _flags_=1
!class F(_ctypes.CFuncPtr): _flags_=1; _argtypes_=3
!class F(_ctypes.CFuncPtr): _flags_=1; _argtypes_=(3,)
!class F(_ctypes.CFuncPtr): _flags_=1; _restype_=3
!class S(Structure): _fields_=3
!class S(Structure): _fields_=[3]
!class S(Structure): _fields_=[('a',)]
!class S(Structure): _fields_=[('a',int)]
!class S(Structure): _fields_=[('a',c_int,0)]
!class S(Structure): _fields_=[('a',c_int,40)]
!class S(Structure): _fields_=[('a',c_float,3)]
!class S(Structure): _fields_=[(3,c_int)]
!class S(Structure): _fields_=[('a',c_int,'x')]
!class S(Structure): _fields_=[('a',c_int),('b',c_short,5)]; _pack_=-1
!class S(Structure): _anonymous_=['b']; _fields_=[('a',c_int)]
!class S(Structure): _anonymous_=['a']; _fields_=[('a',c_int)]
!class S(Structure): _anonymous_=3; _fields_=[('a',c_int)]
!class S(Structure): _fields_=[('a',c_int),('b',c_short,5),('c',c_int*3)]
S.a, S.b, S.c
S.b.size, S.b.offset, S.b.bit_size,S.b.bit_offset,S.b.byte_size,S.b.is_bitfield,S.a.is_anonymous, S.a.type,S.a.name
setattr(S,'_fields_',[])
S(1,2,3,4)
S(1,a=3)
S(1,2,b=3)
S(zz=3).zz
S('x')
S(c='x')
S(c=(1,2)).c[:]
S(c=(1,2,3,4)).c[:]
S().b, setattr(S(),'b',40)
S.a.__get__(3)
S.a.__set__(3,4)
S.a.__delete__(S())
type(S.a)()
memoryview(S()).format, memoryview(S()).shape, memoryview(S()).itemsize
memoryview((c_int*3*2)()).format, memoryview((c_int*3*2)()).shape, memoryview((c_int*3*2)()).strides
memoryview(c_int()).format, memoryview(POINTER(c_int)()).format, memoryview(CFUNCTYPE(c_int)()).format, memoryview(POINTER(c_int*3)()).format,memoryview(py_object()).format,memoryview(c_longdouble()).format,memoryview(c_double_complex()).format, memoryview(c_wchar()).format, memoryview(c_char_p()).format
_ctypes.buffer_info(c_int), _ctypes.buffer_info(c_int*3), _ctypes.buffer_info(S())
_ctypes.buffer_info(3)
!class S2(Structure): pass
setattr(S2,'_fields_',[])
!class S2(Structure): pass
setattr(S2,'_fields_',[('x',S2)])
!class S2(S): _fields_=[('d',c_int)]
U.d,U.e, sizeof(U), U(1).d, memoryview(U()).format
CFUNCTYPE(c_int,U)
CFUNCTYPE(c_int,UB)
!class SB(Structure): _fields_=[('d',c_int,3)]
CFUNCTYPE(c_int,SB)
c_int(3).__reduce__()
c_int(3).__setstate__(1,2)
c_int(3).__setstate__({},b'abcd')
c_char_p(b'x').__reduce__()
pointer(c_int()).__reduce__()
S().__reduce__()
_ctypes._unpickle(c_int,({},b'1234'))
_ctypes.dlopen(3)
_ctypes.dlopen('x',0)
_ctypes.dlclose(3.5)
_ctypes.call_function(3)
_ctypes.call_function(3,3)
_ctypes.set_errno('x')
_ctypes.set_errno(3), _ctypes.get_errno(), get_errno()
_ctypes.set_errno(3,4)
_ctypes.Py_INCREF(S)
string_at(b'abc'), string_at(b'abc',2), wstring_at('abc'), wstring_at('abc',2)
cast(c_int(3),c_int)
cast(c_int(3),3)
cast(b'abc',c_char_p).value, cast('x',c_int)
cast(3.5,c_void_p)
c_char(b"'"), c_wchar('x'), c_bool(4), c_char_p(None), py_object(3), c_longdouble(2.5), c_float_complex(2), c_int(4)
sizeof(c_wchar), _ctypes._SimpleCData.__hash__(c_int(3))
hash(c_int(3))
c_int(3)==c_int(3)
c_int.__basicsize__, c_int.__mro__
c_int.__init__()
type(c_int)('x',(c_int,),{'_type_':'h'})
type(c_int).__init__(c_int,'x',(c_int,),{'_type_':'h'})
type(c_int).__new__(type(c_int),'x',(c_int,),{})
type(c_int).__new__(type(c_int),'x',(c_int,),{})()
sizeof(type(c_int).__new__(type(c_int),'x',(c_int,),{}))
Structure.__setattr__
setattr(Structure,'x',1)
setattr(S,'xyz',1)
type(S).__setattr__(S,'_fields_',3)
"""
for line in LINES.strip().splitlines():
    try:
        if line.startswith("!"):
            exec(line[1:])
            print(line)
        else:
            print(line, "=>", repr(eval(line)))
    except Exception as error:
        print(line, "!!", type(error).__name__, error)
