"""_remote_debugging and `python -m asyncio ps`: threads, frames and tasks of another process."""

import asyncio
import os
import re
import subprocess
import sys
import threading
from _remote_debugging import RemoteUnwinder

TARGET = """
import asyncio, sys, time

async def leaf(number):
    await asyncio.get_running_loop().create_future()

async def middle(number):
    await leaf(number)

async def group():
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(middle(1), name="one")
        tasks.create_task(middle(2))
        three = tasks.create_task(leaf(3), name="three" * 60)
        tasks.create_task(waiter(three), name="w1")
        tasks.create_task(waiter(three), name="w2")

async def waiter(task):
    await task

async def gathered(task):
    await asyncio.gather(task, leaf(9))

async def generator():
    yield 1
    await leaf(4)

async def iterate():
    async for x in generator():
        pass

class Awaitable:
    def __await__(self):
        yield from leaf(5).__await__()

async def await_object():
    await Awaitable()

async def main():
    first = asyncio.create_task(group(), name="group")
    second = asyncio.create_task(gathered(first), name="gathered")
    third = asyncio.create_task(iterate(), name="iterate")
    asyncio.create_task(await_object()).set_name("object")
    kept = asyncio.create_task(asyncio.wait_for(third, 90), name=7)
    done = asyncio.create_task(asyncio.sleep(0), name="done")
    await asyncio.sleep(0.01)
    if sys.argv[1] == "run":
        await asyncio.create_task(outer(asyncio.current_task()), name="runner")
    print("ready", flush=True)
    await second

async def outer(task):
    await inner()

async def inner():
    list(map(run, [1]))

def run(number):
    print("ready", flush=True); sys.stdin.readline()

asyncio.run(main())
"""


def place(frame):
    return f"{os.path.basename(frame.filename)}:{frame.lineno if frame.filename == '<string>' else ''}:{frame.funcname}"


def coroutine(info, names):
    task = info.task_name if isinstance(info.task_name, str) else names.get(info.task_name, "?")
    return f"{task[:16]}({len(task)}) {' '.join(map(place, info.call_stack))}"


def show(infos):
    names = {task.task_id: task.task_name for info in infos for task in info.awaited_by}
    for info in infos:
        print(type(info).__name__, info.thread_id != 0)
        for task in info.awaited_by:
            print(" ", task.task_name[:16], len(task.task_name), [coroutine(x, names) for x in task.coroutine_stack])
            for line in sorted(coroutine(x, names) for x in task.awaited_by):
                print("    for", line)


def normal(text, pid):
    text = re.sub(r"0x[0-9a-f]{4,}", "0x", re.sub(rf"\b{pid}\b", "PID", text))
    text = re.sub(r" /\S*/(\w+\.py):\d+", r" \1", text)
    return re.sub(r" +\n", "\n", re.sub(r" {2,}", "  ", text))


