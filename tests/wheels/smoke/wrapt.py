"""Decorators and object proxies."""
import inspect
import wrapt


@wrapt.decorator
def log(wrapped, instance, args, kwargs):
    print(wrapped.__name__, instance is not None, args, kwargs)
    return wrapped(*args, **kwargs)


@log
def f(a, b=2):
    return a + b


class A:
    @log
    def m(self, x):
        return x

    @log
    @classmethod
    def c(cls):
        return cls.__name__


print(f(1, b=3), A().m(5), A.c(), inspect.signature(f), f.__name__)
p = wrapt.ObjectProxy([1, 2])
p.append(3)
print(p, len(p), isinstance(p, list), p + [4], p.__wrapped__ is not p, wrapt.ObjectProxy(5) * 2, type(p).__name__)
print(wrapt.FunctionWrapper.__module__)
