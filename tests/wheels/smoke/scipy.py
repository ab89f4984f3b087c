"""Statistics, optimisation, sparse matrices, integration, interpolation, signals."""
import numpy as np
from scipy import fft, integrate, interpolate, linalg, ndimage, optimize, signal, sparse, spatial, special, stats

print(optimize.minimize(lambda v: (v[0] - 1) ** 2 + (v[1] + 2) ** 2, [0, 0]).x.round(4), optimize.brentq(lambda v: v**3 - 2, 0, 2))
print(integrate.quad(np.sin, 0, np.pi), integrate.solve_ivp(lambda t, v: -v, (0, 1), [1.0]).y[0, -1].round(4))
print(stats.ttest_ind([1, 2, 3, 4], [2, 3, 4, 6]), stats.norm.ppf([0.025, 0.975]), stats.linregress([1, 2, 3], [2, 4, 7]).slope)
m = sparse.csr_matrix([[1, 0, 2], [0, 0, 3], [4, 5, 0]])
print(m @ m, sparse.linalg.spsolve(m.tocsc().astype(float), [1, 2, 3]).round(4), linalg.svdvals(m.toarray()).round(4))
print(interpolate.CubicSpline([0, 1, 2], [0, 1, 4])(1.5), signal.find_peaks([0, 2, 0, 3, 0])[0], special.gamma([0.5, 5]), fft.dct([1, 2, 3]).round(4))
print(spatial.KDTree([[0, 0], [1, 1], [5, 5]]).query([0.9, 0.8]), round(spatial.ConvexHull([[0, 0], [1, 0], [0, 1], [0.2, 0.2]]).area, 4), ndimage.label([[1, 0, 1]])[1])
try:
    optimize.brentq(lambda v: v * v + 1, 0, 1)
except ValueError as error:
    print(error)
