"""`str.replace` of one character by another: counts, and strings that others share."""

for text in ("", "a", "b", "aa", "abc" * 5, "cab" * 40, "aäa", "日本a"):
    for old, new in (("a", "b"), ("a", "a"), ("c", "ä"), ("ä", "a"), ("b", ""), ("a", "xy")):
        for count in (-1, 0, 1, 2, 3, 100):
            print(repr(text.replace(old, new, count)), end=" ")
    print()
shared = "a"
print(shared.replace("a", "z"), shared, "a", chr(97), "xa"[1])


class Text(str):
    pass


t = Text("nothing here")
print(type(t.replace("z", "y")), type(t.replace("n", "m")), t.replace("n", "m"))
