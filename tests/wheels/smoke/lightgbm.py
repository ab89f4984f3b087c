"""A regression through lightgbm's ctypes interface."""
import lightgbm as lgb
import numpy as np

rng = np.random.default_rng(0)
x = rng.normal(size=(300, 3))
y = x[:, 0] * 2 + x[:, 1]
booster = lgb.train({"objective": "l2", "verbosity": -1, "num_threads": 1, "seed": 1}, lgb.Dataset(x, y), 50)
print(np.corrcoef(booster.predict(x), y)[0, 1] > 0.95, booster.num_trees())
