"""Switches, exceptions across them, generators, deep stacks, threads."""
import sys
import threading
import greenlet


def ping():
    x = 0
    while x < 3:
        x = other.switch(x + 1)
    return "done"


def pong(x):
    while True:
        x = main.switch(x * 10)


main = greenlet.getcurrent()
g = greenlet.greenlet(lambda a, b=2: (main.switch(a + b), main.switch(a * b), "end"))
print(g.switch(3, b=4), g.switch("first"), g.switch("second"), g.dead)


def failing():
    try:
        main.switch(1)
    except ValueError as error:
        main.switch(f"caught {error}")
    raise KeyError("out")


g = greenlet.greenlet(failing)
g.switch()
print(g.throw(ValueError("in")))
try:
    g.switch()
except KeyError as error:
    print(repr(error), sys.exc_info()[0])


def deep(n):
    return main.switch(n) if n == 0 else deep(n - 1) + 1


greenlets = [greenlet.greenlet(deep) for _ in range(50)]
print([g.switch(n) for n, g in enumerate(greenlets, 100)].count(0), [g.switch(5) for g in greenlets][:3])


def recursive_generator():
    def walk(n):
        if n:
            greenlet.getcurrent().parent.switch(n)
            walk(n - 1)
    g = greenlet.greenlet(walk)
    value = g.switch(4)
    while not g.dead:
        yield value
        value = g.switch()


print(list(recursive_generator()))


def in_thread():
    g = greenlet.greenlet(lambda: greenlet.getcurrent().parent.switch("thread"))
    results.append(g.switch())


results = []
thread = threading.Thread(target=in_thread)
thread.start()
thread.join()
print(results)
