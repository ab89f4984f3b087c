"""Recursion of every kind, far beyond any stack, ends in RecursionError or MemoryError, in every thread.

`deep.py` runs each case in a subprocess; `deep.py NAME` is one case.
"""

import os
import subprocess
import sys
import threading

CASES = {}
# The recursion limit of the cases that raise it.
LIMIT = int(os.environ.get("DEEP_LIMIT", 10**6))


def case(function):
    CASES[function.__name__] = function
    return function


def nested(make, depth=200_000):
    made = make(None)
    for _ in range(depth):
        made = make(made)
    return made


def expect(function, *args):
    """Calls; says whether it ended by the exceptions of too deep recursion, or went well."""
    try:
        function(*args)
    except (RecursionError, MemoryError):
        return "RecursionError"
    return "fine"


class Node:
    def __init__(self, child):
        self.child = child

    def __repr__(self):
        return f"<{self.child!r}>"

    def __eq__(self, other):
        return self.child == other.child

    def __hash__(self):
        return hash((self.child,))


@case
def repr_list():
    return expect(repr, nested(lambda x: [x]))


@case
def repr_dict():
    return expect(repr, nested(lambda x: {1: x}))


@case
def repr_object():
    return expect(repr, nested(Node))


@case
def compare_list():
    a, b = nested(lambda x: [x]), nested(lambda x: [x])
    return expect(lambda: a == b), expect(lambda: a < b)


@case
def compare_object():
    a, b = nested(Node), nested(Node)
    return expect(lambda: a == b)


@case
def hash_tuple():
    return expect(hash, nested(lambda x: (x,)))


@case
def hash_frozenset():
    return expect(lambda: nested(lambda x: frozenset([x])))


@case
def pickle_list():
    import pickle
    deep = nested(lambda x: [x])
    return [expect(pickle.dumps, deep, p) for p in (0, 2, 5)], expect(pickle._dumps, deep)


@case
def unpickle():
    import pickle
    return (expect(pickle.loads, b"\x80\x04" + b"(" * 300000 + b"l" * 300000 + b"."),
            expect(pickle.loads, b"]" * 300000 + b"a" * 299999 + b"."))


@case
def copy_deepcopy():
    import copy
    return expect(copy.deepcopy, nested(lambda x: [x])), expect(copy.deepcopy, nested(Node))


@case
def json_dumps():
    import json
    return expect(json.dumps, nested(lambda x: [x])), expect(json.dumps, nested(lambda x: {"a": x}))


@case
def json_loads():
    import json
    return expect(json.loads, "[" * 200000 + "]" * 200000), expect(json.loads, '{"a":' * 200000 + "1" + "}" * 200000)


@case
def marshal_both():
    import marshal
    def dumps():
        try:
            marshal.dumps(nested(lambda x: [x]))
        except ValueError:
            pass
    def loads():
        try:
            marshal.loads(b"[\x01\x00\x00\x00" * 200000 + b"N")
        except ValueError:
            pass
    return expect(dumps), expect(loads)


@case
def parser():
    def run(source):
        try:
            compile(source, "<deep>", "exec")
        except SyntaxError:
            pass
    n = 100_000
    sources = ["(" * n + ")" * n, "[" * n + "]" * n, "-" * n + "1", "not " * n + "1", "lambda:" * n + "1", "f(" * n + ")" * n,
               "x" + ".a" * n, "x" + "[0]" * n, "x" + "()" * n, "1" + "+1" * n, "1" + "**1" * n, "a if b else " * n + "c",
               "1" + " and 1" * n, "{" * n, "f'{" * 200 + "1" + "}'" * 200, "x=" * n + "1", "await " * n + "x", "*" * n + "a",
               "if 1:\n x\n" + "elif 1:\n x\n" * 20000, "".join(" " * i + "if 1:\n" for i in range(99)) + " " * 99 + "x",
               "match x:\n case " + "[" * n, "match x:\n case " + "(" * n + "1" + ")" * n, "1" + "<1" * n, "@a\n" * 20000 + "def f(): 0",
               "x" * 1_000_000, '"a" ' * n, "try:\n x\n" + "except A:\n x\n" * 20000, "with a:\n pass\n" * 20000, "del " + "(" * n,
               "for " + "(" * n, "class A(" * 90 + ")", "f'" + "{x}" * n + "'", "def f(" + ",".join(f"a{i}" for i in range(n)) + "): 0",
               "f(" + ",".join(f"a{i}=1" for i in range(20000)) + ")", "{" + ",".join("1:2" for i in range(n)) + "}", "import " + "a." * n + "a",
               "global " + ",".join(f"a{i}" for i in range(n)), "x: " * 2 + "[" * n, "yield " * n, "(yield " * n + ")" * n,
               "type X[" * 50, "def f[T: " + "(" * n, "t'{" * 100, "`" * n, "\\\n" * n, "a[" + "::," * n + "]", "\t" * 1000 + "x"]
    return [expect(run, s) for s in sources]


