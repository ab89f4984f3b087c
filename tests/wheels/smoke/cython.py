"""Translate Cython to C, with Cython's compiled compiler."""
import os
import tempfile
from Cython.Compiler.Main import CompilationOptions, compile_single
from Cython.Compiler.Version import version

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "m.pyx")
    with open(path, "w") as f:
        f.write("cdef class A:\n    cdef int x\n    def f(self, double y, *args):\n        return self.x + y\n\ndef g(list a):\n    cdef int i, s = 0\n    for i in range(len(a)):\n        s += a[i]\n    return s\n")
    result = compile_single(path, CompilationOptions(language_level=3), "m")
    with open(result.c_file) as f:
        text = f.read()
    print(version > "3", result.num_errors, "PyInit_m" in text, len(text) > 100_000)
