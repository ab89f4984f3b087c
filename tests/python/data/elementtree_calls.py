"""Elements, tree builders and parsers of _elementtree: what they accept, return and raise."""

import copy
import io
import pickle
import re
import warnings

import _elementtree as E
from xml.etree import ElementTree as ET

warnings.simplefilter("ignore")


def t(name, call):
    try:
        shown = repr(call())
    except Exception as e:
        shown = f"raised {type(e).__name__} {e}"
    print(name, re.sub(r" at 0x[0-9a-f]+", " at ...", shown))


El=E.Element
def mk():
    a=El('a',{'x':'1'},y='2'); a.text='t'; a.tail='u'
    for i in 'bcdb': E.SubElement(a,i,n=i)
    return a
t('Element()',lambda: El())
t('Element(attrib=3)',lambda: El('a',3))
t('Element(attrib=None)',lambda: El('a',None))
t('Element kw attrib',lambda: El('a',attrib={'x':1},z=2).attrib)
t('Element kw attrib bad',lambda: El('a',attrib=3,z=2).attrib)
t('Element tag kw',lambda: El(tag='q').attrib)
t('Element tag extra',lambda: El('a',tag='q').attrib)
t('Element 3',lambda: El('a',{},{}))
t('Sub()',lambda: E.SubElement())
t('Sub 1',lambda: E.SubElement(mk()))
t('Sub bad',lambda: E.SubElement(3,'a'))
t('Sub attr bad',lambda: E.SubElement(mk(),'a',3))
t('Sub kw',lambda: E.SubElement(mk(),'a',{'q':1},w=2).attrib)
t('Sub kw attrib',lambda: E.SubElement(mk(),'a',attrib={'q':1},w=2).attrib)
t('Sub tag kw',lambda: E.SubElement(mk(),tag='a'))
t('Sub 4',lambda: E.SubElement(mk(),'a',{},{}))
t('repr',lambda: repr(mk())[:14])
t('repr none',lambda: El(None).tag)
t('repr int',lambda: repr(El(3))[:14])
t('append 3',lambda: mk().append(3))
t('append',lambda: mk().append())
t('extend 3',lambda: mk().extend(3))
t('extend [3]',lambda: mk().extend([3]))
t('insert',lambda: mk().insert(0,3))
t('insert a',lambda: mk().insert('a',El('x')))
def ins(i):
    a=mk(); a.insert(i,El('z')); return [c.tag for c in a]
for i in (0,2,-1,-100,100): t(f'ins {i}',lambda: ins(i))
t('remove',lambda: mk().remove(El('b')))
t('remove 3',lambda: mk().remove(3))
t('getitem',lambda: mk()[7])
t('getitem a',lambda: mk()['a'])
t('getitem sl',lambda: [c.tag for c in mk()[1:3]])
t('getitem sl2',lambda: [c.tag for c in mk()[::-1]])
t('setitem',lambda: mk().__setitem__(9,El('a')))
t('setitem 3',lambda: mk().__setitem__(0,3))
t('setitem a',lambda: mk().__setitem__('a',3))
def ss(s,v):
    a=mk(); a[s]=v; return [c.tag for c in a]
t('ss',lambda: ss(slice(0,2),[El('q')]))
t('ss',lambda: ss(slice(0,0),[El('q'),El('r')]))
t('ss',lambda: ss(slice(None,None,2),[El('q'),El('r')]))
t('ss bad',lambda: ss(slice(None,None,2),[El('q')]))
t('ss bad2',lambda: ss(slice(0,1),[3]))
t('ss bad3',lambda: ss(slice(0,1),3))
t('ss neg',lambda: ss(slice(3,0,-1),[El('q'),El('r'),El('s')]))
t('ss emp',lambda: ss(slice(3,1),[El('q'),El('r'),El('s')]))
def ds(s):
    a=mk(); del a[s]; return [c.tag for c in a]
