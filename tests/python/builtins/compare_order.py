# Which of two equal elements is asked first.
class A:
    def __init__(s,n): s.n=n
    def __eq__(s,o): print('   eq',s.n,o.n); return True
    __hash__=None
a,b=A('a'),A('b')
import collections
for s in ["{'x':a}=={'x':b}","[a]==[b]","(a,)==(b,)","a in [b]","[b].index(a)","[b].count(a)","{1:a}!={1:b}","collections.OrderedDict(x=a)==collections.OrderedDict(x=b)","collections.deque([a])==collections.deque([b])","a in collections.deque([b])","a in (b,)","(b,).index(a)","(b,).count(a)","{'x':a}.items()=={'x':b}.items()","('x',a) in {'x':b}.items()","a in {'x':b}.values()","[b].remove(a)","collections.deque([b]).remove(a)","collections.deque([b]).index(a)","collections.deque([b]).count(a)","list(iter(lambda:b,a))","a in iter([b])"]:
    print(s); eval(s)
