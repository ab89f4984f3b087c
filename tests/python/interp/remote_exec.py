"""sys.remote_exec(): scripts that a process runs for another one, or for itself."""

import os
import subprocess
import sys
import tempfile
import threading

folder = tempfile.mkdtemp()
script = os.path.join(folder, "script.py")


def write(text):
    with open(script, "w") as file:
        file.write(text)


def ask(*args):
    try:
        print(sys.remote_exec(*args))
    except Exception as e:
        print(type(e).__name__, e)


print(sys.is_remote_debug_enabled())
sys.unraisablehook = lambda args: print(args.err_msg.replace(folder, "..."), repr(args.exc_value))
for text in ("print(sorted(globals()), __name__, __builtins__ is __import__('builtins'))", "raise Exception('x')",
             "raise SystemExit(3)", "raise KeyboardInterrupt", "this is not", "import sys; print(sys._getframe(1).f_code.co_name)",
             "x = 1\nassert 'x' in globals()\nprint(sys)"):
    write(text)
    ask(os.getpid(), script)
    for i in range(10):
        pass
print(text)
for args in ((0, None), (0, 123), ("x", "y"), (os.getpid(), "nope"), (os.getpid(), "a\0b"), (2**40, script),
             (os.getpid(), folder), (os.getpid(), "/" + "a" * 600)):
    ask(*args)
os.chdir(folder)
write("print('relative')")
ask(os.getpid(), "script.py")
ask(os.getpid(), b"script.py")


def hook(event, args):
    if "remote" in event:
        print(event, os.path.basename(args[-1]))
        if refuse == event:
            raise RuntimeError("no")


refuse = None
sys.addaudithook(hook)
for refuse in (None, "sys.remote_exec", "cpython.remote_debugger_script"):
    ask(os.getpid(), "script.py")
refuse = None

# The main thread runs it, whoever asks.
write("import threading; print(threading.current_thread().name)")
thread = threading.Thread(target=ask, args=(os.getpid(), "script.py"))
thread.start()
thread.join()
for i in range(10):
    pass

# Another process, which waits meanwhile.
target = "import sys; print('ready', flush=True); sys.stdin.readline(); [i for i in range(100)]; print('done')"
write("print('asked', flush=True)")
for options in ((), ("-X", "disable-remote-debug")):
    process = subprocess.Popen([sys.executable, *options, "-c", target], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                               text=True)
    print(process.stdout.readline().strip())
    ask(process.pid, script)
    print(process.communicate("go\n")[0].split(), process.returncode)
for environment in ("1", "0", ""):
    print(subprocess.run([sys.executable, "-c", "import sys; print(sys.is_remote_debug_enabled())"], text=True,
                         stdout=subprocess.PIPE, env=os.environ | {"PYTHON_DISABLE_REMOTE_DEBUG": environment}).stdout)

# Signals of memory faults end a process at once.
for number in (11, 7):
    print(subprocess.run([sys.executable, "-c", f"import os; os.kill(os.getpid(), {number}); print('alive')"]).returncode)
