import collections, sys
from collections import deque, defaultdict, OrderedDict
def t(s):
    print(s,'->',end=' ')
    try: print(repr(eval(s)))
    except BaseException as e: print(type(e).__name__, e)
class M:
    def __init__(s,f): s.f=f
    def __eq__(s,o): s.f(); return False
    def __repr__(s): return 'M'
def mut(meth):
    d=deque([1,2,3])
    def f(): d.append(5)
    return getattr(d,meth)(M(f))
def mut2():
    d=deque([1,2,3]); 
    class B:
        def __eq__(s,o): d.clear(); return True
    d.remove(B()); return d
for s in ["deque(1)","deque(1,2,3)","deque([],-1)","deque([],'a')","deque([],None)","deque(maxlen=3,iterable='abcde')","deque(x=3)","deque(None)","deque([],2**70)",
 "mut('remove')","mut2()","mut('index')","mut('count')","mut('__contains__')","deque().remove(3)","deque().index(3)","deque([1]).index(1,1)","deque([1,2,3]).index(3,-1,10)","deque().pop()","deque().popleft()","deque([1])[5]","deque([1])['a']","deque([1])[0:1]","deque([1]).__setitem__(4,4)","deque([1]).__delitem__(4)","deque([1],1).insert(0,3)","deque([1])+[1]","deque([1])+deque([2])","deque([1])*3","3*deque([1],2)","deque([1])*-1","deque('abc').rotate('a')","deque('abc').rotate(1.0)","deque([1],3).__reduce__()[:2]","deque([1]).__reduce__()[:3]","hash(deque())","deque([1])==[1]","deque([1])<deque([2])","deque([1])<deque([1,2])","deque([1])>=deque([1,2])","deque([1]).insert()","deque().append()","deque([1,2]).__sizeof__()","iter(deque([1,2])).__reduce__()","type(iter(deque([1,2])))(deque([1,2,3]),1).__length_hint__()","type(iter(deque([1,2])))([1])","list(type(iter(deque([1,2])))(deque([1,2,3]),9))","deque([1]).maxlen","deque([],5)","deque[int]","repr(type('S',(deque,),{})([1]))","deque([deque()])", "deque([1,2,3]).index(9)","deque('abc').__imul__(2)","deque([1]).__iadd__(5)","deque([1]).extend(5)",
 "defaultdict(5)","defaultdict(None,5)","defaultdict(list)['a']","defaultdict()['a']","defaultdict()[(1,2)]","repr(defaultdict(list,{1:2}))","defaultdict(int,{1:2})|{3:4}","{3:4}|defaultdict(int,{1:2})","defaultdict(list,a=1).copy()","defaultdict(list,{1:2}).__reduce__()[:3]","defaultdict(list).__missing__(3)","defaultdict(list).default_factory","defaultdict(lambda:5)|5","defaultdict(default_factory=int)","defaultdict(int)==({})","type('S',(defaultdict,),{})(int,a=2)","type('S',(defaultdict,),{})(int,a=2).copy()","defaultdict.__init__()",
 "OrderedDict(1)","OrderedDict([(1,2)],a=3)","OrderedDict([(1,2)],[(3,4)])","OrderedDict().popitem()","OrderedDict(a=1).pop('b')","OrderedDict(a=1).pop('b',3)","OrderedDict(a=1).pop('b',default=3)","OrderedDict(a=1).move_to_end('b')","OrderedDict(a=1,b=2)==OrderedDict(b=2,a=1)","OrderedDict(a=1,b=2)=={'b':2,'a':1}","OrderedDict(a=1)|{'b':1}","{'b':1}|OrderedDict(a=1)","OrderedDict(a=1)|5","repr(OrderedDict())","OrderedDict(a=1).keys()","OrderedDict(a=1).items()","OrderedDict(a=1).values()","reversed(OrderedDict(a=1)).__reduce__()","iter(OrderedDict(a=1,b=2).items()).__reduce__()","list(reversed(OrderedDict(a=1,b=2).items()))","OrderedDict(a=1).__reduce__()[:3]","OrderedDict.fromkeys('ab',1)","OrderedDict(a=1).setdefault('b')","OrderedDict(a=1).update(1)","OrderedDict().update(1,2)","OrderedDict(a=1).__sizeof__()","OrderedDict(a=1)<1","hash(OrderedDict())","OrderedDict(a=1).popitem(last=False)","OrderedDict(a=1).__dict__","OrderedDict(a=1).copy()","OrderedDict(a=1).__delitem__('z')","OrderedDict({1:2}).__init__({3:4})","type('S',(OrderedDict,),{})(a=1).copy()","OrderedDict.update()","OrderedDict.__init__()","collections._tuplegetter(0,'doc')","collections._tuplegetter(0,'doc').__reduce__()","collections._tuplegetter(0,'doc').__get__(5)","collections._tuplegetter(0,'doc').__get__((1,),tuple)","collections._tuplegetter(3,'doc').__get__((1,),tuple)","collections._tuplegetter(0,'doc').__set__((1,),5)","collections._tuplegetter(0,'doc').__delete__((1,))","collections._tuplegetter(0,'doc').__doc__","collections._tuplegetter(0,'doc').__get__(None,int)","collections._tuplegetter('a','b')","collections._tuplegetter(1)","collections._tuplegetter(1,doc=2)", "collections.Counter('abracadabra')","collections.Counter(a=3)+collections.Counter(a=4)","collections._count_elements({},5)","collections._count_elements([],'a')","collections.namedtuple('P','x y')(1,2).x"]: t(s)
def g():
    d=deque([1,2,3])
    for x in d: d.append(1)
def g2():
    o=OrderedDict(a=1,b=2)
    for k in o: o['c']=1
def g3():
    o=OrderedDict(a=1,b=2)
    for k in o: del o[k]
def g4():
    o=OrderedDict(a=1,b=2,c=3); r=[]
    for k in o: 
        r.append(k)
        if len(r)<5: o.move_to_end(k)
    return r
def g5():
    o=OrderedDict(a=1,b=2,c=3)
    dict.__delitem__(o,'b'); 
    return list(o)
def g6():
    o=OrderedDict(a=1,b=2,c=3)
    dict.__setitem__(o,'z',1)
    return list(o), len(o), repr(o) if 1 else 0
for n in ('g','g2','g3','g4','g5','g6'): t(n+'()')
d=deque(range(10)); d.rotate(3); print(d); d.rotate(-13); print(d); d.reverse(); print(d); d.insert(3,'x'); d.insert(-2,'y'); print(d); del d[4]; print(d); d.remove('x'); print(d)
d=deque(range(5),3); d.append(9); d.appendleft(8); print(d, d.copy().maxlen); d.extend('abcdef'); print(d); d.extendleft('xyz'); print(d); d*=2; print(d); d+=d; print(d)
o=OrderedDict.fromkeys('abcde'); o.move_to_end('b'); o.move_to_end('d',last=False); print(''.join(o)); print(o.popitem(), o.popitem(last=False), o); o['b']=4; print(o)
class S(OrderedDict):
    def __missing__(s,k): return k*2
s=S(a=1); s.x=5; print(s['q'], s.pop('zz',1), s.__reduce__()[:3], s)
try: print(s.pop('zz'))
except KeyError as e: print('KE',e)
class T(OrderedDict):
    def __setitem__(s,k,v): super().__setitem__(k,(v,))
    def __delitem__(s,k): print('del',k); super().__delitem__(k)
x=T(a=1); x.setdefault('b',2); x.update(c=3); print(x); x.pop('a'); x.popitem(); print(x)
