"""CSV in a dialect of which the first bytes are the characters."""

import csv
import io

SEEDS = [
    b'\0,"\\a,"b ""c""",d\r\n1,2.5,"x\ny"\n', b"\x01;'\\a;'b;c'\n;;\n", b'\x02\t"\\a\\\tb\t"c\n', b'\x04,"\\a, "b"\n', b'\x08,"\\1.5,"x",\n', b'\x1f,"^a^,b\0\n',
]


def check(data):
    if len(data) < 4:
        return
    choice, characters, text = data[0], data[1:4].decode("latin-1"), data[4:].decode("utf-8", "replace")
    options = {
        "delimiter": characters[0], "quotechar": characters[1], "escapechar": characters[2] if choice & 1 else None,
        "doublequote": not choice & 2, "skipinitialspace": bool(choice & 4),
        "quoting": (csv.QUOTE_MINIMAL, csv.QUOTE_ALL, csv.QUOTE_NONNUMERIC, csv.QUOTE_NONE, csv.QUOTE_STRINGS, csv.QUOTE_NOTNULL)[(choice >> 3) % 6],
        "strict": bool(choice & 128),
    }
    try:
        rows = list(csv.reader(io.StringIO(text, newline=""), **options))
    except (csv.Error, ValueError, TypeError):
        return
    out = io.StringIO(newline="")
    try:
        csv.writer(out, **options, lineterminator="\n").writerows(rows)
    except csv.Error:
        return
    try:
        again = list(csv.reader(io.StringIO(out.getvalue(), newline=""), **options))
    except (csv.Error, ValueError):
        return
    if options["quoting"] == csv.QUOTE_ALL and options["doublequote"] and not choice & 5 and characters[0] not in " \r\n" and len(set(characters[:2])) == 2:
        assert [row for row in again if row] == [row for row in rows if row], (rows, out.getvalue(), again)
