"""A Parquet round trip, compute functions, IPC, pandas both ways."""
import os
import tempfile
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

table = pa.table({"a": [1, 2, None], "s": ["x", "y", "z"], "l": [[1], [], [2, 3]]})
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "t.parquet")
    pq.write_table(table, path, compression="zstd")
    read = pq.read_table(path)
    print(read.equals(table), read.schema, pq.read_table(path, filters=[("a", ">", 1)]).to_pydict())
print(pc.sum(table["a"]), pc.utf8_upper(table["s"]), table.group_by("s").aggregate([("a", "sum")]).to_pylist())
sink = pa.BufferOutputStream()
with pa.ipc.new_stream(sink, table.schema) as writer:
    writer.write_table(table)
print(pa.ipc.open_stream(sink.getvalue()).read_all().num_rows, table.to_pandas(), pa.Table.from_pandas(pd.DataFrame({"q": [1.5]})).to_pydict())
try:
    pa.array([1, "x"])
except pa.ArrowInvalid as error:
    print(error)
