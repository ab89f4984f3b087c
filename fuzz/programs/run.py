#!/usr/bin/env python3
"""The programs of the fuzz targets without the fuzzer, in whatever interpreter runs this: `run.py [NAME...] [--seconds 5]`
calls them with their seeds and with mutations of these, `run.py --seeds FOLDER NAME` writes the seeds as files to start from.
In CPython, it tells whether the programs themselves are right.
"""

import argparse
import pathlib
import random
import sys
import time

HERE = pathlib.Path(__file__).resolve().parent


def load(name):
    # As the fuzzer does: the program is `__main__`, whose classes its pickles name.
    space = sys.modules["__main__"].__dict__
    exec(compile((HERE / f"{name}.py").read_text(), f"{name}.py", "exec"), space)
    return space["check"], space["SEEDS"]


def mutated(generator, seeds):
    data = bytearray(generator.choice(seeds))
    for _ in range(generator.randrange(1, 6)):
        at = generator.randrange(len(data) + 1)
        match generator.randrange(6):
            case 0:
                data[at:at] = generator.randbytes(generator.randrange(1, 4))
            case 1:
                del data[at:at + generator.randrange(1, 6)]
            case 2 if at < len(data):
                data[at] = generator.randrange(256)
            case 3 if at < len(data):
                data[at] ^= 1 << generator.randrange(8)
            case 4:
                other = generator.choice(seeds)
                start = generator.randrange(len(other) + 1)
                data[at:at] = other[start:start + generator.randrange(12)]
            case 5:
                data[at:at] = data[:at][-generator.randrange(1, 8):]
    return bytes(data)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds")
    args = parser.parse_args()
    # The folder of this script has modules with the names of the library's.
    sys.path[:] = [path for path in sys.path if pathlib.Path(path).resolve() != HERE]
    for name in args.names or sorted(path.stem for path in HERE.glob("*.py") if path.stem != "run"):
        check, seeds = load(name)
        if args.seeds:
            folder = pathlib.Path(args.seeds)
            folder.mkdir(parents=True, exist_ok=True)
            for number, seed in enumerate(seeds):
                (folder / f"seed-{number}").write_bytes(seed)
            continue
        generator = random.Random(args.seed)
        end, count, data = time.monotonic() + args.seconds, 0, b""
        try:
            for data in seeds:
                check(data)
            while time.monotonic() < end:
                data = mutated(generator, seeds)
                check(data)
                count += 1
        except BaseException:
            print(f"{name}: {data!r}", file=sys.stderr)
            raise
        print(f"{name}: {count} mutations", flush=True)


if __name__ == "__main__":
    main()
