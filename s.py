def f(x): return x
from typing import List
def g(x: List) -> int:
    return f(x)
def h(x: int) -> str:  # type: ignore
    return 'a'