@case
def ast_deep():
    import ast
    def build():
        node = ast.Constant(1)
        for _ in range(100_000):
            node = ast.UnaryOp(ast.USub(), node)
        compile(ast.Expression(node), "<ast>", "eval")
    def run():
        try:
            build()
        except (TypeError, ValueError):
            pass
    return expect(run), expect(lambda: ast.dump(ast.parse("-" * 3000 + "1"))), expect(ast.literal_eval, "[" * 150 + "]" * 150)


@case
def destroy():
    made = nested(lambda x: [x], 2_000_000)
    del made
    made = nested(lambda x: (x,), 2_000_000)
    del made
    made = nested(lambda x: {1: x}, 1_000_000)
    del made
    made = nested(Node, 1_000_000)
    del made
    made = nested(lambda x: iter([x]), 500_000)
    del made
    made = nested(lambda x: (lambda: x), 500_000)
    del made
    import functools, itertools, collections
    made = nested(lambda x: functools.partial(print, x), 500_000)
    del made
    made = nested(lambda x: itertools.chain(x or ()), 500_000)
    del made
    made = nested(lambda x: collections.deque([x]), 500_000)
    del made
    made = nested(lambda x: map(print, [x]), 500_000)
    del made
    made = nested(lambda x: types_method(x), 500_000)
    del made
    error = None
    for _ in range(500_000):
        new = ValueError()
        new.__context__ = error
        error = new
    del error, new
    def generator(x):
        yield x
    made = None
    for _ in range(500_000):
        g = generator(made)
        next(g)
        made = g
    del g, made
    made = nested(lambda x: slice(x), 500_000)
    del made
    made = nested(lambda x: property(x), 500_000)
    del made
    made = nested(lambda x: zip([x]), 500_000)
    del made
    made = nested(lambda x: enumerate([x]), 500_000)
    del made
    made = nested(lambda x: collections.OrderedDict({1: x}), 300_000)
    del made
    made = nested(lambda x: collections.defaultdict(list, {1: x}), 300_000)
    del made
    made = nested(lambda x: types_cell(x), 500_000)
    del made
    return "fine"


def types_method(x):
    import types
    return types.MethodType(print, x if x is not None else 1)


def types_cell(x):
    import types
    return types.CellType(x)


@case
def destroy_in_cycle():
    import gc
    made = nested(lambda x: [x], 1_000_000)
    loop = [made]
    loop.append(loop)
    del made, loop
    gc.collect()
    made = nested(Node, 300_000)
    made.self = made
    del made
    gc.collect()
    return "fine"


@case
def finalizers():
    class Chain:
        def __init__(self, child):
            self.child = child

        def __del__(self):
            self.child = None
    made = nested(Chain, 300_000)
    del made

    class Remake:
        left = 300_000

        def __del__(self):
            if Remake.left:
                Remake.left -= 1
                Remake()
    Remake()
    return "fine"


@case
def class_checks():
    class Meta(type):
        def __instancecheck__(cls, other):
            return isinstance(other, cls)

        def __subclasscheck__(cls, other):
            return issubclass(other, cls)
    C = Meta("C", (), {})
    deep = nested(lambda x: (x or int,))
    class Bases:
        def __init__(self, bases):
            self.__bases__ = bases
    chain = ()
    for _ in range(200_000):
        chain = (Bases(chain),)
    return (expect(lambda: isinstance(1, C)), expect(lambda: issubclass(int, C)), expect(lambda: isinstance("", deep)),
            expect(lambda: issubclass(str, deep)), expect(lambda: issubclass(chain[0], Bases(()))))


