"""Hashes of floats: modulo 2**61 - 1, of all sizes."""

import random
import sys

for x in 0.0, -0.0, 1.0, -1.0, 1.5, -0.1, 2.0**60, 2.0**61, 2.0**62, -(2.0**61), 1e300, 5e-324, 1e-310, 2.0**-61, sys.float_info.max, sys.float_info.min:
    print(hash(x), hash(-x), hash(x) == hash(-x) == 0 or hash(x) != hash(-x))
print(hash(float("inf")), hash(float("-inf")), hash(complex(1.5, -2.5)))
print(all(hash(float(n)) == hash(n) for n in (1, 2**52, 2**53, 2**70, -(2**80), 2**100 + 2**60)))
rng = random.Random(1)
print(sum(hash(rng.random() * 10.0 ** rng.randint(-300, 300)) for _ in range(10000)))
