"""What a piece of code leaves behind each time it runs, for the scripts of this folder."""

import gc
import sys


def count():
    gc.collect()
    gc.collect()
    return sys.getallocatedblocks(), len(gc.get_objects())


def check(name, function, times=200):
    """Says whether memory or the collector's objects grow with the number of runs; half of it allows for noise."""
    for _ in range(times // 2):
        function()
    before = count()
    for _ in range(times):
        function()
    grown = [now - then for now, then in zip(count(), before)]
    print(name, "does not grow" if max(grown) < times // 2 else f"GROWS by {grown} in {times} runs")
