"""Frames and blocks."""
import lz4.block
import lz4.frame

data = b"some data " * 1000
print(len(lz4.frame.compress(data)) < 200, lz4.frame.decompress(lz4.frame.compress(data)) == data)
print(lz4.block.decompress(lz4.block.compress(data)) == data)
with lz4.frame.LZ4FrameCompressor() as c:
    parts = c.begin() + c.compress(data) + c.flush()
print(lz4.frame.LZ4FrameDecompressor().decompress(parts) == data)
try:
    lz4.frame.decompress(b"junk")
except RuntimeError as error:
    print(error)
