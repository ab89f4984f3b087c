"""Facts about this process."""
import os
import psutil

p = psutil.Process()
print(p.pid == os.getpid(), p.ppid() == os.getppid(), p.memory_info().rss > 10**6, p.num_threads() >= 1)
print(psutil.cpu_count() == os.cpu_count(), psutil.virtual_memory().total > 0, psutil.pid_exists(1), bool(psutil.net_if_addrs()["lo"]))
with open(os.devnull) as f:
    print(p.num_fds() > 2, p.cwd() == os.getcwd(), psutil.boot_time() > 0, len(psutil.pids()) > 1)
try:
    psutil.Process(2**22 + 5)
except psutil.NoSuchProcess as error:
    print(error)
