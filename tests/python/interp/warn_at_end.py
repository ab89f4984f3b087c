"""A destructor that warns when the modules are gone: what is ignored stays ignored."""
import subprocess
import sys

code = """if True:
    class Late:
        def __del__(self, warn=__import__('_warnings').warn):
            warn("late", ResourceWarning)
            print("deleted")
    late = Late()
"""
for options in ([], ["-W", "error"]):
    done = subprocess.run([sys.executable, *options, "-c", code], capture_output=True, text=True)
    print(options, done.returncode, done.stdout.strip(), len(done.stderr) > 0)
