"""An interpreter that has ended gives its memory back."""
import gc
from concurrent import interpreters


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4


def use(code):
    interp = interpreters.create()
    if code:
        interp.exec(code)
    interp.close()


for code in ["", "import json, re, decimal, collections, dataclasses, enum, ssl, sqlite3"]:
    for _ in range(12):
        use(code)
    before = resident()
    for _ in range(40):
        use(code)
    print((resident() - before) / 40 < 60)

# Objects of this interpreter that met the others are as they were.
print(gc.collect() >= 0, len(interpreters.list_all()))
