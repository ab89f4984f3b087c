"""The main work of the library's modules, a function each, which `run.py` times: `cases.py NAME SECONDS` prints how much
processor time one call takes, as the least of what calls take for so long.

A generator prepares what the work needs, and yields the function to time.
"""

import sys
import time


def json_dumps():
    import json
    records = [{"id": n, "name": f"user {n}", "tags": ["a", "b", None, True], "score": n / 7} for n in range(500)]
    yield lambda: json.dumps(records)


def json_loads():
    import json
    text = json.dumps([{"id": n, "name": f"user {n}\n\u00e9", "tags": ["a", "b", None, True], "score": n / 7} for n in range(500)])
    yield lambda: json.loads(text)


class Point:
    def __init__(self, x, y):
        self.x = x
        self.y = y


def pickled():
    return [Point(n, str(n)) for n in range(300)] + [{"k": (n, n * 1.5, b"bytes")} for n in range(300)]


def pickle_dumps():
    import pickle
    data = pickled()
    yield lambda: pickle.dumps(data)


def pickle_loads():
    import pickle
    data = pickle.dumps(pickled())
    yield lambda: pickle.loads(data)


def re_search():
    import re
    text = "\n".join(f"2024-0{n % 9 + 1}-1{n % 9} host{n} GET /path/{n}?q=x{n} HTTP/1.1 200" for n in range(400))
    pattern = re.compile(r"^(\d{4})-(\d\d)-(\d\d) (\w+) (GET|POST) (\S+) HTTP/[\d.]+ (\d+)$", re.M)
    yield lambda: [match.groups() for match in pattern.finditer(text)]


def re_substitute():
    import re
    text = "the quick brown fox, jumps over; the lazy dog. " * 200
    words = re.compile(r"\b([a-z])([a-z]*)\b")
    yield lambda: words.sub(r"\2\1", text)


def csv_read():
    import csv
    import io
    text = "".join(f'{n},"a ""quoted"" text {n}",{n * 1.5},plain\r\n' for n in range(2000))
    yield lambda: list(csv.reader(io.StringIO(text)))


def csv_write():
    import csv
    import io
    rows = [(n, f'a "quoted" text, {n}', n * 1.5, None) for n in range(2000)]
    yield lambda: csv.writer(io.StringIO()).writerows(rows)


def struct_pack():
    import struct
    form = struct.Struct("<IhdB8s")
    yield lambda: [form.pack(n, n & 0x7fff, n / 3, n & 255, b"abcdefgh") for n in range(2000)]


def struct_unpack():
    import struct
    form = struct.Struct("<IhdB8s")
    data = b"".join(form.pack(n, n & 0x7fff, n / 3, n & 255, b"abcdefgh") for n in range(2000))
    yield lambda: list(form.iter_unpack(data))


def datetime_parse():
    import datetime
    texts = [f"2024-{n % 12 + 1:02}-{n % 28 + 1:02}T{n % 24:02}:{n % 60:02}:00.5+02:00" for n in range(2000)]
    read = datetime.datetime.fromisoformat
    yield lambda: [read(text) for text in texts]


def datetime_format():
    import datetime
    start = datetime.datetime(2024, 1, 1, tzinfo=datetime.timezone.utc)
    times = [start + datetime.timedelta(hours=n) for n in range(1000)]
    yield lambda: [(time.isoformat(), time.strftime("%Y/%m/%d %H:%M")) for time in times]


def datetime_strptime():
    import datetime
    texts = [f"2024-{n % 12 + 1:02}-{n % 28 + 1:02} {n % 24:02}:{n % 60:02}:00" for n in range(200)]
    yield lambda: [datetime.datetime.strptime(text, "%Y-%m-%d %H:%M:%S") for text in texts]


def decimal_arithmetic():
    import decimal
    numbers = [decimal.Decimal(n) / 7 for n in range(1, 1000)]

    def work():
        total = decimal.Decimal(0)
        for number in numbers:
            total += number * number - number / 3
        return str(total)
    yield work


def decimal_text():
    import decimal
    texts = [f"{n}.{n % 97:02}" for n in range(2000)]
    yield lambda: [str(decimal.Decimal(text)) for text in texts]


def hash_many():
    import hashlib
    pieces = [str(n).encode() * 4 for n in range(2000)]
    yield lambda: [hashlib.sha256(piece).digest() for piece in pieces]


