"""Fields of CSV that stand in the line as they are, and those that don't."""

import csv
import itertools
import io

PIECES = ["", "a", '"', '""', ",", "\n", "\r\n", "\\", " ", "'", "é", "€1.5", "😀"]
DIALECTS = [
    {}, {"escapechar": "\\"}, {"doublequote": False, "escapechar": "\\"}, {"skipinitialspace": True}, {"strict": True},
    {"quotechar": "'"}, {"quotechar": None, "quoting": csv.QUOTE_NONE}, {"delimiter": "€"}, {"quoting": csv.QUOTE_STRINGS}, {"quoting": csv.QUOTE_NOTNULL},
    {"quoting": csv.QUOTE_NONNUMERIC},
]
for dialect in DIALECTS:
    seen = 0
    for pieces in itertools.product(PIECES, repeat=4):
        text = "".join(pieces)
        try:
            rows = list(csv.reader(io.StringIO(text, newline=""), **dialect))
        except (csv.Error, ValueError) as error:
            rows = str(error)
        for character in ascii(rows):
            seen = (seen * 31 + ord(character)) % (1 << 61)
    print(dialect, seen)

csv.field_size_limit(5)
for line in ("12345,1\n", "123456,1\n", '"12345",1\n', '"123456",1\n', "1,123456"):
    try:
        print(list(csv.reader([line])))
    except csv.Error as error:
        print(error)


class Line(str):
    pass


csv.field_size_limit(1000)
row = next(csv.reader([Line("whole")]))
print(type(row[0]), row)
print(next(csv.reader(["x" * 300 + ",y"]))[1], len(next(csv.reader([",".join("a" * 200)]))))
