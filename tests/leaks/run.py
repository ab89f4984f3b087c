"""Looks for what the modules of CPython's tests leave behind, run after run, under an interpreter.

    run.py --python PATH --test-package DIR [--extensions DIR] [--reference PYTHON] [--match PATTERN] [--each] [MODULE ...]

DIR is the folder `test` of a CPython 3.14. Each module (all, if none is named) runs in a process of its own, three times
to warm up and three times that count. It grows if there is more after each of these three: small blocks of memory, objects
that the collector knows, open files, threads, or resident memory by a noticeable amount. With a reference, a CPython 3.14,
only what grows there less counts: tests have leaks of their own. Many modules want extension modules that CPython has for its
tests (`_testcapi`, `_ctypes_test`, ...): `--extensions` names the folder that has them, `lib-dynload`. `--each` does this for every test of the modules instead
(all in one process), which finds the test of a module that grows. The exit code is 1 if something grows.
"""

import argparse
import concurrent.futures
import gzip
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
MODULES = HERE.parent / "conformance/cpython-3.14.8.tsv.gz"
# Extension modules that only tests use.
EXTENSIONS = "_test*.so", "_ctypes_test.*.so", "_xxtestfuzz.*.so"
# How much more there is after each run at least.
LEAST = {"blocks": 1, "objects": 1, "files": 1, "threads": 1, "kilobytes": 200}


def all_modules():
    """The modules of CPython's tests, those that take longest first."""
    with gzip.open(MODULES, "rt", encoding="utf-8") as lines:
        rows = [line.split("\t") for line in lines if line.startswith("#")]
    return [row[1] for row in sorted(rows, key=lambda row: -float(row[3]))]


def hunt(args, python, search, name):
    """What was found for a module: a list of records, and how the process ended."""
    with tempfile.TemporaryDirectory(prefix="leaks-") as folder:
        record = pathlib.Path(folder, "record")
        work = pathlib.Path(folder, "work")
        work.mkdir()
        environment = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
        environment |= {
            "PYTHONPATH": str(search), "TMPDIR": folder, "HOME": folder, "TERM": "dumb", "NO_COLOR": "1",
            "LANG": "C.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "1",
        }
        options = ["--each"] * args.each + args.match
        with open(pathlib.Path(args.logs, f"{name}-{pathlib.Path(python).name}.log"), "wb") as log:
            process = subprocess.Popen(
                [python, HERE / "hunt.py", name, record, str(args.warmups), str(args.runs), *options],
                cwd=work, env=environment, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT,
                start_new_session=True)
            try:
                code = process.wait(args.timeout)
            except subprocess.TimeoutExpired:
                code = "time"
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            process.wait()
        lines = record.read_text("utf-8", "replace").splitlines() if record.exists() else ()
        return [json.loads(line) for line in lines], code


def grows(deltas, kind):
    return min(deltas.get(kind, [0])) >= LEAST[kind]


def growth(found, reference):
    """The kinds that grow, and more than under the reference."""
    deltas, other = found.get("deltas", {}), (reference or {}).get("deltas", {})
    return [kind for kind in LEAST if grows(deltas, kind)
            and not (grows(other, kind) and sum(other[kind]) >= sum(deltas[kind]))]


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("modules", nargs="*", metavar="MODULE")
    parser.add_argument("--python", required=True, help="the interpreter")
    parser.add_argument("--test-package", required=True, help="the folder `test` of a CPython 3.14")
    parser.add_argument("--extensions", help="a folder with the extension modules of CPython's tests")
    parser.add_argument("--reference", help="a CPython 3.14, which is asked about modules that grow")
    parser.add_argument("--match", action="append", default=[], help="a pattern of tests' names")
    parser.add_argument("--each", action="store_true", help="every test instead of whole modules")
    parser.add_argument("--warmups", type=int, default=3)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--timeout", type=float, default=600, help="seconds that a module may take")
    parser.add_argument("--logs", help="a folder for what the modules print")
    parser.add_argument("--out", help="a file for the counts")
    args = parser.parse_args()
    args.logs = args.logs or tempfile.mkdtemp(prefix="leaks-logs-")
    os.makedirs(args.logs, exist_ok=True)
    names = args.modules or all_modules()
    growing, unfinished, count = [], [], 0
    # A background job starts with SIGINT ignored; tests expect that it interrupts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with tempfile.TemporaryDirectory(prefix="leaks-path-") as search:
        pathlib.Path(search, "test").symlink_to(pathlib.Path(args.test_package).resolve())
        if args.extensions:
            for pattern in EXTENSIONS:
                for file in pathlib.Path(args.extensions).resolve().glob(pattern):
                    pathlib.Path(search, file.name).symlink_to(file)

        def one(name):
            found, code = hunt(args, args.python, search, name)
            others = {}
            if args.reference and any(growth(record, None) for record in found):
                others = {record["name"]: record for record in hunt(args, args.reference, search, name)[0]}
            return name, found, code, others

        with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
            for name, found, code, others in pool.map(one, names):
                count += 1
                print(f"[{count}/{len(names)}] {name}" + (f": ended with {code}" if code else ""), flush=True)
                if code:
                    unfinished.append(name)
                for record in found:
                    other = others.get(record["name"])
                    for kind in growth(record, other):
                        growing.append(record["name"])
                        deltas, there = record["deltas"][kind], (other or {}).get("deltas", {}).get(kind)
                        print(f"GROWS: {record['name']}: {kind} {deltas}" + (f", there {there}" if there else ""),
                              flush=True)
                    if args.out:
                        with open(args.out, "a", encoding="utf-8") as out:
                            print(json.dumps(record | {"reference": other}), file=out)
    for what, found in ("grow", sorted(set(growing))), ("did not finish", unfinished):
        print(f"{len(found)} of {count} modules {what}" + ": " * bool(found) + " ".join(found))
    print(f"what the modules printed: {args.logs}")
    sys.exit(1 if growing else 0)


if __name__ == "__main__":
    main()
