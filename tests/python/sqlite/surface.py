"""Copies, attributes, signatures, kinds of parameters, errors, subclasses."""

import copy
import dbm.sqlite3
import inspect
import os
import pickle
import re
import shutil
import sqlite3
import tempfile
import weakref


def t(f):
    try: print(re.sub("0x[0-9a-f]+","N",repr(f())))
    except BaseException as e: print(type(e).__name__, e)
c=sqlite3.connect(':memory:')
t(lambda: pickle.dumps(c)); t(lambda: copy.copy(c)); t(lambda: pickle.dumps(c.cursor())); t(lambda: copy.copy(sqlite3.Row))
t(lambda: weakref.ref(c)); 
def w(): weakref.ref(c.cursor()); return 'ok'
t(w)
t(lambda: c.nosuch); 
def f(): c.foo=1
t(f)
def f(): c.Error=1
t(f)
def f(): c.cursor().rowcount=1
t(f)
def f(): sqlite3.Connection.foo=1
t(f)
t(lambda: c.cursor().connection is c)
t(lambda: inspect.signature(sqlite3.connect)); t(lambda: inspect.signature(sqlite3.Connection.execute)); t(lambda: inspect.signature(sqlite3.Connection.backup)); t(lambda: inspect.signature(sqlite3.Connection.create_function)); t(lambda: inspect.signature(sqlite3.Connection)); t(lambda: inspect.signature(sqlite3.Row))
t(lambda: sqlite3.connect(':memory:',cached_statements=0).execute('select 1').fetchall()); t(lambda: sqlite3.connect(':memory:',cached_statements=-5).execute('select 1').fetchall())
t(lambda: [sqlite3.connect(':memory:',cached_statements=2).execute(f'select {i}').fetchone() for i in range(5)])
class I(int): pass
class F(float): pass
class B(bytes): pass
t(lambda: c.execute('select ?,?,?,?,?,?',(I(3),F(1.5),B(b'x'),bytearray(b'y'),memoryview(b'zz'),True)).fetchall())
t(lambda: c.execute('select ?',(float('nan'),)).fetchall()); t(lambda: c.execute('select ?',(float('inf'),)).fetchall()); t(lambda: c.execute('select ?',(-2**63,)).fetchall());t(lambda: c.execute('select ?',(2**63,)).fetchall());t(lambda: c.execute("select x'', ''").fetchall())
t(lambda: c.execute('select ?',(memoryview(b'abc')[::2],)).fetchall())
import collections
NT=collections.namedtuple('NT','a b'); t(lambda: c.execute('select ?,?',NT(1,2)).fetchall()); t(lambda: c.execute('select :a,:b',NT(1,2)).fetchall()); t(lambda: c.execute('select :a,:b',collections.OrderedDict(a=1,b=2)).fetchall()); t(lambda: c.execute('select :a,:a,@b,$c',dict(a=1,b=2,c=3)).fetchall()); t(lambda: c.execute('select ?,?',range(2)).fetchall()); t(lambda: c.execute('select ?,?',{1,2}).fetchall()); t(lambda: c.execute('select ?,?','ab').fetchall()); t(lambda: c.execute('select ?,?',b'ab').fetchall()); t(lambda: c.execute('select ?,?',collections.deque([1,2])).fetchall()); t(lambda: c.execute('select ?,?',iter([1,2])).fetchall()); t(lambda: c.execute('select ?',None))
t(lambda: c.executemany('create table x(a)',[()])); t(lambda: c.executemany('insert into x values(?)',{1:2})); t(lambda: c.executemany('insert into x values(?)','abc').rowcount); t(lambda: c.execute('select * from x').fetchall()); t(lambda: c.executemany('insert into x values(?)',None))
t(lambda: c.executemany('insert into x values(?) returning a',[(1,),(2,)]).fetchall())
t(lambda: c.execute('select 1 where 0').fetchone()); t(lambda: next(c.execute('select 1 where 0'))); t(lambda: list(c.execute('select 1 union select 2'))); t(lambda: c.execute('begin').description); t(lambda: c.in_transaction); t(lambda: c.rollback())
def prog(): return 1
c.set_progress_handler(prog,1); t(lambda: c.execute('select 1 union select 2').fetchall()); c.set_progress_handler(None,0)
c.execute('create table u(a unique not null check(a<5))')
for v in (1,1,None,9):
    t(lambda: c.execute('insert into u values(?)',(v,)).rowcount)
    try: c.execute('insert into u values(?)',(v,))
    except sqlite3.Error as e: print(e.sqlite_errorcode, e.sqlite_errorname, e.args)
for n in ('Warning','Error','InterfaceError','DatabaseError','InternalError','OperationalError','ProgrammingError','IntegrityError','DataError','NotSupportedError'): print(getattr(sqlite3,n).__mro__, getattr(sqlite3,n).__doc__)
class Con(sqlite3.Connection):
    def cursor(self,*a): print('cursor!'); return super().cursor(*a)
    def execute(self,*a): return super().execute(*a)
x=Con(':memory:'); t(lambda: x.execute('select 1').fetchall()); t(lambda: x.executescript('select 1').fetchall())
class Cur(sqlite3.Cursor):
    def execute(self,*a): print('exec!'); return super().execute(*a)
t(lambda: x.cursor(Cur).execute('select 2').fetchall())
x.row_factory=sqlite3.Row; t(lambda: x.execute('select 1 as a').fetchone()['A']); t(lambda: dict(x.execute('select 1 as a, 2 as b').fetchone()))
t(lambda: sqlite3.connect(':memory:',factory=Con)); t(lambda: sqlite3.connect(database=':memory:',timeout=1,uri=True))
folder = tempfile.mkdtemp()
p = os.path.join(folder, 'd')
with dbm.sqlite3.open(p,'c') as d: d['a']='b'; print(d['a'],list(d))
shutil.rmtree(folder)
t(lambda: sqlite3.complete_statement('select 1')); t(lambda: sqlite3.complete_statement(statement='select 1;'))
t(lambda: c.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY)); t(lambda: c.getconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY)); t(lambda: c.execute('pragma foreign_keys').fetchall()); t(lambda: c.setconfig(sqlite3.SQLITE_DBCONFIG_ENABLE_FKEY,False))
t(lambda: c.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH,10)); t(lambda: c.execute('select 1234567890')); t(lambda: c.executescript('select 1234567890'))
c.close(); t(lambda: c.close()); t(lambda: c.__exit__(None,None,None))
