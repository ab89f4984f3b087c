# needs: libtk8.6.so
"""Values of Tcl as Python objects and back, and what is no such value."""

import _tkinter


def attempt(work, *args):
    try:
        return work(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


app = _tkinter.create(None, "", "Tk", False, 1, False)


class Shown:
    def __str__(self):
        return "shown"


class Text(str):
    pass


class Number(int):
    pass


OBJECTS = [
    "", "abc", "a b", "\x00", "a\x00b", "\xe9", "\u20ac", "\U0001f40d", "\ud83d\udc0d", "\udcff", "\udced\udca0\udc80",
    b"", b"abc", b"\x00\xff", True, False, None, 0, -1, 2**31, 2**63 - 1, -(2**63), 2**63, 2**64, -(2**64), 10**40, -(10**40),
    1.5, -0.0, 1e300, float("inf"), float("-inf"), float("nan"), (), (1,), (1, "a b", 2.5, (3, ())), [1, [2, None]], Shown(), Text("text"),
    Number(5), {1: 2}, 1j, range(3), int,
]
print("-- set and get")
for value in OBJECTS:
    print(ascii(value) if not isinstance(value, Shown) else "Shown", "->", ascii(attempt(app.call, "set", "x", value)))
print("-- as text")
app.wantobjects(0)
for value in OBJECTS:
    print(ascii(value) if not isinstance(value, Shown) else "Shown", "->", ascii(attempt(app.call, "set", "x", value)))
app.wantobjects(1)
print("-- list of", app.call("list", 1, "b c", (2, 3), b"\xff", True))
print("-- results")
for script in ["expr 1", "expr 1.5", "expr 1<2", "expr {1 ? true : false}", "expr 1<<70", "expr -(1<<63)", "list a b {c d}", "dict create a 1",
               "binary format H* 00ff80", "string range abcdef 1 2", "format %c 0", "return \\u20ac", "lrange {a b c} 0 1", "incr i",
               "set e {}; expr {[string is true yes]}", "expr {wide(5)}", "expr {entier(1e30)}", "lindex {1 2.5 x} 1", "info level",
               "namespace current", "after cancel x", "clock format 0 -gmt 1", "error oops", "nothing here", "break", "set {", "concat"]:
    print(script, "->", ascii(attempt(app.eval, script)), ascii(attempt(app.call, "eval", script)))

print("-- Tcl_Obj")
value = app.call("dict", "create", "a", 1, "b", "x y")
print(value, repr(value), type(value), str(value), value.string, value.typename)
other = app.call("dict", "create", "a", 1, "b", "x y")
third = app.call("dict", "create", "a", 2)
print(value == other, value != other, value < third, value > third, value == "a 1 b {x y}", attempt(lambda: value < 1))
print(attempt(hash, value), attempt(type(value)), attempt(setattr, value, "string", 1), attempt(setattr, value, "other", 1))
print(app.call("dict", "get", value, "b"), app.splitlist(value), app.call("llength", value))
print(attempt(app.getint, value), attempt(app.getdouble, value), attempt(app.getboolean, value))

print("-- getint")
for text in ["5", " 5 ", "-7", "0x1f", "0b11", "0o17", "017", "", "x", "1.5", "1e3", "9223372036854775808", "-9223372036854775809",
             "18446744073709551615", "123456789012345678901234567890", "0x" + "f" * 40, 5, True, 1.5, None, b"5", Number(3), "1\x00", [1]]:
    print(ascii(text)[:50], "->", ascii(attempt(app.getint, text))[:90])
print(app.getint("9" * 5000).bit_length(), app.call("expr", "1<<20000").bit_length(), app.call("set", "x", 1 << 20000) == 1 << 20000)
print("-- getdouble")
for text in ["5", "1.5", " 2.5 ", "1e400", "-inf", "nan", "0x10", "", "x", 5, True, 1.5, None, b"5", Number(3), "1\x00", [1], 2**2000]:
    print(ascii(text)[:50], "->", ascii(attempt(app.getdouble, text))[:90])
print("-- getboolean")
for text in ["1", "0", "yes", "no", "t", "off", "on", "tru", "5", "1.5", "0.0", "", "x", 5, 0, 2**70, True, 1.5, None, b"1", "1\x00", [1]]:
    print(ascii(text)[:50], "->", ascii(attempt(app.getboolean, text))[:90])
print("-- splitlist")
for text in ["", "a b c", "a {b c} d", "{", "a\\ b", '"x y" z', "{a}b", (1, 2), [1, "x"], 5, None, b"a b", b"\xff", "\xe9 \u20ac", "a\x00b", 1.5, b"a\x00"]:
    print(ascii(text), "->", ascii(attempt(app.splitlist, text)))
print("-- expressions")
for text in ["1+2", "1.5*2", "1<2", '"a b"', "1<<70", "", "x", "1/0", "2**62", "true", "5 && 0", 5, None, "1\x00", "\xe9"]:
    print(ascii(text), "->", *(ascii(attempt(getattr(app, name), text)) for name in ["exprstring", "exprlong", "exprdouble", "exprboolean"]))

print("-- _flatten")
for item in [(), [], (1, (2, [3, None, (4,)]), None), [[]], "ab", "", 5, None, {}, {1: 2}, ([1], (2, "x")), range(2)]:
    print(ascii(item), "->", attempt(_tkinter._flatten, item))
deep = ()
for _ in range(1500):
    deep = (deep,)
print(attempt(_tkinter._flatten, deep))
