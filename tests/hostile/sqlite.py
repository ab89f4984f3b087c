"""Callbacks and conversions of sqlite3 that use or close what is in use, and threads that share it.

Much of this ends CPython by a signal. Here it ends in exceptions; what they say is checked where it is certain.
"""

import gc
import sqlite3
import threading

RECURSIVE = "Recursive use of cursors not allowed."
CLOSED = "Cannot operate on a closed database."


def raised(f, *args):
    """The message of the exception that a call raises."""
    try:
        f(*args)
    except sqlite3.Error as e:
        return str(e)
    return None


def database(**kwargs):
    con = sqlite3.connect(":memory:", **kwargs)
    con.executescript("create table t(a); insert into t values(1), (2), (3)")
    return con


def cursor_in_use():
    con = database()
    cur = con.cursor()
    said = []

    def meddle():
        for name, *args in (("execute", "select 1"), ("fetchone",), ("fetchall",), ("close",), ("__init__", con),
                            ("executemany", "insert into t values(?)", [(1,)]), ("executescript", "select 1")):
            said.append(raised(getattr(cur, name), *args))
        return 1

    con.create_function("meddle", 0, meddle)
    assert cur.execute("select meddle()").fetchall() == [(1,)]
    assert said == [RECURSIVE] * 7, said
    said.clear()
    assert cur.execute("select a, case when a > 1 then meddle() end from t").fetchall() == [(1, None), (2, 1), (3, 1)]
    assert said == [RECURSIVE] * 14, said

    class Adapted:
        def __conform__(self, protocol):
            return raised(cur.execute, "select 2")

    assert cur.execute("select ?", (Adapted(),)).fetchall() == [(RECURSIVE,)]


def closing():
    """The connection is closed where the module runs Python code."""
    con = database()
    con.create_function("close", 0, lambda: con.close())
    print(raised(con.execute, "select close() from t"))
    con = database()

    class Adapted:
        def __conform__(self, protocol):
            con.close()
            return 1

    assert raised(con.execute, "insert into t values(?)", (Adapted(),)) == CLOSED
    con = database()

    def rows():
        yield (1,)
        con.close()
        yield (2,)

    assert raised(con.executemany, "insert into t values(?)", rows()) == CLOSED
    con = database()

    class Row(tuple):
        def __len__(self):
            con.close()
            return 1

    assert raised(con.execute, "insert into t values(?)", Row((1,))) == CLOSED
    for hook in ("set_trace_callback", "set_authorizer", "create_collation"):
        con = database()

        def close(*args):
            con.close()
            return 0

        if hook == "create_collation":
            con.create_collation("c", close)
        else:
            getattr(con, hook)(close)
        print(raised(lambda: con.execute("select a from t order by 'x' || a collate c" if "coll" in hook
                                         else "select a from t").fetchall()))
    con = database()
    con.set_progress_handler(lambda: con.close(), 1)
    print(raised(lambda: con.execute("select a from t").fetchall()))
    con = database()
    cur = con.execute("select a from t")
    con.text_factory = con.row_factory = cur.row_factory = lambda *args: con.close()
    print(raised(cur.fetchall))

    class Aggregate:
        def __init__(self):
            con.close()

        def step(self, a):
            con.close()

        finalize = value = inverse = lambda self, *args: con.close()

    con = database()
    con.create_aggregate("agg", 1, Aggregate)
    print(raised(con.execute, "select agg(a) from t"))
    con = database()
    con.create_window_function("win", 1, Aggregate)
    print(raised(con.execute, "select win(a) over (order by a rows between 1 preceding and current row) from t"))
    con = database()
    target = sqlite3.connect(":memory:")
    print(raised(lambda: con.backup(target, pages=1, progress=lambda *args: (con.close(), target.close()))))
    con = database()
    con.execute("insert into t values(zeroblob(10))")
    blob = con.blobopen("t", "a", 4)

    class Buffer:
        def __buffer__(self, flags):
            con.close()
            return memoryview(b"x")

    print(raised(blob.write, Buffer()))
    assert raised(blob.read) == CLOSED
    con.__init__(":memory:")
    assert raised(blob.read) == "Cannot operate on a closed blob."


def initialising():
    con = database()
    cur = con.execute("select a from t")
    con.create_function("again", 0, lambda: con.__init__(":memory:"))
    print(raised(con.execute, "select again()"))
    print(raised(cur.fetchall))
    cur = sqlite3.Cursor.__new__(sqlite3.Cursor)
    for name in ("arraysize", "row_factory", "rowcount", "connection", "description", "lastrowid"):
        getattr(cur, name)
    con = sqlite3.Connection.__new__(sqlite3.Connection)
    print(con.row_factory, con.text_factory, con.Error)
    assert raised(con.execute, "select 1") == "Base Connection.__init__ not called."
    assert raised(sqlite3.Cursor, con) is None
    assert raised(sqlite3.Cursor(con).execute, "select 1") == "Base Connection.__init__ not called."


def collecting():
    """Cycles through everything that a connection holds."""
    class Connection(sqlite3.Connection):
        pass

    for _ in range(20):
        con = database(factory=Connection)
        con.set_trace_callback(lambda sql, con=con: None)
        con.set_progress_handler(lambda con=con: None, 1)
        con.set_authorizer(lambda *args, con=con: 0)
        con.row_factory = lambda cur, row, con=con: (con, row)
        cur = con.execute("select a from t")
        cur.row_factory = lambda cur, row, held=cur: held
        cur.fetchone()
        con.held = cur
    del con, cur
    gc.collect()


def threads():
    """One connection, cursor and statement in several threads, with callbacks."""
    con = database(check_same_thread=False)
    con.create_function("twice", 1, lambda a: a * 2)
    con.create_collation("backwards", lambda a, b: (a < b) - (a > b))
    shared = con.cursor()
    said = set()

    def work(n):
        for i in range(100):
            for step in (lambda: con.execute("select twice(a) from t order by a collate backwards").fetchall(),
                         lambda: shared.execute("select twice(a) from t"), shared.fetchone, shared.fetchall,
                         lambda: con.execute("insert into t values(?)", (str(i),)), con.commit,
                         lambda: con.create_function(f"f{n}", 1, abs), lambda: con.set_trace_callback(len),
                         lambda: con.set_trace_callback(None), lambda: con.execute("delete from t where a > 3")):
                try:
                    step()
                except sqlite3.Error as e:
                    said.add(type(e).__name__)

    running = [threading.Thread(target=work, args=(n,)) for n in range(4)]
    for thread in running:
        thread.start()
    for thread in running:
        thread.join()
    closer = threading.Thread(target=work, args=(9,))
    closer.start()
    con.close()
    closer.join()


sqlite3.enable_callback_tracebacks(False)
cursor_in_use()
closing()
initialising()
collecting()
threads()
print("done")
