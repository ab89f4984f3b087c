"""Writes tests/data/*.tsv, the expected results of the reference tests (run with CPython 3.14; optional scale factor)."""
import cmath
import math
import operator
import os
import random
import struct
import sys

scale = int(sys.argv[1]) if len(sys.argv) > 1 else 1
dest = sys.argv[2] if len(sys.argv) > 2 else os.path.join(os.path.dirname(__file__), "../tests/data")
os.makedirs(dest, exist_ok=True)
rnd = random.Random(314 + scale)
sys.set_int_max_str_digits(0)


def write(name, rows):
    rows = list(dict.fromkeys(tuple(r) for r in rows))
    with open(os.path.join(dest, name), "w") as f:
        for r in rows:
            f.write("\t".join(r) + "\n")


def h(i):
    return hex(i)


def fb(x):
    return "nan" if x != x else f"{struct.unpack('>Q', struct.pack('>d', x))[0]:x}"


def rint():
    k = rnd.random()
    if k < 0.15:
        v = rnd.choice([0, 1, 2, 3, 5, 10, 2**29, 2**30 - 1, 2**30, 2**31, 2**59, 2**60 - 1, 2**60, 2**61 - 1, 2**63 - 1,
                        2**63, 2**64 - 1, 2**64, 2**90, 2**120, 10**18, 10**50])
    elif k < 0.6:
        v = rnd.getrandbits(rnd.randint(1, 130))
    elif k < 0.95:
        v = rnd.getrandbits(rnd.randint(1, 1200))
    else:
        v = rnd.getrandbits(rnd.randint(1, 12000))
    if rnd.random() < 0.1:
        v <<= rnd.randint(0, 100)
    return -v if rnd.random() < 0.4 else v


def attempt(f, show, *a):
    try:
        return show(f(*a))
    except ZeroDivisionError:
        return "ZeroDivisionError"
    except OverflowError:
        return "OverflowError"
    except ValueError:
        return "ValueError"
    except TypeError:
        return "TypeError"


rows = []
def round_near(a, b):
    q, r = divmod(a, b)
    t = 2 * r
    if (t > b if b > 0 else t < b) or (t == b and q & 1):
        q += 1
    return q


for _ in range(150 * scale):
    a, b = rint(), rint()
    if rnd.random() < 0.2:
        b = a + rnd.choice([0, 1, -1]) if rnd.random() < 0.5 else a * rint()
    for op in ("add", "sub", "mul", "and_", "or_", "xor", "floordiv", "mod"):
        rows.append((op, h(a), h(b), attempt(getattr(operator, op), h, a, b)))
    rows.append(("truediv", h(a), h(b), attempt(operator.truediv, fb, a, b)))
    rows.append(("gcd", h(a), h(b), h(math.gcd(a, b))))
    rows.append(("lcm", h(a), h(b), h(math.lcm(a, b))))
    n = rnd.randint(0, 200)
    rows.append(("shl", h(a), h(n), h(a << n)))
    rows.append(("shr", h(a), h(n), h(a >> n)))
    rows.append(("invert", h(a), h(~a)))
    rows.append(("isqrt", h(abs(a)), h(math.isqrt(abs(a)))))
    rows.append(("hash", h(a), h(hash(a))))
    rows.append(("float", h(a), attempt(float, fb, a)))
    rows.append(("round_near", h(a), h(b), attempt(round_near, h, a, b)))
    small = rnd.getrandbits(rnd.randint(1, 60))
    e = rnd.randint(0, 40)
    rows.append(("pow", h(small), h(e), h(small**e)))
    m = rint()
    e = rnd.getrandbits(rnd.randint(1, 200))
    if rnd.random() < 0.3:
        e = -e
    if len(h(a)) < 400:
        rows.append(("modpow", h(a), h(e), h(m), attempt(pow, h, a, e, m)))


