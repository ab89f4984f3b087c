"""Structures, JSON, MessagePack, validation."""
import msgspec
from typing import Annotated


class Item(msgspec.Struct, tag=True, omit_defaults=True):
    name: str
    price: Annotated[float, msgspec.Meta(gt=0)]
    tags: list[str] = []
    parent: "Item | None" = None


item = Item("pen", 1.5, ["a"], Item("box", 2))
encoded = msgspec.json.encode(item)
print(encoded, msgspec.json.decode(encoded, type=Item) == item, item)
print(msgspec.msgpack.decode(msgspec.msgpack.encode(item), type=Item), msgspec.to_builtins(item), msgspec.structs.replace(item, name="x"))
for bad in (b'{"type":"Item","name":1,"price":2}', b'{"type":"Item","name":"x","price":-1}', b'{"type":"Item","name":"x"}', b"{"):
    try:
        msgspec.json.decode(bad, type=Item)
    except msgspec.DecodeError as error:
        print(type(error).__name__, error)
print(msgspec.json.schema(Item)["$defs"]["Item"]["required"], msgspec.yaml.encode({"a": [1, 2]}))
