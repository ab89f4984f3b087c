#!/usr/bin/env python3
"""Compiled packages from PyPI, as unmodified wheels, under two interpreters.

    run.py prepare WORK [--pip PYTHON] [--large]
    run.py import WORK --python PYTHON [PACKAGE ...]
    run.py smoke WORK --python PYTHON --reference PYTHON [NAME ...]
    run.py test WORK --python PYTHON --tag TAG [SUITE ...]
    run.py compare WORK TAG TAG [SUITE ...]

`prepare` installs the packages of packages.tsv with what they need into WORK/site (`pip install --target`, wheels only;
`--pip` names a Python 3.14 that has pip; `--large` takes torch and tensorflow too). `import` imports the modules of each
package. `smoke` runs the programs of smoke/, each of which does one package's main job, under both interpreters: both
must end well and print the same. `test` runs test suites that come in the wheels and leaves a JUnit file for each in
WORK/results; `compare` lists the tests that pass under one and not under the other.
"""

import argparse
import collections
import csv
import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor

HERE = os.path.dirname(os.path.abspath(__file__))
LARGE = {"torch", "tensorflow"}
# Programs for the smoke tests want these beside the packages.
HELPERS = ["fastapi", "uvicorn", "pydantic", "jax", "psycopg", "dask[distributed]", "pytest", "pytest-xdist", "hypothesis", "pytz"]
# Suite: what pytest is told.
SUITES = {
    "numpy": ["--pyargs", "numpy", "-m", "not slow", "-n", "2"],
    "pandas": ["--pyargs", "pandas", "-m", "not slow and not network and not db", "-n", "2"],
    "sklearn": ["--pyargs", "sklearn.linear_model", "sklearn.tree", "-n", "2"],
    "greenlet": ["--pyargs", "greenlet"],
    "bottleneck": ["--pyargs", "bottleneck"],
    "pywt": ["--pyargs", "pywt"],
    "shapely": ["--pyargs", "shapely"],
    "simplejson": ["--pyargs", "simplejson"],
    "numexpr": ["--pyargs", "numexpr"],
    "h5py": ["--pyargs", "h5py", "-n", "2"],
    "regex": ["--pyargs", "regex"],
}


def packages():
    with open(os.path.join(HERE, "packages.tsv")) as f:
        return list(csv.DictReader(f, delimiter="\t"))


def name_of(row):
    return row["requirement"].partition("==")[0]


def prepare(options):
    wanted = [row["requirement"] for row in packages() if options.large or name_of(row) not in LARGE]
    command = [options.pip, "-m", "pip", "install", "-q", "--target", os.path.join(options.work, "site"), "--only-binary=:all:",
               "--pre", *wanted, *HELPERS]
    subprocess.run(command, check=True)


def environment(options):
    return {**os.environ, "PYTHONPATH": os.path.join(options.work, "site"), "PYTHONDONTWRITEBYTECODE": "1",
            "PYTHONHASHSEED": "0", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "HYPOTHESIS_NO_PLUGINS": "1", "MPLBACKEND": "agg"}


def run(python, arguments, options):
    """Exit status, standard output and the end of standard error, from a folder of its own."""
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = subprocess.run([python, *arguments], cwd=folder, env=environment(options), stdin=subprocess.DEVNULL,
                                  capture_output=True, text=True, timeout=options.timeout)
        except subprocess.TimeoutExpired:
            return "timeout", "", ""
    return done.returncode, done.stdout, "\n".join(done.stderr.splitlines()[-4:])


def imports(options):
    chosen = [row for row in packages() if name_of(row) in options.names or not options.names]
    installed = lambda row: options.names or options.large or name_of(row) not in LARGE
    chosen = [row for row in chosen if installed(row)]
    work = lambda row: run(options.python, ["-c", "\n".join(f"import {m}" for m in row["modules"].split())], options)
    bad = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for row, (status, _, errors) in zip(chosen, pool.map(work, chosen)):
            if status != 0:
                bad += 1
                print(f"{name_of(row)}: {status}\n{errors}")
    print(f"{len(chosen) - bad} of {len(chosen)} packages import")
    return bad


def smoke(options):
    names = options.names or sorted(name[:-3] for name in os.listdir(os.path.join(HERE, "smoke")) if name.endswith(".py"))

    def work(name):
        # Without the script's folder on the path, whose files have the names of packages.
        arguments = ["-P", os.path.join(HERE, "smoke", f"{name}.py")]
        return run(options.reference, arguments, options), run(options.python, arguments, options)

    bad = 0
    with ThreadPoolExecutor(options.jobs) as pool:
        for name, (reference, ours) in zip(names, pool.map(work, names)):
            if reference[0] != 0:
                print(f"{name}: the reference ends with {reference[0]}\n{reference[2]}")
            if ours[0] != 0 or ours[:2] != reference[:2]:
                bad += 1
                print(f"{name}: {'another output' if ours[0] == 0 else ours[0]}\n{ours[2]}")
    print(f"{len(names) - bad} of {len(names)} programs do their job")
    return bad


def pypi():
    """The module beside this one that reads JUnit files."""
    spec = importlib.util.spec_from_file_location("pypi_run", os.path.join(HERE, "..", "pypi", "run.py"))
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test(options):
    results = os.path.join(options.work, "results")
    os.makedirs(results, exist_ok=True)
    for name in options.names or list(SUITES):
        out = os.path.join(results, f"{name}.{options.tag}")
        command = [options.python, "-m", "pytest", "-q", "-p", "xdist", "-p", "no:cacheprovider", "--continue-on-collection-errors",
                   "--tb=short", "-o", "junit_family=xunit1", f"--basetemp={out}.tmp", f"--junitxml={out}.xml", *SUITES[name]]
        began = time.monotonic()
        with open(f"{out}.log", "w") as log, tempfile.TemporaryDirectory() as folder:
            subprocess.run(command, cwd=folder, env=environment(options), stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        counts = dict(collections.Counter(pypi().results(options.work, name, options.tag).values()))
        print(f"{name} {options.tag} {time.monotonic() - began:.0f}s {counts}", flush=True)
    return 0


def compare(options):
    results = pypi().results
    for name in options.names or list(SUITES):
        one, other = results(options.work, name, options.one), results(options.work, name, options.other)
        passed = [key for key, state in one.items() if state == "passed"]
        lost = [key for key in passed if other.get(key) != "passed"]
        for key in lost:
            print(name, key, other.get(key))
        if passed:
            print(f"{name}: {len(passed)} pass under {options.one}, of which {len(passed) - len(lost)} pass under {options.other} "
                  f"({100 * (1 - len(lost) / len(passed)):.2f} %)")
    return 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    for function in prepare, imports, smoke, test, compare:
        command = commands.add_parser(function.__name__.replace("imports", "import"))
        command.set_defaults(function=function)
        command.add_argument("work", type=os.path.abspath)
        command.add_argument("--timeout", type=float, default=300)
        command.add_argument("--jobs", type=int, default=2)
        command.add_argument("--large", action="store_true")
        if function is compare:
            command.add_argument("one")
            command.add_argument("other")
        if function is prepare:
            command.add_argument("--pip", default=sys.executable)
            continue
        if function is not compare:
            command.add_argument("--python", type=os.path.abspath, required=True)
        if function is smoke:
            command.add_argument("--reference", required=True)
        if function is test:
            command.add_argument("--tag", required=True)
        command.add_argument("names", nargs="*")
    options = parser.parse_args()
    sys.exit(1 if options.function(options) else 0)


if __name__ == "__main__":
    main()
