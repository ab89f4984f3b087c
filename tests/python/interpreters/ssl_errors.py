"""Each interpreter has its own classes of `ssl`."""
import ssl
from concurrent import interpreters

SSLError = ssl.SSLError
print(SSLError, SSLError.__module__, SSLError.__base__, SSLError.__doc__)
print(sorted(vars(SSLError)), SSLError.__str__, SSLError.__flags__ & ~0x80000)
print(str(SSLError(1, "text")), repr(SSLError(1, "text")), str(SSLError("alone")), SSLError(1, "text").errno)
try:
    SSLError.attribute = 1
except TypeError as error:
    print(error)


class Derived(SSLError):
    pass


print(str(Derived(2, "derived")), ssl.SSLCertVerificationError.__mro__[1:4])
code = """if True:
    import ssl
    print(id(ssl.SSLError) != first, [c.__name__ for c in ssl.SSLError.__subclasses__()].count("Derived"))
    try:
        ssl.create_default_context().load_verify_locations("/dev/null")
    except ssl.SSLError as error:
        print(type(error) is ssl.SSLError, error)
"""
interp = interpreters.create()
interp.prepare_main(first=id(SSLError))
interp.exec(code)
interp.close()
try:
    ssl.create_default_context().load_verify_locations("/dev/null")
except SSLError as error:
    print(type(error) is SSLError, error)
