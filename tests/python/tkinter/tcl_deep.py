# needs: libtk8.6.so
"""Sequences and lists nested too deep for the stack; CPython crashes."""

import _tkinter


def attempt(work, *args):
    try:
        work(*args)
        return "done"
    except RecursionError as error:
        return f"RecursionError: {error}"


app = _tkinter.create(None, "", "Tk", False, 1, False)
deep = []
for _ in range(500_000):
    deep = [deep]
print(attempt(app.call, "set", "x", deep))
print(attempt(app.setvar, "x", deep))
app.createcommand("deep", lambda: deep)
print(app.call("catch", "deep"))
print(attempt(app.mainloop, -1))
while deep:
    deep = deep.pop()
