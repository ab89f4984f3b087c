"""Lazy queries, expressions, joins, Parquet, user functions."""
import io
import polars as pl

df = pl.DataFrame({"g": ["a", "b", "a", None], "x": [1, 2, 3, 4], "f": [0.5, None, 1.5, 2.5]})
print(df.lazy().filter(pl.col("x") > 1).group_by("g", maintain_order=True).agg(pl.col("f").sum(), pl.len()).collect())
print(df.with_columns((pl.col("x") * 2).alias("y"), pl.col("g").fill_null("z").str.to_uppercase()), df.select(pl.col("f").mean()).item())
print(df.join(pl.DataFrame({"g": ["a"], "n": [7]}), on="g", how="left").to_dicts())
out = io.BytesIO()
df.write_parquet(out)
out.seek(0)
print(pl.read_parquet(out).equals(df), df["x"].map_elements(lambda v: v * 10, return_dtype=pl.Int64).to_list())
print(pl.SQLContext(t=df).execute("select g, sum(x) s from t group by g order by s").collect().rows())
try:
    df.select("none")
except pl.exceptions.ColumnNotFoundError as error:
    print(str(error).splitlines()[0])
