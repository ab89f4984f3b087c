"""Random operations of the native decimal in random contexts: results and flags."""

import random
from _decimal import *

R = random.Random(20)
SPECIAL = """NaN sNaN Infinity -Infinity NaN123 -sNaN45 -NaN""".split()
ODD = """0 -0 0E+5 -0E-7 0.000 1 -1 10 100 1.00 0.1 1E+3 1E-3 9.99 0.5 2 5 1E+999999 9.9E-999999""".split()
ROUNDINGS = [ROUND_UP, ROUND_DOWN, ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, ROUND_HALF_DOWN, ROUND_HALF_EVEN, ROUND_05UP]
UNARY = """abs minus plus next_minus next_plus normalize sqrt logb to_integral_exact to_integral_value number_class
to_sci_string to_eng_string is_normal is_subnormal create_decimal logical_invert exp ln log10""".split()
BINARY = """add subtract multiply divide divide_int remainder remainder_near divmod compare compare_signal max max_mag min
min_mag next_toward quantize scaleb shift rotate compare_total compare_total_mag copy_sign same_quantum logical_and
logical_or logical_xor add subtract multiply divide quantize""".split()
BASES = """1 0.99 1.01 2 10 0.5 1.00001 -2 3.7 1E+5 1E-5 0.1 1.000""".split()
EXPONENTS = """0.5 2 -2 3 -0.5 1.5 100 -100 7 1E+3 0 12.0 2.5 1E+20""".split()


def number():
    kind = R.random()
    if kind < 0.05:
        return Decimal(R.choice(SPECIAL))
    if kind < 0.12:
        return Decimal(R.choice(ODD))
    if kind < 0.3:
        return Decimal(R.randint(-1000, 1000))
    n = R.choice([1, 2, 3, 5, 9, 16, 17, 18, 19, 20, 28, 29, 35, 40, 54, 60, 100])
    digits = tuple(int(R.choice("0123456789" if R.random() < 0.7 else "0949")) for _ in range(n))
    exponent = R.choice([0, -n, -n + 1, -n // 2, -3, 2, 5, 10, -40, R.randint(-60, 60), R.randint(-1000, 1000)])
    return Decimal((R.randint(0, 1), digits, exponent))


def context():
    limit = R.choice([0, 3, 10, 99, 999, 999999, MAX_EMAX])
    precision = R.choice([1, 2, 3, 5, 9, 16, 18, 19, 28, 34, 36, 50, 100])
    return Context(precision, R.choice(ROUNDINGS), -limit, limit, R.randint(0, 1), R.randint(0, 1), [], [])


def show(label, context, function):
    try:
        result = repr(function())
    except Exception as e:
        result = f"{type(e).__name__} {e}"
    print(label, result, [signal.__name__ for signal in context.flags if context.flags[signal]])


for i in range(900):
    c = context()
    setcontext(Context(prec=1000, traps=[]))
    kind = R.random()
    a, b, d = number(), number(), number()
    if R.random() < 0.1:
        b = a.copy_negate()
    if R.random() < 0.1:
        b = Decimal(R.randint(-12, 12))
    if kind < 0.35:
        name = R.choice(UNARY)
        show(name, c, lambda: getattr(c, name)(a))
    elif kind < 0.8:
        name = R.choice(BINARY)
        show(name, c, lambda: getattr(c, name)(a, b))
    elif kind < 0.84:
        show("fma", c, lambda: c.fma(a, b, d))
    elif kind < 0.89:
        x = Decimal(R.choice(BASES)) if R.random() < 0.5 else a
        y = Decimal(R.choice(EXPONENTS)) if R.random() < 0.7 else b
        show("power", c, lambda: c.power(x, y))
    elif kind < 0.93:
        x, y, z = Decimal(R.randint(-50, 50)), Decimal(R.randint(0, 30)), Decimal(R.randint(-40, 40))
        show("power", c, lambda: c.power(x, y, z))
    else:
        setcontext(c)
        show("compare", c, lambda: (a < b, a == b, a >= b))
        show("convert", c, lambda: (float(a), hash(a) if not a.is_nan() else 0, str(a), a.as_tuple().exponent))
for digits in (100, 1000, 5000):
    with localcontext(prec=digits) as c:
        x, y = Decimal(2).sqrt(), Decimal(3).sqrt()
        for name in ("multiply", "divide", "divide_int", "remainder"):
            print(digits, name, hash(getattr(c, name)(x * 10**50, y)))
        print(hash(c.exp(x)) if digits < 5000 else 0, hash(c.ln(y)) if digits < 5000 else 0, hash(c.power(x, 77)))
with localcontext(prec=40000):
    x = Decimal(7) ** 40000
    y = Decimal(3) ** 30000
    print(hash(x * y), hash(x / y), hash(x // y), hash(x % y), int(x) % 1000003, Decimal(int(y)) == y, hash(x.sqrt()))
