# needs: libtk8.6.so
"""Interpreters of Tcl: variables, commands, scripts, traces, events, and their errors."""

import os
import sys
import threading
import time

import _tkinter


def attempt(work, *args):
    try:
        return work(*args)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"


def new(objects=1):
    return _tkinter.create(None, "", "Tk", False, objects, False)


app = new()
print(type(app), type(app).__name__, _tkinter.TkappType is type(app), attempt(type(app)), attempt(setattr, app, "x", 1))
print(_tkinter.TclError, _tkinter.TclError.__bases__, _tkinter.TkttType, _tkinter.Tcl_Obj)
print(sorted(name for name in vars(_tkinter) if not name.startswith("__")))
print({name: value for name, value in vars(_tkinter).items() if name.isupper()})
print([name for name in dir(app) if not name.startswith("__")])
print(_tkinter.TCL_VERSION, app.eval("set tcl_version"))

print("-- create")
for args in [(1,), (None, 1), (None, "", 1), (None, "", "Tk", "x", "y"), (None, "", "Tk", 0, 2**40), (None,) * 9, ("a\0",), (None, "", "a\0"),
             (None, None), (None, "", "Tk", 0, 0, 0, 0, 5)]:
    print(args, "->", attempt(_tkinter.create, *args))
other = _tkinter.create(":97", "", "Snake", True, 0, False, True, "0x5")
print(other.eval("list $argv0 $argv $tcl_interactive $env(DISPLAY)"), attempt(other.eval, "exit"))
display = os.environ.pop("DISPLAY", None)
print(attempt(_tkinter.create))
print(attempt(new().loadtk))

print("-- variables")
calls = [("x",), ("x", 5), ("a", "k", (1, 2)), ("a", 5), (), ("a", "b", "c", "d"), (5, 5), ("a", 5, 5), (b"y", b"bytes"), (b"y\0", 1), ("y\0", 1),
         ("n(k)", 1.5), ("x", "k", 1), ("a", "k\0", 1), ("\xe9", "\u20ac"), ("env", 1), ("x", None)]
for args in calls:
    print("setvar", args, "->", attempt(app.setvar, *args), "globalsetvar ->", attempt(app.globalsetvar, *args))
for args in [("x",), ("a", "k"), ("a(k)",), ("a",), ("none",), (), ("a", "b", "c"), (5,), ("a", 5), (b"y",), (b"y\0",), ("n", "k"), ("\xe9",), ("y", None)]:
    print("getvar", args, "->", attempt(app.getvar, *args), "globalgetvar ->", attempt(app.globalgetvar, *args))
print(attempt(app.setvar, app.call("namespace", "current"), 1))
name = app.call("dict", "create", "p", "q")
print(app.setvar(name, 3), app.getvar(name), app.getvar("p q"))
for args in [("x",), ("x",), ("a", "k"), ("a", "none"), ("a",), (), ("a", "b", "c"), (5,), ("a", 5), (b"y",), ("y\0",)]:
    print("unsetvar", args, "->", attempt(app.unsetvar, *args), "globalunsetvar ->", attempt(app.globalunsetvar, *args))
print(attempt(lambda: app.setvar(name="x", value=1)), attempt(lambda: app.getvar(x=1)))

print("-- scripts")
for name in ["eval", "evalfile", "record", "adderrorinfo", "exprlong"]:
    print(name, [attempt(getattr(app, name), *args) for args in [(5,), (), ("a", "b"), ("\0",), (None,)]])
print(attempt(app.evalfile, "/nowhere"), attempt(app.eval, "set r [list 1 {2 3}]"), app.record("puts hello"), attempt(app.record, "{"))
print(app.adderrorinfo("more"), attempt(app.call), attempt(app.call, None), attempt(app.call, ("set", "q", 5)), attempt(app.call, ["set", "q", 6]))
print(attempt(app.call, "set", "q", None, "x"), attempt(app.call, "set", "q", 1, 2), attempt(app.call, 5), attempt(lambda: app.call(x=1)))
print(attempt(app.call, "list", *range(100))[-3:], attempt(app.call, ("list", (), [])))

print("-- commands")
seen = []


def command(*args):
    seen.append(args)
    return args


print(app.createcommand("python", command), app.call("python", 1, "b c", 2.5, (3, "x y")), app.eval("python a {b c} [list 1 2]"), seen)
app.wantobjects(2)
seen.clear()
print(app.wantobjects(), app.call("python", 1, "b c", 2.5, (3, "x y")), app.eval("python a [list 1 2] [expr 1.5]"), seen)
app.wantobjects(1)
for args in [("f", 5), (5, command), ("f\0", command), ("f",), ()]:
    print(args[:1], attempt(app.createcommand, *args))
print(attempt(app.deletecommand, "python"), attempt(app.deletecommand, "python"), attempt(app.call, "python"), attempt(app.deletecommand, 5))


