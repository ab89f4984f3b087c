"""Decimal arithmetic beside the implementation in Python, with numbers and contexts of all kinds."""

import _pydecimal
import decimal
import random

generator = random.Random(20)
ROUNDINGS = ["ROUND_UP", "ROUND_DOWN", "ROUND_CEILING", "ROUND_FLOOR", "ROUND_HALF_UP", "ROUND_HALF_DOWN", "ROUND_HALF_EVEN", "ROUND_05UP"]
OPERATIONS = ["add", "subtract", "multiply", "divide", "divide_int", "remainder", "quantize", "compare"]


def number():
    digits = generator.choice((1, 2, 9, 17, 18, 19, 27, 28, 29, 36, 37, 38, 60))
    coefficient = generator.choice((
        lambda: generator.randrange(10**digits), lambda: 10**digits - 1, lambda: 10 ** (digits - 1), lambda: 5 * 10 ** (digits - 1),
        lambda: generator.randrange(10 ** (digits // 2)) * 10 ** (digits - digits // 2),
    ))()
    return f"{generator.choice(('', '-'))}{coefficient}E{generator.choice((0, 0, -1, 1, -10, 10, -28, 28, generator.randrange(-60, 60)))}"


def result(module, context, operation, a, b):
    context = module.Context(traps=[], **context)
    value = getattr(context, operation)(module.Decimal(a), module.Decimal(b))
    return str(value), sorted(flag.__name__ for flag, on in context.flags.items() if on)


differing = 0
for _ in range(6000):
    bound = generator.choice((999999, 999999, 40))
    context = {"prec": generator.choice((1, 5, 9, 28, 28, 28, 34, 36, 37, 38, 50)), "rounding": generator.choice(ROUNDINGS), "Emin": -bound,
               "Emax": bound, "clamp": generator.choice((0, 0, 1))}
    operation, a, b = generator.choice(OPERATIONS), number(), number()
    ours, theirs = result(decimal, context, operation, a, b), result(_pydecimal, context, operation, a, b)
    if ours != theirs:
        differing += 1
        print(context, operation, a, b, ours, theirs)
print(differing)

# The current context is that of the thread and its context variables, whatever was asked before.
import contextvars
import threading

decimal.getcontext().prec = 5
print(decimal.Decimal(1) / 3)
with decimal.localcontext() as local:
    local.prec = 7
    print(decimal.Decimal(1) / 3)
    copied = contextvars.copy_context()
print(decimal.Decimal(1) / 3, copied.run(lambda: decimal.Decimal(1) / 3), decimal.Decimal(1) / 3)
thread = threading.Thread(target=lambda: print(decimal.Decimal(1) / 3))
thread.start()
thread.join()


def inside():
    decimal.setcontext(decimal.Context(prec=3))
    return decimal.Decimal(1) / 3


print(contextvars.Context().run(inside), decimal.Decimal(1) / 3)
