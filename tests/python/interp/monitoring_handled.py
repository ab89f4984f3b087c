# An exception of a tool that hears of a handler: the handler does not run, nor what guards it.

import sys, traceback
m=sys.monitoring; E=m.events
m.use_tool_id(2,'x')
def bad(*a):
    m.set_events(2,0)
    raise OSError("tool")
def f():
    try: 1/0
    except: raise
def g():
    try:
        f()
    except ValueError: pass
def h():
    while True:
        try: 
            1/0
        except ZeroDivisionError:
            break
def k():
    try:
        try:
            1/0
        except ZeroDivisionError:
            return 1
        x = 1
    except OSError as e:
        return 'outer', e
def run(fn):
    m.register_callback(2,E.EXCEPTION_HANDLED,bad)
    m.set_events(2,E.EXCEPTION_HANDLED)
    try:
        r = fn()
        print(fn.__name__, r)
    except Exception as e:
        x = e
        while x:
            print(fn.__name__, repr(x), [(f.name, f.lineno) for f in traceback.extract_tb(x.__traceback__)])
            x = x.__context__
    print(sys.exception())
    m.set_events(2,0)
for fn in f,g,h,k: run(fn)
