"""Runs CPython's own tests under an interpreter, and tells what has changed since the list of failures was written.

    run.py --python PATH --test-package DIR [--quick | --modules A,B] [--jobs N] [--timeout S] [--logs DIR] [--out FILE]
    run.py --from FILE [--modules A,B]

DIR is the folder `test` of a CPython 3.14. `cpython-3.14.8.tsv.gz` beside this file holds what CPython 3.14.8 made of each
test, and how long each module took. `failures.txt` lists, by cause, the tests that pass there and not here.

A test that passes under CPython, is not in the list and does not pass is a failure; so is a module that dies by a signal.
Modules with failures run a second time, alone, before they count. Tests of the list that pass are named. The exit code is
1 if there are failures.
"""

import argparse
import collections
import concurrent.futures
import gzip
import os
import pathlib
import re
import signal
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
BASELINE = HERE / "cpython-3.14.8.tsv.gz"
FAILURES = HERE / "failures.txt"
# Modules that CPython runs in this time, in seconds, are the quick ones.
QUICK = 0.7
# A module may take this many times as long as under CPython.
PATIENCE = 8


class Module:
    """What became of a module: its state, `ok` or how it ended, the time it took and the outcome of each test."""

    def __init__(self, state="not run", seconds=0.0):
        self.state = state
        self.seconds = seconds
        self.outcomes = {}


def read(path):
    """The modules of a recorded run."""
    modules = collections.defaultdict(Module)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            first, module, rest = line.rstrip("\n").split("\t", 2)
            if first == "#":
                state, seconds = rest.split("\t")
                modules[module].state = state
                modules[module].seconds = float(seconds)
            else:
                modules[module].outcomes[rest] = first
    return dict(modules)


def write(path, modules):
    with gzip.open(path, "wt", encoding="utf-8") as out:
        for name, module in sorted(modules.items()):
            out.write(f"#\t{name}\t{module.state}\t{module.seconds:.1f}\n")
            for test, outcome in sorted(module.outcomes.items()):
                out.write(f"{outcome}\t{name}\t{test}\n")


class Known:
    """The list of failures: names, or patterns with `*`; those after `~` fail now and then."""

    def __init__(self, path):
        self.names = {}
        self.patterns = []
        for line in path.read_text("utf-8").splitlines():
            line = line.partition("#")[0].strip()
            if not line:
                continue
            name = line.removeprefix("~").strip()
            if "*" in name:
                pattern = re.compile(".*".join(map(re.escape, name.split("*"))))
                self.patterns.append((pattern, line.startswith("~")))
            else:
                self.names[name] = line.startswith("~")

    def find(self, name):
        """None if the test is not in the list, else whether it passes now and then."""
        if name in self.names:
            return self.names[name]
        for pattern, unsteady in self.patterns:
            if pattern.fullmatch(name):
                return unsteady
        return None


def run_module(args, search, name, limit):
    with tempfile.TemporaryDirectory(prefix="conformance-") as folder:
        record = pathlib.Path(folder, "record.tsv")
        work = pathlib.Path(folder, "work")
        work.mkdir()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        environment |= {
            "PYTHONPATH": str(search), "TMPDIR": folder, "HOME": folder, "TERM": "dumb", "NO_COLOR": "1",
            "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8",
        }
        begin = time.monotonic()
        with open(pathlib.Path(args.logs, f"{name}.log"), "wb") as log:
            process = subprocess.Popen(
                [args.python, HERE / "record.py", f"test.{name}", record], cwd=work, env=environment,
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, start_new_session=True)
            try:
                code = process.wait(limit)
            except subprocess.TimeoutExpired:
                code = "time"
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        module = Module(f"died:{code}", time.monotonic() - begin)
        lines = record.read_text("utf-8", "replace").splitlines() if record.exists() else ()
        for line in lines:
            outcome, _, test = line.partition("\t")
            if outcome == "start":
                module.outcomes[test] = "crash"
            elif outcome == "end":
                module.state = "ok"
            else:
                module.outcomes[test] = outcome
        return module


