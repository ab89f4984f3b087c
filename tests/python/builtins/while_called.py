"""Arguments whose methods change a bytearray, or the sequence that is joined, while it is used."""


class Index:
    def __init__(self, array, value=65):
        self.array, self.value = array, value

    def __index__(self):
        self.array.clear()
        return self.value


def attempt(function, *args):
    try:
        return function(*args)
    except Exception as error:
        return f"{type(error).__name__}: {error}"


for name in "find", "rfind", "index", "rindex", "count", "__contains__":
    array = bytearray(b"A")
    print(name, attempt(getattr(array, name), Index(array)), array)
array = bytearray(b"abA")
print(attempt(array.find, b"A", Index(array, 0)), array)


class Separator(bytes):
    def __len__(self):
        array.clear()
        return 1


array = bytearray(b"\xaa\xbb")
print(attempt(array.hex, Separator(b":")), array)


class Shown:
    def __repr__(self):
        array.clear()
        return "E"


array = bytearray(b"%a end")
print(attempt(array.__mod__, Shown()), array)


class Buffer:
    def __init__(self, change):
        self.change = change

    def __buffer__(self, flags):
        self.change()
        return memoryview(b"x")


for separator in b"", b"::", bytearray(b"-"):
    items = [b"a", None, b"c"]
    items[1] = Buffer(items.clear)
    print(attempt(separator.join, items))
    items = [b"a", None, b"c"]
    items[1] = Buffer(lambda: items.__setitem__(2, b"z"))
    print(attempt(separator.join, items))

array = bytearray(b"x" * 4)
array.extend(Buffer(lambda: array.extend(b"yy")))
print(array)
array = bytearray(b"x" * 4)
array.extend(Buffer(lambda: array.__delitem__(slice(2, None))))
print(array)
array = bytearray()
array.__init__((len(array) for _ in range(5)))
print(array)


class Wrong:
    def __iter__(self):
        return iter(range(3))

    def __len__(self):
        raise RuntimeError("no length")


print(attempt(bytearray(b"a").extend, Wrong()))


class Text(str):
    def __float__(self):
        return 9.5

    def __bytes__(self):
        return b"bytes of it"


class Plain(str):
    pass


class Bytes(bytes):
    pass


print(float(Text("1")), float(Plain(" 2.5 ")), bytes(Text("1")), Bytes(Text("1")), bytes(Text("\u20ac"), "iso8859-15"))
print(attempt(bytes, Plain("x")), attempt(bytes, Text("x"), None, "strict"), attempt(float, Plain("x")))
print(attempt(lambda: b"%c" % Plain("xy")), attempt(lambda: b"%c" % 1.5))
