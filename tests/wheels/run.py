#!/usr/bin/env python3
"""Compiled packages from PyPI, as unmodified wheels, under two interpreters.

    run.py prepare WORK [--pip PYTHON] [--large]
    run.py import WORK --python PYTHON [PACKAGE ...]
    run.py smoke WORK --python PYTHON --reference PYTHON [NAME ...]
    run.py test WORK --python PYTHON --tag TAG [--built TAG] [SUITE ...]
    run.py compare WORK TAG TAG [SUITE ...]
    run.py build WORK --python PYTHON [NAME ...]

`prepare` installs the packages of packages.tsv with what they need into WORK/site (`pip install --target`; the packages
themselves as wheels only; `--pip` names a Python 3.14 that has pip; `--large` takes torch and tensorflow too), and fetches
the source archives whose tests the wheels lack into WORK/sdist, in the versions installed. `import` imports the modules of each package. `smoke`
runs the programs of smoke/, each of which does one package's main job, under both interpreters: both must end well and
print the same. `test` runs test suites that come in the wheels or source archives, and leaves a file for each in
WORK/results; `compare` lists the tests that pass under one and not under the other. The suites cython and pyo3 compile
their extension modules with the interpreter's own headers; `--built TAG` takes the modules that another run has compiled.
`build` makes a virtual environment with the interpreter's venv, and has its pip build source archives for it, one with each
of the usual build systems; what was built must work.
"""

import argparse
import collections
import csv
import glob
import hashlib
import importlib.metadata
import importlib.util
import io
import itertools
import json
import os
import shlex
import shutil
import subprocess
import sys
import tarfile
import tempfile
import time
import urllib.request
import zipfile
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

HERE = os.path.dirname(os.path.abspath(__file__))
LARGE = {"torch", "tensorflow"}
# Programs for the smoke tests want these beside the packages.
HELPERS = ["fastapi", "uvicorn", "pydantic", "jax", "psycopg", "dask[distributed]", "pytest", "pytest-xdist", "hypothesis", "pytz"]
# What the suites import, and pytest's plugins.
HELPERS += ["cloudpickle", "cssselect", "dirty-equals", "faker", "html5lib", "inline-snapshot", "maturin", "msgpack", "objgraph",
            "pytest-asyncio", "pytest-benchmark", "pytest-examples", "pytest-mock", "pytest-run-parallel", "pytest-timeout",
            "setuptools", "time-machine", "tomli-w", "blockbuster", "brotli", "defusedxml", "freezegun", "gunicorn", "isal", "olefile",
            "meson", "ninja", "pretend", "proxy.py", "psleak", "pyopenssl", "pytest-subtests", "re-assert", "trustme", "zlib-ng"]


class Suite(NamedTuple):
    """A test suite: arguments for pytest, or else a script that uses unittest, and where it runs."""

    pytest: tuple = ()
    script: tuple = ()
    # The source archive in whose folder it runs; a folder of its own without one.
    sdist: str = ""
    # Folder of the archive into which the wheel's compiled modules are copied, for suites that run on their own sources.
    overlay: str = ""
    # In how many processes the script runs, each with its share of the tests.
    shards: int = 1
    environment: dict = {}
    # Programs of installed packages that it starts, which run under the interpreter under test.
    programs: tuple = ()


def plugins(*names):
    return tuple(word for name in names for word in ("-p", name))


def of_archive(name, *arguments, overlay=""):
    """A suite of a source archive that wants nothing more than pytest."""
    return Suite((*(arguments or ("tests",)), "-o", "addopts=", "-o", "filterwarnings=", "--benchmark-disable", "--timeout", "300",
                  *plugins("pytest_benchmark.plugin", "pytest_timeout")), sdist=name, overlay=overlay)


