from typing import NewType, Optional, Protocol, assert_never, TypeVar, overload, Literal
UserId = NewType("UserId", int)
ProductId = NewType("ProductId", int)
def get_user(user_id: UserId) -> str: return str(user_id)
get_user(UserId(1))
get_user(ProductId(1))
get_user(42)
def mean(xs: Optional[list[float]]) -> float:
    return xs.count(1.0)
def ok(xs: Optional[list[float]]) -> float:
    if xs is None: return 0.0
    return float(xs.count(1.0))
class Drawable(Protocol):
    def draw(self) -> None: ...
class Circle:
    def draw(self) -> None: ...
class Square: pass
def render(d: Drawable) -> None: d.draw()
render(Circle())
render(Square())
def to_float(r: str | float | None) -> float:
    if isinstance(r, str): return float(r)
    if r is None: return 0.0
    if isinstance(r, float): return r
    assert_never(r)
def incomplete(r: str | None) -> str:
    match r:
        case None: return ""
        case _: assert_never(r)
T = TypeVar("T")
def first(xs: list[T]) -> T: return xs[0]
reveal_type(first([1, 2]))
def move(d: Literal["n", "s"]) -> None: ...
move("x")
