"""10,000 tasks that wait for each other, for queues and for time."""
import asyncio
import sys

N = int(10000 * float(sys.argv[1] if len(sys.argv) > 1 else 1))


async def worker(i, gate, out):
    await gate.wait()
    for _ in range(3):
        await asyncio.sleep(0)
    if i % 10 == 0:
        await asyncio.sleep(0.001)
    await out.put(i)


async def main():
    gate, out = asyncio.Event(), asyncio.Queue()
    tasks = [asyncio.create_task(worker(i, gate, out)) for i in range(N)]
    await asyncio.sleep(0)
    gate.set()
    total = 0
    for _ in range(N):
        total += await out.get()
    await asyncio.gather(*tasks)
    return total


print("checksum: %d %d" % (N, asyncio.run(main())))
