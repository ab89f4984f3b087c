"""SQL over memory and over a pandas frame."""
import duckdb
import pandas as pd

con = duckdb.connect()
con.execute("create table t(a integer, b varchar, c double)")
con.executemany("insert into t values (?, ?, ?)", [(i, f"n{i % 3}", i * 0.5) for i in range(10)])
print(con.execute("select b, sum(a), avg(c) from t group by b order by b").fetchall())
frame = pd.DataFrame({"x": [1, 2, 3], "y": list("abc")})
print(con.execute("select x + 1 as z, upper(y) as y from frame where x > 1").df())
con.create_function("plus_one", lambda x: x + 1, ["BIGINT"], "BIGINT")
print(con.execute("select plus_one(41)").fetchone())
try:
    con.execute("select nothing from t")
except duckdb.BinderException as error:
    print(str(error).splitlines()[0])
