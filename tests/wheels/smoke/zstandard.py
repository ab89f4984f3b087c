"""Compress, stream, dictionaries."""
import io
import zstandard as zstd

data = b"sample data " * 500
c = zstd.ZstdCompressor(level=5, write_checksum=True)
packed = c.compress(data)
print(len(packed) < 100, zstd.ZstdDecompressor().decompress(packed) == data, zstd.get_frame_parameters(packed).has_checksum)
with c.stream_reader(io.BytesIO(data)) as reader:
    streamed = reader.read()
print(zstd.ZstdDecompressor().stream_reader(io.BytesIO(streamed)).read() == data, zstd.backend)
samples = [b"user%d name%d" % (i, i * 7) for i in range(500)]
dictionary = zstd.train_dictionary(1024, samples)
print(zstd.ZstdDecompressor(dict_data=dictionary).decompress(zstd.ZstdCompressor(dict_data=dictionary).compress(samples[3])))
try:
    zstd.ZstdDecompressor().decompress(b"junk")
except zstd.ZstdError as error:
    print(error)
