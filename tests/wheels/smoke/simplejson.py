"""JSON with decimals and named tuples."""
import collections
import decimal
import simplejson as json

P = collections.namedtuple("P", "x y")
print(json.dumps({"p": P(1, decimal.Decimal("1.10")), "u": "ü", "l": [1.5, None]}, sort_keys=True), json.loads('{"a": 1.10}', use_decimal=True))
print(json.loads('["\\ud83d\\ude00", 1e400, NaN]', allow_nan=True), json.dumps([1, [2]], indent=1), json.encoder.c_make_encoder is not None)
try:
    json.loads("[1,]")
except json.JSONDecodeError as error:
    print(error)
