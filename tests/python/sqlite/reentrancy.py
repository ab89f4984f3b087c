"""Python code that runs inside SQLite or between its steps, and uses the same connection, cursor or statement."""

import sqlite3


def attempt(f, *args):
    try:
        print(f(*args))
    except Exception as e:
        print(type(e).__name__, e)


# A function that queries through the connection that calls it.
con = sqlite3.connect(":memory:")
con.executescript("create table t(a); insert into t values(1), (2), (3)")
con.create_function("total", 0, lambda: con.execute("select sum(a) from t").fetchone()[0])
print(con.execute("select a, total() from t").fetchall())

# Hooks that take themselves away while they run.
con.set_trace_callback(lambda sql: con.set_trace_callback(None))
con.execute("select 1")
con.set_progress_handler(lambda: con.set_progress_handler(None, 1), 1)
con.execute("select count(*) from t")
con.set_authorizer(lambda *args: con.set_authorizer(None) or 0)
con.execute("select a from t")

# A function that defines itself anew, and a collation.
attempt(con.execute, "select redefine()")
con.create_function("redefine", 0, lambda: con.create_function("redefine", 0, None))
try:
    con.execute("select redefine()").fetchall()
except sqlite3.OperationalError as e:
    print(e)

# Factories that use the cursor.
cur = con.cursor()
cur.row_factory = lambda cursor, row: (row, cursor.fetchone())
print(cur.execute("select a from t").fetchall())
con.text_factory = lambda data: data.decode() + str(con.execute("select 5").fetchone()[0])
print(con.execute("select 'x', 'y'").fetchall())
con.text_factory = str

# Statements that are used twice at a time.
first, second = con.execute("select a from t"), con.execute("select a from t")
print(first.fetchone(), second.fetchone(), first.fetchall(), second.fetchall())

# Aggregates that are never finished.
class Forever:
    alive = 0

    def __init__(self):
        Forever.alive += 1

    def __del__(self):
        Forever.alive -= 1

    def step(self, value):
        if value == 2:
            raise ValueError

    def finalize(self):
        return 1


con.create_aggregate("forever", 1, Forever)
attempt(lambda: con.execute("select forever(a) from t").fetchall())
print(Forever.alive)

# Tables that change while they are read.
cur = con.execute("select a from t")
cur.fetchone()
con.execute("insert into t values(9)")
con.rollback()
attempt(cur.fetchall)
con.close()
attempt(cur.fetchone)


# In a subinterpreter callbacks run there.
def interpreter():
    import sqlite3

    import _interpreters

    con = sqlite3.connect(":memory:")
    con.create_function("here", 0, lambda: _interpreters.get_current()[0])
    return con.execute("select here()").fetchone()[0] == _interpreters.get_current()[0]


from concurrent import interpreters

sub = interpreters.create()
print(interpreter(), sub.call(interpreter))
sub.close()
