"""JSON, as text or as bytes, with and without the strict rules."""

import json

SEEDS = [
    b'\0{"a": [1, -2.5e3, true, false, null, "\\u00e9\\ud83d\\ude00\\n"], "": {}}', b'\x01"tab\tin text"', b'\x02[NaN, Infinity, -Infinity, 1E400]',
    b"\x04\xff\xfe[\0]\0", b'\x08{"k": {"k": [[[]]]}}', b'\x10  [123456789012345678901234567890, 0.1] ',
]


def check(data):
    choice, rest = (data[:1] or b"\0")[0], data[1:]
    text = rest if choice & 4 else rest.decode("latin-1" if choice & 2 else "utf-8", "surrogateescape")
    options = {"strict": not choice & 1}
    if choice & 8:
        options["object_pairs_hook"] = list
    if choice & 16:
        options["parse_float"] = str
    try:
        value = json.loads(text, **options)
    except (json.JSONDecodeError, UnicodeDecodeError, RecursionError):
        return
    except ValueError as error:
        assert "int string conversion" in str(error), error
        return
    try:
        for written in (json.dumps(value), json.dumps(value, ensure_ascii=False, indent=1, sort_keys=not choice & 8)):
            again = json.loads(written, **options)
            # No two NaN are equal, and of two halves of a pair that meet becomes one character.
            assert choice & 8 or again == value or "NaN" in written or "\\ud" in json.dumps(value), written
        repr(value)
    except RecursionError:
        pass