for _ in range(150 * scale):
    # near halves of the float grid
    m = rnd.getrandbits(53) | 1 << 52
    s = rnd.choice([1, 2, 3, 10, 60, 500, 960, 970, 971, 972])
    a = (m << s) + rnd.choice([0, 1, -1, 1 << (s - 1), (1 << (s - 1)) + 1, (1 << (s - 1)) - 1, 3 << (s - 1)])
    rows.append(("float", h(a), attempt(float, fb, a)))
    b = rnd.getrandbits(rnd.randint(1, 1200)) + 1
    d = rnd.randint(1000, 1140)
    rows.append(("truediv", h(a), h(b), attempt(operator.truediv, fb, a, b)))
    rows.append(("truediv", h(b), h(a), attempt(operator.truediv, fb, b, a)))
    rows.append(("truediv", h(m), h(1 << d), attempt(operator.truediv, fb, m, 1 << d)))
    rows.append(("truediv", h(2 * m + 1), h(1 << d), attempt(operator.truediv, fb, 2 * m + 1, 1 << d)))
    rows.append(("truediv", h(m * 8 + 4), h(1 << d), attempt(operator.truediv, fb, m * 8 + 4, 1 << d)))
    f = math.ldexp(m, rnd.randint(-60, 200))
    for g in (f, -f, f + 0.5, m + 0.5, float(s)):
        i = rnd.choice([int(g), int(g) + 1, int(g) - 1, -int(g), a])
        rows.append(("cmp", h(i), fb(g), str((i > g) - (i < g))))
for _ in range(60 * scale):
    n = rnd.randint(0, 400)
    k = rnd.randint(0, n + 2)
    rows.append(("comb", h(n), h(k), h(math.comb(n, k))))
    rows.append(("perm", h(n), h(k), h(math.perm(n, k))))
    rows.append(("factorial", h(n), h(math.factorial(n))))
    n = rnd.getrandbits(rnd.randint(1, 90))
    k = rnd.randint(0, 30)
    rows.append(("comb", h(n), h(k), h(math.comb(n, k))))
    rows.append(("perm", h(n), h(k), h(math.perm(n, k))))
for _ in range(150 * scale):
    a = rint()
    n = rnd.randint(0, 30)
    if rnd.random() < 0.3:
        n = rnd.choice([1, 2, 3, 4, 8])
        a = rnd.choice([1, -1]) * (1 << (8 * n - rnd.randint(0, 1))) + rnd.choice([-1, 0, 1])
    for order in ("little", "big"):
        for signed in (False, True):
            rows.append(("to_bytes", h(a), h(n), order, str(signed),
                         attempt(lambda: "x" + a.to_bytes(n, order, signed=signed).hex(), str)))
            b = rnd.randbytes(rnd.randint(0, 40))
            rows.append(("from_bytes", "x" + b.hex(), order, str(signed), h(int.from_bytes(b, order, signed=signed))))
write("int.tsv", rows)

rows = []
for _ in range(150 * scale):
    a = rint()
    rows.append(("str", h(a), str(a)))
    base = rnd.randint(2, 36)
    digs = "0123456789abcdefghijklmnopqrstuvwxyz"
    v, s = abs(a), ""
    while v:
        v, r = divmod(v, base)
        s = digs[r] + s
    rows.append(("radix", h(a), str(base), ("-" if a < 0 else "") + (s or "0")))
    rows.append(("int", ("-" if a < 0 else "") + (s or "0").upper(), str(base), h(a)))
    rows.append(("int", str(a), "10", h(a)))
for s in """0 00 000 0_0 01 0_1 1_000 _1 1_ 1__0 +5 -5 +-5 - + 0x10 0X1f 0x_10 0x__10 0x 0b101 0b2 0o17 0o8 0B1 0O7
        12a zz Zz 1e5 1.0 0b 0_b1 0x1_ ~1 --1 0xg 10 1 0b_1 0o_7 0_7""".split() + ["", " ", " 12 ", "\t-0x1f\n", "1 2", "- 1", "\v5\f",
        "\x1c5"]:
    for base in (0, 2, 8, 10, 16, 36, 3):
        if "\x1c" not in s:
            rows.append(("int", s.encode("unicode_escape").decode(), str(base), attempt(int, h, s, base)))
write("int_text.tsv", rows)

SPECIAL = [0.0, -0.0, 1.0, -1.0, 0.5, 1.5, 2.5, -2.5, 1e16, 1e15, 1e17, 123456789012345680.0, 1e-4, 1e-5, 0.00012345, 1e22, 1e23,
           5e-324, 2.2250738585072014e-308, 1.7976931348623157e308, 0.1, 0.2, 0.3, 1 / 3, 2 / 3, 1e100, 9.5, 99.5, 0.95, 0.095,
           999999.5, 9999999.5, math.inf, -math.inf, math.nan, 2.0**53, 2.0**61 - 256, 2.0**61, 0.045, 1.005, 2.675, 1e300, 3.0, 314.0,
           1e21, 9007199254740993.0, 4.35, 0.125, 0.375, 1e-7]


