"""JSON both ways, with options and errors."""
import dataclasses
import datetime
import enum
import uuid
import numpy as np
import orjson


@dataclasses.dataclass
class D:
    a: int
    b: list[str]


class E(enum.Enum):
    X = "x"


data = {"d": D(1, ["ä", "\n"]), "t": datetime.datetime(2026, 1, 2, 3, 4, 5, 6, datetime.timezone.utc), "u": uuid.UUID(int=5), "e": E.X, "f": 1.5, "n": None, "i": 2**53}
print(orjson.dumps(data), orjson.dumps({"b": 1, "a": [1, 2]}, option=orjson.OPT_SORT_KEYS | orjson.OPT_INDENT_2).decode())
print(orjson.dumps(np.arange(4).reshape(2, 2), option=orjson.OPT_SERIALIZE_NUMPY), orjson.dumps({1: 2}, option=orjson.OPT_NON_STR_KEYS))
print(orjson.loads(b'{"a": [1, -2.5e3, "\\u00e4\\ud83d\\ude00", true, null], "big": 18446744073709551615}'))
for bad in (b"[1,", b'{"a":}', b"\xff", ""):
    try:
        orjson.loads(bad)
    except orjson.JSONDecodeError as error:
        print(error, error.pos)
for bad in (object(), {1: 2}, "\ud800", 2**70):
    try:
        orjson.dumps(bad)
    except TypeError as error:
        print(type(error).__name__, error)
print(orjson.dumps({1, 2} - {2}, default=list), orjson.dumps(orjson.Fragment(b"[]")))
