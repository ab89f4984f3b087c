"""Solve constraints."""
from kiwisolver import Constraint, Solver, UnsatisfiableConstraint, Variable

x, y = Variable("x"), Variable("y")
s = Solver()
for c in (x + y == 10, x >= 2, (y >= 7) | "weak", x - y == -2):
    s.addConstraint(c)
s.updateVariables()
print(x.value(), y.value(), x + 2 * y)
try:
    s.addConstraint((x == 100) | "required")
except UnsatisfiableConstraint as error:
    print(type(error).__name__)
