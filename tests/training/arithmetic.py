"""Arithmetic: small and big integers, floats, complex numbers, conversions, ranges and bit operations."""

import cmath
import decimal
import fractions
import math
import random
import statistics


def integers(n):
    total = 0
    for i in range(n):
        total += i * 3 - (i >> 2) + (i & 0xFF) ^ (i % 7)
        if i // 5 > 1000 and not i & 1:
            total -= i
        elif i == 17 or -i < -n + 3:
            total |= 1
    return total


def floats(n):
    x, y, total = 0.5, 1.25, 0.0
    for i in range(n):
        x = x * 0.999 + y / (i + 1.5)
        y = 0.5 * -y + min(x ** 2, 9.0) - abs(x - 0.25)
        total += math.sqrt(abs(x)) if x < y else x - y
        if total > 1e6:
            total *= 1e-3
    return round(total, 3)


def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


def big(n):
    value = 1
    for i in range(1, n):
        value = value * i + (value >> 3)
    parts = []
    while value:
        value, rest = divmod(value, 10**18)
        parts.append(rest)
    text = str(7**n)
    return len(parts), int(text) == 7**n, pow(3, n, 10**30 + 57), (1 << n).bit_length(), hash(7**n)


def relax(width, height, rounds):
    grid = [[float(x * y % 7) for x in range(width)] for y in range(height)]
    for _ in range(rounds):
        for y in range(1, height - 1):
            above, row, below = grid[y - 1], grid[y], grid[y + 1]
            for x in range(1, width - 1):
                row[x] = 0.25 * (above[x] + below[x] + row[x - 1] + row[x + 1])
    return sum(map(sum, grid))


def escape(size):
    inside = 0
    for y in range(size):
        for x in range(size):
            c = complex(3 * x / size - 2, 2 * y / size - 1)
            z = 0j
            for _ in range(30):
                z = z * z + c
                if z.real * z.real + z.imag * z.imag > 4.0:
                    break
            else:
                inside += 1
    return inside


def primes(n):
    flags = bytearray([1]) * (n + 1)
    for i in range(2, int(n**0.5) + 1):
        if flags[i]:
            flags[i * i :: i] = bytes(len(range(i * i, n + 1, i)))
    return sum(flags) - 2


print(integers(200000), floats(150000), sum(gcd(i, 360) for i in range(30000)), primes(300000))
print(big(400), relax(60, 60, 12), escape(50))
rng = random.Random(5)
sample = [rng.gauss(3, 2) for _ in range(4000)] + [rng.random() + rng.randint(0, 9) for _ in range(4000)]
print(f"{statistics.fmean(sample):.4f} {math.fsum(sample):.3f} {max(sample):.4f} {min(sample, key=abs):.5f}")
print(sum(fractions.Fraction(1, i) for i in range(1, 60)), abs(cmath.exp(1j * cmath.pi) + 1) < 1e-12)
with decimal.localcontext(prec=40):
    x = decimal.Decimal(2)
    for _ in range(300):
        x = (x + 2 / x) / 2 + decimal.Decimal("0.001") - decimal.Decimal("0.001")
    print(x, sum(decimal.Decimal(i) / 7 for i in range(3000)).quantize(decimal.Decimal("0.01")))
print(sum(int(str(i)) + int(hex(i), 16) + int(float(i)) for i in range(30000)), sum(map(float, map(repr, sample[:3000]))) == sum(sample[:3000]))
