"""asyncio, coroutines, threads, queues, subprocess-free services of the standard library, logging, argparse, unittest."""

import argparse
import asyncio
import concurrent.futures
import io
import logging
import queue
import threading
import unittest


async def leaf(i):
    if i % 4 == 0:
        await asyncio.sleep(0)
    return i


async def tree(depth):
    if depth == 0:
        return await leaf(1)
    return sum(await asyncio.gather(tree(depth - 1), tree(depth - 1)))


async def numbers(n):
    for i in range(n):
        yield i


class Lock:
    async def __aenter__(self):
        return self

    async def __aexit__(self, *exc):
        return None


async def deep(n):
    return 0 if n == 0 else 1 + await deep(n - 1)


async def echo(reader, writer):
    while line := await reader.readline():
        writer.write(line.upper())
        await writer.drain()
    writer.close()


async def network(n):
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        total = 0
        for i in range(n):
            writer.write(b"line %d\n" % i)
            total += len(await reader.readline())
        writer.close()
        await writer.wait_closed()
    return total


async def main():
    pending = asyncio.Queue(10)

    async def producer():
        for i in range(1500):
            await pending.put(i)
        await pending.put(None)

    async def consumer():
        total = 0
        while (item := await pending.get()) is not None:
            total += item
        return total

    async with asyncio.TaskGroup() as group:
        group.create_task(producer())
        result = group.create_task(consumer())
    total = 0
    async for i in numbers(3000):
        async with Lock():
            total += await leaf(i)
    chains = sum([await deep(30) for _ in range(300)])
    listed = [i async for i in numbers(500) if i % 2]
    async with asyncio.timeout(10):
        return result.result(), total, chains, len(listed), await tree(9), await network(300)


print(asyncio.run(main()))


def worker(todo, done):
    while (item := todo.get()) is not None:
        done.put(item * 2)


todo, done = queue.Queue(), queue.SimpleQueue()
threads = [threading.Thread(target=worker, args=(todo, done)) for _ in range(3)]
for thread in threads:
    thread.start()
for i in range(1500):
    todo.put(i)
for _ in threads:
    todo.put(None)
for thread in threads:
    thread.join()
print(sum(done.get() for _ in range(1500)))
with concurrent.futures.ThreadPoolExecutor(4) as pool:
    print(sum(pool.map(lambda x: x + 1, range(500))))

stream = io.StringIO()
logger = logging.getLogger("training")
logger.addHandler(logging.StreamHandler(stream))
logger.setLevel(logging.INFO)
for i in range(800):
    logger.info("message %d of %s", i, "many")
    logger.debug("not shown %d", i)
print(len(stream.getvalue()))

for _ in range(15):
    parser = argparse.ArgumentParser(prog="training")
    parser.add_argument("path", nargs="*")
    parser.add_argument("--number", "-n", type=int, default=3, help="a number")
    parser.add_argument("--flag", action="store_true")
    options = parser.parse_args(["a", "b", "-n", "5", "--flag"])
print(options.number, len(parser.format_help()))


class Case(unittest.TestCase):
    def test_values(self):
        for i in range(200):
            with self.subTest(i=i):
                self.assertEqual([i], [i])
                self.assertIn(i, range(300))
        with self.assertRaises(ValueError):
            int("x")

    @unittest.skip("on purpose")
    def test_skipped(self):
        pass


unittest.TextTestRunner(stream=io.StringIO()).run(unittest.defaultTestLoader.loadTestsFromTestCase(Case))
