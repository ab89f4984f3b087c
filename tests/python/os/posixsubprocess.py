import os, _posixsubprocess as p
def run(args, pre=None, cwd=None, env=None):
    er,ew=os.pipe(); r,w=os.pipe()
    pid=p.fork_exec([a.encode() for a in args],[args[0].encode()],True,(ew,),cwd,env,-1,-1,r,w,-1,-1,er,ew,True,False,-1,None,None,None,-1,pre)
    os.close(w); os.close(ew)
    out=b''
    while True:
        d=os.read(r,100)
        if not d: break
        out+=d
    e=os.read(er,200); print(out,e,os.waitpid(pid,0)[1])
run(['/bin/echo','hi']); run(['/nope']); run(['/bin/pwd'],cwd='/tmp'); run(['/bin/pwd'],cwd='/nope'); run(['/usr/bin/env'],env=[b'A=1']); run(['/bin/echo','pre'],pre=lambda:os.chdir('/')); run(['/bin/echo'],pre=lambda:1/0)
