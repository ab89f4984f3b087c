"""Handshakes in memory: verification, names, protocols, certificates of clients, sessions, callbacks."""

import os
import ssl
import sys
import tempfile

from tls_support import Pair, attempt, client_context, path, server_context, show

print("== a conversation")
pair = Pair(client_context(), server_context())
print(pair.shake())
print(pair.client.version() == pair.server.version(), pair.client.cipher() == pair.server.cipher())
print(pair.talk())
print(pair.client.getpeercert())
print(len(pair.client.getpeercert(True)), pair.server.getpeercert(), pair.server.getpeercert(True))
print(pair.client.server_hostname, pair.client.server_side, pair.server.server_side, pair.client.compression())
print(pair.client.session_reused, pair.server.session_reused, pair.client.pending())
pair.server.write(b"abcdef")
print(pair.client.read(2), pair.client.pending(), pair.client.read(), pair.client.pending())
buffer = bytearray(4)
pair.client.write(b"xyz")
print(pair.server.read(10, buffer), buffer)
attempt(pair.client.read, 5)
attempt(pair.client.read, -1)
attempt(pair.client.read, 5, b"abc")
attempt(pair.client.write, "text")
print(pair.client._sslobj.get_verified_chain())
print(pair.client._sslobj.get_unverified_chain()[0].get_info() == pair.client.getpeercert())
print("more than a record:", pair.client.write(bytes(100_000)))
rest = 100_000
while rest:
    rest -= len(pair.server.read(100_000))
print("arrived")
attempt(pair.client.unwrap)
attempt(pair.server.read, 5)
attempt(pair.server.unwrap)
attempt(pair.client.unwrap)

print("== verification")
for authority, certificate, name in [
    ("ca", "server", "wrong.example"),
    ("ca", "server", "127.0.0.1"),
    ("ca", "server", "127.0.0.2"),
    ("ca", "server", "::1"),
    ("ca", "server", "a.wild.test"),
    ("ca", "server", "a.b.wild.test"),
    ("ca", "self", "localhost"),
    ("self", "self", "localhost"),
    ("other", "server", "localhost"),
    ("ca", "client", "localhost"),
]:
    print(authority, certificate, name)
    pair = Pair(client_context(authority), server_context(certificate), name)
    for side, result in sorted(pair.shake().items()):
        print("  ", side, result if result == "done" else show(result))

print("== no verification")
context = client_context()
context.check_hostname = False
context.verify_mode = ssl.CERT_NONE
pair = Pair(context, server_context("self"), "anything.test")
print(pair.shake(), pair.client.getpeercert(), len(pair.client.getpeercert(True)) > 100)

print("== names that clients ask for")
server, other = server_context(), server_context("other")


def choose(socket, name, context):
    print("  asked for", name, type(socket).__name__, context is server)
    if name == "other.test":
        socket.context = other
    elif name == "alert.test":
        return ssl.ALERT_DESCRIPTION_ACCESS_DENIED
    elif name == "bad.test":
        return "no number"
    elif name == "raise.test":
        raise ZeroDivisionError("in the callback")
    elif name == "xn--bcher-kva.test":
        return ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME


server.sni_callback = choose
sys.unraisablehook = lambda args: print("  unraisable:", args.exc_type.__name__, args.exc_value)
for name in ["localhost", "other.test", "alert.test", "bad.test", "raise.test", "xn--bcher-kva.test", "127.0.0.1"]:
    pair = Pair(client_context(), server, name)
    for side, result in sorted(pair.shake().items()):
        print("  ", side, result if result == "done" else show(result))
server.sni_callback = None
print(server.sni_callback)

print("== protocols")
for offered, wanted in [(["http/1.1", "h2"], ["h2", "http/1.1"]), (["a"], ["b"]), ([], ["a"]), (["a"], [])]:
    client, server = client_context(), server_context()
    client.set_alpn_protocols(wanted)
    server.set_alpn_protocols(offered)
    pair = Pair(client, server)
    print(pair.shake(), pair.client.selected_alpn_protocol(), pair.server.selected_alpn_protocol())

