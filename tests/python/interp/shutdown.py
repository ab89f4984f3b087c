# The end of the interpreter: daemon threads, what atexit registers late, the order in which modules go.
import subprocess
import sys
import textwrap


def run(*args, input=None, **env):
    done = subprocess.run([sys.executable, *args], input=input, capture_output=True, text=True, timeout=50)
    print(done.returncode, done.stdout, done.stderr, sep='|')


def program(text):
    run('-c', textwrap.dedent(text))


program('''
    import threading, time
    def spin():
        while True:
            pass
    threading.Thread(target=spin, daemon=True).start()
    print('end')
''')
program('''
    import threading
    class Cycle:
        def __init__(self):
            self.me = self
            self.thread = threading.Thread(target=self.spin, daemon=True)
            self.thread.start()
        @staticmethod
        def spin():
            while True:
                pass
        def __del__(self):
            try:
                self.thread.join(10)
            except PythonFinalizationError as error:
                print(error)
    Cycle()
''')
program('''
    import atexit
    def late():
        atexit.register(print, 'registered late')
        print('late')
    atexit.register(late)
    atexit.register(print, 'first', end='!')
''')
program('''
    class Speaks:
        def __init__(self, name):
            self.name = name
        def __del__(self):
            print(self.name, __name__, print is not None)
    _private = Speaks('private')
    public = Speaks('public')
    import sys
    sys.kept = Speaks('kept by sys')
''')
# What only a cycle holds when modules are emptied dies when 'sys' is gone, and is not heard any more.
program('''
    import asyncio
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
''')
program('''
    import asyncio, os
    def make(write=os.write):
        class Speaks:
            def __init__(self, name):
                self.me, self.name = self, name
            def __del__(self):
                write(1, self.name)
                1/0
        return Speaks
    speaks = make()
    asyncio.events.kept = speaks(b'a cycle of a module ')
    def hook(x=speaks(b'a hook of fork ')):
        pass
    os.register_at_fork(after_in_child=hook)
    del speaks, hook
''')
program('''
    import sys
    sys.excepthook = 3
    1/0
''')
program('''
    import sys
    def hook(kind, value, traceback):
        raise SystemExit(7)
    sys.excepthook = hook
    1/0
''')
# The plain prompt: prompts on standard error, lines of statements in tracebacks.
for text in ('1\n1/0\n', 'def f(x):\n    1/x\n\nf(0)\n', '1 +\n', 'raise SystemExit(5)\n', '"no end of line"', 'def f(x, x): ...\n'):
    run('-q', '-i', input=text)
run('-c', '\n    if 1:\n      print("indented")\n    ')
run('-X', 'cpu_count=77', '-c', 'import os; print(os.cpu_count())')
run('-X', 'frozen_modules=off', '-c', 'import os; print(os.__loader__.__class__.__name__)')
run('-X', 'frozen_modules=x', '-c', 'pass')
run('-c', b'import sys; print(ascii(sys.argv))', b'\xff\xc3')
