"""Databases in files: locks, the write-ahead log, URIs, context managers, backups, dumps; interrupting."""

import sqlite3, os, tempfile, threading, time, contextlib
d=tempfile.mkdtemp(); p=os.path.join(d,'x.db')
a=sqlite3.connect(p); a.execute('pragma journal_mode=wal'); a.execute('create table t(a)'); a.execute('insert into t values(1)'); 
b=sqlite3.connect(p, timeout=0.1)
try: b.execute('insert into t values(2)')
except sqlite3.OperationalError as e: print(e, e.sqlite_errorname)
a.commit(); b.execute('insert into t values(2)'); b.commit(); print(a.execute('select * from t').fetchall())
print(sorted(os.listdir(d)))
cu=a.execute('select * from t'); cu.fetchone()
a.close(); b.close()
print(sorted(os.listdir(d)))
del cu
print(sorted(os.listdir(d)))
c=sqlite3.connect(f'file:{p}?mode=ro',uri=True)
try: c.execute('insert into t values(3)')
except sqlite3.OperationalError as e: print(e, e.sqlite_errorname)
c.close()
try: sqlite3.connect(f'file:{p}x?mode=rw',uri=True)
except sqlite3.OperationalError as e: print(e, e.sqlite_errorname)
with contextlib.closing(sqlite3.connect(p, autocommit=False)) as c:
    with c: c.execute('insert into t values(5)')
    try:
        with c: c.execute('insert into t values(6)'); 1/0
    except ZeroDivisionError: pass
    print(c.execute('select count(*) from t').fetchone(), c.in_transaction)
# gil released
c=sqlite3.connect(':memory:',check_same_thread=False)
done=[]
def long():
    try: c.execute('with recursive r(i) as (select 1 union all select i+1 from r where i<100000000) select count(*) from r').fetchall()
    except sqlite3.OperationalError as e: done.append(str(e))
t=threading.Thread(target=long); t.start(); time.sleep(.2); s=time.time(); c.interrupt(); t.join(); print(done, time.time()-s<1)
b=sqlite3.connect(':memory:')
src=sqlite3.connect(p); L=[]
src.backup(b,pages=1,progress=lambda *a: L.append(a)); print(L, b.execute('select count(*) from t').fetchone())
print(len(src.serialize()))
for db in ('nosuch',): 
    try: src.serialize(name=db)
    except sqlite3.Error as e: print(e)
print(list(b.iterdump()), list(b.iterdump(filter='x%')))
src.close()
import shutil
shutil.rmtree(d)