print("== certificates of clients")
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    for mode in (ssl.CERT_OPTIONAL, ssl.CERT_REQUIRED):
        for certificate in (None, "client", "self"):
            client, server = client_context(), server_context()
            client.maximum_version = version
            server.load_verify_locations(path("ca"))
            server.verify_mode = mode
            if certificate:
                client.load_cert_chain(path(certificate))
            pair = Pair(client, server)
            results = pair.shake()
            print(version.name, mode.name, certificate)
            for side, result in sorted(results.items()):
                print("  ", side, result if result == "done" else show(result))
            if results["server"] == "done":
                print("  ", pair.server.getpeercert())
                if certificate:
                    print("  ", [one.get_info()["serialNumber"] for one in pair.server._sslobj.get_verified_chain()])
                    print("  ", [one.get_info()["serialNumber"] for one in pair.server._sslobj.get_unverified_chain()])
            elif results["client"] == "done":
                attempt(pair.client.read, 1)

print("== sessions")
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    client, server = client_context(), server_context()
    client.maximum_version = version
    first = Pair(client, server)
    first.shake()
    first.talk()
    session = first.client.session
    print(version.name, session.has_ticket, len(session.id) > 0, session.timeout > 0, session.time > 0,
          session.ticket_lifetime_hint > 0, session == first.client.session, session != None, session == 5)
    second = Pair(client, server, session=session)
    print(second.shake(), second.client.session_reused, second.server.session_reused)
    second.talk()
    attempt(setattr, second.client, "session", session)
    attempt(setattr, Pair(client_context(), server).client, "session", session)
    attempt(setattr, second.server, "session", session)
    attempt(setattr, second.client, "session", 5)
    print(server.session_stats()["accept_good"], server.session_stats()["hits"], client.session_stats()["hits"])

print("== versions")
client, server = client_context(), server_context()
client.minimum_version = ssl.TLSVersion.TLSv1_3
server.maximum_version = ssl.TLSVersion.TLSv1_2
for side, result in sorted(Pair(client, server).shake().items()):
    print("  ", side, show(result))

print("== keys that both sides know")
for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
    client = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    client.check_hostname = False
    client.verify_mode = ssl.CERT_NONE
    client.maximum_version = version
    client.set_ciphers("PSK")
    client.set_psk_client_callback(lambda hint: print("  hint", hint) or ("me", b"secret key"))
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.maximum_version = version
    server.set_ciphers("PSK")
    server.set_psk_server_callback(lambda identity: print("  identity", identity) or b"secret key", "some hint")
    pair = Pair(client, server)
    print(version.name, pair.shake(), pair.talk())

print("== messages and keys")
with tempfile.TemporaryDirectory() as folder:
    log = os.path.join(folder, "keys")
    client, server = client_context(), server_context()
    client.keylog_filename = log
    seen = []
    client._msg_callback = lambda *args: seen.append(args)
    pair = Pair(client, server)
    print(pair.shake(), client.keylog_filename == log)
    print(sorted({(direction, kind.name) for _, direction, _, kind, _, _ in seen}))
    print({type(one[0]).__name__ for one in seen}, [one[4].name for one in seen if one[3].name == "HANDSHAKE"])
    with open(log) as file:
        lines = file.read().splitlines()
    print(lines[0], sorted(line.split()[0] for line in lines[1:]))
    client.keylog_filename = None
    print(client.keylog_filename)
    client._msg_callback = lambda *args: 1 / 0
    results = Pair(client, server).shake()
    print(show(results["client"]))

print("== after the handshake")
client, server = client_context(), server_context()
client.post_handshake_auth = server.post_handshake_auth = True
client.load_cert_chain(path("client"))
server.load_verify_locations(path("ca"))
server.verify_mode = ssl.CERT_REQUIRED
pair = Pair(client, server)
print(pair.shake(), pair.server.getpeercert())
pair.server.verify_client_post_handshake()
print(pair.talk())
print(pair.server.getpeercert()["subject"])
attempt(pair.client.verify_client_post_handshake)

print("== what does not speak TLS")
for text in (b"GET / HTTP/1.0\r\n\r\n", b"\x16\x03\x01\x00\x05hello there"):
    pair = Pair(client_context(), server_context())
    pair.to_server.write(text)
    attempt(pair.server.do_handshake)
pair = Pair(client_context(), server_context())
pair.to_server.write_eof()
attempt(pair.server.do_handshake)
