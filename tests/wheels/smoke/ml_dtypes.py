"""Small float types as NumPy dtypes."""
import ml_dtypes
import numpy as np

a = np.array([1.5, 2.25, 3.0], dtype=ml_dtypes.bfloat16)
print(a + a, a.dtype, np.sqrt(a), a.astype(np.float32).sum(), ml_dtypes.finfo(ml_dtypes.bfloat16).max)
print(np.array([1, 3, 500], dtype=ml_dtypes.float8_e4m3fn), ml_dtypes.bfloat16(1.1), np.array([1, 2], dtype=ml_dtypes.int4))
