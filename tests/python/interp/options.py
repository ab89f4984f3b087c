# Options of the command line that change what a program sees.
import os
import subprocess
import sys
import tempfile


def run(*args, **env):
    done = subprocess.run([sys.executable, *args], capture_output=True, text=True, timeout=50,
                          env={**os.environ, **env})
    print(done.returncode, done.stdout, done.stderr, sep='|')


run('-X', 'no_debug_ranges', '-c', 'def f(): 1/0\nprint(list(f.__code__.co_positions())[1:3])\nf()')
run('-c', 'def f(): pass\nprint(list(f.__code__.co_positions())[1:2])', PYTHONNODEBUGRANGES='1')
run('-c', 'import os; print(os.process_cpu_count(), os.cpu_count())', PYTHON_CPU_COUNT='5')
run('-X', 'cpu_count=0', '-c', '')
run('-R', '-c', 'import sys; print(sys.flags.hash_randomization)', PYTHONHASHSEED='0')
run('-c', 'import sys; print(sys.stdin, sys.stdout.fileno())')
with subprocess.Popen([sys.executable, '-c', 'import sys; print(sys.stdin)'], stdout=subprocess.PIPE,
                      preexec_fn=lambda: os.close(0)) as child:
    print(child.stdout.read())
with tempfile.TemporaryDirectory() as folder:
    script = os.path.join(folder, 'script.py')
    with open(script, 'wb') as file:
        file.write(b'x = 1\ny = "\0"\n')
    os.chdir(folder)
    done = subprocess.run([sys.executable, 'script.py'], capture_output=True, text=True)
    print(done.stderr.replace(folder, ''))
    with open(script, 'w') as file:
        file.write('import sys\nprint(__file__ == sys.argv[1], sys.argv[0], __spec__, __cached__)\n')
    run('script.py', os.path.realpath(script))
    import py_compile
    py_compile.compile(script, 'other.pyc')
    run('other.pyc', os.path.realpath('other.pyc'))
    os.chdir('/')
