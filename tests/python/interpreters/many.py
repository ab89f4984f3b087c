"""Many interpreters, one after the other and in threads: state of their own, threads, collection, pools, the end."""
import threading
from concurrent import interpreters
for k in range(20):
    i=interpreters.create()
    i.exec("import collections, re, json, asyncio, dataclasses\nclass A:\n  def __init__(self): self.me=self\n  def __del__(self): pass\nl=[A() for _ in range(1000)]\ndel l\nimport gc; gc.collect()")
    i.exec("import threading\ndef f():\n  for k in range(1000): json.dumps([k])\nts=[threading.Thread(target=f) for _ in range(3)]\n[t.start() for t in ts]; [t.join() for t in ts]")
    i.close()
print(interpreters.list_all())
def work(n):
    i=interpreters.create()
    q=interpreters.create_queue()
    i.prepare_main(q=q,n=n)
    i.exec("s=0\nfor k in range(20000): s+=k*n\nq.put(s)")
    r.append((n,q.get()))
    i.close()
r=[]
ts=[threading.Thread(target=work,args=(n,)) for n in range(6)]
[t.start() for t in ts]; [t.join() for t in ts]
print(sorted(r))
from concurrent.futures import InterpreterPoolExecutor
with InterpreterPoolExecutor(3) as ex:
    print(sum(ex.map(pow, range(50), [2]*50)))
i = interpreters.create()
i.exec("import atexit; atexit.register(print, 'bye from sub')")
i.close()
