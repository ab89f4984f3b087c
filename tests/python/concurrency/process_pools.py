"""Pools of processes whose workers end: replaced by number of tasks, killed, or gone without anybody who could replace them."""

import concurrent.futures as futures
import multiprocessing
import os
import sys
import time
from concurrent.futures import process
from concurrent.futures.process import BrokenProcessPool
from unittest import mock


def ended(future):
    try:
        return future.result(60)
    except Exception as e:
        return type(e).__name__, str(e), e.__cause__ is not None


def main():
    context = multiprocessing.get_context("forkserver")
    with futures.ProcessPoolExecutor(1, max_tasks_per_child=2, mp_context=context) as pool:
        pids = [pool.submit(os.getpid).result(60) for _ in range(5)]
        print(len(set(pids)), [pids.index(pid) for pid in pids])

    # A worker dies: each future has an exception of its own.
    pool = futures.ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("fork"))
    waiting = [pool.submit(time.sleep, 0.2), pool.submit(os._exit, 3), pool.submit(int, 1), pool.submit(int, 2)]
    print([ended(future) for future in waiting])
    errors = [future.exception() for future in waiting[2:]]
    print(errors[0] is errors[1], all(isinstance(e, BrokenProcessPool) for e in errors))
    pool.shutdown()

    # No other worker can be started.
    pool = futures.ProcessPoolExecutor(1, max_tasks_per_child=1, mp_context=context)
    first = pool.submit(time.sleep, 0.5)
    rest = [pool.submit(int, 1), pool.submit(int, 2)]
    with mock.patch.object(process, "_spawn_worker", side_effect=OSError("no more")):
        print([ended(future) for future in (first, *rest)])
    pool.shutdown()

    # By force.
    pool = futures.ProcessPoolExecutor(1, mp_context=context)
    sleeping = pool.submit(time.sleep, 100)
    while not sleeping.running():
        time.sleep(0.01)
    pool.kill_workers()
    print(ended(sleeping), pool._force_shutting_down)


if __name__ == "__main__":
    main()