def rflt():
    k = rnd.random()
    if k < 0.3:
        return rnd.choice(SPECIAL)
    if k < 0.5:
        return struct.unpack("d", rnd.randbytes(8))[0]
    if k < 0.7:
        return round(rnd.uniform(-1000, 1000), rnd.randint(0, 6))
    if k < 0.8:
        return rnd.randint(-2000, 2000) / 8
    return rnd.choice([-1, 1]) * rnd.random() * 10.0 ** rnd.randint(-30, 30)


rows = []
for i in range(300 * scale):
    x, y = (SPECIAL[i], SPECIAL[-i]) if i < len(SPECIAL) else (rflt(), rflt())
    rows.append(("repr", fb(x), repr(x)))
    rows.append(("hex", fb(x), x.hex()))
    if x == x:
        rows.append(("hash", fb(x), h(hash(x))))
    rows.append(("ratio", fb(x), attempt(lambda: x.as_integer_ratio(), lambda r: h(r[0]) + "/" + h(r[1]))))
    for p in {0, 1, 2, 6, 17, rnd.randint(0, 40), rnd.randint(0, 400) if rnd.random() < 0.1 else 3}:
        for code in "efgEFG":
            alt = rnd.choice(["", "#"])
            sign = rnd.choice(["", "+"])
            rows.append(("fmt", fb(x), sign + alt, str(p), code, f"%{sign}{alt}.{p}{code}" % x))
        rows.append(("z", fb(x), str(p), f"{x:z.{p}f}"))
    for n in {0, 1, 2, 3, -1, -2, -5, rnd.randint(-330, 330), rnd.randint(0, 20)}:
        rows.append(("round", fb(x), str(n), attempt(round, fb, x, n) if math.isfinite(x) else fb(x)))
    for op in ("floordiv", "mod"):
        rows.append((op, fb(x), fb(y), attempt(getattr(operator, op), fb, x, y)))
    p = "complex" if -math.inf < x < 0 and math.isfinite(y) and y % 1 else attempt(lambda: x**y, lambda r: "complex" if isinstance(r, complex) else fb(r))
    rows.append(("pow", fb(x), fb(y), p))
    y2 = float(rnd.randint(-6, 6))
    rows.append(("pow", fb(x), fb(y2), attempt(lambda: x**y2, lambda r: "complex" if isinstance(r, complex) else fb(r))))
    s = repr(x)
    rows.append(("float", s, fb(x)))
    rows.append(("float", "%.25e" % x, fb(float("%.25e" % x))))
    if math.isfinite(x):
        rows.append(("fromhex", x.hex(), fb(x)))
        m = rnd.getrandbits(rnd.choice([53, 54, 55, 60, 64, 70, 120]))
        e = rnd.choice([0, -20, 900, 970, -1000, -1074, -1100, -1130, rnd.randint(-1200, 1030)])
        s = f"0x{m >> 40:x}.{m & (2**40 - 1):010x}p{e}"
        rows.append(("fromhex", s, attempt(float.fromhex, fb, s)))
for s in """1 1. .1 . 1e 1e5 1E+5 1e-5 e5 +1 -1 +-1 -.5 1_0 1__0 _1 1_ 1_.0 1._0 1_0.0_1 1e1_0 1e_1 1_e1 inf -inf INF Infinity -infinity
        infinit nan -nan +nan NAN nan1 0x1 1d5 1e400 -1e400 1e-400 00 0.0e0 1e99999999999999999999 1e-99999999999999999999 0e999999999
        in_f 1.5.5 --1 1,5 179769313486231580793728971405303419e273""".split() + [""]:
    rows.append(("float", s, attempt(float, fb, s)))
for s in """0x1p0 1p0 0x.8p1 0x1.8 1.8p+3 -0x1p-1 0x1p 0x1p+ 0x 0x. x1 inf -Infinity nan 0x1p1024 0x1.fffffffffffff8p1023
        0x1.fffffffffffff7p1023 0x1p-1075 0x1.8p-1075 0x0p99999999999 0x1p99999999999999999999 0x1p-99999999999999999999 1.2.3 0xg 0X1P5
        0x1.00000000000008p0 0x1.00000000000018p0 0x1.000000000000080000000000001p0 +0x1 0x0.0000000000000000000000000000001p200""".split():
    rows.append(("fromhex", s, attempt(float.fromhex, fb, s)))
write("float.tsv", rows)

rows = []
PARTS = [math.inf, -math.inf, math.nan, 0.0, -0.0, 1.0, -1.0, 2.5, 1e300, -1e300, 1e-310, 0.3]


def cb(z):
    return fb(z.real) + "," + fb(z.imag)


