"""Runs a function in a process that has a terminal, and prints what it says."""

import fcntl
import os
import pty
import re
import struct
import termios


def on_terminal(work, lines=24, columns=80):
    """Calls work(say) in a child whose standard streams are a terminal; what it says comes out here."""
    reading, writing = os.pipe()
    child, terminal = pty.fork()
    if child == 0:
        status = 1
        try:
            os.close(reading)
            os.environ.update(TERM="xterm", LC_ALL="C.UTF-8")
            for name in "LINES", "COLUMNS", "ESCDELAY":
                os.environ.pop(name, None)
            import locale

            locale.setlocale(locale.LC_ALL, "")
            fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", lines, columns, 0, 0))
            with open(writing, "w", encoding="utf-8") as said:
                work(lambda *args: print(*args, file=said, flush=True))
            status = 0
        finally:
            os._exit(status)
    os.close(writing)
    # Nobody reads the terminal but this thread: without it the child would wait.
    import threading

    def drain():
        try:
            while os.read(terminal, 65536):
                pass
        except OSError:
            pass

    thread = threading.Thread(target=drain, daemon=True)
    thread.start()
    with open(reading, encoding="utf-8") as said:
        print(said.read(), end="")
    print("exit", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))
    os.close(terminal)


def attempts(say):
    """A function that calls another one and says what came of it."""

    def attempt(function, *args, **keywords):
        try:
            result = repr(function(*args, **keywords))
        except Exception as error:
            result = f"{type(error).__module__}.{type(error).__name__}: {error}"
        shown = ", ".join([repr(arg) for arg in args] + [f"{k}={v!r}" for k, v in keywords.items()])
        say(re.sub(r"0x[0-9a-f]{6,}", "0x", f"{function.__qualname__}({shown}) -> {result}"))

    return attempt