SUITES = {
    # Some of its tests build modules in C and in Cython; f2py's slow ones, which are left out, want a Fortran compiler.
    "numpy": Suite(("--pyargs", "numpy", "-m", "not slow", "-n", "2"), programs=("cython", "meson", "ninja")),
    "pandas": Suite(("--pyargs", "pandas", "-m", "not slow and not network and not db", "-n", "2")),
    "sklearn": Suite(("--pyargs", "sklearn.linear_model", "sklearn.tree", "-n", "2")),
    "bottleneck": Suite(("--pyargs", "bottleneck")),
    "pywt": Suite(("--pyargs", "pywt")),
    "shapely": Suite(("--pyargs", "shapely")),
    "simplejson": Suite(("--pyargs", "simplejson")),
    "numexpr": Suite(("--pyargs", "numexpr")),
    "h5py": Suite(("--pyargs", "h5py", "-n", "2")),
    "regex": Suite(("--pyargs", "regex")),
    "pyarrow": Suite(("--pyargs", "pyarrow", "-n", "2")),
    "scipy": Suite(("--pyargs", *(f"scipy.{part}" for part in ["linalg", "ndimage", "sparse", "spatial", "special"]), "-m", "not slow",
                    "-n", "2", *plugins("pytest_run_parallel.plugin"))),
    "greenlet": Suite(("--pyargs", "greenlet.tests")),
    "orjson": Suite(("test",), sdist="orjson"),
    "msgspec": Suite(("tests/unit",), sdist="msgspec"),
    "multidict": Suite(("tests", "-o", "addopts=", "-o", "filterwarnings=", "--benchmark-disable", *plugins("pytest_benchmark.plugin")),
                      sdist="multidict", overlay="."),
    "yarl": Suite(("tests", "-o", "addopts=", "-o", "filterwarnings=", "--benchmark-disable", *plugins("pytest_benchmark.plugin")),
                 sdist="yarl", overlay="."),
    "pydantic_core": Suite(("tests", "-o", "addopts=", "--benchmark-disable", "--timeout", "300",
                            *plugins("pytest_run_parallel.plugin", "pytest_mock", "pytest_timeout", "pytest_benchmark.plugin",
                                     "pytest_examples")), sdist="pydantic-core"),
    "pydantic": Suite(("tests", "-o", "addopts=", "--benchmark-disable", "--timeout", "300", "--ignore=tests/benchmarks",
                       "--ignore=tests/typechecking", "--ignore=tests/mypy",
                       *plugins("pytest_run_parallel.plugin", "pytest_mock", "pytest_timeout", "pytest_benchmark.plugin",
                                "pytest_examples", "faker.contrib.pytest.plugin")), sdist="pydantic"),
    # Without it the tests put the archive's sources, which aren't compiled, first.
    "sqlalchemy": Suite((*(f"test/{part}" for part in ["base", "dialect", "engine", "ext", "orm", "sql"]), "-o", "addopts=",
                         *plugins("warnings", "logging")), sdist="sqlalchemy", environment={"PYTHONNOUSERSITE": "1"}),
    "aiohttp": of_archive("aiohttp", "tests", "-m", "not dev_mode and not autobahn and not internal",
                          *plugins("pytest_mock", "aiohttp.pytest_plugin", "pytest_codspeed.plugin"), overlay="."),
    "bcrypt": of_archive("bcrypt"),
    "cffi": of_archive("cffi", "src/c", "testing"),
    "contourpy": of_archive("contourpy"),
    "cryptography": of_archive("cryptography", "tests", "-n", "2"),
    "frozenlist": of_archive("frozenlist", overlay="."),
    "httptools": of_archive("httptools", overlay="."),
    "kiwisolver": of_archive("kiwisolver", "py/tests"),
    "lz4": of_archive("lz4", overlay="."),
    "markupsafe": of_archive("markupsafe"),
    "matplotlib": of_archive("matplotlib", "lib/matplotlib/tests", "-n", "2", overlay="lib"),
    "msgpack": of_archive("msgpack", "test", overlay="."),
    "pillow": of_archive("pillow", "Tests"),
    "propcache": of_archive("propcache"),
    # Its own configuration isn't one that this pytest accepts.
    "psutil": of_archive("psutil", "tests", "-c", os.devnull, "--rootdir", ".", overlay="."),
    "pynacl": of_archive("pynacl"),
    "pyyaml": of_archive("pyyaml"),
    "rpds": of_archive("rpds-py"),
    "ujson": of_archive("ujson"),
    "uvloop": of_archive("uvloop", "tests", "-s", overlay="."),
    "wrapt": of_archive("wrapt", "tests/core"),
    "xxhash": of_archive("xxhash", overlay="."),
    "zstandard": of_archive("zstandard", overlay="."),
    "lxml": Suite(script=("test.py", "-vv"), sdist="lxml", overlay="src"),
    "cython": Suite(script=("runtests.py", "-vv", "--no-cpp", "--no-unit", "--no-pyregr", "--no-examples", "--no-code-style",
                            "--no-annotate", "--no-cleanup", "--no-cleanup-sharedlibs", "run\\."), sdist="cython", overlay=".",
                    shards=12, environment={"CFLAGS": "-O0 -g0"}),
    "pyo3": Suite(("tests", *plugins("pytest_benchmark.plugin", "pytest_asyncio.plugin")), sdist="pyo3"),
}
# Not on PyPI: the tests are in the repository only.
PYO3 = ("https://github.com/PyO3/pyo3", "v0.29.2")