def rc():
    def part():
        return rnd.choice(PARTS) if rnd.random() < 0.6 else rnd.uniform(-10, 10)
    return complex(part(), part())


for _ in range(250 * scale):
    a, b = rc(), rc()
    rows.append(("repr", cb(a), repr(a)))
    for op in ("add", "sub", "mul", "truediv"):
        rows.append((op, cb(a), cb(b), attempt(getattr(operator, op), cb, a, b)))
        rows.append((op + "_cr", cb(a), fb(b.real), attempt(getattr(operator, op), cb, a, b.real)))
        rows.append((op + "_rc", fb(a.real), cb(b), attempt(getattr(operator, op), cb, a.real, b)))
    rows.append(("pow", cb(a), cb(b), attempt(operator.pow, cb, a, b)))
    n = float(rnd.randint(-12, 12))
    rows.append(("pow", cb(a), cb(complex(n)), attempt(operator.pow, cb, a, complex(n))))
    rows.append(("abs", cb(a), attempt(abs, fb, a)))
    if a == a:
        rows.append(("hash", cb(a), h(hash(a))))
    for f in "acos acosh asin asinh atan atanh cos cosh exp log log10 sin sinh sqrt tan tanh".split():
        rows.append((f, cb(a), attempt(getattr(cmath, f), cb, a)))
    rows.append(("rect", cb(a), attempt(cmath.rect, cb, a.real, a.imag)))
    rows.append(("complex", repr(a), cb(a)))
for s in """1 1j j -j +j 1+j 1-j 1+2j 1-2.5e3J (1+2j) (j) (1 ( 1) 1+2 1+ 1j+2 2j1 1_0+1_0j _1j nan+nanj inf-infj infinityj infj
        -inf+1j 1e5j 1e5+1e-5j 1+-2j 1++2j 1j2 jj 0x1j 1e+5j .5j 1.+.5j""".split() + ["", " 1+2j ", "( 1+2j )", "1 +2j", " ( 1 ) "]:
    rows.append(("complex", s, attempt(complex, cb, s)))
write("complex.tsv", rows)

rows = []
for _ in range(400 * scale):
    x = rnd.choice([rflt(), rnd.uniform(-180, 180), rnd.uniform(-5, 5), rnd.uniform(0, 175), float(rnd.randint(-5, 30))])
    rows.append(("gamma", fb(x), attempt(math.gamma, fb, x)))
    rows.append(("lgamma", fb(x), attempt(math.lgamma, fb, x)))
    rows.append(("ulp", fb(x), fb(math.ulp(x))))
    y, z = rflt(), rflt()
    n = rnd.choice([0, 1, 2, 3, 1000, 2**52, 2**63, 2**64 - 1])
    rows.append(("nextafter", fb(x), fb(y), str(n), fb(math.nextafter(x, y, steps=n))))
    tiny = rnd.randint(-3, 3) * 5e-324
    rows.append(("nextafter", fb(tiny), fb(-y), str(n), fb(math.nextafter(tiny, -y, steps=n))))
    rows.append(("fma", fb(x), fb(y), fb(z), attempt(math.fma, fb, x, y, z)))
    rows.append(("remainder", fb(x), fb(y), attempt(math.remainder, fb, x, y)))
    v = [rflt() if rnd.random() < 0.2 else rnd.uniform(-1, 1) * 10.0 ** rnd.randint(-20, 20) for _ in range(rnd.randint(0, 8))]
    w = [rnd.uniform(-1, 1) * 10.0 ** rnd.randint(-20, 20) for _ in v]
    rows.append(("fsum", " ".join(map(fb, v)), attempt(math.fsum, fb, v)))
    fin = [t for t in v if math.isfinite(t)]
    rows.append(("hypot", " ".join(map(fb, v)), fb(math.hypot(*v))))
    rows.append(("sum", " ".join(map(fb, v)), fb(sum(v, 0.0))))
    if all(abs(t) < 1e100 for t in v):
        rows.append(("sumprod", " ".join(map(fb, v)), " ".join(map(fb, w)), fb(math.sumprod(v, w))))
g = random.Random()
for seed in (0, 1, 2**32, 2**70 + 5):
    g.seed(seed)
    rows.append(("random", h(seed), " ".join(fb(g.random()) for _ in range(3)), h(g.getrandbits(100)), h(g.getrandbits(7)), h(g.getrandbits(64)),
                 " ".join([str(g.getrandbits(32)) for _ in range(1300)][1296:])))
write("math.tsv", rows)
