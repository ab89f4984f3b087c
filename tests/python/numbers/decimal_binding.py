"""The native decimal: what it refuses and how, contexts, dictionaries of signals, conversions."""

import copy
import fractions
import pickle
from _decimal import *


def attempt(function):
    try:
        print(repr(function())[:300])
    except Exception as e:
        print(type(e).__name__, e.args)


c = getcontext()
print(c, c.flags, c.traps, BasicContext, ExtendedContext, sep="\n")
for arguments in (("x",), ("1e99999999999999999999",), ([1],), ((1, 2),), ((2, (1,), 0),), ((0, (1,), "x"),), ((0, (1,), "F"),),
                  ((0, (11,), 0),), ((0, 5, 0),), ((0, (1,), None),), ((1, (1, 2), -1),), ((0, (1, 2), "n"),),
                  ((1, (), "N"),), ((0, (), 3),), (1, 2), (None,), (), (True,), (2**100,), (-(10**40),), (1.5,), (1e300,),
                  (5e-324,), (float("nan"),), (float("-inf"),), (-0.0,), (" 1_000.5e+3 ",), ("\u0661\u0662",), ("",), ("-",),
                  ("nan12",), ("-sNaN",), ("infinit",), ("Infinity",), ("1e",), ("1.2.3",), ("0x10",), (".5",), ("5.",),
                  ("\u2003 7 \n",), ("1\u00e9",), (b"1",), (Decimal("1.50"),)):
    attempt(lambda: Decimal(*arguments))
attempt(lambda: Decimal(1) / 0)
attempt(lambda: Decimal(0) / 0)
attempt(lambda: Decimal(5) % 0)
attempt(lambda: Decimal("inf") - Decimal("inf"))
attempt(lambda: Decimal(1) + "x")
attempt(lambda: Decimal(1) + 1.0)
attempt(lambda: 2 - Decimal("0.5"))
attempt(lambda: divmod(7, Decimal("2.5")))
attempt(lambda: pow(2, Decimal(10), 1000))
attempt(lambda: pow(Decimal(2), 3, 1.5))
attempt(lambda: Decimal(2) ** 1.5)
attempt(lambda: Decimal(1) < "x")
attempt(lambda: Decimal(1).compare(1.5))
attempt(lambda: Decimal(1).compare("x"))
attempt(lambda: Decimal(1).exp(5))
attempt(lambda: Decimal(1).quantize(1, "x"))
attempt(lambda: Decimal("1.25").quantize(Decimal("0.1"), ROUND_UP))
attempt(lambda: Decimal("sNaN") < 1)
attempt(lambda: Decimal("NaN") < 1)
attempt(lambda: (Decimal("NaN") == 1, Decimal("NaN") != 1))
attempt(lambda: (Decimal("0.5") == 0.5, Decimal("0.1") < 0.1, Decimal("0.5") == fractions.Fraction(1, 2)))
attempt(lambda: (Decimal(3) == 3 + 0j, Decimal(3) == 3j, Decimal(2) > fractions.Fraction(3, 2)))
attempt(lambda: (hash(Decimal("0.5")) == hash(0.5), hash(Decimal("1e100")) == hash(10**100), hash(Decimal("-Infinity"))))
attempt(lambda: hash(Decimal("sNaN")))
attempt(lambda: hash(Decimal("1e-999999")))
for text in ("nan", "inf", "snan", "-inf", "-2.5", "2.5", "1e30", "-0", "123456789012345678901234567890.5"):
    d = Decimal(text)
    attempt(lambda: (text, int(d)))
    attempt(lambda: float(d))
    attempt(lambda: d.as_integer_ratio())
    attempt(lambda: (round(d), d.__floor__(), d.__ceil__(), d.__trunc__()))
    attempt(lambda: (round(d, 1), d.as_tuple(), bool(d), complex(d)))
attempt(lambda: round(Decimal("1.5"), "x"))
attempt(lambda: round(Decimal(1), 2**70))
attempt(lambda: format(Decimal(1), "x"))
attempt(lambda: Decimal(1).__format__(5))
attempt(lambda: Decimal(1).__format__("n", 5))
for spec in ("", "e", ".3e", "f", ".0f", ".2f", "g", ".3g", "%", ".1%", "010", "<12", "^12.1f", "=+12", "*>12", ",", "015,.2f",
             "z.0f", " .2f", "G", "_", ".2_f", "#.1f", "n", "020n", "\u00e9>8", "0<5", "<05", ".", "5.5.5"):
    attempt(lambda: (spec, [format(Decimal(x), spec) for x in ("1234567.891", "-0.004", "1e20", "nan", "-inf", "0e5")]))
