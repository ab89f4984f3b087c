"""Runs one module of CPython's tests again and again in the interpreter that executes this file, and counts what is left
after each run: hunt.py MODULE FILE WARMUPS RUNS [--each] [PATTERN...]

FILE gets a line of JSON for the module or, with `--each`, for every test: its name, how many tests it ran and how many of
them failed, and for every thing counted how many more there were after each of the measured runs. Patterns choose tests
by their names. Between runs the state is cleaned as CPython's own hunt (`regrtest -R`) cleans it, by its function.
"""

import array
import collections.abc
import copyreg
import fnmatch
import gc
import inspect
import json
import linecache
import os
import sys
import unittest
import warnings
import zipimport

PAGE = os.sysconf("SC_PAGE_SIZE")


class Result(unittest.TestResult):
    """Counts failures instead of keeping them, whose tracebacks keep everything else."""

    def __init__(self, quiet):
        super().__init__()
        self.quiet = quiet
        self.failed = 0

    def fail(self, test, error):
        self.failed += 1
        if not self.quiet:
            print(f"== {test}\n{self._exc_info_to_string(error, test)}", file=sys.stderr)

    addError = addFailure = fail

    def addSubTest(self, test, subtest, error):
        if error is not None:
            self.fail(test, error)

    def addExpectedFailure(self, test, error):
        pass

    def addUnexpectedSuccess(self, test):
        self.failed += 1

    def addSkip(self, test, reason):
        pass

    def addDuration(self, test, elapsed):
        pass

    def stop(self):
        pass


class Cleaner:
    """Puts back what tests change, and empties caches."""

    def __init__(self):
        from test.libregrtest import refleak
        refleak.warm_caches()
        self.cleanup = refleak.dash_R_cleanup
        classes = {}
        for abc in [getattr(collections.abc, name) for name in collections.abc.__all__]:
            if inspect.isabstract(abc):
                for cls in abc.__subclasses__() + [abc]:
                    classes[cls] = refleak._get_dump(cls)[0]
        self.saved = (
            warnings.filters[:], copyreg.dispatch_table.copy(), sys.path_importer_cache.copy(),
            zipimport._zip_directory_cache.copy(), classes,
            (linecache.cache.copy(), linecache._interactive_cache.copy()))

    def __call__(self):
        self.cleanup(*self.saved)


def resident():
    with open("/proc/self/statm", "rb") as file:
        return int(file.read().split()[1]) * PAGE // 1024


def count():
    """What there is now."""
    return {
        # As CPython's hunt does it: interned strings that live for ever are no leak of who interned them.
        "blocks": sys.getallocatedblocks() - sys.getunicodeinternedsize(_only_immortal=True),
        "objects": len(gc.get_objects()),
        "files": len(os.listdir("/proc/self/fd")),
        "interned": sys.getunicodeinternedsize(),
        "threads": len(os.listdir("/proc/self/task")),
        "kilobytes": resident(),
    }


def tests_of(suite):
    for test in suite:
        if isinstance(test, unittest.TestSuite):
            yield from tests_of(test)
        else:
            yield test


def chosen(suite, patterns):
    """Leaves in a suite what the patterns choose."""
    suite._tests = [test for test in suite._tests if (
        chosen(test, patterns)._tests if isinstance(test, unittest.TestSuite)
        else any(fnmatch.fnmatchcase(test.id(), pattern) for pattern in patterns))]
    return suite


def run(module, patterns, quiet):
    """Runs the module's tests once: how many there are and how many fail."""
    suite = unittest.defaultTestLoader.loadTestsFromModule(module)
    if patterns:
        suite = chosen(suite, patterns)
    result = Result(quiet)
    suite.run(result)
    return result.testsRun, result.failed


def hunt(module, patterns, warmups, runs, clean):
    from test import support
    from test.support import refleak_helper
    # Whatever is to hold the counts is there before the first.
    before = count()
    deltas = {name: array.array("q", bytes(8 * (warmups + runs))) for name in before}
    clean()
    for turn in range(warmups + runs):
        support.gc_collect()
        refleak_helper._hunting_for_refleaks = True
        try:
            ran, failed = run(module, patterns, turn > 0)
        finally:
            refleak_helper._hunting_for_refleaks = False
        support.reap_children()
        clean()
        support.gc_collect()
        now = count()
        for name in now:
            deltas[name][turn] = now[name] - before[name]
        before = now
    return {"tests": ran, "failed": failed, "deltas": {name: list(each[warmups:]) for name, each in deltas.items()}}


def main():
    name, path, warmups, runs, *patterns = sys.argv[1:]
    del sys.argv[1:]
    each = "--each" in patterns
    if each:
        patterns.remove("--each")
    from test import support
    # No network, sound, windows, huge files or long computations.
    support.use_resources = {}
    support.verbose = 0
    with open(path, "a", encoding="utf-8", errors="backslashreplace") as out:

        def tell(name, found):
            print(json.dumps({"name": name} | found), file=out, flush=True)

        try:
            module = __import__(f"test.{name}", fromlist=["*"])
        except unittest.SkipTest as reason:
            tell(name, {"skipped": str(reason)})
            return
        clean = Cleaner()
        if each:
            suite = unittest.defaultTestLoader.loadTestsFromModule(module)
            names = [test.id() for test in tests_of(chosen(suite, patterns) if patterns else suite)]
            del suite
            run(module, names, False)
            for test in names:
                tell(test, hunt(module, [test], int(warmups), int(runs), clean))
        else:
            tell(name, hunt(module, patterns, int(warmups), int(runs), clean))


if __name__ == "__main__":
    main()