def failing():
    raise ValueError("from a command")


app.createcommand("failing", failing)
print(attempt(app.eval, "failing"), attempt(app.call, "catch", "failing"))
print("mainloop:", attempt(app.mainloop, -1), "|", attempt(app.mainloop))


def removing():
    app.deletecommand("removing")
    return "removed itself"


app.createcommand("removing", removing)
print(app.eval("removing"), attempt(app.eval, "removing"))


class Ends:
    def __init__(self):
        self.app = new()
        self.app.createcommand("end", self.end)

    def end(self):
        del self.app
        return "ended"


print(Ends().app.eval("end"))

print("-- trace")
log = []
print(app.gettrace(), app.settrace(log.append), app.gettrace() == log.append)
app.eval("set z 1")
app.call("set", "z", 2)
app.setvar("z", 3)
app.globalsetvar("z", "k") if False else None
app.globalsetvar("zz", "k", (1, 2))
app.setvar("zz", "k", 5)
app.unsetvar("zz", "k")
app.globalunsetvar("z")
app.exprlong("1+1")
app.record("x")
app.createcommand("c", command)
app.deletecommand("c")
attempt(app.evalfile, "/nowhere")
token = app.createtimerhandler(100_000, command)
app.createfilehandler(0, _tkinter.READABLE, command)
app.deletefilehandler(0)
app.settrace(None)
for entry in log:
    print([item if not callable(item) else "function" for item in entry])
app.settrace(failing)
print(attempt(app.eval, "set z 1"), attempt(app.call, "set", "z", 1))
app.settrace(None)

print("-- timers")
print(repr(token).split(" at ")[0], token.deletetimerhandler(), "deleted" in repr(token), token.deletetimerhandler())
fired = []
tokens = [app.createtimerhandler(1, lambda: fired.append(1)), app.createtimerhandler(2, failing)]
tokens[0].deletetimerhandler()
tokens.append(app.createtimerhandler(20, lambda: (fired.append(2), app.quit())))
while not fired:
    app.dooneevent()
print(fired, "mainloop:", attempt(app.mainloop, -1), "then", attempt(app.mainloop, 0))
for args in [("x", command), (1, 5), (1,), ()]:
    print(attempt(app.createtimerhandler, *args))
print(app.dooneevent(_tkinter.DONT_WAIT | _tkinter.TIMER_EVENTS), attempt(app.dooneevent, "x"))
app.createtimerhandler(1, app.quit)
print("quit:", attempt(app.mainloop, -1))
app.eval("after 1 {set done 1}")
app.eval("vwait done")
print("done", app.getvar("done"))

print("-- files")
reading, writing = os.pipe()
ready = []


def on_ready(file, mask):
    ready.append((file == reading, mask, os.read(file, 10)))


print(app.createfilehandler(reading, _tkinter.READABLE, on_ready))
os.write(writing, b"data")
while not ready:
    app.dooneevent()
print(ready, app.deletefilehandler(reading), app.dooneevent(_tkinter.DONT_WAIT))
for args in [(-1, 2, on_ready), ("x", 2, on_ready), (0, 2, 5), (0,), (2**40, 2, on_ready)]:
    print(attempt(app.createfilehandler, *args))
print(attempt(app.deletefilehandler, "x"), app.deletefilehandler(reading))
print(_tkinter.getbusywaitinterval(), _tkinter.setbusywaitinterval(5), _tkinter.getbusywaitinterval(), attempt(_tkinter.setbusywaitinterval, -1),
      attempt(_tkinter.setbusywaitinterval, "x"))

print("-- threads")
results = []


def elsewhere(work):
    thread = threading.Thread(target=lambda: results.append(attempt(work)))
    thread.start()
    return thread


elsewhere(lambda: app.eval("set x 1")).join()
print(results.pop())
app.eval("proc later {} {return [dict create a 1]}")
started = time.monotonic()
elsewhere(lambda: app.call("set", "x", 1)).join()
print(results.pop(), 0.9 < time.monotonic() - started)


def worker():
    say = [app.call("set", "w", 5), app.getvar("w"), app.setvar("w", (1, 2)), app.getvar("w"), attempt(app.call, "nothing"), attempt(app.getvar, "none"),
           str(app.call("later")), app.createcommand("threaded", lambda *args: threading.current_thread() is threading.main_thread()),
           app.call("threaded"), app.deletecommand("threaded"), app.unsetvar("w")]
    app.call("after", "0", "set stopping 1")
    return say


app.willdispatch()
thread = elsewhere(worker)
app.createtimerhandler(100_000, command)
app.createcommand("stop", app.quit)
app.eval("trace add variable stopping write {apply {args stop}}")
app.mainloop(-1)
thread.join()
for result in results.pop():
    print(result)
print(isinstance(app.interpaddr(), int))
sys.stdout.flush()