for s in (0,-1,slice(1,3),slice(None,None,2),slice(None,None,-2),slice(3,1),slice(0,9)): t(f'ds {s}',lambda: ds(s))
t('ds 9',lambda: ds(9))
t('ds a',lambda: ds('a'))
t('bool',lambda: bool(mk()))
t('bool0',lambda: bool(El('a')))
t('len',lambda: len(mk()))
t('get',lambda: (mk().get('x'),mk().get('q'),mk().get('q',5),mk().get('x',default=3),mk().get(key='x')))
t('get()',lambda: mk().get())
t('get []',lambda: mk().get([]))
t('get empty []',lambda: El('a').get([]))
t('set',lambda: mk().set('a'))
t('keys',lambda: (mk().keys(),mk().items(),El('a').keys(),El('a').items()))
t('find',lambda: (mk().find('b').tag,mk().find('zz'),mk().find('./b').attrib,mk().findtext('b'),mk().findtext('zz',4),mk().findall('b'),mk().findall('x')))
t('findtext',lambda: (mk().findtext('b'),mk().findtext('zz','d'),mk().findtext(path='zz',default='q')))
t('find 3',lambda: mk().find(3))
t('find()',lambda: mk().find())
t('iterfind',lambda: list(mk().iterfind('b')))
t('itertext',lambda: list(mk().itertext()))
t('iter',lambda: [x.tag for x in mk().iter()])
t('iter b',lambda: [x.tag for x in mk().iter('b')])
t('iter *',lambda: [x.tag for x in mk().iter('*')])
t('iter None',lambda: [x.tag for x in mk().iter(None)])
t('iter kw',lambda: [x.tag for x in mk().iter(tag='b')])
t('makeelement',lambda: mk().makeelement('q',{'a':1}).attrib)
t('makeelement',lambda: mk().makeelement('q',3))
t('makeelement',lambda: mk().makeelement('q'))
t('clear',lambda: (lambda a:(a.clear(),a.text,a.tail,a.attrib,len(a)))(mk()))
t('copy',lambda: (lambda a:(a.tag,a.text,a.tail,a.attrib,[c.tag for c in a]))(copy.copy(mk())))
t('deepcopy',lambda: (lambda a:(a.tag,a.text,a.tail,a.attrib,[c.tag for c in a]))(copy.deepcopy(mk())))
t('getstate',lambda: El('a',{'b':1}).__getstate__())
t('getstate2',lambda: {k:(v if k!='_children' else [c.tag for c in v]) for k,v in mk().__getstate__().items()})
t('setstate',lambda: El('a').__setstate__(3))
t('setstate2',lambda: El('a').__setstate__({}))
t('setstate3',lambda: El('a').__setstate__({'tag':'q','_children':3}))
t('setstate4',lambda: El('a').__setstate__({'tag':'q','_children':[3]}))
t('setstate5',lambda: El('a').__setstate__({'tag':'q','foo':[]}))
t('setstate6',lambda: (lambda e:(e.__setstate__({'tag':'q','attrib':{'a':1},'text':'x','_children':[El('z')]}),e.tag,e.attrib,e.text,e.tail,len(e)))(El('a')))
t('setstate7',lambda: El('a').__setstate__({'tag':'q','attrib':3}))
t('sizeof',lambda: (El('a').__sizeof__(),mk().__sizeof__()))
t('del tag',lambda: delattr(mk(),'tag'))
t('del text',lambda: delattr(mk(),'text'))
t('del attrib',lambda: delattr(mk(),'attrib'))
t('set attrib',lambda: setattr(mk(),'attrib',3))
t('set attrib',lambda: setattr(mk(),'attrib',[('a',1)]))
t('attr',lambda: mk().foo)
t('attr',lambda: setattr(mk(),'foo',1))
t('reduce',lambda: mk().__reduce_ex__(2)[:2])
t('pickle',lambda: (lambda a:(a.tag,a.text,a.tail,a.attrib,[c.tag for c in a]))(pickle.loads(pickle.dumps(mk()))))
t('TB',lambda: E.TreeBuilder(3))
t('TB kw',lambda: E.TreeBuilder(foo=3))
t('TB close',lambda: E.TreeBuilder().close())
t('TB end',lambda: E.TreeBuilder().end('a'))
t('TB start',lambda: E.TreeBuilder().start('a',{}).tag)
t('TB start2',lambda: E.TreeBuilder().start('a'))
t('TB start3',lambda: E.TreeBuilder().start('a',3))
t('TB start3',lambda: E.TreeBuilder().start('a',None).attrib)
def tb():
    b=E.TreeBuilder(); b.start('a',{}); b.data('x'); b.data('y'); b.start('b',{}); b.end('b'); b.data('z'); b.comment('c'); b.pi('t','d'); b.pi('q'); b.data('w'); r=b.end('zzz'); return r.tag, r.text, [(c.tag,c.tail) for c in r], b.close() is r, b.close() is r
t('tb',tb)
def tb2():
    b=E.TreeBuilder(insert_comments=True,insert_pis=True); b.start('a',{}); b.data('x'); b.data('y'); b.start('b',{}); b.end('b'); b.data('z'); b.comment('c'); b.pi('t','d'); b.pi('q'); b.data('w'); r=b.end('zzz'); return r.tag, r.text, [(c.tag,c.text,c.tail) for c in r]
t('tb2',tb2)
def tb3():
    b=E.TreeBuilder(); return b.data(3), b.data(4), b.data(b'x')
t('tb3',tb3)
def tb4():
    b=E.TreeBuilder(); b.start('a',{}); b.data(3); b.data(4); b.start('b',{}); return 1
