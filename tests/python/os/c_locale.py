# The C locale without the UTF-8 mode: text of the operating system is ASCII with surrogateescape. And what the C locale
# otherwise becomes (PEP 538, PEP 540).
import os
import subprocess
import sys
import tempfile

INNER = r'''
import os, sys, locale
say = lambda *args: print(*map(ascii, args))
streams = (sys.stdin, sys.stdout, sys.stderr)
say(sys.flags.utf8_mode, sys.getfilesystemencoding(), sys.getfilesystemencodeerrors())
say([(s.encoding, s.errors) for s in streams])
say(sys.argv[1:], os.environ.get("TEXT"), os.environ.get("LC_CTYPE"), sorted(os.listdir(".")))
say(locale.getencoding(), locale.getpreferredencoding(False), locale.setlocale(locale.LC_CTYPE))
def attempt(work, *args):
    try:
        say(work(*args))
    except Exception as error:
        say(type(error).__name__, str(error))
for text in ["\xe9", "a\udce9", "\ud800", "\xe9\u20ac", "a\xe9\xe9b\xe9", "\udce9\xe9\xe9", "\xe9\udce9", "\xe9\ud800",
             "\udc7f", "\ud800\ud801"]:
    attempt(os.fsencode, text)
    attempt(lambda: os.stat(text).st_size)
attempt(os.fsdecode, b"\xc3\xa9\xff")
attempt(lambda: open("\udcc3\udca9").read())
attempt(lambda: open("\xe9").read())
attempt(os.path.exists, "\xe9\u20ac")
attempt(lambda: os.environ.__setitem__("\xe9", "1"))
with open("plain") as file:
    say(file.encoding, file.errors)
with open("plain", encoding="locale") as file:
    say(file.encoding)
attempt(lambda: print("\xe9"))
print("\udce9")
sys.stderr.write("\xe9\u20ac\udce9\n")
'''

with tempfile.TemporaryDirectory() as folder:
    for name in ("plain", "é", "inner.py"):
        with open(os.path.join(folder, name), "w") as file:
            file.write(INNER if name == "inner.py" else "content")
    base = {"PATH": os.environ.get("PATH", ""), "TEXT": "é"}
    for options, variables in [
        (["-X", "utf8=0"], {"LC_ALL": "C"}), (["-X", "utf8=0"], {"LC_ALL": "POSIX"}), (["-X", "utf8=0"], {"LC_ALL": "xx_XX"}),
        (["-X", "utf8=0"], {"LC_CTYPE": "C"}), (["-X", "utf8=0"], {"LANG": "C", "PYTHONCOERCECLOCALE": "0"}),
        (["-X", "utf8=0"], {"LC_ALL": "C.UTF-8"}), ([], {"LC_ALL": "C"}), ([], {"LC_ALL": "xx_XX"}), ([], {}),
        ([], {"PYTHONCOERCECLOCALE": "0"}), ([], {"PYTHONCOERCECLOCALE": "warn"}), (["-E"], {"PYTHONCOERCECLOCALE": "0"}),
        ([], {"PYTHONCOERCECLOCALE": "warn", "LC_ALL": "C"}), ([], {"LC_ALL": "C", "PYTHONUTF8": "0"}),
        ([], {"LC_ALL": "C.UTF-8", "LC_CTYPE": "C"}), ([], {"LANG": "C.UTF-8", "LC_CTYPE": "C"}), ([], {"LC_ALL": ""}),
    ]:
        print("#", options, variables)
        done = subprocess.run([sys.executable, *options, "inner.py", "é"], cwd=folder, env=base | variables, capture_output=True)
        for line in done.stdout.splitlines() + done.stderr.splitlines():
            print("   ", ascii(line))
    for command in ["print(ascii('é'))", "print('a')"]:
        done = subprocess.run(
            [sys.executable, "-X", "utf8=0", "-c", command], env=base | {"LC_ALL": "C"}, capture_output=True)
        print(done.returncode, done.stdout, done.stderr)
