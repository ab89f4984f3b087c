"""What objects do when the process ends: none of it may be lost, whatever kind of object does it."""
import os
import subprocess
import sys
import tempfile

CASES = {
    "nothing": "x = [{}, (1, [2]), object()]; x.append(x)",
    "global": "class A:\n def __del__(self): print('del A')\na = A()",
    "cycle": "class A:\n def __del__(self): print('del A')\na = A(); a.a = a; del a",
    "no slots": "class A:\n __slots__ = ()\n def __del__(self): print('del A')\na = A()",
    "int": "class A(int):\n __slots__ = ()\n def __del__(self): print('del A')\na = [A(5)]",
    "str": "class A(str):\n __slots__ = ()\n def __del__(self): print('del A')\na = {'k': A('5')}",
    "late finalizer": "class A: pass\na = A()\nA.__del__ = lambda self: print('del A')",
    "inherited": "class A:\n def __del__(self): print('del', type(self).__name__)\nclass B(A): pass\nb = B()",
    "in a function": "class A:\n def __del__(self): print('del A')\ndef f(x=A()): pass",
    "in another module": "import math\nclass A:\n def __del__(self): print('del A')\nmath.a = A()",
    "frozen": "import gc\nclass A:\n def __del__(self): print('del A')\na = A(); gc.freeze()",
    "callback": "import weakref\nclass A: pass\na = A()\nr = weakref.ref(a, lambda r: print('gone'))",
    "builtin callback": "import weakref\nclass A: pass\na = A()\nr = weakref.ref(a, print) and weakref.ref(a, [].append)\n"
    "s = set(); q = weakref.ref(a, s.discard)\n"
    "class E:\n def __hash__(self): return hash(q)\n def __eq__(self, other): print('compared'); return False\n"
    "hash(q); s.add(E())",
    "proxy": "import weakref\nclass A: pass\na = A()\np = weakref.proxy(a, lambda p: print('gone'))",
    "key of a weak dictionary": "import weakref\nclass K:\n def __hash__(self): return 1\n"
    " def __eq__(self, other): print('compared'); return self is other\nclass A: pass\n"
    "a, b = A(), A(); d = weakref.WeakValueDictionary(); d[K()] = a; d[K()] = b",
    "weak set": "import weakref\nclass A: pass\na = A()\ns = weakref.WeakSet([a])",
    "finalize": "import weakref\nclass A: pass\na = A()\nweakref.finalize(a, print, 'finalized')",
    "generator": "def g():\n try: yield 1\n finally: print('finally')\nx = g(); next(x)",
    "asynchronous generator": "async def g():\n try: yield 1\n finally: print('finally')\nx = g()\n"
    "try: x.asend(None).send(None)\nexcept StopIteration: pass",
    "file": "f = open(path, 'w'); f.write('kept')",
    "binary file": "f = open(path, 'wb'); f.write(b'kept'); f = [f]; f.append(f)",
    "other stdout": "import sys\nsys.stdout = open(path, 'w'); print('kept')",
    "own stdout": "import sys\nclass W:\n def write(self, text): sys.__stdout__.write(text.upper())\n"
    " def flush(self): sys.__stdout__.write('flushed')\nsys.stdout = W(); print('kept')",
    "no stdout": "import sys\nclass A:\n def __del__(self): sys.stderr.write('del A')\na = A(); sys.stdout = None",
    "StringIO": "import io\nclass S(io.StringIO):\n def close(self): print('closed'); super().close()\ns = S()",
    "callbacks of the collector": "import gc\ngc.callbacks.append(lambda phase, info: None)",
    "garbage": "import gc\ngc.garbage.append([])",
    "atexit": "import atexit\nclass A:\n def __del__(self): print('del A')\natexit.register(lambda a: print('atexit'), A())",
    "local": "import threading\nclass A:\n def __del__(self): print('del A')\nl = threading.local(); l.a = A()",
    "context": "import contextvars\nclass A:\n def __del__(self): print('del A')\nv = contextvars.ContextVar('v'); v.set(A())",
    "thread": "import threading\nclass A:\n def __del__(self): print('del A')\n"
    "def f(a): e.wait()\ne = threading.Event(); threading.Thread(target=f, args=(A(),), daemon=True).start()\n"
    "a = A()",
    "folder": "import os\ni = os.scandir('/'); next(i)",
    "database": "import sqlite3\nd = sqlite3.connect(path); d.execute('create table t(x)'); d.execute('insert into t values(1)')\n"
    "d.commit()",
    "logging": "import logging, asyncio\nclass H(logging.Handler):\n def __del__(self): print('del H')\n"
    "logging.getLogger().addHandler(H())",
    "exit": "import sys\nclass A:\n def __del__(self): print('del A')\na = A(); sys.exit(3)",
    "exception": "class A:\n def __del__(self): print('del A')\ndef f(a): raise ValueError\nf(A())",
    "trace": "import sys\nclass A:\n def __del__(self): pass\na = A()\n"
    "def trace(frame, event, arg): print(event, frame.f_code.co_name)\nsys.settrace(trace)",
    "audit": "import sys\nsys.addaudithook(lambda event, args: None)",
}

for name, code in CASES.items():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "file")
        ran = subprocess.run(
            [sys.executable, "-W", "default", "-c", f"path = {path!r}\n{code}"], capture_output=True, text=True, cwd=folder
        )
        print(f"{name}: {ran.returncode} {ran.stdout!r}")
        for line in ran.stderr.splitlines():
            if not line.startswith(" "):
                print("   ", line.replace(folder, "FOLDER").split(" at 0x")[0])
        if os.path.exists(path):
            print("    file of", os.path.getsize(path))
