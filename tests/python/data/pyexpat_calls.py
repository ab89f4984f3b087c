"""Calls of pyexpat's parsers: arguments, attributes, exceptions in handlers, limits."""

import gc
import io
import pyexpat
from pyexpat import ErrorString, ExpatError, ParserCreate


def show(text, call):
    try:
        result = call()
    except Exception as e:
        print(text, "raised", type(e).__name__, e, getattr(e, "code", ""))
    else:
        print(text, "->", result)


p = ParserCreate()
show("foo", lambda: setattr(p, "foo", 1))
show("line", lambda: setattr(p, "CurrentLineNumber", 1))
show("delete handler", lambda: delattr(p, "StartElementHandler"))
for value in (-1, 0, 1 << 40, "a", 1 << 70):
    show(f"buffer_size {value!r}", lambda: setattr(p, "buffer_size", value))
show("delete size", lambda: delattr(p, "buffer_size"))
show("intern", lambda: setattr(p, "intern", {}))
show("separator", lambda: ParserCreate(namespace_separator="ab"))
show("intern", lambda: ParserCreate(intern=3))
show("encoding", lambda: ParserCreate(1))
show("no intern", lambda: ParserCreate(intern=None).intern)
show("data", lambda: ParserCreate().Parse(3))
show("no data", lambda: ParserCreate().Parse())
show("surrogate", lambda: ParserCreate().Parse("<a>\ud800</a>", True))
show("file", lambda: ParserCreate().ParseFile(3))
show("context", lambda: ParserCreate().ExternalEntityParserCreate(3))
show("base", lambda: ParserCreate().SetBase(3))
show("type", lambda: type(p)())
show("string", lambda: [ErrorString(i) for i in (0, 1, 44, 45, -1, 1 << 40)])


class File:
    def __init__(self, *answers):
        self.answers = list(answers)

    def read(self, n):
        return self.answers.pop(0)


show("read int", lambda: ParserCreate().ParseFile(File(3)))
show("read more", lambda: ParserCreate().ParseFile(File(b"x" * 2049)))
show("read", lambda: ParserCreate().ParseFile(File(b"<a>", bytearray(b"</a>"), b"")))
show("BytesIO", lambda: ParserCreate().ParseFile(io.BytesIO(b"<a>" + b"x" * 9999 + b"</a>")))

print("interning")
p = ParserCreate()
names = []
p.StartElementHandler = lambda name, attrs: names.append(name)
p.Parse(b"<e> <e/> <e></e></e>", True)
print({id(name) == id(names[0]) for name in names}, p.intern)

print("exceptions")
p = ParserCreate()
calls = []


def fail(name, attrs):
    calls.append(name)
    raise ZeroDivisionError(name)


p.StartElementHandler = fail
p.EndElementHandler = calls.append
show("first", lambda: p.Parse(b"<a><b/></a>", True))
print(calls, p.ErrorCode, p.CurrentByteIndex, p.StartElementHandler, p.EndElementHandler)
show("again", lambda: p.Parse(b"<a/>", True))
p = ParserCreate()
p.ExternalEntityRefHandler = lambda *args: "x"
show("answer", lambda: p.Parse(b"<!DOCTYPE a [<!ENTITY e SYSTEM 'x'>]><a>&e;</a>", True))
print(p.ErrorCode)
p = ParserCreate()
p.NotStandaloneHandler = lambda: 0
show("standalone", lambda: p.Parse(b"<!DOCTYPE a SYSTEM 'x'><a/>", True))

print("after the end")
p = ParserCreate()
print(p.Parse(b"<a/>"), p.Parse(b"", True))
show("finished", lambda: p.Parse(b"<a/>", True))
p = ParserCreate()
show("error", lambda: p.Parse(b"<a></b>"))

print(p.SetParamEntityParsing(1), ParserCreate().SetParamEntityParsing(1))

print("limits")
for name, value in (("SetBillionLaughsAttackProtectionActivationThreshold", -1),
                    ("SetBillionLaughsAttackProtectionActivationThreshold", 1 << 64),
                    ("SetBillionLaughsAttackProtectionActivationThreshold", 1.5),
                    ("SetBillionLaughsAttackProtectionMaximumAmplification", 0.5),
                    ("SetAllocTrackerMaximumAmplification", float("nan")),
                    ("SetAllocTrackerMaximumAmplification", "x"),
                    ("SetAllocTrackerActivationThreshold", 5)):
    show(name, lambda: getattr(ParserCreate(), name)(value))
    show("of a part", lambda: getattr(ParserCreate().ExternalEntityParserCreate(""), name)(value))
laughs = "<!DOCTYPE a [<!ENTITY e0 'xxxxxxxxxx'>" + "".join(
    f"<!ENTITY e{i} '{f'&e{i - 1};' * 10}'>" for i in range(1, 12)) + "]>"
show("laughs", lambda: ParserCreate().Parse(laughs + "<a>&e11;</a>", True))
show("in attributes", lambda: ParserCreate().Parse(laughs + "<a b='&e11;'/>", True))
show("deep", lambda: ParserCreate().Parse("<a>" * 100000 + "</a>" * 100000, True))


def model(n):
    p = ParserCreate()
    p.ElementDeclHandler = lambda name, model: None
    try:
        p.Parse(b"<!DOCTYPE a [<!ELEMENT a " + b"(b," * n + b"b" + b")" * n + b">]><a/>", True)
    except RecursionError:
        return "too deep"


print(model(100), model(800000))

p = ParserCreate()
p.StartElementHandler = lambda name, attrs: p.Parse(b"")
del p
sub = ParserCreate().ExternalEntityParserCreate(None)
sub.CommentHandler = lambda data: sub
del sub
gc.collect()
print(pyexpat.native_encoding, pyexpat.__doc__)
