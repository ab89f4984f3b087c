print([i * j for i in (1, 2) for j in (3, 4)], {i % 3 for i in (1, 2, 3, 4)} == {0, 1, 2})
print({k: v for k, v in ((1, "a"), (2, "b"))}, [[y for y in (x, x)] for x in (1, 2)])
x = "outer"
print([x for x in (1, 2)], x)
print([lambda i=i: i for i in (1, 2)][1]())
print([f() for f in [lambda: i for i in (1, 2)]])
a, *b, (c, d) = 1, 2, 3, (4, 5)
print(a, b, c, d)
for bad in (lambda: exec("a, b = 1,"), lambda: exec("a, b = 1, 2, 3"), lambda: exec("a, *b, c = 1,")):
    try:
        bad()
    except ValueError as e:
        print(e)
print([*"ab", *(1, 2)], {**{"a": 1}, "b": 2}, (*[],), {*()} == set())
if (n := 10) > 5:
    print(n)
print(1 < 2 < 3, 1 < 3 < 2, not [], [] or "x", 0 and 1)
i = 0
while True:
    i += 1
    if i == 2:
        continue
    if i > 3:
        break
    print(i)
else:
    print("never")
