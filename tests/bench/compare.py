#!/usr/bin/env python3
"""Time whole programs under several Python interpreters, run by run in turn, and compare.

  compare.py --subject taipan=/path/to/taipan \\
             --against cpython3.14=/usr/bin/python3.14 \\
             --against "cpython3.14-jit=PYTHON_JIT=1 /usr/bin/python3.14" \\
             [--set programs|scaling|memory|startup|threads] [--programs a,b] [--runs 5] [--json OUT]

An interpreter is NAME=[VAR=VALUE ...] COMMAND [ARG ...]; --subject may be left out or given several times.
Ratios are time / time of the FIRST --against interpreter: below 1.00 is faster than it.
CPU is user + system of the process and its children; every figure is a median over --runs, after one warm-up run
that is not counted (it also fills the .pyc caches). A program that fails, times out or prints another checksum than
the first --against interpreter is shown as FAIL, left out of that interpreter's geometric mean, and counted.

Exit status: 0, or 1 when any --subject had a FAIL (or the yardstick itself failed), 2 for bad arguments.
Needs Python 3.11+, Linux; /usr/bin/time (GNU) if there, for peaks below this program's own peak.
"""
import argparse
import json
import math
import os
import re
import resource
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time

HERE = os.path.dirname(os.path.abspath(__file__))
GNU_TIME = "/usr/bin/time"
DROP = ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED", "PYTHONHASHSEED", "PYTHONPATH", "PYTHONHOME", "PYTHONSTARTUP",
        "PYTHONOPTIMIZE", "PYTHON_JIT", "PYTHON_GIL", "PYTHONMALLOC", "RUST_BACKTRACE", "RUST_LOG", "PYPYLOG")
STARTUP = [("-c pass", ["-c", "pass"]), ("-S -c pass", ["-S", "-c", "pass"]), ("-I -S -c pass", ["-I", "-S", "-c", "pass"]),
           ("import json", ["-c", "import json"]), ("import re", ["-c", "import re"]),
           ("import argparse,os,sys", ["-c", "import argparse, os, sys"]),
           ("import dataclasses,typing", ["-c", "import dataclasses, typing"]),
           ("import asyncio", ["-c", "import asyncio"]), ("import unittest", ["-c", "import unittest"]),
           ("import six modules", ["-c", "import asyncio, json, dataclasses, typing, argparse, logging"])]


class Interp:
    def __init__(self, text, role):
        name, sep, rest = text.partition("=")
        if not sep or not name or not rest:
            sys.exit("compare.py: want NAME=[VAR=VALUE ...] COMMAND, got " + repr(text))
        words = shlex.split(rest)
        extra = {}
        while words and re.match(r"[A-Za-z_]\w*=", words[0]):
            k, _, v = words.pop(0).partition("=")
            extra[k] = v
        if not words:
            sys.exit("compare.py: no command in " + repr(text))
        self.name, self.role, self.cmd, self.extra = name, role, words, extra

    def environ(self, pycache):
        env = {k: v for k, v in os.environ.items() if k not in DROP}
        # one cache folder per interpreter: read-only installs get .pyc files too
        env["PYTHONPYCACHEPREFIX"] = os.path.join(pycache, re.sub(r"\W+", "_", self.name))
        env["PYTHONIOENCODING"] = "utf-8"
        env.update(self.extra)
        return env


class Outcome:
    def __init__(self, cpu, wall, rss, rc, out, err, timed_out):
        self.cpu, self.wall, self.rss, self.rc, self.out, self.err = cpu, wall, rss, rc, out, err
        self.timed_out = timed_out


