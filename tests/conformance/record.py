"""Runs one module of CPython's tests in the interpreter that executes this file: record.py MODULE FILE.

Each test is written to FILE when it starts and when it has ended, a line of its outcome, a tab and its name, so that
what a crash leaves behind says which test it was. The last line is `end`.
"""

import sys
import unittest


class Recorder(unittest.TestResult):
    """Writes outcomes: pass, fail, error, skip, xfail and xpass; subtests count for their test."""

    def __init__(self, out):
        super().__init__()
        self.out = out
        self.outcome = "pass"

    def write(self, outcome, test):
        self.out.write(f"{outcome}\t{test.id()}\n")
        self.out.flush()

    def startTest(self, test):
        super().startTest(test)
        self.outcome = "pass"
        self.write("start", test)

    def stopTest(self, test):
        super().stopTest(test)
        self.write(self.outcome, test)

    def outside(self, outcome, test):
        """What befalls a class or a module as a whole has no start and no end."""
        if isinstance(test, unittest.suite._ErrorHolder):
            self.write(outcome, test)

    def addError(self, test, err):
        super().addError(test, err)
        self.outside("error", test)
        self.outcome = "error"

    def addFailure(self, test, err):
        super().addFailure(test, err)
        self.outcome = "fail"

    def addSubTest(self, test, subtest, err):
        super().addSubTest(test, subtest, err)
        if err is not None:
            self.outcome = "fail"

    def addSkip(self, test, reason):
        super().addSkip(test, reason)
        self.outside("skip", test)
        if self.outcome == "pass":
            self.outcome = "skip"

    def addExpectedFailure(self, test, err):
        super().addExpectedFailure(test, err)
        self.outcome = "xfail"

    def addUnexpectedSuccess(self, test):
        super().addUnexpectedSuccess(test)
        self.outcome = "xpass"


def main():
    name, path = sys.argv[1:]
    del sys.argv[1:]
    with open(path, "a", encoding="utf-8", errors="backslashreplace") as out:
        from test import support
        # No network, sound, windows, huge files or long computations.
        support.use_resources = {}
        support.verbose = 0
        try:
            suite = unittest.defaultTestLoader.loadTestsFromName(name)
        except unittest.SkipTest:
            out.write(f"skip\t{name}\nend\t{name}\n")
            return
        result = Recorder(out)
        suite.run(result)
        for test, trace in result.errors + result.failures:
            print(f"== {test.id()}\n{trace}", file=sys.stderr)
        out.write(f"end\t{name}\n")


if __name__ == "__main__":
    main()
