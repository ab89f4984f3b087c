# Two threads unpickle an object of a module that neither has imported: the second waits until the first has done it.
import os
import pickle
import sys
import tempfile
import threading

results = []
with tempfile.TemporaryDirectory() as folder:
    sys.path.insert(0, folder)
    with open(os.path.join(folder, "slow_to_import.py"), "w") as file:
        file.write("import __main__\n__main__.imported.set()\n__main__.go_on.wait(10)\nclass C:\n    pass\n")
    imported, go_on = threading.Event(), threading.Event()
    data = b"\x80\x03cslow_to_import\nC\nq\x00)\x81q\x01."

    def load():
        try:
            results.append(type(pickle.loads(data)).__name__)
        except Exception as error:
            results.append(repr(error))

    threads = [threading.Thread(target=load) for _ in range(4)]
    threads[0].start()
    imported.wait(10)
    for thread in threads[1:]:
        thread.start()
    for thread in threads[1:]:
        thread.join(0.05)
    print("while it is imported:", results)
    go_on.set()
    for thread in threads:
        thread.join()
print(results)
