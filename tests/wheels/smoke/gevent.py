"""Greenlets, sockets and pools, after monkey-patching."""
from gevent import monkey

monkey.patch_all()
import socket
import threading
import time
import gevent
from gevent.pool import Pool
from gevent.queue import Queue
from gevent.server import StreamServer


def handle(sock, address):
    f = sock.makefile("rb")
    for line in f:
        sock.sendall(line.upper())
    sock.close()


server = StreamServer(("127.0.0.1", 0), handle)
server.start()


def client(n):
    with socket.create_connection(("127.0.0.1", server.server_port)) as s:
        s.sendall(b"hello %d\n" % n)
        return s.recv(100)


print(Pool(5).map(client, range(5)))
began = time.time()
gevent.joinall([gevent.spawn(time.sleep, 0.1) for _ in range(20)])
print(time.time() - began < 1)
queue = Queue()
threading.Thread(target=lambda: [queue.put(i) for i in range(3)]).start()
print([queue.get(timeout=5) for _ in range(3)])
failing = gevent.spawn(lambda: 1 / 0)
failing.join()
print(type(failing.exception).__name__)
with gevent.Timeout(0.05, False):
    gevent.sleep(5)
    print("not reached")
server.stop()