def run(args, names, baseline):
    """Runs modules, those that took CPython longest first."""
    modules = {}

    def one(name):
        return name, run_module(args, search, name, max(args.timeout, PATIENCE * baseline[name].seconds))

    # A background job starts with SIGINT ignored; tests expect that it interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="conformance-path-") as search:
        pathlib.Path(search, "test").symlink_to(pathlib.Path(args.test_package).resolve())
        order = sorted(names, key=lambda name: -baseline[name].seconds)
        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            for count, (name, module) in enumerate(pool.map(one, order), 1):
                modules[name] = module
                counts = dict(collections.Counter(module.outcomes.values()))
                print(f"[{count}/{len(names)}] {name}: {module.state} {counts} {module.seconds:.0f} s", flush=True)
        for name in order:
            if failures(name, modules[name], baseline, args.known):
                _, again = one(name)
                if len(failures(name, again, baseline, args.known)) < len(failures(name, modules[name], baseline, args.known)):
                    print(f"{name}: better the second time", flush=True)
                    modules[name] = again
    return modules


def passing(name, baseline):
    return [test for test, outcome in baseline[name].outcomes.items() if outcome == "pass"]


def failures(name, module, baseline, known):
    """The tests of a module that fail and are not in the list."""
    found = [test for test in passing(name, baseline)
             if module.outcomes.get(test) != "pass" and known.find(test) is None]
    if module.state.startswith("died:-"):
        found.append(f"test.{name} ({module.state})")
    return sorted(found)


def report(modules, baseline, known):
    """Tells what has changed; whether nothing fails that passed."""
    good = total = whole = 0
    new, mended = [], []
    for name, module in sorted(modules.items()):
        must = passing(name, baseline)
        passed = [test for test in must if module.outcomes.get(test) == "pass"]
        good, total, whole = good + len(passed), total + len(must), whole + (len(passed) == len(must))
        mended += [test for test in passed if known.find(test) is False]
        new += [(module.outcomes.get(test, "missing"), test) for test in failures(name, module, baseline, known)]
    for test in mended:
        print(f"passes, and can leave the list: {test}")
    for outcome, test in new:
        print(f"FAILS: {test} ({outcome})")
    died = sum(module.state.startswith("died:-") for module in modules.values())
    print(f"{good} of {total} tests pass that pass under CPython ({100 * good / max(total, 1):.2f} %), {whole} of "
          f"{len(modules)} modules whole, {died} died by a signal; {len(new)} failures that are not in the list")
    return not new


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--python", help="the interpreter")
    parser.add_argument("--test-package", help="the folder `test` of a CPython 3.14")
    parser.add_argument("--modules", help="names with commas between them (default: all)")
    parser.add_argument("--quick", action="store_true", help="those that take CPython less than a second")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--timeout", type=float, default=60, help="seconds that each module may take at least")
    parser.add_argument("--logs", help="a folder for what the modules print")
    parser.add_argument("--out", help="a file for the outcomes")
    parser.add_argument("--from", dest="source", help="a file with outcomes, instead of running anything")
    args = parser.parse_args()
    baseline = read(BASELINE)
    args.known = Known(FAILURES)
    if args.modules:
        names = args.modules.split(",")
        unknown = [name for name in names if name not in baseline]
        if unknown:
            sys.exit(f"no such modules: {', '.join(unknown)}")
    else:
        names = [name for name, module in baseline.items() if not args.quick or module.seconds <= QUICK]
    if args.source:
        found = read(args.source)
        modules = {name: found.get(name, Module()) for name in names}
    else:
        if not args.python or not args.test_package:
            parser.error("--python and --test-package are needed")
        args.logs = args.logs or tempfile.mkdtemp(prefix="conformance-logs-")
        os.makedirs(args.logs, exist_ok=True)
        modules = run(args, names, baseline)
        if args.out:
            write(args.out, modules)
        print(f"what the modules printed: {args.logs}")
    sys.exit(0 if report(modules, baseline, args.known) else 1)


if __name__ == "__main__":
    main()
