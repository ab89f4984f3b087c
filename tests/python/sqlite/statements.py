"""Statements, parameters, rows, transactions and converters."""

import re
import sqlite3
def t(f):
    try: print(re.sub('0x[0-9a-f]+', 'N', repr(f())))
    except BaseException as e: print(type(e).__module__, type(e).__name__, e,'| ctx',repr(e.__context__))
class S:
    def __len__(s): return 1
    def __getitem__(s,i): raise ValueError('x')
c=sqlite3.connect(':memory:'); c.execute('create table t(a)')
t(lambda: c.execute('insert into t values(?)',S()))
class D(dict):
    def __missing__(s,k): return 5
t(lambda: c.execute('select :a',D()).fetchall())
class D(dict):
    def __getitem__(s,k): raise LookupError
t(lambda: c.execute('select :a',D()).fetchall())
class D(dict):
    def __getitem__(s,k): raise ValueError
t(lambda: c.execute('select :a',D()).fetchall())
l=[1,2]
class P:
    def __conform__(self,p):
        l.clear(); return 1
l[:]=[P(),2]
t(lambda: c.execute('select ?,?',l))
# isolation level seen by trace
c=sqlite3.connect(':memory:'); c.execute('create table t(a)')
L=[]; c.set_trace_callback(L.append)
c.execute('insert into t values(1)'); c.commit(); c.isolation_level='immediate'; c.execute('insert into t values(1)'); c.rollback(); print(L)
cu=c.cursor(); t(lambda: cu.execute('select 1 as "a [b]"').description); print(cu.rowcount, cu.lastrowid)
t(lambda: cu.execute('insert into t values(1)')); print(cu.rowcount, cu.lastrowid, cu.description)
t(lambda: cu.execute('insert into t values(1),(2) returning a').fetchall()); print(cu.rowcount)
t(lambda: cu.execute('update t set a=3')); print(cu.rowcount)
t(lambda: cu.executemany('insert into t values(?)',[(1,),(2,)])); print(cu.rowcount, cu.lastrowid)
t(lambda: c.execute('select 1').fetchmany(size=-1))
for d in (1,2,3):
    c=sqlite3.connect(':memory:',detect_types=d)
    cu=c.execute('select 1 as "a [b]", 2 as " [x]", 3 as "[x]", 4 as "a[x]"'); print(cu.description)
sqlite3.register_converter('foo', lambda b: b)
c=sqlite3.connect(':memory:',detect_types=3); c.execute('create table t(a foo, b foo(3), c "foo bar")'); c.execute("insert into t values('1',2.5,null)")
print(c.execute('select a,b,c,1 as "x [foo]" from t').fetchall())
c=sqlite3.connect('file::memory:'); print(c.execute('pragma database_list').fetchall())
c.executescript("create table if not exists x(a); insert into x values(1);;; -- c\n /* */ ")
t(lambda: c.executescript('select 1; bad'))
t(lambda: c.executescript('select 1; select \0'))
def g():
    c.__init__(':memory:'); 
t(g)
cu=c.cursor(); cu.execute('select 1 union select 2'); cu.fetchone(); t(lambda: cu.__init__(c)); t(lambda: cu.fetchall())
import gc
gc.collect()
import sys
c=sqlite3.connect(':memory:', autocommit=False); print(c.in_transaction, c.autocommit); c.commit(); print(c.in_transaction); c.autocommit=True; print(c.in_transaction); t(lambda: c.commit())
c=sqlite3.connect(':memory:', autocommit=-1); print(c.autocommit, c.isolation_level, c.isolation_level is None)
sys.addaudithook(lambda n,a: print(n, re.sub('0x[0-9a-f]+', 'N', repr(a)) if 'handle' not in n else '') if n.startswith('sqlite3') else None)
c=sqlite3.connect(':memory:'); c.enable_load_extension(True); t(lambda: c.load_extension('/x')); 
print(sqlite3.Row.__doc__, sqlite3.Cursor.__doc__)
cu=c.execute('select 1 as a, 2 as B, 3 as a'); r=sqlite3.Row(cu,(1,2,3)); print(r['a'],r['b'],r['A'],r[0],r[-1],r[0:2],len(r),tuple(r),r.keys(),hash(r)==hash(cu.description)^hash((1,2,3)), r==r, r==(1,2,3), r!=sqlite3.Row(cu,(1,2,4)))
t(lambda: r<r); t(lambda: r['é']); t(lambda: r[None]); t(lambda: r[True])
print(isinstance(r,__import__('collections').abc.Sequence), 1 in r, r.__class__.__mro__)
t(lambda: c.cursor().__init__()); t(lambda: c.__init__())
t(lambda: sqlite3.connect(':memory:', factory=lambda *a,**k: (a,k)))
class C(sqlite3.Connection):
    def __init__(s): pass
x=C(); t(lambda: x.cursor()); t(lambda: x.close()); t(lambda: x.in_transaction); t(lambda:x.interrupt()); t(lambda:x.isolation_level); t(lambda:x.Error);
def g(): x.isolation_level=''
t(g)
def g(): x.autocommit=True
t(g)
t(lambda: x('select 1'))
