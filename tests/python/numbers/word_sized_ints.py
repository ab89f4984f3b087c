"""Ints about the sizes of digits and machine words: all operations on pairs of them, against another way to get there."""

import hashlib
import operator

values = sorted({
    sign * ((1 << bits) + offset)
    for bits in (0, 1, 15, 29, 30, 31, 53, 54, 59, 60, 61, 62, 63, 64, 65, 89, 90, 91, 119, 120, 121, 126, 127, 128, 150)
    for offset in (-2, -1, 0, 1, 2)
    for sign in (1, -1)
})
print(len(values))


def outcome(function, *args):
    try:
        return repr(function(*args))
    except Exception as error:
        return f"{type(error).__name__}: {error}"


names = ["add", "sub", "mul", "floordiv", "mod", "truediv", "and_", "or_", "xor", "lt", "eq", "ge"]
for name in names + ["divmod"]:
    function = divmod if name == "divmod" else getattr(operator, name)
    digest = hashlib.sha256()
    for a in values:
        for b in values:
            digest.update(outcome(function, a, b).encode())
    print(name, digest.hexdigest()[:16])

for name in ["lshift", "rshift"]:
    function = getattr(operator, name)
    digest = hashlib.sha256()
    for a in values:
        for b in [0, 1, 2, 29, 30, 31, 32, 33, 59, 60, 61, 62, 63, 64, 65, 90, 119, 120, 126, 127, 128, 200, -1]:
            digest.update(outcome(function, a, b).encode())
    print(name, digest.hexdigest()[:16])

for name in ["neg", "pos", "abs", "invert", "index", "bool", "float", "hash", "bit_length", "hex"]:
    function = {"bool": bool, "float": float, "hash": hash, "bit_length": int.bit_length, "hex": hex}.get(name)
    function = function or getattr(operator, name)
    digest = hashlib.sha256()
    for a in values:
        digest.update(outcome(function, a).encode())
    print(name, digest.hexdigest()[:16])

# Each way back gives the number that it began with, and the preallocated objects are used for small results.
for a in values:
    for b in values:
        assert (a + b) - b == a and (a - b) + b == a and a ^ b ^ b == a
        assert (a & b) + (a | b) == a + b
        if b:
            q, r = divmod(a, b)
            assert q * b + r == a and (q, r) == (a // b, a % b)
            assert (0 <= r < b) if b > 0 else (b < r <= 0)
            assert a * b // b == a and a * b % b == 0
        if -6 < a - b < 257:
            assert (a - b) is int(str(a - b)) or a - b == -6
    for n in range(0, 130):
        assert a << n == a * 2 ** n and a << n >> n == a and a >> n == a // 2 ** n

# In place, one result after the other: what is freed and what is made have different sizes.
x, y = 1 << 40, 88172645463325252
for i in range(3000):
    x += i
    x -= 3
    x = -x if i % 7 == 0 else x * (i % 5 + 1) & 0xFFFFFFFFFFFFFFFF
    y ^= (y << 13) & 0xFFFFFFFFFFFFFFFF
    y ^= y >> 7
    y ^= (y << 17) & 0xFFFFFFFFFFFFFFFF
print(x, y)


class Int(int):
    def __add__(self, other):
        return "added"


print(Int(1 << 40) + 1, 1 + Int(1 << 40), type(Int(1 << 40) - 1), Int(1 << 70) * Int(1 << 70), True + (1 << 61))