def hash_large():
    import hashlib
    data = bytes(range(256)) * 2000
    yield lambda: (hashlib.md5(data).digest(), hashlib.sha1(data).digest(), hashlib.blake2b(data).digest())


def text_to_compress():
    return "".join(f"line {n}: the quick brown fox {n * n} jumps\n" for n in range(5000)).encode()


def zlib_compress():
    import zlib
    data = text_to_compress()
    yield lambda: zlib.compress(data)


def zlib_decompress():
    import zlib
    data = zlib.compress(text_to_compress())
    yield lambda: zlib.decompress(data)


def zstd_both():
    from compression import zstd
    data = text_to_compress()
    yield lambda: zstd.decompress(zstd.compress(data))


def bz2_both():
    import bz2
    data = text_to_compress()[:40000]
    yield lambda: bz2.decompress(bz2.compress(data))


def lzma_both():
    import lzma
    data = text_to_compress()[:40000]
    yield lambda: lzma.decompress(lzma.compress(data, preset=1))


def sort():
    import random
    generator = random.Random(1)
    numbers = [generator.random() for _ in range(5000)]
    words = [str(number) for number in numbers]
    yield lambda: (sorted(numbers), sorted(words), sorted(words, key=len))


def itertools_work():
    import itertools
    yield lambda: (sum(itertools.chain(*itertools.batched(range(5000), 5))), len(list(itertools.combinations(range(18), 4))),
                   list(itertools.accumulate(range(3000))), [len(list(g)) for _, g in itertools.groupby(range(3000), lambda n: n // 7)])


def collections_work():
    import collections
    words = [f"w{n % 97}" for n in range(5000)]

    def work():
        counts = collections.Counter(words)
        groups = collections.defaultdict(list)
        line = collections.deque(maxlen=50)
        for word in words:
            groups[len(word)].append(word)
            line.append(word)
        return counts.most_common(5), len(groups), line
    yield work


def file_lines():
    import os
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "text")
        with open(path, "w", encoding="utf-8") as file:
            file.writelines(f"line {n} with some t\u00e9xt\n" for n in range(10000))

        def work():
            with open(path, encoding="utf-8") as file:
                return sum(len(line) for line in file)
        yield work


def file_write():
    import os
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "text")

        def work():
            with open(path, "w", encoding="utf-8") as file:
                for n in range(5000):
                    file.write("a line of text\n")
        yield work


def file_bytes():
    import os
    import tempfile
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "data")
        with open(path, "wb") as file:
            file.write(bytes(range(256)) * 4000)

        def work():
            with open(path, "rb") as file:
                while file.read(1000):
                    pass
        yield work


def sqlite_insert():
    import sqlite3
    rows = [(n, f"name {n}", n / 3) for n in range(2000)]

    def work():
        with sqlite3.connect(":memory:") as connection:
            connection.execute("create table t(a integer primary key, b text, c real)")
            connection.executemany("insert into t values(?, ?, ?)", rows)
        connection.close()
    yield work


def sqlite_select():
    import sqlite3
    connection = sqlite3.connect(":memory:")
    connection.execute("create table t(a integer primary key, b text, c real)")
    connection.executemany("insert into t values(?, ?, ?)", [(n, f"name {n}", n / 3) for n in range(2000)])
    yield lambda: connection.execute("select a, b, c from t where a % 3 = ?", (1,)).fetchall()
    connection.close()


def asyncio_tasks():
    import asyncio

    async def step(times):
        for _ in range(times):
            await asyncio.sleep(0)

    async def main():
        await asyncio.gather(*(step(20) for _ in range(100)))
    yield lambda: asyncio.run(main())


def asyncio_streams():
    import asyncio

    async def echo(reader, writer):
        while line := await reader.readline():
            writer.write(line)
            await writer.drain()
        writer.close()

    async def main():
        server = await asyncio.start_server(echo, "127.0.0.1", 0)
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
        for n in range(200):
            writer.write(b"line %d\n" % n)
            await reader.readline()
        writer.close()
        await writer.wait_closed()
        server.close()
    yield lambda: asyncio.run(main())


