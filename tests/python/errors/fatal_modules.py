"""A fatal error names the extension modules that are not of the standard library: those that sys.stdlib_module_names lacks,
and all of them if it isn't a frozenset."""
import subprocess
import sys

PROGRAM = """
import faulthandler, math, sys
try:
    import resource
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
except ImportError:
    pass
if sys.argv[1] == "none":
    sys.stdlib_module_names = frozenset()
elif sys.argv[1] == "but math":
    sys.stdlib_module_names -= {"math"}
elif sys.argv[1] == "a set":
    sys.stdlib_module_names = set(sys.stdlib_module_names)
elif sys.argv[1] == "missing":
    del sys.stdlib_module_names
faulthandler.enable()
faulthandler._sigabrt()
"""

for case in "all", "none", "but math", "a set", "missing":
    done = subprocess.run([sys.executable, "-c", PROGRAM, case], stderr=subprocess.PIPE, text=True)
    lines = [line for line in done.stderr.splitlines() if line.startswith("Extension modules: ")]
    names = [line.partition(": ")[2].rpartition(" (total: ")[0].split(", ") for line in lines]
    print(case, done.returncode, lines if len(names[:1] and names[0]) == 1 else [{"math", "faulthandler"} <= set(n) for n in names])
