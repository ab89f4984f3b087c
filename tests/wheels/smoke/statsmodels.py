"""Least squares by formula, a time series."""
import numpy as np
import pandas as pd
import statsmodels.api as sm
import statsmodels.formula.api as smf

df = pd.DataFrame({"x": np.arange(20.0), "g": list("ab") * 10})
df["y"] = 2 * df.x + (df.g == "b") * 3 + np.sin(df.x)
result = smf.ols("y ~ x + C(g)", df).fit()
print(result.params.round(4), round(result.rsquared, 4), result.summary().tables[1])
print(sm.tsa.ARIMA(df.y.to_numpy(), order=(1, 1, 0)).fit().params.round(2))
print(sm.Logit((df.y > 20).astype(int), sm.add_constant(np.cos(df.x))).fit(disp=0).params.round(3))
