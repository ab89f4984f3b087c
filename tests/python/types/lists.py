"""Names, results and errors of lists."""
def tr(s):
    try: print(s, '->', repr(eval(s)))
    except BaseException as e: print(s, '->', type(e).__name__, e)


for s in r'''
[1]+(1,)
(1,)+[1]
[1]*1.5
[1]['a'] if 0 else 0
[1][5]
(1,)[5]
[1].pop(5)
[].pop()
[1].remove(2)
[1].index(2)
(1,).index(2)
[1].insert('a',1)
[1].insert(1)
[1].extend(1)
[1].sort(1)
[1].sort(key=1)
[1,2].sort(key=1)
[1,'a'].sort()
[1].sort(reverse='a')
list(1)
list(a=1)
list(1,2)
tuple(1)
tuple(a=1)
tuple(1,2)
[1].__setitem__(slice(0,1),1)
[1,2,3].__setitem__(slice(0,3,2),[1])
[1,2,3].__setitem__(slice(0,3,2),1)
[1].__setitem__(5,1)
[1].__delitem__(5)
[1].__setitem__('a',1)
[1].__delitem__('a')
[1].__iadd__(1)
[1].__imul__('a')
[1]*(2**62)
(1,2)*(2**62)
[1]*(2**70)
[1].count()
[1].index()
[1].index(1,'a')
[1]<(1,)
[1,2,3][::-1], (1,2,3)[1:], [1,2,3][5:1], [1,2,3,4,5][-4:-1:2]
[].__sizeof__(), [1].__sizeof__(), [1,2,3].__sizeof__(), list(range(10)).__sizeof__(), ().__sizeof__(), (1,2).__sizeof__()
iter([1]).__reduce__()
iter((1,)).__reduce__()
reversed([1]).__reduce__()
iter([1]).__setstate__('a')
(1,2).__getnewargs__()
hash((1,2,3)), hash(()), hash((-1,)), hash((1.5,(2,3)))
[1,2]<[1,3], [1]<[1,2], [2]>[1,5], [1]==[1.0], [1]!=[1], (1,2)<=(1,2)
(lambda i:(next(i,0),i.__reduce__()))(iter([]))
(lambda i:(next(i,0),i.__reduce__()))(iter(()))
(lambda i:(next(i,0),i.__reduce__()))(reversed([]))
list.__doc__
tuple.__text_signature__
list.sort.__text_signature__, list.index.__text_signature__, list.pop.__text_signature__
sorted([3,1,2]), sorted('hello world'), sorted([1.5,-2.0,3.25]), sorted([(1,'b'),(1,'a')]), sorted(range(100), key=lambda x: x%7)[:20]
sorted([5,3,9]*50, reverse=True)[:5], sorted(map(str,range(30))), sorted(['é','z','a','日'])
(lambda l: (l.sort(key=lambda x:-x), l))(list(range(70)))
(lambda l: (l.append(l), repr(l)))([1])
(lambda l: l.sort(key=lambda x: l.append(1)))([1,2])
'''.strip().splitlines():
    tr(s)
