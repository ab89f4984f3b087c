"""Wavelet transforms."""
import numpy as np
import pywt

x = np.sin(np.linspace(0, 10, 32))
a, d = pywt.dwt(x, "db2")
print(a.round(4), np.allclose(pywt.idwt(a, d, "db2"), x), len(pywt.wavedec(x, "haar", level=3)))
print(pywt.Wavelet("db2"), pywt.threshold(np.array([1, -3, 5.0]), 2), pywt.cwt(x, [1, 2], "mexh")[0].shape)
