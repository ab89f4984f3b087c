"""zoneinfo.ZoneInfo: files, TZ strings, caches, periods, pickles, and what is refused."""

import datetime as D
import io
import pickle
import struct
from zoneinfo import ZoneInfo as Z, _common


def tzif(tzstr, trans=(), types=((0, 0, 0),), abbr=b"UTC\0", v=b"2"):
    def block(full):
        out = b"TZif" + v + b"\0" * 15
        out += struct.pack(">6l", 0, 0, 0, *((len(trans), len(types), len(abbr)) if full else (0, 0, 0)))
        if full:
            out += struct.pack(f">{len(trans)}q", *[a for a, b in trans]) + bytes(b for a, b in trans)
            for t in types:
                out += struct.pack(">lbb", *t)
            out += abbr
        return out
    return io.BytesIO(block(False) + block(True) + b"\n" + tzstr + b"\n")


def make(key="k", **parts):
    return Z.from_file(tzif(**parts), key=key)


def show(f):
    try:
        print(f())
    except Exception as e:
        print(f"{type(e).__name__}: {e}")


def periods(zone, year):
    """What changes in two years, by half hours."""
    moment, last = D.datetime(year, 1, 1, tzinfo=zone), None
    while moment.year < year + 2:
        now = [zone.tzname(moment), zone.tzname(moment.replace(fold=1))]
        try:
            utc = zone.fromutc(moment)
            now += [utc.tzname(), utc.fold, str(utc.utcoffset()), str(utc.dst())]
        except OverflowError as e:
            now.append(str(e))
        if now != last:
            print(" ", moment.replace(tzinfo=None), *now)
            last = now
        moment += D.timedelta(minutes=30)


print("-- TZ strings")
STRINGS = [
    'PST8PDT', '+11', 'GMT,M3.2.0/2,M11.1.0/3', 'GMT0+11,M3.2.0/2,M11.1.0/3', 'PST8PDT,M3.2.0/2', 'a', '',
    'AA0', 'AAA', 'AAA25', 'AAA24', 'AAA-24:59:59', 'AAA24:59:60', 'AAA24:60',
    'AAA4BBB-25,M3.2.0/2,M11.1.0/3', 'AAA4BBB,J60/2', 'AAA4BBB,1443339,M11.1.0/3',
    'AAA4BBB,M3.2.0/2,0349309483959c', 'AAA4BBB,M13.2.0/2,M11.1.0/3', 'AAA4BBB,M3.0.0/2,M11.1.0',
    'AAA4BBB,M3.2.7/2,M11.1.0', 'AAA4BBB,J0,M11.1.0', 'AAA4BBB,J366/2,J1', 'AAA4BBB,M3.2.0/168,M11.1.0',
    'AAA4BBB,M3.2.0/167,M11.1.0/-167', 'AAA4BBB,M3.2.0/2:60,M11.1.0', '<+11>3', '<+1>3', '<1>3', '<A-B',
    'AAA4:BBB', 'AAA4:', 'AAA4:5', 'AAA4BBB,', 'AAA4BBB,,', 'AAA4,M3.2.0,M4.1.0', 'AAA4BBB,M3.2.0,M4.1.0x',
    'AAA4BBB,M3.2.0/,M4.1.0', 'AAA4BBB,M3.2,M4.1.0', 'AAA0BBB,M003.2.0,M4.1.0', 'AAA0BBB5,0,365',
    'AAA0BBB5,0,366', 'AAA:3', 'AAA+3', 'AAA--3', 'AAA100', 'AAA1000', 'AAA3BB<', 'AAA3<B', 'AAA3<>', 'ÿ3',
    'Aé4', 'AAA24:5:6', 'AAA24:05:6', 'AAA4BBB,M1.1.1/1:1,J5', 'AAA4BBB,M1.1.1/1:01:01,J5/+1',
    'AAA4BBB,M1.1.1/1:01:0,J5/+1', 'AAA4BBB,M1.1.1/1:61:60,J5/+1', 'AAA4BBB,M1.1.1/999:59:60,J5/+1',
    'AAA4BBB,m1.1.1,J5', 'AAA4BBB,M00.1.1,J5', 'AAA4BBB,M1.11.1,J5', 'AAA4BBB,J001,J0005', 'AAA4BBB,J001,005',
    'AAA4BBB,J001,-5', 'AAA3<>4', '<>3', 'AAA3BBB4', 'AAA3BBB25,J1,J2', 'AAA3BBB+999:99:99,J1,J2',
    "AAA3 ", " AAA3", "<A B>3",
]
for text in STRINGS:
    def look():
        zone, june = make(tzstr=text.encode("latin-1")), D.datetime(2030, 6, 1)
        return text, zone.tzname(june), zone.utcoffset(june), zone.dst(june), zone.utcoffset(None)
    show(look)

print("-- rules")
for text in ["AAA4BBB,J59/0,J60/0", "AAA4BBB,58/0,60/0", "AAA4BBB,0/0,364/0", "AAA4BBB,59/0,365/0",
             "AAA4BBB3,M2.5.0,M2.5.3", "AAA4BBB6,M2.5.0,M2.5.3", "AAA4BBB,M12.5.0/167,M1.1.0/-167",
             "AAA4BBB,M9.1.2/-5:30,M3.5.6/30"]:
    for year in (2023, 2, 9997):
        print(text, year)
        periods(make(tzstr=text.encode()), year)

