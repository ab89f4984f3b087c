def f(a, b=2, *args, c, d=4, **kw):
    return (a, b, args, c, d, kw)


print(f(1, c=3))
print(f(1, 5, 6, 7, c=3, z=9))
print(f(*(1, 2, 3), **{"c": 4, "e": 5}))
for call in (
    lambda: f(),
    lambda: f(1),
    lambda: f(1, a=2, c=3),
    lambda: (lambda x, /: x)(x=1),
    lambda: (lambda: 0)(1),
    lambda: (lambda x, y: 0)(1),
    lambda: (lambda x, y=1: 0)(1, 2, 3),
    lambda: (lambda *, k: 0)(),
    lambda: (lambda *, k: 0)(1, k=2),
    lambda: (lambda k: 0)(k=1, kk=2),
    lambda: f(**1),
    lambda: f(*1),
):
    try:
        print(call())
    except TypeError as e:
        print(e)


def counter():
    n = 0

    def step():
        nonlocal n
        n += 1
        return n

    return step


a, b = counter(), counter()
print(a(), a(), b())
print(f.__name__, f.__defaults__, f.__kwdefaults__, f.__code__.co_varnames)


def unbound():
    print(local)
    local = 1


try:
    unbound()
except UnboundLocalError as e:
    print(e)
try:
    undefined_name
except NameError as e:
    print(e)
