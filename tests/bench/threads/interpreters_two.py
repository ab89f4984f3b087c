"""Two interpreters with a lock each, which compute at the same time: wall time is that of one where there are two cores."""
import sys
import threading
from concurrent import interpreters

N = int(2000000 * float(sys.argv[1] if len(sys.argv) > 1 else 1))
CODE = """
x = %d
for i in range(%d):
    x = (x * 1103515245 + i) & 0x7FFFFFFF
"""
made = [interpreters.create() for _ in range(2)]
threads = [threading.Thread(target=i.exec, args=(CODE % (seed, N),)) for seed, i in enumerate(made)]
for t in threads:
    t.start()
for t in threads:
    t.join()
for i in made:
    i.close()
print("checksum: %d %d" % (N, len(made)))
