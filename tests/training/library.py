"""What programs do with native modules in their inner loops, item by item: iterators, arrays, queues, bytes, numbers."""

import array
import base64
import binascii
import bisect
import collections
import decimal
import fractions
import functools
import heapq
import html
import io
import ipaddress
import itertools
import math
import operator
import os
import queue
import random
import re
import shlex
import socket
import string
import struct
import textwrap
import threading
import time
import unicodedata
import urllib.parse
import uuid
import zlib

numbers = list(range(300))
rng = random.Random(5)
total = 0
for _ in range(60):
    for pair in itertools.pairwise(numbers):
        total += pair[0]
    for one, two in itertools.zip_longest(numbers, numbers[:100], fillvalue=0):
        total += one - two
    for i in itertools.islice(itertools.count(1, 2), 300):
        total += i
    first, second = itertools.tee(numbers)
    total += sum(first) + sum(second) + sum(itertools.starmap(operator.mul, zip(numbers, numbers)))
    total += sum(itertools.chain(numbers, numbers)) + sum(itertools.chain.from_iterable([numbers, numbers]))
    total += len(list(itertools.accumulate(numbers))) + sum(itertools.islice(numbers, 5, 200, 3))
    total += sum(len(list(group)) for _, group in itertools.groupby(numbers, lambda n: n // 10))
    total += sum(itertools.takewhile(lambda n: n < 200, numbers)) + sum(itertools.dropwhile(lambda n: n < 200, numbers))
    total += sum(itertools.compress(numbers, numbers)) + sum(itertools.filterfalse(None, numbers)) + sum(itertools.repeat(2, 100))
    total += sum(len(batch) for batch in itertools.batched(numbers, 7)) + sum(itertools.islice(itertools.cycle(numbers[:7]), 200))
    for combination in itertools.combinations(numbers[:14], 3):
        total += combination[2]
    for permutation in itertools.permutations(numbers[:5], 3):
        total += permutation[1]
    for product in itertools.product(numbers[:12], repeat=2):
        total += product[0]
print(total)

total = 0
for code in "bBhHiIqQfd":
    items = array.array(code, [n % 100 for n in numbers])
    for _ in range(15):
        total += sum(items) + len(items.tolist()) + items[5] + len(items[3:50]) + len(items.tobytes())
        items[7] = 9
        items.append(3)
        for item in items:
            total += item
    view = memoryview(items)
    total += sum(view.tolist()) + len(bytes(view)) + sum(view) + len(view[5:50].tobytes()) + len(view.cast("B"))
print(total)

waiting = collections.deque(numbers)
ordered = collections.OrderedDict()
heap = []
for i in range(9000):
    waiting.append(waiting.popleft())
    ordered[i % 500] = i
    heapq.heappush(heap, (rng.random(), i) if i % 2 else (i / 9000, i))
    if i % 10 == 0:
        ordered.move_to_end(i % 100)
        waiting.rotate(3)
        total += waiting[50]
for key, value in ordered.items():
    total += value
while heap:
    total += heapq.heappop(heap)[1]
for _ in range(60):
    floats = [rng.random() for _ in numbers]
    heapq.heapify(floats)
    total += len(heapq.nsmallest(5, floats)) + sum(waiting)
    places = sorted(floats)
    for x in floats:
        total += bisect.bisect(places, x) + bisect.bisect_left(numbers, 7)
    bisect.insort(places, 0.5)
print(total)


@functools.lru_cache(maxsize=100)
def remembered(a, b=1):
    return a + b


by_two = functools.partial(remembered, 2)
first, both, name = operator.itemgetter(0), operator.itemgetter(0, 1), operator.attrgetter("real")
for i in range(6000):
    total += remembered(i % 150) + remembered(i % 7, b=2) + by_two(3) + by_two(b=4)
    total += first((i, 2)) + both((i, 2))[1] + name(i) + functools.reduce(operator.add, (1, 2, i))
print(total)

price, rate, cent = decimal.Decimal("19.99"), decimal.Decimal("0.075"), decimal.Decimal("0.01")
third = fractions.Fraction(1, 3)
for i in range(3000):
    tax = (price * rate + i).quantize(cent)
    total += int(tax) + len(str(tax)) + len(f"{tax:.2f}") + (tax < price) + int(round(tax, 1)) + (-tax < 0)
    third = fractions.Fraction(i, 7) + third / 3 if i % 20 == 0 else third
    third = third.limit_denominator(1000)
    total += math.comb(20, 5) + math.perm(10, 3) + math.factorial(12) + math.gcd(i, 12) + math.isqrt(i) + math.floor(i / 7)
    total += rng.randrange(10) + rng.randint(1, 6) + int(rng.uniform(1, 3)) + int(abs(rng.gauss(0, 1))) + len(hex(i)) + len(f"{i:04x}")
print(total, math.fsum(numbers), math.dist((1, 2), (4, 6)), math.prod(numbers[1:9]), math.sumprod(numbers, numbers))

data = bytes(range(256)) * 8
word = b"some words, 42 numbers and Ten More "
text = "Ein Wörtchen mit Umlauten, и слово "
for _ in range(150):
    total += len(base64.b16decode(base64.b16encode(data))) + len(data.hex(":")) + len(bytes.fromhex(word.hex()))
    total += len(base64.urlsafe_b64decode(base64.urlsafe_b64encode(word))) + len(binascii.b2a_qp(word)) + binascii.crc_hqx(word, 0)
    total += len(data.upper()) + len(data.lower()) + len(data.translate(None, b"abc")) + word.isalpha() + word.islower() + word.istitle()
    total += len(word.title()) + len(word.split()) + len(b", ".join([word] * 20)) + len(bytearray(word) * 3) + len(bytes(bytearray(word)))
    total += len((text * 9).encode("utf-16").decode("utf-16")) + len((text * 9).encode("utf-8").decode()) + len(text.encode("cp1251", "replace").decode("cp1251"))
    total += len((text * 9).upper()) + len(text.title()) + len(text.casefold()) + len(unicodedata.normalize("NFD", text)) + len(unicodedata.name("é"))
    total += len(zlib.compress(word)) + len(html.escape("<a & b>")) + len(html.unescape("&lt;b&gt;")) + len(textwrap.fill(text * 3, 40))
    total += len(urllib.parse.quote(text)) + len(urllib.parse.unquote("a%20b%C3%A9")) + len(urllib.parse.urlparse("http://a.org/b?c=d#e").path)
    total += len(str(uuid.uuid4())) + int(ipaddress.ip_address("192.168.1.1")) % 7 + len(shlex.split("a 'b c' d")) + len(string.Template("$a b").substitute(a=1))
    total += len(os.path.normpath("/a/./b/../c")) + len(os.path.join("a", "b")) + len(time.strftime("%Y-%m-%d", time.gmtime(0))) + len(re.escape("a.b"))
    total += struct.unpack("<IHB4s", struct.pack("<IHB4s", 1, 2, 3, b"abcd"))[1]
print(total)

lines = io.TextIOWrapper(io.BytesIO((text + "\n").encode() * 3000), encoding="utf-8")
print(sum(len(line) for line in lines), sum(len(line) for line in io.BytesIO((word + b"\n") * 3000)), sum(len(line) for line in io.StringIO((text + "\n") * 3000)))

asked, answered = queue.SimpleQueue(), queue.Queue()
worker = threading.Thread(target=lambda: [answered.put(asked.get()) for _ in range(2000)])
worker.start()
for i in range(2000):
    asked.put(i)
    total += answered.get()
worker.join()
here, there = socket.socketpair()
with here, there:
    for _ in range(2000):
        here.send(b"a few bytes")
        total += len(there.recv(100))
print(total)
