"""What `_interpreters` and `_interpqueues` do and say."""
import re
import _interpreters as I, _interpqueues as Q
def out(*values):
    print(re.sub(" at 0x[0-9a-f]+|[Ff]ile \"[^\"]*\"", "", " ".join(map(str, values))))
def show(f,*a,**k):
    try: out(f.__name__, a[1:] if a and isinstance(a[0],int) else a, k, '->', f(*a,**k))
    except BaseException as e: out(f.__name__, a[1:] if a else a, k, '!!', type(e).__module__, type(e).__qualname__, '|', e, '| cause', repr(e.__cause__), '| ctx', repr(e.__context__))
if __name__ == '__main__':
    i=I.create()
    G=1
    def f0(): return 5
    def f1(a): return a
    def fg(): return G
    def fp(): print('hi')
    x=3
    def mk():
        y=2
        def inner(): return y
        return inner
    class A: pass
    for fn in (f0,f1,fg,fp,mk(),lambda:1, f0.__code__, f1.__code__, len, 5, 'x=', 'raise SystemExit(3)', b'1'):
        show(I.exec,i,fn)
        show(I.run_func,i,fn)
        show(I.run_string,i,fn)
        if callable(fn): show(I.call,i,fn)
    show(I.call,i,f1,(object,)); show(I.call,i,f1,(object(),)); show(I.call,i,f1,(A(),)); show(I.call,i,f1,([1,{2:3}],)); show(I.call,i,f1); show(I.call,i,5); show(I.call,i,f1,[1]); show(I.call,i,f1,(1,),[]) 
    show(I.call,i,f1,(lambda:1,));
    show(I.call,i,f0,preserve_exc=True); show(I.call,i,lambda: 1/0,preserve_exc=True)
    show(I.set___main___attrs,i,{}); show(I.set___main___attrs,i,{1:2}); show(I.set___main___attrs,i,[1]); show(I.set___main___attrs,i,{'k':object()}); show(I.set___main___attrs,i,{'k':(1,[2])}); show(I.set___main___attrs,i,{'k':lambda:1})
    show(I.exec,i,'print(k)',{'k':5}); show(I.exec,i,'print(k)',[1]);show(I.exec,i,'print(k)',{'k':[]})
    show(I.exec,i,'',restrict=True); show(I.exec,0,'',restrict=True); show(I.exec,0,'print(__name__)'); show(I.destroy,0); show(I.destroy,0,restrict=True); show(I.destroy,77)
    show(I.whence,i); show(I.whence,88); show(I.is_running,i); show(I.is_running,0); show(I.is_running,55); show(I.get_config,33); show(I.new_config,'abc'); show(I.new_config,5); show(I.new_config,gil='own'); show(I.new_config,gil='x'); show(I.new_config,zzz=1); show(I.new_config,'isolated',allow_fork=5)
    show(I.capture_exception); show(I.capture_exception,ValueError('x')); show(I.capture_exception,5)
    for o in (1,'a',b'b',1.5,None,True,(),(1,2),(1,[]),[],{},memoryview(b''),object(),int,len,f0,1j,frozenset(),bytearray(),...,NotImplemented,2**100,(((),),)): print(type(o), I.is_shareable(o), end='; ')
    print()
    I.destroy(i)
