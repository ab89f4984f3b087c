"""Names, results and errors of dicts."""
def tr(s):
    try: print(s, '->', repr(eval(s)))
    except BaseException as e: print(s, '->', type(e).__name__, e)


for s in r'''
dict(1)
dict([1])
dict([(1,)])
dict([(1,2,3)])
dict(['abc'])
dict(1,2)
dict(**{'a':1})
{}.update(1)
{}.update([1])
{}.update(1,2)
{}|1
{}.__ior__(1)
{}.__ior__([(1,2)])
{}.popitem()
{}.pop(1)
{}.pop()
{}.pop(1,2,3)
{}['a']
{}.get()
{}.setdefault()
dict.fromkeys()
dict.fromkeys(1)
dict.fromkeys('ab'), dict.fromkeys({1,2},3), dict.fromkeys({1:2})
dict[int]
{}<{}
{1:2}.keys()&1
{1:2}.keys()|[2]
{1:2}.keys()^[1,3]
{1:2}.keys()-[1]
[1]-{1:2}.keys()
{1:2}.keys()<{1,2}
{1:2}.keys()<[1]
{1:2}.keys()==[1]
{1:2}.items()&[(1,2)]
{1:2}.keys().isdisjoint([2])
{1:2}.keys().mapping
{1:2}.keys(), {1:2}.values(), {1:2}.items()
hash({}.keys())
(1,3) in {1:2}.items(), (1,2) in {1:2}.items(), 1 in {1:2}.items()
{}.__sizeof__(), {1:2}.__sizeof__(), {'a':2}.__sizeof__(), dict.fromkeys(range(100)).__sizeof__(), dict(a=1,b=2).__sizeof__()
iter({1:2}).__reduce__()
reversed({1:2}).__reduce__()
list(reversed({1:2,3:4})), list(reversed({1:2,3:4}.items())), list(reversed({1:2,3:4}.values()))
{1:2}.pop([])
{1:2}.__delitem__([])
{[]:1}
[] in {1:2}
{1:2}.items()^{1:3}.items()
{1:[]}.items()|[]
{1:2}==(1,2), {1:2}=={1:2.0}, {1:2}!={1:3}
{1:2}|{3:4}, {1:2}|{1:5}
(lambda d: [d.pop(x) for x in d])({1:2,3:4})
(lambda d: d.update({'s':d}) or repr(d))({})
type({}.keys())()
dict.__doc__
dict.update.__doc__, dict.update.__text_signature__, dict.get.__text_signature__
'''.strip().splitlines():
    tr(s)
