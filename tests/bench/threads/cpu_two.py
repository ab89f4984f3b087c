"""Two threads that only compute, under one lock: what taking turns costs."""
import sys
import threading

N = int(1500000 * float(sys.argv[1] if len(sys.argv) > 1 else 1))
results = []


def work(seed):
    x = seed
    for i in range(N):
        x = (x * 1103515245 + i) & 0x7FFFFFFF
    results.append(x)


threads = [threading.Thread(target=work, args=(seed,)) for seed in (1, 2)]
for t in threads:
    t.start()
for t in threads:
    t.join()
print("checksum: %d %s" % (N, sorted(results)))
