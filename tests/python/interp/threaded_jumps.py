"""Conditional jumps that lead to other jumps: what a program sees of them."""

import signal
import sys


def skipping(n, at):
    total = 0
    for i in range(n):
        if i == at:
            sys.settrace(trace)
            sys._getframe().f_trace = trace
        if i % 2:
            if i % 3:
                continue
            total += i
    sys.settrace(None)
    return total


lines = []


def trace(frame, event, arg):
    if frame.f_code is not skipping.__code__:
        return None
    lines.append((event, frame.f_lineno - frame.f_code.co_firstlineno))
    return trace


print(skipping(9, 6), lines)


# Events of jumps and branches, turned on while the loop runs.
monitoring = sys.monitoring
TOOL = 3
seen = []


def branching(values):
    found = 0
    for value in values:
        if value is None:
            monitoring.set_local_events(TOOL, branching.__code__, events)
            continue
        if value:
            if value > 3:
                found += 1
            elif value == 2:
                continue
        else:
            found += 10
    return found


first = branching.__code__.co_firstlineno
starts = [(start, line) for start, _, line in branching.__code__.co_lines()]


def line_of(offset):
    return max(pair for pair in starts if pair[0] <= offset)[1] - first


def told(kind):
    def callback(code, source, target):
        seen.append((kind, line_of(source), line_of(target)))
    return callback


events = monitoring.events.JUMP | monitoring.events.BRANCH_LEFT | monitoring.events.BRANCH_RIGHT
monitoring.use_tool_id(TOOL, "jumps")
monitoring.register_callback(TOOL, monitoring.events.JUMP, told("jump"))
monitoring.register_callback(TOOL, monitoring.events.BRANCH_LEFT, told("left"))
monitoring.register_callback(TOOL, monitoring.events.BRANCH_RIGHT, told("right"))
print(branching([0, 1, 2, 5]), seen)
print(branching([4, None, 0, 1, 2, 5]))
for event in seen:
    print(*event)
monitoring.set_local_events(TOOL, branching.__code__, 0)
monitoring.free_tool_id(TOOL)
print(branching([0, 1, 2, 5, 7]))


# A signal arrives in a loop whose body only ever skips.
def waiting():
    rounds = 0
    while True:
        rounds += 1
        if rounds % 2:
            continue
        if rounds < 0:
            break


def handler(signum, frame):
    print(frame.f_code.co_name, 2 <= frame.f_lineno - frame.f_code.co_firstlineno <= 7)
    raise TimeoutError("enough")


signal.signal(signal.SIGALRM, handler)
signal.setitimer(signal.ITIMER_REAL, 0.05)
try:
    waiting()
except TimeoutError as error:
    print(error)


# Loops longer than a jump's argument can say, and further than its cache can.
def long_loop(statements):
    body = "\n".join(f"        if x == {i}: y += {i}" for i in range(statements))
    scope = {}
    exec(f"""
def run(n):
    y = 0
    for x in range(n):
        if x & 1:
            continue
        if x is None:
            continue
{body}
        if x > 3:
            continue
        y += 1
    else:
        y += 1000
    return y
""", scope)
    return scope["run"](8)


print(long_loop(3), long_loop(20), long_loop(40), long_loop(400), long_loop(4000))


def nested(n):
    found = []
    for i in range(n):
        for j in range(n):
            if i == j:
                continue
            if i + j == 5:
                break
            while j:
                j -= 1
                if j & 1:
                    continue
                if not j:
                    break
            else:
                continue
            found.append((i, j))
        else:
            continue
        found.append(i)
    return found


print(nested(5))


def protected(values):
    result = []
    for value in values:
        try:
            if value is None:
                continue
            if not value:
                raise ValueError(value)
            if value != value:
                continue
        except ValueError:
            continue
        finally:
            result.append(value)
    return result


print(protected([1, None, 0, float("nan"), ""]))
