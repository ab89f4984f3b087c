"""What SQLite is built with, and its defaults."""

import sqlite3

con = sqlite3.connect(":memory:")


def one(sql, *args):
    return con.execute(sql, args).fetchall()


print(one("pragma foreign_keys"), sqlite3.threadsafety, sqlite3.sqlite_version_info >= (3, 45))
con.executescript("create virtual table words using fts5(text); insert into words values('a quick fox'), ('a dog');")
print(one("select text from words where words match 'quick'"))
con.executescript("create virtual table old using fts4(text); insert into old values('one two');")
print(one("select text from old where old match 'two'"))
con.executescript("create virtual table boxes using rtree(id, x0, x1); insert into boxes values(1, 0, 5), (2, 7, 9);")
print(one("select id from boxes where x1 > 6"))
print(one("select json_extract('{\"a\": [1, 2]}', '$.a[1]'), json('[1,2]') -> 0, sqrt(2), pi(), soundex('Robert')"))
print(one("select count(*) > 0 from dbstat"))
print(one("select percentile(value, 50) from json_each('[1, 2, 9]')"))
print(one("select 'a' like x'61'"))
options = {name for (name,) in con.execute("pragma compile_options")}
for wanted in ("ENABLE_FTS3", "ENABLE_FTS4", "ENABLE_FTS5", "ENABLE_RTREE", "ENABLE_MATH_FUNCTIONS", "ENABLE_DBSTAT_VTAB",
               "ENABLE_COLUMN_METADATA", "ENABLE_LOAD_EXTENSION", "SECURE_DELETE", "THREADSAFE=1", "USE_URI",
               "MAX_VARIABLE_NUMBER=250000", "DEFAULT_FOREIGN_KEYS", "ENABLE_STAT4", "OMIT_LOAD_EXTENSION"):
    print(wanted, wanted in options)
print(con.getconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY), con.getconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_TRIGGER))
print([con.getlimit(i) for i in range(11)])
print(sqlite3.connect("file:memory?mode=memory").execute("pragma database_list").fetchall())
