"""Names that are constants once they are normalised, and blocks within one another."""
import ast

SOURCES = [
    "Tru\u1d49",
    "a.Fal\u017fe",
    "f(Non\u1d49=1)",
    "def Non\u1d49(): pass",
    "import Tru\u1d49",
    "lambda Non\u1d49: 1",
    "for Non\u1d49 in x: pass",
    "f'{Tru\u1d49}'",
    "Tru\u1d49 +",
    "Tru\u1d49y = 1",
]
for source in SOURCES:
    for work in ast.parse, lambda text: compile(text, "<text>", "exec"), lambda text: ast.parse(text.encode()):
        try:
            work(source)
            print("fine", end=" ")
        except Exception as error:
            print(type(error).__name__, error, end="; ")
    print()


def nested(depth, before=""):
    inner = "i for i in r"
    for _ in range(depth - 1):
        inner = f"[{inner}] for i in r"
    return f"{before}x = [{inner}]"


for before in "", "for q in r: ", "def f():\n    ", "with a:\n    for q in r: ":
    for depth in 18, 20, 21, 22, 30:
        try:
            compile(nested(depth, before), "<text>", "exec")
            print("fine")
        except SyntaxError as error:
            print(error.msg, error.lineno, error.offset, error.end_offset)
