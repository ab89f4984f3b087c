"""Functions, aggregates, windows, collations and the hooks of a connection, and what becomes of their exceptions."""

import re
import sqlite3
c=sqlite3.connect(':memory:')
c.execute('create table t(a)'); c.executemany('insert into t values(?)',[('a',),('b',),('c',),('d',)])
n=0
def coll(a,b):
    global n; n+=1
    if n>3: 1/0
    return 0
c.create_collation('x',coll)
# error during fetch: comparison in a where clause
cu=c.execute("select 1 from (select 1)") # collate x")
for i in range(6):
    try: print(cu.fetchone())
    except BaseException as e: print(repr(e), repr(e.__context__))
    print(n)
sqlite3.enable_callback_tracebacks(True)
def f(*a): 1/0
import sys
sys.unraisablehook = lambda u: print('UNR', u.exc_type, u.exc_value, re.sub('0x[0-9a-f]+', 'N', u.err_msg), u.object)
c.create_function('f',-1,f)
try: c.execute('select f(1)')
except Exception as e: print(e)
c.create_function('g',-1,lambda *a: 2**70)
try: c.execute('select g(1)')
except Exception as e: print(repr(e), e.sqlite_errorname)
c.create_function('h',-1,lambda *a: object())
try: c.execute('select h(1)')
except Exception as e: print(repr(e), e.sqlite_errorname)
c.create_function('k',-1,lambda *a: '\ud800')
try: c.execute('select k(1)')
except Exception as e: print(repr(e), e.sqlite_errorname)
c.create_function('m',-1,lambda *a: print(a))
c.execute("select m(1,2.5,'x',x'0102',null)").fetchall()
c.set_trace_callback(print)
c.execute('select ?',('ü\0x',)); c.execute("insert into t values(1)"); c.commit()
c.set_trace_callback(f); c.execute('select 1'); c.set_trace_callback(None)
c.set_progress_handler(f,1)
try: c.execute('select 1')
except Exception as e: print(repr(e))
c.set_progress_handler(None,1)
c.set_authorizer(f)
try: c.execute('select 1')
except Exception as e: print(repr(e))
c.set_authorizer(lambda *a: print(a) or 0)
c.execute('select a from t')
c.set_authorizer(None)
c.create_collation('x',f)
try: c.execute('select a from t order by a collate x')
except Exception as e: print(repr(e))
class A:
    def step(self,*a): 1/0
    def finalize(self): return 3
c.create_aggregate('agg',1,A)
try: print(c.execute('select agg(a) from t').fetchall())
except Exception as e: print(repr(e))
class A:
    def __init__(s): 1/0
c.create_aggregate('agg',1,A)
try: print(c.execute('select agg(a) from t').fetchall())
except Exception as e: print(repr(e))
class A:
    def step(self,*a): pass
    def finalize(self): 1/0
c.create_aggregate('agg',1,A)
try: print(c.execute('select agg(a) from t').fetchall())
except Exception as e: print(repr(e))
class A: pass
c.create_aggregate('agg',1,A)
try: print(c.execute('select agg(a) from t').fetchall())
except Exception as e: print(repr(e))
class A:
    def __init__(s): s.n=0
    def step(self,a): self.n+=1
    def inverse(self,a): self.n-=1
    def value(self): return self.n
    def finalize(self): return self.n
c.create_window_function('win',1,A)
print(c.execute('select win(a) over (order by a rows between 1 preceding and 1 following) from t').fetchall())
del A.value
try: print(c.execute('select win(a) over (order by a rows between 1 preceding and 1 following) from t').fetchall())
except Exception as e: print(repr(e))
A.value=lambda s: object()
try: print(c.execute('select win(a) over (order by a rows between 1 preceding and 1 following) from t').fetchall())
except Exception as e: print(repr(e))
A.value=f
try: print(c.execute('select win(a) over (order by a rows between 1 preceding and 1 following) from t').fetchall())
except Exception as e: print(repr(e))
A.value=lambda s:1
del A.inverse
try: print(c.execute('select win(a) over (order by a rows between 1 preceding and 1 following) from t').fetchall())
except Exception as e: print(repr(e))
A.inverse=f
try: print(c.execute('select win(a) over (order by a rows between 1 preceding and 1 following) from t').fetchall())
except Exception as e: print(repr(e))
# row factory error, text factory
c.text_factory=f
try: print(c.execute("select 'a'").fetchall())
except Exception as e: print(repr(e))
c.text_factory=bytearray; print(c.execute("select 'a'").fetchall())
c.text_factory=bytes; print(c.execute("select 'a'").fetchall())
c.text_factory=lambda b: (b,); print(c.execute("select 'a'").fetchall())
c.text_factory=str
c.row_factory=f
cu=c.execute("select 1 union select 2")
for i in range(3):
    try: print(cu.fetchone())
    except Exception as e: print(repr(e))
c.row_factory=None
