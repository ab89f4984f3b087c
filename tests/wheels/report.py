#!/usr/bin/env python3
"""Runs a script that uses unittest, and notes how each of its tests ends.

    report.py FILE SCRIPT [ARGUMENT ...]

FILE gets a line for each test as soon as it has ended, so that a crash loses one test only: its state, and its name.
"""

import os
import runpy
import sys
import unittest


def main():
    path, script, *arguments = sys.argv[1:]
    path = os.path.abspath(path)
    open(path, "w").close()

    def note(state, test):
        # Doctests have their names in the description, other tests in `str`, which descriptions hide.
        name = f"{type(test).__name__} {test.id()} {test.shortDescription() or ''}" if hasattr(test, "id") else str(test)
        with open(path, "a") as file:
            file.write(f"{state}\t{' '.join(name.split())}\n")

    def listen(method, state):
        original = getattr(unittest.TestResult, method)

        def replacement(self, test, *details):
            if method != "addSubTest":
                note(state, test)
            elif details[1] is not None:
                note(state, details[0])
            return original(self, test, *details)

        setattr(unittest.TestResult, method, replacement)

    for method, state in [("addSuccess", "passed"), ("addError", "error"), ("addFailure", "failure"), ("addSkip", "skipped"),
                          ("addExpectedFailure", "passed"), ("addUnexpectedSuccess", "failure"), ("addSubTest", "failure")]:
        listen(method, state)
    sys.argv = [script, *arguments]
    sys.path[0] = os.path.dirname(os.path.abspath(script))
    runpy.run_path(script, run_name="__main__")


if __name__ == "__main__":
    main()
