"""The program runs in the process's first thread, with a stack of its own size."""

import ctypes
import os
import resource
import subprocess
import sys
import threading
import warnings

print(threading.get_native_id() == threading.main_thread().native_id == os.getpid())
print(len(os.listdir("/proc/self/task")))


def state():
    with open("/proc/self/stat") as file:
        return file.read().rpartition(")")[2].split()[0]


print(state())

# What is set for a process by its number is set for its first thread.
[one, *_] = os.sched_getaffinity(0)
os.sched_setaffinity(os.getpid(), {one})
print(os.sched_getaffinity(0) == {one})


def stack_limit(pid):
    with open(f"/proc/{pid}/limits") as file:
        return next(line for line in file if line.startswith("Max stack size"))


print(stack_limit("self") == stack_limit(os.getppid()))
child = "import os, resource; print(resource.getrlimit(resource.RLIMIT_STACK) == %r)"
subprocess.run([sys.executable, "-c", child % (resource.getrlimit(resource.RLIMIT_STACK),)], check=True)

# Recursion ends in an exception however little the limit allows.
deep = """
nested = []
for _ in range(300_000):
    nested = [nested]
try:
    repr(nested)
except RecursionError as error:
    print(type(error).__name__)
def f():
    f()
try:
    f()
except RecursionError as error:
    print(error)
import threading
print(threading.current_thread() is threading.main_thread())
"""
for limit in "-s 2048", "-S -s 2048":
    done = subprocess.run(["sh", "-c", f'ulimit {limit} 2>/dev/null; exec "$0" "$@"', sys.executable, "-c", deep], capture_output=True,
                          text=True)
    print(done.returncode, done.stdout.split("\n"), done.stderr)


# Threads that others have started count.
def fork():
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        pid = os.fork()
        if pid == 0:
            os._exit(0)
        os.waitpid(pid, 0)
    print([str(w.message).replace(str(os.getpid()), "PID") for w in caught])


fork()
libc = ctypes.CDLL(None)
libc.pthread_create.argtypes = [ctypes.c_void_p] * 4
pause = ctypes.cast(libc.pause, ctypes.c_void_p)
print(libc.pthread_create(ctypes.byref(ctypes.c_void_p()), None, pause, None))
fork()
