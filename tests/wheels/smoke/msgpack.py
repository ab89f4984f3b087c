"""Pack, unpack, stream, extension types."""
import datetime
import msgpack

data = {"a": [1, -2, 3.5, None, True], "b": b"bytes", "c": "text ü", "d": {"n": 2**63}}
packed = msgpack.packb(data)
print(packed.hex(), msgpack.unpackb(packed) == data)
unpacker = msgpack.Unpacker()
for i in range(0, len(packed), 5):
    unpacker.feed(packed[i : i + 5])
print([u == data for u in unpacker])
print(msgpack.unpackb(msgpack.packb(datetime.datetime(2026, 1, 2, tzinfo=datetime.timezone.utc), datetime=True), timestamp=3))
print(msgpack.unpackb(msgpack.packb(1 + 2j, default=lambda o: msgpack.ExtType(1, repr(o).encode()))))
try:
    msgpack.packb(object())
except TypeError as error:
    print(error)
