# With the debug allocator, freed memory is overwritten, whatever it is kept for.
import subprocess
import sys

code = """
import ctypes
class C:
    def __init__(self):
        self.a = 1
for make in (C, lambda: bytes(100), lambda: (lambda: 0)):
    o = make()
    address, size = id(o), 16
    del o
    print(ctypes.string_at(address, size).count(0xdd) >= 8)
"""
for options, environment in (["-X", "dev"], {}), ([], {"PYTHONMALLOC": "debug"}):
    done = subprocess.run([sys.executable, "-W", "ignore", *options, "-c", code], env=environment, capture_output=True, text=True)
    print(done.stdout.split(), done.stderr)
