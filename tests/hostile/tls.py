"""Connections of TLS whose callbacks and threads do what they should not: all of it ends in exceptions, nothing hangs.

`tls.py SECONDS` makes the threads run that long.
"""

import gc
import os
import random
import socket
import ssl
import sys
import threading
import time

CERTS = os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "python", "net", "certs")
SECONDS = float(sys.argv[1]) if len(sys.argv) > 1 else 1.5
sys.unraisablehook = lambda args: None


def path(name):
    return os.path.join(CERTS, name + ".pem")


def contexts():
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(path("server"))
    server.load_verify_locations(path("ca"))
    client = ssl.create_default_context(cafile=path("ca"))
    return client, server


class Pair:
    def __init__(self, client, server, **kwargs):
        self.back, self.forth = ssl.MemoryBIO(), ssl.MemoryBIO()
        self.client = client.wrap_bio(self.back, self.forth, server_hostname="localhost", **kwargs)
        self.server = server.wrap_bio(self.forth, self.back, server_side=True)

    def shake(self):
        for _ in range(4):
            for end in (self.client, self.server):
                attempt(end.do_handshake)
        return self


def attempt(function, *args, **kwargs):
    try:
        return function(*args, **kwargs)
    except (Exception, RecursionError):
        return None


# Callbacks that use the connection that calls them, and take away what it works with.
def everything(end):
    inner = getattr(end, "_sslobj", end)
    for name in ("do_handshake", "pending", "getpeercert", "cipher", "shared_ciphers", "version", "shutdown",
                 "get_verified_chain", "get_unverified_chain", "selected_alpn_protocol", "get_channel_binding",
                 "verify_client_post_handshake"):
        attempt(getattr(inner, name))
    attempt(inner.read, 100)
    attempt(inner.write, b"data")
    for name in ("session", "session_reused", "owner", "context", "server_hostname"):
        attempt(getattr, inner, name)
    attempt(setattr, inner, "session", attempt(getattr, inner, "session"))


def meddle(end, context):
    everything(end)
    context.set_ciphers("ECDHE+AESGCM")
    context.load_verify_locations(path("self"))
    attempt(context.load_cert_chain, path("other"))
    for name in ("sni_callback", "_msg_callback", "keylog_filename"):
        attempt(setattr, context, name, None)
    end.context = contexts()[1]
    attempt(setattr, getattr(end, "_sslobj", end), "owner", object)
    gc.collect()


for callback in (lambda end, name, context: meddle(end, context), lambda *args: 10**30, lambda *args: args,
                 lambda: None, lambda end, name, context: setattr(context, "sni_callback", 5)):
    client, server = contexts()
    server.sni_callback = callback
    Pair(client, server).shake()
for side in (0, 1):
    for callback in (lambda end, *args: everything(end), lambda end, *args: meddle(end, end.context), lambda: 0,
                     lambda *args: 1 / 0, lambda end, *args: setattr(end.context, "_msg_callback", None)):
        both = contexts()
        both[side]._msg_callback = callback
        pair = Pair(*both).shake()
        attempt(pair.client.read, 10)
        del pair, both
for answer in (None, 5, (), ("a",), ("a", b"b", 1), ("a" * 1000, b"b"), ("a", b"b" * 10000), ("\ud800", b"b"), (b"\xff", "b"),
               (None, b"key"), ("a", bytearray(b"key")), b"x" * 10000, "text"):
    for version in (ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3):
        client, server = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT), ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        client.check_hostname = False
        client.verify_mode = ssl.CERT_NONE
        client.maximum_version = version
        client.set_ciphers("PSK")
        server.set_ciphers("PSK")
        client.set_psk_client_callback(lambda hint: answer)
        server.set_psk_server_callback(lambda identity: answer, "hint")
        attempt(Pair(client, server).shake)
        client.set_psk_client_callback(lambda hint: ("me", b"key"))
        attempt(Pair(client, server).shake)
for password in (lambda: meddle(None, server), lambda: server.load_cert_chain(path("server_password"), password="secret"),
                 lambda: "x" * 1024, lambda: b"\0" * 1024, lambda: server.load_cert_chain(path("server_password"), password=password)):
    client, server = contexts()
    attempt(server.load_cert_chain, path("server_password"), password=password)

