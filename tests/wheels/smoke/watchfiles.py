"""See changes of a folder."""
import os
import tempfile
import threading
import watchfiles

with tempfile.TemporaryDirectory() as folder:
    timer = threading.Timer(0.5, lambda: open(os.path.join(folder, "f"), "w").close())
    timer.start()
    for changes in watchfiles.watch(folder, rust_timeout=10_000, step=50, debounce=200):
        print(sorted((change.name, os.path.basename(path)) for change, path in changes))
        break
    timer.join()
