"""An interpreter that ends waits for its threads, but not for daemons: these get no further."""
import os
import threading
import time

import ending

PROGRAMS = {
    "a daemon that sleeps": """
import threading, time
def work():
    while True:
        time.sleep(0.01)
threading.Thread(target=work, daemon=True).start()
time.sleep(0.05)
""",
    "a daemon that computes": """
import threading, time
def work():
    while True:
        pass
threading.Thread(target=work, daemon=True).start()
time.sleep(0.05)
""",
    "a daemon that waits for a lock": """
import threading, time
lock = threading.Lock()
lock.acquire()
threading.Thread(target=lock.acquire, daemon=True).start()
time.sleep(0.05)
""",
    "a daemon that would write": """
import os, threading, time
def work():
    time.sleep(0.3)
    os.write(1, b"a daemon has gone on\\n")
threading.Thread(target=work, daemon=True).start()
""",
    "a daemon with locals that have destructors": """
import os, threading, time
class Loud:
    def __del__(self):
        os.write(1, b"a daemon's local has died\\n")
def work():
    loud = Loud()
    time.sleep(0.3)
threading.Thread(target=work, daemon=True).start()
time.sleep(0.05)
""",
    "a thread of _thread": """
import _thread, os, time
def work():
    time.sleep(0.3)
    os.write(1, b"a thread of _thread has gone on\\n")
_thread.start_new_thread(work, ())
time.sleep(0.05)
""",
    "a thread that is no daemon": """
import os, threading, time
def work():
    time.sleep(0.1)
    os.write(1, b"a thread has gone on\\n")
threading.Thread(target=work).start()
""",
    "a daemon beside a function of atexit": """
import atexit, os, threading, time
def work():
    while True:
        time.sleep(0.01)
def last():
    os.write(1, b"%d threads at the end\\n" % threading.active_count())
threading.Thread(target=work, daemon=True).start()
atexit.register(last)
""",
}

for name, program in PROGRAMS.items():
    print(name, flush=True)
    print(ending.run(program), threading.active_count(), flush=True)
time.sleep(0.5)
for count in (0, 1, 7):
    print(ending.idle(count))
print(len(os.listdir("/proc/self/task")) > 5)