def run_once(cmd, env, timeout, want_rss=False):
    """One process: CPU seconds, wall seconds, peak KiB, status and output."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err, \
            tempfile.NamedTemporaryFile("r") as rssfile:
        if want_rss and os.path.exists(GNU_TIME):
            cmd = [GNU_TIME, "-f", "%M", "-o", rssfile.name] + cmd
        killed = []
        t0 = time.perf_counter()
        p = subprocess.Popen(cmd, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=env, start_new_session=True)

        def kill():
            killed.append(True)
            try:
                os.killpg(p.pid, 9)
            except ProcessLookupError:
                pass
        timer = threading.Timer(timeout, kill)
        timer.start()
        _, status, ru = os.wait4(p.pid, 0)
        wall = time.perf_counter() - t0
        timer.cancel()
        p.returncode = os.waitstatus_to_exitcode(status)
        rss = ru.ru_maxrss
        if want_rss:
            m = re.search(r"^(\d+)\s*$", rssfile.read(), re.M)
            if m:
                rss = int(m.group(1))
        out.seek(0)
        err.seek(0)
        return Outcome(ru.ru_utime + ru.ru_stime, wall, rss, p.returncode, out.read().decode("utf-8", "replace"),
                       err.read().decode("utf-8", "replace"), bool(killed))


def checksum(text):
    found = [ln.strip() for ln in text.splitlines() if ln.startswith("checksum:")]
    return found[-1] if found else None


class Job:
    """One row: a label and the arguments after the interpreter."""

    def __init__(self, label, args, repeat=1, check=True):
        self.label, self.args, self.repeat, self.check = label, args, repeat, check


def collect(which, wanted, scale):
    if which == "startup":
        jobs = [Job(label, args, 15, False) for label, args in STARTUP]
        return [j for j in jobs if not wanted or j.label in wanted]
    folder = os.path.join(HERE, which)
    names = sorted(f[:-3] for f in os.listdir(folder) if f.endswith(".py"))
    if wanted:
        missing = [w for w in wanted if w not in names]
        if missing:
            sys.exit("compare.py: no such program: " + ", ".join(missing))
        names = [n for n in names if n in wanted]
    jobs = []
    for n in names:
        path = os.path.join(folder, n + ".py")
        with open(path, encoding="utf-8") as f:
            m = re.search(r"^# bench: repeat=(\d+)", f.read(2000), re.M)
        repeat = int(m.group(1)) if m else 1
        scales = ["1", "10", "100"] if which == "scaling" and scale is None else [scale]
        for s in scales:
            jobs.append(Job(n if s is None else "%s x%s" % (n, s), [path] + ([s] if s is not None else []), repeat))
    return jobs


def measure(jobs, interps, runs, timeout, pycache, progress):
    floor = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    rows = []
    for job in jobs:
        cells = {}
        reference = None
        for it in interps:            # the warm-up: the checksum, the peak, and whether it works at all
            o = run_once(it.cmd + job.args, it.environ(pycache), timeout, want_rss=True)
            cell = {"cpu": [], "wall": [], "rss": [], "warm_rss": o.rss, "checksum": checksum(o.out), "fail": None}
            if o.timed_out:
                cell["fail"] = "timeout after %gs" % timeout
            elif o.rc != 0:
                last = [ln for ln in o.err.strip().splitlines() if ln.strip()]
                cell["fail"] = "exit %d: %s" % (o.rc, last[-1][:120] if last else "")
            elif job.check and cell["checksum"] is None:
                cell["fail"] = "no checksum line"
            if it is interps[0]:
                reference = cell["checksum"]
            elif job.check and not cell["fail"] and cell["checksum"] != reference:
                cell["fail"] = "checksum %r, not %r" % (cell["checksum"], reference)
            cells[it.name] = cell
        for _ in range(runs):         # in turn: A B C A B C ...
            for it in interps:
                cell = cells[it.name]
                if cell["fail"]:
                    continue
                cpu = wall = 0.0
                rss = 0
                for _ in range(job.repeat):
                    o = run_once(it.cmd + job.args, it.environ(pycache), timeout)
                    if o.rc != 0 or (job.check and checksum(o.out) != cell["checksum"]):
                        cell["fail"] = "unsteady: exit %d, %r" % (o.rc, checksum(o.out))
                        break
                    cpu, wall, rss = cpu + o.cpu, wall + o.wall, max(rss, o.rss)
                cell["cpu"].append(cpu / job.repeat)
                cell["wall"].append(wall / job.repeat)
                cell["rss"].append(rss)
        row = {"program": job.label, "cells": {}}
        for it in interps:
            c = cells[it.name]
            r = {"fail": c["fail"], "checksum": c["checksum"]}
            if not c["fail"]:
                rss = statistics.median(c["rss"])
                # a child cannot read below its parent's peak; the warm-up went through a small launcher
                if rss <= floor + 1024:
                    rss = min(rss, c["warm_rss"])
                r.update(cpu=statistics.median(c["cpu"]), wall=statistics.median(c["wall"]), rss_kib=rss,
                         cpu_min=min(c["cpu"]), cpu_runs=c["cpu"], wall_runs=c["wall"])
            row["cells"][it.name] = r
        rows.append(row)
        if progress:
            print("  %-26s %s" % (job.label, "  ".join(
                "%s %s" % (it.name, "FAIL" if row["cells"][it.name]["fail"] else "%.3f" % row["cells"][it.name]["cpu"])
                for it in interps)), file=sys.stderr, flush=True)
    return rows


def geomean(values):
    return math.exp(sum(map(math.log, values)) / len(values)) if values else float("nan")


def report(rows, interps, which, out=sys.stdout):
    base = interps[0].name
    names = [it.name for it in interps]
    w = max([len(r["program"]) for r in rows] + [12])
    key = "rss_kib" if which == "memory" else "cpu"
    unit = "peak MiB" if which == "memory" else ("CPU ms" if which == "startup" else "CPU s")

    def show(v):
        if which == "memory":
            return "%9.1f" % (v / 1024)
        return "%9.1f" % (v * 1000) if which == "startup" else "%9.3f" % v
    print("%s; (ratio) = value / %s, below 1.00 is better" % (unit, base), file=out)
    print("%-*s %s" % (w, "program", " ".join("%18s" % n[:18] for n in names)), file=out)
    ratios = {n: {"cpu": [], "wall": [], "rss_kib": []} for n in names}
    fails = {n: [] for n in names}
    for row in rows:
        b = row["cells"][base]
        line = []
        for n in names:
            c = row["cells"][n]
            if c["fail"]:
                fails[n].append((row["program"], c["fail"]))
                line.append("%18s" % "FAIL")
                continue
            if b["fail"]:
                line.append("%s %8s" % (show(c[key]), ""))
                continue
            for k in ratios[n]:
                ratios[n][k].append(c[k] / b[k])
            line.append("%s %8s" % (show(c[key]), "(%.2f)" % (c[key] / b[key])))
        print("%-*s %s" % (w, row["program"], " ".join(line)), file=out)
    for k, label in (("cpu", "geomean cpu"), ("wall", "geomean wall"), ("rss_kib", "geomean peak")):
        print("%-*s %s" % (w, label, " ".join("%18.3f" % geomean(ratios[n][k]) for n in names)), file=out)
    print("%-*s %s" % (w, "ran / failed", " ".join("%18s" % ("%d / %d" % (len(rows) - len(fails[n]), len(fails[n])))
                                                  for n in names)), file=out)
    for n in names:
        for prog, why in fails[n]:
            print("FAIL %s %s: %s" % (n, prog, why), file=out)
    return {n: {"cpu": geomean(ratios[n]["cpu"]), "wall": geomean(ratios[n]["wall"]),
                "rss": geomean(ratios[n]["rss_kib"]), "failed": len(fails[n])} for n in names}, fails


def main():
    ap = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    ap.add_argument("--subject", action="append", default=[], metavar="NAME=CMD")
    ap.add_argument("--against", action="append", default=[], metavar="NAME=CMD")
    ap.add_argument("--set", dest="which", choices=["programs", "scaling", "memory", "startup", "threads"], default="programs")
    ap.add_argument("--programs", default="", help="comma-separated names (default: all of the set)")
    ap.add_argument("--runs", type=int, default=5)
    ap.add_argument("--scale", default=None, help="scale argument for every program (default: each program's own)")
    ap.add_argument("--timeout", type=float, default=120.0, help="seconds for one process (default 120)")
    ap.add_argument("--pin", default="", help="processors to run on, as 0 or 0,1")
    ap.add_argument("--json", default="", metavar="OUT")
    ap.add_argument("--pycache", default="", help="folder for .pyc caches (default: a fixed one under the temp folder)")
    ap.add_argument("--quiet", action="store_true")
    a = ap.parse_args()
    if not a.against:
        ap.error("at least one --against is needed (the first is the yardstick)")
    interps = [Interp(t, "against") for t in a.against] + [Interp(t, "subject") for t in a.subject]
    if len({i.name for i in interps}) != len(interps):
        ap.error("interpreter names must differ")
    if a.pin:
        os.sched_setaffinity(0, {int(x) for x in a.pin.split(",")})
    wanted = [x.strip() for x in a.programs.split(",") if x.strip()]
    jobs = collect(a.which, wanted, a.scale)
    if not jobs:
        ap.error("nothing to run")
    pycache = a.pycache or os.path.join(tempfile.gettempdir(), "bench-pycache-%d" % os.getuid())
    started = time.time()
    rows = measure(jobs, interps, max(1, a.runs), a.timeout, pycache, not a.quiet)
    summary, fails = report(rows, interps, a.which)
    if a.json:
        with open(a.json, "w", encoding="utf-8") as f:
            json.dump({"set": a.which, "runs": a.runs, "scale": a.scale, "started": started, "base": interps[0].name,
                       "interpreters": [{"name": i.name, "cmd": i.cmd, "env": i.extra, "role": i.role} for i in interps],
                       "rows": rows, "geomean": summary}, f, indent=1)
            f.write("\n")
    bad = [i.name for i in interps if fails[i.name] and (i.role == "subject" or i is interps[0])]
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
