"""Adaptation of values, connection strings, and what happens without a server."""
import psycopg2
import psycopg2.extensions
from psycopg2.extras import Json

print(psycopg2.extensions.adapt([1, "it's".replace("'", ""), None, 2.5]).getquoted(), psycopg2.extensions.adapt(b"\x00a").getquoted(), Json({"a": 1}))
print(psycopg2.extensions.parse_dsn("host=h user=u"), psycopg2.extensions.make_dsn(host="h", password="a b"), psycopg2.BINARY.name)
try:
    psycopg2.connect("host=127.0.0.1 port=1 connect_timeout=2")
except psycopg2.OperationalError as error:
    print(type(error).__name__)