print("-- transitions")
HOUR = 3600
zone = make(tzstr=b"AAA-1BBB,M3.5.0,M10.5.0", abbr=b"LMT\0AAA\0BBB\0CCC\0", types=(
    (1000, 0, 0), (HOUR, 0, 4), (2 * HOUR, 1, 8), (3 * HOUR, 1, 12)), trans=(
    (-2 ** 40, 0), (-86400 * 10, 1), (0, 2), (86400 * 30, 3), (86400 * 60, 2), (86400 * 90, 1)))
for start in (1, 1967, 1969, 1970, 1971):
    print(start)
    periods(zone, start)
one = make(tzstr=b"", abbr=b"X\0Y\0", types=((0, 0, 0), (-HOUR, 0, 2)), trans=((86400, 1),))
periods(one, 1969)
for parts in (dict(tzstr=b"", types=()), dict(tzstr=b"", types=(), trans=((0, 0),)),
              dict(tzstr=b"AAA3", trans=((0, 5),)), dict(tzstr=b"AAA3", types=((200000, 0, 0),)),
              dict(tzstr=b"", types=((HOUR, 1, 0),)), dict(tzstr=b"AAA3", types=((HOUR, 1, 0),)),
              dict(tzstr=b"UTC0"), dict(tzstr=b"", types=((HOUR, 1, 0),), trans=((2 ** 62, 0), (2 ** 62 - 1, 0)))):
    def look():
        zone = make(**parts)
        return [f(when) for when in (None, D.datetime(2020, 1, 1)) for f in (zone.utcoffset, zone.dst, zone.tzname)]
    show(look)

print("-- arguments")
z = Z("America/New_York")


class Sub(Z):
    pass


class Stamp(D.datetime):
    pass


for f in (lambda: z.utcoffset(5), lambda: z.utcoffset(D.date(2020, 1, 1)), lambda: z.fromutc(5),
          lambda: z.fromutc(D.datetime(2020, 1, 1)), lambda: Z(), lambda: Z(1), lambda: Z("a", "b"), lambda: Z(k=1),
          lambda: Z(key="UTC"), lambda: Z([]), lambda: Sub([]), lambda: Sub(5), lambda: Z.no_cache("nope"),
          lambda: Z.no_cache(), lambda: Z.no_cache(k=1), lambda: Z.from_file(5), lambda: Z.from_file(),
          lambda: Z.clear_cache(5), lambda: Z.clear_cache(only_keys=5), lambda: Z._unpickle("UTC", 2),
          lambda: Z._unpickle("UTC"), lambda: Z._unpickle(1, 2, 3), lambda: Z._unpickle(a=5),
          lambda: Z._unpickle("UTC", "x"), lambda: setattr(z, "key", 1), lambda: setattr(Z, "foo", 1),
          lambda: Z.__init_subclass__(), lambda: z.fromutc(Stamp(2020, 11, 1, 6, 30, tzinfo=z)),
          lambda: z.fromutc(D.datetime(1, 1, 1, tzinfo=z)), lambda: z.utcoffset(D.datetime.max)):
    show(f)

print("-- data")
for data in (5, (), ((), (), (), (), (), None), ((0,), (1,), (2,), (0,), (3,), None),
             ((0,), (1,), ("x",), (0,), ("a",), None), ((0,), (1,), (2,), (0,), ("a",), "AAA3"),
             ((0,), (1, 2), (2,), (0,), ("a",), None), ((5,), (1,), (2,), (0,), ("a",), None),
             ((0,), (1,), (2,), (0, 0), ("a",), None), ((0,), (1,), (2,), (0,), (), None),
             ((-1,), (1,), (2,), (0,), ("a",), None), ((0,), (2 ** 63,), (2,), (0,), ("a",), None)):
    load, _common.load_data = _common.load_data, lambda file: data
    show(lambda: Z.from_file(io.BytesIO(b""), key="k").tzname(D.datetime(2020, 1, 1)))
    _common.load_data = load

print("-- caches and pickles")
print(Z("UTC") is Z("UTC"), Z.no_cache("UTC") is Z("UTC"), Sub("UTC") is Sub("UTC"), Sub("UTC") is Z("UTC"))
print(repr(Sub("UTC")), str(Sub("UTC")), z.key)
old = Z("UTC")
Z.clear_cache(only_keys=["Europe/Paris"])
print(Z("UTC") is old)
Z.clear_cache(only_keys=["UTC"])
print(Z("UTC") is old)
old = Z("UTC")
Z.clear_cache()
print(Z("UTC") is old, pickle.loads(pickle.dumps(z)) is z, pickle.loads(pickle.dumps(Z("UTC"))) is Z("UTC"))
print(z.__reduce__()[1], Z.no_cache("UTC").__reduce__()[1])
file = tzif(b"AAA3")
f = Z.from_file(file)
print(repr(f) == str(f) == f"zoneinfo.ZoneInfo.from_file({file!r})", f.key)
show(lambda: pickle.dumps(f))
g = make(tzstr=b"AAA3", key=5)
print(repr(g), g.key)
show(lambda: str(g))
Sub._weak_cache = {"UTC": z}
show(lambda: Sub("UTC"))
Sub._weak_cache = 5
show(lambda: Sub("UTC"))
show(lambda: Sub.clear_cache())
show(lambda: Sub.clear_cache(only_keys=["a"]))
del Sub._weak_cache
show(lambda: Sub("UTC"))
