"""Contour lines."""
from contourpy import contour_generator

z = [[0, 1, 2], [1, 2, 3], [2, 3, 4]]
cg = contour_generator(z=z, name="serial")
print([line.tolist() for line in cg.lines(1.5)])
print([part.tolist() for part in cg.filled(1, 2)[0]])
