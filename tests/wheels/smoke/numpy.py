"""Arrays, linear algebra, random numbers, structured types, pickles, buffers, errors."""
import pickle
import numpy as np

a = np.arange(12, dtype=np.float64).reshape(3, 4)
print(a.T @ a, a[a > 5].sum(), np.einsum("ij,ij->i", a, a), a.std(axis=0))
print(np.linalg.solve(a[:, :3] + 5 * np.eye(3), [1, 2, 3]).round(6), np.fft.fft([1, 2, 3, 4]))
print(np.random.default_rng(42).integers(0, 100, 5), np.random.RandomState(1).normal(size=2))
r = np.array([(1, "a", 2.5), (2, "b", 3.5)], dtype=[("n", "i4"), ("s", "U3"), ("f", "f8")])
print(r["f"].mean(), r[r["n"] > 1], np.rec.array(r).s, repr(r.dtype))
print(np.array_equal(pickle.loads(pickle.dumps(a, 5)), a), bytes(memoryview(a[0])[:1]), np.frombuffer(b"\x01\x00\x02\x00", "<i2"))
print(np.datetime64("2026-01-31") + np.timedelta64(1, "D"), np.array(["x", "yy"], dtype=np.dtypes.StringDType()), np.vectorize(lambda x: x + 1)([1, 2]))
print(np.array([2**70, "x"], dtype=object), np.histogram([1, 2, 2, 3], bins=3), np.unique([3, 1, 3], return_counts=True))
for bad in (lambda: a + np.ones(5), lambda: np.linalg.inv(np.zeros((2, 2))), lambda: a[7], lambda: np.array(1) << 1.5):
    try:
        bad()
    except Exception as error:
        print(type(error).__name__, error)