def socket_echo():
    import socket
    one, other = socket.socketpair()

    def work():
        for _ in range(1000):
            one.sendall(b"x" * 100)
            other.sendall(other.recv(200))
            one.recv(200)
    yield work
    one.close()
    other.close()


def elementtree_parse():
    import xml.etree.ElementTree as tree
    text = "<root>" + "".join(f'<item id="{n}" name="n{n}"><v>text {n}</v></item>' for n in range(1000)) + "</root>"
    yield lambda: tree.fromstring(text)


def observed(n):
    total = 0
    for i in range(n):
        if i & 1:
            total += i
        else:
            total -= 1
        if i % 50 == 0:
            total += fibonacci(6)
    return total


def fibonacci(n):
    if n < 2:
        return n
    return fibonacci(n - 1) + fibonacci(n - 2)


def monitored(callback, *names):
    monitoring = sys.monitoring
    monitoring.use_tool_id(3, "speed")
    for name in names:
        monitoring.register_callback(3, getattr(monitoring.events, name), callback)
    monitoring.set_events(3, sum(getattr(monitoring.events, name) for name in names))
    yield lambda: observed(20000)
    monitoring.free_tool_id(3)


def monitoring_disabled():
    yield from monitored(lambda *args: sys.monitoring.DISABLE, "LINE", "PY_START", "BRANCH_LEFT", "BRANCH_RIGHT")


def monitoring_lines():
    yield from monitored(lambda code, line: None, "LINE")


def monitoring_calls():
    yield from monitored(lambda *args: None, "PY_START", "PY_RETURN")


def trace_function():
    def trace(frame, event, argument):
        return trace
    sys.settrace(trace)
    yield lambda: observed(20000)
    sys.settrace(None)


def profile_function():
    def profile(frame, event, argument):
        pass
    sys.setprofile(profile)
    yield lambda: observed(20000)
    sys.setprofile(None)


def profiler():
    import cProfile
    profile = cProfile.Profile()
    yield lambda: profile.runcall(observed, 20000)


def million(make):
    import random
    chosen = random.Random(5)
    return [make(chosen) for _ in range(1_000_000)]


def many_numbers():
    return million(lambda chosen: chosen.randrange(1 << 40))


def many_words():
    return million(lambda chosen: "w%d" % chosen.randrange(1_000_000))


def large_dict_build():
    words = many_words()
    yield lambda: {word: word for word in words}


def large_dict_find():
    words = many_words()
    found = dict.fromkeys(words)
    yield lambda: sum(word in found for word in words)


def large_set_build():
    numbers = many_numbers()
    yield lambda: set(numbers)


def large_set_algebra():
    numbers = many_numbers()
    one, other = set(numbers), set(numbers[::2])
    yield lambda: (one - other, one & other)


def large_sort_numbers():
    numbers = many_numbers()
    yield lambda: sorted(numbers)


def large_sort_words():
    words = many_words()
    yield lambda: sorted(words)


def large_sum():
    numbers = many_numbers()
    yield lambda: sum(numbers)


def large_list_copy():
    numbers = many_numbers()
    yield lambda: list(numbers)


def large_collection():
    import gc
    kept = [set(many_numbers()), {(n & 1023, n >> 10): n for n in range(1_000_000)}, [[n] for n in range(1_000_000)]]
    yield gc.collect
    del kept


def generators_closed():
    numbers = [1, 2, 3]
    yield lambda: [any(n for n in numbers) for _ in range(10_000)]


def attributes_missing():
    import collections.abc
    yield lambda: [hasattr(one, "missing") for one in (int, sys, collections.abc.Mapping, len) for _ in range(5_000)]


def imports_in_functions():
    def work():
        for _ in range(5_000):
            from os.path import join
            from collections import abc
            import sys
    yield work


CASES = [
    value for value in list(globals().values())
    if hasattr(value, "__code__") and value.__code__.co_flags & 0x20 and value.__code__.co_argcount == 0
]


def measure(case, seconds):
    preparation = case()
    work = next(preparation)
    work()
    least, end = None, time.monotonic() + seconds
    while least is None or time.monotonic() < end:
        start = time.process_time()
        work()
        took = time.process_time() - start
        least = took if least is None else min(least, took)
    next(preparation, None)
    return least


if __name__ == "__main__":
    name, seconds = sys.argv[1:]
    print(measure(globals()[name], float(seconds)))
