#!/usr/bin/env python3
"""Runs the test suites of projects from PyPI with pytest under two interpreters, and compares test by test.

    run.py prepare WORK
    run.py test WORK [PROJECT ...] --python PYTHON --tag TAG
    run.py compare WORK TAG TAG [PROJECT ...]

`prepare` installs the projects into WORK/site (`pip install --target`, nothing compiled: markupsafe without its C part)
and unpacks their source archives, which hold the tests, under WORK/sdist. `test` runs the suites and leaves a JUnit file
for each in WORK/results. Needs pip in the Python that runs this script.
"""

import argparse
import collections
import glob
import os
import subprocess
import sys
import tarfile
import time
import xml.etree.ElementTree

# Project: what pytest is told besides the common options.
SUITES = {
    "attrs": ["tests"],
    "click": ["tests", "-o", "addopts=-m 'not stress'"],
    "docutils": ["test"],
    "jinja2": ["tests", "-p", "notrio"],
    "lark": ["tests"],
    "more_itertools": ["tests"],
    "mpmath": ["mpmath"],
    "networkx": ["networkx"],
    "packaging": ["tests", "--ignore=tests/property"],
    "pluggy": ["testing"],
    "pygments": ["tests"],
    "pyparsing": ["tests"],
    # Its source archive has no tests: unpack the repository of the release as WORK/sdist/rich-VERSION.
    "rich": ["tests"],
    "sympy": ["sympy/core", "sympy/polys", "-o", "addopts=-m 'not slow and not tooslow'"],
    "tomlkit": ["tests"],
}
HELPERS = ["pytest", "hypothesis", "pretend", "pytest-mock", "tomli_w", "wcag-contrast-ratio", "railroad-diagrams"]
# trio needs ctypes; jinja2's asynchronous tests want it beside asyncio.
NOTRIO = '''import sys, types, pytest
trio = types.ModuleType("trio")
trio.run = lambda *args: pytest.skip("no trio")
sys.modules["trio"] = trio
'''


def prepare(work):
    site, sdist = os.path.join(work, "site"), os.path.join(work, "sdist")
    pip = [sys.executable, "-m", "pip"]
    names = [name for name in SUITES if name != "jinja2"]
    subprocess.run([*pip, "install", "-q", "--no-compile", "--target", site, "--python-version", "3.14", "--implementation", "py",
                    "--only-binary=:all:", *names, *HELPERS], check=True)
    subprocess.run([*pip, "install", "-q", "--no-compile", "--no-deps", "--target", site, "jinja2"], check=True)
    subprocess.run([*pip, "install", "-q", "--no-compile", "--no-deps", "--target", site, "--no-binary", "markupsafe", "markupsafe"],
                   check=True, env={**os.environ, "CC": "false"})
    os.makedirs(sdist, exist_ok=True)
    for name in SUITES:
        subprocess.run([*pip, "download", "-q", "--no-deps", "--no-binary", name, "-d", sdist, name], check=True)
    for archive in glob.glob(os.path.join(sdist, "*.tar.gz")):
        with tarfile.open(archive) as tar:
            tar.extractall(sdist, filter="data")
    with open(os.path.join(site, "notrio.py"), "w") as f:
        f.write(NOTRIO)


def results(work, name, tag):
    """What became of each test."""
    found = {}
    path = os.path.join(work, "results", f"{name}.{tag}.xml")
    if not os.path.exists(path):
        return found
    for case in xml.etree.ElementTree.parse(path).getroot().iter("testcase"):
        state = next((child.tag for child in case if child.tag in ("failure", "error", "skipped")), "passed")
        key = unique = f"{case.get('classname', '')}::{case.get('name')}"
        n = 1
        while unique in found:
            n += 1
            unique = f"{key}#{n}"
        found[unique] = state
    return found


def test(work, python, tag, names):
    os.makedirs(os.path.join(work, "results"), exist_ok=True)
    for name in names:
        [folder] = glob.glob(os.path.join(work, "sdist", f"{name}-*/"))
        out = os.path.join(work, "results", f"{name}.{tag}")
        command = [python, "-m", "pytest", "-q", "-p", "no:cacheprovider", "--continue-on-collection-errors", "--tb=short",
                   "-o", "addopts=", "-o", "filterwarnings=", "-o", "junit_family=xunit1", f"--basetemp={out}.tmp",
                   f"--junitxml={out}.xml", *SUITES[name]]
        env = {**os.environ, "PYTHONPATH": os.path.join(work, "site"), "PYTHONDONTWRITEBYTECODE": "1", "PYTHONHASHSEED": "0"}
        began = time.monotonic()
        with open(f"{out}.log", "w") as log:
            subprocess.run(command, cwd=folder, env=env, stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT)
        counts = dict(collections.Counter(results(work, name, tag).values()))
        print(f"{name} {tag} {time.monotonic() - began:.0f}s {counts}", flush=True)


def compare(work, one, other, names):
    for name in names:
        a, b = results(work, name, one), results(work, name, other)
        for key in sorted(a.keys() | b.keys()):
            if a.get(key) != b.get(key):
                print(name, key, a.get(key), b.get(key))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("prepare").add_argument("work")
    run = commands.add_parser("test")
    run.add_argument("work")
    run.add_argument("--python", required=True)
    run.add_argument("--tag", required=True)
    run.add_argument("projects", nargs="*")
    against = commands.add_parser("compare")
    for argument in ("work", "one", "other"):
        against.add_argument(argument)
    against.add_argument("projects", nargs="*")
    options = parser.parse_args()
    work = os.path.abspath(options.work)
    names = getattr(options, "projects", None) or list(SUITES)
    if options.command == "prepare":
        prepare(work)
    elif options.command == "test":
        test(work, os.path.abspath(options.python), options.tag, names)
    else:
        compare(work, options.one, options.other, names)


if __name__ == "__main__":
    main()
