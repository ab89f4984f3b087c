import _heapq,_bisect,_queue,queue,heapq,bisect,threading,time
def t(s):
    print(s,'->',end=' ')
    try: print(repr(eval(s)))
    except BaseException as e: print(type(e).__name__, e)
class B:
    def __init__(s,h): s.h=h
    def __lt__(s,o): s.h.clear(); return True
def mut():
    h=[]; h[:]=[B(h),B(h),B(h)]; _heapq.heappush(h,B(h))
def mut2():
    h=[]; h[:]=[B(h),B(h),B(h)]; _heapq.heappop(h)
def mut3():
    h=[]; h[:]=[B(h),B(h),B(h)]; _heapq.heapify(h)
for s in ["_heapq.heappush((),1)","_heapq.heappop([])","_heapq.heapreplace([],1)","_heapq.heappushpop([],1)","_heapq.heappush([1,2],'a')","mut()","mut2()","mut3()","_heapq.heappush([1])","_heapq.heappop(5)","_bisect.bisect_left([1,2],1.5)","_bisect.bisect_right([1,2],1,-1)","_bisect.bisect_right([1,2],1,0,10)","_bisect.bisect_right([1,2],5,0,10)","_bisect.bisect_right(5,1)","_bisect.insort_right([1,3],2,key=5)","_bisect.insort_right((1,3),2)","_bisect.bisect_left()","_bisect.bisect_left([1,2],1,None)","_bisect.bisect_left([1,2],1,0,None)","_bisect.bisect_left([1,2],'a')","_bisect.bisect_left([1,2],1,0,2,5)","_queue.SimpleQueue().get(False)","_queue.SimpleQueue().get(timeout=-1)","_queue.SimpleQueue().get(timeout=0.01)","_queue.SimpleQueue().get_nowait()","_queue.SimpleQueue().put(1,2,3),1","_queue.SimpleQueue().get(timeout=1e300)","_queue.SimpleQueue(1)","_queue.SimpleQueue().get(timeout='a')","_queue.SimpleQueue().empty(),_queue.SimpleQueue().qsize()","_queue.Empty.__mro__,_queue.Empty.__module__","_heapq.__about__[:40],len(_heapq.__about__)","bisect.bisect.__text_signature__"]: t(s)
class random:
    s=1
    @classmethod
    def randrange(c,n):
        c.s=(c.s*1103515245+12345)%2**31; return (c.s>>8)%n
for n in range(20):
    data=[random.randrange(50) for _ in range(random.randrange(30))]
    for sfx in ('','_max'):
        h=[]; 
        for x in data: getattr(_heapq,'heappush'+sfx)(h,x)
        print(h, end=' ')
        h2=data[:]; getattr(_heapq,'heapify'+sfx)(h2); print(h2,end=' ')
        if h2: print(getattr(_heapq,'heapreplace'+sfx)(h2,7),getattr(_heapq,'heappushpop'+sfx)(h2,20),h2,end=' ')
        print([getattr(_heapq,'heappop'+sfx)(h) for _ in range(len(h))])
    L=[]
    for x in data: bisect.insort_left(L,x) if x&1 else bisect.insort(L,x,key=lambda v:v)
    print(L,[bisect.bisect_left(L,k) for k in range(0,50,7)],[bisect.bisect(L,k,1,len(L)//2) for k in range(0,50,9)] if len(L)>3 else 0)
print(heapq.nsmallest(3,[5,1,4,2]),heapq.nlargest(2,'hello'),list(heapq.merge([1,4],[2,3])))
q=_queue.SimpleQueue(); out=[]
def w():
    while True:
        x=q.get()
        if x is None: break
        out.append(x)
th=threading.Thread(target=w); th.start()
for i in range(100): q.put(i)
time.sleep(.01); q.put(None); th.join(); print(out==list(range(100)), queue.SimpleQueue is _queue.SimpleQueue, queue.Empty is _queue.Empty)
