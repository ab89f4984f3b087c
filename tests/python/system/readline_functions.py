# needs: libreadline.so.8
"""readline: history, files, hooks, and lines that are edited on a terminal."""

import os
import pty
import sys
import tempfile

import readline

os.chdir(tempfile.mkdtemp())


def show(f):
    try:
        print(repr(f()))
    except Exception as e:
        print(f"{type(e).__name__}: {e}")


print(readline.backend, readline._READLINE_VERSION > 0x600, "EditLine" in readline._READLINE_LIBRARY_VERSION)
print("-- history")
for f in (lambda: readline.add_history("one"), lambda: readline.add_history("tw\xf6"), lambda: readline.add_history(5),
          lambda: readline.add_history("three\0four"), lambda: readline.get_current_history_length(),
          lambda: readline.get_history_item(0), lambda: readline.get_history_item(1),
          lambda: readline.get_history_item(2), lambda: readline.get_history_item(3),
          lambda: readline.get_history_item(4), lambda: readline.get_history_item(-1),
          lambda: readline.get_history_item("x"), lambda: readline.get_history_item(2 ** 40),
          lambda: readline.replace_history_item(0, "uno"), lambda: readline.replace_history_item(9, "x"),
          lambda: readline.replace_history_item(-1, "x"), lambda: readline.replace_history_item(0),
          lambda: readline.remove_history_item(1), lambda: readline.remove_history_item(7),
          lambda: readline.remove_history_item(-2), lambda: readline.get_history_item(1),
          lambda: readline.get_history_item(2), lambda: readline.write_history_file("h"), lambda: open("h").read(),
          lambda: readline.append_history_file(1, b"h"), lambda: open("h").read(),
          lambda: readline.append_history_file(-1, "h"), lambda: readline.append_history_file(1, "none"),
          lambda: readline.write_history_file("no/where"), lambda: readline.read_history_file("none"),
          lambda: readline.read_history_file(5), lambda: readline.read_history_file("a\0b"),
          lambda: readline.clear_history(), lambda: readline.get_current_history_length(),
          lambda: readline.read_history_file("h"), lambda: readline.get_current_history_length(),
          lambda: readline.get_history_length(), lambda: readline.set_history_length(2),
          lambda: readline.get_history_length(), lambda: readline.write_history_file("h"), lambda: open("h").read(),
          lambda: readline.set_history_length("x"), lambda: readline.set_auto_history(True),
          lambda: readline.read_init_file("none"), lambda: readline.set_history_length(-1)):
    show(f)

print("-- settings")
for f in (lambda: readline.get_completer_delims(), lambda: readline.set_completer_delims(" \t\n"),
          lambda: readline.get_completer_delims(), lambda: readline.set_completer_delims(5),
          lambda: readline.get_completer(), lambda: readline.set_completer(5), lambda: readline.set_completer(len),
          lambda: readline.get_completer(), lambda: readline.set_completer(None), lambda: readline.get_completer(),
          lambda: readline.set_completer(len), lambda: readline.set_completer(), lambda: readline.get_completer(),
          lambda: readline.set_startup_hook(5), lambda: readline.set_pre_input_hook(5),
          lambda: readline.set_completion_display_matches_hook(5), lambda: readline.get_begidx(),
          lambda: readline.get_endidx(), lambda: readline.get_completion_type(), lambda: readline.get_line_buffer(),
          lambda: readline.parse_and_bind("tab: complete"), lambda: readline.parse_and_bind(5),
          lambda: readline.insert_text(5), lambda: readline.set_auto_history(1, 2)):
    show(f)

print("-- on a terminal")
SCRIPT = r"""
import readline, signal, sys
names = ["alpha beta", "alpha bravo", "gamma"]
def complete(text, state):
    if state == 0:
        print("[", ascii(text), ascii(readline.get_line_buffer()), readline.get_begidx(), readline.get_endidx(),
              readline.get_completion_type(), "]")
    found = [name for name in names if name.startswith(text)]
    return found[state] if state < len(found) else None
def start():
    print("<start>")
def before():
    print("<before>")
    readline.insert_text("ga")
    readline.redisplay()
readline.parse_and_bind("set enable-bracketed-paste off")
readline.parse_and_bind("tab: complete")
readline.set_completer_delims("")
readline.set_completer(complete)
readline.set_startup_hook(start)
readline.set_pre_input_hook(before)
print("result", ascii(input("one> ")))
readline.set_pre_input_hook()
readline.set_startup_hook()
readline.set_completion_display_matches_hook(lambda *args: print("matches", args))
print("result", ascii(input("two> ")))
# Without a prompt, the hook tells when the terminal is the library's: keys pressed earlier would be echoed twice.
readline.set_startup_hook(lambda: print("ready"))
print("result", ascii(input()))
readline.set_startup_hook()
try:
    print("result", ascii(input("three> ")))
except EOFError as e:
    print("end", e.args)
print([readline.get_history_item(n) for n in range(1, readline.get_current_history_length() + 1)])
def interrupt(*args):
    raise RuntimeError("from the handler")
signal.signal(signal.SIGALRM, interrupt)
signal.setitimer(signal.ITIMER_REAL, 0.1)
try:
    input("four> ")
except RuntimeError as e:
    print("raised", e)
readline.set_startup_hook(lambda: print("inner", again_result()))
def again_result():
    try:
        return input()
    except RuntimeError as e:
        return str(e)
try:
    input(b"a\0b".decode())
except ValueError as e:
    print(e)
print("result", ascii(input("five> ")))
"""


def on_terminal(script, keys):
    """What a script shows on a terminal on which keys are pressed."""
    pid, fd = pty.fork()
    if pid == 0:
        os.environ["TERM"] = "dumb"
        os.environ["INPUTRC"] = "/nonexistent"
        os.execv(sys.executable, [sys.executable, "-c", script])
    everything = shown = b""
    for wait, key in keys:
        while wait not in shown:
            shown += os.read(fd, 4096)
        os.write(fd, key)
        everything += shown
        shown = b""
    while True:
        try:
            block = os.read(fd, 4096)
        except OSError:
            break
        if not block:
            break
        everything += block
    print(everything.decode().replace("\r", "").replace("\a", "(bell)"))
    print("status", os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))


on_terminal(SCRIPT, [(b"\nga", b"\t\r"), (b"two> ", b"al\t\t\t"), (b"matches", b"e\t\r"),
                     (b"ready\r\n", b"plain\r"), (b"three> ", b"\x04"), (b"five> ", b"x\r")])
