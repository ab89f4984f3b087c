"""Types that all interpreters share show an interpreter its own subclasses only."""
import _interpreters
import decimal
import ssl


class Mine(Exception):
    pass


class Number(decimal.Decimal):
    pass


CODE = """
import decimal, ssl
class Theirs(Exception): pass
class Number(decimal.Decimal): pass
print(sorted(c.__name__ for c in Exception.__subclasses__() if c.__name__ in ("Mine", "Theirs")))
print(decimal.Decimal.__subclasses__() == [Number], len(ssl.SSLError.__subclasses__()))
print(issubclass(Theirs, Exception), Theirs.__mro__[1:])
"""
interpreters = [_interpreters.create("legacy") for _ in range(2)]
for interpreter in interpreters:
    print(_interpreters.exec(interpreter, CODE))
print(sorted(c.__name__ for c in Exception.__subclasses__() if c.__name__ in ("Mine", "Theirs")))
print(decimal.Decimal.__subclasses__() == [Number], len(ssl.SSLError.__subclasses__()))
for interpreter in interpreters:
    _interpreters.destroy(interpreter)
print(decimal.Decimal.__subclasses__() == [Number], len(ssl.SSLError.__subclasses__()))