t('tb4',tb4)
def tb4b():
    b=E.TreeBuilder(); b.start('a',{}); b.data(3); return b.end('a').text
t('tb4b',tb4b)
def tb5():
    b=E.TreeBuilder(element_factory=lambda t,a: [t,a]); return b.start('a',{}), b.data('x'), 
t('tb5',tb5)
def tb6():
    b=E.TreeBuilder(element_factory=lambda t,a: [t,a]); b.start('a',{}); b.data('x'); return b.end('a')
t('tb6',tb6)
def tb7():
    b=E.TreeBuilder(element_factory=lambda t,a: [t,a]); b.start('a',{}); b.start('b',{}); return b.end('a'),b.end('a'),b.close()
t('tb7',tb7)
def tb8():
    b=E.TreeBuilder(comment_factory=lambda t: 'C'+t, pi_factory=lambda t,d=None:(t,d)); return b.comment('x'),b.pi('a'),b.pi('a','b')
t('tb8',tb8)
def tb9():
    b=E.TreeBuilder(); b.start('a',{}); b.end('a'); b.start('b',{}); b.end('b'); return b.close().tag
t('tb9',tb9)
t('XP',lambda: E.XMLParser(foo=1))
t('XP1',lambda: E.XMLParser(1))
t('XPt',lambda: E.XMLParser(target=3).target)
t('XPe',lambda: E.XMLParser(encoding=3))
t('XPent',lambda: (E.XMLParser().entity,E.XMLParser().target,E.XMLParser().version[:6]))
t('XPfeed',lambda: E.XMLParser().feed(3))
t('XPfeed',lambda: E.XMLParser().feed(b'<a></b>'))
t('XPclose',lambda: E.XMLParser().close())
def xp():
    p=E.XMLParser(); p.feed('<a>'); p.feed(b'x'); p.feed('</a>'); r=p.close(); return r.tag,r.text
t('xp',xp)
def xp2():
    p=E.XMLParser(); p.feed('<a/>'); p.close(); return p.close()
t('xp2',xp2)
def xp3():
    p=E.XMLParser(); p.feed('<a/>'); p.close(); return p.feed('x')
t('xp3',xp3)
def err(d,**k):
    p=E.XMLParser(**k)
    try: p.feed(d); return p.close()
    except E.ParseError as e: return str(e),e.code,e.position,e.args,e.__dict__, e.msg, e.lineno
t('err',lambda: err('<a>&foo;</a>'))
t('err',lambda: err('<a b="&foo;"/>'))
t('err',lambda: err('<!DOCTYPE a SYSTEM "x"><a>&foo;</a>'))
t('err',lambda: err('<!DOCTYPE a SYSTEM "x"><a b="&foo;"/>'))
t('err',lambda: err('<a'))
t('err',lambda: err('<a></b>'))
def ent():
    p=E.XMLParser(); p.entity['foo']='bar'; p.feed('<!DOCTYPE a SYSTEM "x"><a>&foo;</a>'); return p.close().text
t('ent',ent)
class T:
    def __init__(self): self.e=[]
    def __getattr__(self,n):
        if n.startswith('_') or n in('handle',): raise AttributeError(n)
        def f(*a): self.e.append((n,a)); return n
        return f
def tg():
    x=T(); p=E.XMLParser(target=x); p.feed('<?xml version="1.0"?><!DOCTYPE a PUBLIC "p" "s" [<!ENTITY e "x">]><?q?><a xmlns:p="u" p:x="1" y="2" xmlns="d"><!--c-->t<b/>&e;<?pi d?></a>'); r=p.close; return x.e,p.close()
t('tg',tg)
t('tgclose',lambda: (lambda p:(p.feed('<a/>'),p.close()))(E.XMLParser(target=object())))
t('setevents',lambda: E.XMLParser()._setevents(3,3))
t('setevents',lambda: E.XMLParser()._setevents([],3))
t('setevents',lambda: E.XMLParser()._setevents([],['foo']))
t('setevents',lambda: E.XMLParser()._setevents([],[3]))
t('setevents',lambda: E.XMLParser(target=T())._setevents([],['start']))
t('setevents',lambda: E.XMLParser()._setevents((),['start']))
def ev():
    q=[]; p=E.XMLParser(); p._setevents(q,['start','end','start-ns','end-ns','comment','pi']); p.feed('<?q?><a xmlns="d" xmlns:p="u"><!--c--><b/><?pi d?></a>'); p.close(); return [(k,getattr(v,'tag',v)) for k,v in q]
t('ev',ev)
def ev2():
    q=[]; p=E.XMLParser(); p._setevents(q,None); p.feed('<a><b/></a>'); return [(k,getattr(v,'tag',v)) for k,v in q]
t('ev2',ev2)
def pw():
    from io import BytesIO
    p=E.XMLParser(); r=p._parse_whole(BytesIO(b'<a>x</a>')); return r.tag