# Garbage instead of messages, and damaged ones.
random.seed(5)
client, server = contexts()
for i in range(100):
    pair = Pair(client, server)
    attempt(pair.client.do_handshake)
    data = bytearray(pair.forth.read())
    for _ in range(i % 7):
        data[random.randrange(len(data))] = random.randrange(256)
    if i % 5 == 0:
        del data[random.randrange(len(data)):]
    if i % 11 == 0:
        data = random.randbytes(500)
    pair.forth.write(data)
    if i % 3 == 0:
        pair.forth.write_eof()
    pair.shake()
    everything(pair.client)
    everything(pair.server)
with open(path("ca")) as file:
    certificate = ssl.PEM_cert_to_DER_cert(file.read())
for i in range(300):
    data = bytearray(certificate)
    for _ in range(1 + i % 5):
        data[random.randrange(len(data))] = random.randrange(256)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    attempt(context.load_verify_locations, cadata=data)
    attempt(context.get_ca_certs)
    attempt(context.get_ca_certs, True)
for i in range(100):
    protocols = random.randbytes(i % 20)
    attempt(client._set_alpn_protocols, protocols)
    attempt(server._set_alpn_protocols, protocols[::-1])
    pair = Pair(client, server).shake()
    attempt(pair.client.selected_alpn_protocol)

# Buffers that change while they are written to; sizes that are none.
pair = Pair(*contexts()).shake()
pair.server.write(b"x" * 1000)
for size in (-(2**63), 2**63 - 1, 2**31, 0, -1):
    attempt(pair.client._sslobj.read, size)
    attempt(pair.client._sslobj.read, size, bytearray(10))
attempt(pair.client.read, 5, memoryview(bytearray(10))[::2])
attempt(ssl.MemoryBIO().read, 2**31)
attempt(ssl.RAND_bytes, -5)

# Threads that share connections, buffers and contexts, and close what others use.
client, server = contexts()
stop = time.monotonic() + SECONDS
shared = [Pair(client, server) for _ in range(4)]


def share():
    while time.monotonic() < stop:
        i = random.randrange(len(shared))
        pair = shared[i]
        everything(random.choice((pair.client, pair.server)))
        pair.forth.write(b"x" * random.randrange(3)) if random.random() < 0.01 else pair.back.pending
        if random.random() < 0.2:
            shared[i] = Pair(client, server)


def sockets():
    while time.monotonic() < stop:
        left, right = socket.socketpair()
        left.settimeout(0.05)
        right.settimeout(0.05)

        def serve():
            try:
                with server.wrap_socket(right, server_side=True) as end:
                    while data := end.recv(100):
                        end.send(data)
            except Exception:
                pass

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            with client.wrap_socket(left, server_hostname="localhost") as end:
                closers = [threading.Thread(target=attempt, args=(function,)) for function in
                           (end.close, end.unwrap, lambda: end.recv(10), lambda: end.send(b"data"))]
                for closer in closers:
                    closer.start()
                for closer in closers:
                    closer.join()
        except Exception:
            pass
        thread.join()


def settings():
    while time.monotonic() < stop:
        for context in (client, server):
            context.get_ciphers()
            context.session_stats()
            context.cert_store_stats()
            context.get_ca_certs()
            attempt(context.load_verify_locations, path("ca"))
            attempt(context.set_alpn_protocols, ["a", "b"][: random.randrange(3)])
            context._msg_callback = random.choice((None, lambda *args: None))
        attempt(server.load_cert_chain, path("server"))


threads = [threading.Thread(target=work) for work in (share, share, share, sockets, sockets, settings)]
for thread in threads:
    thread.start()
for thread in threads:
    thread.join()
del shared, pair
gc.collect()

# What still runs when the program ends.
left, right = socket.socketpair()
threading.Thread(target=attempt, args=(client.wrap_socket, left), kwargs={"server_hostname": "localhost"}, daemon=True).start()


def busy():
    while True:
        Pair(client, server).shake()


threading.Thread(target=busy, daemon=True).start()
time.sleep(0.05)
print("done")