def calls():
    """Functions that recurse without end through native code."""
    import functools, operator, collections, itertools, re

    def by_map():
        return list(map(lambda _: by_map(), [1]))

    def by_sorted():
        return sorted([1, 2], key=lambda _: by_sorted())

    def by_filter():
        return list(filter(lambda _: by_filter(), [1]))

    def by_reduce():
        return functools.reduce(lambda a, b: by_reduce(), [1, 2])

    class Attribute:
        @property
        def prop(self):
            return self.prop

        def __getattr__(self, name):
            return self.other

        def __call__(self, *args):
            return self(*args)

        def __len__(self):
            return len(self)

        def __iter__(self):
            return iter(self)

        def __getitem__(self, key):
            return self[key]

        def __setitem__(self, key, value):
            self[key] = value

        def __delitem__(self, key):
            del self[key]

        def __contains__(self, item):
            return item in self

        def __add__(self, other):
            return self + other

        def __radd__(self, other):
            return other + self

        def __eq__(self, other):
            return self == other

        def __lt__(self, other):
            return self < other

        def __bool__(self):
            return not self

        def __str__(self):
            return str(self)

        def __format__(self, spec):
            return format(self, spec)

        def __index__(self):
            return operator.index(self)

        def __int__(self):
            return int(self)

        def __float__(self):
            return float(self)

        def __complex__(self):
            return complex(self)

        def __bytes__(self):
            return bytes(self)

        def __hash__(self):
            return hash(self)

        def __next__(self):
            return next(self)

        def __enter__(self):
            with self:
                pass

        def __exit__(self, *args):
            pass

        def __reversed__(self):
            return reversed(self)

        def __dir__(self):
            return dir(self)

        def __abs__(self):
            return abs(self)

        def __divmod__(self, other):
            return divmod(self, other)

        def __pow__(self, other, mod=None):
            return pow(self, other, mod)

        def __round__(self, n=None):
            return round(self, n)

        def __length_hint__(self):
            return operator.length_hint(self)

        def __fspath__(self):
            return __import__("os").fspath(self)

        def __sizeof__(self):
            return sys.getsizeof(self)

        def __reduce_ex__(self, protocol):
            return __import__("copy").copy(self)

        def __deepcopy__(self, memo):
            return __import__("copy").deepcopy(self)

        def __setattr__(self, name, value):
            setattr(self, name, value)

        def __delattr__(self, name):
            delattr(self, name)

        def __matmul__(self, other):
            return self @ other

        def __iadd__(self, other):
            self += other
            return self

        def __neg__(self):
            return -self

        def __buffer__(self, flags):
            return memoryview(self)

    class Get:
        def __get__(self, instance, owner=None):
            return instance.x

        def __set__(self, instance, value):
            instance.x = value
    Owner = type("Owner", (), {"x": Get()})

    class GetAttribute:
        def __getattribute__(self, name):
            return self.x

    class New:
        def __new__(cls):
            return cls()

    class Init:
        def __init__(self):
            Init()

    class InitSubclass:
        def __init_subclass__(cls):
            type("X", (InitSubclass,), {})

    class Meta(type):
        def __call__(cls):
            return cls()

        def __getattr__(cls, name):
            return getattr(cls, name)

        def __prepare__(*args):
            return Meta.__prepare__()
    WithMeta = Meta("WithMeta", (), {"__slots__": ()})
    cached = functools.lru_cache(lambda n: cached(n + 1))
    part = functools.partial(lambda: part())
    part2 = functools.partial(print)
    default = collections.defaultdict(lambda: default[1])
    a = Attribute()
    setter = lambda: a.__setitem__(1, 1)
    missing = type("M", (dict,), {"__missing__": lambda self, key: self[key]})()
    user = collections.UserDict()
    user.data = user
    chain = collections.ChainMap()
    chain.maps.append(chain)

    def by_generator():
        yield from by_generator()

    def by_exec():
        exec("f()", {"f": by_exec})

    def by_eval():
        eval("f()", {"f": by_eval})

    def by_comprehension():
        return [by_comprehension() for _ in (1,)]

    def by_key():
        return max([1, 2], key=lambda _: by_key())

    def by_sub():
        return re.sub("a", lambda m: by_sub(), "a")

    def by_import():
        return __import__("importlib").import_module("json"), by_import()

    def by_groupby():
        return [list(g) for _, g in itertools.groupby([1], key=lambda _: by_groupby())]

    def by_accumulate():
        return list(itertools.accumulate([1, 2], lambda a, b: by_accumulate()))

    def by_cmp():
        return sorted([1, 2], key=functools.cmp_to_key(lambda a, b: by_cmp()))

    def by_dict():
        class K:
            def __hash__(self):
                return by_dict()
        return {K(): 1}

    def by_class():
        class X:
            by_class()

    def by_decorator():
        @lambda f: by_decorator()
        def f(): pass

    def by_raise():
        try:
            raise ValueError
        except ValueError:
            by_raise()

    def by_finally():
        try:
            by_finally()
        finally:
            pass

    def by_json():
        import json
        return json.dumps(object(), default=lambda o: by_json())

    def by_print():
        class W:
            def write(self, text):
                by_print()
        print(1, file=W())

    def by_type():
        return type("X", (), {"__set_name__": None, "d": type("D", (), {"__set_name__": lambda s, o, n: by_type()})()})

    def by_struct_iter():
        return sum(by_struct_iter() for _ in (1,))

    def by_thread():
        import contextvars
        return contextvars.copy_context().run(by_thread)

    def by_method():
        return operator.methodcaller("f")(type("X", (), {"f": lambda self: by_method()})())

    def by_getter():
        return operator.attrgetter("f")(type("X", (), {"f": property(lambda self: by_getter())})())

    def by_mro():
        class M(type):
            def mro(cls):
                by_mro()
                return type.mro(cls)
        M("X", (), {})

    def by_warn():
        import warnings
        old = warnings.showwarning
        warnings.showwarning = lambda *a, **k: by_warn()
        warnings.simplefilter("always")
        warnings.warn("x")

    def by_io():
        import io
        class R(io.RawIOBase):
            def readable(self): return True
            def readinto(self, b): return by_io()
        return io.BufferedReader(R()).read(1)

    def by_super():
        class A:
            def f(self): return super().__getattribute__("g")
            g = property(lambda self: self.f())
        return A().f()

    def by_bisect():
        import bisect
        return bisect.bisect([1], 1, key=lambda _: by_bisect())

    def by_unpack():
        a, = by_unpack()

    def by_star():
        return print(*by_star())

    async def by_await():
        await by_await()

    def by_send():
        by_await().send(None)

    alias = type("O", (), {"__class_getitem__": classmethod(lambda cls, i: cls[i])})
    found = [by_map, by_sorted, by_filter, by_reduce, lambda: a.prop, lambda: a.zzz, a, lambda: len(a), lambda: iter(a),
             lambda: a[1], setter, lambda: a.__delitem__(1), lambda: 1 in a, lambda: a + 1, lambda: 1 + a, lambda: a == 1,
             lambda: a < 1, lambda: bool(a), lambda: str(a), lambda: format(a), lambda: f"{a}", lambda: operator.index(a),
             lambda: int(a), lambda: float(a), lambda: complex(a), lambda: bytes(a), lambda: hash(a), lambda: next(a),
             lambda: a.__enter__(), lambda: reversed(a), lambda: dir(a), lambda: abs(a), lambda: divmod(a, 1), lambda: pow(a, 1),
             lambda: round(a), lambda: operator.length_hint(a), lambda: a.__fspath__(), lambda: sys.getsizeof(a),
             lambda: __import__("copy").copy(a), lambda: __import__("copy").deepcopy(a), lambda: setattr(a, "x", 1),
             lambda: delattr(a, "x"), lambda: a @ 1, lambda: a.__iadd__(1), lambda: -a, lambda: memoryview(a), lambda: Owner().x,
             lambda: setattr(Owner(), "x", 1), lambda: GetAttribute().y, New, Init, lambda: type("Y", (InitSubclass,), {}), WithMeta,
             lambda: WithMeta.zzz, lambda: Meta.__prepare__(), lambda: cached(1), part, lambda: default[1], lambda: missing[1],
             lambda: user["x"], lambda: chain["x"], lambda: list(by_generator()), by_exec, by_eval, by_comprehension, by_key, by_sub,
             by_import, by_groupby, by_accumulate, by_cmp, by_dict, by_class, by_decorator, by_raise, by_finally, by_json, by_print,
             by_type, by_struct_iter, by_thread, by_method, by_getter, by_mro, by_warn, by_io, by_super, by_bisect, by_unpack,
             by_star, by_send, lambda: alias[1]]
    return found


