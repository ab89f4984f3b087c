"""resource, termios and syslog: numbers that do not fit, text that has no UTF-8, other interpreters than the main one."""

import pty
import resource
import syslog
import termios

import _interpreters


def show(what, f, *args):
    try:
        print(what, f(*args))
    except Exception as e:
        print(what, type(e).__name__, e)


soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
for n in (-5, -2**63, -2**64 - 5, -2**1000, 2**64, 2**1000, 1.5, "x", None):
    show("soft", resource.setrlimit, resource.RLIMIT_FSIZE, (n, hard))
    show("hard", resource.setrlimit, resource.RLIMIT_FSIZE, (soft, n))

main, other = pty.openpty()
mode = termios.tcgetattr(other)
special = mode[6]
for at in range(6):
    for n in (2**63, 2**64, 2**1000, -2**63 - 1, object, 1.0, None, "x"):
        show(at, termios.tcsetattr, other, termios.TCSANOW, mode[:at] + [n] + mode[at + 1:])
for last in (b"ab", 2**70, "a", object, 1.5, None):
    show("special", termios.tcsetattr, other, termios.TCSANOW, mode[:6] + [special[:-1] + [last]])
for n in (2**31, 2**70, "a"):
    show("when", termios.tcsetattr, other, n, mode)

for args in (("\ud800",), ("x", 2**70), ("x", 1, 2**70), (1,)):
    show("openlog", syslog.openlog, *args)
for args in (("\ud800",), ("a\0b",), (1, "\ud800"), (2**70, "x"), (1, 2), (1, "x", 2), ()):
    show("syslog", syslog.syslog, *args)
syslog.closelog()

interpreter = _interpreters.create()
script = """if 1:
    import syslog
    for f in (lambda: syslog.syslog("x"), syslog.openlog, syslog.closelog, lambda: syslog.openlog(1)):
        try:
            print(f(), flush=True)
        except Exception as e:
            print(type(e).__name__, e, flush=True)
"""
_interpreters.exec(interpreter, script)
syslog.openlog("taipan-test")
_interpreters.exec(interpreter, script)
syslog.closelog()
_interpreters.destroy(interpreter)
