def g():
    try:
        x = yield 1
        print("got", x)
        yield from inner()
    finally:
        print("closed")
    return 42


def inner():
    while True:
        try:
            y = yield "inner"
        except KeyError as e:
            print("caught", repr(e))
            return "done"


it = g()
print(next(it), it.send("hi"), next(it))
try:
    it.throw(KeyError("k"))
except StopIteration as e:
    print("value", e.value)
it = g()
next(it)
it.close()
print(list(it))


def stop():
    yield 1
    raise StopIteration


try:
    for v in stop():
        print(v)
except RuntimeError as e:
    print(e, repr(e.__cause__))


def ignores():
    for _ in (1, 2):
        try:
            yield
        except GeneratorExit:
            pass


it = ignores()
next(it)
try:
    it.close()
except RuntimeError as e:
    print(e)
gen = (i * i for i in (1, 2, 3) if i != 2)
print(list(gen), list(gen))
it = g()
try:
    it.send(1)
except TypeError as e:
    print(e)


def reenter():
    yield next(me)


me = reenter()
try:
    next(me)
except ValueError as e:
    print(e)
