"""Classes: attributes of every kind, methods, properties, slots, inheritance, special methods, dataclasses, enumerations."""

import abc
import copy
import dataclasses
import enum
import functools
import typing


class Vector:
    __slots__ = ("x", "y", "z")

    def __init__(self, x, y=0.0, z=0.0):
        self.x, self.y, self.z = x, y, z

    def __add__(self, other):
        return Vector(self.x + other.x, self.y + other.y, self.z + other.z)

    def __mul__(self, factor):
        return Vector(self.x * factor, self.y * factor, self.z * factor)

    def __eq__(self, other):
        return isinstance(other, Vector) and (self.x, self.y, self.z) == (other.x, other.y, other.z)

    def __hash__(self):
        return hash((self.x, self.y, self.z))

    def dot(self, other):
        return self.x * other.x + self.y * other.y + self.z * other.z


class Shape(abc.ABC):
    count = 0

    def __init__(self, name, **options):
        self.name = name
        self.options = options
        Shape.count += 1

    @abc.abstractmethod
    def area(self): ...

    @property
    def label(self):
        return self.name.upper()

    @classmethod
    def make(cls, *args, **kwargs):
        return cls(*args, **kwargs)

    @staticmethod
    def half(value):
        return value / 2


class Square(Shape):
    def __init__(self, side, **options):
        super().__init__("square", **options)
        self.side = side

    def area(self):
        return self.side * self.side


class Circle(Shape):
    def __init__(self, radius, **options):
        super().__init__("circle", **options)
        self.radius = radius

    def area(self):
        return 3 * self.radius**2

    def __getattr__(self, name):
        if name.startswith("lazy_"):
            return name[5:]
        raise AttributeError(name)


class Task:
    pending = 0

    def __init__(self, ident, priority, link=None):
        self.ident = ident
        self.priority = priority
        self.link = link
        self.state = None
        self.queue = []

    def run(self, packet):
        if packet is not None:
            self.queue.append(packet)
        if len(self.queue) > 3:
            self.state = self.queue.pop(0)
            return self.link or self
        return self

    def release(self):
        self.pending = not self.pending
        return self if self.pending else self.link


@dataclasses.dataclass(order=True)
class Order:
    price: float
    size: int = 1
    tags: list = dataclasses.field(default_factory=list, compare=False)

    @functools.cached_property
    def total(self):
        return self.price * self.size


@dataclasses.dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int


class Colour(enum.Enum):
    RED = 1
    GREEN = 2


class Flags(enum.IntFlag):
    READ = 1
    WRITE = 2
    RUN = 4


class Row(typing.NamedTuple):
    key: str
    value: int


class Container:
    def __init__(self):
        self.data = {}

    def __getitem__(self, key):
        return self.data[key]

    def __setitem__(self, key, value):
        self.data[key] = value

    def __len__(self):
        return len(self.data)

    def __contains__(self, key):
        return key in self.data

    def __iter__(self):
        return iter(self.data)

    def __bool__(self):
        return True

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        return False


def vectors(n):
    total = Vector(0.0)
    step = Vector(0.1, 0.2, 0.3)
    for i in range(n):
        total = total + step * (i % 5)
        if total.dot(step) > 1e5:
            total = Vector(1.0, 2.0)
    return total.x, len({Vector(i % 50) for i in range(n // 10)})


def shapes(n):
    found = [Square.make(i % 7, colour="red") if i % 3 else Circle(i % 5) for i in range(n)]
    area = 0
    for shape in found:
        area += shape.area() + Shape.half(2.0)
        if shape.label == "CIRCLE":
            area += len(shape.lazy_value)
        if hasattr(shape, "side"):
            area -= getattr(shape, "side", 0)
        if isinstance(shape, (Circle, int)) and not isinstance(shape, str):
            shape.seen = True
    return area, Shape.count


def tasks(n):
    first = Task(0, 10)
    chain = first
    for i in range(1, 8):
        chain = Task(i, i * 10, chain)
    current = chain
    for i in range(n):
        current = current.run(i if i & 1 else None) or chain
        if current.priority < 20:
            current = current.release() or chain
    return current.ident


def records(n):
    orders = [Order(i * 7 % 31 + 0.5, i % 4) for i in range(n)]
    orders.sort()
    cheapest = min(orders)
    points = {Point(i % 20, i % 30): i for i in range(n)}
    rows = [Row(str(i), i) for i in range(n)]
    with Container() as box:
        for row in rows:
            box[row.key] = row.value + (row.key in box)
        total = sum(box[key] for key in box) + len(box)
    return sum(order.total for order in orders), cheapest.price, len(points), total, dataclasses.replace(orders[3], size=9).size, dataclasses.asdict(orders[5])


def names(n):
    count = 0
    for i in range(n):
        colour = Colour.RED if i & 1 else Colour(2)
        if colour is Colour.GREEN and Flags.READ | Flags.WRITE == Flags(3):
            count += 1
        match colour, i % 4:
            case Colour.RED, 1 | 3:
                count += 2
            case Colour.GREEN, int(rest) if rest > 1:
                count += rest
            case _:
                pass
    return count


def matches(items):
    found = []
    for item in items:
        match item:
            case {"kind": "point", "at": [x, y]}:
                found.append(x + y)
            case [first, *rest]:
                found.append(len(rest))
            case Point(x=0, y=y):
                found.append(y)
            case str() as text:
                found.append(len(text))
            case _:
                found.append(-1)
    return sum(found)


print(vectors(20000), shapes(6000), tasks(60000), records(2500), names(3000))
print(matches([{"kind": "point", "at": [1, 2]}, [1, 2, 3], Point(0, 5), "text", 4.5] * 1500))
graph = {"list": [Order(1.5, 2) for _ in range(30)], "nested": {i: [i, (i, str(i))] for i in range(200)}}
for _ in range(6):
    assert copy.deepcopy(graph) == graph and copy.copy(graph) is not graph