def packages():
    with open(os.path.join(HERE, "packages.tsv")) as f:
        return list(csv.DictReader(f, delimiter="\t"))


def name_of(row):
    return row["requirement"].partition("==")[0]


def prepare(options):
    wanted = [row["requirement"] for row in packages() if options.large or name_of(row) not in LARGE]
    # Some of what the suites import is published as a source archive alone.
    wheels = ",".join(name_of(row) for row in packages())
    command = [options.pip, "-m", "pip", "install", "-q", "--target", os.path.join(options.work, "site"), "--prefer-binary",
               f"--only-binary={wheels}", "--pre", *wanted, *HELPERS]
    subprocess.run(command, check=True)
    os.makedirs(os.path.join(options.work, "sdist"), exist_ok=True)
    bad = 0
    for suite in SUITES.values():
        try:
            if suite.sdist:
                fetch(options.work, suite)
        except (OSError, subprocess.CalledProcessError) as error:
            # The other suites run without it.
            bad += 1
            print(f"{suite.sdist}: {error}")
    return bad


def fetch(work, suite):
    """Unpacks the suite's source archive, of the version that is installed."""
    into = os.path.join(work, "sdist")
    if suite.sdist == "pyo3":
        url, tag = PYO3
        if not os.path.exists(os.path.join(into, f"pyo3-{tag}")):
            subprocess.run(["git", "clone", "-q", "--depth", "1", "--branch", tag, url, os.path.join(into, f"pyo3-{tag}")], check=True)
        return
    [version] = {d.version for d in importlib.metadata.distributions(name=suite.sdist, path=[os.path.join(work, "site")])}
    if folder_of(work, suite.sdist, version):
        return
    # Not by pip, which would build the package to know its dependencies.
    request = urllib.request.Request(f"https://pypi.org/simple/{suite.sdist}/", headers={"Accept": "application/vnd.pypi.simple.v1+json"})
    with urllib.request.urlopen(request) as response:
        files = json.load(response)["files"]
    [file] = [f for f in files if f["filename"].endswith(f"-{version}.tar.gz")]
    with urllib.request.urlopen(file["url"]) as response:
        archive = response.read()
    if hashlib.sha256(archive).hexdigest() != file["hashes"]["sha256"]:
        raise ValueError(f"{file['filename']} is damaged")
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        tar.extractall(into, filter="data")


