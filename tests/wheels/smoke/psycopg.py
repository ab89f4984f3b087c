"""Adaptation of values, composed SQL and connection strings, and what happens without a server."""
import datetime
import psycopg
from psycopg import sql
from psycopg.adapt import PyFormat, Transformer

t = Transformer()
print(psycopg.pq.__impl__, [bytes(t.get_dumper(v, PyFormat.TEXT).dump(v)) for v in (1, 1.5, "x", datetime.date(2026, 1, 2), b"\x01", [1, 2])])
print(sql.SQL("select {} from {}").format(sql.Identifier('a"b'), sql.Literal("it's")).as_string(None))
print(psycopg.conninfo.make_conninfo(host="h", password="a b"), psycopg.pq.version() > 0)
loader = t.get_loader(23, psycopg.pq.Format.BINARY)
print(loader.load(b"\x00\x00\x01\x00"))
try:
    psycopg.connect("host=127.0.0.1 port=1 connect_timeout=2")
except psycopg.OperationalError as error:
    print(type(error).__name__)
