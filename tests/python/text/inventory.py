# Names, signatures and docstrings of the text and number types.
import _codecs,_string,unicodedata
types=[int,float,complex,str,bytes,bytearray,memoryview,slice,bool,type(iter('a')),type(iter('\xe9')),type(iter(b'')),type(iter(bytearray()))]
for ty in types:
    print("=====", ty.__name__, ty.__module__, ty.__qualname__, hex(ty.__flags__), ty.__basicsize__, ty.__itemsize__, ty.__dictoffset__, ty.__weakrefoffset__, ty.__base__, repr(ty.__text_signature__), repr(ty.__doc__))
    for k in sorted(ty.__dict__):
        v=ty.__dict__[k]
        kind=type(v).__name__
        if kind in('staticmethod','classmethod'): v=v.__func__
        if k=='__doc__' or k=='__getstate__': continue
        print(k,kind,repr(getattr(v,'__text_signature__','-')),repr(getattr(v,'__doc__','-')) if kind not in ('str','NoneType','int') else v)
for m in (_codecs,_string,unicodedata):
    print("=====",m.__name__,repr(m.__doc__))
    for k in sorted(m.__dict__):
        v=m.__dict__[k]
        if k.startswith('__') or k=='_ucnhash_CAPI': continue
        print(k,type(v).__name__,repr(getattr(v,'__text_signature__','-')),repr(v.__doc__) if callable(v) else v if type(v) is str else '')
