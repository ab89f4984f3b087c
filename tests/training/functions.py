"""Calls: defaults, keywords, stars, closures, decorators, recursion, generators, comprehensions, exceptions, managers."""

import contextlib
import functools
import itertools
import operator


def plain(a, b):
    return a + b


def defaults(a, b=2, *, c=3):
    return a + b + c


def stars(*args, **kwargs):
    return len(args) + len(kwargs)


def fib(n):
    return n if n < 2 else fib(n - 1) + fib(n - 2)


def counter():
    count = 0

    def step(by=1):
        nonlocal count
        count += by
        return count

    return step


def logged(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@logged
def decorated(x, y=1):
    return x - y


@functools.lru_cache(maxsize=500)
def cached(n):
    return n * n


def walk(tree):
    if tree is not None:
        left, value, right = tree
        yield from walk(left)
        yield value
        yield from walk(right)


def build(depth, value=1):
    return None if depth == 0 else (build(depth - 1, 2 * value), value, build(depth - 1, 2 * value + 1))


def average():
    total, count = 0.0, 0
    result = None
    while True:
        total += yield result
        count += 1
        result = total / count


@contextlib.contextmanager
def managed(log):
    log.append(1)
    try:
        yield log
    finally:
        log.pop()


class Manager:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, traceback):
        return kind is KeyError


def failing(i):
    if i % 3 == 0:
        raise ValueError(f"bad {i}")
    if i % 5 == 0:
        return {}["missing"]
    return int("12x") if i % 7 == 0 else i


def errors(n):
    caught = 0
    for i in range(n):
        try:
            caught += failing(i) > 0
        except ValueError as error:
            caught += len(error.args)
        except (KeyError, IndexError):
            caught += 2
        else:
            caught += 1
        finally:
            caught -= 1
        with Manager():
            if i % 11 == 0:
                raise KeyError(i)
    return caught


def calls(n):
    total = 0
    step = counter()
    double = lambda x: x * 2  # noqa: E731
    partial = functools.partial(defaults, 1, c=5)
    options = {"b": 4}
    values = (1, 2)
    for i in range(n):
        total += plain(i, 1) + defaults(i) + defaults(i, c=1) + defaults(i, **options) + plain(*values)
        total += stars(1, *values, k=1) + step() + step(by=2) + double(i) + partial() + decorated(i, y=2)
        total += cached(i % 600) + len(values) + max(i, 3) + abs(-i) + ord(chr(i % 100 + 32))
    return total


def solve(n):
    def place(row, columns, rising, falling):
        if row == n:
            return 1
        return sum(
            place(row + 1, columns | {c}, rising | {row + c}, falling | {row - c})
            for c in range(n)
            if c not in columns and row + c not in rising and row - c not in falling
        )

    return place(0, frozenset(), frozenset(), frozenset())


def pipelines(n):
    odd = (x for x in range(n) if x & 1)
    squares = map(lambda x: x * x, odd)
    small = filter(lambda x: x % 7 < 5, squares)
    total = sum(itertools.islice(small, n // 4))
    total += sum(a * b for a, b in zip(range(n), reversed(range(n))))
    total += sum(i for i, x in enumerate(itertools.chain(range(n), [1, 2, 3])) if x)
    groups = {k: len(list(g)) for k, g in itertools.groupby(sorted(range(n), key=lambda x: x % 10), key=lambda x: x % 10)}
    runs = sum(len(p) for p in itertools.product("abc", repeat=4)) + sum(1 for _ in itertools.combinations(range(20), 3))
    runs += sum(x[0] < x[1] for x in itertools.permutations(range(6), 2)) + sum(itertools.accumulate(range(200), operator.add))
    return total, groups[3], runs, functools.reduce(operator.xor, range(n)), any(x > n for x in range(n)), all(x >= 0 for x in range(n))


def comprehensions(n):
    rows = [[x * y for x in range(10)] for y in range(n // 10)]
    flat = [x for row in rows for x in row if x % 3]
    index = {x: str(x) for x in flat}
    unique = {x % 100 for x in flat}
    a, *rest, b = flat[:10]
    return sum(flat), len(index), len(unique), a + b + len(rest), [*map(sum, zip(*rows))][:3]


print(fib(19), calls(15000), errors(8000), solve(6), pipelines(12000), comprehensions(30000))
print(sum(walk(build(12))))
averages = average()
next(averages)
print([averages.send(float(i)) for i in range(5000)][-1])
log = []
for _ in range(4000):
    with managed(log) as inner, contextlib.suppress(KeyError):
        inner.append(1)
        inner.pop()
print(log)
