"""JSON both ways."""
import ujson

print(ujson.dumps({"a": [1, 2.5, None, True, "ü/"], "b": {"n": -1}}), ujson.dumps("ü/", ensure_ascii=False, escape_forward_slashes=False), ujson.loads('{"a": [1e3, "\\u00e4"]}'))
for bad in ("[1,", "{", "nul"):
    try:
        ujson.loads(bad)
    except ujson.JSONDecodeError as error:
        print(error)
print(ujson.dumps({"k": object}, default=str), ujson.dumps([1, [2]], indent=2))
