"""Byte pair encoding with ranks of our own (no download)."""
import tiktoken

ranks = {bytes([i]): i for i in range(256)} | {b"he": 256, b"ll": 257, b"hell": 258, b"hello": 259}
encoding = tiktoken.Encoding("own", pat_str=r"\w+|\s+|[^\w\s]+", mergeable_ranks=ranks, special_tokens={"<end>": 300})
ids = encoding.encode("hello helloo ü<end>", allowed_special="all")
print(ids, encoding.decode(ids), encoding.encode_batch(["he", "ll"]), encoding.n_vocab)
try:
    encoding.encode("<end>")
except ValueError as error:
    print(str(error).splitlines()[0])
