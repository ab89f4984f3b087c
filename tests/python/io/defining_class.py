# Methods that are told the class that defines them, bound by hand: the second argument has to be a type.
import io

for base, names in [
    (io.IOBase, ("fileno", "seek", "truncate", "tell", "flush")),
    (io.BufferedIOBase, ("read", "read1", "write", "detach", "readinto")), (io.TextIOBase, ("read", "readline", "write", "detach")),
    (io.RawIOBase, ("read", "readall")),
]:
    for name in names:
        method = getattr(base, name)
        print(base.__name__, name, type(getattr(base(), name)).__name__)
        for args in [(base(), "text"), (base(), 5), (base(), None), (base(),), (base(), int), (base(), base), (None, int), (1, int)]:
            try:
                print("   ", type(method.__get__(*args)).__name__)
            except TypeError as error:
                print("   ", error)
        for args, kwargs in [((), {}), ((1, 2), {}), ((1, 2, 3), {}), ((1,), {"x": 2}), ((), {"size": 2}), ((), {"offset": 2, "b": 3, "s": 4})]:
            try:
                print("   ", args, kwargs, method(base(), *args, **kwargs))
            except (TypeError, OSError, NotImplementedError) as error:
                print("   ", args, kwargs, type(error).__name__, error)
