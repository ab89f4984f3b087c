"""`__code__` of another kind, builtins of functions that are made from code, and warnings about `finally`."""
import ast
import warnings


def plain():
    pass


def generator():
    yield


async def coroutine():
    pass


warnings.simplefilter("always")
for first in plain, generator, coroutine:
    for second in plain, generator, coroutine:
        with warnings.catch_warnings(record=True) as seen:
            kept, first.__code__ = first.__code__, second.__code__
            first.__code__ = kept
        print([(w.category.__name__, str(w.message)) for w in seen])

names = {"type": type, "__builtins__": {"None": None, "mark": 1}}
exec("def f(): pass\ng = type(f)(f.__code__, {})\nh = type(f)(f.__code__, {'__builtins__': {'mark': 2}})", names)
print(names["f"].__builtins__, names["g"].__builtins__, names["h"].__builtins__, names["g"].__globals__)

SOURCE = "def f():\n try: pass\n finally: return 1\n"
with warnings.catch_warnings(record=True) as seen:
    tree = ast.parse(SOURCE)
    print(len(seen))
    compile(SOURCE, "x", "exec", ast.PyCF_OPTIMIZED_AST)
    print(len(seen))
    compile(tree, "x", "exec")
    print([str(w.message) for w in seen])

fields = ast.AST._fields
del ast.AST._fields
for given in {}, {"a": 1}:
    try:
        ast.AST(**given)
    except AttributeError as error:
        print(error)
ast.AST._fields = fields
text = "abcde"
print("%s" % text is text, "%5s" % text is text, "%.10s" % text is text, "%6s" % text, "%.3s" % text)
