"""Names, results and errors of sets."""
def tr(s):
    try: print(s, '->', repr(eval(s)))
    except BaseException as e: print(s, '->', type(e).__name__, e)


for s in r'''
set(1)
set(1,2)
set(a=1)
frozenset(a=1)
{[]}
[] in {1}
{1}.remove((1,2))
set().pop()
{1}<1
{1}|[1]
{1}|frozenset([2]), frozenset([2])|{1}, {1}&{1,2}, {1,2}-{1}, {1,2}^{2,3}
set([1,2]).__sizeof__(), set(range(100)).__sizeof__()
(lambda f: (f.copy() is f, f.union() is f, frozenset(f) is f))(frozenset([1]))
set(range(20)), set(range(0,1000,37)), {-1,-2,5,3}, set(range(100,0,-7))
hash(frozenset()), hash(frozenset([1])), hash(frozenset(range(50))), hash(frozenset([(1,2),3]))
{1,2}<={1,2,3}, {1,2}<{1,2}, {1}.issubset([1,2]), {1,2}.issuperset([1]), {1}.isdisjoint([2]), {1}=={1.0}
frozenset({frozenset({1})}) , {frozenset([1])}, {1} in {frozenset([1])}
set('abc')==set('cba'), set().union([1],(2,),{3:4}), {1,2,3}.intersection([2],[2,3]), {1,2}.difference([1]), {1}.symmetric_difference([1,2])
(lambda s: (s.update([1],[2]), s.discard(9), s.add(1), s))(set())
(lambda s: (s.intersection_update([1,2]), s.difference_update([2]), s.symmetric_difference_update([7]), s))({1,2,3})
(lambda s: [s.add(x+10) for x in s])({1})
(lambda s: s.add(s) )(set())
iter({1}).__length_hint__(), iter({1,2}).__reduce__()
set[int], frozenset[int]
set.__doc__, set.__text_signature__, set.__init__.__doc__
[set(range(n)).pop() for n in range(1,9)]
type('S',(set,),{})([1])|{2}, type('S',(set,),{})([1])
(lambda s: (s.__ior__({5}), s.__iand__({5,6}), s.__ixor__({7}), s.__isub__({5}), s))({1})
'''.strip().splitlines():
    tr(s)


# Pickling asks a subclass for its elements.
class Ordered(set):
    def __init__(self, elements=()):
        self.order = list(elements)
        set.__init__(self, self.order)

    def __iter__(self):
        return iter(self.order)


print(Ordered([42, 9, 2, 4]).__reduce__()[1], frozenset.__reduce__(frozenset([1]))[1])