t('pw',pw)
def pw2():
    from io import StringIO
    p=E.XMLParser(); r=p._parse_whole(StringIO('<a>x</a>')); return r.tag
t('pw2',pw2)
t('pw3',lambda: E.XMLParser()._parse_whole(3))
class R:
    def read(self,n): return 3
t('pw4',lambda: E.XMLParser()._parse_whole(R()))
t('flush',lambda: E.XMLParser().flush())
t('_set_factories',lambda: E._set_factories(3,4))
t('_set_factories',lambda: E._set_factories(None,None))
t('xmlparser subclass',lambda: type('X',(E.XMLParser,),{})().target)
t('iter next',lambda: next(El('a').iter()).tag)
t('reentrant feed', lambda: (lambda p: p.feed('<a/>'))((lambda h: E.XMLParser(target=h))(T())))
def utf16(): p=E.XMLParser(encoding='utf-16'); p.feed('<a>é</a>'.encode('utf-16')); return p.close().text
t('utf16',utf16)
def str16(): p=E.XMLParser(); p.feed('<?xml version="1.0" encoding="utf-16"?><a>é</a>'); return p.close().text
t('str16',str16)
def koi(): p=E.XMLParser(); p.feed('<?xml version="1.0" encoding="koi8-r"?><a>ж</a>'.encode('koi8-r')); return p.close().text
t('koi',koi)
def nope(): p=E.XMLParser(); p.feed(b'<?xml version="1.0" encoding="nope"?><a/>'); return p.close().text
t('nope',nope)
def sj(): p=E.XMLParser(); p.feed(b'<?xml version="1.0" encoding="shift-jis"?><a/>'); return p.close().text
t('sj',sj)
def doct():
    class D(E.TreeBuilder):
        def doctype(self,*a): print(a)
    p=E.XMLParser(target=D()); p.feed('<!DOCTYPE a SYSTEM "s"><a/>'); return p.close().tag
t('doct',doct)
def doct2():
    class D(E.XMLParser):
        def doctype(self,*a): print(a)
    p=D(); p.feed('<!DOCTYPE a SYSTEM "s"><a/>'); return p.close().tag
t('doct2',doct2)

print("trees")
a = ET.Element("a", {"x": "1"})
c = ET.Comment("comment")
a.append(c)
a.text = "text"
c.tail = "tail"
print(list(a.itertext()), copy.copy(a).attrib is a.attrib)
memo = {}
d = a.__deepcopy__(memo)
print(memo[id(a)] is d, len(memo), ET.tostring(d))
a = ET.Element("a")
a.append(a)
t("cycle", lambda: copy.deepcopy(a))
del a[:]


class Sub(ET.Element):
    pass


s = Sub("q")
s.foo = 1
print(s.__dict__, type(copy.copy(s)).__name__, type(copy.deepcopy(s)).__name__, type(s.makeelement("x", {})).__name__)
e = ET.Element.__new__(ET.Element)
print(e.tag, e.text, e.attrib)
e.tag = e
t("own tag", lambda: repr(e))
e.tag = None
x = ET.XMLParser.__new__(ET.XMLParser)
for name in ("feed", "close", "flush", "_setevents", "_parse_whole"):
    t(name, lambda: getattr(x, name)(*[""] * (name not in ("close", "flush"))))
b = ET.TreeBuilder.__new__(ET.TreeBuilder)
print(b.start("a", {}).tag, b.close().tag)


class Clearing(ET.Element):
    def __eq__(self, other):
        root.clear()
        return True


root = ET.Element("root")
root.extend([Clearing("a"), Clearing("b")])
t("remove", lambda: root.remove(ET.Element("x")))


class Index:
    def __index__(self):
        root[:] = []
        return 0


root.extend([ET.Element("a"), ET.Element("b")])
root[Index():2] = [ET.Element("c")]
print(ET.tostring(root))
deep = b"<a>" * 30000 + b"</a>" * 30000
root = ET.fromstring(deep)
print(sum(1 for _ in root.iter()))
del root
document = """<?xml version='1.0'?><!DOCTYPE r [<!ENTITY e 'ent'><!ATTLIST b d CDATA 'default'>]>
<r xmlns='u' xmlns:p='v'>text&amp;<b p:x='1'>&e;</b>tail<!-- c --><?pi d?>more<p:c/></r>"""
print(ET.tostring(ET.fromstring(document)), ET.canonicalize(document))
events = ("start", "end", "start-ns", "end-ns", "pi", "comment")
for event, node in ET.iterparse(io.BytesIO(document.encode()), events):
    t(event, lambda: getattr(node, "tag", node))
parser = ET.XMLPullParser(["end"])
for c in document:
    parser.feed(c)
parser.close()
print([node.tag for _, node in parser.read_events()])