attempt(lambda: Decimal.from_float("x"))
attempt(lambda: (Decimal.from_float(0.1), Decimal.from_float(7), Decimal.from_number(0.25)))
attempt(lambda: Decimal.from_number("1"))
for name, value in (("prec", 0), ("prec", "x"), ("prec", 10**19), ("prec", 2**70), ("Emin", 1), ("Emax", -1), ("rounding", "x"),
                    ("rounding", 5), ("capitals", 2), ("clamp", 2), ("flags", 5), ("traps", 5), ("foo", 5), ("flags", {}),
                    ("traps", {InvalidOperation: 1}), ("flags", [InvalidOperation]), ("traps", None)):
    attempt(lambda: setattr(Context(), name, value))
for name in ("prec", "flags", "capitals", "foo"):
    attempt(lambda: delattr(Context(), name))
attempt(lambda: Context(prec="x"))
attempt(lambda: Context(flags=5))
attempt(lambda: Context(traps=[5]))
attempt(lambda: Context(9, ROUND_UP, -5, 5, 0, 1, [Inexact], [InvalidOperation, Rounded]))
attempt(lambda: Context(prec=5, flags=[Clamped]).__reduce__())
attempt(lambda: pickle.loads(pickle.dumps(Context(prec=7, traps=[]))))
attempt(lambda: pickle.loads(pickle.dumps((Decimal("1.50"), Decimal("-sNaN3")))))
attempt(lambda: (copy.copy(c) is c, copy.deepcopy(Decimal(5)), Decimal.__copy__(Decimal(1))))
attempt(lambda: setcontext(5))
attempt(lambda: localcontext(5))
for bits in (32, 64, 128, 512, 31, -1, "x", 1024):
    attempt(lambda: IEEEContext(bits))
x = Context(prec=6, traps=[])
f = x.flags
attempt(lambda: f[5])
attempt(lambda: f.__setitem__(5, 1))
attempt(lambda: f.__delitem__(Inexact))
attempt(lambda: f[ConversionSyntax])
x.divide(1, 3)
attempt(lambda: (len(f), f[Inexact], f, list(f), f == f.copy(), f == x.traps, f.copy()))
f[Inexact] = False
attempt(lambda: (f, sorted(s.__name__ for s, on in f.items() if on), type(f).__mro__))
x.clear_flags()
attempt(lambda: (f, x.create_decimal("1234567"), x.create_decimal("1_0"), x.create_decimal(" 1"), f))
attempt(lambda: x.create_decimal_from_float("x"))
attempt(lambda: (x.create_decimal_from_float(0.1), x.create_decimal((1, (1,) * 9, 2)), x.create_decimal("nan1234567")))
lost = Context().flags
attempt(lambda: len(lost))
with localcontext(prec=3, rounding=ROUND_FLOOR) as inner:
    print(Decimal(1) / 3, -Decimal(1) / 3, getcontext() is inner)
    with localcontext(ExtendedContext, Emax=9):
        print(Decimal("9e9") * 10, getcontext())
print(getcontext() is c, Decimal(1) / 3)


class Sub(Decimal):
    pass


attempt(lambda: (type(Sub(1)), type(Sub(1) + 1), type(Sub.from_float(0.5)), Sub(3).__reduce__(), Sub("1.5").real))
attempt(lambda: setattr(Decimal(1), "x", 5))
for cls in (DecimalException, Clamped, InvalidOperation, DivisionByZero, Inexact, Rounded, Subnormal, Overflow, Underflow,
            FloatOperation, DivisionImpossible, InvalidContext, ConversionSyntax, DivisionUndefined):
    print(cls, [base.__name__ for base in cls.__mro__])
with localcontext() as inner:
    inner.traps[FloatOperation] = True
    attempt(lambda: Decimal(1) == 1.0)
    attempt(lambda: Decimal(1) < 1.5)
    attempt(lambda: Decimal(1.5))
    attempt(lambda: Decimal.from_float(1.5))
attempt(lambda: Context(prec=MAX_PREC).divide(1, 3))
attempt(lambda: Context(prec=MAX_PREC, Emax=MAX_EMAX, Emin=MIN_EMIN).multiply(Decimal("1e999999999999"), 3))
attempt(lambda: Decimal("1e999999999999999") // 1)
attempt(lambda: (Context(prec=1, clamp=1).create_decimal("nan"), Context(prec=2, clamp=1).create_decimal("-nan5")))
widest = Context(Emax=MAX_EMAX, Emin=MIN_EMIN, traps=[])
for a, b in (("1e999999999999999999", "9e-999999999999999999"), ("9e-999999999999999999", "-7.5"), ("0e-999999999999999", "1e9")):
    for name in ("add", "subtract", "multiply", "divide", "remainder", "remainder_near", "compare", "quantize", "power"):
        attempt(lambda: (name, getattr(widest, name)(Decimal(a), Decimal(b)), getattr(widest, name)(Decimal(b), Decimal(a))))
