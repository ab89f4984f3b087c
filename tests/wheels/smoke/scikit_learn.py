"""Regression, classification, trees, pipelines, searches."""
import numpy as np
from sklearn.cluster import KMeans
from sklearn.compose import make_column_transformer
from sklearn.datasets import load_iris, make_regression
from sklearn.ensemble import RandomForestClassifier
from sklearn.exceptions import NotFittedError
from sklearn.linear_model import LinearRegression, LogisticRegression
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.svm import SVC
from sklearn.tree import DecisionTreeClassifier, export_text

x, y = make_regression(100, 3, noise=1, random_state=0)
print(LinearRegression().fit(x, y).coef_.round(3))
x, y = load_iris(return_X_y=True)
print(make_pipeline(StandardScaler(), LogisticRegression()).fit(x, y).score(x, y), SVC().fit(x, y).score(x, y))
print(export_text(DecisionTreeClassifier(max_depth=2, random_state=0).fit(x, y)))
print(cross_val_score(RandomForestClassifier(10, random_state=0), x, y, cv=3).round(3), round(KMeans(3, n_init=1, random_state=0).fit(x).inertia_, 2))
print(GridSearchCV(SVC(), {"C": [0.1, 1]}, cv=3, n_jobs=2).fit(x, y).best_params_)
print(make_column_transformer((OneHotEncoder(), [0])).fit_transform(np.array([["a"], ["b"]], dtype=object)), LinearRegression())
try:
    SVC().predict(x)
except NotFittedError as error:
    print(error)
