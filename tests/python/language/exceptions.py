def show(e):
    print(type(e).__name__, e.args, repr(e.__cause__), repr(e.__context__), e.__suppress_context__)


try:
    try:
        1 / 0
    except ZeroDivisionError as e:
        raise ValueError("bad") from e
except ValueError as e:
    show(e)
try:
    try:
        [][0]
    except IndexError:
        {}["k"]
except KeyError as e:
    show(e)
try:
    try:
        1 / 0
    finally:
        print("finally")
except ArithmeticError as e:
    show(e)


def order():
    try:
        return "try"
    finally:
        print("cleanup")


print(order())


def override():
    for i in (1, 2):
        try:
            continue
        finally:
            print("each", i)
    else:
        print("else")


override()


class Manager:
    def __init__(self, swallow):
        self.swallow = swallow

    def __enter__(self):
        print("enter")
        return self

    def __exit__(self, kind, value, tb):
        print("exit", kind and kind.__name__, value)
        return self.swallow


with Manager(True) as m:
    raise OSError("lost")
try:
    with Manager(False), Manager(False):
        raise LookupError("kept")
except LookupError as e:
    show(e)
try:
    raise ExceptionGroup("eg", [ValueError(1), TypeError(2), KeyError(3)])
except* ValueError as eg:
    print("V", eg.exceptions)
except* (TypeError, KeyError) as eg:
    print("TK", eg.exceptions)
try:
    raise
except RuntimeError as e:
    print(e)
try:
    raise 1
except TypeError as e:
    print(e)
try:
    with 1:
        pass
except TypeError as e:
    print(e)


def deep(n):
    return deep(n + 1)


try:
    deep(0)
except RecursionError as e:
    print(e)
try:
    assert 1 == 2, "message"
except AssertionError as e:
    print(e)
