"""A small classifier."""
import numpy as np
from catboost import CatBoostClassifier, Pool

rng = np.random.default_rng(0)
x = rng.normal(size=(200, 4))
y = (x[:, 0] + x[:, 1] > 0).astype(int)
model = CatBoostClassifier(iterations=20, depth=3, learning_rate=0.3, verbose=False, random_seed=1, thread_count=1, allow_writing_files=False)
model.fit(Pool(x, y))
print((model.predict(x) == y).mean() > 0.95, model.tree_count_, [round(float(v), 2) for v in model.get_feature_importance()])
