"""Contexts and the other objects of `_ssl`: attributes, arguments, messages."""

import _ssl
import os
import ssl
import sys
import tempfile
import warnings

from tls_support import attempt, path

warnings.simplefilter("ignore")
# One of the attributes below names a file that is written.
folder = tempfile.TemporaryDirectory()
os.chdir(folder.name)
client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
NAMES = ("options minimum_version maximum_version verify_flags verify_mode hostname_checks_common_name num_tickets "
         "security_level post_handshake_auth protocol check_hostname _host_flags keylog_filename sni_callback "
         "_msg_callback").split()
for context in (client, server):
    for name in NAMES:
        print(name, repr(getattr(context, name)))
        attempt(setattr, context, name, "text")
        attempt(delattr, context, name)
    print(context.session_stats(), context.cert_store_stats(), context.get_ca_certs())
    print(sorted(context.get_ciphers()[0]))

print("== values")
for name, values in {
    "options": [-1, 2**100, ssl.OP_ALL, 0],
    "verify_mode": [0, 1, 2, 3, -1],
    "verify_flags": [0, ssl.VERIFY_CRL_CHECK_LEAF, ssl.VERIFY_X509_STRICT],
    "num_tickets": [-1, 0, 5],
    "minimum_version": [-2, -1, ssl.TLSVersion.TLSv1_2, 99],
    "maximum_version": [-1, -2, ssl.TLSVersion.TLSv1_3, 99, 2**40],
    "check_hostname": [True, False, 1],
    "sni_callback": [None, 5],
    "_msg_callback": [None, 5],
}.items():
    for context in (client, server):
        for value in values:
            attempt(setattr, context, name, value)
            print("  ", name, getattr(context, name))
attempt(setattr, client, "keylog_filename", "/no such folder/keys")
attempt(_ssl._SSLContext.minimum_version.__set__, client, 99)
attempt(_ssl._SSLContext, 99)
attempt(_ssl._SSLContext, "text")
attempt(_ssl._SSLContext)
attempt(_ssl._SSLContext, 1, 2)
attempt(_ssl._SSLContext, protocol=2)

print("== files")
for certificates in (path("ca"), "/no such file", __file__, 5, None, "a\0b"):
    attempt(client.load_verify_locations, certificates)
attempt(client.load_verify_locations)
attempt(client.load_verify_locations, capath=5)
with open(path("ca")) as file:
    text = file.read()
for data in ("no certificate", b"no certificate", "", b"", "é", 5, text, text.encode(), ssl.PEM_cert_to_DER_cert(text),
             text + text, ssl.PEM_cert_to_DER_cert(text) * 2, bytearray(ssl.PEM_cert_to_DER_cert(text))):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    attempt(context.load_verify_locations, cadata=data)
    print(context.cert_store_stats(), len(context.get_ca_certs(True)))
print(context.get_ca_certs())
for arguments in ((path("server"),), (path("ca"),), (path("server"), path("other")), ("/no such file",), (5,),
                  (path("server"), 5), (__file__,)):
    attempt(server.load_cert_chain, *arguments)
for password in ("secret", b"secret", bytearray(b"secret"), "wrong", "x" * 2000, 5, lambda: "secret", lambda: b"secret",
                 lambda: 5, lambda: 1 / 0, lambda x: x):
    attempt(server.load_cert_chain, path("server_password"), password=password)
for parameters in ("/no such file", path("ca"), None):
    attempt(server.load_dh_params, parameters)
for curve in ("prime256v1", b"secp384r1", "no curve", 5):
    attempt(server.set_ecdh_curve, curve)
for ciphers in ("ALL", "no cipher", "", 5, "a\0b"):
    attempt(server.set_ciphers, ciphers)
attempt(server._set_alpn_protocols, "text")
attempt(server.set_alpn_protocols, ["x" * 256])