def start(*args):
    process = subprocess.Popen([sys.executable, "-c", *args], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    process.stdout.readline()
    return process


def stop(process):
    process.kill()
    process.communicate()


for mode in ("wait", "run"):
    print("---", mode)
    process = start(TARGET, mode)
    unwinder = RemoteUnwinder(process.pid)
    if mode == "run":
        print([place(frame) for frame in unwinder.get_stack_trace()[0].frame_info[:1]])
    # What waits is entered soon.
    while len(tasks := unwinder.get_all_awaited_by()) < 2 or (mode == "wait" and not tasks[0].awaited_by[2].awaited_by):
        pass
    # Now that nothing changes any more.
    show(unwinder.get_all_awaited_by())
    print("running")
    show(unwinder.get_async_stack_trace())
    for command in ("ps", "pstree"):
        result = subprocess.run([sys.executable, "-m", "asyncio", command, str(process.pid)], capture_output=True, text=True)
        lines = normal(result.stdout, process.pid).splitlines()
        # The order of those that wait for a task is that of a set.
        # Nor is that of branches; a task that several wait for may be on several of them.
        shown = lines[2:] if command == "ps" else {line.strip("│├└─ ")[:70] for line in lines}
        print(result.returncode, *sorted(shown), sep="\n")
        print(result.stderr)
    stop(process)


def chain(call):
    try:
        print(call())
    except Exception as e:
        while e is not None:
            text = re.sub(r"\d{2,}", "N", str(e))
            print("  " + type(e).__name__, text, e.__cause__ is not None)
            e = e.__cause__ or e.__context__


print("--- errors")
ended = subprocess.Popen([sys.executable, "-c", ""])
ended.wait()
other = subprocess.Popen(["sleep", "100"])
plain = start("print(1, flush=True); input()")
for debug in (False, True):
    for pid in (ended.pid, other.pid, 0, -1):
        chain(lambda: RemoteUnwinder(pid, debug=debug))
    unwinder = RemoteUnwinder(plain.pid, debug=debug)
    chain(unwinder.get_all_awaited_by)
    chain(unwinder.get_async_stack_trace)
stop(plain)
chain(unwinder.get_stack_trace)
other.kill()
other.wait()
chain(lambda: RemoteUnwinder(1 << 31))
chain(lambda: RemoteUnwinder("1"))
chain(lambda: RemoteUnwinder())
chain(lambda: RemoteUnwinder(1, True))
chain(lambda: RemoteUnwinder(1, mode=1))
chain(lambda: RemoteUnwinder(1, all_threads=True, only_active_thread=True))
result = subprocess.run([sys.executable, "-m", "asyncio", "ps", str(ended.pid)], capture_output=True, text=True)
print(result.returncode, normal(result.stdout, ended.pid), result.stderr)

print("--- this process")
ours = RemoteUnwinder(os.getpid(), only_active_thread=True).get_stack_trace()
print([info.thread_id == threading.get_native_id() for info in ours])


def names():
    infos = RemoteUnwinder(os.getpid()).get_all_awaited_by()
    return sorted(task.task_name for task in infos[0].awaited_by), [task.task_name for task in infos[-1].awaited_by]


async def nothing():
    pass


async def sleep():
    await asyncio.sleep(100)


async def main():
    kept.append(asyncio.current_task())
    done, waiting = asyncio.create_task(nothing(), name="done"), asyncio.create_task(sleep(), name="waiting")
    print(names())
    await done
    eager = asyncio.Task(sleep(), name="eager", eager_start=True)
    finished = asyncio.Task(nothing(), name="finished", eager_start=True)
    print(names(), done.done(), finished.done(), sorted(t.get_name() for t in asyncio.all_tasks()))
    asyncio._unregister_task(waiting)
    print(names(), sorted(t.get_name() for t in asyncio.all_tasks()))
    asyncio._register_task(waiting)
    asyncio._register_task(waiting)
    print(names(), asyncio.current_task().get_name(), asyncio.current_task(asyncio.get_running_loop()).get_name())
    if (pid := os.fork()) == 0:
        print("child", asyncio._get_running_loop(), names(), flush=True)
        os._exit(0)
    os.waitpid(pid, 0)
    waiting.cancel()
    eager.cancel()


def thread(loop):
    asyncio._set_running_loop(loop)
    kept.append(loop.create_task(sleep(), name="left behind"))
    asyncio._enter_task(loop, kept[-1])
    entered.set()
    leave.wait()


kept = []
sys.stdout.flush()
asyncio.run(main())
print(names(), kept[0].done())
loop, entered, leave = asyncio.new_event_loop(), threading.Event(), threading.Event()
worker = threading.Thread(target=thread, args=(loop,))
worker.start()
entered.wait()
print(asyncio._get_running_loop(), asyncio.current_task(loop).get_name(), [t.get_name() for t in asyncio.all_tasks(loop)])
leave.set()
worker.join()
print(asyncio.current_task(loop), [t.get_name() for t in asyncio.all_tasks(loop)])
while not names()[1]:
    pass
print(names())
asyncio._set_running_loop(loop)
for call in (lambda: asyncio._enter_task(7, 8), lambda: asyncio._leave_task(loop, 8), lambda: asyncio.tasks._swap_current_task(7, 8)):
    chain(call)
print(asyncio.tasks._swap_current_task(loop, 8), asyncio.current_task(), asyncio.tasks._swap_current_task(loop, None))
asyncio._set_running_loop(None)
loop.run_until_complete(asyncio.gather(*(task for task in kept[1:] if task.cancel()), return_exceptions=True))
print(names())
loop.close()
