"""Name, docstring and slots of a class die with it."""
import gc


def resident():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * 4


def make(i):
    names = {"__doc__": "text " * 200, "__slots__": ("first", "second", "naïve")}
    made = type(f"Class{i % 10}é", (), names)
    made.__name__ = made.__qualname__ = "Renamed" * 20 + str(i)
    return made


for i in range(1000):
    last = make(i)
gc.collect()
before = resident()
for i in range(10000):
    last = make(i)
gc.collect()
print(resident() - before < 3000)
print(last.__name__[-10:], last.__doc__[:9], last.__slots__, last.naïve, last.first.__name__)
last.__name__ = "Añother"
print(last, repr(last.naïve), last.__name__)
try:
    last().absent
except AttributeError as error:
    print(error)
