"""Evaluate expressions."""
import numexpr as ne
import numpy as np

a, b = np.arange(5), np.linspace(0, 1, 5)
print(ne.evaluate("a * 2 + sin(b) ** 2"), ne.evaluate("(a > 2) & (b < 1)"), ne.evaluate("sum(a)"))
