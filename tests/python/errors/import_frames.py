# Tracebacks of imports leave the import machinery out; modules that hide others are named in errors.
import os
import subprocess
import sys
import tempfile


def run(*args, cwd):
    done = subprocess.run([sys.executable, *args], capture_output=True, text=True, cwd=cwd)
    print(done.stderr.replace(os.path.realpath(cwd), ''))


with tempfile.TemporaryDirectory() as folder:
    def write(name, text):
        with open(os.path.join(folder, name), 'w') as file:
            file.write(text)

    write('fails.py', '1/0\n')
    write('misses.py', 'import nosuch\n')
    write('fractions.py', 'import fractions\nfractions.Fraction\n')
    write('third.py', 'from third import thing\n')
    os.mkdir(os.path.join(folder, 'package'))
    write('package/__init__.py', 'import package.first\n')
    write('package/first.py', 'import package.second\n')
    write('package/second.py', 'import package\npackage.first\n')
    run('-c', 'import nosuch', cwd=folder)
    run('-c', 'import fails', cwd=folder)
    run('-c', 'import misses', cwd=folder)
    run('fractions.py', cwd=folder)
    run('-c', 'from fractions import Fraction', cwd=folder)
    run('third.py', cwd=folder)
    run('-P', '-c', 'import sys; sys.path.append(""); import third', cwd=folder)
    run('-c', 'import package', cwd=folder)
    run('-c', 'import traceback, sys\ndef f():\n    traceback.print_stack()\nf()', cwd='/')