print("== connections")
attempt(client._wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO(), True)
attempt(server._wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO(), False)
attempt(server._wrap_bio, 5, ssl.MemoryBIO(), False)
attempt(server._wrap_socket, 5, False)
for name in ("", ".leading.test", "a\0b", 5, "\ud800", "bücher.test"):
    attempt(client._wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO(), False, name)
attempt(client._wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO(), False, owner=5)
attempt(client._wrap_bio, ssl.MemoryBIO(), ssl.MemoryBIO(), False, session=5)
one = client._wrap_bio(ssl.MemoryBIO(), ssl.MemoryBIO(), False, "localhost")
for name in ("cipher", "compression", "get_verified_chain", "get_unverified_chain", "getpeercert", "pending",
             "selected_alpn_protocol", "shared_ciphers", "version", "get_channel_binding", "do_handshake", "shutdown"):
    attempt(getattr(one, name))
print(one.context is client, one.owner, one.server_hostname, one.server_side, one.session_reused)
for name in ("context", "owner", "session"):
    attempt(setattr, one, name, 5)
    attempt(delattr, one, name)
one.owner = client
print(one.owner is client)
attempt(one.get_channel_binding, "other")
attempt(one.read)
attempt(one.read, "text")
for cls in (_ssl._SSLSocket, _ssl.Certificate, _ssl.SSLSession):
    attempt(cls)

print("== buffers")
attempt(ssl.MemoryBIO, 1)
buffer = ssl.MemoryBIO()
print(buffer.pending, buffer.eof, buffer.read())
for data in (b"bytes", bytearray(b"array"), memoryview(b"view"), "text", 5):
    attempt(buffer.write, data)
print(buffer.pending, buffer.read(3), buffer.read(0), buffer.read(-5), buffer.pending)
attempt(buffer.read, "text")
buffer.write(b"last")
attempt(buffer.write_eof)
attempt(buffer.write, b"more")
print(buffer.eof, buffer.read(), buffer.eof)

print("== numbered objects")
for name in ("1.3.6.1.5.5.7.3.1", "serverAuth", "1.2.3.4.5", "no object", ""):
    attempt(_ssl.txt2obj, name)
    attempt(_ssl.txt2obj, name, True)
for nid in (129, -1, 10**6, 0):
    attempt(_ssl.nid2obj, nid)
print(tuple(ssl.Purpose.SERVER_AUTH), tuple(ssl.Purpose.CLIENT_AUTH))

print("== certificates")
for name in ("ca", "server", "client", "other", "self"):
    print(_ssl._test_decode_cert(path(name)))
attempt(_ssl._test_decode_cert, "/no such file")
attempt(_ssl._test_decode_cert, __file__)

print("== random numbers")
print(len(ssl.RAND_bytes(10)), ssl.RAND_bytes(0), ssl.RAND_bytes(20) != ssl.RAND_bytes(20), ssl.RAND_status())
attempt(ssl.RAND_bytes, -1)
attempt(ssl.RAND_add, "text", 1.0)
attempt(ssl.RAND_add, b"bytes", 1)
attempt(ssl.RAND_add, 5, 1)

print("== exceptions")
for name in ("SSLError", "SSLZeroReturnError", "SSLWantReadError", "SSLWantWriteError", "SSLSyscallError", "SSLEOFError",
             "SSLCertVerificationError"):
    cls = getattr(ssl, name)
    print(cls, [base.__name__ for base in cls.__mro__], cls.__doc__)
    print(str(cls("one")), str(cls(5, "two")), str(cls()), repr(cls(1, "x")), cls(1, "x").errno)
    print(hasattr(cls(1, "x"), "library"), hasattr(cls(1, "x"), "reason"))
print(type(ssl.OPENSSL_VERSION), type(ssl.OPENSSL_VERSION_NUMBER), len(ssl.OPENSSL_VERSION_INFO))
print(ssl.get_default_verify_paths()._fields)
