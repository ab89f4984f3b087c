# Symtables: every function with good and bad arguments.
import builtins, re as _re
def print(*a): builtins.print(_re.sub(r'0x[0-9a-f]+|(?<=top\()\d+', '0x', ' '.join(map(str, a))))
import _symtable,_suggestions,_sysconfig,_uuid
def show(s,d=0):
    print(' '*d,{n:getattr(s,n) for n in dir(s) if not n.startswith('_') and n not in('children','id')})
    for c in s.children: show(c,d+2)
show(_symtable.symtable("def f[T](a,*b,c=1,**k):\n  global g\n  x=[i for i in a]\n  def h(): return x\nclass C:\n  y:int=1\n  def __p(self): self.__q=__class__\ntype A[X]=int\nlambda: (yield)\n(z for z in y)\nimport os.path as p, sys\n",'<s>','exec'))
def t(s):
    try: print(s,'->',repr(eval(s))[:60])
    except BaseException as e: print(s,'->',type(e).__name__, e)
for x in '_symtable.symtable("x","a","zzz")|_symtable.symtable(1,"a","exec")|_symtable.symtable("x",1,"exec")|_symtable.symtable("(","a","exec")|_symtable.symtable("def f(a,a):pass","a","exec")|_symtable.symtable("x")|_sysconfig.config_vars()|len(_uuid.generate_time_safe()[0])'.split('|'): t(x)
g=_suggestions._generate_suggestions
for s in 'g(["hello"],"helo")|g([],"a")|g(("a",),"b")|g(["a",1],"ab")|g(["a"],1)|g(["abc"],"xyz")|g()|g(["a"]*1000,"ab")|g(["a"]*700,"ab")'.split('|'): t(s)
0 and print({k:v for k,v in vars(_symtable).items() if isinstance(v,int)})
