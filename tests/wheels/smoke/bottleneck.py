"""Moving windows and NaN-aware reductions."""
import bottleneck as bn
import numpy as np

a = np.array([1.0, 2.0, np.nan, 4.0, 5.0])
print(bn.nanmean(a), bn.nanstd(a), bn.nanmax(a), bn.nansum(a))
print(bn.move_mean(a, window=2, min_count=1))
print(bn.rankdata([3, 1, 2, 2]), bn.median(np.arange(10.0)), bn.partition(np.array([5, 3, 1, 4]), 1)[:2].sum())
print(bn.push(a), bn.ss(np.arange(4)), bn.nanargmin(a))
