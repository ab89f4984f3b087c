"""Change the title of the process."""
import setproctitle

setproctitle.setproctitle("a title of this program")
print(setproctitle.getproctitle(), open("/proc/self/cmdline", "rb").read().rstrip(b"\0"))
