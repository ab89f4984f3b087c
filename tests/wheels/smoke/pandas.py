"""Group, join, reshape, dates, text, CSV and JSON."""
import io
import numpy as np
import pandas as pd

df = pd.DataFrame({"k": list("abcab"), "x": [1, 2, 3, 4, 5], "y": np.linspace(0, 1, 5), "d": pd.date_range("2026-01-30", periods=5)})
print(df, df.dtypes, df.groupby("k").agg({"x": "sum", "y": ["mean", "max"]}), sep="\n")
print(df.merge(pd.DataFrame({"k": ["a", "b"], "z": [10, 20]}), on="k", how="left"))
print(df.pivot_table(index="k", columns=df.d.dt.month, values="x", aggfunc="sum"))
print(df.set_index("d").x.resample("2D").sum(), df.x.rolling(2).mean().tolist(), df.d.dt.strftime("%a %d").tolist())
print(pd.read_csv(io.StringIO("a,b\n1,x\n2,\n")).fillna("?"), df.head(2).to_json(date_format="iso"), df.to_csv(index=False))
mi = df.set_index(["k", "x"]).sort_index()
print(mi.loc[("a", 4)], mi.unstack(), df.describe(), df.sort_values(["k", "x"], ascending=[True, False]), sep="\n")
print(pd.Series(["a1", "b2", None]).str.extract(r"([a-z])(\d)"), pd.Categorical(list("aba")), pd.Timestamp("2026-03-29", tz="Europe/Berlin") + pd.Timedelta("1D"))
print(df.query("x > 2 and k != 'c'").eval("x * y"), pd.cut(df.x, 2).value_counts(), pd.to_datetime(["2026-01-01", "x"], errors="coerce"))
try:
    df["none"]
except KeyError as error:
    print(repr(error))
