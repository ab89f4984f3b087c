"""Measure the lines of a module with the C tracer and with sys.monitoring."""
import os
import sys
import tempfile
import coverage

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "measured.py")
    with open(path, "w") as f:
        f.write("def f(x):\n    if x:\n        return 1\n    else:\n        return 2\n\nfor i in range(3):\n    f(1)\n")
    sys.path.insert(0, folder)
    for core in "ctrace", "sysmon", "pytrace":
        os.environ["COVERAGE_CORE"] = core
        cov = coverage.Coverage(data_file=None, branch=True, include=[path])
        cov.start()
        sys.modules.pop("measured", None)
        import measured
        cov.stop()
        name, statements, excluded, missing, text = cov.analysis2(path)
        print(core, statements, missing, sorted(cov.get_data().arcs(path)))
