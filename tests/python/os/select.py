import _locale, os, pwd, resource, select
for f in (lambda:pwd.getpwuid(99999), lambda:pwd.getpwnam('nope'), lambda: pwd.getpwuid(-1), lambda: select.select([],[],[],-1), lambda: select.select(5,[],[]), lambda: resource.getrlimit(99), lambda:_locale.setlocale(0,'nope')):
    try: print(f())
    except Exception as e: print(type(e).__name__, e)
r,w=os.pipe(); print(select.select([r],[w],[],0)==([], [w], [])); os.write(w,b'x'); print(select.select([r],[w],[],0)==([r], [w], []))
p=select.poll(); p.register(r,select.POLLIN); print([m for _,m in p.poll(0)])
e=select.epoll(); e.register(r,select.EPOLLIN); print([m for _,m in e.poll(0)]); e.close()
print(resource.getrusage(0).ru_utime>=0)
