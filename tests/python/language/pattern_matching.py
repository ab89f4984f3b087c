class Point:
    __match_args__ = ("x", "y")

    def __init__(self, x, y):
        self.x, self.y = x, y


def what(v):
    match v:
        case 0 | 1:
            return "small"
        case int() as n if n > 100:
            return f"large {n}"
        case int():
            return "int"
        case "a" | "b":
            return "letter"
        case [x]:
            return f"one {x}"
        case [first, *rest]:
            return f"{first} then {rest}"
        case {"k": value, **others}:
            return f"k={value} {others}"
        case Point(0, y):
            return f"on the axis at {y}"
        case Point(x=px, y=py):
            return f"{px},{py}"
        case None:
            return "nothing"
        case _:
            return "other"


for v in (0, 7, 1000, "a", "c", [1], (1, 2, 3), {"k": 1, "z": 2}, {}, Point(0, 5), Point(1, 2), None, 1.5):
    print(what(v))
