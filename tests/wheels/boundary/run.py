#!/usr/bin/env python3
"""What calls between C and Python cost under two interpreters, as ratios of the best of interleaved runs.

    run.py --python PYTHON --reference PYTHON [--runs N] [--numpy SITE] [--cython SITE]

Compiles boundary.c with `cc` against the headers of the interpreter under test; both load the same file. With `--numpy`
(a folder that has NumPy) small arrays are measured too, and with `--cython` (a folder that has Cython) boundary_cy.pyx.
The best, because nothing but the machine makes a run slower than another.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
# Runs under the interpreters.
PROGRAM = r'''
import json, sys, time
import boundary

class Plain:
    attribute = 1
    def __init__(self):
        self.attribute = 1
    def method(self):
        pass

class Empty:
    pass

def function(x):
    pass

rows = {}
arguments = {"call_python": function, "call_keywords": function, "call_tuple": function, "call_builtin": len, "call_method": Plain(),
             "call_class": Empty, "call_init": Plain, "get_attribute": Plain(), "set_attribute": Plain(), "attribute_string": Plain(),
             "missing_attribute": Plain()}
for name, row in vars(boundary).items():
    if not name.startswith("_") and name not in ("noargs", "one", "fast", "parsed"):
        row(arguments.get(name))
        rows[name] = min(row(arguments.get(name)) for _ in range(5))

def measure(name, code, **names):
    scope = dict(names)
    exec("def run(n):\n    for _ in range(n):\n        " + code, scope)
    n = 20000
    scope["run"](n)
    best = None
    for _ in range(5):
        began = time.process_time_ns()
        scope["run"](n)
        spent = (time.process_time_ns() - began) / n
        best = spent if best is None else min(best, spent)
    rows[name] = best

measure("py: noargs", "f()", f=boundary.noargs)
measure("py: one", "f(1)", f=boundary.one)
measure("py: fast", "f(1, 2)", f=boundary.fast)
measure("py: parsed", "f(1, b=2)", f=boundary.parsed)
try:
    import boundary_cy
except ImportError:
    boundary_cy = None
for name, row in vars(boundary_cy).items() if boundary_cy else ():
    if not name.startswith("_") and name != "Made":
        best = None
        row(arguments.get(name), 1000)
        for _ in range(5):
            began = time.process_time_ns()
            row(arguments.get(name), 50000)
            spent = (time.process_time_ns() - began) / 50000
            best = spent if best is None else min(best, spent)
        rows["cy: " + name] = best

if len(sys.argv) > 1:
    sys.path.append(sys.argv[1])
    import numpy as np
    a, b, i = np.arange(3.0), np.ones(3), np.arange(3)
    for name, code in {"np: add": "a + b", "np: add int": "i + 1", "np: index": "a[1]", "np: slice": "a[1:]", "np: store": "a[1] = 2.0",
                       "np: sum": "a.sum()", "np: zeros": "np.zeros(3)", "np: array": "np.array([1.0, 2.0, 3.0])", "np: sqrt": "np.sqrt(2.0)",
                       "np: scalar add": "s + s", "np: dot": "a @ b", "np: tolist": "a.tolist()", "np: shape": "a.shape",
                       "np: concatenate": "np.concatenate((a, b))", "np: mask": "a[a > 1]"}.items():
        measure(name, code, np=np, a=a, b=b, i=i, s=np.float64(1.5))
print(json.dumps(rows))
'''


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", required=True)
    parser.add_argument("--reference", required=True)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--numpy")
    parser.add_argument("--cython")
    options = parser.parse_args()
    include = subprocess.run([options.python, "-c", "import sysconfig; print(sysconfig.get_path('include'))"], check=True,
                             capture_output=True, text=True).stdout.strip()
    with tempfile.TemporaryDirectory() as folder:
        sources = {"boundary": os.path.join(HERE, "boundary.c")}
        if options.cython:
            sources["boundary_cy"] = os.path.join(folder, "boundary_cy.c")
            subprocess.run([options.reference, "-m", "cython", os.path.join(HERE, "boundary_cy.pyx"), "-o", sources["boundary_cy"]],
                           env={**os.environ, "PYTHONPATH": options.cython}, check=True)
        for name, source in sources.items():
            subprocess.run(["cc", "-O2", "-shared", "-fPIC", f"-I{include}", "-o", os.path.join(folder, name + ".so"), source],
                           check=True)
        program = os.path.join(folder, "program.py")
        with open(program, "w") as f:
            f.write(PROGRAM)
        # The threads that OpenBLAS starts with NumPy's import spin for a tenth of a second, which the process is charged for.
        environment = {**os.environ, "PYTHONPATH": folder, "PYTHONHASHSEED": "0", "OPENBLAS_NUM_THREADS": "1"}
        results = {options.python: [], options.reference: []}
        for _ in range(options.runs):
            for python, found in results.items():
                command = [python, program, *([options.numpy] if options.numpy else [])]
                done = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
                found.append(json.loads(done.stdout))
    ratios = []
    for name in results[options.reference][0]:
        reference = min(run[name] for run in results[options.reference])
        ours = min(run[name] for run in results[options.python])
        ratios.append(ours / reference)
        print(f"{name:20} {reference:8.1f} ns {ours:8.1f} ns {ours / reference:6.2f}")
    print(f"geometric mean {statistics.geometric_mean(ratios):.2f}, worst {max(ratios):.2f}, "
          f"above 1.10: {sum(r > 1.1 for r in ratios)} of {len(ratios)}")


if __name__ == "__main__":
    sys.exit(main())
