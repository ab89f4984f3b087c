l = [3, 1, 2]
l.append(0)
l.sort()
l.reverse()
print(l, sorted(l), sorted("bca", reverse=True), sorted([(1, "b"), (0, "z")], key=lambda p: p[1]))
l[1:3] = ["x", "y", "z"]
del l[0]
l.insert(1, "i")
l.extend((7, 8))
print(l, l[-1], l[::-1], l[1:4:2], l.index("y"), l.count(7), l.pop(), l * 2, l + [1])
for bad in (
    lambda: [][0],
    lambda: [].pop(),
    lambda: [1].index(2),
    lambda: [1].remove(2),
    lambda: [1] + (1,),
    lambda: (1,)[3],
    lambda: [1, "a"].sort(),
    lambda: [3, 2, 1][:: 0],
    lambda: list(1),
):
    try:
        print(bad())
    except Exception as e:
        print(type(e).__name__, e)
print((1, 2) < (1, 3), (1,) + (2,), (1, 2) * 2, (1, 2, 1).count(1), hash((1, 2)) == hash((1, 2)), ())
s = "Hello, World"
print(s.lower(), s.split(", "), s.replace("l", "L"), s.find("W"), s[::-1], s.partition(","), "-".join(["a", "b"]))
print(b"ab" + b"c", b"abc"[1], b"abc".hex(), bytes([1, 2]), bytearray(b"xy"), "é".encode(), b"\xc3\xa9".decode())
print(int("12"), int("ff", 16), 2**100, -7 // 2, -7 % 3, divmod(7, -2), 7 / 2, 1e16, 0.1 + 0.2, 3 + 4j, round(2.5), abs(-3))
print(min(3, 1), max("ab"), sum([1, 2]), any([0, 1]), all([]), chr(97), ord("a"), hex(255), bin(5), oct(8))
print(isinstance(True, int), callable(len), repr("a'b"), ascii("é"), type(1), id(l) == id(l))
