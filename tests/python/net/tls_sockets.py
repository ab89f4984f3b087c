"""TLS over sockets of the loopback interface: blocking, with timeouts, non-blocking, in several threads."""

import os
import select
import socket
import ssl
import threading

from tls_support import attempt, client_context, server_context, show


def serve(context, handle, *, accept=1):
    """Starts a server that handles so many connections; gives its address and the thread."""
    listener = socket.create_server(("127.0.0.1", 0))

    def run():
        with listener:
            for _ in range(accept):
                connection, _ = listener.accept()
                try:
                    with context.wrap_socket(connection, server_side=True) as secure:
                        handle(secure)
                except Exception as error:
                    errors.append(error)

    errors = []
    thread = threading.Thread(target=run)
    thread.errors = errors
    thread.start()
    return listener.getsockname(), thread


def echo(secure):
    while data := secure.recv(1 << 16):
        secure.sendall(data)
    secure.unwrap()


print("== echo")
address, thread = serve(server_context(), echo)
with socket.create_connection(address) as plain:
    with client_context().wrap_socket(plain, server_hostname="localhost") as secure:
        print(secure.version() is not None, len(secure.cipher()), secure.getpeername() == address)
        for n in (1, 100, 20000, 300000):
            data = os.urandom(n)
            writer = threading.Thread(target=secure.sendall, args=(data,))
            writer.start()
            got = bytearray()
            while len(got) < n:
                got += secure.recv(1 << 16)
            writer.join()
            print(n, got == data)
        buffer = bytearray(10)
        secure.send(b"into")
        print(secure.recv_into(buffer), buffer)
        left = secure.unwrap()
        print(type(left).__name__, left.recv(10))
thread.join()
print(thread.errors)

print("== verification")
for name in ("wrong.example", "localhost"):
    address, thread = serve(server_context("self"), echo)
    with socket.create_connection(address) as plain:
        attempt(client_context().wrap_socket, plain, server_hostname=name)
    thread.join()
    print([show(error) for error in thread.errors])

print("== timeouts")
left, right = socket.socketpair()
left.settimeout(0.05)
attempt(client_context().wrap_socket, left, server_hostname="localhost")
right.close()
address, thread = serve(server_context(), lambda secure: done.wait())
done = threading.Event()
with socket.create_connection(address) as plain:
    with client_context().wrap_socket(plain, server_hostname="localhost") as secure:
        secure.settimeout(0.05)
        attempt(secure.recv, 10)


        def fill():
            while True:
                secure.send(bytes(100000))


        attempt(fill)
        done.set()
thread.join()

print("== without blocking")
server, client = server_context(), client_context()
left, right = socket.socketpair()
left.setblocking(False)
right.setblocking(False)
ends = {
    "client": client.wrap_socket(left, server_hostname="localhost", do_handshake_on_connect=False),
    "server": server.wrap_socket(right, server_side=True, do_handshake_on_connect=False),
}
attempt(ends["server"].do_handshake)
waiting = dict(ends)
while waiting:
    for name, end in list(waiting.items()):
        try:
            end.do_handshake()
        except ssl.SSLWantReadError:
            continue
        except ssl.SSLWantWriteError:
            continue
        del waiting[name]
print(ends["client"].version() == ends["server"].version())
attempt(ends["server"].recv, 10)
ends["client"].send(b"hello")
select.select([ends["server"]], [], [])
print(ends["server"].recv(10))
sent = 0
try:
    while True:
        sent += ends["client"].send(bytes(100000))
except ssl.SSLWantWriteError as error:
    print(type(error).__name__, sent > 0)
ends["client"].close()
received = 0
while True:
    try:
        data = ends["server"].recv(1 << 16)
    except ssl.SSLWantReadError:
        continue
    except (ssl.SSLError, ConnectionError) as error:
        data = b""
    if not data:
        break
    received += len(data)
print(received > 0)
attempt(ends["client"].recv, 5)
ends["server"].close()

print("== a reader and a writer at once")
address, thread = serve(server_context(), echo)
with socket.create_connection(address) as plain:
    with client_context().wrap_socket(plain, server_hostname="localhost") as secure:
        got = []


        def read():
            while sum(map(len, got)) < 250:
                got.append(secure.recv(4096))


        reader = threading.Thread(target=read)
        reader.start()
        for i in range(50):
            secure.sendall(b"%5d" % i)
        reader.join()
        print(b"".join(got) == b"".join(b"%5d" % i for i in range(50)))
        secure.unwrap()
thread.join()

print("== the other side goes away")
address, thread = serve(server_context(), lambda secure: os.close(secure.detach()))
with socket.create_connection(address) as plain:
    with client_context().wrap_socket(plain, server_hostname="localhost", suppress_ragged_eofs=False) as secure:
        attempt(secure.recv, 10)
thread.join()

print("== certificates of servers")
address, thread = serve(server_context(), lambda secure: None)
print(ssl.get_server_certificate(address, ca_certs=None).splitlines()[0])
thread.join()

print("== a log of keys, by the environment")
print(client_context().keylog_filename)
