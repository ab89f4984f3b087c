"""Check a program with mypy, compiled by mypyc."""
import os
import tempfile
from mypy import api

with tempfile.TemporaryDirectory() as folder:
    os.chdir(folder)
    with open("m.py", "w") as f:
        f.write("from dataclasses import dataclass\n@dataclass\nclass A:\n    x: int\n    y: str = 1\ndef f(a: A) -> list[int]:\n    return [a.x, a.y]\nreveal_type(f)\nf(3)\nmatch f(A(1)):\n    case [x]:\n        x.foo\n")
    out, err, status = api.run(["--no-incremental", "--cache-dir=/dev/null", "m.py"])
    print(out, err, status)
