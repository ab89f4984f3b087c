"""Exception classes of native modules: each interpreter has its own."""

import _interpreters
import importlib

CLASSES = '''binascii.Error binascii.Incomplete zlib.error struct.error _lzma.LZMAError _zstd.ZstdError _ctypes.ArgumentError
_queue.Empty termios.error pyexpat.ExpatError _elementtree.ParseError _csv.Error _pickle.PickleError _pickle.PicklingError
decimal.InvalidOperation decimal.FloatOperation sqlite3.Error sqlite3.OperationalError _socket.gaierror _locale.Error
_ssl.SSLZeroReturnError _hashlib.UnsupportedDigestmodError _hmac.UnknownHashError signal.ItimerError'''.split()

interpreter = _interpreters.create('legacy')
for name in CLASSES:
    module, _, attribute = name.rpartition('.')
    found = getattr(importlib.import_module(module), attribute)
    failed = _interpreters.exec(interpreter, f'''if True:
        import importlib
        found = getattr(importlib.import_module({module!r}), {attribute!r})
        print({name!r}, found.__module__, found.__name__, [base.__name__ for base in found.__mro__], id(found) == {id(found)}, flush=True)
        found.mark = 'set there'
    ''')
    print(failed and failed.msg, hasattr(found, 'mark'), flush=True)
code = '''if True:
    import binascii
    try:
        binascii.unhexlify('x')
    except binascii.Error as error:
        print(repr(error), type(error) is binascii.Error, flush=True)
    try:
        binascii.a2b_base64(b'a', strict_mode=True)
    except ValueError as error:
        print(repr(error), type(error) is binascii.Error, flush=True)
'''
exec(code)
_interpreters.exec(interpreter, code)
_interpreters.destroy(interpreter)
exec(code)
