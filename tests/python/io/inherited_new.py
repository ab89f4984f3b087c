"""Classes that have no `__new__` of their own to Python code."""

import _io
import _lsprof
import collections
import io
import pickle

for cls in (_io._IOBase, io.BufferedReader, io.BufferedWriter, io.BufferedRandom, io.BufferedRWPair, io.TextIOWrapper,
            io.IncrementalNewlineDecoder, io.FileIO, io.BytesIO, io.StringIO, _lsprof.Profiler, collections.OrderedDict,
            collections.defaultdict):
    owner = next(base for base in cls.__mro__ if "__new__" in vars(base))
    made = owner.__new__(cls)
    print(cls.__name__, owner.__name__, type(made) is cls)
    try:
        print(type(object.__new__(cls)) is cls)
    except TypeError as error:
        print(error)


class Reader(io.BufferedReader):
    def __new__(cls, raw):
        self = super().__new__(cls)
        self.mark = 1
        return self


class Text(io.TextIOWrapper):
    pass


print(Reader(io.BytesIO(b"abc")).read(), Reader(io.BytesIO(b"")).mark)
print(Text.__new__ is object.__new__, Text(io.BytesIO(b"abc")).read())
for made in (object.__new__(Reader), object.__new__(Text)):
    try:
        made.read()
    except ValueError as error:
        print(error)
for protocol in range(2, 6):
    for made in (Reader(io.BytesIO(b"x")), Text(io.BytesIO(b"x"))):
        try:
            pickle.dumps(made, protocol)
        except TypeError as error:
            print(error)
try:
    dict.__new__(io.BytesIO)
except TypeError as error:
    print(error)
try:
    io.BytesIO.__new__(io.StringIO)
except TypeError as error:
    print(error)
