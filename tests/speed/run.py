#!/usr/bin/env python3
"""How fast the library's modules do their main work, as ratios of two interpreters' times.

    run.py PYTHON REFERENCE [--rounds 5] [--seconds 0.5] [--cases A,B]

Each case (`cases.py`) runs in a process of its own; the interpreters take turns, so that what else the machine does meets
both. The least processor time of all rounds counts; a ratio above one means that PYTHON is slower.
"""

import argparse
import math
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import cases


def measure(python, name, seconds):
    run = subprocess.run([python, HERE / "cases.py", name, str(seconds)], capture_output=True, text=True)
    if run.returncode:
        sys.exit(f"{python}, {name}:\n{run.stderr}")
    return float(run.stdout)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("python")
    parser.add_argument("reference")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.5)
    parser.add_argument("--cases")
    args = parser.parse_args()
    names = args.cases.split(",") if args.cases else [case.__name__ for case in cases.CASES]
    ratios = {}
    for name in names:
        times = {args.python: [], args.reference: []}
        for _ in range(args.rounds):
            for python in times:
                times[python].append(measure(python, name, args.seconds))
        ours, theirs = min(times[args.python]), min(times[args.reference])
        ratios[name] = ours / theirs
        print(f"{name:20} {1e6 * ours:10.1f} {1e6 * theirs:10.1f} us {ratios[name]:6.2f}", flush=True)
    mean = math.exp(sum(map(math.log, ratios.values())) / len(ratios))
    print(f"geometric mean {mean:.2f}; {sum(ratio > 1.1 for ratio in ratios.values())} of {len(ratios)} slower by more than a tenth")


if __name__ == "__main__":
    main()
