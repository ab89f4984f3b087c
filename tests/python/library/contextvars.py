# Contextvars: every function with good and bad arguments.
import builtins, re as _re
def print(*a): builtins.print(_re.sub(r'0x[0-9a-f]+|(?<=top\()\d+', '0x', ' '.join(map(str, a))))
import _contextvars as c
def t(f):
    try: print(f())
    except BaseException as e: print(type(e).__name__, e)
v=c.ContextVar('v')
t(lambda:c.ContextVar())
t(lambda:c.ContextVar(3))
t(lambda:c.ContextVar('a',3))
t(lambda:c.ContextVar('a',default=3,x=3))
t(lambda:v.get())
t(lambda:v.get(1,2))
tok=v.set(1)
t(lambda:repr(tok)); t(lambda:repr(v)); t(lambda:repr(c.ContextVar('x',default=[1])))
t(lambda:v.reset(3))
t(lambda:c.ContextVar('w').reset(tok))
cx=c.copy_context()
t(lambda:cx.run(v.reset,tok))
v.reset(tok)
t(lambda:v.reset(tok))
t(lambda:repr(tok))
t(lambda:cx.run())
t(lambda:cx.run(lambda:cx.run(int)))
t(lambda:cx[1]); t(lambda:1 in cx); t(lambda:cx.get(1)); t(lambda:cx[c.ContextVar('q')]); t(lambda:cx.get()); t(lambda:cx.get(v,1,2))
t(lambda:c.Context(1)); t(lambda:c.Context(a=1)); t(lambda:c.Token()); t(lambda: repr(c.Token.MISSING)); t(lambda:type(c.Token.MISSING))
t(lambda:hash(cx)); t(lambda:cx==3); t(lambda:cx<cx); t(lambda:tok.var is v); t(lambda:tok.old_value)
t(lambda:c.Token[int]); t(lambda:c.ContextVar[int]);
t(lambda:type(cx.keys())); t(lambda:type(iter(cx))); t(lambda:type(cx.items())); t(lambda:cx.copy().copy(1))
t(lambda:repr(cx)[:10]); t(lambda: iter(cx.keys())); t(lambda:type('x',(c.Context,),{})); t(lambda:cx.keys().__length_hint__); t(lambda:len(cx.keys()))
t(lambda: tok.__enter__() is tok)
t(lambda: tok.__exit__(1,2,3)); t(lambda: tok.__exit__())
tok2=v.set(4)
t(lambda: tok2.__exit__(None,None,None)); t(lambda: tok2.__enter__())
print(list(type(cx.keys()).__dict__.keys()), list(type(c.Token.MISSING).__dict__.keys()), type(c.Token.MISSING).__module__,type(cx.keys()).__module__)
t(lambda:type(cx.keys())()); t(lambda:type(c.Token.MISSING)())
vs=[c.ContextVar('v%d'%i) for i in range(2000)]
for i,x in enumerate(vs): x.set(i)
cx=c.copy_context()
t(lambda: sorted(cx.values())==list(range(2000)))
toks=[x.set(-i) for i,x in enumerate(vs)]
t(lambda: sorted(cx.values())==list(range(2000)))
t(lambda: sorted(c.copy_context().values())==sorted(-i for i in range(2000)))
for x,k in zip(vs,toks): x.reset(k)
t(lambda: cx==c.copy_context())
def f():
    for x in vs: pass
    return len(c.copy_context())
t(lambda: c.Context().run(f)); t(lambda: cx.run(f))
e=c.Context()
def g():
    toks=[x.set(-i) for i,x in enumerate(vs)]
    for x,k in reversed(list(zip(vs,toks))): x.reset(k)
    return len(c.copy_context()), list(c.copy_context())
t(lambda:e.run(g))
