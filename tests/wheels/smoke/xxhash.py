"""Digests."""
import xxhash

print(xxhash.xxh32(b"a").hexdigest(), xxhash.xxh64_intdigest(b"text", seed=3), xxhash.xxh3_128(b"x" * 1000).hexdigest())
h = xxhash.xxh3_64()
for part in (b"ab", bytearray(b"cd"), memoryview(b"ef")):
    h.update(part)
print(h.hexdigest() == xxhash.xxh3_64_hexdigest(b"abcdef"), h.copy().digest())
