# Awaitables of asynchronous generators, and where coroutines were made.
import sys, warnings


async def agen():
    yield 1
    yield 2


def step(awaitable):
    try:
        return awaitable.send(None)
    except BaseException as error:
        return f'{type(error).__name__}({error})'


print(type(agen().asend(None)).__name__, type(agen().athrow(ValueError)).__name__, type(agen().aclose()).__name__)

g = agen()
a = g.asend(None)
print(step(a), step(a))
t = g.athrow(KeyError('x'))
print(step(t), step(t))
print(step(g.aclose()))

with warnings.catch_warnings(record=True) as caught:
    warnings.simplefilter('always')
    g = agen()
    g.asend(None)
    g.athrow(ValueError)
    g.aclose()
    g.athrow(ValueError, ValueError('old'), None)
for warning in caught:
    print(warning.category.__name__, warning.message)


async def coro():
    pass


def maker():
    return coro()


sys.set_coroutine_origin_tracking_depth(2)
c = maker()
print([(line - maker.__code__.co_firstlineno, name) for _, line, name in c.cr_origin[:1]], len(c.cr_origin))
c.close()
sys.set_coroutine_origin_tracking_depth(0)
c = coro()
print(c.cr_origin)
c.close()
