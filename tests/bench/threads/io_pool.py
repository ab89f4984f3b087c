"""A pool of 200 threads that wait for sockets and queues most of the time."""
import queue
import socket
import sys
from concurrent.futures import ThreadPoolExecutor

N = int(10000 * float(sys.argv[1] if len(sys.argv) > 1 else 1))
pairs = queue.SimpleQueue()
for _ in range(200):
    pairs.put(socket.socketpair())


def ask(i):
    one, two = pair = pairs.get()
    one.sendall(b"%d" % i)
    two.sendall(two.recv(64) + b"!")
    answer = one.recv(64)
    pairs.put(pair)
    return len(answer)


with ThreadPoolExecutor(200) as pool:
    total = sum(pool.map(ask, range(N)))
print("checksum: %d %d" % (N, total))