def folder_of(work, name, version="*"):
    """Where a source archive has been unpacked."""
    found = glob.glob(os.path.join(work, "sdist", f"{name.replace('-', '_')}-{version}", ""))
    return found[0] if found else None


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
    names = sorted(name[:-3] for name in os.listdir(os.path.join(HERE, "smoke")) if name.endswith(".py"))
    names = options.names or [name for name in names if options.large or name.partition("_")[0] not in LARGE]

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


def results(work, name, tag):
    """What became of each test: from pytest's file, or from those that report.py has written."""
    found = pypi().results(work, name, tag)
    for path in sorted(glob.glob(os.path.join(work, "results", f"{name}.{tag}.*.tsv"))):
        with open(path) as file:
            for line in file:
                state, _, key = line.rstrip("\n").partition("\t")
                unique = key
                n = 1
                while unique in found:
                    n += 1
                    unique = f"{key}#{n}"
                found[unique] = state
    return found


def build_pyo3(options, folder):
    """The extension module of PyO3's tests, in a folder for this interpreter."""
    out = os.path.join(options.work, "build", f"pyo3.{options.built or options.tag}")
    if options.built:
        return out
    shutil.rmtree(out, ignore_errors=True)
    env = {**environment(options), "CARGO_TARGET_DIR": f"{out}.target"}
    command = [os.path.join(options.work, "site", "bin", "maturin"), "build", "-q", "-i", options.python, "--profile", "dev", "-o", out]
    subprocess.run(command, cwd=folder, env=env, check=True)
    [wheel] = glob.glob(os.path.join(out, "*.whl"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(out)
    return out


def overlay(options, suite, folder):
    """Puts what building makes, which is in the wheel, among the archive's sources: compiled modules and the version."""
    site = os.path.join(options.work, "site")
    target = os.path.join(folder, suite.overlay)
    for package in os.listdir(target):
        made = (glob.glob(os.path.join(site, package, "**", name), recursive=True) for name in ["*.so", "_version.py"])
        for path in itertools.chain(*made):
            beside = os.path.join(target, os.path.relpath(path, site))
            if os.path.isdir(os.path.dirname(beside)):
                shutil.copy(path, beside)


def programs(options, suite):
    """A folder with the programs that a suite starts."""
    out = os.path.join(options.work, "build", f"programs.{options.tag}")
    os.makedirs(out, exist_ok=True)
    for name in suite.programs:
        installed = os.path.join(options.work, "site", "bin", name)
        with open(installed, "rb") as file:
            script = file.read(2) == b"#!"
        # Scripts name the interpreter whose pip has installed them.
        with open(os.path.join(out, name), "w") as file:
            file.write(f'#!/bin/sh\nexec {shlex.join([options.python] * script + [installed])} "$@"\n')
        os.chmod(os.path.join(out, name), 0o755)
    return out


def commands(options, name, out, folder):
    """The command lines of a suite, and what they add to the environment."""
    suite = SUITES[name]
    env = dict(suite.environment)
    if suite.programs:
        env["PATH"] = os.pathsep.join([programs(options, suite), os.environ["PATH"]])
    if name == "pyo3":
        env["PYTHONPATH"] = os.pathsep.join([os.path.join(options.work, "site"), build_pyo3(options, folder)])
    if suite.pytest:
        return [[options.python, "-m", "pytest", "-q", "-p", "xdist", "-p", "no:cacheprovider", "--continue-on-collection-errors",
                 "--tb=short", "-o", "junit_family=xunit1", f"--basetemp={out}.tmp", f"--junitxml={out}.xml", *suite.pytest]], env
    script, *arguments = suite.script
    if name == "cython":
        env["PYTHONPATH"] = os.pathsep.join([os.path.join(HERE, "hooks"), os.path.join(options.work, "site")])
        arguments += ["--no-compile"] * bool(options.built)
    build = os.path.join(options.work, "build", f"{name}.{options.built or options.tag}")
    # Each process empties its folder when it begins.
    share = lambda n: ["-j", str(suite.shards), "--shard_num", str(n), "--work-dir", f"{build}.{n}"] if suite.shards > 1 else []
    report = os.path.join(HERE, "report.py")
    return [[options.python, report, f"{out}.{n}.tsv", script, *arguments, *share(n)] for n in range(suite.shards)], env


def test(options):
    os.makedirs(os.path.join(options.work, "results"), exist_ok=True)
    for name in options.names or list(SUITES):
        suite = SUITES[name]
        out = os.path.join(options.work, "results", f"{name}.{options.tag}")
        for old in glob.glob(f"{out}.*"):
            shutil.rmtree(old) if os.path.isdir(old) else os.remove(old)
        began = time.monotonic()
        with tempfile.TemporaryDirectory() as own, ThreadPoolExecutor(options.jobs) as pool:
            folder = folder_of(options.work, suite.sdist) if suite.sdist else own
            if name == "pyo3":
                folder = os.path.join(folder, "pytests")
            if suite.overlay:
                overlay(options, suite, folder)
            lines, env = commands(options, name, out, folder)

            def work(n):
                with open(f"{out}.{n}.log", "w") as log:
                    return subprocess.run(lines[n], cwd=folder, env={**environment(options), **env}, stdin=subprocess.DEVNULL, stdout=log,
                                          stderr=subprocess.STDOUT).returncode

            ends = list(pool.map(work, range(len(lines))))
        if any(end < 0 for end in ends):
            print(f"{name} {options.tag} dies by signals: {ends}")
        counts = dict(collections.Counter(results(options.work, name, options.tag).values()))
        print(f"{name} {options.tag} {time.monotonic() - began:.0f}s {counts}", flush=True)
    return 0


# Source archives by the build system that they use: what pip is told, and a program that must end well.
SDISTS = {
    "setuptools": (["--no-binary=markupsafe", "markupsafe"], "import markupsafe._speedups as m; print(m._escape_inner('<&'))"),
    "cython": (["--no-binary=frozenlist", "frozenlist"], "from frozenlist._frozenlist import FrozenList; print(FrozenList([1, 2]))"),
    "meson-python": (["numpy", "--no-binary=contourpy", "contourpy"],
                     "import contourpy; print(contourpy.contour_generator(z=[[0, 1], [1, 2]]).lines(0.5))"),
    "maturin": (["--no-binary=rpds-py", "rpds-py"], "import rpds; print(rpds.HashTrieMap({1: 2}).insert(3, 4)[3])"),
    "scikit-build-core": ([os.path.join(HERE, "nanobind")], os.path.join(HERE, "nanobind", "check.py")),
}


def build(options):
    """Builds extension modules in C, Cython, C++ (pybind11, nanobind) and Rust from source."""
    folder = os.path.join(options.work, "build", "venv")
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([options.python, "-m", "venv", folder], check=True)
    python = os.path.join(folder, "bin", "python")
    failed = 0
    for name in options.names or list(SDISTS):
        requirements, program = SDISTS[name]
        print(f"{name}: {' '.join(requirements)}", flush=True)
        installed = subprocess.run([python, "-m", "pip", "install", "-q", "--no-cache-dir", *requirements])
        arguments = [program] if os.path.exists(program) else ["-c", program]
        if installed.returncode or subprocess.run([python, *arguments]).returncode:
            print(f"{name}: failed")
            failed += 1
    return failed


def compare(options):
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
    for function in prepare, imports, smoke, test, compare, build:
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
            command.add_argument("--built")
        command.add_argument("names", nargs="*")
    # Before Python 3.13 an empty list of names ends where the first option comes.
    options, rest = parser.parse_known_args()
    if rest and (options.function is prepare or any(name.startswith("-") for name in rest)):
        parser.error(f"unrecognized arguments: {' '.join(rest)}")
    if rest:
        options.names += rest
    sys.exit(1 if options.function(options) else 0)


if __name__ == "__main__":
    main()