def run_calls():
    seen = []
    for i, function in enumerate(calls()):
        # The chain of contexts is walked for every exception: quadratic.
        if sys.getrecursionlimit() > 10_000 and function.__class__.__name__ == "function" and function.__name__ in ("by_raise", "by_finally"):
            continue
        try:
            function()
            seen.append((i, "returned"))
        except (RecursionError, MemoryError):
            pass
        except Exception as e:
            seen.append((i, type(e).__name__))
    return seen


@case
def calls_default():
    return run_calls()


@case
def calls_deep():
    sys.setrecursionlimit(LIMIT)
    return run_calls()


@case
def calls_thread():
    done = []
    thread = threading.Thread(target=lambda: done.append(run_calls()))
    thread.start()
    thread.join()
    return done


@case
def calls_thread_deep():
    sys.setrecursionlimit(LIMIT)
    return calls_thread()


@case
def calls_small_thread():
    threading.stack_size(256 * 1024)
    sys.setrecursionlimit(LIMIT)
    return calls_thread()


@case
def python_deep():
    sys.setrecursionlimit(LIMIT)

    def down(n):
        return 0 if n == 0 else 1 + down(n - 1)

    def endless():
        return endless()
    return down(min(LIMIT // 5, 200_000)), expect(endless)


@case
def data_in_threads():
    done = []
    threading.stack_size(256 * 1024)
    for name in ("repr_list", "repr_dict", "compare_list", "hash_tuple", "pickle_list", "json_dumps", "json_loads", "parser",
                 "copy_deepcopy", "destroy", "class_checks", "marshal_both", "ast_deep", "unpickle", "repr_object"):
        thread = threading.Thread(target=lambda: done.append((name, CASES[name]())))
        thread.start()
        thread.join()
    return len(done)


@case
def traceback_long():
    import traceback, io
    def f(n):
        return f(n + 1)
    try:
        f(0)
    except RecursionError as e:
        traceback.print_exception(e, file=io.StringIO())
    error = None
    for _ in range(100_000):
        new = ValueError()
        new.__cause__ = error
        error = new
    group = nested(lambda x: ExceptionGroup("g", [x or ValueError()]), 100_000)
    return expect(lambda: traceback.format_exception(error)), expect(lambda: traceback.format_exception(group)), expect(
        lambda: group.split(ValueError)), expect(lambda: repr(group)), expect(lambda: str(group))


@case
def misc():
    import re, struct, types, typing, string
    union = nested(lambda x: list[x or int])
    return (expect(re.compile, "(" * 100000 + ")" * 100000), expect(re.compile, "(?:a|" * 50000 + ")" * 50000),
            expect(repr, union), expect(hash, union), expect(lambda: union == nested(lambda x: list[x or int])),
            expect(lambda: eval("+".join(["1"] * 100000)) and None), expect(lambda: [*nested(lambda x: iter(x or [1]), 1000)]),
            expect(repr, nested(lambda x: types.SimpleNamespace(a=x))), expect(repr, nested(lambda x: types.MappingProxyType({1: x}))),
            expect(repr, nested(lambda x: __import__("functools").partial(print, x))),
            expect(repr, nested(lambda x: __import__("collections").deque([x]))),
            expect(repr, nested(lambda x: __import__("collections").OrderedDict({1: x}))),
            expect(repr, nested(lambda x: slice(x))), expect(repr, nested(lambda x: {1: x}.values())),
            expect(repr, nested(lambda x: classmethod(x))), expect(repr, nested(lambda x: types.MethodType(print, x or 1))))


if __name__ == "__main__":
    if len(sys.argv) > 1:
        print(CASES[sys.argv[1]]())
        sys.exit()
    failed = 0
    for name in CASES:
        try:
            done = subprocess.run([sys.executable, __file__, name], capture_output=True, timeout=900)
            code, error = done.returncode, done.stderr.decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            code, error = "hang", ""
        if code != 0:
            failed += 1
            print(f"{name}: {code}\n{error[-1500:]}", flush=True)
    print(f"{len(CASES)} cases, {failed} failed")
    sys.exit(failed != 0)
